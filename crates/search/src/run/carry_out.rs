//! Carries out a run, in the same way for all solvers.

use std::thread;

use crate::evaluator::{Evaluator, Threads};
use crate::journal::{Bytes, Header, Keeping};
use crate::minimizer::linear_tolerance;
use crate::{
    DisplayLevel, Error, Evaluations, IterativeDisplay, LeastSquares, Minimizer, Observer, Outcome, Problem,
    Run,
};

/// Carries out a run. It keeps the journal that the run asks for, and one in memory if `memory` is given.
pub(crate) fn carry_out(
    minimizer: &(impl Minimizer + ?Sized),
    problem: &Problem<'_>,
    run: &Run,
    memory: Option<&Bytes>,
    observer: &mut dyn Observer,
) -> Result<Outcome, Error> {
    check_uncertainty(run, problem)?;
    // Another evaluator knows nothing of the objective's residuals.
    let uses_residuals = problem.fit().is_none() && run.evaluator.is_none() && minimizer.uses_residuals();
    let with_residuals = if uses_residuals { problem.using_residuals() } else { None };
    let problem = with_residuals.as_ref().unwrap_or(problem);
    minimizer.accepts(problem)?;
    if !problem.hint().is_empty() && !minimizer.uses_hint(problem) {
        return Err(Error::UnusedHint { solver: minimizer.name_for(problem) });
    }
    let tolerance = linear_tolerance(minimizer, problem)?;
    let name = minimizer.name_for(problem);
    let mut display = IterativeDisplay::to_stdout(minimizer.display());
    if minimizer.display() == DisplayLevel::Diagnose {
        display = display.with_settings(minimizer.settings());
    }
    let header = |label: &str| Header::of(minimizer, problem, label);
    let keeping = match (memory, &run.journal) {
        (copy, Some(journal)) => Some(Keeping::File(journal, header(&journal.label), copy)),
        (Some(bytes), None) => Some(Keeping::Memory(bytes, header(""))),
        (None, None) => None,
    };
    let (most, threads) = (Run::MOST_THREADS, run.threads);
    if !(1..=most).contains(&threads) {
        let reason = format!("expected from 1 to {most}");
        return Err(Error::Threads { threads, reason });
    }
    // The threads end when `evaluations` is dropped, on every path.
    thread::scope(|scope| {
        let evaluator: Option<Box<dyn Evaluator>> = match &run.evaluator {
            Some(evaluator) => Some(Box::new(evaluator.lend()?)),
            None if threads > 1 => Some(Box::new(Threads::start(scope, problem, threads)?)),
            None => None,
        };
        let observers = vec![&mut display as &mut dyn Observer, observer];
        let mut evaluations = Evaluations::open(problem, tolerance, run, evaluator, keeping, observers)?;
        let end = evaluations.begin(&name).and_then(|()| minimizer.search(&mut evaluations));
        if let Some(step) = run.uncertainty
            && end.as_ref().is_ok_and(|status| status.converged())
            && evaluations.goes_on()
        {
            evaluations.look_beside(step);
        }
        evaluations.close(&name, end)
    })
}

/// Checks that an uncertainty that the run asks for is one of this problem.
fn check_uncertainty(run: &Run, problem: &Problem<'_>) -> Result<(), Error> {
    let Some(step) = run.uncertainty else { return Ok(()) };
    if !(step > 0.0 && step <= 0.1) {
        return Err(Error::UncertaintyStep { value: step });
    }
    let is_constrained = problem.linear().is_some() || problem.nonlinear_constraints().is_some();
    if is_constrained || problem.grid().is_some() {
        return Err(Error::Uncertainty);
    }
    match problem.fit().map(LeastSquares::loss) {
        Some(loss) if loss.has_kinks() => Err(Error::UncertaintyLoss { loss }),
        _ => Ok(()),
    }
}
