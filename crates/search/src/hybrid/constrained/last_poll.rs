//! What has to fail before the search has converged: a poll that follows the active constraints, and, where models
//! predict badly, a look for a common descent direction of nearby gradients.

use nalgebra::DVector;

use super::descent::Descent;
use super::epigraph::Epigraph;
use super::models::Models;
use super::poll::LEAST_PART;
use crate::last_look::{self, Place};
use crate::problem::grid::shortest_step;
use crate::problem::linear::Cone;
use crate::{Evaluations, Stop};

/// Functions whose models miss by more than this, relative to the changes, are taken to have kinks or noise.
const ROUGH: f64 = 0.5;

/// A unit direction of the epigraph whose part along the coordinates is shorter leads up alone.
const UPWARDS: f64 = 1e-8;

impl Descent<'_> {
    /// Polls at a distance of `size`, or of one step of the grid along a granular coordinate: ± the axes of the
    /// Lagrangian's Hessian, as they are and moved onto the modelled constraints, ± the coordinates, and the generators of
    /// the cone of directions that the active bounds, rows and linearized constraints leave. Returns `true` if a point is
    /// better by more than the least decrease that is worth an evaluation, a forcing function of the size (Kolda, Lewis &
    /// Torczon 2003, section 3.7); the radius is then that of its step.
    ///
    /// The generators and the coordinates are positive spanning sets of the cone and of the space (Kolda, Lewis &
    /// Torczon 2007, "Stationarity results for generating set search for linearly constrained optimization"). Where the value
    /// has kinks, the models' step of this size is tried as well, and the cone is that of the [`epigraph`](super::epigraph):
    /// on a ridge, every step along a coordinate may lead up.
    pub(super) fn last_poll(&mut self, size: f64, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let (models, least) = (self.models_within(size), self.least_decrease());
        // One step of the grid, be it shorter or longer than the size.
        let along = self.frame.grid().map(|step| if step > 0.0 { step } else { size });
        let mut found = self.polled(models.as_ref(), (size, &along), (0.0, least), evaluations)?;
        if found.is_none() {
            found = self.polled(None, (size, &along), (0.0, least), evaluations)?;
        }
        if found.is_none() {
            let kinked = models.as_ref().filter(|models| models.composite.is_some());
            let of_models =
                kinked.map(|models| self.step_within(size, models, None, evaluations).displacement);
            let generators = self.generators(models.as_ref(), size, evaluations);
            let steps: Vec<DVector<f64>> = of_models.into_iter().chain(generators).collect();
            let corrected = |step: &DVector<f64>| self.corrected(step, models.as_ref()?);
            let moved = |step: DVector<f64>| corrected(&step).unwrap_or(step);
            let points =
                steps.into_iter().map(|step| self.frame.point(&self.here.x, &moved(step), evaluations));
            let is_new = |x: &Vec<f64>| {
                let y = self.frame.coordinates(x);
                (&y - &self.here.y).amax() >= LEAST_PART * size && !self.points.covers(&y, 0.0)
            };
            let points = points.filter(is_new).collect();
            let from = self.here.y.clone();
            found = self.improves_at(points, least, evaluations)?.then(|| (&self.here.y - from).amax());
        }
        if let Some(length) = found {
            self.radius = (2.0 * length).max(size);
        }
        Ok(found.is_some())
    }

    /// Returns steps of this size along the generators of the cone that the active constraints leave; none if no
    /// constraint is active, or if there are too many. On a grid a row is active if one step of the grid crosses it, and a
    /// step is the shortest that stays on the grid, where there is one.
    fn generators(
        &self,
        models: Option<&Models>,
        size: f64,
        evaluations: &Evaluations<'_>,
    ) -> Vec<DVector<f64>> {
        let n = self.frame.dimension();
        let unit = |gradient: &DVector<f64>| {
            let unit = gradient.clone().normalize();
            unit.iter().copied().collect::<Vec<f64>>()
        };
        let (mut equalities, mut rows) = (Vec::new(), Vec::new());
        for (k, model) in models.iter().flat_map(|models| models.models.iter().enumerate().skip(1)) {
            let slope = model.gradient.norm();
            if slope > 0.0 && k > self.count.inequalities {
                equalities.push(unit(&model.gradient));
            } else if slope > 0.0 && self.here.values[k] >= -size * slope {
                rows.push(unit(&model.gradient));
            }
        }
        for row in self.frame.rows() {
            let crossed = row.gradient.component_mul(self.frame.grid()).amax();
            if row.value(&self.here.x) >= -crossed.max(size * row.gradient.norm()) {
                rows.push(unit(&row.gradient));
            }
        }
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        for k in 0..n {
            let coordinate =
                |sign: f64| (0..n).map(|i| if i == k { sign } else { 0.0 }).collect::<Vec<f64>>();
            rows.extend((-lower[k] <= size).then(|| coordinate(-1.0)));
            rows.extend((upper[k] <= size).then(|| coordinate(1.0)));
        }
        let composite = models.and_then(|models| models.composite.as_ref());
        let Epigraph { heights, rows: of_kinks } =
            composite.map_or_else(Epigraph::default, |composite| composite.epigraph(size));
        if equalities.is_empty() && rows.is_empty() && of_kinks.is_empty() {
            return Vec::new();
        }
        equalities.iter_mut().chain(&mut rows).for_each(|row| row.resize(n + heights, 0.0));
        rows.extend(of_kinks);
        let Some(generators) = Cone::of_equalities(equalities, n + heights).generators(&rows) else {
            return Vec::new();
        };
        let lines = generators.lines.iter().flat_map(|line| [1.0, -1.0].map(|sign| (line, sign)));
        let all = lines.chain(generators.rays.iter().map(|ray| (ray, 1.0)));
        let direction = |(direction, sign): (&Vec<f64>, f64)| {
            let along = DVector::from_column_slice(&direction[..n]) * sign;
            // Some lead up alone.
            if heights > 0 { along.try_normalize(UPWARDS) } else { Some(along) }
        };
        all.filter_map(direction)
            .map(|direction| {
                let on_grid = self
                    .frame
                    .has_grid()
                    .then(|| shortest_step(direction.as_slice(), self.frame.grid().as_slice()));
                on_grid.flatten().map_or(direction * size, DVector::from_vec)
            })
            .collect()
    }

    /// Looks for a common descent direction of the merit's gradients nearby, if a model predicts badly. Returns `true`
    /// if a point is better.
    pub(super) fn look(&mut self, size: f64, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let scale = self.frame.scale();
        if self.worst_error() < ROUGH || self.frame.has_grid() || self.frame.dimension() < scale.len() {
            return Ok(false);
        }
        let steps: Vec<f64> = scale.iter().map(|scale| scale * size).collect();
        let weights = self.weights.clone();
        evaluations.judge_by(move |value, constraints| {
            weights.merit(&std::iter::once(value).chain(constraints.all()).collect::<Vec<f64>>())
        });
        let x = self.here.x.clone();
        let place = Place { x: &x, value: self.weights.merit(&self.here.values), steps: &steps };
        last_look::descend(&place, evaluations)?;
        let seen = evaluations.seen();
        let from = self.here.y.clone();
        for seen in seen {
            self.note(seen);
        }
        let moved = (&self.here.y - from).amax();
        if moved > 0.0 {
            self.radius = moved.max(size);
        }
        Ok(moved > 0.0)
    }
}
