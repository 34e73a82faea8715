//! `patternsearch ask`: the solver writes the points to evaluate, and any program evaluates them.

mod dialogue;
mod header;
mod lines;

use std::io::{BufReader, stdin, stdout};

use dialogue::Dialogue;
use header::Header;
use lines::Lines;
use search::{AskTell, Budget, Problem, Run};

use crate::arguments::AskArguments;
use crate::exit::{Exit, Trouble};
use crate::interrupt::Interrupts;
use crate::output::remark;
use crate::report;

/// Reads the header, asks for values until the search ends, and prints a summary to standard error.
pub(crate) fn ask(arguments: &AskArguments) -> Result<Exit, Trouble> {
    // Reports wrong flags before waiting for input.
    arguments.solver.chosen(None)?;
    let mut lines = Lines::of(BufReader::new(stdin()));
    let Header { start, bounds, granularity, budget, seed } = Header::read(&mut lines)?;
    let (solver, _) = arguments.solver.chosen(seed)?;
    let problem = Problem::without_objective(start)?.bounded(bounds)?;
    let problem = match granularity {
        Some(granularity) => problem.granular(granularity)?,
        None => problem,
    };

    let interrupts = Interrupts::listen()?;
    let budget = Budget { evaluations: budget, cancellation: interrupts.run, ..Budget::unlimited() };
    let journal = arguments.journal.journal("ask");
    let run = Run { journal, ..Run::within(&budget) };
    let mut dialogue = Dialogue::new(lines, stdout(), interrupts.evaluation);
    let (outcome, told) = match AskTell::for_run(solver, problem, &run) {
        Ok(mut session) => {
            let told = dialogue.values(&mut session);
            (session.finish(), told)
        }
        Err(error) => (Err(error), Ok(())),
    };
    dialogue.end();
    if let Ok(outcome) = &outcome {
        remark(&report::text(outcome));
    }
    told.map_err(Trouble::usage)?;
    Ok(Exit::of(&outcome?))
}
