//! Pattern search with quadratic models as its search step.
//!
//! What models know of the objective they tell with one evaluation; what they do not know, or get wrong, the poll finds
//! out. (Custódio, Rocha & Vicente 2010, "Incorporating minimum Frobenius norm models in direct search", put such a step
//! into a pattern search; here the models choose the poll's directions, too, and the bounds hold.)

mod basis;
mod cloud;
mod fits;
mod quadratic;
mod space;
mod trust_region;

use std::ops::ControlFlow;

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::Options;
use crate::{Evaluations, Lookahead, Method, Status, Stop};
use basis::basis;
use cloud::Cloud;
use fits::{Fits, Models};
use space::Space;

/// Factor of the mesh size after a failed poll.
const CONTRACTION: f64 = 0.1;

/// The largest trust radius, in units of the first step, where the options set no limit.
const LARGEST: f64 = 1024.0;

/// A step of the model shorter than this part of the mesh size is not worth an evaluation.
const SHORT: f64 = 0.5;

/// A poll point is not evaluated again where one has been within this part of the mesh size.
const COVERED: f64 = 0.8;

/// All that the search knows between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    x: Vec<f64>,
    value: f64,
    space: Space,
    cloud: Cloud,
    fits: Fits,
    /// Length of the poll's steps, and the least trust radius, in units of the scale.
    mesh_size: f64,
    /// How far the models are trusted.
    radius: f64,
    /// Whether the last step of a model brought what it had promised.
    reliable: bool,
    /// Whether the first sweep has been.
    swept: bool,
}

impl State {
    pub(super) fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.value(&x)?;
        let space = Space::of(options, evaluations.bounds(), &x);
        let mut cloud = Cloud::default();
        cloud.add(space.units(&x), value, &space.units(&x));
        let fits = Fits::none_yet(space.dimension());
        let (mesh_size, radius) = (options.initial_mesh_size, options.initial_mesh_size);
        let state = State { x, value, space, cloud, fits, mesh_size, radius, reliable: false, swept: false };
        state.report(Method::Start, evaluations)?;
        Ok(state)
    }

    /// Whether the search ends here, and why.
    pub(super) fn end(&self, options: &Options, evaluations: &Evaluations<'_>) -> Option<Status> {
        if self.mesh_size < options.mesh_tolerance {
            return Some(Status::MeshTolerance);
        }
        options.iterations_are_over(evaluations).then_some(Status::IterationLimit)
    }

    /// One iteration: the step of a model, and a poll where that is due. The first one sweeps along the coordinates, so
    /// that there is something to fit a model to.
    pub(super) fn iterate(&mut self, options: &Options, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let before = self.value;
        if !self.swept {
            self.sweep(evaluations)?;
            let method = if self.value < before { Method::SuccessfulPoll } else { Method::RefineMesh };
            return self.report(method, evaluations);
        }
        let neighbours = self.cloud.around(&self.space.units(&self.x), self.value);
        let models = self.fits.fit(&neighbours, self.space.dimension(), self.radius);
        let poll_is_due = match &models {
            Some(models) => self.search(models, options, evaluations)?,
            None => true,
        };
        let searched = self.value < before;
        let method = if poll_is_due && self.poll(models.as_ref(), evaluations)? {
            Method::SuccessfulPoll
        } else if searched {
            Method::SuccessfulSearch
        } else {
            Method::RefineMesh
        };
        self.report(method, evaluations)
    }

    /// Tries each coordinate one way and, where that fails, the other, and moves at once where a step improves.
    fn sweep(&mut self, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        self.swept = true;
        for k in 0..self.space.dimension() {
            let ways = [self.mesh_size, -self.mesh_size].map(|step| {
                let mut displacement = DVector::zeros(self.space.dimension());
                displacement[k] = step;
                self.space.point(&self.x, &displacement, evaluations.bounds())
            });
            let ways: Vec<_> = ways.into_iter().filter(|to| *to != self.x).collect();
            self.try_in_order(&ways, None, evaluations)?;
        }
        Ok(())
    }

    /// Evaluates the point within the trust radius where the model is least; says whether a poll is due: where the model
    /// has no step worth an evaluation, or fails while the trust radius cannot get smaller than the mesh.
    fn search(
        &mut self,
        models: &Models,
        options: &Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.space.room(&self.x, bounds);
        let step = trust_region::least(models.best(), self.radius, &lower, &upper);
        let (length, promised) = (step.norm(), -models.best().change(&step));
        if length < SHORT * self.mesh_size {
            return Ok(!self.refines_without_poll(length, options));
        }
        let to = self.space.point(&self.x, &step, bounds);
        if to == self.x || promised.is_nan() || promised <= f64::EPSILON * self.value.abs() {
            return Ok(true);
        }
        let (before, value) = (self.value, evaluations.value(&to)?);
        self.see(&to, value, Some(models));
        let gained = (before - value) / promised;
        let largest = options.max_mesh_size.unwrap_or(LARGEST * options.initial_mesh_size);
        if gained >= 0.5 && length > 0.9 * self.radius {
            self.radius = (4.0 * self.radius).min(largest);
        } else if gained < 0.1 {
            self.radius = (0.5 * length).max(self.mesh_size);
        }
        self.reliable = gained > 0.7;
        Ok(gained < 0.1 && self.radius.max(length) <= self.mesh_size)
    }

    /// Where the model's step is short and models have been right, the mesh gets finer without a poll, which is owed before
    /// the search ends all the same. Says whether that is so.
    fn refines_without_poll(&mut self, length: f64, options: &Options) -> bool {
        let finer = (CONTRACTION * self.mesh_size).max(length);
        let refines = self.reliable && finer >= options.mesh_tolerance;
        if refines {
            self.mesh_size = finer;
            self.radius = finer.max(CONTRACTION * self.radius);
            self.reliable = false;
        }
        refines
    }

    /// Polls the points a mesh size away in the directions of the basis and their negatives, the most promising by the
    /// model first, up to the first that improves; whether one does. Where none does, the mesh gets finer.
    fn poll(&mut self, models: Option<&Models>, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.space.room(&self.x, bounds);
        let model = models.map(Models::best);
        let basis = basis(model, &lower, &upper, self.mesh_size);
        let mut steps: Vec<_> =
            basis.iter().flat_map(|vector| [vector * self.mesh_size, vector * -self.mesh_size]).collect();
        if let Some(model) = model {
            steps.sort_by(|a, b| model.change(a).total_cmp(&model.change(b)));
        }
        let points = steps.iter().map(|step| self.space.point(&self.x, step, bounds));
        let points: Vec<_> = points
            .filter(|to| {
                *to != self.x && !self.cloud.covers(&self.space.units(to), COVERED * self.mesh_size)
            })
            .collect();
        let success = self.try_in_order(&points, models, evaluations)?;
        if success {
            self.radius *= 2.0;
        } else {
            self.mesh_size *= CONTRACTION;
        }
        Ok(success)
    }

    /// Evaluates points up to the first that improves; whether one does.
    fn try_in_order(
        &mut self,
        points: &[Vec<f64>],
        models: Option<&Models>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let mut success = false;
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |turn, value| {
            success = self.see(&points[turn], value, models);
            if success { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(success)
    }

    /// Learns from an evaluated point, and moves there if it is better; whether it is.
    fn see(&mut self, point: &[f64], value: f64, models: Option<&Models>) -> bool {
        if let Some(models) = models {
            self.fits.learn(models, &self.space.between(&self.x, point), value - self.value);
        }
        let better = value < self.value;
        if better {
            (self.x, self.value) = (point.to_vec(), value);
        }
        self.cloud.add(self.space.units(point), value, &self.space.units(&self.x));
        better
    }

    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        evaluations.iteration(&self.x, self.value, Some(self.mesh_size), method)
    }
}
