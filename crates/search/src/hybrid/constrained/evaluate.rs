//! Evaluations of points, and what they add to the search's knowledge.

use std::ops::ControlFlow;

use super::descent::Descent;
use super::geometry::flat_direction;
use super::points::Known;
use crate::evaluations::Seen;
use crate::{Evaluations, Lookahead, Stop};

/// Returns the values of objective, inequalities, equalities and residuals at a point.
pub(super) fn all_values(seen: &Seen) -> Vec<f64> {
    let residuals = seen.residuals.iter().copied();
    std::iter::once(seen.value).chain(seen.constraints.all()).chain(residuals).collect()
}

impl Descent<'_> {
    /// Evaluates a point.
    pub(super) fn evaluate(&mut self, x: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<Known, Stop> {
        evaluations.judge_by(|value, _| value);
        let value = evaluations.value(&x)?;
        let values = self.values(value, evaluations.seen().pop());
        Ok(Known { y: self.frame.coordinates(&x), x, values })
    }

    /// Returns the values of all functions at a point, infinite if its evaluation failed.
    pub(super) fn values(&self, value: f64, seen: Option<Seen>) -> Vec<f64> {
        match seen {
            Some(seen) => all_values(&seen),
            None if value.is_finite() => vec![value],
            None => vec![f64::INFINITY; 1 + self.count.inequalities + self.count.equalities + self.residuals],
        }
    }

    /// Evaluates points at once.
    pub(super) fn evaluate_all(
        &mut self,
        points: Vec<Vec<f64>>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Known>, Stop> {
        evaluations.judge_by(|value, _| value);
        let values = evaluations.values(&points)?;
        let mut seen = evaluations.seen().into_iter();
        let known = points.into_iter().zip(values).map(|(x, value)| {
            let seen = if value == f64::INFINITY { None } else { seen.next() };
            Known { y: self.frame.coordinates(&x), x, values: self.values(value, seen) }
        });
        Ok(known.collect())
    }

    /// Evaluates points in batches up to the first batch with one that is better than the incumbent by more than `least`.
    fn try_in_batches(
        &mut self,
        points: &[Vec<f64>],
        least: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        for some in points.chunks(self.at_once()) {
            let known = self.evaluate_all(some.to_vec(), evaluations)?;
            let here = self.here.values.clone();
            let is_enough =
                |point: &Known| point.has_values() && self.weights.is_better_by(least, &point.values, &here);
            let found = known.iter().any(is_enough);
            self.take_all(known);
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Evaluates points until one is better than the incumbent by more than `least`: in order, in batches, or as values
    /// arrive. Moves to the best of them if it is better at all, and returns `true` if one is better by so much.
    pub(super) fn improves_at(
        &mut self,
        points: Vec<Vec<f64>>,
        least: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        match self.options.batch {
            1 => Ok(self.try_in_order(points, least, evaluations)?.is_some()),
            _ if self.options.asynchronous => self.try_on_arrivals(&points, least, evaluations),
            _ => self.try_in_batches(&points, least, evaluations),
        }
    }

    /// Evaluates points up to the first that is better than the incumbent by more than `least`, and returns its place.
    /// Moves to the best of them if it is better at all.
    pub(super) fn try_in_order(
        &mut self,
        points: Vec<Vec<f64>>,
        least: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<usize>, Stop> {
        let (weights, here) = (self.weights.clone(), self.here.values.clone());
        evaluations.judge_by(move |value, constraints| {
            let values: Vec<f64> = std::iter::once(value).chain(constraints.all()).collect();
            if weights.is_better_by(least, &values, &here) { f64::NEG_INFINITY } else { value.min(f64::MAX) }
        });
        let constrained = evaluations.nonlinear_constraints().is_some();
        let enough = self.here.values[0] - least;
        let mut values = Vec::new();
        let mut better = None;
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |turn, value| {
            values.push(value);
            let is_better = if constrained { value == f64::NEG_INFINITY } else { value < enough };
            if is_better {
                better = Some(turn);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        let mut seen = evaluations.seen().into_iter();
        for (x, value) in points.into_iter().zip(values) {
            let failed = value == f64::INFINITY;
            let values = self.values(value, if failed { None } else { seen.next() });
            self.take(Known { y: self.frame.coordinates(&x), x, values });
        }
        Ok(better)
    }

    /// Records an evaluated point and moves there if it is better. Returns `true` if it moved.
    pub(super) fn take(&mut self, trial: Known) -> bool {
        self.may_fall = true;
        self.weights.see(&trial.values);
        let better = trial.has_values() && self.weights.is_better(&trial.values, &self.here.values);
        if better {
            self.here = trial.clone();
        }
        self.points.add(trial, &self.here.y);
        better
    }

    /// Adds the points that are known from the beginning and satisfy the rows. Where they extend in all directions
    /// around the incumbent, no first sweep is needed.
    pub(super) fn take_known(&mut self, evaluations: &Evaluations<'_>) {
        let obeys = |x: &[f64]| evaluations.linear().is_none_or(|linear| linear.hold(x));
        for seen in evaluations.known() {
            if seen.x != self.here.x && obeys(&seen.x) {
                let values = all_values(&seen);
                self.weights.see(&values);
                let known = Known { y: self.frame.coordinates(&seen.x), x: seen.x, values };
                self.points.add(known, &self.here.y);
            }
        }
        let shrink = self.shrink(self.radius);
        let count = self.points.known().len();
        self.swept |=
            count > 1 && flat_direction(&self.points, &self.here, self.radius, shrink.as_ref()).is_none();
    }

    /// Records a point that was evaluated elsewhere.
    pub(super) fn note(&mut self, seen: Seen) {
        let values = all_values(&seen);
        let trial = Known { y: self.frame.coordinates(&seen.x), x: seen.x, values };
        self.take(trial);
    }
}
