//! The points asked for that have no values yet, where values are taken as they arrive.

use super::descent::Descent;
use super::points::Known;
use crate::{Evaluations, Stop};

/// A point that has been asked for.
pub(super) struct Asked {
    x: Vec<f64>,
    /// What the models promised there; nothing at points that only the next models lack, or of a poll.
    pub(super) promise: Option<Promise>,
}

/// A promised decrease of the merit by a step of this length in a trust region of this radius.
pub(super) struct Promise {
    /// The values at the incumbent from which the step was taken.
    pub(super) from: Vec<f64>,
    pub(super) decrease: f64,
    pub(super) length: f64,
    pub(super) radius: f64,
}

impl Descent<'_> {
    /// Asks for a point, unless it is under way.
    pub(super) fn ask(&mut self, x: Vec<f64>, promise: Option<Promise>) {
        if !self.is_under_way(&x) {
            self.under_way.push(Asked { x, promise });
        }
    }

    fn is_under_way(&self, x: &[f64]) -> bool {
        self.under_way.iter().any(|asked| asked.x == x)
    }

    /// Whether steps of the models are under way.
    pub(super) fn has_steps_under_way(&self) -> bool {
        self.under_way.iter().any(|asked| asked.promise.is_some())
    }

    /// The points under way.
    pub(super) fn points_under_way(&self) -> impl Iterator<Item = &[f64]> {
        self.under_way.iter().map(|asked| asked.x.as_slice())
    }

    /// Whether a point at most this far away is under way.
    pub(super) fn is_near_one_under_way(&self, x: &[f64], distance: f64) -> bool {
        let y = self.frame.coordinates(x);
        self.points_under_way().any(|other| (self.frame.coordinates(other) - &y).norm() <= distance)
    }

    /// Waits until `enough` of the points under way have values, and returns them in the order of arrival.
    pub(super) fn arrivals(
        &mut self,
        enough: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<(Asked, Known)>, Stop> {
        evaluations.judge_by(|value, _| value);
        let points: Vec<_> = self.points_under_way().map(<[f64]>::to_vec).collect();
        let arrived = evaluations.some_values(&points, enough)?;
        let mut seen = evaluations.seen().into_iter();
        let mut asked: Vec<_> = std::mem::take(&mut self.under_way).into_iter().map(Some).collect();
        let arrived = arrived.into_iter().filter_map(|(which, value)| {
            let seen = if value == f64::INFINITY { None } else { seen.next() };
            let (asked, x) = (asked[which].take()?, points[which].clone());
            Some((asked, Known { y: self.frame.coordinates(&x), x, values: self.values(value, seen) }))
        });
        let arrived = arrived.collect();
        self.under_way = asked.into_iter().flatten().collect();
        Ok(arrived)
    }

    /// Waits for all points under way. Returns `true` if one is better by more than the least decrease that is worth an
    /// evaluation; the radius is then at least the distance to it.
    pub(super) fn take_what_is_under_way(&mut self, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        if self.under_way.is_empty() {
            return Ok(false);
        }
        let (from, least) = (self.here.clone(), self.least_decrease());
        let arrived = self.arrivals(usize::MAX, evaluations)?;
        self.take_all(arrived.into_iter().map(|(_, known)| known).collect());
        let is_better = self.weights.is_better_by(least, &self.here.values, &from.values);
        if is_better {
            self.radius = self.radius.max((&self.here.y - &from.y).amax()).max(self.least_radius());
        }
        Ok(is_better)
    }

    /// Asks for points, and takes values until a point is better than the incumbent by more than `least` or these have all
    /// arrived. Moves to the best if it is better at all, and returns `true` if one is better by so much.
    pub(super) fn try_on_arrivals(
        &mut self,
        points: &[Vec<f64>],
        least: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        points.iter().for_each(|x| self.ask(x.clone(), None));
        let from = self.here.values.clone();
        while points.iter().any(|x| self.is_under_way(x)) {
            let arrived = self.arrivals(1, evaluations)?.into_iter().map(|(_, known)| known);
            self.take_all(arrived.collect());
            if self.weights.is_better_by(least, &self.here.values, &from) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Evaluates these points, and lets idle workers begin with others. Returns what is known of these, which is not
    /// recorded yet.
    pub(super) fn evaluate_among(
        &mut self,
        points: &[Vec<f64>],
        others: &[Vec<f64>],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Known>, Stop> {
        points.iter().chain(others).for_each(|x| self.ask(x.clone(), None));
        let mut all: Vec<Option<Known>> = vec![None; points.len()];
        while points.iter().any(|x| self.is_under_way(x)) {
            for (_, known) in self.arrivals(1, evaluations)? {
                match points.iter().position(|x| *x == known.x) {
                    Some(which) => all[which] = Some(known),
                    None => _ = self.take(known),
                }
            }
        }
        Ok(all.into_iter().flatten().collect())
    }
}
