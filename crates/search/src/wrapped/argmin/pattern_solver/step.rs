//! Single steps: each opens the evaluations over argmin's problem and closes them again.

use std::sync::{Mutex, PoisonError};

use argmin::core::{ArgminError, CostFunction, IterState, KV, Solver, State as _, TerminationReason};
use argmin::kv;

use super::{PatternSolver, Progress};
use crate::stepwise::{Iterative, Stepwise};
use crate::{Budget, Error, Evaluations, Failure, Iteration, Method, Objective, Problem, Status, Stop};

type Argmins<P> = IterState<P, (), (), (), (), f64>;

impl<O, P, S> Solver<O, Argmins<P>> for PatternSolver<S>
where
    S: Iterative,
    O: CostFunction<Param = P, Output = f64> + Send,
    P: Clone + FromIterator<f64>,
    for<'p> &'p P: IntoIterator<Item = &'p f64>,
{
    fn name(&self) -> &str {
        S::NAME
    }

    fn init(
        &mut self,
        problem: &mut argmin::core::Problem<O>,
        state: Argmins<P>,
    ) -> Result<(Argmins<P>, Option<KV>), argmin::core::Error> {
        let start = state.get_param().ok_or_else(|| ArgminError::NotInitialized {
            text: format!("{} needs a start: `executor.configure(|state| state.param(start))`", S::NAME),
        })?;
        let problem = self.problem(problem, start.into_iter().copied().collect())?;
        Ok(self.report(advance::<S>(self.search.chosen(), &problem, None)?, state))
    }

    fn next_iter(
        &mut self,
        problem: &mut argmin::core::Problem<O>,
        state: Argmins<P>,
    ) -> Result<(Argmins<P>, Option<KV>), argmin::core::Error> {
        let progress = self.progress.take().ok_or_else(|| ArgminError::NotInitialized {
            text: format!("{} has not begun; expected the state and the solver of the same run", S::NAME),
        })?;
        if progress.search.is_err() {
            return Ok(self.report(progress, state));
        }
        // The start of the run only matters to its first step.
        let problem = self.problem(problem, progress.standing.best.0.clone())?;
        Ok(self.report(advance::<S>(self.search.chosen(), &problem, Some(progress))?, state))
    }
}

impl<S: Iterative> PatternSolver<S> {
    /// Converts argmin's problem to a `Problem`.
    fn problem<'p, O>(
        &self,
        problem: &'p mut argmin::core::Problem<O>,
        start: Vec<f64>,
    ) -> Result<Problem<'p>, Error>
    where
        O: CostFunction<Output = f64> + Send,
        O::Param: FromIterator<f64>,
    {
        let problem = Problem::of(Cost(Mutex::new(problem)), start)?;
        match &self.bounds {
            Some(bounds) => problem.bounded(bounds.clone()),
            None => Ok(problem),
        }
    }

    /// Stores the progress and reports it to argmin and its observers.
    fn report<P: Clone + FromIterator<f64>>(
        &mut self,
        progress: Progress<S::State>,
        state: Argmins<P>,
    ) -> (Argmins<P>, Option<KV>) {
        let Progress { standing, row, search, .. } = &progress;
        let mut kv = kv!("evaluations" => standing.counts.evaluations;);
        if let Some(Iteration { method, mesh_size, .. }) = row {
            kv.insert("method", method.to_string().into());
            kv.extend(mesh_size.map(|size| ("mesh_size", size.into())));
        }
        let (x, value, _) = &standing.best;
        let mut state = state.param(x.iter().copied().collect()).cost(*value);
        if let Err(status) = search {
            state = state.terminate_with(reason(S::NAME, *status));
        }
        self.progress = Some(progress);
        (state, Some(kv))
    }
}

/// Runs the start, or the next iteration.
fn advance<S: Iterative>(
    options: &S::Options,
    problem: &Problem<'_>,
    before: Option<Progress<S::State>>,
) -> Result<Progress<S::State>, Error> {
    // The problem has no linear constraints and therefore needs no tolerance.
    let mut evaluations = Evaluations::here(problem, 0.0, &Budget::unlimited(), Vec::new())?;
    let (mut search, mut last_row, mut spent) = (None, None, 0.0);
    if let Some(Progress { standing, row, seconds, search: before }) = before {
        evaluations.go_on_from(standing, row.as_ref().map_or(0, |row| row.iteration + 1));
        (search, last_row, spent) = (before.ok(), row, seconds);
    }
    let (most, longest) = S::State::limits(options, problem.dimension());
    evaluations.limit(most, longest.map(|longest| longest - spent));
    S::State::prepare(options, &mut evaluations);

    let stepped = step(search, options, &mut evaluations);
    // An iteration that a limit has interrupted has no row and no method.
    let no_row = || last_row.map(|row| Iteration { method: Method::Step, ..row });
    Ok(Progress {
        standing: evaluations.standing(),
        row: evaluations.last_row().cloned().or_else(no_row),
        seconds: spent + evaluations.seconds(),
        search: match stepped {
            Ok(search) => Ok(search),
            Err(stop) => Err(evaluations.close(S::NAME, Err(stop))?.status),
        },
    })
}

/// Evaluates the start or runs an iteration. Returns a [`Stop`] if the search ends.
fn step<S: Stepwise>(
    search: Option<S>,
    options: &S::Options,
    evaluations: &mut Evaluations<'_>,
) -> Result<S, Stop> {
    let mut state = match search {
        None => S::at_start(options, evaluations)?,
        Some(state) => {
            let mut state = state.going_on(evaluations)?;
            if let Some(status) = state.iterate(options, evaluations)? {
                return Err(status.into());
            }
            state
        }
    };
    match state.end(options, evaluations)? {
        Some(status) => Err(status.into()),
        None => Ok(state),
    }
}

fn reason(name: &str, status: Status) -> TerminationReason {
    if status.converged() {
        TerminationReason::SolverConverged
    } else {
        TerminationReason::SolverExit(format!("{name} stopped because {status}"))
    }
}

/// A cost function as an objective, called through argmin's problem, which counts the calls.
struct Cost<'p, O>(Mutex<&'p mut argmin::core::Problem<O>>);

impl<O> Objective for Cost<'_, O>
where
    O: CostFunction<Output = f64> + Send,
    O::Param: FromIterator<f64>,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        // A panic in `cost` leaves only its count behind.
        let mut problem = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cost = problem.cost(&x.iter().copied().collect());
        cost.map_err(|error| Failure::Error(format!("{error:#}")))
    }
}
