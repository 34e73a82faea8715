//! Polls along the edge of the domain, beyond which evaluations fail.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::HybridOptions;
use super::place::{Place, largest_radius};
use super::slopes::perpendicular;
use crate::{Evaluations, Stop};

/// Only points within this many mesh sizes of the incumbent are used to estimate the edge.
const NEARBY_MESH_SIZES: f64 = 10.0;

/// The most estimates of the edge in one poll, each with the points of the previous ones.
const ESTIMATES: usize = 6;

/// Ridge parameter of the least squares; each point has weight 1.
const RIDGE_OF_DIRECTIONS: f64 = 0.1;

/// The most steps in one direction, each twice as long as the one before.
const MOST_REPEATS: usize = 20;

impl Place {
    /// Polls along the edge of the domain, estimated from failed points near the incumbent. After a point that
    /// improves, doubles the step as long as that improves. Returns `true` if a point improved.
    ///
    /// An ordinary poll cannot do so: if the edge is not parallel to a poll direction, all descent directions of the
    /// poll may leave the domain.
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
                // No point failed, so the estimate is right: there is no descent along the edge.
                break;
            }
        }
        Ok(false)
    }

    /// Estimates the unit normal w that points out of the domain, by least squares on the unit directions uᵢ to
    /// nearby points: `min Σ (wᵀuᵢ - yᵢ)² + RIDGE_OF_DIRECTIONS ‖w‖²`, with yᵢ = 1 for a failed point and -1 for the
    /// others.
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

    /// Repeats a step at twice the length as long as that improves.
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
