//! Variable projection: the error of a network as a function of its hidden layers alone, with the linear
//! output layer solved for.

mod quadratic;
mod view;

use std::sync::Arc;

use nalgebra::DMatrix;
use netcore::{ForwardPass, LayerBlock, Rows};
use search::pattern::SearchStep;
use search::{Bounds, Failure, Incremental, Objective};
use serde_json::{Value, json};

use crate::rows::{dot, ones};
use crate::{Error, MeanSquaredError};
use quadratic::{Box as Within, Least, minimize};
use view::View;

/// The mean squared error of a network with a linear output layer as a function of its hidden parameters: for
/// each value of these, the output layer is the best one within its bounds.
///
/// Along the parameters of a linear output layer the error is a convex quadratic, so no search is needed for
/// that layer: given the hidden layers, it is the solution of a bounded linear least-squares problem for each
/// output. The remaining problem has fewer dimensions and fewer local minima (Golub & Pereyra 1973, "The
/// differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate"; Sjöberg
/// & Viberg 1997 for nets). One value is one evaluation: the value of [`MeanSquaredError`] at the point that
/// [`complete`](VariableProjection::complete) returns.
///
/// It is also a [`SearchStep`] for a search over all parameters: it proposes the incumbent with the output
/// layer solved for. Used this way, the hidden layers settle for outputs that were fitted to them, and the
/// search ends in worse minima on small nets (`docs/fitting-nets.md`), so no fit uses it by default.
///
/// ```
/// use std::sync::Arc;
///
/// use mse::{MeanSquaredError, VariableProjection};
/// use ndarray::array;
/// use netcore::Network;
/// use search::{Bounds, Objective};
///
/// let (x, t) = (array![[0.0, 1.0, 2.0, 3.0]], array![[0.0, 1.0, 4.0, 9.0]]);
/// let network = Network::feedforward(&[2], &x, &t)?;
/// let error = Arc::new(MeanSquaredError::new(&network, &x, &t)?);
/// let projected = VariableProjection::new(error.clone(), &Bounds::nonnegative(7))?;
/// assert_eq!(projected.dimension(), 4); // b1, IW
/// let hidden = [0.1, 0.2, 1.0, 2.0];
/// let whole = projected.complete(&hidden)?; // b1, IW, b2, LW
/// assert_eq!(projected.value(&hidden), error.value(&whole));
/// assert!(whole[4..].iter().all(|&w| w >= 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct VariableProjection {
    error: Arc<MeanSquaredError>,
    /// The output layer, whose parameters are the last ones.
    block: LayerBlock,
    /// Bounds of the parameters of each output: the bias, then the weight from each source.
    bounds: Vec<OutputBounds>,
    /// The sum of the squares of each output's targets.
    squares: Vec<f64>,
    ones: Rows,
}

#[derive(Debug)]
struct OutputBounds {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

/// The normal equations of the output layer: one matrix for all outputs, one right-hand side for each.
#[derive(Debug, Clone)]
struct Normal {
    gram: DMatrix<f64>,
    rhs: Vec<Vec<f64>>,
}

impl VariableProjection {
    /// The error with the output layer solved for within its part of the bounds on all parameters.
    ///
    /// # Errors
    /// [`Error::NotLinear`] unless the output layer is `purelin` and there is a hidden layer,
    /// [`Error::Search`] for bounds of another dimension.
    pub fn new(error: Arc<MeanSquaredError>, bounds: &Bounds) -> Result<Self, Error> {
        let topology = error.topology();
        let Some(block) = topology.blocks().last().filter(|_| error.has_linear_output()) else {
            return Err(Error::NotLinear { topology: topology.to_string() });
        };
        if bounds.dimension() != error.dimension() {
            let (given, expected) = (bounds.dimension(), error.dimension());
            return Err(search::Error::BoundsLength { what: "given", given, expected }.into());
        }
        let of_output =
            |all: &[f64], output: usize| -> Vec<f64> { places(&block, output).map(|i| all[i]).collect() };
        let bounds = (0..block.units)
            .map(|output| OutputBounds {
                lower: of_output(bounds.lower(), output),
                upper: of_output(bounds.upper(), output),
            })
            .collect();
        let desired = error.targets().desired();
        let squares = (0..block.units).map(|output| dot(desired.row(output), desired.row(output))).collect();
        let ones = ones(error.inputs().samples());
        Ok(VariableProjection { error, bounds, squares, ones, block })
    }

    /// Number of hidden parameters: the length of the points this objective takes.
    pub fn dimension(&self) -> usize {
        self.block.biases.start
    }

    /// The whole flat vector: the hidden parameters, and the best output layer for them.
    ///
    /// # Errors
    /// [`Failure::Error`] for a vector of another length or where the hidden layers have no finite outputs.
    pub fn complete(&self, hidden: &[f64]) -> Result<Vec<f64>, Failure> {
        if hidden.len() != self.dimension() {
            let (given, expected) = (hidden.len(), self.dimension());
            return Err(Failure::Error(format!("{given} coordinates were given; expected {expected}")));
        }
        let mut whole = hidden.to_vec();
        whole.resize(self.error.dimension(), 0.0);
        self.error.with_pass(|pass| {
            pass.run(&whole, self.error.inputs());
            let normal = self.normal_equations(pass);
            self.check(&normal)?;
            let mut w = vec![0.0; self.block.fan_in + 1];
            for output in 0..self.block.units {
                // Always from the same start, so that the value depends only on the point.
                w.fill(0.0);
                self.solve(&normal, output, &mut w);
                for (i, &weight) in places(&self.block, output).zip(&w) {
                    whole[i] = weight;
                }
            }
            Ok(())
        })?;
        Ok(whole)
    }

    /// The outputs of the last hidden layer, with a row of ones for the bias before them.
    fn feature<'p>(&'p self, pass: &'p ForwardPass, k: usize) -> &'p [f64] {
        match k.checked_sub(1) {
            None => self.ones.row(0),
            Some(unit) => pass.layer(self.last_hidden()).row(unit),
        }
    }

    fn last_hidden(&self) -> usize {
        self.error.topology().layers().len() - 2
    }

    fn normal_equations(&self, pass: &ForwardPass) -> Normal {
        let n = self.block.fan_in + 1;
        let mut gram = DMatrix::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let product = dot(self.feature(pass, i), self.feature(pass, j));
                (gram[(i, j)], gram[(j, i)]) = (product, product);
            }
        }
        let rhs = |output: usize| (0..n).map(|k| self.right_hand(output, self.feature(pass, k))).collect();
        Normal { gram, rhs: (0..self.block.units).map(rhs).collect() }
    }

    /// The right-hand side of an output for one feature.
    fn right_hand(&self, output: usize, feature: &[f64]) -> f64 {
        dot(feature, self.error.targets().desired().row(output)) / self.error.targets().gains()[output]
    }

    fn check(&self, normal: &Normal) -> Result<(), Failure> {
        let all = normal.gram.iter().chain(normal.rhs.iter().flatten());
        match all.copied().find(|value| !value.is_finite()) {
            None => Ok(()),
            Some(value) => Err(Failure::NotFinite(value)),
        }
    }

    /// Solves for one output, starting from `w`. Returns its sum of squared errors, and the size of the terms
    /// of that sum.
    fn solve(&self, normal: &Normal, output: usize, w: &mut [f64]) -> Least {
        let OutputBounds { lower, upper } = &self.bounds[output];
        let gain = self.error.targets().gains()[output];
        let least = minimize(&normal.gram, &normal.rhs[output], Within { lower, upper }, w);
        let (square, targets) = (gain * gain, self.squares[output]);
        Least { value: square * least.value + targets, terms: square * least.terms + targets, ..least }
    }
}

/// The indices of an output's parameters in the flat vector: the bias, then the weight from each source.
fn places(block: &LayerBlock, output: usize) -> impl Iterator<Item = usize> + use<> {
    let weights = block.weights.clone().skip(output).step_by(block.units);
    std::iter::once(block.biases.start + output).chain(weights)
}

impl Objective for VariableProjection {
    fn value(&self, hidden: &[f64]) -> Result<f64, Failure> {
        self.error.value(&self.complete(hidden)?)
    }

    // No residuals: on them `hybrid` reaches a target on iris in a quarter of the evaluations, but from fewer starts than
    // on values on wine, diabetes and breast cancer.
    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        Some(Box::new(View::of(self)))
    }
}

impl SearchStep for VariableProjection {
    fn name(&self) -> String {
        "output layer".to_owned()
    }

    fn settings(&self) -> Value {
        // JSON has no infinities.
        let bounds = self.bounds.iter().map(|OutputBounds { lower, upper }| format!("{lower:?} {upper:?}"));
        json!({ "name": self.name(), "bounds": bounds.collect::<Vec<_>>() })
    }

    fn propose(&self, incumbent: &[f64], _value: f64, _bounds: &Bounds) -> Vec<Vec<f64>> {
        let hidden = incumbent.get(..self.dimension());
        hidden.and_then(|hidden| self.complete(hidden).ok()).into_iter().collect()
    }
}
