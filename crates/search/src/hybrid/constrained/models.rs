//! The models of all functions, from one factorization.

use nalgebra::{DMatrix, DVector};

use super::composite::Composite;
use super::hint::Hint;
use super::learn::Others;
use super::near::nearest;
use super::points::{Known, Points};
use super::squares::{Residuals, sum_of_squares};
use super::terms::{Rises, Terms};
use crate::Loss;
use crate::hybrid::fits::REMAINDERS;
use crate::hybrid::panels::Four;
use crate::hybrid::quadratic::{Conditions, Eliminated, Quadratic, Solution};

/// A function whose smooth fit has a smaller recent error than this needs no other fit.
const SMOOTH: f64 = 0.05;

/// What is kept of a function between models.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    /// Its last Hessian; 0 for a sum of squares.
    hessian: DMatrix<f64>,
    pub(super) errors: [f64; REMAINDERS.len()],
    /// The largest magnitude of the function at points that were predicted.
    pub(super) size: f64,
}

/// What is kept of objective and constraints between models. The objective may be the sum of the squares of residuals,
/// whose values come last, or have kinks where they meet.
#[derive(Debug, Clone)]
pub(super) struct Fits {
    pub(super) functions: Vec<Memory>,
    residuals: usize,
    /// The residuals of a value with kinks.
    terms: Option<Terms>,
    hint: Option<Hint>,
}

/// The models of all functions around the incumbent.
pub(super) struct Models {
    /// The values at the incumbent.
    pub(super) values: Vec<f64>,
    /// The objective's model, then those of the constraints. Of a value with kinks it is a [piece](Composite::piece).
    pub(super) models: Vec<Quadratic>,
    pub(super) composite: Option<Composite>,
    /// The slopes of the residuals, one in each column, where there are any.
    pub(super) slopes: Option<DMatrix<f64>>,
    /// The fits of all kinds; none where the models come from elsewhere.
    pub(super) others: Option<Others>,
}

/// One kind of fit of a function.
pub(super) struct Fit {
    /// Of the function, or of the residuals' [combination](Residuals::combined).
    solution: Solution,
    /// The slopes of the residuals in units of the radius, where the function is the sum of their squares.
    slopes: Option<DMatrix<f64>>,
}

impl Fits {
    /// Nothing yet, for an objective with these numbers of constraints and of residuals in n coordinates.
    pub(super) fn none_yet(constraints: usize, residuals: usize, n: usize) -> Self {
        let memory = Memory { hessian: DMatrix::zeros(n, n), errors: [0.0; REMAINDERS.len()], size: 0.0 };
        Fits { functions: vec![memory; 1 + constraints], residuals, terms: None, hint: None }
    }

    /// The same where the value has the kinks of this loss, if any.
    pub(super) fn with_kinks(self, loss: Option<Loss>) -> Self {
        let n = self.functions[0].hessian.nrows();
        Fits { terms: loss.map(|loss| Terms::none_yet(loss, self.residuals, n)), ..self }
    }

    /// Begins with the slopes of a hint.
    pub(super) fn begin_with(&mut self, hint: Hint) {
        self.hint = Some(hint);
    }

    /// Goes on without the hint.
    pub(super) fn forget_hint(&mut self) {
        self.hint = None;
    }

    /// Gives the points of the hint other coordinates.
    pub(super) fn take_coordinates(&mut self, coordinates: impl Fn(&[f64]) -> DVector<f64>) {
        self.hint.iter_mut().for_each(|hint| hint.take_coordinates(&coordinates));
    }

    /// Fits the models around `here` to the nearest points. `shrink` are factors of the coordinates for the fit, by
    /// which a step of a grid is no longer than the radius.
    pub(super) fn fit(
        &mut self,
        points: &Points,
        here: &Known,
        radius: f64,
        shrink: Option<&DVector<f64>>,
        several: bool,
    ) -> Option<Models> {
        let (near, radius) = nearest(points, here, self.functions.len(), radius, shrink);
        let displacements: Vec<_> = near.iter().map(|(displacement, _)| displacement).collect();
        let conditions = Conditions::at(&displacements, radius)?;
        let several = several && self.functions.iter().any(|memory| memory.errors[0] > SMOOTH);
        let kinds = if several { REMAINDERS.len() } else { 1 };
        let eliminated: Vec<Option<Eliminated<'_>>> =
            REMAINDERS.iter().take(kinds).map(|&remainder| conditions.eliminate(remainder)).collect();
        // The fits are to what the slopes of the hint leave unexplained.
        let hint = self.hint.as_ref().filter(|_| shrink.is_none());
        let hinted = hint.and_then(|hint| hint.slopes(here, self.residuals, radius));
        let explained = |i: usize, k: usize| hinted.as_ref().map_or(0.0, |g| g.column(k).dot(&near[i].0));
        let functions = self.functions.len();
        let mut of_residuals: Option<DMatrix<f64>> = None;
        let mut composite = None;
        let mut of_terms = None;
        if let Some(terms) = &mut self.terms {
            let rises = Rises {
                now: &here.values[functions..],
                unexplained: |i: usize, k: usize| {
                    let k = functions + k;
                    near[i].1.values[k] - here.values[k] - explained(i, k)
                },
                hinted: hinted.as_ref().map(|slopes| slopes.columns_range(functions..).into_owned()),
                shrink,
            };
            let (model, fits) = terms.fit(&conditions, &eliminated, &self.functions[0].errors, rises)?;
            of_residuals = Some(model.slopes());
            (composite, of_terms) = (Some(model), Some(fits));
        }
        let residuals = (self.residuals > 0 && composite.is_none()).then(|| {
            let mut residuals = Residuals::at(&near, here, self.residuals);
            if hinted.is_some() {
                residuals.subtract(|i, k| explained(i, functions + k));
            }
            residuals
        });
        let (mut models, mut fits, mut priors) = (Vec::new(), Vec::new(), Vec::new());
        for (function, memory) in self.functions.iter_mut().enumerate() {
            if let Some(composite) = composite.as_ref().filter(|_| function == 0) {
                models.push(composite.piece());
                fits.push([const { None }; REMAINDERS.len()]);
                priors.push(memory.hessian.clone());
                continue;
            }
            let residuals = residuals.as_ref().filter(|_| function == 0);
            let before = conditions.in_radii(&shrunk(&memory.hessian, shrink, |s| 1.0 / s));
            let rise = |i: usize| match residuals {
                Some(residuals) => residuals.combined[i] - explained(i, function),
                None => near[i].1.values[function] - here.values[function] - explained(i, function),
            };
            let rises = conditions.unexplained(rise, &before);
            let of_kind = |kind: usize| {
                let mut fit = Fit::of(eliminated.get(kind)?.as_ref()?, &rises, residuals)?;
                if let (Some(slopes), Some(hinted)) = (&mut fit.slopes, &hinted) {
                    *slopes += hinted.columns_range(functions..) * radius;
                }
                Some(fit)
            };
            let of_function: [Option<Fit>; REMAINDERS.len()] = std::array::from_fn(of_kind);
            let better = |best: usize, kind: usize| {
                let is_better = memory.errors[kind] < memory.errors[best] && of_function[kind].is_some();
                if is_better { kind } else { best }
            };
            let used = (1..kinds).fold(0, better);
            let fit = of_function[used].as_ref()?;
            let mut model = eliminated[used].as_ref()?.model(&fit.solution, &before)?;
            if let Some(hinted) = &hinted {
                model.gradient += hinted.column(function);
            }
            match &fit.slopes {
                Some(slopes) => {
                    let slopes = slopes / radius;
                    model = stretched(sum_of_squares(&model, &slopes), shrink);
                    of_residuals = Some(slopes);
                }
                None => {
                    model = stretched(model, shrink);
                    memory.hessian.copy_from(&model.hessian);
                }
            }
            models.push(model);
            fits.push(of_function);
            priors.push(before);
        }
        drop(eliminated);
        let others = Others { conditions, hinted, before: priors, fits, of_terms, shrink: shrink.cloned() };
        let values = here.values.clone();
        Some(Models { values, models, composite, slopes: of_residuals, others: Some(others) })
    }

    /// Begins anew with the Hessians, in other coordinates.
    pub(super) fn forget_hessians(&mut self) {
        self.functions.iter_mut().for_each(|memory| memory.hessian.fill(0.0));
        self.terms.iter_mut().for_each(Terms::forget_hessians);
    }

    /// Begins anew with the errors of the fits.
    pub(super) fn forget_errors(&mut self) {
        self.functions.iter_mut().for_each(|memory| memory.errors = [0.0; REMAINDERS.len()]);
    }

    /// The largest recent error of a smooth fit, of the function that is predicted worst: 0 if all predictions were right.
    pub(super) fn worst_error(&self) -> f64 {
        self.functions.iter().map(|memory| memory.errors[0]).fold(0.0, f64::max)
    }
}

impl Fit {
    /// Solves for a function's right-hand side, and for the slopes of residuals.
    fn of(eliminated: &Eliminated<'_>, rises: &[Four], residuals: Option<&Residuals>) -> Option<Self> {
        let slopes = match residuals {
            Some(residuals) => Some(eliminated.slopes(&residuals.rises)?),
            None => None,
        };
        Some(Fit { solution: eliminated.solve(rises)?, slopes })
    }

    /// Returns the change that the fit predicts for a displacement, with what the slopes of a hint have `explained`: of a
    /// sum of squares `2 c + Σ (gᵢᵀd)²`.
    pub(super) fn change(
        &self,
        conditions: &Conditions,
        before: &DMatrix<f64>,
        displacement: &DVector<f64>,
        explained: f64,
    ) -> f64 {
        let change = conditions.change(&self.solution, before, displacement) + explained;
        match &self.slopes {
            Some(slopes) => 2.0 * change + conditions.squared_changes(slopes, displacement),
            None => change,
        }
    }
}

impl Models {
    /// Models that were not fitted.
    pub(super) fn alone(values: Vec<f64>, models: Vec<Quadratic>) -> Self {
        Models { values, models, composite: None, slopes: None, others: None }
    }

    /// Whether the models were fitted to points.
    pub(super) fn are_fitted(&self) -> bool {
        self.others.is_some()
    }

    /// Returns the values of all functions that the models predict for a displacement.
    pub(super) fn predict(&self, displacement: &DVector<f64>) -> Vec<f64> {
        let changes = self.models.iter().map(|model| model.change(displacement));
        let mut predicted: Vec<f64> =
            self.values.iter().zip(changes).map(|(value, change)| value + change).collect();
        if let Some(composite) = &self.composite {
            predicted[0] = self.values[0] + composite.change(displacement);
        }
        predicted
    }

    /// Returns the Hessian `H_f + Σ λᵢ Hᵢ` of the Lagrangian. The multipliers of the constraints may be followed by those of
    /// the residuals of a value with kinks, which has no Hessian of its own.
    pub(super) fn hessian_of_lagrangian(&self, multipliers: &[f64]) -> DMatrix<f64> {
        let of_residuals = multipliers.get(self.models.len() - 1..);
        let composite = self.composite.as_ref().zip(of_residuals);
        let objective = composite.and_then(|(composite, of_residuals)| composite.hessian(of_residuals));
        let mut hessian = objective.unwrap_or_else(|| self.models[0].hessian.clone());
        for (model, &multiplier) in self.models[1..].iter().zip(multipliers) {
            if multiplier != 0.0 {
                hessian += &model.hessian * multiplier;
            }
        }
        hessian
    }
}

/// Returns a model in the coordinates before they were multiplied by these factors.
pub(super) fn stretched(model: Quadratic, shrink: Option<&DVector<f64>>) -> Quadratic {
    let Some(factors) = shrink else { return model };
    let hessian = shrunk(&model.hessian, shrink, |s| s);
    Quadratic { gradient: model.gradient.component_mul(factors), hessian }
}

/// Returns the Hessian with rows and columns multiplied by a function of the factors.
pub(super) fn shrunk(
    hessian: &DMatrix<f64>,
    shrink: Option<&DVector<f64>>,
    factor: impl Fn(f64) -> f64,
) -> DMatrix<f64> {
    let Some(shrink) = shrink else { return hessian.clone() };
    DMatrix::from_fn(hessian.nrows(), hessian.ncols(), |i, k| {
        hessian[(i, k)] * factor(shrink[i]) * factor(shrink[k])
    })
}

#[cfg(test)]
mod tests;
