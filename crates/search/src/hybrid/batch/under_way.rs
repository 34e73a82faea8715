//! The points asked for that have no value yet, where values are taken as they arrive.

use super::super::place::Place;
use crate::{Evaluations, Stop};

/// A point that has been asked for.
#[derive(Debug, Clone)]
pub(in super::super) struct Asked {
    pub(super) x: Vec<f64>,
    /// What was promised there; nothing at points that only the next model lacks, or of a poll.
    pub(super) promise: Option<Promise>,
}

/// A promised decrease.
#[derive(Debug, Clone)]
pub(super) struct Promise {
    /// The value of the incumbent when the point was asked for, from which it decreases.
    pub(super) before: f64,
    pub(super) decrease: f64,
    pub(super) by: By,
}

/// Who has promised a decrease.
#[derive(Debug, Clone)]
pub(super) enum By {
    /// A model, for a step of this length in a trust region of this radius.
    Model { length: f64, radius: f64 },
    /// The kinks that the first sweep has found.
    Kinks,
}

impl Place {
    /// Asks for a point, unless it is under way or the incumbent.
    pub(super) fn ask(&mut self, x: Vec<f64>, promise: Option<Promise>) {
        if x != self.x && !self.is_under_way(&x) {
            self.under_way.push(Asked { x, promise });
        }
    }

    fn is_under_way(&self, x: &[f64]) -> bool {
        self.under_way.iter().any(|asked| asked.x == x)
    }

    /// Waits until `enough` of the points under way have values, and returns them in the order of arrival.
    pub(super) fn arrivals(
        &mut self,
        enough: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<(Asked, f64)>, Stop> {
        let points: Vec<_> = self.under_way.iter().map(|asked| asked.x.clone()).collect();
        let arrived = evaluations.some_values(&points, enough)?;
        let mut asked: Vec<_> = std::mem::take(&mut self.under_way).into_iter().map(Some).collect();
        let arrived = arrived.into_iter().filter_map(|(which, value)| Some((asked[which].take()?, value)));
        let arrived = arrived.collect();
        self.under_way = asked.into_iter().flatten().collect();
        Ok(arrived)
    }

    /// Takes the next values, and moves to the best point if it improves. Returns `true` if it does.
    pub(in super::super) fn see_arrivals(
        &mut self,
        enough: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (points, values): (Vec<_>, Vec<_>) =
            self.arrivals(enough, evaluations)?.into_iter().map(|(asked, value)| (asked.x, value)).unzip();
        Ok(self.see_all(&points, &values))
    }

    /// Asks for points, and takes values until any point improves or these have all arrived. Returns `true` if one
    /// improves.
    pub(in super::super) fn try_on_arrivals(
        &mut self,
        points: &[Vec<f64>],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        points.iter().for_each(|x| self.ask(x.clone(), None));
        while points.iter().any(|x| self.is_under_way(x)) {
            if self.see_arrivals(1, evaluations)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Evaluates these points, and lets idle workers begin with others. Returns the values of these, which are not
    /// recorded yet.
    pub(super) fn values_among(
        &mut self,
        points: &[Vec<f64>],
        others: &[Vec<f64>],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<f64>, Stop> {
        points.iter().chain(others).for_each(|x| self.ask(x.clone(), None));
        let mut values = vec![self.value; points.len()];
        while points.iter().any(|x| self.is_under_way(x)) {
            for (Asked { x, .. }, value) in self.arrivals(1, evaluations)? {
                match points.iter().position(|point| *point == x) {
                    Some(which) => values[which] = value,
                    None => _ = self.see(&x, value, None),
                }
            }
        }
        Ok(values)
    }
}
