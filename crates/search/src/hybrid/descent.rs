//! One descent: a coordinate sweep, then model steps, with polls or steps for kinks where the models fail.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::basis::basis;
use super::fits::Models;
use super::kinks::Lead;
use super::place::{Place, largest_radius};
use super::quadratic::most_points;
use super::space::Space;
use super::sweep::{Kinks, comes_true};
use super::trust_region::Region;
use crate::{Evaluations, Method, Stop};

/// Factor of the mesh size after a failed poll.
const MESH_CONTRACTION: f64 = 0.1;

/// Constants of the trust region (Conn, Gould & Toint 2000, "Trust-Region Methods", algorithm 6.1.1), for the ratio ρ
/// of actual to predicted decrease of a step s in a region of radius Δ:
///
/// - ρ ≥ `SUCCESSFUL` and ‖s‖ > `AT_THE_EDGE` Δ: Δ ← `EXPANSION` Δ, up to the largest radius.
/// - ρ < `UNSUCCESSFUL`: Δ ← max(`REDUCTION` ‖s‖, mesh size).
/// - Otherwise Δ stays.
pub(super) const SUCCESSFUL: f64 = 0.5;
pub(super) const AT_THE_EDGE: f64 = 0.9;
pub(super) const EXPANSION: f64 = 4.0;
pub(super) const UNSUCCESSFUL: f64 = 0.1;
pub(super) const REDUCTION: f64 = 0.5;

/// A model is reliable if the ratio ρ of its step is greater than this.
pub(super) const RELIABLE: f64 = 0.7;

/// Tolerance for comparing a step length or trust radius with the mesh size.
pub(super) const ROUNDING: f64 = 1.0 + 1e-9;

/// A model step shorter than this fraction of the mesh size is not worth an evaluation.
pub(super) const SHORT: f64 = 0.5;

/// A poll point is skipped if an evaluated point is closer than this fraction of the mesh size.
const COVERED: f64 = 0.8;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) place: Place,
    /// Whether the decrease of the last model step was more than `RELIABLE` times the predicted one.
    pub(super) reliable: bool,
    /// Whether the first sweep is done.
    swept: bool,
    /// The kinks found by the first sweep, until the first model step confirms or refutes them.
    pub(super) kinks: Option<Kinks>,
    /// Whether every step of the last poll was lost in rounding.
    pub(super) no_step: bool,
    /// The kind of step that comes before model steps.
    lead: Lead,
}

impl Descent {
    /// Starts a descent at `x` with mesh size `size`. `value` is infinite if the evaluation of `x` failed.
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

    /// Runs one iteration. The first one sweeps along the coordinates, so that there are points to fit a model to.
    /// Each later one takes a step for kinks if one leads; otherwise it takes a model step and polls if a poll is
    /// due.
    pub(super) fn iterate(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let (before, n) = (self.place.value, self.place.space.dimension());
        if options.parts.first_sweep && !self.swept {
            self.swept = true;
            let (kinks, seen) = match options.batch {
                1 => self.place.sweep(evaluations)?,
                _ => self.place.sweep_at_once(options, evaluations)?,
            };
            let lengthened = options.scale_mesh && self.place.lengthen_units(&seen);
            self.kinks = kinks.filter(|_| options.parts.kink_step && !lengthened);
            if options.asynchronous {
                self.ask_for_kinks(evaluations);
            }
            return Ok(if self.place.value < before { Method::SuccessfulPoll } else { Method::RefineMesh });
        }
        if self.lead.step(&mut self.place, options, evaluations)? {
            return Ok(Method::SuccessfulSearch);
        }
        let here = self.place.space.units(&self.place.x);
        let neighbours = self.place.cloud.nearest(most_points(n), &here, self.place.value);
        let models = self.place.fits.fit(&neighbours, n, self.place.radius, options.parts.several_fits);
        let poll_is_due = match &models {
            Some(models) if options.parts.model_step => match options.batch {
                1 => self.search(models, options, evaluations)?,
                _ if options.asynchronous => self.search_on_arrivals(models, options, evaluations)?,
                _ => self.search_at_once(models, options, evaluations)?,
            },
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

    /// Returns the mesh size of the last poll, which failed.
    pub(super) fn last_mesh_size(&self) -> f64 {
        self.place.mesh_size / MESH_CONTRACTION
    }

    /// Continues from a better point. The new mesh size is the distance to it, but at most the initial size and at
    /// least `least_size`.
    pub(super) fn go_on_from(&mut self, x: Vec<f64>, value: f64, least_size: f64, options: &HybridOptions) {
        let distance = self.place.space.between(&self.place.x, &x).amax();
        self.place.mesh_size = distance.min(options.initial_mesh_size).max(least_size);
        self.place.radius = self.place.mesh_size;
        (self.lead, self.place.missed) = (Lead::None, None);
        self.place.move_to(x, value);
    }

    /// Waits for all points under way. If one improves, the mesh is as coarse as the distance to it.
    pub(super) fn take_what_is_under_way(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let from = self.place.x.clone();
        if self.place.see_arrivals(usize::MAX, evaluations)? {
            let distance = self.place.space.between(&from, &self.place.x).amax();
            self.place.mesh_size = distance.clamp(options.mesh_tolerance, options.initial_mesh_size);
            (self.place.radius, self.no_step) = (self.place.mesh_size, false);
        }
        Ok(())
    }

    /// Takes a model step: evaluates the minimizer of the model within the trust region. Returns `true` if a poll is
    /// due: if the model has no step worth an evaluation, or if the step fails and the trust radius is already down
    /// to the mesh size.
    fn search(
        &mut self,
        models: &Models,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let bounds = evaluations.bounds();
        let (lower, upper) = self.place.space.room(&self.place.x, bounds);
        let step = Region::of(models.best(), &lower, &upper).least(self.place.radius);
        let (length, promised) = (step.norm(), -models.best().change(&step));
        if length < SHORT * self.place.mesh_size {
            return Ok(!self.refines_without_poll(length, options));
        }
        let to = self.place.space.point(&self.place.x, &step, bounds);
        if to == self.place.x || promised.is_nan() || promised <= f64::EPSILON * self.place.value.abs() {
            return Ok(true);
        }
        let (before, value) = (self.place.value, evaluations.value(&to)?);
        self.follow_kinks_if_predicted(&to, value);
        let better = self.place.see(&to, value, Some(models));
        self.place.missed = (!better && value.is_finite()).then_some((to, value));
        // Ratio of actual to predicted decrease.
        let gained = (before - value) / promised;
        if gained >= SUCCESSFUL && length > AT_THE_EDGE * self.place.radius {
            self.place.radius = (EXPANSION * self.place.radius).min(largest_radius(options));
        } else if gained < UNSUCCESSFUL {
            self.place.radius = (REDUCTION * length).max(self.place.mesh_size);
        }
        self.reliable = gained > RELIABLE;
        Ok(gained < UNSUCCESSFUL && self.place.radius.max(length) <= ROUNDING * self.place.mesh_size)
    }

    /// Lets the kinks of the first sweep lead if they have predicted the value of the first model step.
    pub(super) fn follow_kinks_if_predicted(&mut self, to: &[f64], value: f64) {
        let Place { x, value: before, space, .. } = &self.place;
        if let Some(kinks) = self.kinks.take()
            && kinks.have_predicted(&space.units(x), &space.units(to), value - before)
        {
            self.lead = Lead::Kinks(kinks);
        }
    }

    /// Lets the kinks of the first sweep lead if the decrease at their end is nearly this part of the promised one: all.
    pub(super) fn follow_kinks_if_true(&mut self, gained: f64) {
        if comes_true(1.0, gained)
            && let Some(kinks) = self.kinks.take()
        {
            self.lead = Lead::Kinks(kinks);
        }
    }

    /// Refines the mesh without a poll where the model is reliable and its step short. The poll is made up for before
    /// the search ends. Returns `true` if the mesh was refined.
    pub(super) fn refines_without_poll(&mut self, length: f64, options: &HybridOptions) -> bool {
        let finer = (MESH_CONTRACTION * self.place.mesh_size).max(length);
        let refines = options.parts.skip_polls && self.reliable && finer >= options.mesh_tolerance;
        if refines {
            self.place.mesh_size = finer;
            self.place.radius = finer.max(MESH_CONTRACTION * self.place.radius);
            self.reliable = false;
        }
        refines
    }

    /// Polls the points one mesh size away along ± the basis vectors, best model value first, and stops at the first
    /// that improves. Returns `true` if one does; otherwise refines the mesh.
    ///
    /// After a failed evaluation the basis is that of the coordinates: the domain often ends at a bound on some
    /// variable. If these directions fail too, the poll goes along the edge of the domain.
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
        let polled = match options.batch {
            1 => self.place.try_in_order(&points, models, evaluations)?.0.is_some(),
            _ if options.asynchronous => self.place.try_on_arrivals(&points, evaluations)?,
            _ => self.place.try_in_batches(&points, options.at_once(), evaluations)?,
        };
        let success = polled
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
