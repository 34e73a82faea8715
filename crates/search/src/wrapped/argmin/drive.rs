//! The loop that drives an argmin solver, as argmin's `Executor` does, but keeps all results when it ends.

use argmin::core::{Problem, Solver, State, TerminationReason, TerminationStatus};

use super::door::{Door, Ended};
use crate::Status;
use crate::minimizer::{ALIKE, BARRIER};

/// Runs a solver until it or the door ends. After each iteration `converged` is called with `true` if the solver
/// itself reports convergence.
pub(super) fn drive<O, S, I>(
    door: &Door<'_, '_>,
    problem: O,
    mut solver: S,
    state: I,
    mut converged: impl FnMut(bool) -> bool,
) -> Result<Status, Ended>
where
    S: Solver<O, I>,
    I: State,
{
    let mut problem = Problem::new(problem);
    let (mut state, _) = door.step(|| solver.init(&mut problem, state))?;
    state.update();
    loop {
        let end = if state.terminated() {
            state.get_termination_status().clone()
        } else {
            solver.terminate(&state)
        };
        if let TerminationStatus::Terminated(TerminationReason::SolverExit(reason)) = end {
            return Err(Ended::Failed(reason));
        }
        if converged(end != TerminationStatus::NotTerminated) {
            if door.best_value().abs() >= BARRIER {
                return Err(Ended::Failed(ALIKE.to_owned()));
            }
            return Ok(Status::SolverConverged);
        }
        (state, _) = door.step(|| solver.next_iter(&mut problem, state))?;
        state.update();
        state.increment_iter();
        door.iteration().map_err(Ended::Stopped)?;
    }
}
