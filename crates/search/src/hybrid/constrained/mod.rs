//! The hybrid search under constraints and on grids: a model of every function, and steps to the least objective where
//! the models of the constraints hold.

mod arrivals;
mod batch;
mod composite;
mod curved;
mod descent;
mod epigraph;
mod evaluate;
mod frame;
mod geometry;
mod hint;
mod lagrangian;
mod last_poll;
mod learn;
mod measured;
mod merit;
mod models;
mod multipliers;
mod near;
mod points;
mod poll;
mod polytope;
mod propose;
mod simplex;
mod squares;
mod step;
mod stretch;
mod sweep;
mod terms;
mod under_way;

use descent::Descent;

use crate::hybrid::HybridOptions;
use crate::hybrid::run::{ANEW, ITERATIONS};
use crate::problem::unit::{scales, units_at};
use crate::restarts::Restarts;
use crate::{Evaluations, Method, Status, Stop};

/// A new descent has gained something if the merit fell by more than this part of what it had fallen before.
const GAIN: f64 = 1e-6;

/// Searches until no step improves the merit, and no restart the best point.
pub(super) fn search(options: &HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
    let n = evaluations.dimension() as u64;
    evaluations.limit(options.max_function_evaluations.unwrap_or(2000 * n), options.max_time);
    evaluations.tolerate_violations(options.constraint_tolerance);
    evaluations.keep_seen();
    evaluations.in_batches_of(options.batch);
    if options.asynchronous {
        evaluations.in_order_of_arrival();
    }
    let mut search = Search::at_start(options, evaluations)?;
    let mut restarts = Restarts::from_seed(options.seed);
    let mut best: Option<(Vec<f64>, Vec<f64>)> = None;
    loop {
        if let Some(status) = search.descend(evaluations)? {
            return Ok(status);
        }
        let multipliers = search.descent.multipliers_here(evaluations);
        let descent = &search.descent;
        match best.take() {
            Some((x, values)) if !descent.is_better_than(&values) => {
                restarts.has_failed();
                best = Some((x, values));
            }
            before => {
                if before.is_some() {
                    restarts.has_found_better();
                }
                best = Some((descent.here.x.clone(), descent.here.values.clone()));
                evaluations.know_multipliers(multipliers);
            }
        }
        if restarts.failures() >= options.restarts {
            return Ok(Status::NoStepDown);
        }
        let from = best.as_ref().map_or(&[][..], |(x, _)| x);
        let x =
            restarts.point_near(from, options.initial_mesh_size, &search.descent.units, evaluations.bounds());
        search.begin_at(x, evaluations)?;
        search.report(Method::Restart, evaluations)?;
    }
}

/// The factor of the radius after each success of the last poll.
const FURTHER: f64 = 10.0;

struct Search<'o> {
    options: &'o HybridOptions,
    descent: Descent<'o>,
}

impl<'o> Search<'o> {
    fn at_start(options: &'o HybridOptions, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let mut scale = scales(options.scale_mesh, &x, evaluations.bounds());
        if let Some(grid) = evaluations.grid() {
            for (i, (scale, &step)) in scale.iter_mut().zip(grid.granularity()).enumerate() {
                // The units of other coordinates say nothing about a grid.
                let is_known = x[i] != 0.0 || evaluations.bounds().width(i).is_finite();
                *scale = if is_known || step == 0.0 { scale.max(step) } else { step };
            }
        }
        let descent = Descent::at(x, options.initial_mesh_size, &scale, options, evaluations)?;
        let mut search = Search { options, descent };
        search.report(Method::Start, evaluations)?;
        search.descent.take_hint(evaluations)?;
        Ok(search)
    }

    /// Starts a new descent at the point nearest to `x` where bounds, rows and grid hold.
    fn begin_at(&mut self, x: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let x = self.descent.frame.nearest(&self.descent.here.x, x, evaluations);
        let units = &self.descent.units;
        self.descent = Descent::at(x, self.options.initial_mesh_size, units, self.options, evaluations)?;
        Ok(())
    }

    /// Descends until the radius is below the mesh tolerance, a new descent from there gains nothing, and the last poll
    /// fails. Returns the status if a limit ends the search.
    fn descend(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Option<Status>, Stop> {
        let options = self.options;
        let iterations = options.max_iterations.unwrap_or(ITERATIONS * evaluations.dimension() as u64);
        let mut anew_from: Option<f64> = None;
        let mut reach = options.mesh_tolerance;
        loop {
            while self.descent.radius >= self.descent.least_radius() {
                if evaluations.iterations() >= iterations {
                    return Ok(Some(Status::IterationLimit));
                }
                let method = self.descent.iterate(evaluations)?;
                self.report(method, evaluations)?;
            }
            if self.descent.take_what_is_under_way(evaluations)? {
                self.report(Method::SuccessfulSearch, evaluations)?;
                continue;
            }
            self.descent.take_back_units(evaluations);
            let (merit, dropped) = self.descent.merit_and_drop();
            let least = GAIN * self.descent.part_of(dropped);
            if options.last_look && anew_from.is_none_or(|from| from - merit > least) {
                anew_from = Some(merit);
                let size = (ANEW * options.initial_mesh_size).max(options.mesh_tolerance);
                let units = self.other_units(evaluations);
                self.descent.begin_anew(size, units.as_deref(), evaluations);
                continue;
            }
            let size = options.mesh_tolerance;
            let found = self.descent.last_poll(size, evaluations)?
                || (options.last_look && self.descent.look(size, evaluations)?);
            if !found {
                return Ok(None);
            }
            // Another point of the grid has another continuous part. Elsewhere, each success shows anew that the end was
            // further away.
            let anew = ANEW * options.initial_mesh_size;
            reach = if evaluations.grid().is_some() { anew } else { (FURTHER * reach).min(anew) };
            self.descent.radius = self.descent.radius.max(reach);
            self.report(Method::SuccessfulPoll, evaluations)?;
        }
    }

    /// Returns the units of x at the incumbent, which may be far from the start, if they are others.
    fn other_units(&self, evaluations: &Evaluations<'_>) -> Option<Vec<f64>> {
        let (x, tolerance) = (&self.descent.here.x, self.options.mesh_tolerance);
        if !self.options.scale_mesh || evaluations.grid().is_some() {
            return None;
        }
        let before = &self.descent.units;
        let units = units_at(x, before, tolerance, evaluations.bounds());
        (units != *before).then_some(units)
    }

    /// Reports the incumbent.
    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let Descent { here, radius, .. } = &self.descent;
        let (x, value) = (&here.x, here.values[0]);
        match self.descent.largest_violation() {
            None => evaluations.iteration(x, value, Some(*radius), method),
            Some(violation) => evaluations.constrained_iteration(x, value, violation, Some(*radius), method),
        }
    }
}
