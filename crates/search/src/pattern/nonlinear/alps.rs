//! MATLAB's augmented Lagrangian pattern search: a sequence of subproblems.
//!
//! MathWorks publishes the function that is minimized, the two methods of an iteration and when the search stops. What
//! it does not publish is decided here: the first multipliers, the shifts, how exactly each subproblem is solved, the test
//! that chooses between the methods, and when a search is given up.

use super::lagrangian::Lagrangian;
use crate::pattern::mesh::Mesh;
use crate::pattern::{Options, SearchStep, classic};
use crate::{Evaluations, Method, Seen, Status, Stop};

/// The mesh size to which the first subproblem is solved; each next one to one finer by the penalty factor, down to
/// `mesh_tolerance` times `FINEST_MESH_TOLERANCE`.
const FIRST_MESH_TOLERANCE: f64 = 1e-3;
const FINEST_MESH_TOLERANCE: f64 = 1e-3;

/// Exponents of `1/ρ` in the infeasibility that a solution may have: after a new penalty, and once more after
/// each update of the multipliers. (Conn, Gould & Toint 1991, "A globally convergent augmented Lagrangian algorithm for
/// optimization with general constraints and simple bounds", algorithm 1, with the values of LANCELOT.)
const AFTER_PENALTY: f64 = 0.1;
const AFTER_UPDATE: f64 = 0.9;

/// Subproblems in a row on a fine mesh without progress, after which the search ends.
const WITHOUT_PROGRESS: u32 = 3;

/// A violation is progress if it is below this part of the least one before.
const LESS_VIOLATION: f64 = 0.9;

/// Solves subproblems until the solution of one is feasible, complementary and exact enough.
pub(super) fn search(
    options: &Options,
    step: Option<&dyn SearchStep>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Status, Stop> {
    let mut state = State::at_start(options, evaluations)?;
    while !options.iterations_are_over(evaluations) {
        let before = state.at.clone();
        state.solve_subproblem(options, step, evaluations)?;
        // Every evaluation has failed: there is nothing to go on with.
        let Some(at) = state.at.clone() else { return Ok(Status::NoFeasiblePoint) };

        let feasible_enough = state.lagrangian.infeasibility(&at.constraints) <= state.allowed_infeasibility;
        // Always: a larger penalty alone would bring the barrier of a multiplier that is too small yet nearer.
        state.lagrangian.update_inequalities(&at.constraints, options.penalty_factor);
        let method = if feasible_enough {
            state.lagrangian.update_equalities(&at.constraints);
            state.allowed_infeasibility *= state.lagrangian.penalty().powf(-AFTER_UPDATE);
            Method::UpdateMultipliers
        } else {
            state.lagrangian.increase_penalty(options.penalty_factor);
            state.allowed_infeasibility = state.lagrangian.penalty().powf(-AFTER_PENALTY);
            Method::IncreasePenalty
        };
        state.allowed_infeasibility = state.allowed_infeasibility.max(options.constraint_tolerance);

        let mesh_size = Some(state.inner.mesh_size());
        evaluations.constrained_iteration(&at.x, at.value, at.constraints.violation(), mesh_size, method)?;
        if let Some(status) = state.end(before.as_ref(), &at, options, evaluations)? {
            return Ok(status);
        }
        let finer = state.mesh_tolerance / options.penalty_factor;
        state.mesh_tolerance = finer.max(FINEST_MESH_TOLERANCE * options.mesh_tolerance);
    }
    Ok(Status::IterationLimit)
}

/// What is known between two subproblems.
struct State {
    lagrangian: Lagrangian,
    /// The pattern search that solves the subproblems, each from the solution of the one before.
    inner: classic::State,
    /// Where it stands, if the objective has a value there.
    at: Option<Seen>,
    /// The mesh size to which the next subproblem is solved.
    mesh_tolerance: f64,
    /// How far from feasible its solution may be for the multipliers of equalities to be updated.
    allowed_infeasibility: f64,
    /// The least violation of a solution so far.
    least_violation: f64,
    without_progress: u32,
}

impl State {
    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let count = evaluations.nonlinear_constraints().unwrap_or_default();
        let lagrangian = Lagrangian::new(count, options.initial_penalty);
        evaluations.judge_by(lagrangian.merit());
        let x = evaluations.start().to_vec();
        let merit = evaluations.centre_at(&x)?;
        let at = evaluations.seen().pop();
        let inner = classic::State::standing_at(&x, merit, options, evaluations);
        let value = at.as_ref().map_or(f64::INFINITY, |at| at.value);
        let violation = at.as_ref().map_or(f64::INFINITY, |at| at.constraints.violation());
        evaluations.constrained_iteration(&x, value, violation, Some(inner.mesh_size()), Method::Start)?;
        Ok(State {
            allowed_infeasibility: lagrangian.penalty().powf(-AFTER_PENALTY),
            lagrangian,
            inner,
            at,
            mesh_tolerance: FIRST_MESH_TOLERANCE.max(options.mesh_tolerance).min(options.initial_mesh_size),
            least_violation: f64::INFINITY,
            without_progress: 0,
        })
    }

    /// Minimizes the Lagrangian as it is now, by the pattern search.
    fn solve_subproblem(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        // The same point by another merit: nothing is evaluated for it.
        let merit = |at: &Seen| self.lagrangian.value(at.value, &at.constraints);
        let merit = self.at.as_ref().map_or(f64::INFINITY, merit);
        evaluations.judge_by(self.lagrangian.merit());
        let mesh = Mesh::new(options, evaluations.start(), evaluations.grid());
        self.inner.begin_anew(merit, mesh, evaluations)?;

        // Small steps and decreases are the business of whole subproblems.
        let (step_tolerance, function_tolerance) = (0.0, 0.0);
        let options = &Options { step_tolerance, function_tolerance, ..options.clone() };
        let mut end = None;
        while end.is_none() && !self.inner.has_failed_down_to(self.mesh_tolerance) {
            (_, end) = self.inner.advance(options, step, evaluations)?;
            let here = evaluations.seen().into_iter().find(|seen| seen.x == self.inner.x());
            self.at = here.or_else(|| self.at.take());
        }
        Ok(())
    }

    /// Whether the search ends with this solution, and why: MATLAB's table of exit flags, once the mesh has been
    /// finer than `mesh_tolerance`.
    fn end(
        &mut self,
        before: Option<&Seen>,
        at: &Seen,
        options: &Options,
        evaluations: &Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        let tolerance = options.constraint_tolerance;
        let violation = at.constraints.violation();
        let feasible = violation <= tolerance;
        let (distance, change) = before.map_or((f64::INFINITY, f64::INFINITY), |before| {
            let squares = before.x.iter().zip(&at.x).map(|(before, at)| (at - before).powi(2));
            (squares.sum::<f64>().sqrt(), (at.value - before.value).abs())
        });
        let progress = if feasible {
            distance >= options.step_tolerance && change >= options.function_tolerance
        } else {
            violation < LESS_VIOLATION * self.least_violation
        };
        self.least_violation = self.least_violation.min(violation);
        if self.mesh_tolerance > options.mesh_tolerance {
            return Ok(None);
        }
        if feasible && self.lagrangian.complementarity(&at.constraints) < tolerance.sqrt() {
            return Ok(Some(Status::MeshTolerance));
        }
        self.without_progress = if progress { 0 } else { self.without_progress + 1 };
        match self.without_progress {
            ..WITHOUT_PROGRESS => Ok(None),
            _ if feasible && distance < options.step_tolerance => Ok(Some(Status::StepTolerance)),
            _ if feasible => Ok(Some(Status::FunctionTolerance)),
            _ if evaluations.is_feasible() => {
                Err(Stop::gave_up("the solutions of its subproblems came no nearer to the constraints"))
            }
            _ => Ok(Some(Status::NoFeasiblePoint)),
        }
    }
}

#[cfg(test)]
mod tests;
