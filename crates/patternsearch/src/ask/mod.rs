//! `patternsearch ask`: the solver says which points to evaluate, and any program evaluates them.

mod dialogue;
mod header;
mod lines;

use std::io::{BufReader, stdin, stdout};
use std::sync::{Mutex, PoisonError};

use dialogue::Dialogue;
use header::Header;
use lines::Lines;
use search::{Budget, Problem, Run};

use crate::arguments::AskArguments;
use crate::exit::{Exit, Trouble};
use crate::interrupt::Interrupts;
use crate::output::remark;
use crate::report;

/// Reads the header, asks for values until the run ends, and sums up on standard error.
pub(crate) fn ask(arguments: &AskArguments) -> Result<Exit, Trouble> {
    // Wrong flags are complained about before anything is waited for.
    arguments.solver.chosen(None)?;
    let mut lines = Lines::of(BufReader::new(stdin()));
    let Header { start, bounds, granularity, budget, seed } = Header::read(&mut lines)?;
    let (solver, _) = arguments.solver.chosen(seed)?;

    let interrupts = Interrupts::listen()?;
    let cancellation = interrupts.run.clone();
    let dialogue = Mutex::new(Dialogue::new(lines, stdout(), interrupts));
    let value = |x: &[f64]| dialogue.lock().unwrap_or_else(PoisonError::into_inner).value(x);
    let problem = Problem::new(value, start)?.bounded(bounds)?;
    let problem = match granularity {
        Some(granularity) => problem.granular(granularity)?,
        None => problem,
    };
    let budget = Budget { evaluations: budget, cancellation, ..Budget::unlimited() };
    let run = Run { budget, threads: 1, journal: arguments.journal.journal("ask") };
    let outcome = solver.run(&problem, &run, &mut ());
    drop(problem);

    let fault = dialogue.into_inner().unwrap_or_else(PoisonError::into_inner).end();
    if let Ok(outcome) = &outcome {
        remark(&report::text(outcome));
    }
    fault?;
    Ok(Exit::of(&outcome?))
}
