//! Steps under constraints on the values that have arrived, while other points are still under way.

use nalgebra::DVector;

use super::batch::{REACH, Trial};
use super::descent::{
    AFTER_NO_VALUE, AT_THE_EDGE, Descent, EXPANSION, FAILURES_BEFORE_POLL, MOST_REDUCTION, REDUCTION,
    SUCCESSFUL, UNSUCCESSFUL,
};
use super::models::Models;
use super::points::Known;
use super::step::Step;
use super::under_way::{Asked, Promise};
use crate::hybrid::batch::arrivals::{PART, TRIALS};
use crate::hybrid::place::largest_radius;
use crate::{Evaluations, Method, Stop};

/// A point is not asked for if one closer than this part of its step is under way.
const NEAR: f64 = 0.1;

/// The best of the steps whose values have arrived.
struct Best {
    merit: f64,
    has_values: bool,
    length: f64,
    radius: f64,
    /// The ratio of actual to predicted decrease.
    ratio: f64,
}

impl Descent<'_> {
    /// Takes steps of the models as [`step_at_once`](Descent::step_at_once) does, with the first values that arrive. The
    /// other points stay under way.
    pub(super) fn step_on_arrivals(
        &mut self,
        step: Step,
        promised: f64,
        models: &Models,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let (centre, length) = (step.displacement.clone(), step.displacement.amax());
        let flat = self.flat_directions();
        let room = self.at_once().saturating_sub(self.under_way.len());
        let mut trials = self.trials(step, promised, models, evaluations);
        if trials.is_empty() && !self.has_steps_under_way() {
            self.radius *= REDUCTION;
            return self.after_failed_steps(1, models, !flat.is_empty(), evaluations);
        }
        trials.retain(|trial| !self.is_near_one_under_way(&trial.x, NEAR * trial.length()));
        trials.truncate(room.div_ceil(TRIALS));
        let count = trials.len();
        let mut points: Vec<_> = trials.iter().map(|trial| trial.x.clone()).collect();
        let reach = REACH * length.min(self.radius);
        self.add_lacking(&flat, models, (&centre, reach), room, &mut points, evaluations);
        let others = points.split_off(count);
        let from = self.here.values.clone();
        for (x, Trial { displacement, radius, promised: decrease, .. }) in points.into_iter().zip(trials) {
            let promise = Promise { from: from.clone(), decrease, length: displacement.amax(), radius };
            self.ask(x, Some(promise));
        }
        others.into_iter().for_each(|x| self.ask(x, None));
        self.go_on_with_arrivals(models, &flat, evaluations)
    }

    /// Asks for points one radius away along the directions in which the points extend too little, and for others that the
    /// models lack, and goes on with the first values that arrive.
    pub(super) fn improve_geometry_on_arrivals(
        &mut self,
        models: &Models,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let flat = self.flat_directions();
        let room = self.at_once().saturating_sub(self.under_way.len());
        let (centre, mut points) = (DVector::zeros(self.frame.dimension()), Vec::new());
        self.add_lacking(&flat, models, (&centre, self.radius), room, &mut points, evaluations);
        points.into_iter().for_each(|x| self.ask(x, None));
        if self.under_way.is_empty() {
            self.radius *= REDUCTION;
            return Ok(Method::RefineMesh);
        }
        self.go_on_with_arrivals(models, &flat, evaluations)
    }

    /// Fills a set up to `room` with points along flat directions, and with those around a step that the next models lack.
    fn add_lacking(
        &self,
        flat: &[DVector<f64>],
        models: &Models,
        around: (&DVector<f64>, f64),
        room: usize,
        points: &mut Vec<Vec<f64>>,
        evaluations: &Evaluations<'_>,
    ) {
        let steps = points.len();
        self.add_along(flat, models, points, evaluations);
        let mut along = points.split_off(steps);
        along.retain(|x| !self.is_near_one_under_way(x, NEAR * self.radius));
        points.extend(along);
        points.truncate(room);
        self.add_unknown(around, room - points.len(), points, evaluations);
    }

    /// Takes the values that arrive next, learns from them, and adapts the radius to the best step among them.
    pub(super) fn go_on_with_arrivals(
        &mut self,
        models: &Models,
        flat: &[DVector<f64>],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let arrived = self.arrivals(self.at_once().div_ceil(PART), evaluations)?;
        let merit = self.weights.merit(&self.here.values);
        let (best, shortest, failed) = self.judged(&arrived, merit);
        let known: Vec<_> = arrived.into_iter().map(|(_, known)| known).collect();
        self.learn_from(models, &known);
        let improved = self.take_all(known);
        let Some(best) = best else {
            return Ok(if improved { Method::SuccessfulSearch } else { Method::RefineMesh });
        };
        let is_success = best.merit < merit && best.ratio >= UNSUCCESSFUL;
        let (before, is_flat) = (self.radius, !flat.is_empty());
        if is_success {
            self.failures = 0;
            self.radius = if best.ratio >= SUCCESSFUL && best.length > AT_THE_EDGE * best.radius {
                (EXPANSION * best.radius).min(largest_radius(self.options))
            } else {
                (best.length / MOST_REDUCTION).max(MOST_REDUCTION * best.radius).min(best.radius)
            };
        } else if shortest.is_finite() && (!is_flat || !best.has_values) {
            let part = if best.has_values { REDUCTION } else { AFTER_NO_VALUE };
            self.radius = (part * shortest).max(MOST_REDUCTION.powi(2) * before).min(before);
        }
        if improved || is_success {
            return Ok(Method::SuccessfulSearch);
        }
        self.after_failed_steps(failed, models, is_flat, evaluations)
    }

    /// The best of the steps among the values that have arrived, the length of the shortest of those from the incumbent,
    /// and how many these are. A step from an earlier incumbent says nothing about the trust region around this one.
    fn judged(&self, arrived: &[(Asked, Known)], merit: f64) -> (Option<Best>, f64, u32) {
        let (mut best, mut shortest, mut failed) = (None::<Best>, f64::INFINITY, 0);
        for (Asked { promise, .. }, known) in arrived {
            let Some(Promise { from, decrease, length, radius }) = promise else { continue };
            if *from == self.here.values {
                (shortest, failed) = (shortest.min(*length), failed + 1);
            }
            let has_values = known.has_values();
            let there = if has_values { self.weights.merit(&known.values) } else { f64::INFINITY };
            let before = if *from == self.here.values { merit } else { self.weights.merit(from) };
            let ratio = (before - there) / decrease;
            if best.as_ref().is_none_or(|best| there < best.merit) {
                best = Some(Best { merit: there, has_values, length: *length, radius: *radius, ratio });
            }
        }
        (best, shortest, failed)
    }

    /// Continues after steps that failed: a poll follows several of them where the geometry is good.
    fn after_failed_steps(
        &mut self,
        failed: u32,
        models: &Models,
        is_flat: bool,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        self.failures += failed;
        if !is_flat && self.failures >= FAILURES_BEFORE_POLL {
            return self.poll(Some(models), self.radius, evaluations);
        }
        Ok(Method::RefineMesh)
    }
}
