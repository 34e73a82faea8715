//! `patternsearch run`: minimizes the value that a program prints.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use search::{
    Bounds, Budget, DisplayLevel, IterativeDisplay, Minimizer, Observer, Outcome, Problem, Program, Run,
};

use crate::arguments::{Format, Passing, RunArguments, Shown};
use crate::exit::{Exit, Trouble};
use crate::files::Files;
use crate::interrupt::Interrupts;
use crate::output::say;
use crate::report;
use crate::watch::{Counted, Progress, Watch};

/// Runs the minimization, prints the result and writes the files.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Trouble> {
    let (solver, display) = arguments.solver.chosen(arguments.seed)?;
    let display = arguments.display.map_or(display, DisplayLevel::from);
    let interrupts = Interrupts::listen()?;
    let progress = Arc::<Progress>::default();
    let program = Counted {
        program: program(arguments, &interrupts),
        start: arguments.x0.clone(),
        cancellation: interrupts.run.clone(),
        progress: Arc::clone(&progress),
    };
    let problem = Problem::of(program, arguments.x0.clone())?.bounded(bounds(arguments)?)?.granular(each(
        arguments,
        "--granularity",
        &arguments.granularity,
        0.0,
    )?)?;
    // Reports files that cannot be written before the run, not after it.
    let mut files = Files::open(arguments)?;

    let mut budget = Budget { evaluations: arguments.budget, time: arguments.time, ..Budget::unlimited() };
    budget.cancellation = interrupts.run;
    let label = format!("{:?} {:?}", arguments.pass, arguments.program);
    let journal = arguments.journal.journal(&label);
    let run = Run { budget, threads: arguments.threads, journal, ..Run::default() };
    let outcome = watched(&*solver, &problem, &run, display, arguments, &progress)?;

    // Files first, so that they are written even if the pipe is closed.
    let written = files.fill(&outcome);
    say(&match arguments.output {
        Format::Text => report::text(&outcome),
        Format::Json => report::json(&outcome),
    })?;
    written?;
    Ok(Exit::of(&outcome))
}

fn program(arguments: &RunArguments, interrupts: &Interrupts) -> Program {
    let (name, first) = arguments.program.split_first().expect("clap requires a program");
    let mut program =
        first.iter().fold(Program::new(name), Program::argument).killed_by(&interrupts.evaluation);
    if let Some(limit) = arguments.timeout {
        program = program.within_seconds(limit.as_secs_f64());
    }
    match arguments.pass {
        Passing::Arguments => program,
        Passing::File => program.point_in_file(),
        Passing::Lines => program.answering_lines(),
    }
}

fn bounds(arguments: &RunArguments) -> Result<Bounds, Trouble> {
    let lower = each(arguments, "--lb", &arguments.lb, f64::NEG_INFINITY)?;
    let upper = each(arguments, "--ub", &arguments.ub, f64::INFINITY)?;
    Bounds::new(lower, upper).map_err(|error| Trouble::usage(format!("--lb, --ub: {error}")))
}

/// Returns one number per variable, from a flag with one number for each, one for all, or none.
fn each(arguments: &RunArguments, flag: &str, given: &[f64], none: f64) -> Result<Vec<f64>, Trouble> {
    let n = arguments.x0.len();
    match given {
        [] => Ok(vec![none; n]),
        [all] => Ok(vec![*all; n]),
        given if given.len() == n => Ok(given.to_vec()),
        given => {
            Err(Trouble::usage(format!("{flag} has {} numbers; expected {n} as for --x0, or 1", given.len())))
        }
    }
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

/// Runs the solver with the display. If it prints no rows, adds a progress bar on a terminal, or else
/// occasional lines.
fn watched(
    solver: &dyn Minimizer,
    problem: &Problem<'_>,
    run: &Run,
    level: DisplayLevel,
    arguments: &RunArguments,
    progress: &Arc<Progress>,
) -> Result<Outcome, Trouble> {
    let out: Box<dyn Write + Send> = match arguments.output {
        Format::Text => Box::new(std::io::stdout()),
        Format::Json => Box::new(std::io::stderr()),
    };
    let mut display = IterativeDisplay::new(level, out);
    let mut best = &**progress;
    let mut observers: Vec<&mut dyn Observer> = vec![&mut display, &mut best];
    let rows = matches!(level, DisplayLevel::Iter | DisplayLevel::Diagnose);
    let bar = cfg!(feature = "progress") && std::io::stderr().is_terminal();
    let _watch = Watch::over(progress, matches!(arguments.pass, Passing::Lines), !rows && !bar);
    #[cfg(feature = "progress")]
    let mut progress = search::Progress::up_to(run.budget.evaluations);
    #[cfg(feature = "progress")]
    if !rows {
        observers.push(&mut progress);
    }
    Ok(solver.run(problem, run, &mut observers)?)
}
