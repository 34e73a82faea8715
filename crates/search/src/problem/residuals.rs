//! The residuals of a fit, their standard deviations, and the form of the value.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Failure, IntoPoint, Loss, Objective, Values};

/// How the value of a fit comes from its m residuals `r`:
///
/// `f = sum C^2 rho((r_i / (C sigma_i))^2)`
///
/// with standard deviations `sigma_i` (default 1) and a [`Loss`] `rho` of scale `C`. The default is the plain
/// sum of squares, without a factor 1/2. A weight `w_i` of a square is `sigma_i = 1 / sqrt(w_i)`. Three losses are no
/// sums of squares: `sum |r_i / sigma_i|` ([`Loss::L1`]), `max r_i / sigma_i` ([`Loss::Minimax`]) and
/// `max |r_i / sigma_i|` ([`Loss::Chebyshev`]).
///
/// ```
/// use search::{LeastSquares, Loss};
///
/// let plain = LeastSquares::of(2);
/// assert_eq!(plain.value(&[3.0, -4.0]), 25.0);
/// let robust = LeastSquares::of(2).with_deviations([1.0, 2.0])?.with_loss(Loss::Huber { scale: 1.0 })?;
/// assert_eq!(robust.value(&[0.5, 4.0]), 0.25 + 3.0); // 4 / 2 = 2 counts 2 * 2 - 1
/// assert_eq!(plain.with_loss(Loss::Chebyshev)?.value(&[3.0, -4.0]), 4.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeastSquares {
    count: usize,
    deviations: Option<Vec<f64>>,
    loss: Loss,
}

impl LeastSquares {
    /// The plain sum of the squares of `count` residuals.
    pub fn of(count: usize) -> Self {
        LeastSquares { count, deviations: None, loss: Loss::Squares }
    }

    /// Sets the standard deviations, in the units of the residuals.
    ///
    /// # Errors
    /// [`Error::DeviationsLength`] unless there is one for each residual; [`Error::Deviation`] for one that is
    /// not finite and above 0.
    #[doc(alias = "sigma")]
    pub fn with_deviations(self, deviations: impl IntoPoint) -> Result<Self, Error> {
        let deviations = deviations.into_point();
        if deviations.len() != self.count {
            return Err(Error::DeviationsLength { given: deviations.len(), expected: self.count });
        }
        if let Some(index) = deviations.iter().position(|sigma| !(sigma.is_finite() && *sigma > 0.0)) {
            return Err(Error::Deviation { index, value: deviations[index] });
        }
        Ok(LeastSquares { deviations: Some(deviations), ..self })
    }

    /// Sets the loss.
    ///
    /// # Errors
    /// [`Error::LossScale`] for a scale that is not finite and above 0.
    pub fn with_loss(self, loss: Loss) -> Result<Self, Error> {
        let scale = loss.scale();
        if scale.is_finite() && scale > 0.0 {
            Ok(LeastSquares { loss, ..self })
        } else {
            Err(Error::LossScale { value: scale })
        }
    }

    /// The number of residuals m.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The standard deviations, if they are not all 1.
    pub fn deviations(&self) -> Option<&[f64]> {
        self.deviations.as_deref()
    }

    /// The loss.
    pub fn loss(&self) -> Loss {
        self.loss
    }

    /// `r_i / sigma_i`
    fn standard<'a>(&'a self, residuals: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        residuals.iter().enumerate().map(|(i, r)| match &self.deviations {
            Some(deviations) => r / deviations.get(i).copied().unwrap_or(1.0),
            None => *r,
        })
    }

    /// Returns `r_i / sigma_i`.
    pub(crate) fn standardized(&self, residuals: &[f64]) -> Vec<f64> {
        self.standard(residuals).collect()
    }

    /// Returns the residuals of which these are [rooted](LeastSquares::rooted).
    pub(crate) fn unrooted(&self, rooted: &[f64]) -> Vec<f64> {
        let sigma = |i: usize| self.deviations.as_ref().map_or(1.0, |deviations| deviations[i]);
        rooted.iter().enumerate().map(|(i, &root)| sigma(i) * self.loss.unrooted(root)).collect()
    }

    /// The value of these residuals.
    pub fn value(&self, residuals: &[f64]) -> f64 {
        self.loss.value(self.standard(residuals))
    }

    /// The residuals as a solver sees them: in a form whose sum of squares is the value, up to rounding. That is
    /// `r_i / sigma_i` for squares, and for robust losses
    ///
    /// `s_i = sign(r_i) C sqrt(rho((r_i / (C sigma_i))^2))`,
    ///
    /// which is once differentiable in `r_i`. A Gauss-Newton step on `s` therefore decreases the value,
    /// whatever the loss. A value [with kinks](Loss::has_kinks) has no such form; for these losses it is `r_i / sigma_i`.
    pub fn rooted(&self, residuals: &[f64]) -> Vec<f64> {
        self.standard(residuals).map(|z| self.loss.rooted(z)).collect()
    }

    /// The values of an evaluation with these residuals, for an [`Evaluator`](crate::Evaluator) or
    /// [`AskTell`](crate::AskTell).
    pub fn values(&self, residuals: impl Into<Vec<f64>>) -> Values {
        let residuals = residuals.into();
        Values::from(self.value(&residuals)).with_residuals(residuals)
    }
}

impl From<usize> for LeastSquares {
    fn from(count: usize) -> Self {
        LeastSquares::of(count)
    }
}

/// The residuals of an objective.
pub trait Residuals: Send + Sync {
    /// How many there are, and how the value comes from them.
    fn form(&self) -> LeastSquares;

    /// Writes the residuals at `x` into `residuals`, which has their number, and returns the value of the
    /// objective at `x`, to the bit as [`Objective::value`] does.
    ///
    /// # Errors
    /// A [`Failure`] if there are no residuals at `x`. A residual that is NaN or infinite counts as one.
    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure>;
}

/// What a closure that writes residuals may return: nothing, or a `Result` of it. The error may be any
/// `Display + 'static` type.
pub trait IntoCompletion {
    /// Converts to nothing or a failure.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`], and a [`Failure`] as it is.
    fn into_completion(self) -> Result<(), Failure>;
}

impl IntoCompletion for () {
    fn into_completion(self) -> Result<(), Failure> {
        Ok(())
    }
}

impl<E: fmt::Display + 'static> IntoCompletion for Result<(), E> {
    fn into_completion(self) -> Result<(), Failure> {
        self.map_err(|error| Failure::of(&error))
    }
}

/// An objective whose value comes from the residuals that a closure writes.
pub(crate) struct Fit<F> {
    pub(crate) form: LeastSquares,
    pub(crate) residuals: F,
}

impl<F, V> Objective for Fit<F>
where
    F: Fn(&[f64], &mut [f64]) -> V + Send + Sync,
    V: IntoCompletion,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.residuals_at(x, &mut vec![0.0; self.form.count])
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl<F, V> Residuals for Fit<F>
where
    F: Fn(&[f64], &mut [f64]) -> V + Send + Sync,
    V: IntoCompletion,
{
    fn form(&self) -> LeastSquares {
        self.form.clone()
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        // A residual that the closure does not write is no number.
        residuals.fill(f64::NAN);
        (self.residuals)(x, residuals).into_completion()?;
        Ok(self.form.value(residuals))
    }
}
