//! The mean squared error of a network over data, as a function of its flat vector.

use std::sync::Mutex;

use ndarray::Array2;
use netcore::{ForwardPass, Network, Rows, Topology, Transfer};
use search::{Failure, Gradient, Incremental, Objective, Residuals};

use crate::Error;
use crate::gradient::BackwardPass;
use crate::incremental::View;
use crate::residual::Targets;

/// The mean squared error of a network over samples, in the units of the targets.
///
/// As a function of the flat vector `v`, over all N·O errors of O targets over N samples, constant ones included:
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
    /// Mapped inputs, R × N.
    inputs: Rows,
    /// The largest size of each, over all samples.
    input_sizes: Vec<f64>,
    targets: Targets,
    /// Buffers of evaluations that are not running now: one for each thread that ran at the same time.
    idle: Mutex<Vec<Workspace>>,
    /// The same for gradients, whose passes keep the net inputs.
    idle_gradients: Mutex<Vec<Workspace>>,
}

#[derive(Debug)]
struct Workspace {
    pass: ForwardPass,
    /// Outputs minus targets, O × N; without rows if no gradient needs them.
    errors: Rows,
}

/// The rows that a forward pass keeps of each layer.
#[derive(Clone, Copy)]
enum PassKeeps {
    Outputs,
    NetInputs,
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
        let outputs = network.output_scaling().rows();
        if targets.nrows() != outputs {
            let (given, expected) = (targets.dim(), (outputs, targets.ncols()));
            return Err(
                netcore::Error::Shape { what: "the target matrix".to_owned(), given, expected }.into()
            );
        }
        let inputs = Rows::from(network.input_scaling().apply(inputs)?.view());
        let size = |row: usize| inputs.row(row).iter().fold(0.0_f64, |most, u| most.max(u.abs()));
        let input_sizes = (0..inputs.rows()).map(size).collect();
        let targets = Targets::new(targets, network.output_scaling());
        Ok(MeanSquaredError {
            topology,
            inputs,
            input_sizes,
            targets,
            idle: Mutex::default(),
            idle_gradients: Mutex::default(),
        })
    }

    /// Number of parameters: the length of the points this objective takes.
    pub fn dimension(&self) -> usize {
        self.topology.parameter_count()
    }

    /// Runs `work` with its own buffer. A buffer in use when `work` panics is dropped, not reused.
    fn with_workspace<T>(&self, pass: PassKeeps, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let idle = match pass {
            PassKeeps::Outputs => &self.idle,
            PassKeeps::NetInputs => &self.idle_gradients,
        };
        let lock = || idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let free = lock().pop();
        let (samples, outputs) = (self.inputs.samples(), self.targets.outputs());
        let mut workspace = free.unwrap_or_else(|| match pass {
            PassKeeps::Outputs => {
                Workspace { pass: ForwardPass::new(&self.topology, samples), errors: Rows::zeros(0, samples) }
            }
            PassKeeps::NetInputs => Workspace {
                pass: ForwardPass::keeping_net_inputs(&self.topology, samples),
                errors: Rows::zeros(outputs, samples),
            },
        });
        let result = work(&mut workspace);
        lock().push(workspace);
        result
    }

    pub(crate) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Mapped inputs, R × N.
    pub(crate) fn inputs(&self) -> &Rows {
        &self.inputs
    }

    /// The largest size of each mapped input.
    pub(crate) fn input_sizes(&self) -> &[f64] {
        &self.input_sizes
    }

    pub(crate) fn targets(&self) -> &Targets {
        &self.targets
    }

    /// Returns `true` if there is a hidden layer and a linear output layer after it.
    pub(crate) fn has_linear_output(&self) -> bool {
        let layers = self.topology.layers();
        layers.len() > 1 && layers.last().is_some_and(|layer| layer.transfer == Transfer::Purelin)
    }

    /// Number of parameters before those of the output layer.
    pub(crate) fn hidden_parameters(&self) -> usize {
        self.topology.blocks().last().map_or(0, |block| block.biases.start)
    }

    /// Runs `work` with a forward pass that no other evaluation uses at the moment.
    pub(crate) fn with_pass<T>(&self, work: impl FnOnce(&mut ForwardPass) -> T) -> T {
        self.with_workspace(PassKeeps::Outputs, |workspace| work(&mut workspace.pass))
    }

    /// Runs `work` with a forward pass and a buffer for the errors, O × N.
    pub(crate) fn with_errors<T>(&self, work: impl FnOnce(&mut ForwardPass, &mut Rows) -> T) -> T {
        self.with_workspace(PassKeeps::NetInputs, |Workspace { pass, errors }| work(pass, errors))
    }

    pub(crate) fn check_length(&self, parameters: &[f64]) -> Result<(), Failure> {
        if parameters.len() == self.dimension() {
            return Ok(());
        }
        let (given, expected) = (parameters.len(), self.dimension());
        Err(Failure::Error(format!("{given} coordinates were given; the network has {expected} parameters")))
    }
}

impl Objective for MeanSquaredError {
    fn value(&self, parameters: &[f64]) -> Result<f64, Failure> {
        self.check_length(parameters)?;
        Ok(self.with_pass(|pass| self.targets.mean_square(pass.run(parameters, &self.inputs))))
    }

    /// The gradient by backpropagation; `None` for networks with `hardlim`, `hardlims` or `compet` layers,
    /// whose derivative is zero.
    fn gradient(&self) -> Option<&dyn Gradient> {
        let useful = self.topology.layers().iter().all(|layer| layer.transfer.has_useful_derivative());
        useful.then_some(self)
    }

    /// The errors, scaled so that the sum of their squares is the mean squared error.
    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        Some(Box::new(View::of(self)))
    }
}

impl Gradient for MeanSquaredError {
    fn gradient_at(&self, parameters: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.check_length(parameters)?;
        self.check_length(gradient)?;
        self.with_workspace(PassKeeps::NetInputs, |Workspace { pass, errors }| {
            let outputs = pass.run(parameters, &self.inputs);
            for output in 0..outputs.rows() {
                self.targets.errors_of(output, outputs.row(output), errors.row_mut(output));
            }
            // d MSE / d outputs = 2 e / (N·O), carried through the output scaling.
            let mut backward = BackwardPass::new(&self.topology, errors.samples());
            let all = self.targets.errors() as f64;
            for (output, gain) in self.targets.gains().iter().enumerate() {
                let slopes = backward.outer().row_mut(output).iter_mut().zip(errors.row(output));
                slopes.for_each(|(slope, error)| *slope = 2.0 / all * gain * error);
            }
            gradient.fill(0.0);
            backward.run(&self.topology, pass, parameters, &self.inputs, gradient);
        });
        match gradient.iter().find(|slope| !slope.is_finite()) {
            None => Ok(()),
            Some(&slope) => Err(Failure::NotFinite(slope)),
        }
    }
}
