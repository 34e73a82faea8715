//! The cross-entropy of a network that answers with probabilities, as a function of its flat vector.

use ndarray::Array2;
use netcore::{Layer, Network, Scaling, Topology, Transfer};
use search::{Failure, Gradient, Objective};

use crate::loss::Loss;
use crate::risk::Risk;
use crate::{Error, Samples};

/// MATLAB's `crossentropy`, the performance of a `patternnet`: the mean of `-t ln y` over all elements of the outputs y
/// and targets t, both O × N; of a single output row, the mean of `-t ln y - (1 - t) ln(1 - y)`.
///
/// ```
/// use mse::CrossEntropy;
/// use ndarray::array;
/// use netcore::Network;
/// use search::Objective;
///
/// let (x, t) = (array![[0.0, 1.0, 2.0]], array![[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
/// let network = Network::patternnet(&[2], &x, &t)?;
/// let performance = CrossEntropy::new(&network, &x, &t)?;
/// // With all parameters 0 each probability is 1/2.
/// let value = performance.value(network.parameters()).unwrap();
/// assert!((value - 3.0 * 2.0_f64.ln() / 6.0).abs() < 1e-15);
/// # Ok::<(), mse::Error>(())
/// ```
#[doc(alias = "crossentropy")]
pub struct CrossEntropy {
    /// The mean of `-ln y` of the class over the samples.
    risk: Risk,
    /// The rows over which MATLAB's mean is taken as well.
    outputs: f64,
}

impl CrossEntropy {
    /// Of networks of this shape and input scaling over inputs (R × N) and targets (O × N), of which each column sums
    /// to 1, or is between 0 and 1 if it is a single number. The network's own parameters do not matter.
    ///
    /// # Errors
    /// [`Error::Training`] unless the output layer is `softmax`, or `logsig` with one unit, without output scaling, or
    /// for other targets; [`Error::Network`] for another number of rows; the errors of [`Samples::new`].
    pub fn new(network: &Network, inputs: &Array2<f64>, targets: &Array2<f64>) -> Result<Self, Error> {
        let samples = Samples::new(inputs.clone(), targets.clone())?;
        let topology = linear(network)?;
        let outputs = topology.outputs();
        if targets.nrows() != outputs {
            let (given, expected) = (targets.dim(), (outputs, targets.ncols()));
            return Err(
                netcore::Error::Shape { what: "the target matrix".to_owned(), given, expected }.into()
            );
        }
        check_targets(targets)?;
        let inputs = network.input_scaling().apply(inputs)?;
        let weights = samples.weights().to_vec();
        let risk = Risk::new(&topology, (&inputs, targets.clone()), weights, Loss::CrossEntropy, 0.0, None);
        Ok(CrossEntropy { risk, outputs: outputs as f64 })
    }
}

/// The shape with a linear output layer: the loss takes net inputs.
fn linear(network: &Network) -> Result<Topology, Error> {
    let topology = network.topology();
    let mut layers: Vec<Layer> = topology.layers().to_vec();
    let last = layers.last_mut().expect("a network has a layer");
    let probabilities = match last.transfer {
        Transfer::Softmax => last.units > 1,
        Transfer::Logsig => last.units == 1,
        _ => false,
    };
    if !probabilities || *network.output_scaling() != Scaling::identity(last.units) {
        let expected = "softmax outputs, or one logsig output, without output scaling, as in a patternnet";
        return Err(Error::Training { argument: "the network", value: format!("{topology:#}"), expected });
    }
    last.transfer = Transfer::Purelin;
    Ok(Topology::new(topology.inputs(), layers)?)
}

fn check_targets(targets: &Array2<f64>) -> Result<(), Error> {
    let is_distribution = |sample: usize| {
        let column = targets.column(sample);
        let sums_to_1 = column.len() == 1 || (column.sum() - 1.0).abs() < 1e-9;
        sums_to_1 && column.iter().all(|target| (0.0..=1.0).contains(target))
    };
    match (0..targets.ncols()).find(|&sample| !is_distribution(sample)) {
        None => Ok(()),
        Some(sample) => Err(Error::Training {
            argument: "the targets",
            value: format!("{} in sample {sample}", targets.column(sample)),
            expected: "probabilities of classes, which sum to 1; of one row, numbers from 0 to 1",
        }),
    }
}

impl Objective for CrossEntropy {
    fn value(&self, v: &[f64]) -> Result<f64, Failure> {
        Ok(self.risk.value(v)? / self.outputs)
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        Some(self)
    }
}

impl Gradient for CrossEntropy {
    fn gradient_at(&self, v: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.risk.gradient_at(v, gradient)?;
        gradient.iter_mut().for_each(|slope| *slope /= self.outputs);
        Ok(())
    }
}
