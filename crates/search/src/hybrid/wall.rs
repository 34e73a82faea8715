//! Following the edge of a region without values.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::HybridOptions;
use super::place::{Place, largest_radius};
use super::slopes::perpendicular;
use crate::{Evaluations, Stop};

/// Points within so many mesh sizes of the incumbent show where the edge is.
const NEARBY_MESH_SIZES: f64 = 10.0;

/// How often the edge is estimated, each time with the points of the time before, until it is given up.
const ESTIMATES: usize = 6;

/// What keeps the least squares regular, beside points that count 1 each.
const RIDGE_OF_DIRECTIONS: f64 = 0.1;

/// The most steps in one direction, each twice as long as the one before.
const MOST_REPEATS: usize = 20;

impl Place {
    /// Polls along the edge that points without a value show near the incumbent, and goes on from a point that improves with
    /// steps twice as long, as long as these improve; whether any has.
    ///
    /// A poll cannot do so by itself: at an edge that follows none of its directions, those that lead down fail.
    pub(super) fn follow_wall(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        for _ in 0..ESTIMATES {
            let Some(outwards) = self.outwards() else { return Ok(false) };
            let steps = perpendicular(&outwards).into_iter().map(|edge| edge * self.mesh_size);
            let steps = steps.flat_map(|step| [-&step, step]);
            let ways = steps.map(|step| (self.space.point(&self.x, &step, evaluations.bounds()), step));
            let (points, steps): (Vec<_>, Vec<_>) = ways.filter(|(to, _)| *to != self.x).unzip();
            let (better, values) = self.try_in_order(&points, None, evaluations)?;
            if let Some(better) = better {
                self.repeat(&steps[better], options, evaluations)?;
                return Ok(true);
            }
            if values.iter().all(|value| value.is_finite()) {
                // The estimate is right: the edge leads nowhere down.
                break;
            }
        }
        Ok(false)
    }

    /// The direction of length 1 that leads out of the region with values, as far as the points nearby show it: the linear function
    /// of the direction to a point that is nearest to 1 for those without a value, to -1 for the others (least squares).
    fn outwards(&self) -> Option<DVector<f64>> {
        let neighbours = self.cloud.around(&self.space.units(&self.x), self.value);
        let near: Vec<_> =
            neighbours.iter().filter(|point| point.distance <= NEARBY_MESH_SIZES * self.mesh_size).collect();
        if !near.iter().any(|point| point.has_failed) {
            return None;
        }
        let n = self.space.dimension();
        let (mut gram, mut sides) = (DMatrix::identity(n, n) * RIDGE_OF_DIRECTIONS, DVector::zeros(n));
        for point in near {
            let direction = &point.displacement / point.distance;
            gram.ger(1.0, &direction, &direction, 1.0);
            sides.axpy(if point.has_failed { 1.0 } else { -1.0 }, &direction, 1.0);
        }
        let outwards = Cholesky::new(gram)?.solve(&sides);
        outwards.try_normalize(0.0)
    }

    /// Takes a step again, twice as long each time, as long as that improves.
    fn repeat(
        &mut self,
        step: &DVector<f64>,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let mut step = step.clone();
        for _ in 0..MOST_REPEATS {
            step *= 2.0;
            let to = self.space.point(&self.x, &step, evaluations.bounds());
            if to == self.x || step.norm() > largest_radius(options) {
                break;
            }
            let (better, _) = self.try_in_order(&[to], None, evaluations)?;
            if better.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
