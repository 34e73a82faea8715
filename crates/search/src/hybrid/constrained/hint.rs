//! The first models of a fit from the points of a neighbouring one.

use nalgebra::{DMatrix, DVector};

use super::descent::Descent;
use super::evaluate::all_values;
use super::points::Known;
use crate::hybrid::fits::REMAINDERS;
use crate::hybrid::quadratic::{Conditions, FURTHEST_POINT, most_points};
use crate::{Evaluations, Stop};

/// The first radius at the best point of a hint, as a part of the initial one. The even half of Moré & Wild's problems chose
/// it.
const NEARBY: f64 = 0.3;

/// A point says the same as a nearer one if their distance is less than this part of its distance from the centre.
const APART: f64 = 0.25;

/// The radius is at least the distance of the n-th nearest point divided by this.
const MOST_SPREAD: f64 = 10.0;

/// The points of a neighbouring fit, whose slopes the models take where the own points show none.
#[derive(Debug, Clone)]
pub(super) struct Hint {
    points: Vec<Known>,
}

impl Hint {
    /// Gives the points other coordinates.
    pub(super) fn take_coordinates(&mut self, coordinates: impl Fn(&[f64]) -> DVector<f64>) {
        self.points.iter_mut().for_each(|point| point.y = coordinates(&point.x));
    }

    /// Returns the slopes of all functions and then of all residuals, one in each column, at the hint's point nearest to
    /// `here`. In place of the sum of squares stands the [combination](super::squares::Residuals::combined) with the
    /// residuals at `here`.
    pub(super) fn slopes(&self, here: &Known, residuals: usize, radius: f64) -> Option<DMatrix<f64>> {
        let squared = |point: &Known| (&point.y - &here.y).norm_squared();
        let centre = self.points.iter().min_by(|a, b| squared(a).total_cmp(&squared(b)))?;
        let displacements: Vec<_> = self.points.iter().map(|point| &point.y - &centre.y).collect();
        let (places, radius) = spread(&displacements, radius.max(squared(centre).sqrt()));
        let chosen: Vec<_> = places.iter().map(|&i| &displacements[i]).collect();
        let rise = |i: usize, k: usize| self.points[places[i]].values[k] - centre.values[k];
        let rises = DMatrix::from_fn(places.len(), centre.values.len(), rise);
        let fit = Conditions::at(&chosen, radius)?;
        let mut slopes = fit.eliminate(REMAINDERS[1])?.slopes(&rises)? / radius;
        let functions = slopes.ncols() - residuals;
        let combined =
            slopes.columns_range(functions..) * DVector::from_column_slice(&here.values[functions..]);
        slopes.set_column(0, &combined);
        Some(slopes)
    }
}

/// Selects points around a centre for a model there, and returns their places and the model's radius. A search leaves many
/// points near its end: the nearest, and beyond them those that do not say the same as a nearer one.
fn spread(displacements: &[DVector<f64>], radius: f64) -> (Vec<usize>, f64) {
    let distances = displacements.iter().map(DVector::norm).zip(0..);
    let mut order: Vec<(f64, usize)> = distances.filter(|(distance, _)| *distance > 0.0).collect();
    order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let n = displacements.first().map_or(0, DVector::len);
    let nth = order.get(n.min(order.len()).wrapping_sub(1)).map_or(0.0, |(distance, _)| *distance);
    let radius = radius.max(nth / MOST_SPREAD);
    let mut places: Vec<usize> = Vec::new();
    for (distance, i) in order.into_iter().take_while(|(distance, _)| *distance <= FURTHEST_POINT * radius) {
        let says_more = |&k: &usize| (&displacements[i] - &displacements[k]).norm() >= APART * distance;
        if places.iter().all(says_more) {
            places.push(i);
        }
    }
    // The nearest say least of the scale of the radius.
    places.drain(..places.len().saturating_sub(most_points(n)));
    (places, radius)
}

impl Descent<'_> {
    /// Evaluates the best point of the hint and, if that is better, goes on from there: with the slopes of the hint in
    /// place of a sweep if the problem is a fit. The hint is forgotten otherwise.
    pub(super) fn take_hint(&mut self, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let Some(best) = evaluations.best_of_hint() else { return Ok(()) };
        let x = self.frame.nearest(&self.here.x, best.x, evaluations);
        if x != self.here.x {
            let there = self.evaluate(x, evaluations)?;
            // Under constraints the merit, which has no weights yet, decides later.
            let is_constrained = self.count.inequalities + self.count.equalities > 0;
            let is_better = is_constrained || self.weights.is_better(&there.values, &self.here.values);
            if !(there.has_values() && is_better) {
                return Ok(());
            }
            self.take(there.clone());
            self.here = there;
        }
        self.radius = (NEARBY * self.radius).max(self.options.mesh_tolerance);
        if self.residuals > 0 && !self.frame.has_grid() {
            let points = evaluations.hint().into_iter().map(|seen| {
                let values = all_values(&seen);
                Known { y: self.frame.coordinates(&seen.x), x: seen.x, values }
            });
            self.fits.begin_with(Hint { points: points.collect() });
            // A model needs at least one point beside the incumbent.
            self.swept |= self.points.known().len() > 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
