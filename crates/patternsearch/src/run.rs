//! `patternsearch run`: minimizes an executable.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use search::{Budget, DisplayLevel, IterativeDisplay, Minimizer, Observer, Outcome, Problem, Run};

use crate::arguments::{Format, RunArguments, Shown};
use crate::exit::{Exit, Trouble};
use crate::files::Files;
use crate::history::History;
use crate::interrupt::Interrupts;
use crate::output::say;
use crate::report;
use crate::task::Task;
use crate::watch::{Counted, Limits, Progress, Watch};

/// Runs the minimization, prints the result and writes the files.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Trouble> {
    let task = Task::of(arguments)?;
    let (label, answers_lines) = (task.label.clone(), task.answers_lines);
    let (solver, display) = arguments.solver.chosen(Some(&task.file), arguments.seed)?;
    let display = arguments.display.map_or(display, DisplayLevel::from);
    let interrupts = Interrupts::listen()?;
    let progress = Arc::<Progress>::default();
    let counted = |program, start| Counted {
        program,
        start,
        keeps_calls: arguments.report.history.is_some(),
        cancellation: interrupts.run.clone(),
        progress: Arc::clone(&progress),
    };
    let (problem, file) = task.problem(&interrupts, counted)?;
    let read = [
        ("the program", arguments.program.first().map(Path::new)),
        ("--options", arguments.solver.options.as_deref()),
        ("--journal", arguments.journal.journal.as_deref().or(file.journal())),
    ];
    // Reports files that cannot be written before the run, not after it.
    let mut files = Files::open(&arguments.report, &read)?;

    let seconds = file.seconds().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let budget = Budget {
        evaluations: arguments.budget.or(file.budget()),
        time: arguments.time.or(seconds),
        cancellation: interrupts.run.clone(),
    };
    let journal = arguments.journal.journal(file.journal(), &label)?;
    let threads = arguments.threads.or(file.workers()).unwrap_or(1);
    let uncertainty = arguments.uncertainty;
    let run = Run { budget, threads, journal, uncertainty, ..Run::default() };
    let mut history = (arguments.report.history.as_ref()).map(|_| History::new(&file, Arc::clone(&progress)));
    let shown = Display { level: display, format: arguments.report.output, answers_lines };
    let outcome = watched(&*solver, &problem, &run, &shown, &progress, history.as_mut())?;

    // Files first, so that they are written even if the pipe is closed.
    let written = files.fill(&outcome, history.map(History::into_csv));
    say(&match arguments.report.output {
        Format::Text => report::text(&outcome, file.variables()),
        Format::Json => report::json(&outcome, file.variables()),
    })?;
    written?;
    Ok(Exit::of(&outcome))
}

impl From<Shown> for DisplayLevel {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Off => DisplayLevel::Off,
            Shown::Final => DisplayLevel::Final,
            Shown::Iter => DisplayLevel::Iter,
        }
    }
}

/// What is printed during the run.
struct Display {
    level: DisplayLevel,
    format: Format,
    answers_lines: bool,
}

/// Runs the solver with the display. If it prints no rows, adds a progress bar on a terminal, or else
/// occasional lines.
fn watched(
    solver: &dyn Minimizer,
    problem: &Problem<'_>,
    run: &Run,
    shown: &Display,
    progress: &Arc<Progress>,
    history: Option<&mut History>,
) -> Result<Outcome, Trouble> {
    let out: Box<dyn Write + Send> = match shown.format {
        Format::Text => Box::new(std::io::stdout()),
        Format::Json => Box::new(std::io::stderr()),
    };
    let mut display = IterativeDisplay::new(shown.level, out);
    let mut best = &**progress;
    let mut observers: Vec<&mut dyn Observer> = vec![&mut display, &mut best];
    observers.extend(history.map(|history| history as &mut dyn Observer));
    let rows = matches!(shown.level, DisplayLevel::Iter | DisplayLevel::Diagnose);
    let bar = cfg!(feature = "progress") && std::io::stderr().is_terminal();
    let limits = Limits { evaluations: run.budget.evaluations, time: run.budget.time };
    let _watch = Watch::over(progress, shown.answers_lines, !rows && !bar, limits);
    #[cfg(feature = "progress")]
    let mut progress = search::Progress::up_to(run.budget.evaluations);
    #[cfg(feature = "progress")]
    if !rows {
        observers.push(&mut progress);
    }
    Ok(solver.run(problem, run, &mut observers)?)
}
