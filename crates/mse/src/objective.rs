//! The mean squared error of a network over data, as a function of its flat vector.

use std::sync::Mutex;

use ndarray::{Array2, Zip};
use netcore::{ForwardPass, MinMax, Network, Topology};
use search::{Failure, Gradient, Objective};

use crate::Error;
use crate::gradient::backpropagate;

/// The mean squared error of a network over samples, in the units of the targets.
///
/// As a function of the flat vector `v` of all N·O errors of O outputs over N samples:
/// `MSE(v) = 1/(N·O) Σ (reverse(net_v(map(x))) - t)²`, with the network's scaling mapping the inputs
/// and mapping the outputs back (MATLAB: `mse(net, t, net(x))` with `normalization` `'none'`).
///
/// ```
/// use mse::MeanSquaredError;
/// use ndarray::array;
/// use netcore::{Layer, Network, Topology, Transfer};
/// use search::Objective;
///
/// let line = Topology::new(1, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let (x, t) = (array![[0.0, 1.0, 2.0]], array![[1.0, 3.0, 5.0]]);
/// let error = MeanSquaredError::new(&Network::new(line), &x, &t)?;
/// assert_eq!(error.value(&[1.0, 2.0]), Ok(0.0)); // bias 1, weight 2
/// assert_eq!(error.value(&[0.0, 2.0]), Ok(1.0));
/// # Ok::<(), mse::Error>(())
/// ```
#[derive(Debug)]
pub struct MeanSquaredError {
    topology: Topology,
    output_scaling: MinMax,
    /// Mapped inputs, R × N.
    inputs: Array2<f64>,
    /// Targets in their own units, O × N.
    targets: Array2<f64>,
    /// Memory of evaluations that are not running now: one per thread that ever ran at once.
    idle: Mutex<Vec<Workspace>>,
}

#[derive(Debug)]
struct Workspace {
    pass: ForwardPass,
    /// Outputs minus targets, O × N.
    residual: Array2<f64>,
}

impl MeanSquaredError {
    /// The error of networks of this shape and scaling over inputs (R × N) and targets (O × N), both
    /// in original units. The network's own parameters do not matter.
    ///
    /// # Errors
    /// [`Error::Samples`], [`Error::NotFinite`], or [`Error::Network`] for the wrong number of rows or
    /// no samples.
    pub fn new(network: &Network, inputs: &Array2<f64>, targets: &Array2<f64>) -> Result<Self, Error> {
        if inputs.ncols() != targets.ncols() {
            return Err(Error::Samples { inputs: inputs.ncols(), targets: targets.ncols() });
        }
        if inputs.ncols() == 0 {
            return Err(netcore::Error::NoSamples { what: "the data to fit" }.into());
        }
        for (what, data) in [("input", inputs), ("target", targets)] {
            if let Some(((row, sample), &value)) = data.indexed_iter().find(|(_, value)| !value.is_finite()) {
                return Err(Error::NotFinite { what, row, sample, value });
            }
        }
        let topology = network.topology().clone();
        if targets.nrows() != topology.outputs() {
            let (given, expected) = (targets.dim(), (topology.outputs(), targets.ncols()));
            return Err(
                netcore::Error::Shape { what: "the target matrix".to_owned(), given, expected }.into()
            );
        }
        let inputs = network.input_scaling().apply(inputs)?;
        let output_scaling = network.output_scaling().clone();
        Ok(MeanSquaredError {
            topology,
            output_scaling,
            inputs,
            targets: targets.clone(),
            idle: Mutex::default(),
        })
    }

    /// Number of parameters: the length of the points this objective takes.
    pub fn dimension(&self) -> usize {
        self.topology.parameter_count()
    }

    /// Runs `work` with memory of its own. Memory in use when `work` panics is dropped, not reused.
    fn with_workspace<T>(&self, keep_net_inputs: bool, work: impl FnOnce(&mut Workspace) -> T) -> T {
        if keep_net_inputs {
            let pass = ForwardPass::keeping_net_inputs(&self.topology, self.inputs.ncols());
            return work(&mut Workspace { pass, residual: Array2::zeros(self.targets.dim()) });
        }
        let lock = || self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let idle = lock().pop();
        let mut workspace = idle.unwrap_or_else(|| Workspace {
            pass: ForwardPass::new(&self.topology, self.inputs.ncols()),
            residual: Array2::zeros(self.targets.dim()),
        });
        let result = work(&mut workspace);
        lock().push(workspace);
        result
    }

    fn check_length(&self, parameters: &[f64]) -> Result<(), Failure> {
        if parameters.len() == self.dimension() {
            return Ok(());
        }
        let (given, expected) = (parameters.len(), self.dimension());
        Err(Failure::Error(format!("{given} coordinates were given; the network has {expected} parameters")))
    }
}

impl Workspace {
    /// Runs the network and leaves outputs minus targets in `residual`.
    fn errors(&mut self, problem: &MeanSquaredError, parameters: &[f64]) {
        let outputs = self.pass.run(parameters, problem.inputs.view());
        self.residual.assign(&outputs);
        problem.output_scaling.reverse_in_place(self.residual.view_mut());
        Zip::from(&mut self.residual).and(&problem.targets).for_each(|output, &target| *output -= target);
    }
}

impl Objective for MeanSquaredError {
    fn value(&self, parameters: &[f64]) -> Result<f64, Failure> {
        self.check_length(parameters)?;
        self.with_workspace(false, |workspace| {
            workspace.errors(self, parameters);
            let sum: f64 = workspace.residual.iter().map(|e| e * e).sum();
            Ok(sum / workspace.residual.len() as f64)
        })
    }

    /// The gradient by backpropagation; none for networks with `hardlim`, `hardlims` or `compet`
    /// layers, whose derivative is zero.
    fn gradient(&self) -> Option<&dyn Gradient> {
        let useful = self.topology.layers().iter().all(|layer| layer.transfer.has_useful_derivative());
        useful.then_some(self)
    }
}

impl Gradient for MeanSquaredError {
    fn gradient_at(&self, parameters: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.check_length(parameters)?;
        self.check_length(gradient)?;
        self.with_workspace(true, |workspace| {
            workspace.errors(self, parameters);
            // d MSE / d outputs = 2 e / (N·O), carried through the output scaling.
            let mut outer = std::mem::take(&mut workspace.residual);
            outer *= 2.0 / outer.len() as f64;
            for (mut row, gain) in outer.rows_mut().into_iter().zip(self.output_scaling.reverse_gain()) {
                row *= gain;
            }
            backpropagate(&self.topology, &workspace.pass, parameters, self.inputs.view(), outer, gradient);
        });
        match gradient.iter().find(|slope| !slope.is_finite()) {
            None => Ok(()),
            Some(&slope) => Err(Failure::NotFinite(slope)),
        }
    }
}
