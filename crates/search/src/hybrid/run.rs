//! The iterations of the hybrid search: descents, restarts, and the checks before it reports convergence.

use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::descent::Descent;
use super::place::Place;
use super::space::Space;
use crate::last_look::{self, LastLook};
use crate::problem::unit::{scales, units_at};
use crate::restarts::Restarts;
use crate::stepwise::Stepwise;
use crate::{Evaluations, Method, Status, Stop};

/// The most iterations per coordinate if the options set no limit. An iteration takes little more than one
/// evaluation, so the limit on evaluations comes first.
pub(super) const ITERATIONS: u64 = 2000;

/// Initial mesh size of a new descent from a converged point, as a fraction of the first mesh size.
pub(super) const ANEW: f64 = 0.1;

/// The state of the search between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    descent: Descent,
    /// The best point of the earlier descents, with its value.
    kept: Option<(Vec<f64>, f64)>,
    scale: Vec<f64>,
    restarts: Restarts,
    /// The value at the start of the descent, if it began at a converged point.
    anew_from: Option<f64>,
    last_look: LastLook,
}

impl Stepwise for State {
    type Options = HybridOptions;

    fn limits(options: &HybridOptions, n: usize) -> (u64, Option<f64>) {
        (options.max_function_evaluations.unwrap_or(2000 * n as u64), options.max_time)
    }

    fn prepare(options: &HybridOptions, evaluations: &mut Evaluations<'_>) {
        evaluations.in_batches_of(options.batch);
        if options.asynchronous {
            evaluations.in_order_of_arrival();
        }
    }

    fn at_start(options: &HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let scale = scales(options.scale_mesh, &x, evaluations.bounds());
        let space = Space::of(&scale, evaluations.bounds());
        // With a hint the sweep is likely to be elsewhere.
        let value = match options.batch {
            1 => evaluations.value(&x)?,
            _ if evaluations.best_of_hint().is_some() => evaluations.value(&x)?,
            _ => Place::at(x.clone(), f64::INFINITY, options.initial_mesh_size, space.clone())
                .value_and_sweep_ahead(options, evaluations)?,
        };
        let mut state = State {
            scale,
            descent: Descent::from(x, value, options.initial_mesh_size, space),
            kept: None,
            restarts: Restarts::from_seed(options.seed),
            anew_from: None,
            last_look: LastLook::of_a_search_from(value, options.last_look),
        };
        state.report(Method::Start, evaluations)?;
        state.descent.take_hint(options, evaluations)?;
        Ok(state)
    }

    fn going_on(self, _evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        Ok(self)
    }

    fn end(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        if self.has_converged(options) {
            self.descent.take_what_is_under_way(options, evaluations)?;
        }
        if self.has_converged(options) {
            let Place { x, value, .. } = &mut self.descent.place;
            self.restarts.judge(self.kept.take(), x, value);
            if self.restarts_are_over(options) && self.is_settled(options) && self.last_look.is_over() {
                let no_step = self.descent.no_step;
                return Ok(Some(if no_step { Status::MachinePrecision } else { Status::NoStepDown }));
            }
        }
        let most = options.max_iterations.unwrap_or(ITERATIONS * evaluations.dimension() as u64);
        Ok((evaluations.iterations() >= most).then_some(Status::IterationLimit))
    }

    /// Runs one iteration of the descent. Once the descent has converged, the iteration is a restart; if no restart
    /// is left, it is a new descent from the same point; if that has gained nothing, it is the last look.
    fn iterate(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        let method = if self.has_converged(options) && self.restarts_are_over(options) {
            if self.is_settled(options) {
                self.look(options, evaluations)?
            } else {
                self.begin_anew(options, evaluations);
                Method::Restart
            }
        } else if self.has_converged(options) {
            self.restart(options, evaluations)?;
            Method::Restart
        } else {
            let method = self.descent.iterate(options, evaluations)?;
            self.descent.place.space.write_scale(&mut self.scale);
            method
        };
        self.report(method, evaluations)?;
        Ok(None)
    }
}

impl State {
    /// Returns the incumbent: the best point of all descents, and its value.
    fn incumbent(&self) -> (&[f64], f64) {
        let Place { x, value, .. } = &self.descent.place;
        match &self.kept {
            Some((kept, least)) if least <= value => (kept, *least),
            _ => (x, *value),
        }
    }

    fn has_converged(&self, options: &HybridOptions) -> bool {
        self.descent.no_step || self.descent.place.mesh_size < options.mesh_tolerance
    }

    fn restarts_are_over(&self, options: &HybridOptions) -> bool {
        self.restarts.failures() >= options.restarts
    }

    /// Whether a new descent from a converged point has gained next to nothing; always `true` without a last look.
    fn is_settled(&self, options: &HybridOptions) -> bool {
        let gained = |from: f64| from - self.descent.place.value;
        !options.last_look
            || self.anew_from.is_some_and(|from| !self.last_look.is_worthwhile(gained(from), from))
    }

    /// Starts a new descent from the converged point, in units of the coordinates there. The last mesh may have
    /// become fine because its models were wrong, or its units may be those of a distant start.
    fn begin_anew(&mut self, options: &HybridOptions, evaluations: &Evaluations<'_>) {
        let (x, value) = (self.descent.place.x.clone(), self.descent.place.value);
        if options.scale_mesh {
            self.scale = units_at(&x, &self.scale, options.mesh_tolerance, evaluations.bounds());
        }
        let size = (ANEW * options.initial_mesh_size).max(options.mesh_tolerance);
        self.descent = Descent::from(x, value, size, Space::of(&self.scale, evaluations.bounds()));
        self.anew_from = Some(value);
    }

    /// Takes the last look and, if it finds a better point, continues from there.
    fn look(&mut self, options: &HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        let last_size = self.descent.last_mesh_size().max(options.mesh_tolerance);
        let steps: Vec<f64> = self.scale.iter().map(|scale| scale * last_size).collect();
        let place =
            last_look::Place { x: &self.descent.place.x, value: self.descent.place.value, steps: &steps };
        let Some((x, value)) = self.last_look.take(&place, evaluations)? else {
            return Ok(Method::RefineMesh);
        };
        self.descent.go_on_from(x, value, last_size, options);
        self.anew_from = None;
        Ok(Method::SuccessfulSearch)
    }

    fn restart(&mut self, options: &HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let (size, bounds) = (options.initial_mesh_size, evaluations.bounds());
        let x = self.restarts.point_near(&self.descent.place.x, size, &self.scale, bounds);
        let value = evaluations.value(&x)?;
        let restarted = Descent::from(x, value, size, Space::of(&self.scale, bounds));
        let before = std::mem::replace(&mut self.descent, restarted);
        self.kept = Some((before.place.x, before.place.value));
        Ok(())
    }

    /// Reports the incumbent.
    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let (x, value) = self.incumbent();
        evaluations.iteration(x, value, Some(self.descent.place.mesh_size), method)
    }
}
