//! Least squares: the residuals of a fit, their standard deviations, and robust losses.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Failure, IntoPoint, Objective, Values};

/// How the value of a fit comes from its m residuals `r`:
///
/// `f = sum C^2 rho((r_i / (C sigma_i))^2)`
///
/// with standard deviations `sigma_i` (default 1) and a [`Loss`] `rho` of scale `C`. The default is the plain
/// sum of squares, without a factor 1/2. A weight `w_i` of a square is `sigma_i = 1 / sqrt(w_i)`.
///
/// ```
/// use search::{LeastSquares, Loss};
///
/// let plain = LeastSquares::of(2);
/// assert_eq!(plain.value(&[3.0, -4.0]), 25.0);
/// let robust = LeastSquares::of(2).with_deviations([1.0, 2.0])?.with_loss(Loss::Huber { scale: 1.0 })?;
/// assert_eq!(robust.value(&[0.5, 4.0]), 0.25 + 3.0); // 4 / 2 = 2 counts 2 * 2 - 1
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeastSquares {
    count: usize,
    deviations: Option<Vec<f64>>,
    loss: Loss,
}

/// The function `rho` of a squared residual `u`, in units of a scale C. Each is `u` for small residuals, and
/// grows more slowly beyond C. (Triggs, McLauchlan, Hartley & Fitzgibbon 2000, "Bundle adjustment: a modern
/// synthesis", section 3; the same functions as in SciPy's `least_squares`.)
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// `rho(u) = u`
    #[default]
    Squares,
    /// `rho(u) = u` up to 1, then `2 sqrt(u) - 1`.
    Huber {
        /// C.
        scale: f64,
    },
    /// `rho(u) = 2 (sqrt(1 + u) - 1)`
    SoftL1 {
        /// C.
        scale: f64,
    },
    /// `rho(u) = ln(1 + u)`
    Cauchy {
        /// C.
        scale: f64,
    },
}

impl Loss {
    /// C; 1 for squares.
    pub fn scale(self) -> f64 {
        match self {
            Loss::Squares => 1.0,
            Loss::Huber { scale } | Loss::SoftL1 { scale } | Loss::Cauchy { scale } => scale,
        }
    }

    /// Returns `ψ(z) = z rho'(u)` and `ψ'(z) = rho'(u) + 2 u rho''(u)` for a residual z in standard deviations, with
    /// `u = (z / C)²`: half the first and second derivative of `C² rho`.
    pub(crate) fn influence(self, z: f64) -> (f64, f64) {
        let c = self.scale();
        let u = (z / c) * (z / c);
        let (first, second) = match self {
            Loss::Squares => (1.0, 0.0),
            Loss::Huber { .. } if u <= 1.0 => (1.0, 0.0),
            Loss::Huber { .. } => (u.powf(-0.5), -0.5 * u.powf(-1.5)),
            Loss::SoftL1 { .. } => ((1.0 + u).powf(-0.5), -0.5 * (1.0 + u).powf(-1.5)),
            Loss::Cauchy { .. } => (1.0 / (1.0 + u), -1.0 / (1.0 + u).powi(2)),
        };
        (z * first, first + 2.0 * u * second)
    }

    /// Returns the `r / sigma` of a [rooted](LeastSquares::rooted) residual.
    fn unrooted(self, root: f64) -> f64 {
        let c = self.scale();
        let rho = (root / c) * (root / c);
        let size = match self {
            Loss::Squares => return root,
            Loss::Huber { .. } if rho <= 1.0 => return root,
            Loss::Huber { .. } => 0.5 * (rho + 1.0),
            // (ρ/2 + 1)² - 1 without cancellation where ρ is small.
            Loss::SoftL1 { .. } => (rho * (1.0 + 0.25 * rho)).sqrt(),
            Loss::Cauchy { .. } => rho.exp_m1().sqrt(),
        };
        (c * size).copysign(root)
    }

    /// `rho(u)`
    fn rho(self, u: f64) -> f64 {
        match self {
            Loss::Squares => u,
            Loss::Huber { .. } if u <= 1.0 => u,
            Loss::Huber { .. } => 2.0 * u.sqrt() - 1.0,
            // 2 (sqrt(1 + u) - 1) without cancellation where u is small.
            Loss::SoftL1 { .. } if u < 1.0 => 2.0 * u / ((1.0 + u).sqrt() + 1.0),
            Loss::SoftL1 { .. } => 2.0 * ((1.0 + u).sqrt() - 1.0),
            Loss::Cauchy { .. } => u.ln_1p(),
        }
    }
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
        let c = self.loss.scale();
        // sum C^2 rho((r / (C sigma))^2)
        self.standard(residuals).map(|z| c * c * self.loss.rho((z / c) * (z / c))).sum()
    }

    /// The residuals in a form whose sum of squares is the value, up to rounding: `r_i / sigma_i` for squares,
    /// and for other losses
    ///
    /// `s_i = sign(r_i) C sqrt(rho((r_i / (C sigma_i))^2))`,
    ///
    /// which is once differentiable in `r_i`. A Gauss-Newton step on `s` therefore decreases the value,
    /// whatever the loss.
    pub fn rooted(&self, residuals: &[f64]) -> Vec<f64> {
        let c = self.loss.scale();
        let root = |z: f64| match self.loss {
            Loss::Squares => z,
            loss => (c * loss.rho((z / c) * (z / c)).sqrt()).copysign(z),
        };
        self.standard(residuals).map(root).collect()
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
