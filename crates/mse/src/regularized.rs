//! The mean squared error with a share of squared parameters.

use std::sync::Arc;

use search::{Failure, Gradient, Incremental, LeastSquares, Objective, Parabola, Residuals};

use crate::{Error, MeanSquaredError};

/// `(1 - ρ) MSE(v) + ρ msw(v)` with `msw(v) = 1/n Σ v_j²` over all n weights and biases: MATLAB's `mse` whose
/// `performParam.regularization` is ρ. (Documentation page "Improve Shallow Neural Network Generalization and Avoid
/// Overfitting", section "Modified Performance Function".)
///
/// ```
/// use mse::{MeanSquaredError, Regularized};
/// use ndarray::array;
/// use netcore::{Layer, Network, Topology, Transfer};
/// use search::Objective;
///
/// let line = Topology::new(1, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let error = MeanSquaredError::new(&Network::new(line), &array![[0.0, 1.0]], &array![[1.0, 3.0]])?;
/// let performance = Regularized::new(error, 0.5)?;
/// // At bias 1 and weight 1 the errors are 0 and -1, and the squares of the parameters 1 and 1.
/// assert_eq!(performance.value(&[1.0, 1.0]), Ok(0.5 * 0.5 + 0.5 * 1.0));
/// # Ok::<(), mse::Error>(())
/// ```
#[doc(alias = "performParam.regularization")]
#[derive(Debug)]
pub struct Regularized {
    error: Arc<MeanSquaredError>,
    share: f64,
}

impl Regularized {
    /// With this share ρ, from 0 (the mean squared error alone) to 1.
    ///
    /// # Errors
    /// [`Error::Training`] for another share.
    pub fn new(error: impl Into<Arc<MeanSquaredError>>, share: f64) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&share) {
            let (argument, value, expected) = ("regularization", share.to_string(), "a number from 0 to 1");
            return Err(Error::Training { argument, value, expected });
        }
        Ok(Regularized { error: error.into(), share })
    }

    /// The value from the mean squared error and the sum of the squared parameters.
    fn of(&self, error: f64, squares: f64) -> f64 {
        (1.0 - self.share) * error + self.each() * squares
    }

    /// What the square of each parameter counts: `ρ / n`.
    fn each(&self) -> f64 {
        self.share / self.error.dimension() as f64
    }
}

fn squares(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum()
}

impl Objective for Regularized {
    fn value(&self, v: &[f64]) -> Result<f64, Failure> {
        Ok(self.of(self.error.value(v)?, squares(v)))
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        self.error.gradient().map(|_| self as &dyn Gradient)
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        let error = self.error.incremental()?;
        Some(Box::new(View { performance: self, error, v: Vec::new(), squares: 0.0 }))
    }
}

impl Gradient for Regularized {
    fn gradient_at(&self, v: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.error.gradient_at(v, gradient)?;
        // (1 - ρ) dMSE/dv + 2 ρ v / n
        for (slope, v) in gradient.iter_mut().zip(v) {
            *slope = (1.0 - self.share) * *slope + 2.0 * self.each() * v;
        }
        Ok(())
    }
}

/// The errors times `√(1 - ρ)`, then the parameters times `√(ρ/n)`.
impl Residuals for Regularized {
    fn form(&self) -> LeastSquares {
        LeastSquares::of(self.error.form().count() + self.error.dimension())
    }

    fn residuals_at(&self, v: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        let (errors, parameters) = residuals.split_at_mut(self.error.form().count());
        let error = self.error.residuals_at(v, errors)?;
        errors.iter_mut().for_each(|error| *error *= (1.0 - self.share).sqrt());
        parameters.iter_mut().zip(v).for_each(|(residual, v)| *residual = self.each().sqrt() * v);
        Ok(self.of(error, squares(v)))
    }
}

/// One parameter at a time: the view of the errors, and the squares at its centre.
struct View<'r> {
    performance: &'r Regularized,
    error: Box<dyn Incremental + 'r>,
    v: Vec<f64>,
    squares: f64,
}

impl View<'_> {
    /// The sum of the squares once `v_i = to`: it changes by `to² - v_i²`.
    fn squares_with(&self, i: usize, to: f64) -> f64 {
        self.squares + (to - self.v[i]) * (to + self.v[i])
    }
}

impl Incremental for View<'_> {
    fn begin(&mut self, v: &[f64]) -> Result<f64, Failure> {
        let error = self.error.begin(v)?;
        self.v.clear();
        self.v.extend_from_slice(v);
        self.squares = squares(v);
        Ok(self.performance.of(error, self.squares))
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let error = self.error.try_value(i, to)?;
        Ok(self.performance.of(error, self.squares_with(i, to)))
    }

    fn canonical_value(&mut self, i: usize, to: f64) -> Option<Result<f64, Failure>> {
        let error = self.error.canonical_value(i, to)?;
        let from = std::mem::replace(&mut self.v[i], to);
        let squares = squares(&self.v);
        self.v[i] = from;
        Some(error.map(|error| self.performance.of(error, squares)))
    }

    fn accept(&mut self, i: usize, to: f64) {
        self.squares = self.squares_with(i, to);
        self.v[i] = to;
        self.error.accept(i, to);
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        let Parabola { value, slope, curvature } = self.error.line(i)?;
        let (kept, each) = (1.0 - self.performance.share, self.performance.each());
        // (v_i + d)² = v_i² + 2 v_i d + d²
        Some(Parabola {
            value: self.performance.of(value, self.squares),
            slope: kept * slope + 2.0 * each * self.v[i],
            curvature: kept * curvature + each,
        })
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        self.error.blocks()
    }
}
