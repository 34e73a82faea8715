//! The evaluated points that models are fitted to.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

/// Points kept per coordinate, more than a model uses.
const POINTS_KEPT_PER_COORDINATE: usize = 10;

/// The evaluated points nearest to the incumbent, with finite values. Points are in units of the scale, without the
/// coordinates that equal bounds fix.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Cloud {
    points: Vec<Evaluated>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Evaluated {
    at: Vec<f64>,
    value: f64,
    has_failed: bool,
}

/// An evaluated point as seen from the incumbent.
pub(super) struct Neighbour {
    pub(super) displacement: DVector<f64>,
    pub(super) distance: f64,
    /// Its value minus the incumbent's.
    pub(super) rise: f64,
    /// Whether its evaluation failed, so that the value is an estimate.
    pub(super) has_failed: bool,
}

impl Cloud {
    /// Keeps a point if its value is finite, and drops the point furthest from `incumbent` when there are too many.
    pub(super) fn add(&mut self, at: Vec<f64>, value: f64, incumbent: &[f64]) {
        self.keep(Evaluated { at, value, has_failed: false }, incumbent);
    }

    /// Keeps a point whose evaluation failed, with an estimate in place of the value.
    pub(super) fn add_failed(&mut self, at: Vec<f64>, value: f64, incumbent: &[f64]) {
        self.keep(Evaluated { at, value, has_failed: true }, incumbent);
    }

    fn keep(&mut self, point: Evaluated, incumbent: &[f64]) {
        if !point.value.is_finite() {
            return;
        }
        let most = POINTS_KEPT_PER_COORDINATE * (point.at.len() + 1);
        self.points.push(point);
        if self.points.len() > most {
            let distances =
                self.points.iter().map(|point| squared_distance(&point.at, incumbent)).enumerate();
            let furthest = distances.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(k, _)| k);
            self.points.remove(furthest);
        }
    }

    /// Rescales the points to units that are `factors` times as long.
    pub(super) fn divide_by(&mut self, factors: &[f64]) {
        for point in &mut self.points {
            point.at.iter_mut().zip(factors).for_each(|(x, factor)| *x /= factor);
        }
    }

    /// Returns all points except the incumbent, nearest first.
    pub(super) fn around(&self, incumbent: &[f64], value: f64) -> Vec<Neighbour> {
        self.nearest(usize::MAX, incumbent, value)
    }

    /// Returns the nearest points except the incumbent, at most this many, nearest first.
    pub(super) fn nearest(&self, most: usize, incumbent: &[f64], value: f64) -> Vec<Neighbour> {
        let distances = self.points.iter().map(|point| squared_distance(&point.at, incumbent).sqrt());
        let mut order: Vec<(f64, &Evaluated)> =
            distances.zip(&self.points).filter(|(distance, _)| *distance > 0.0).collect();
        order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let seen = |(distance, point): (f64, &Evaluated)| {
            let differences = point.at.iter().zip(incumbent).map(|(x, centre)| x - centre);
            let displacement = DVector::from_iterator(incumbent.len(), differences);
            Neighbour { displacement, distance, rise: point.value - value, has_failed: point.has_failed }
        };
        order.into_iter().take(most).map(seen).collect()
    }

    /// Whether a point closer than `distance` has been evaluated.
    pub(super) fn covers(&self, point: &[f64], distance: f64) -> bool {
        // Cheap test by coordinates first: most points fail it early.
        let may_be_near = |at: &[f64]| at.iter().zip(point).all(|(a, b)| (a - b).abs() < distance);
        let is_near = |at: &[f64]| may_be_near(at) && squared_distance(at, point) < distance * distance;
        self.points.iter().any(|known| is_near(&known.at))
    }
}

/// Returns the typical |rise| nearby: the median over the 2n nearest points, if there are any.
pub(super) fn usual_rise<'n>(nearest: impl IntoIterator<Item = &'n Neighbour>, n: usize) -> Option<f64> {
    let mut rises: Vec<f64> = nearest.into_iter().take(2 * n).map(|point| point.rise.abs()).collect();
    rises.sort_by(f64::total_cmp);
    rises.get(rises.len() / 2).copied()
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    // Four sums at once.
    let ((a, a_left), (b, b_left)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += (a - b) * (a - b);
        }
    }
    let left: f64 = a_left.iter().zip(b_left).map(|(a, b)| (a - b) * (a - b)).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + left
}

#[cfg(test)]
mod tests;
