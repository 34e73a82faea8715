//! One descent: a sweep along the coordinates, then steps of models, and polls or steps along kinks where they say no more.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::basis::basis;
use super::fits::Models;
use super::kinks::Lead;
use super::place::{Place, largest_radius};
use super::space::Space;
use super::sweep::Kinks;
use super::trust_region;
use crate::{Evaluations, Method, Stop};

/// Factor of the mesh size after a failed poll.
const MESH_CONTRACTION: f64 = 0.1;

/// The trust region (Conn, Gould & Toint 2000, "Trust-Region Methods", algorithm 6.1.1, with these values): a step that
/// brought at least this part of the promised decrease, and was this near to the region's edge, multiplies the radius; one
/// that brought less than that part makes it this part of the step's length.
const SUCCESSFUL: f64 = 0.5;
const AT_THE_EDGE: f64 = 0.9;
const EXPANSION: f64 = 4.0;
const UNSUCCESSFUL: f64 = 0.1;
const REDUCTION: f64 = 0.5;

/// A model that brought more than this part of what it promised is right.
const RELIABLE: f64 = 0.7;

/// A step of the model as long as the trust radius is longer or shorter by rounding.
const ROUNDING: f64 = 1.0 + 1e-9;

/// A step of the model shorter than this part of the mesh size is not worth an evaluation.
const SHORT: f64 = 0.5;

/// A poll point is not evaluated again where one has been within this part of the mesh size.
const COVERED: f64 = 0.8;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) place: Place,
    /// Whether the last step of a model brought what it had promised.
    reliable: bool,
    /// Whether the first sweep has been.
    swept: bool,
    /// What the first sweep has seen, until a step of the model shows whether it is so.
    kinks: Option<Kinks>,
    /// Whether the steps of the last poll were too small for the last digit of any coordinate.
    pub(super) no_step: bool,
    /// What comes before steps of models.
    lead: Lead,
}

impl Descent {
    /// One from a point whose value is known, infinite if its evaluation failed, with a first step of this size.
    pub(super) fn from(x: Vec<f64>, value: f64, size: f64, space: Space) -> Self {
        Descent {
            place: Place::at(x, value, size, space),
            reliable: false,
            swept: false,
            kinks: None,
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
        let (before, n) = (self.place.value, self.place.space.dimension());
        if options.parts.first_sweep && !self.swept {
            self.swept = true;
            let (kinks, seen) = self.place.sweep(evaluations)?;
            let lengthened = options.scale_mesh && self.place.lengthen_units(&seen);
            self.kinks = kinks.filter(|_| options.parts.kink_step && !lengthened);
            return Ok(if self.place.value < before { Method::SuccessfulPoll } else { Method::RefineMesh });
        }
        if self.lead.step(&mut self.place, options, evaluations)? {
            return Ok(Method::SuccessfulSearch);
        }
        let neighbours = self.place.cloud.around(&self.place.space.units(&self.place.x), self.place.value);
        let models = self.place.fits.fit(&neighbours, n, self.place.radius, options.parts.several_fits);
        let poll_is_due = match &models {
            Some(models) if options.parts.model_step => self.search(models, options, evaluations)?,
            _ => true,
        };
        if let Some(models) = models.as_ref().filter(|_| poll_is_due && options.parts.variable_metric)
            && self.lead.look_for_kink(&mut self.place, models, options, evaluations)?
        {
            return Ok(Method::SuccessfulSearch);
        }
        let searched = self.place.value < before;
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
        self.place.mesh_size / MESH_CONTRACTION
    }

    /// Goes on from a better point, with a mesh as coarse as that is away, but no finer than `least_size`.
    pub(super) fn go_on_from(&mut self, x: Vec<f64>, value: f64, least_size: f64, options: &HybridOptions) {
        let distance = self.place.space.between(&self.place.x, &x).amax();
        self.place.mesh_size = distance.min(options.initial_mesh_size).max(least_size);
        self.place.radius = self.place.mesh_size;
        (self.lead, self.place.missed) = (Lead::None, None);
        self.place.move_to(x, value);
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
        let (lower, upper) = self.place.space.room(&self.place.x, bounds);
        let step = trust_region::least(models.best(), self.place.radius, &lower, &upper);
        let (length, promised) = (step.norm(), -models.best().change(&step));
        if length < SHORT * self.place.mesh_size {
            return Ok(!self.refines_without_poll(length, options));
        }
        let to = self.place.space.point(&self.place.x, &step, bounds);
        if to == self.place.x || promised.is_nan() || promised <= f64::EPSILON * self.place.value.abs() {
            return Ok(true);
        }
        let (before, value) = (self.place.value, evaluations.value(&to)?);
        if let Some(kinks) = self.kinks.take()
            && kinks.have_predicted(
                &self.place.space.units(&self.place.x),
                &self.place.space.units(&to),
                value - before,
            )
        {
            self.lead = Lead::Kinks(kinks);
        }
        let better = self.place.see(&to, value, Some(models));
        self.place.missed = (!better && value.is_finite()).then_some((to, value));
        let gained = (before - value) / promised;
        if gained >= SUCCESSFUL && length > AT_THE_EDGE * self.place.radius {
            self.place.radius = (EXPANSION * self.place.radius).min(largest_radius(options));
        } else if gained < UNSUCCESSFUL {
            self.place.radius = (REDUCTION * length).max(self.place.mesh_size);
        }
        self.reliable = gained > RELIABLE;
        Ok(gained < UNSUCCESSFUL && self.place.radius.max(length) <= ROUNDING * self.place.mesh_size)
    }

    /// Where the model's step is short and models have been right, the mesh gets finer without a poll, which is owed before
    /// the search ends all the same. Says whether that is so.
    fn refines_without_poll(&mut self, length: f64, options: &HybridOptions) -> bool {
        let finer = (MESH_CONTRACTION * self.place.mesh_size).max(length);
        let refines = options.parts.skip_polls && self.reliable && finer >= options.mesh_tolerance;
        if refines {
            self.place.mesh_size = finer;
            self.place.radius = finer.max(MESH_CONTRACTION * self.place.radius);
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
        let (lower, upper) = self.place.space.room(&self.place.x, bounds);
        let model = models.map(Models::best);
        let axes = model.filter(|_| options.parts.model_axes && !self.place.walled);
        let basis = basis(axes, &lower, &upper, self.place.mesh_size);
        let steps =
            basis.iter().flat_map(|vector| [vector * self.place.mesh_size, vector * -self.place.mesh_size]);
        let change = |step: &DVector<f64>| model.map_or(0.0, |model| model.change(step));
        let mut steps: Vec<_> = steps.map(|step| (change(&step), step)).collect();
        steps.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let points = steps.iter().map(|(_, step)| self.place.space.point(&self.place.x, step, bounds));
        let mut points: Vec<_> = points.filter(|to| *to != self.place.x).collect();
        self.no_step = points.is_empty() && !steps.is_empty();
        points.retain(|to| {
            !self.place.cloud.covers(&self.place.space.units(to), COVERED * self.place.mesh_size)
        });
        let success = self.place.try_in_order(&points, models, evaluations)?.0.is_some()
            || (self.place.walled
                && options.parts.follow_walls
                && self.place.follow_wall(options, evaluations)?);
        if success {
            self.place.radius = (2.0 * self.place.radius).min(largest_radius(options));
        } else {
            self.place.mesh_size *= MESH_CONTRACTION;
        }
        Ok(success)
    }
}

#[cfg(test)]
mod tests;
