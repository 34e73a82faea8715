//! Batches under constraints: steps of several trust regions at once, and points that the next models lack.

use nalgebra::DVector;

use super::descent::{
    AFTER_NO_VALUE, AT_THE_EDGE, Descent, EXPANSION, MOST_REDUCTION, REDUCTION, SUCCESSFUL, UNSUCCESSFUL,
};
use super::geometry::flat_directions;
use super::models::Models;
use super::points::Known;
use super::step::Step;
use crate::hybrid::batch::explore::least_certain;
use crate::hybrid::batch::{RADII, TWIN};
use crate::hybrid::place::largest_radius;
use crate::{Evaluations, Method, Stop};

/// A poll follows so many failed rounds in a row, each of several trust regions.
const FAILURES_BEFORE_POLL: u32 = 2;

/// Points around the end of a step are this fraction of its length away from there. It is half of what it is without
/// constraints, whose models have to be right to a millionth.
pub(super) const REACH: f64 = 0.25;

/// A point is left out if one closer than this part of the reach is known or asked for.
const NEAR: f64 = 0.1;

/// The step of the models in a trust region.
pub(super) struct Trial {
    pub(super) x: Vec<f64>,
    pub(super) displacement: DVector<f64>,
    pub(super) radius: f64,
    pub(super) promised: f64,
}

impl Trial {
    pub(super) fn length(&self) -> f64 {
        self.displacement.amax()
    }

    fn is_twin(&self, other: &Trial) -> bool {
        let apart = (&self.displacement - &other.displacement).norm();
        self.x == other.x || apart < TWIN * self.displacement.norm().max(other.displacement.norm())
    }
}

impl Descent<'_> {
    /// The most points of a round.
    pub(super) fn at_once(&self) -> usize {
        self.options.at_once()
    }

    /// Takes steps of the models at once: this one and those in other trust regions, with points that show the next models
    /// what these do not know. Moves to the best point, and adapts the radius to the best step.
    pub(super) fn step_at_once(
        &mut self,
        step: Step,
        promised: f64,
        models: &Models,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let (centre, length) = (step.displacement.clone(), step.displacement.amax());
        let trials = self.trials(step, promised, models, evaluations);
        let flat = if models.are_fitted() { self.flat_directions() } else { Vec::new() };
        if trials.is_empty() {
            self.radius *= REDUCTION;
            return self.after_failure_at_once(models, !flat.is_empty(), evaluations);
        }
        let mut points: Vec<_> = trials.iter().map(|trial| trial.x.clone()).collect();
        self.add_along(&flat, models, &mut points, evaluations);
        let room = self.room_beside(points.len());
        self.add_unknown((&centre, REACH * length.min(self.radius)), room, &mut points, evaluations);
        let known = self.evaluate_all(points, evaluations)?;
        let merit = self.weights.merit(&self.here.values);
        self.learn_from(models, &known[..trials.len()]);
        let gained = |k: usize| match known[k].has_values() {
            true => merit - self.weights.merit(&known[k].values),
            false => f64::NEG_INFINITY,
        };
        let best = (0..trials.len()).max_by(|a, b| gained(*a).total_cmp(&gained(*b)).then(b.cmp(a)));
        let best = best.unwrap_or(0);
        let (gained, has_value) = (gained(best), known[best].has_values());
        let improved = self.take_all(known);
        if !models.are_fitted() {
            self.measured.count(gained >= UNSUCCESSFUL * trials[best].promised);
        }
        self.adapt_radius(&trials, (best, gained), has_value, flat.is_empty());
        // Of so many points some may improve by next to nothing for ever.
        if improved && gained >= UNSUCCESSFUL * trials[best].promised {
            self.failures = 0;
            return Ok(Method::SuccessfulSearch);
        }
        let method = self.after_failure_at_once(models, !flat.is_empty(), evaluations)?;
        Ok(if improved { Method::SuccessfulSearch } else { method })
    }

    /// The steps of a round: this one, and those in trust regions of other radii, each once.
    pub(super) fn trials(
        &self,
        step: Step,
        promised: f64,
        models: &Models,
        evaluations: &Evaluations<'_>,
    ) -> Vec<Trial> {
        let warm = step.multipliers;
        let of = |displacement: DVector<f64>, radius: f64, promised: f64| {
            let x = self.frame.point(&self.here.x, &displacement, evaluations);
            Trial { x, displacement, radius, promised }
        };
        let is_new = |trial: &Trial, trials: &[Trial]| {
            let is_known = self.points.covers(&self.frame.coordinates(&trial.x), 0.0);
            trial.x != self.here.x && !is_known && !trials.iter().any(|other| trial.is_twin(other))
        };
        let mut trials = Vec::new();
        let first = of(step.displacement, self.radius, promised);
        if is_new(&first, &trials) {
            trials.push(first);
        }
        for part in RADII {
            if trials.len() >= self.at_once() {
                break;
            }
            let radius = (part * self.radius).min(largest_radius(self.options));
            let step = self.step_within(radius, models, Some(&warm), evaluations);
            let (rise, less) = self.forecast(models, &step.displacement);
            let trial = of(step.displacement, radius, less - rise);
            if trial.promised > self.least_decrease() && is_new(&trial, &trials) {
                trials.push(trial);
            }
        }
        trials
    }

    /// Adapts the radius to the best step of a round and what it gained.
    fn adapt_radius(
        &mut self,
        trials: &[Trial],
        (best, gained): (usize, f64),
        has_value: bool,
        is_round: bool,
    ) {
        let shortest = trials.iter().map(Trial::length).fold(f64::INFINITY, f64::min);
        let (trial, before) = (&trials[best], self.radius);
        let (length, ratio) = (trial.length(), gained / trial.promised);
        if !has_value {
            self.radius = (AFTER_NO_VALUE * shortest).max(MOST_REDUCTION.powi(2) * before);
        } else if ratio >= SUCCESSFUL && length > AT_THE_EDGE * trial.radius {
            self.radius = (EXPANSION * trial.radius).min(largest_radius(self.options));
        } else if ratio >= UNSUCCESSFUL {
            self.radius = (length / MOST_REDUCTION).max(MOST_REDUCTION * trial.radius).min(trial.radius);
        } else if is_round {
            self.radius = (REDUCTION * shortest).max(MOST_REDUCTION.powi(2) * before);
        }
    }

    /// Continues after a round that failed: it has improved the geometry where that was poor, or else polls follow.
    fn after_failure_at_once(
        &mut self,
        models: &Models,
        is_flat: bool,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        self.failures += 1;
        self.measured.pays = true;
        if !is_flat && self.failures >= FAILURES_BEFORE_POLL {
            return self.poll(Some(models), self.radius, evaluations);
        }
        Ok(Method::RefineMesh)
    }

    /// Evaluates points one radius away at once: along the directions in which the points extend too little, and others that
    /// the models lack.
    pub(super) fn improve_geometry_at_once(
        &mut self,
        models: &Models,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let mut points = Vec::new();
        self.add_along(&self.flat_directions(), models, &mut points, evaluations);
        if points.is_empty() {
            self.radius *= REDUCTION;
            return Ok(Method::RefineMesh);
        }
        let centre = DVector::zeros(self.frame.dimension());
        let room = self.room_beside(points.len());
        self.add_unknown((&centre, self.radius), room, &mut points, evaluations);
        let known = self.evaluate_all(points, evaluations)?;
        self.learn_from(models, &known);
        Ok(if self.take_all(known) { Method::SuccessfulSearch } else { Method::RefineMesh })
    }

    /// The directions in which the points extend too little. After as many failures as there are coordinates, bounds and
    /// rows leave no room for a better geometry.
    pub(super) fn flat_directions(&self) -> Vec<DVector<f64>> {
        match self.failures as usize <= self.frame.dimension() {
            true => flat_directions(&self.points, &self.here, self.radius, self.shrink(self.radius).as_ref()),
            false => Vec::new(),
        }
    }

    /// Adds the points along these directions, first the better side of each by the models.
    pub(super) fn add_along(
        &self,
        flat: &[DVector<f64>],
        models: &Models,
        points: &mut Vec<Vec<f64>>,
        evaluations: &Evaluations<'_>,
    ) {
        let mut second = Vec::new();
        for direction in flat {
            let mut sides = self.points_along(models, direction, evaluations).into_iter();
            points.extend(sides.next().filter(|x| !points.contains(x)));
            second.extend(sides.next());
        }
        second.retain(|x| !points.contains(x));
        points.extend(second);
        points.truncate(self.at_once());
    }

    /// How many points the last round of a set of so many has room for.
    pub(super) fn room_beside(&self, points: usize) -> usize {
        let batch = self.at_once();
        (batch - points % batch) % batch
    }

    /// Adds up to `room` points around a step that the next models lack.
    pub(super) fn add_unknown(
        &self,
        (centre, reach): (&DVector<f64>, f64),
        room: usize,
        points: &mut Vec<Vec<f64>>,
        evaluations: &Evaluations<'_>,
    ) {
        if room == 0 || !(reach > 0.0 && reach.is_finite()) {
            return;
        }
        let step_to = |x: &[f64]| self.frame.coordinates(x) - &self.here.y;
        let beside = self.points.known().iter().map(|point| &point.y - &self.here.y);
        // The sweep is asked for with the start, which is not among the points yet.
        let known =
            std::iter::once(DVector::zeros(centre.len())).chain(beside.filter(|step| step.amax() > 0.0));
        let asked = points.iter().map(Vec::as_slice).chain(self.points_under_way());
        let known: Vec<_> = known.chain(asked.map(step_to)).collect();
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        for step in least_certain(known, (centre, reach), room, (&lower, &upper)) {
            let x = self.frame.point(&self.here.x, &step, evaluations);
            let to = self.frame.coordinates(&x);
            let is_near = |other: &Vec<f64>| (self.frame.coordinates(other) - &to).norm() <= NEAR * reach;
            let is_known =
                self.points.covers(&to, NEAR * reach) || self.is_near_one_under_way(&x, NEAR * reach);
            if !is_known && !points.iter().any(is_near) {
                points.push(x);
            }
        }
    }

    pub(super) fn learn_from(&mut self, models: &Models, known: &[Known]) {
        for known in known.iter().filter(|known| known.has_values()) {
            self.fits.learn(models, &(&known.y - &self.here.y), &known.values);
        }
    }

    /// Records evaluated points and moves to the best. Returns `true` if it moved.
    pub(super) fn take_all(&mut self, known: Vec<Known>) -> bool {
        let mut moved = false;
        for known in known {
            moved |= self.take(known);
        }
        moved
    }
}
