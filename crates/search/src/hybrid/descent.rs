//! One descent: a sweep along the coordinates, then steps of models, and polls or steps along kinks where they say no more.

use std::ops::ControlFlow;

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::basis::basis;
use super::cloud::{Cloud, usual_rise};
use super::fits::{Fits, Models};
use super::kinks::Lead;
use super::space::Space;
use super::sweep::Kinks;
use super::trust_region;
use crate::{Evaluations, Lookahead, Method, Stop};

/// Factor of the mesh size after a failed poll.
const CONTRACTION: f64 = 0.1;

/// The largest trust radius where the options set no limit: its sixth power is still a number.
const LARGEST: f64 = 1e50;

/// A step of the model as long as the trust radius is longer or shorter by rounding.
const ROUNDING: f64 = 1.0 + 1e-9;

/// A step of the model shorter than this part of the mesh size is not worth an evaluation.
const SHORT: f64 = 0.5;

/// A poll point is not evaluated again where one has been within this part of the mesh size.
const COVERED: f64 = 0.8;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) space: Space,
    pub(super) cloud: Cloud,
    fits: Fits,
    /// Length of the poll's steps, and the least trust radius, in units of the scale.
    pub(super) mesh_size: f64,
    /// How far the models are trusted.
    pub(super) radius: f64,
    /// Whether the last step of a model brought what it had promised.
    reliable: bool,
    /// Whether the first sweep has been.
    swept: bool,
    /// What the first sweep has seen, until a step of the model shows whether it is so.
    kinks: Option<Kinks>,
    /// Where the last step of a model led from the incumbent, with the value, if that was no better.
    pub(super) missed: Option<(Vec<f64>, f64)>,
    /// Whether an evaluation has failed.
    walled: bool,
    /// Whether the steps of the last poll were too small for the last digit of any coordinate.
    pub(super) no_step: bool,
    /// What comes before steps of models.
    pub(super) lead: Lead,
}

impl Descent {
    /// One from a point whose value is known, infinite if its evaluation failed, with a first step of this size.
    pub(super) fn from(x: Vec<f64>, value: f64, size: f64, space: Space) -> Self {
        let mut cloud = Cloud::default();
        cloud.add(space.units(&x), value, &space.units(&x));
        let fits = Fits::none_yet(space.dimension());
        Descent {
            x,
            value,
            space,
            cloud,
            fits,
            mesh_size: size,
            radius: size,
            reliable: false,
            swept: false,
            kinks: None,
            missed: None,
            walled: false,
            no_step: false,
            lead: Lead::None,
        }
    }

    /// One iteration: the step of a model, and a poll where that is due, or the step of what has the lead, once there are
    /// kinks. The first one sweeps along the coordinates, so that there is something to fit a model to.
    pub(super) fn iterate(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let (before, n) = (self.value, self.space.dimension());
        if options.parts.first_sweep && !self.swept {
            self.swept = true;
            let (kinks, seen) = self.sweep(evaluations)?;
            let lengthened = options.scale_mesh && self.lengthen_units(&seen);
            self.kinks = kinks.filter(|_| options.parts.kink_step && !lengthened);
            return Ok(if self.value < before { Method::SuccessfulPoll } else { Method::RefineMesh });
        }
        if self.follow_lead(options, evaluations)? {
            return Ok(Method::SuccessfulSearch);
        }
        let neighbours = self.cloud.around(&self.space.units(&self.x), self.value);
        let models = self.fits.fit(&neighbours, n, self.radius, options.parts.several_fits);
        let poll_is_due = match &models {
            Some(models) if options.parts.model_step => self.search(models, options, evaluations)?,
            _ => true,
        };
        if let Some(models) = models.as_ref().filter(|_| poll_is_due && options.parts.variable_metric)
            && self.look_for_kink(models, options, evaluations)?
        {
            return Ok(Method::SuccessfulSearch);
        }
        let searched = self.value < before;
        Ok(if poll_is_due && self.poll(models.as_ref(), options, evaluations)? {
            Method::SuccessfulPoll
        } else if searched {
            Method::SuccessfulSearch
        } else {
            Method::RefineMesh
        })
    }

    /// The mesh size of the last poll, which has failed.
    pub(super) fn last_mesh_size(&self) -> f64 {
        self.mesh_size / CONTRACTION
    }

    /// Goes on from a better point, with a mesh as coarse as that is away, but no finer than `least_size`.
    pub(super) fn go_on_from(&mut self, x: Vec<f64>, value: f64, least_size: f64, options: &HybridOptions) {
        let distance = self.space.between(&self.x, &x).amax();
        self.mesh_size = distance.min(options.initial_mesh_size).max(least_size);
        self.radius = self.mesh_size;
        (self.lead, self.missed) = (Lead::None, None);
        self.move_to(x, value);
    }

    /// Evaluates the point within the trust radius where the model is least; says whether a poll is due: where the model
    /// has no step worth an evaluation, or fails while the trust radius cannot get smaller than the mesh.
    fn search(
        &mut self,
        models: &Models,
        options: &HybridOptions,
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
        if let Some(kinks) = self.kinks.take()
            && kinks.have_predicted(&self.space.units(&self.x), &self.space.units(&to), value - before)
        {
            self.lead = Lead::Kinks(kinks);
        }
        let better = self.see(&to, value, Some(models));
        self.missed = (!better && value.is_finite()).then_some((to, value));
        let gained = (before - value) / promised;
        if gained >= 0.5 && length > 0.9 * self.radius {
            self.radius = (4.0 * self.radius).min(largest_radius(options));
        } else if gained < 0.1 {
            self.radius = (0.5 * length).max(self.mesh_size);
        }
        self.reliable = gained > 0.7;
        Ok(gained < 0.1 && self.radius.max(length) <= ROUNDING * self.mesh_size)
    }

    /// Where the model's step is short and models have been right, the mesh gets finer without a poll, which is owed before
    /// the search ends all the same. Says whether that is so.
    fn refines_without_poll(&mut self, length: f64, options: &HybridOptions) -> bool {
        let finer = (CONTRACTION * self.mesh_size).max(length);
        let refines = options.parts.skip_polls && self.reliable && finer >= options.mesh_tolerance;
        if refines {
            self.mesh_size = finer;
            self.radius = finer.max(CONTRACTION * self.radius);
            self.reliable = false;
        }
        refines
    }

    /// Polls the points a mesh size away in the directions of the basis and their negatives, the most promising by the
    /// model first, up to the first that improves; whether one does. Where none does, the mesh gets finer. Where evaluations
    /// fail, the directions are the coordinates: what has no value ends at a bound of some quantity more often than not; where
    /// they fail, too, those along the edge of what has no value.
    fn poll(
        &mut self,
        models: Option<&Models>,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.space.room(&self.x, bounds);
        let model = models.map(Models::best);
        let axes = model.filter(|_| options.parts.model_axes && !self.walled);
        let basis = basis(axes, &lower, &upper, self.mesh_size);
        let steps = basis.iter().flat_map(|vector| [vector * self.mesh_size, vector * -self.mesh_size]);
        let change = |step: &DVector<f64>| model.map_or(0.0, |model| model.change(step));
        let mut steps: Vec<_> = steps.map(|step| (change(&step), step)).collect();
        steps.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let points = steps.iter().map(|(_, step)| self.space.point(&self.x, step, bounds));
        let mut points: Vec<_> = points.filter(|to| *to != self.x).collect();
        self.no_step = points.is_empty() && !steps.is_empty();
        points.retain(|to| !self.cloud.covers(&self.space.units(to), COVERED * self.mesh_size));
        let success = self.try_in_order(&points, models, evaluations)?.0.is_some()
            || (self.walled && options.parts.follow_walls && self.follow_wall(options, evaluations)?);
        if success {
            self.radius = (2.0 * self.radius).min(largest_radius(options));
        } else {
            self.mesh_size *= CONTRACTION;
        }
        Ok(success)
    }

    /// Evaluates points up to the first that improves; which one does, and the values.
    pub(super) fn try_in_order(
        &mut self,
        points: &[Vec<f64>],
        models: Option<&Models>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<usize>, Vec<f64>), Stop> {
        let (mut better, mut values) = (None, Vec::new());
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |turn, value| {
            values.push(value);
            if self.see(&points[turn], value, models) {
                better = Some(turn);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok((better, values))
    }

    /// Learns from an evaluated point, and moves there if it is better; whether it is. One that has no value is to models as far up
    /// as is usual nearby: they turn away from it.
    pub(super) fn see(&mut self, point: &[f64], value: f64, models: Option<&Models>) -> bool {
        if let Some(models) = models {
            self.fits.learn(models, &self.space.between(&self.x, point), value - self.value);
        }
        let better = value < self.value;
        if better {
            (self.x, self.value) = (point.to_vec(), value);
            self.missed = None;
        }
        let here = self.space.units(&self.x);
        if value.is_finite() {
            self.cloud.add(self.space.units(point), value, &here);
        } else {
            self.walled = true;
            let neighbours = self.cloud.around(&here, self.value);
            let up = usual_rise(&neighbours, here.len()).unwrap_or(f64::INFINITY);
            self.cloud.add_failed(self.space.units(point), self.value + up, &here);
        }
        better
    }
}

/// The largest trust radius, and how far a metric's step may begin.
pub(super) fn largest_radius(options: &HybridOptions) -> f64 {
    options.max_mesh_size.unwrap_or(LARGEST)
}

#[cfg(test)]
mod tests;
