//! The fits of residuals whose value has kinks: each residual has a model of its own.

use nalgebra::{DMatrix, DVector};

use super::composite::Composite;
use super::learn::relative;
use super::models::{shrunk, stretched};
use crate::Loss;
use crate::hybrid::fits::REMAINDERS;
use crate::hybrid::quadratic::{Conditions, Eliminated, Solution};

/// What is kept of the residuals between models.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    loss: Loss,
    hessians: Vec<DMatrix<f64>>,
}

/// What the points say of the residuals.
pub(super) struct Rises<'n, F> {
    /// The residuals at the incumbent.
    pub(super) now: &'n [f64],
    /// The rise of a residual at a point, as far as the slopes of a hint do not explain it: of point i, then residual k.
    pub(super) unexplained: F,
    /// The slopes of a hint, one residual in each column.
    pub(super) hinted: Option<DMatrix<f64>>,
    /// Factors of the coordinates for the fit.
    pub(super) shrink: Option<&'n DVector<f64>>,
}

/// The fits of all residuals, one for each remainder.
pub(super) struct OfTerms {
    now: Vec<f64>,
    hinted: Option<DMatrix<f64>>,
    before: Vec<DMatrix<f64>>,
    fits: [Option<Vec<Solution>>; REMAINDERS.len()],
}

impl Terms {
    pub(super) fn none_yet(loss: Loss, residuals: usize, n: usize) -> Self {
        Terms { loss, hessians: vec![DMatrix::zeros(n, n); residuals] }
    }

    /// Begins anew with the Hessians.
    pub(super) fn forget_hessians(&mut self) {
        self.hessians.iter_mut().for_each(|hessian| hessian.fill(0.0));
    }

    /// Fits all residuals with each remainder, and makes the model of the one with the least of these errors.
    pub(super) fn fit(
        &mut self,
        conditions: &Conditions,
        eliminated: &[Option<Eliminated<'_>>],
        errors: &[f64],
        rises: Rises<'_, impl Fn(usize, usize) -> f64>,
    ) -> Option<(Composite, OfTerms)> {
        let Rises { now, unexplained, hinted, shrink } = rises;
        let before: Vec<DMatrix<f64>> = self
            .hessians
            .iter()
            .map(|hessian| conditions.in_radii(&shrunk(hessian, shrink, |s| 1.0 / s)))
            .collect();
        let right: Vec<_> = before
            .iter()
            .enumerate()
            .map(|(k, before)| conditions.unexplained(|i| unexplained(i, k), before))
            .collect();
        let of_kind = |kind: usize| -> Option<Vec<Solution>> {
            let eliminated = eliminated.get(kind)?.as_ref()?;
            right.iter().map(|right| eliminated.solve(right)).collect()
        };
        let fits: [Option<Vec<Solution>>; REMAINDERS.len()] = std::array::from_fn(of_kind);
        let better = |best: usize, kind: usize| {
            if errors[kind] < errors[best] && fits[kind].is_some() { kind } else { best }
        };
        let used = (1..eliminated.len()).fold(0, better);
        let (solutions, eliminated) = (fits[used].as_ref()?, eliminated[used].as_ref()?);
        let mut models = Vec::with_capacity(now.len());
        for (k, (solution, before)) in solutions.iter().zip(&before).enumerate() {
            let mut model = eliminated.model(solution, before)?;
            if let Some(hinted) = &hinted {
                model.gradient += hinted.column(k);
            }
            let model = stretched(model, shrink);
            self.hessians[k].copy_from(&model.hessian);
            models.push(model);
        }
        let of_terms = OfTerms { now: now.to_vec(), hinted, before, fits };
        Some((Composite::of(self.loss, now, models), of_terms))
    }
}

impl OfTerms {
    /// Returns by how much a kind of fit misses the residuals `there` at a displacement, relative to their changes: all
    /// magnitudes together, as a value at a kink may change by next to nothing. `None` if there is no such fit.
    pub(super) fn error(
        &self,
        kind: usize,
        conditions: &Conditions,
        displacement: &DVector<f64>,
        there: &[f64],
    ) -> Option<f64> {
        let solutions = self.fits[kind].as_ref()?;
        let (mut wrong, mut changes, mut size) = (0.0, 0.0, 0.0);
        for (k, (there, now)) in there.iter().zip(&self.now).enumerate() {
            let explained = self.hinted.as_ref().map_or(0.0, |slopes| slopes.column(k).dot(displacement));
            let predicted = explained + conditions.change(&solutions[k], &self.before[k], displacement);
            let rise = there - now;
            wrong += (rise - predicted).abs();
            changes += rise.abs() + predicted.abs();
            size += there.abs().max(now.abs());
        }
        Some(relative(wrong, changes, size))
    }
}

#[cfg(test)]
mod tests;
