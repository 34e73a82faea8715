//! MATLAB's augmented Lagrangian pattern search: a sequence of subproblems.
//!
//! MathWorks documents the function that is minimized, the two methods of an iteration and the stopping criteria. The
//! following choices are ours: the first multipliers, the shifts, the accuracy of each subproblem, the test that
//! selects the method, and the criterion for giving up.

use super::lagrangian::Lagrangian;
use crate::pattern::mesh::Mesh;
use crate::pattern::{Options, SearchStep, classic};
use crate::{Evaluations, Method, Seen, Status, Stop};

/// The mesh tolerance of the first subproblem. Each later one is smaller by the penalty factor, down to
/// `FINEST_MESH_TOLERANCE` times `mesh_tolerance`.
const FIRST_MESH_TOLERANCE: f64 = 1e-3;
const FINEST_MESH_TOLERANCE: f64 = 1e-3;

/// Exponents of `1/ρ` in the allowed infeasibility of a solution, after a new penalty and after each update of the
/// multipliers. (Conn, Gould & Toint 1991, "A globally convergent augmented Lagrangian algorithm for optimization
/// with general constraints and simple bounds", algorithm 1, with the values of LANCELOT.)
const AFTER_PENALTY: f64 = 0.1;
const AFTER_UPDATE: f64 = 0.9;

/// The search ends after this many successive subproblems on a fine mesh without progress.
const WITHOUT_PROGRESS: u32 = 3;

/// A violation is progress if it is below this fraction of the least one so far.
const LESS_VIOLATION: f64 = 0.9;

/// Solves subproblems until a solution is feasible, complementary and accurate enough.
pub(super) fn search(
    options: &Options,
    step: Option<&dyn SearchStep>,
    evaluations: &mut Evaluations<'_>,
) -> Result<Status, Stop> {
    let mut state = State::at_start(options, evaluations)?;
    while !options.iterations_are_over(evaluations) {
        let before = state.at.clone();
        state.solve_subproblem(options, step, evaluations)?;
        // Every evaluation has failed, so there is no solution to continue from.
        let Some(at) = state.at.clone() else { return Ok(Status::NoFeasiblePoint) };

        let feasible_enough = state.lagrangian.infeasibility(&at.constraints) <= state.allowed_infeasibility;
        // In both cases: a larger penalty alone would bring the barrier of a multiplier that is too small even
        // closer.
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

/// The state between two subproblems.
struct State {
    lagrangian: Lagrangian,
    /// The pattern search for the subproblems; each starts from the previous solution.
    inner: classic::State,
    /// The incumbent, if the objective has a value there.
    at: Option<Seen>,
    /// The mesh tolerance of the next subproblem.
    mesh_tolerance: f64,
    /// The largest infeasibility of a solution at which the multipliers of the equalities are updated.
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

    /// Minimizes the current Lagrangian by pattern search.
    fn solve_subproblem(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        // The merit of the same point under the new Lagrangian needs no evaluation.
        let merit = |at: &Seen| self.lagrangian.value(at.value, &at.constraints);
        let merit = self.at.as_ref().map_or(f64::INFINITY, merit);
        evaluations.judge_by(self.lagrangian.merit());
        let mesh = Mesh::new(options, evaluations.start(), evaluations.grid());
        self.inner.begin_anew(merit, mesh, evaluations)?;

        // The tests on small steps and decreases apply to whole subproblems only.
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

    /// Returns the reason to stop at this solution, if any, by MATLAB's table of exit flags, once the mesh has been
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
                Err(Stop::gave_up("the violation of the subproblem solutions stopped decreasing"))
            }
            _ => Ok(Some(Status::NoFeasiblePoint)),
        }
    }
}

#[cfg(test)]
mod tests;
