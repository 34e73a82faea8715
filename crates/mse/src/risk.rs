//! The objective of a fit: a loss over samples, with a ridge penalty.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Mutex;

use ndarray::{Array2, ArrayView2};
use netcore::{ForwardPass, Rows, Topology};
use search::{Failure, Gradient, Objective};

use crate::gradient::backpropagate;
use crate::loss::{Link, Loss, UserLoss};

/// `1/Σω Σ_i ω_i ℓ(n_i, t_i) + λ Σ w²` over samples i with weights ω and over all weights w (not biases), as a
/// function of the flat vector of a network with a linear output layer.
pub(crate) struct Risk {
    topology: Topology,
    /// Mapped inputs, R × N.
    inputs: Rows,
    /// Mapped targets, O × N.
    targets: Array2<f64>,
    weights: Vec<f64>,
    loss: Loss,
    penalty: f64,
    /// The places of the weights in the flat vector.
    penalized: Vec<Range<usize>>,
    user: Option<InUnits>,
    /// Passes that are not running now, with the point at which they stand.
    idle: Mutex<Vec<(ForwardPass, Vec<f64>)>>,
}

/// A user's loss takes outputs and targets in their own units.
pub(crate) struct InUnits {
    pub(crate) loss: UserLoss,
    pub(crate) link: Link,
    pub(crate) scaling: netcore::Scaling,
    pub(crate) targets: Array2<f64>,
}

impl Risk {
    pub(crate) fn new(
        topology: &Topology,
        (inputs, targets): (&Array2<f64>, Array2<f64>),
        weights: Vec<f64>,
        loss: Loss,
        penalty: f64,
        user: Option<InUnits>,
    ) -> Self {
        Risk {
            topology: topology.clone(),
            inputs: Rows::from(inputs.view()),
            targets,
            weights,
            loss,
            penalty,
            penalized: topology.blocks().map(|block| block.weights).collect(),
            user,
            idle: Mutex::default(),
        }
    }

    /// The loss without the penalty.
    pub(crate) fn loss_at(&self, x: &[f64]) -> f64 {
        self.with_pass(x, |pass| self.mean_loss(pass.activations(self.last()), None))
    }

    fn last(&self) -> usize {
        self.topology.layers().len() - 1
    }

    fn mean_loss(&self, n: ArrayView2<'_, f64>, slopes: Option<&mut Array2<f64>>) -> f64 {
        match &self.user {
            Some(user) => user.loss.value(user.outputs(n).view(), user.targets.view()),
            None => {
                let sum = self.loss.sum(n, self.targets.view(), &self.weights, slopes);
                sum / self.weights.iter().sum::<f64>()
            }
        }
    }

    fn ridge(&self, x: &[f64]) -> f64 {
        let squares = self.penalized.iter().map(|block| x[block.clone()].iter().map(|w| w * w).sum::<f64>());
        self.penalty * squares.sum::<f64>()
    }

    /// Runs `work` with a pass that stands at `x`. A search asks for the gradient where it asked for the value:
    /// the pass is then there already.
    fn with_pass<T>(&self, x: &[f64], work: impl FnOnce(&mut ForwardPass) -> T) -> T {
        let lock = || self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let free = lock().pop();
        let (mut pass, mut at) = free.unwrap_or_else(|| {
            (ForwardPass::keeping_net_inputs(&self.topology, self.inputs.samples()), Vec::new())
        });
        if at != x {
            pass.run(x, &self.inputs);
            at.clear();
            at.extend_from_slice(x);
        }
        let result = work(&mut pass);
        lock().push((pass, at));
        result
    }

    fn check_length(&self, x: &[f64]) -> Result<(), Failure> {
        let expected = self.topology.parameter_count();
        if x.len() == expected {
            return Ok(());
        }
        Err(Failure::Error(format!(
            "{} coordinates were given; the network has {expected} parameters",
            x.len()
        )))
    }
}

impl InUnits {
    /// Outputs in the units of the targets, or probabilities, from net inputs of the output layer.
    fn outputs(&self, n: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut outputs = n.to_owned();
        match self.link {
            Link::Numbers => self.scaling.reverse(&outputs).expect("as many rows as targets"),
            Link::Probabilities => {
                self.link.transfer(n.nrows()).apply(outputs.view_mut());
                outputs
            }
        }
    }
}

impl Objective for Risk {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.check_length(x)?;
        Ok(self.loss_at(x) + self.ridge(x))
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        self.loss.has_slopes().then_some(self)
    }
}

impl Gradient for Risk {
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.check_length(x)?;
        self.check_length(gradient)?;
        self.with_pass(x, |pass| {
            let mut slopes = Array2::zeros(self.targets.dim());
            self.mean_loss(pass.activations(self.last()), Some(&mut slopes));
            slopes /= self.weights.iter().sum::<f64>();
            backpropagate(&self.topology, pass, x, self.inputs.view(), slopes, gradient);
        });
        // d/dw λ w² = 2 λ w
        for block in &self.penalized {
            for (slope, w) in gradient[block.clone()].iter_mut().zip(&x[block.clone()]) {
                *slope += 2.0 * self.penalty * w;
            }
        }
        match gradient.iter().find(|slope| !slope.is_finite()) {
            None => Ok(()),
            Some(&slope) => Err(Failure::NotFinite(slope)),
        }
    }
}
