//! The models of all functions, from one factorization.

use nalgebra::{DMatrix, DVector};

use super::points::{Known, Points};
use super::squares::{SumFits, SumMemory};
use crate::hybrid::fits::{MEMORY, REMAINDERS};
use crate::hybrid::quadratic::{
    Conditions, Eliminated, FURTHEST_POINT, Quadratic, STEEPEST, Solution, most_points,
};

/// The fit's radius is at least the distance of the n-th nearest point divided by this. With no points in a small trust
/// region, a model of a larger one is better than none.
const MOST_SPREAD: f64 = 10.0;

/// Changes below this many rounding errors of a function's magnitude say nothing about a model.
const ROUNDINGS: f64 = 1e4;

/// A function whose smooth fit has a smaller recent error than this needs no other fit.
const SMOOTH: f64 = 0.05;

/// What is kept of a function between models.
#[derive(Debug, Clone)]
struct Memory {
    hessian: DMatrix<f64>,
    errors: [f64; REMAINDERS.len()],
    /// The largest magnitude of the function at points that were predicted.
    size: f64,
}

/// What is kept of all functions between models.
#[derive(Debug, Clone)]
pub(super) struct Fits {
    /// Of the objective, if it is a sum of squares of residuals, whose values come last.
    sum: Option<SumMemory>,
    /// Of the objective otherwise, and of the constraints.
    functions: Vec<Memory>,
}

/// The models of all functions around the incumbent.
pub(super) struct Models {
    /// The values at the incumbent.
    pub(super) values: Vec<f64>,
    /// The objective's model, then those of the constraints.
    pub(super) models: Vec<Quadratic>,
    /// The fits of all kinds; none where the models come from elsewhere.
    others: Option<Others>,
}

/// The fits of all kinds, to learn which predicts best.
struct Others {
    sum: Option<SumFits>,
    conditions: Conditions,
    before: Vec<DMatrix<f64>>,
    solutions: Vec<[Option<Solution>; REMAINDERS.len()]>,
    shrink: Option<DVector<f64>>,
}

impl Fits {
    /// Nothing yet, for an objective with these numbers of constraints and of residuals in n coordinates.
    pub(super) fn none_yet(constraints: usize, residuals: usize, n: usize) -> Self {
        let memory = Memory { hessian: DMatrix::zeros(n, n), errors: [0.0; REMAINDERS.len()], size: 0.0 };
        let sum = (residuals > 0).then(SumMemory::default);
        Fits { functions: vec![memory; constraints + usize::from(sum.is_none())], sum }
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
        let others = usize::from(self.sum.is_some());
        let (near, radius) = nearest(points, here, others + self.functions.len(), radius, shrink);
        let displacements: Vec<_> = near.iter().map(|(displacement, _)| displacement).collect();
        let conditions = Conditions::at(&displacements, radius)?;
        let (mut models, mut of_sum) = (Vec::new(), None);
        if let Some(sum) = &self.sum {
            let (fits, model) = sum.fit(&near, here, others + self.functions.len(), radius, several)?;
            models.push(stretched(model, shrink));
            of_sum = Some(fits);
        }
        let several = several && self.functions.iter().any(|memory| memory.errors[0] > SMOOTH);
        let kinds = if several { REMAINDERS.len() } else { 1 };
        let eliminated: Vec<Option<Eliminated<'_>>> =
            REMAINDERS.iter().take(kinds).map(|&remainder| conditions.eliminate(remainder)).collect();
        let (mut all, mut priors) = (Vec::new(), Vec::new());
        for (function, memory) in (others..).zip(&mut self.functions) {
            let before = conditions.in_radii(&shrunk(&memory.hessian, shrink, |s| 1.0 / s));
            let rise = |i: usize| near[i].1.values[function] - here.values[function];
            let rises = conditions.unexplained(rise, &before);
            let solutions: [Option<Solution>; REMAINDERS.len()] = std::array::from_fn(|kind| {
                eliminated.get(kind).and_then(Option::as_ref).and_then(|fit| fit.solve(&rises))
            });
            let used = (1..kinds).fold(0, |best, kind| {
                if memory.errors[kind] < memory.errors[best] && solutions[kind].is_some() {
                    kind
                } else {
                    best
                }
            });
            let fit = eliminated[used].as_ref()?;
            let model = stretched(fit.model(solutions[used].as_ref()?, &before)?, shrink);
            memory.hessian.copy_from(&model.hessian);
            models.push(model);
            all.push(solutions);
            priors.push(before);
        }
        drop(eliminated);
        let others = Others { sum: of_sum, conditions, before: priors, solutions: all, shrink: shrink.cloned() };
        Some(Models { values: here.values.clone(), models, others: Some(others) })
    }

    /// Begins anew with the errors of the fits.
    pub(super) fn forget_errors(&mut self) {
        self.functions.iter_mut().for_each(|memory| memory.errors = [0.0; REMAINDERS.len()]);
        self.sum.iter_mut().for_each(SumMemory::forget_errors);
    }

    /// The largest recent error of a smooth fit, of the function that is predicted worst: 0 if all predictions were right.
    pub(super) fn worst_error(&self) -> f64 {
        let of_sum = self.sum.iter().map(SumMemory::error);
        self.functions.iter().map(|memory| memory.errors[0]).chain(of_sum).fold(0.0, f64::max)
    }

    /// Updates the error of each kind of fit of each function with a new point.
    pub(super) fn learn(&mut self, models: &Models, displacement: &DVector<f64>, values: &[f64]) {
        let Some(Others { sum, conditions, before, solutions, shrink }) = &models.others else { return };
        let displacement =
            &shrink.as_ref().map_or_else(|| displacement.clone(), |s| displacement.component_mul(s));
        if let (Some(memory), Some(fits)) = (&mut self.sum, sum) {
            memory.learn(fits, displacement, values[0], models.values[0]);
        }
        let others = usize::from(self.sum.is_some());
        for (k, memory) in self.functions.iter_mut().enumerate() {
            let function = others + k;
            let rise = values[function] - models.values[function];
            memory.size = memory.size.max(values[function].abs()).max(models.values[function].abs());
            for (error, solution) in memory.errors.iter_mut().zip(&solutions[k]) {
                let Some(solution) = solution else { continue };
                let predicted = conditions.change(solution, &before[k], displacement);
                let seen = (rise.abs() + predicted.abs()).max(ROUNDINGS * f64::EPSILON * memory.size);
                let wrong = (rise - predicted).abs() / seen.max(f64::MIN_POSITIVE);
                *error = MEMORY * *error + (1.0 - MEMORY) * if wrong.is_nan() { 1.0 } else { wrong };
            }
        }
    }
}

impl Models {
    pub(super) fn noise(&self) -> f64 {
        self.others.as_ref().and_then(|others| others.sum.as_ref()).map_or(0.0, SumFits::noise)
    }

    /// Models that were not fitted.
    #[cfg(test)]
    pub(super) fn alone(values: Vec<f64>, models: Vec<Quadratic>) -> Self {
        Models { values, models, others: None }
    }

    /// Returns the values of all functions that the models predict for a displacement.
    pub(super) fn predict(&self, displacement: &DVector<f64>) -> Vec<f64> {
        self.models
            .iter()
            .zip(&self.values)
            .map(|(model, value)| value + model.change(displacement))
            .collect()
    }

    /// Returns the Hessian `H_f + Σ λᵢ Hᵢ` of the Lagrangian.
    pub(super) fn hessian_of_lagrangian(&self, multipliers: &[f64]) -> DMatrix<f64> {
        let mut hessian = self.models[0].hessian.clone();
        for (model, &multiplier) in self.models[1..].iter().zip(multipliers) {
            if multiplier != 0.0 {
                hessian += &model.hessian * multiplier;
            }
        }
        hessian
    }
}

/// Returns a model in the coordinates before they were multiplied by these factors.
fn stretched(model: Quadratic, shrink: Option<&DVector<f64>>) -> Quadratic {
    let Some(factors) = shrink else { return model };
    let hessian = shrunk(&model.hessian, shrink, |s| s);
    Quadratic { gradient: model.gradient.component_mul(factors), hessian }
}

/// Returns the Hessian with rows and columns multiplied by a function of the factors.
fn shrunk(
    hessian: &DMatrix<f64>,
    shrink: Option<&DVector<f64>>,
    factor: impl Fn(f64) -> f64,
) -> DMatrix<f64> {
    let Some(shrink) = shrink else { return hessian.clone() };
    DMatrix::from_fn(hessian.nrows(), hessian.ncols(), |i, k| {
        hessian[(i, k)] * factor(shrink[i]) * factor(shrink[k])
    })
}

/// Returns the displacements of the nearest points from `here`, at most as many as determine a quadratic, and the
/// radius of the fit. Points that rise too steeply in one of the first `functions` are left out; a residual that depends
/// on few coordinates does so along them.
fn nearest<'p>(
    points: &'p Points,
    here: &Known,
    functions: usize,
    radius: f64,
    shrink: Option<&DVector<f64>>,
) -> (Vec<(DVector<f64>, &'p Known)>, f64) {
    let n = here.y.len();
    let factor = |k: usize| shrink.map_or(1.0, |shrink| shrink[k]);
    let squared = |point: &Known| (0..n).map(|k| ((point.y[k] - here.y[k]) * factor(k)).powi(2)).sum::<f64>();
    let mut near: Vec<(f64, &Known)> = points
        .known()
        .iter()
        .map(|point| (squared(point), point))
        .filter(|(squared, _)| *squared > 0.0)
        .collect();
    near.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let spread = near.get(n.min(near.len()).wrapping_sub(1)).map_or(0.0, |(squared, _)| squared.sqrt());
    let radius = radius.max(spread / MOST_SPREAD);
    let furthest = (FURTHEST_POINT * radius).powi(2);
    let close = |(rank, (squared, _)): &(usize, (f64, &Known))| *rank < n || *squared <= furthest;
    let near = near.into_iter().enumerate().filter(close).take(most_points(n));
    let displacement = |point: &Known| DVector::from_fn(n, |k, _| (point.y[k] - here.y[k]) * factor(k));
    let mut near: Vec<_> = near.map(|(_, (_, point))| (displacement(point), point)).collect();
    let usual: Vec<f64> = (0..functions).map(|function| usual_rise(&near, here, function)).collect();
    near.retain(|(_, point)| {
        let rises = point.values.iter().zip(&here.values).map(|(value, here)| (value - here).abs());
        rises.zip(&usual).all(|(rise, usual)| rise <= STEEPEST * usual)
    });
    (near, radius)
}

/// Returns the typical |rise| of a function: the median over the 2n nearest points, infinite if that is 0.
fn usual_rise(near: &[(DVector<f64>, &Known)], here: &Known, function: usize) -> f64 {
    let rise = |(_, point): &(DVector<f64>, &Known)| (point.values[function] - here.values[function]).abs();
    let mut rises: Vec<f64> = near.iter().take(2 * here.y.len()).map(rise).collect();
    rises.sort_by(f64::total_cmp);
    rises.get(rises.len() / 2).copied().filter(|&usual| usual > 0.0).unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests;
