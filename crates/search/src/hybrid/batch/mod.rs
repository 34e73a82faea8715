//! Batches: steps of the hybrid search that ask for up to q points at once.
//!
//! The loop is that of single points. A model step becomes a round of several trust regions and fits, filled with points
//! that the next model lacks; a poll and a sweep evaluate their points together. Where values are taken as they arrive,
//! each model has those that are there, and asks for as many new points.

pub(super) mod arrivals;
pub(super) mod explore;
mod line;
pub(super) mod sweep;
pub(super) mod under_way;

use nalgebra::DVector;

use super::HybridOptions;
use super::descent::{
    AT_THE_EDGE, Descent, EXPANSION, REDUCTION, RELIABLE, ROUNDING, SHORT, SUCCESSFUL, UNSUCCESSFUL,
};
use super::fits::Models;
use super::place::{Place, largest_radius};
use super::trust_region::Region;
use crate::{Evaluations, Stop};

/// The trust regions of one round beside the current one, in units of its radius, the most useful first.
pub(super) const RADII: [f64; 6] = [4.0, 0.25, 2.0, 0.5, 0.1, 16.0];

/// Points around the end of a step are this fraction of its length away from there.
pub(super) const REACH: f64 = 0.5;

/// A step is another step's twin if their distance is less than this fraction of the longer one.
pub(super) const TWIN: f64 = 0.1;

/// The minimizer of a model in a trust region.
struct Trial {
    step: DVector<f64>,
    length: f64,
    radius: f64,
    promised: f64,
}

impl Trial {
    fn of(region: &Region<'_>, radius: f64) -> Self {
        let step = region.least(radius);
        let (length, promised) = (step.norm(), -region.model().change(&step));
        Trial { step, length, radius, promised }
    }

    fn is_twin(&self, other: &Trial) -> bool {
        (&self.step - &other.step).norm() < TWIN * self.length.max(other.length)
    }
}

impl Descent {
    /// Takes model steps at once: evaluates the minimizers of the models in several trust regions, and points that show
    /// the next model what this one does not know. Returns `true` if a poll is due, as after a single
    /// [model step](Descent::search).
    pub(super) fn search_at_once(
        &mut self,
        models: &Models,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.place.space.room(&self.place.x, bounds);
        let region = Region::of(models.best(), &lower, &upper);
        let first = Trial::of(&region, self.place.radius);
        if first.length < SHORT * self.place.mesh_size {
            return Ok(!self.refines_without_poll(first.length, options));
        }
        if first.promised.is_nan() || first.promised <= f64::EPSILON * self.place.value.abs() {
            return Ok(true);
        }
        let trials = self.trials(first, models, &region, options);
        let room = options.at_once() - trials.len();
        let end = self.end_of_first_kinks(evaluations).filter(|_| room > 0);
        let steps = self.with_unknown(&trials, room - usize::from(end.is_some()), &lower, &upper);
        let mut points: Vec<_> =
            steps.iter().map(|step| self.place.space.point(&self.place.x, step, bounds)).collect();
        if points[0] == self.place.x {
            return Ok(true);
        }
        points.extend(end.iter().map(|(to, _)| to.clone()));
        let values = evaluations.values(&points)?;
        if let (Some((_, promised)), Some(there)) = (end, values.last()) {
            self.follow_kinks_if_true((self.place.value - there) / promised);
        }
        Ok(self.judge(&trials, models, &points, &values, options))
    }

    /// The point at the kinks that the first sweep has found, and the decrease that they promise there.
    fn end_of_first_kinks(&self, evaluations: &Evaluations<'_>) -> Option<(Vec<f64>, f64)> {
        self.place.end_at_kinks(self.kinks.as_ref()?, evaluations)
    }

    /// The steps of the trials, and in the remaining room steps to points that the next model lacks.
    fn with_unknown(
        &self,
        trials: &[Trial],
        room: usize,
        lower: &DVector<f64>,
        upper: &DVector<f64>,
    ) -> Vec<DVector<f64>> {
        let mut steps: Vec<_> = trials.iter().map(|trial| trial.step.clone()).collect();
        let (centre, reach) = self.place_of_unknown(&trials[0]);
        self.place.explore(&centre, reach, room, (lower, upper), &mut steps);
        steps
    }

    /// Around which step, and at which distance, the points are that the next model lacks: around the end of the first
    /// trial, or, if a poll is due should it fail, a mesh size around the incumbent.
    fn place_of_unknown(&self, Trial { step, length, .. }: &Trial) -> (DVector<f64>, f64) {
        let may_poll = length.max(self.place.radius) <= ROUNDING * self.place.mesh_size;
        match may_poll {
            true => (DVector::zeros(step.len()), self.place.mesh_size),
            false => (step.clone(), REACH * length.min(self.place.radius)),
        }
    }

    /// The first trial, and those of other radii and other fits.
    fn trials(
        &self,
        first: Trial,
        models: &Models,
        region: &Region<'_>,
        options: &HybridOptions,
    ) -> Vec<Trial> {
        let mut trials = vec![first];
        let radius = self.place.radius;
        let others: Vec<_> = models.others().map(|model| region.with(model)).collect();
        let others = others.iter().map(|region| (region, radius));
        let radii = RADII.iter().map(|part| (region, part * radius));
        let both = radii.clone().take(2).chain(others).chain(radii.skip(2));
        for (region, radius) in both {
            if trials.len() >= options.at_once() {
                break;
            }
            let trial = Trial::of(region, radius.min(largest_radius(options)));
            let is_worthwhile = trial.promised > 0.0 && trial.length > SHORT * self.place.mesh_size;
            if is_worthwhile && !trials.iter().any(|other| trial.is_twin(other)) {
                trials.push(trial);
            }
        }
        trials
    }

    /// Learns from the values of a round, whose first points are those of the trials, and adapts the trust region to the
    /// best trial. Returns `true` if a poll is due.
    fn judge(
        &mut self,
        trials: &[Trial],
        models: &Models,
        points: &[Vec<f64>],
        values: &[f64],
        options: &HybridOptions,
    ) -> bool {
        let (from, before) = (self.place.x.clone(), self.place.value);
        self.follow_kinks_if_predicted(&points[0], values[0]);
        for (to, value) in points.iter().zip(values).take(trials.len()) {
            self.place.fits.learn(models, &self.place.space.between(&from, to), value - before);
        }
        let moved = self.place.see_all(points, values);
        let least = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
        let best = (0..trials.len()).min_by(least).unwrap_or(0);
        let Trial { length, radius, promised, .. } = trials[best];
        // Ratio of actual to predicted decrease.
        let gained = (before - values[best]) / promised;
        let shortest = trials.iter().map(|trial| trial.length).fold(f64::INFINITY, f64::min);
        if gained >= SUCCESSFUL && length > AT_THE_EDGE * radius {
            self.place.radius = (EXPANSION * radius).min(largest_radius(options));
        } else if gained >= UNSUCCESSFUL {
            self.place.radius = radius.max(self.place.mesh_size);
        } else {
            self.place.radius = (REDUCTION * shortest).max(self.place.mesh_size);
        }
        self.reliable = gained > RELIABLE;
        self.place.missed = (!moved && values[0].is_finite()).then(|| (points[0].clone(), values[0]));
        !moved && self.place.radius.max(shortest) <= ROUNDING * self.place.mesh_size
    }
}

impl Place {
    /// Evaluates points in batches up to the first batch with a point that improves. Returns `true` if one does.
    pub(super) fn try_in_batches(
        &mut self,
        points: &[Vec<f64>],
        at_once: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        for points in points.chunks(at_once) {
            let values = evaluations.values(points)?;
            if self.see_all(points, &values) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Records points evaluated together, and moves to the best of them if it is better. Returns `true` if it moved.
    pub(super) fn see_all(&mut self, points: &[Vec<f64>], values: &[f64]) -> bool {
        let best = (0..values.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]));
        let better = best.filter(|&best| values[best] < self.value);
        if let Some(best) = better {
            self.see(&points[best], values[best], None);
        }
        // Those that failed come last: their estimate is from points nearby.
        let (seen, failed): (Vec<_>, Vec<_>) = (0..values.len()).partition(|&k| values[k].is_finite());
        for k in seen.into_iter().chain(failed).filter(|k| Some(*k) != better) {
            self.see(&points[k], values[k], None);
        }
        better.is_some()
    }
}
