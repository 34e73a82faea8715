//! MATLAB's augmented Lagrangian pattern search: a sequence of subproblems.
//!
//! MathWorks publishes the function that is minimized, the two methods of an iteration and when the search stops. What
//! it does not publish is decided here: the first multipliers, the shifts, the accuracy asked of each subproblem, the
//! test of feasibility that chooses between the methods, and when a search is given up as infeasible.

use super::lagrangian::Lagrangian;
use crate::pattern::mesh::Mesh;
use crate::pattern::{Options, SearchStep, classic};
use crate::{Evaluations, Method, Seen, Status, Stop};

/// The mesh size to which the first subproblem is solved, and how much finer than `mesh_tolerance` it may become.
const FIRST_MESH_TOLERANCE: f64 = 1e-3;
const FINEST: f64 = 1e-3;

/// Exponents of `1/ρ` in the infeasibility that a solution may have: after a new penalty, and once more after
/// each update of the multipliers. (Conn, Gould & Toint 1991, "A globally convergent augmented Lagrangian algorithm for
/// optimization with general constraints and simple bounds", algorithm 1, with the values of LANCELOT.)
const AFTER_PENALTY: f64 = 0.1;
const AFTER_UPDATE: f64 = 0.9;

/// Rounds on a fine mesh without progress, after which the search ends where it stands.
const ROUNDS_WITHOUT_PROGRESS: u32 = 3;

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
        let Some(at) = state.at.clone() else { return Ok(Status::NoFeasiblePoint) };

        let method = if state.lagrangian.infeasibility(&at.constraints) <= state.allowed_infeasibility {
            state.lagrangian.update_multipliers(&at.constraints, options.penalty_factor);
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
        if let Some(status) = state.end(before.as_ref(), &at, options) {
            return Ok(status);
        }
        let finest = FINEST * options.mesh_tolerance;
        state.mesh_tolerance = (state.mesh_tolerance / options.penalty_factor).max(finest);
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
    /// How far from feasible its solution may be for the multipliers to be updated.
    allowed_infeasibility: f64,
    /// The least violation of a solution so far.
    least_violation: f64,
    rounds_without_progress: u32,
}

impl State {
    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let count = evaluations.nonlinear_constraints().unwrap_or_default();
        let lagrangian = Lagrangian::new(count, options.initial_penalty);
        evaluations.judge_by(lagrangian.merit());
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        let inner = classic::State::standing_at(&x, value, options, &x);
        let at = evaluations.seen().pop();
        let (value, violation) =
            at.as_ref().map_or((f64::INFINITY, f64::INFINITY), |at| (at.value, at.constraints.violation()));
        evaluations.constrained_iteration(&x, value, violation, Some(inner.mesh_size()), Method::Start)?;
        Ok(State {
            allowed_infeasibility: lagrangian.penalty().powf(-AFTER_PENALTY),
            lagrangian,
            inner,
            at,
            mesh_tolerance: FIRST_MESH_TOLERANCE.max(options.mesh_tolerance).min(options.initial_mesh_size),
            least_violation: f64::INFINITY,
            rounds_without_progress: 0,
        })
    }

    /// Minimizes the Lagrangian as it is now, by the pattern search, to the mesh tolerance.
    fn solve_subproblem(
        &mut self,
        options: &Options,
        step: Option<&dyn SearchStep>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        evaluations.judge_by(self.lagrangian.merit());
        let merit =
            self.at.as_ref().map_or(f64::INFINITY, |at| self.lagrangian.value(at.value, &at.constraints));
        self.inner.begin_anew(merit, Mesh::new(options, evaluations.start()), evaluations)?;

        let inner_options = Options {
            mesh_tolerance: self.mesh_tolerance,
            step_tolerance: 0.0,
            function_tolerance: 0.0,
            ..options.clone()
        };
        let mut end = None;
        while end.is_none() && self.inner.mesh_size() >= self.mesh_tolerance {
            (_, end) = self.inner.advance(&inner_options, step, evaluations)?;
            let seen = evaluations.seen().into_iter().find(|seen| seen.x == self.inner.x());
            self.at = seen.or_else(|| self.at.take());
        }
        Ok(())
    }

    /// Whether the search ends with this solution, and why: MATLAB's table of exit flags, where the mesh has become
    /// finer than `mesh_tolerance`.
    fn end(&mut self, before: Option<&Seen>, at: &Seen, options: &Options) -> Option<Status> {
        let tolerance = options.constraint_tolerance;
        let violation = at.constraints.violation();
        let (distance, change) = before.map_or((f64::INFINITY, f64::INFINITY), |before| {
            let squares = before.x.iter().zip(&at.x).map(|(before, at)| (at - before).powi(2));
            (squares.sum::<f64>().sqrt(), (at.value - before.value).abs())
        });
        let progress = if violation > tolerance {
            violation < 0.9 * self.least_violation
        } else {
            distance >= options.step_tolerance && change >= options.function_tolerance
        };
        self.least_violation = self.least_violation.min(violation);
        if self.mesh_tolerance > options.mesh_tolerance {
            return None;
        }
        self.rounds_without_progress = if progress { 0 } else { self.rounds_without_progress + 1 };
        if violation <= tolerance && self.lagrangian.complementarity(&at.constraints) < tolerance.sqrt() {
            return Some(Status::MeshTolerance);
        }
        (self.rounds_without_progress >= ROUNDS_WITHOUT_PROGRESS).then_some(match () {
            () if violation > tolerance => Status::NoFeasiblePoint,
            () if distance < options.step_tolerance => Status::StepTolerance,
            () => Status::FunctionTolerance,
        })
    }
}
