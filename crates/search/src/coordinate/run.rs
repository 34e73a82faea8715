//! The sweeps of the coordinate search, and its restarts.
//!
//! With separate steps, a long step along one coordinate does not lengthen all others, which is how MATLAB's method
//! fails on neural networks.

use serde::{Deserialize, Serialize};

use super::CoordinateOptions;
use super::descent::Descent;
use crate::last_look::{LastLook, Place};
use crate::pattern::{SearchStep, steps};
use crate::problem::unit::{scales, units_at};
use crate::restarts::Restarts;
use crate::stepwise::Stepwise;
use crate::{Evaluations, Method, Status, Stop};

/// The most sweeps per coordinate if the options set no limit.
const ITERATIONS: u64 = 100;

/// With restarts, a descent is left once its steps are below this fraction of the first step, after four successive
/// failures of each coordinate.
const EARLY: f64 = 1.0 / 16.0;

/// A refined descent is continued while a sweep lowers the value by more than this fraction.
const PROGRESS: f64 = 1e-3;

/// The unit of a coordinate is shortened once it is this many times that of the point.
const FAR: f64 = 8.0;

/// The state of the search between two sweeps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    /// The current descent; its point is the centre of the trials.
    descent: Descent,
    /// The best descent, while another one is running.
    kept: Option<Descent>,
    phase: Phase,
    scale: Vec<f64>,
    /// The units of the last look, which are those of the start: with shorter ones it would see less around the point. (A
    /// search that argmin drives goes on from other points than its start, from which these do not follow.)
    first_scale: Vec<f64>,
    restarts: Restarts,
    last_look: LastLook,
    /// The coordinates in sweep order, given by the objective.
    #[serde(skip)]
    order: Vec<usize>,
}

/// The purpose of the current descent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Phase {
    /// The first descent, from the start.
    First,
    /// A descent from a restart, begun after this many evaluations.
    Restarted { after: u64 },
    /// The best descent, refined until this many evaluations, as many as the restart before it took. It is not left
    /// while it still makes progress.
    Refining { until: u64 },
    /// The best descent, at its end: the next step is a restart, if any is left.
    Over,
}

impl Phase {
    /// The phase of the best descent if it goes on after its end.
    fn going_on(options: &CoordinateOptions, evaluations: &Evaluations<'_>) -> Self {
        match options.restarts {
            0 => Phase::First,
            _ => Phase::Refining { until: evaluations.count() },
        }
    }

    /// Returns the mesh size below which a coordinate is no longer tried.
    fn tolerance(self, options: &CoordinateOptions) -> f64 {
        match self {
            Phase::First | Phase::Restarted { .. } if options.restarts > 0 => {
                options.mesh_tolerance.max(EARLY * options.initial_mesh_size)
            }
            _ => options.mesh_tolerance,
        }
    }
}

impl Stepwise for State {
    type Options = CoordinateOptions;

    fn limits(options: &CoordinateOptions, n: usize) -> (u64, Option<f64>) {
        (options.max_function_evaluations.unwrap_or(2000 * n as u64), options.max_time)
    }

    fn prepare(options: &CoordinateOptions, evaluations: &mut Evaluations<'_>) {
        evaluations.in_batches_of(options.batch);
    }

    fn at_start(options: &CoordinateOptions, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        let scale = scales(options.scale_mesh, &x, evaluations.bounds());
        let state = State {
            first_scale: scale.clone(),
            scale,
            descent: Descent::from(x, value, options),
            kept: None,
            phase: Phase::First,
            restarts: Restarts::from_seed(options.seed),
            last_look: LastLook::of_a_search_from(value, options.last_look),
            order: evaluations.sweep_order(),
        };
        state.report(Method::Start, evaluations)?;
        Ok(state)
    }

    fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        evaluations.hold(&self.descent.x, self.descent.value)?;
        Ok(State { order: evaluations.sweep_order(), ..self })
    }

    /// Changes the phase if one has ended. Returns the status if the search has ended.
    fn end(
        &mut self,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        self.change_phase(options, evaluations)?;
        if self.is_ready_for_last_look(options) && self.last_look.is_over() {
            return Ok(Some(Status::NoStepDown));
        }
        let most = options.max_iterations.unwrap_or(ITERATIONS * evaluations.dimension() as u64);
        Ok((evaluations.iterations() >= most).then_some(Status::IterationLimit))
    }

    fn iterate(
        &mut self,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        self.iterate_with(options, None, evaluations)
    }
}

impl State {
    /// Runs a sweep, with the search step before it if there is one, a restart or the last look.
    pub(super) fn iterate_with(
        &mut self,
        options: &CoordinateOptions,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        if self.is_ready_for_last_look(options) {
            if self.take_shorter_units(options, evaluations)? {
                return Ok(None);
            }
            self.look(options, evaluations)?;
        } else if self.phase == Phase::Over {
            self.restart(options, evaluations)?;
        } else {
            self.sweep(options, step, evaluations)?;
        }
        Ok(None)
    }

    fn sweep(
        &mut self,
        options: &CoordinateOptions,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let tolerance = self.phase.tolerance(options);
        let State { descent, scale, order, .. } = self;
        let searched = match step {
            Some(step) => {
                let (x, value) = (&mut descent.x, &mut descent.value);
                let reach = descent.steps.iter().zip(&*scale).map(|(step, scale)| step * scale).collect();
                steps::search(step, (false, options.seed), reach, (x, value), evaluations)?
            }
            None => false,
        };
        let polled = match options.batch {
            1 => descent.sweep(tolerance, options, order, scale, evaluations)?,
            _ => descent.sweep_in_blocks(tolerance, options, scale, evaluations)?,
        };
        let method = match (searched, polled) {
            (true, false) => Method::SuccessfulSearch,
            (_, true) => Method::SuccessfulPoll,
            (false, false) => Method::RefineMesh,
        };
        self.report(method, evaluations)
    }

    /// Whether the best descent has converged and no restart is left.
    fn is_ready_for_last_look(&mut self, options: &CoordinateOptions) -> bool {
        self.phase == Phase::Over
            && self.descent.has_converged(options)
            && self.restarts.failures() >= options.restarts
    }

    /// Goes on in the units of the point where these are shorter by far than those of the start, in which the tolerance was.
    /// Returns `true` if there are any.
    fn take_shorter_units(
        &mut self,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let least = options.mesh_tolerance;
        let units = units_at(&self.descent.x, &self.scale, least, evaluations.bounds());
        let factor = |(scale, unit): (&f64, &f64)| if *scale >= FAR * unit { scale / unit } else { 1.0 };
        let factors: Vec<f64> = self.scale.iter().zip(&units).map(factor).collect();
        if !options.scale_mesh || !options.last_look || factors.iter().all(|factor| *factor == 1.0) {
            return Ok(false);
        }
        self.scale.iter_mut().zip(&factors).for_each(|(scale, factor)| *scale /= factor);
        evaluations.hold(&self.descent.x, self.descent.value)?;
        self.descent.take_shorter_units(&factors);
        self.phase = Phase::going_on(options, evaluations);
        self.report(Method::RefineMesh, evaluations)?;
        Ok(true)
    }

    /// Takes the last look and, if it finds a better point, continues from there.
    fn look(&mut self, options: &CoordinateOptions, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let steps: Vec<f64> = self.first_scale.iter().map(|scale| scale * options.mesh_tolerance).collect();
        let place = Place { x: &self.descent.x, value: self.descent.value, steps: &steps };
        let Some((x, value)) = self.last_look.take(&place, evaluations)? else {
            return self.report(Method::RefineMesh, evaluations);
        };
        evaluations.hold(&x, value)?;
        self.descent.go_on_from(x, value, &self.scale);
        self.phase = Phase::going_on(options, evaluations);
        self.report(Method::SuccessfulSearch, evaluations)
    }

    fn best(&self) -> &Descent {
        self.kept.as_ref().filter(|kept| kept.value <= self.descent.value).unwrap_or(&self.descent)
    }

    /// Reports the best point of all descents.
    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let (mesh_size, best) = (self.descent.mesh_size(), self.best());
        evaluations.iteration(&best.x, best.value, Some(mesh_size), method)
    }

    /// Ends the phase of the current descent if it has converged or is to be left.
    fn change_phase(
        &mut self,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let now = evaluations.count();
        while self.phase != Phase::Over
            && (self.descent.has_converged(options) || self.is_to_be_left(now, options))
        {
            self.phase = match self.phase {
                _ if options.restarts == 0 => Phase::Over,
                Phase::First => Phase::Refining { until: now },
                Phase::Restarted { after } => {
                    self.return_to_best();
                    Phase::Refining { until: now + (now - after) }
                }
                Phase::Refining { .. } | Phase::Over => Phase::Over,
            };
            if self.phase != Phase::Over && !self.descent.has_converged(options) {
                evaluations.hold(&self.descent.x, self.descent.value)?;
            }
        }
        Ok(())
    }

    /// Whether to leave the current descent before it has converged.
    fn is_to_be_left(&self, now: u64, options: &CoordinateOptions) -> bool {
        match self.phase {
            _ if options.restarts == 0 => false,
            Phase::First | Phase::Restarted { .. } => {
                self.descent.mesh_size() < self.phase.tolerance(options)
            }
            Phase::Refining { until } => now >= until && self.descent.progress() <= PROGRESS,
            Phase::Over => false,
        }
    }

    /// Compares the descent of a restart with the best one and continues with the better.
    fn return_to_best(&mut self) {
        if let Some(kept) = self.kept.take()
            && kept.value <= self.descent.value
        {
            self.descent = kept;
            self.restarts.has_failed();
        } else {
            self.restarts.has_found_better();
        }
    }

    /// Starts a descent at a point near the best.
    fn restart(
        &mut self,
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let after = evaluations.count();
        let (size, bounds) = (options.initial_mesh_size, evaluations.bounds());
        let x = self.restarts.point_near(&self.descent.x, size, &self.scale, bounds);
        let value = evaluations.centre_at(&x)?;
        let restarted = Descent::from(x, value, options);
        self.kept = Some(std::mem::replace(&mut self.descent, restarted));
        self.phase = Phase::Restarted { after };
        self.report(Method::Restart, evaluations)
    }
}
