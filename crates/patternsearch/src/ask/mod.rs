//! `patternsearch ask`: the solver says which points to evaluate, and any program evaluates them.

mod dialogue;
mod header;
mod lines;

use std::io::{BufReader, stderr, stdin, stdout};
use std::time::Duration;

use dialogue::Dialogue;
use header::Header;
use lines::Lines;
use search::{AskTell, Budget, DisplayLevel, IterativeDisplay, Run};

use crate::arguments::{AskArguments, Format};
use crate::exit::{Exit, Trouble};
use crate::files::Files;
use crate::history::told;
use crate::interrupt::Interrupts;
use crate::output::remark;
use crate::report;

/// Reads the header, asks for values until the search ends, and prints a summary on standard error.
pub(crate) fn ask(arguments: &AskArguments) -> Result<Exit, Trouble> {
    // Reports invalid flags before waiting for input.
    arguments.solver.chosen(None, None)?;
    let mut lines = Lines::of(BufReader::new(stdin()));
    let Header { file, outputs, is_json } = Header::read(&mut lines)?;
    let (solver, display) = arguments.solver.chosen(Some(&file), None)?;
    let display = IterativeDisplay::new(arguments.display.map_or(display, DisplayLevel::from), stderr());

    let read = [
        ("--options", arguments.solver.options.as_deref()),
        ("--journal", arguments.journal.journal.as_deref().or(file.journal())),
    ];
    let mut files = Files::open(&arguments.report, &read)?;

    let interrupts = Interrupts::listen()?;
    let seconds = file.seconds().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let budget = Budget { evaluations: file.budget(), time: seconds, cancellation: interrupts.run };
    let journal = arguments.journal.journal(file.journal(), "ask")?;
    let run = Run { journal, ..Run::within(&budget) };
    let workers = is_json.then(|| file.workers().unwrap_or(1));
    let mut dialogue = Dialogue::new(lines, stdout(), interrupts.evaluation, outputs, workers);
    let mut history = None;
    let mut hints = arguments.hint.iter();
    let problem = hints.try_fold(file.problem_without_objective()?, |problem, path| {
        problem.hinted_file(path, file.variables())
    })?;
    let (outcome, answered) = match AskTell::watched(solver, problem, &run, display) {
        Ok(mut session) => {
            let answered = dialogue.values(&mut session);
            history = arguments.report.history.as_ref().map(|_| told(&session, &file));
            (session.finish(), answered)
        }
        Err(error) => (Err(error), Ok(())),
    };
    let result = outcome.as_ref().ok().map(|outcome| report::object(outcome, file.variables()));
    dialogue.end(result);
    if let Ok(outcome) = &outcome {
        let written = files.fill(outcome, history);
        remark(&match arguments.report.output {
            Format::Text => report::text(outcome, file.variables()),
            Format::Json => report::json(outcome, file.variables()),
        });
        written?;
    }
    answered.map_err(Trouble::usage)?;
    Ok(Exit::of(&outcome?))
}
