//! The evaluated points that models are fitted to.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

/// Points kept, per coordinate: more than a model takes.
const POINTS_KEPT_PER_COORDINATE: usize = 10;

/// The evaluated points nearest to the incumbent, with their values, which are finite; in units of the mesh's scale, the
/// coordinates with equal bounds left out.
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
    /// Whether it has no value of its own.
    pub(super) has_failed: bool,
}

impl Cloud {
    /// Keeps a point, unless its value is infinite. The furthest from `incumbent` goes when there are too many.
    pub(super) fn add(&mut self, at: Vec<f64>, value: f64, incumbent: &[f64]) {
        self.keep(Evaluated { at, value, has_failed: false }, incumbent);
    }

    /// The same for a point whose evaluation has failed, with the value that it is taken to have.
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

    /// The same points in units that are so many times as long.
    pub(super) fn divide_by(&mut self, factors: &[f64]) {
        for point in &mut self.points {
            point.at.iter_mut().zip(factors).for_each(|(x, factor)| *x /= factor);
        }
    }

    /// All points but the incumbent itself, the nearest first.
    pub(super) fn around(&self, incumbent: &[f64], value: f64) -> Vec<Neighbour> {
        let seen = |point: &Evaluated| {
            let differences = point.at.iter().zip(incumbent).map(|(x, centre)| x - centre);
            let displacement = DVector::from_iterator(incumbent.len(), differences);
            let distance = displacement.norm();
            Neighbour { displacement, distance, rise: point.value - value, has_failed: point.has_failed }
        };
        let mut neighbours: Vec<_> =
            self.points.iter().map(seen).filter(|neighbour| neighbour.distance > 0.0).collect();
        neighbours.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        neighbours
    }

    /// Whether a point has been evaluated within a distance of this one.
    pub(super) fn covers(&self, point: &[f64], distance: f64) -> bool {
        // Most points are too far away along the first coordinates already.
        let may_be_near = |at: &[f64]| at.iter().zip(point).all(|(a, b)| (a - b).abs() < distance);
        let is_near = |at: &[f64]| may_be_near(at) && squared_distance(at, point) < distance * distance;
        self.points.iter().any(|known| is_near(&known.at))
    }
}

/// How far up or down the nearest points usually are: the median of as many as two for each coordinate, if there are any.
pub(super) fn usual_rise<'n>(nearest: impl IntoIterator<Item = &'n Neighbour>, n: usize) -> Option<f64> {
    let mut rises: Vec<f64> = nearest.into_iter().take(2 * n).map(|point| point.rise.abs()).collect();
    rises.sort_by(f64::total_cmp);
    rises.get(rises.len() / 2).copied()
}

fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

#[cfg(test)]
mod tests;
