//! The model of a sum of squares, from models of all residuals by one factorization.

use nalgebra::{DMatrix, DVector};

use super::points::Known;
use crate::hybrid::fits::MEMORY;
use crate::hybrid::quadratic::{Conditions, Eliminated, Quadratic, Solution};

/// The kinds of fits: the variance of each misfit, and the size of the remainder. The last are for noise.
const KINDS: [(f64, f64); 6] = [(1e-7, 1e-8), (1e-7, 1e-5), (1e-7, 1e-2), (1e-3, 1e-2), (1e-1, 1e-2), (1e1, 1e-2)];

fn env(name: &str, usual: f64) -> f64 { std::env::var(name).ok().and_then(|k| k.parse().ok()).unwrap_or(usual) }

/// Changes below this many rounding errors of the sum's magnitude say nothing about a model.
const ROUNDINGS: f64 = 1e4;

/// A sum whose smooth fit has a smaller recent error than this needs no other fit.
const SMOOTH: f64 = 0.05;

/// What is kept of a sum of squares between models.
#[derive(Debug, Clone, Default)]
pub(super) struct SumMemory {
    errors: [f64; KINDS.len()],
    /// The largest magnitude of the sum at points that were predicted.
    size: f64,
}

/// The fits of all kinds.
pub(super) struct SumFits {
    conditions: Conditions,
    fits: [Option<SumFit>; KINDS.len()],
    used: usize,
}

/// One kind of fit. In units of the radius, residual i is modelled by `bᵢ + gᵢᵀa + ½ aᵀHᵢ a` with the previous Hessian 0,
/// and the sum by
///
/// ```text
/// Σ bᵢ² + 2 c(a) + Σ (gᵢᵀa)²,    c(a) = Σ bᵢ (gᵢᵀa + ½ aᵀHᵢ a),
/// ```
///
/// without the products of slopes and curvatures (Dennis, Gay & Welsch 1981, "An adaptive nonlinear least-squares
/// algorithm"). As models depend linearly on the values, c is the model of the one function `Σ bᵢrᵢ`.
struct SumFit {
    /// The model of `Σ bᵢrᵢ`.
    combined: Solution,
    /// The slopes gᵢ, one residual in each column.
    slopes: DMatrix<f64>,
    /// `Σ bᵢ² - Σ rᵢ²`, with the residuals r at the incumbent: what the misfit there makes of the sum.
    misfit: f64,
    noise: f64,
}

impl SumMemory {
    /// Begins anew with the errors of the fits.
    pub(super) fn forget_errors(&mut self) {
        self.errors = [0.0; KINDS.len()];
    }

    /// The recent error of the smooth fit.
    pub(super) fn error(&self) -> f64 {
        self.errors[0]
    }

    /// Fits models at these displacements to the residuals, which come after `others` values of a point.
    pub(super) fn fit(
        &self,
        near: &[(DVector<f64>, &Known)],
        here: &Known,
        others: usize,
        radius: f64,
        several: bool,
    ) -> Option<(SumFits, Quadratic)> {
        // The incumbent is one of the points: its residuals have misfits, too.
        let origin = DVector::zeros(here.y.len());
        let displacements: Vec<_> = near.iter().map(|(displacement, _)| displacement).chain([&origin]).collect();
        let conditions = Conditions::at(&displacements, radius)?.with_constant();
        let now = DVector::from_column_slice(&here.values[others..]);
        let rise = |i: usize, k: usize| near.get(i).map_or(0.0, |(_, point)| point.values[others + k] - now[k]);
        let rises = DMatrix::from_fn(displacements.len(), now.len(), rise);
        let kinds = if several && self.errors[0] > SMOOTH { env("FITS_KINDS", 3.0) as usize } else { 1 };
        let eliminated: [Option<Eliminated<'_>>; KINDS.len()] = std::array::from_fn(|kind| {
            (kind < kinds).then(|| conditions.eliminate_with(KINDS[kind].0, KINDS[kind].1)).flatten()
        });
        let fit = |kind: usize| SumFit::of(eliminated[kind].as_ref()?, &rises, &now, &conditions, KINDS[kind]);
        let fits: [Option<SumFit>; KINDS.len()] = std::array::from_fn(fit);
        let better = |best: usize, kind: usize| {
            if fits[kind].is_some() && self.errors[kind] < self.errors[best] { kind } else { best }
        };
        let used = (1..kinds).fold(0, better);
        let model = fits[used].as_ref()?.model(eliminated[used].as_ref()?, radius)?;
        drop(eliminated);
        Some((SumFits { conditions, fits, used }, model))
    }

    /// Updates the error of each kind of fit with the sum at a new point and at the incumbent of the fits.
    pub(super) fn learn(&mut self, fits: &SumFits, displacement: &DVector<f64>, value: f64, before: f64) {
        let rise = value - before;
        self.size = self.size.max(value.abs()).max(before.abs());
        for (error, fit) in self.errors.iter_mut().zip(&fits.fits) {
            let Some(fit) = fit else { continue };
            let predicted = fit.rise(&fits.conditions, displacement);
            let seen = (rise.abs() + predicted.abs()).max(ROUNDINGS * f64::EPSILON * self.size);
            let wrong = (rise - predicted).abs() / seen.max(f64::MIN_POSITIVE);
            *error = MEMORY * *error + (1.0 - MEMORY) * if wrong.is_nan() { 1.0 } else { wrong };
        }
    }
}

impl SumFits {
    pub(super) fn noise(&self) -> f64 {
        self.fits[self.used].as_ref().map_or(0.0, |fit| fit.noise)
    }
}

impl SumFit {
    fn of(
        eliminated: &Eliminated<'_>,
        rises: &DMatrix<f64>,
        now: &DVector<f64>,
        conditions: &Conditions,
        kind: (f64, f64),
    ) -> Option<Self> {
        let (slopes, constants) = eliminated.slopes_and_constants(rises)?;
        let values = now + constants;
        let combined = eliminated.solve(&conditions.weighted(&(rises * &values)))?;
        let misfit = values.norm_squared() - now.norm_squared();
        let noise = 2.0 * conditions.misfit(&combined, kind.0);
        Some(SumFit { combined, slopes, misfit, noise })
    }

    /// Returns the predicted rise of the sum from its value at the incumbent.
    fn rise(&self, conditions: &Conditions, displacement: &DVector<f64>) -> f64 {
        let squares = conditions.squared_changes(&self.slopes, displacement);
        self.misfit + 2.0 * conditions.change_from_flat(&self.combined, displacement) + squares
    }

    /// Returns the model of the sum: with the model of `Σ bᵢrᵢ`, its gradient is doubled, and its Hessian is
    /// `2 (Σ bᵢHᵢ + Σ gᵢgᵢᵀ)`.
    fn model(&self, eliminated: &Eliminated<'_>, radius: f64) -> Option<Quadratic> {
        let n = self.slopes.nrows();
        let combined = eliminated.model(&self.combined, &DMatrix::zeros(n, n))?;
        let slopes = &self.slopes / radius;
        let hessian = (combined.hessian + &slopes * slopes.transpose()) * 2.0;
        Some(Quadratic { gradient: combined.gradient * 2.0, hessian })
    }
}

#[cfg(test)]
mod tests;
