//! Evaluations around the incumbent: polls, and points that improve the geometry of the models.

use nalgebra::DVector;

use super::descent::{AFTER_POLL, Descent, EXPANSION, REDUCTION};
use super::geometry;
use super::models::Models;
use crate::hybrid::place::largest_radius;
use crate::{Evaluations, Method, Stop};

/// A poll point is skipped if an evaluated point is closer than this part of the poll's size.
const COVERED: f64 = 0.4;

/// A step of which bounds and rows leave less than this part is skipped: such steps could each improve by next to
/// nothing for ever.
pub(super) const LEAST_PART: f64 = 0.1;

impl Descent<'_> {
    /// Evaluates a point one radius away along a direction in which the points extend too little: the side of less
    /// merit by the models, moved onto the modelled constraints.
    pub(super) fn improve_geometry(
        &mut self,
        models: &Models,
        direction: &DVector<f64>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let Some(x) = self.points_along(models, direction, evaluations).into_iter().next() else {
            self.radius *= REDUCTION;
            return Ok(Method::RefineMesh);
        };
        let trial = self.evaluate(x, evaluations)?;
        if trial.has_values() {
            self.fits.learn(models, &(&trial.y - &self.here.y), &trial.values);
        }
        Ok(if self.take(trial) { Method::SuccessfulSearch } else { Method::RefineMesh })
    }

    /// The points one radius away on both sides along a direction, moved onto the modelled constraints, the one of less
    /// merit by the models first; none where bounds and rows leave too little of the step, or that is known.
    pub(super) fn points_along(
        &self,
        models: &Models,
        direction: &DVector<f64>,
        evaluations: &Evaluations<'_>,
    ) -> Vec<Vec<f64>> {
        let sides = [direction * self.radius, direction * -self.radius];
        let sides = sides.map(|step| {
            let step = self.shrink(self.radius).map_or(step.clone(), |shrink| step.component_div(&shrink));
            self.corrected(&step, models).unwrap_or(step)
        });
        let mut points: Vec<(f64, Vec<f64>)> = Vec::new();
        for step in &sides {
            let x = self.frame.point(&self.here.x, step, evaluations);
            let moved = self.frame.coordinates(&x) - &self.here.y;
            if moved.dot(direction).abs() >= LEAST_PART * self.radius
                && !self.points.covers(&(&moved + &self.here.y), 0.0)
            {
                points.push((self.weights.merit(&models.predict(&moved)), x));
            }
        }
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        points.into_iter().map(|(_, x)| x).collect()
    }

    /// Returns a step moved onto the modelled constraints, if it has to be and can be.
    pub(super) fn corrected(&self, step: &DVector<f64>, models: &Models) -> Option<DVector<f64>> {
        geometry::corrected(step, models, self.count.inequalities, &self.rows(), self.frame.grid())
    }

    /// Polls at a distance of `size`. Its success enlarges the radius, its failure reduces it.
    pub(super) fn poll(
        &mut self,
        models: Option<&Models>,
        size: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        self.failures = 0;
        let along = self.frame.grid().map(|step| step.max(size));
        let found = self.polled(models, (size, &along), (COVERED * size, 0.0), evaluations)?;
        Ok(match found {
            Some(length) => {
                self.radius = self.radius.max(EXPANSION * length).min(largest_radius(self.options));
                Method::SuccessfulPoll
            }
            None => {
                self.radius *= AFTER_POLL;
                Method::RefineMesh
            }
        })
    }

    /// Polls at a distance of `size`, except at most `covered` from an evaluated point, and where bounds and rows leave
    /// less than a tenth of the step: ± the axes of the Lagrangian's Hessian or, on a grid and without models, ± steps of
    /// these lengths `along` the coordinates, each as it is and moved onto the modelled constraints. Returns the length of
    /// the step that improved by more than `least`.
    pub(super) fn polled(
        &mut self,
        models: Option<&Models>,
        (size, along): (f64, &DVector<f64>),
        (covered, least): (f64, f64),
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<f64>, Stop> {
        let axes = match models {
            Some(models) if !self.frame.has_grid() => {
                models.hessian_of_lagrangian(&self.multipliers).symmetric_eigen().eigenvectors
            }
            _ => nalgebra::DMatrix::from_diagonal(&(along / size)),
        };
        let steps = axes.column_iter().flat_map(|axis| [axis * size, axis * -size]);
        let mut trials: Vec<(f64, Vec<f64>)> = Vec::new();
        for step in steps {
            let moved = models.and_then(|models| self.corrected(&step, models));
            for step in [Some(step), moved].into_iter().flatten() {
                let x = self.frame.point(&self.here.x, &step, evaluations);
                let y = self.frame.coordinates(&x);
                let known = (&y - &self.here.y).amax() < LEAST_PART * step.amax().min(size)
                    || self.points.covers(&y, covered);
                if !known && !trials.iter().any(|(_, other)| *other == x) {
                    let merit =
                        models.map_or(0.0, |models| self.weights.merit(&models.predict(&(y - &self.here.y))));
                    trials.push((merit, x));
                }
            }
        }
        trials.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let from = self.here.y.clone();
        let found = self.improves_at(trials.into_iter().map(|(_, x)| x).collect(), least, evaluations)?;
        Ok(found.then(|| (&self.here.y - from).amax()))
    }
}
