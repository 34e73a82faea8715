//! The evaluated points and the values of all functions there.

use nalgebra::DVector;

/// The most points kept, and per coordinate: more than a model uses, so that a change of the merit finds its best.
const MOST_POINTS: usize = 400;
const MOST_POINTS_PER_COORDINATE: usize = 10;

/// An evaluated point.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) x: Vec<f64>,
    /// The point in the coordinates of the search.
    pub(super) y: DVector<f64>,
    /// The values of objective, inequalities and equalities, in this order; all infinite if the evaluation failed.
    pub(super) values: Vec<f64>,
}

impl Known {
    /// Whether the evaluation succeeded.
    pub(super) fn has_values(&self) -> bool {
        self.values[0].is_finite()
    }
}

/// The evaluated points near the incumbent. Failed ones count as evaluated, and are in no model.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    known: Vec<Known>,
    failed: Vec<Known>,
}

impl Points {
    /// Adds a point, and drops the furthest from `centre` if there are too many.
    pub(super) fn add(&mut self, point: Known, centre: &DVector<f64>) {
        if !point.has_values() {
            return self.failed.push(point);
        }
        let most = MOST_POINTS + MOST_POINTS_PER_COORDINATE * centre.len();
        self.known.push(point);
        if self.known.len() > most {
            let distances = self.known.iter().map(|point| (&point.y - centre).norm_squared()).enumerate();
            let furthest = distances.max_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(k, _)| k);
            self.known.remove(furthest);
        }
    }

    /// Gives all points other coordinates.
    pub(super) fn take_coordinates(&mut self, coordinates: impl Fn(&[f64]) -> DVector<f64>) {
        self.known.iter_mut().for_each(|point| point.y = coordinates(&point.x));
        self.failed.iter_mut().for_each(|point| point.y = coordinates(&point.x));
    }

    /// The points that have values.
    pub(super) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Returns the point of least `merit`, the earliest of several.
    pub(super) fn least(&self, merit: impl Fn(&[f64]) -> f64) -> Option<&Known> {
        self.known.iter().min_by(|a, b| merit(&a.values).total_cmp(&merit(&b.values)))
    }

    /// Whether a point at most this far from `y` has been evaluated.
    pub(super) fn covers(&self, y: &DVector<f64>, distance: f64) -> bool {
        let near = |at: &DVector<f64>| {
            at.iter().zip(y.iter()).map(|(a, b)| (a - b).powi(2)).sum::<f64>() <= distance * distance
        };
        self.known.iter().chain(&self.failed).any(|point| near(&point.y))
    }
}
