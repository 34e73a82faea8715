//! Losses: how the value of a fit comes from its residuals.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the value of a fit comes from its residuals z, in standard deviations.
///
/// The first four are sums `Σ C² rho((z / C)²)`. Each `rho` of a squared residual is `u` for small residuals, and grows
/// more slowly beyond C. (Triggs, McLauchlan, Hartley & Fitzgibbon 2000, "Bundle adjustment: a modern synthesis",
/// section 3; the same functions as in SciPy's `least_squares`.) The others have kinks: where a residual is 0, or where
/// the largest one changes.
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
    /// `Σ |z|`, the least absolute deviations.
    #[doc(alias = "absolute")]
    L1,
    /// `max z`, the largest of some functions, which may be negative.
    #[doc(alias = "fminimax")]
    Minimax,
    /// `max |z|`, the largest deviation.
    Chebyshev,
}

/// The word of the program and of problem files.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Loss::Squares => "squares",
            Loss::Huber { .. } => "huber",
            Loss::SoftL1 { .. } => "soft-l1",
            Loss::Cauchy { .. } => "cauchy",
            Loss::L1 => "l1",
            Loss::Minimax => "minimax",
            Loss::Chebyshev => "chebyshev",
        })
    }
}

impl Loss {
    /// C; 1 for a loss without one.
    pub fn scale(self) -> f64 {
        match self {
            Loss::Squares | Loss::L1 | Loss::Minimax | Loss::Chebyshev => 1.0,
            Loss::Huber { scale } | Loss::SoftL1 { scale } | Loss::Cauchy { scale } => scale,
        }
    }

    /// Whether the value has kinks where the residuals have none. Such a value is no sum of squares of smooth terms.
    ///
    /// ```
    /// use search::Loss;
    ///
    /// assert!(Loss::L1.has_kinks() && !Loss::Huber { scale: 1.0 }.has_kinks());
    /// ```
    pub fn has_kinks(self) -> bool {
        matches!(self, Loss::L1 | Loss::Minimax | Loss::Chebyshev)
    }

    /// Returns the value of residuals in standard deviations. One that is NaN makes it NaN.
    pub(crate) fn value(self, z: impl Iterator<Item = f64>) -> f64 {
        let largest = |largest: f64, z: f64| if z > largest || z.is_nan() { z } else { largest };
        let c = self.scale();
        match self {
            Loss::L1 => z.map(f64::abs).sum(),
            Loss::Minimax => z.fold(f64::NEG_INFINITY, largest),
            Loss::Chebyshev => z.map(f64::abs).fold(0.0, largest),
            // sum C^2 rho((r / (C sigma))^2)
            _ => z.map(|z| c * c * self.rho((z / c) * (z / c))).sum(),
        }
    }

    /// Returns `sign(z) C sqrt(rho((z / C)²))`, whose square is a residual's share of the value; for a value with kinks, z.
    pub(super) fn rooted(self, z: f64) -> f64 {
        let c = self.scale();
        match self {
            Loss::Squares | Loss::L1 | Loss::Minimax | Loss::Chebyshev => z,
            _ => (c * self.rho((z / c) * (z / c)).sqrt()).copysign(z),
        }
    }

    /// Returns the residual, in standard deviations, of which this is the [rooted](Loss::rooted) form.
    pub(super) fn unrooted(self, root: f64) -> f64 {
        let c = self.scale();
        let rho = (root / c) * (root / c);
        let size = match self {
            Loss::Squares | Loss::L1 | Loss::Minimax | Loss::Chebyshev => return root,
            Loss::Huber { .. } if rho <= 1.0 => return root,
            Loss::Huber { .. } => 0.5 * (rho + 1.0),
            // (ρ/2 + 1)² - 1 without cancellation where ρ is small.
            Loss::SoftL1 { .. } => (rho * (1.0 + 0.25 * rho)).sqrt(),
            Loss::Cauchy { .. } => rho.exp_m1().sqrt(),
        };
        (c * size).copysign(root)
    }

    /// Returns `ψ(z) = z rho'(u)` and `ψ'(z) = rho'(u) + 2 u rho''(u)` for a residual z in standard deviations, with
    /// `u = (z / C)²`: half the first and second derivative of `C² rho`. `None` for a value with kinks.
    pub(crate) fn influence(self, z: f64) -> Option<(f64, f64)> {
        let c = self.scale();
        let u = (z / c) * (z / c);
        let (first, second) = match self {
            Loss::Squares => (1.0, 0.0),
            Loss::Huber { .. } if u <= 1.0 => (1.0, 0.0),
            Loss::Huber { .. } => (u.powf(-0.5), -0.5 * u.powf(-1.5)),
            Loss::SoftL1 { .. } => ((1.0 + u).powf(-0.5), -0.5 * (1.0 + u).powf(-1.5)),
            Loss::Cauchy { .. } => (1.0 / (1.0 + u), -1.0 / (1.0 + u).powi(2)),
            Loss::L1 | Loss::Minimax | Loss::Chebyshev => return None,
        };
        Some((z * first, first + 2.0 * u * second))
    }

    /// `rho(u)`; u where there is none.
    fn rho(self, u: f64) -> f64 {
        match self {
            Loss::Squares | Loss::L1 | Loss::Minimax | Loss::Chebyshev => u,
            Loss::Huber { .. } if u <= 1.0 => u,
            Loss::Huber { .. } => 2.0 * u.sqrt() - 1.0,
            // 2 (sqrt(1 + u) - 1) without cancellation where u is small.
            Loss::SoftL1 { .. } if u < 1.0 => 2.0 * u / ((1.0 + u).sqrt() + 1.0),
            Loss::SoftL1 { .. } => 2.0 * ((1.0 + u).sqrt() - 1.0),
            Loss::Cauchy { .. } => u.ln_1p(),
        }
    }
}
