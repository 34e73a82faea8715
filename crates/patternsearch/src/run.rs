//! `patternsearch run`: minimizes an executable.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use search::{Bounds, Budget, Display, DisplayLevel, Minimizer, Observer, Outcome, Problem, Program, Run};

use crate::arguments::{Format, Passing, RunArguments, Shown};
use crate::exit::{Exit, Trouble};
use crate::interrupt::Interrupts;
use crate::output::say;
use crate::{history, report};

/// Minimizes what the arguments say, prints the result and writes the files.
pub(crate) fn run(arguments: &RunArguments) -> Result<Exit, Trouble> {
    let (solver, display) = arguments.solver.chosen(arguments.seed)?;
    let display = arguments.display.map_or(display, DisplayLevel::from);
    let interrupts = Interrupts::listen()?;
    let problem = Problem::new(program(arguments, &interrupts), arguments.x0.clone())?
        .bounded(bounds(arguments)?)?
        .granular(each(arguments, "--granularity", &arguments.granularity, 0.0)?)?;
    // What cannot be written is known before the run, not after it.
    let mut files = Files::create(arguments)?;

    let mut budget = Budget { evaluations: arguments.budget, time: arguments.time, ..Budget::unlimited() };
    budget.cancellation = interrupts.run;
    let label = format!("{:?} {:?}", arguments.pass, arguments.program);
    let journal = arguments.journal.journal(&label);
    let run = Run { budget, threads: arguments.threads, journal };
    let outcome = watched(&*solver, &problem, &run, display, arguments.output)?;

    // Files first: whoever closes the pipe still gets them.
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

/// A number for each variable, of which there may be one for all, or none.
fn each(arguments: &RunArguments, flag: &str, given: &[f64], none: f64) -> Result<Vec<f64>, Trouble> {
    let n = arguments.x0.len();
    match given {
        [] => Ok(vec![none; n]),
        [all] => Ok(vec![*all; n]),
        given if given.len() == n => Ok(given.to_vec()),
        given => {
            Err(Trouble::usage(format!("{flag} has {} numbers; expected {n}, as --x0, or 1", given.len())))
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

/// Runs the solver under the display, and a progress bar where there are no rows to see.
fn watched(
    solver: &dyn Minimizer,
    problem: &Problem<'_>,
    run: &Run,
    level: DisplayLevel,
    output: Format,
) -> Result<Outcome, Trouble> {
    let out: Box<dyn Write + Send> = match output {
        Format::Text => Box::new(std::io::stdout()),
        Format::Json => Box::new(std::io::stderr()),
    };
    let mut display = Display::new(level, out);
    let mut observers: Vec<&mut dyn Observer> = vec![&mut display];
    #[cfg(feature = "progress")]
    let mut progress = search::Progress::up_to(run.budget.evaluations);
    #[cfg(feature = "progress")]
    if level != DisplayLevel::Iter {
        observers.push(&mut progress);
    }
    Ok(solver.run(problem, run, &mut observers)?)
}

/// The files that are written after the run.
struct Files<'a> {
    history: Option<(&'a Path, File)>,
    #[cfg(feature = "plot")]
    plot: Option<(&'a Path, File)>,
}

impl<'a> Files<'a> {
    fn create(arguments: &'a RunArguments) -> Result<Self, Trouble> {
        Ok(Files {
            history: create(arguments.history.as_deref())?,
            #[cfg(feature = "plot")]
            plot: create(arguments.plot.as_deref())?,
        })
    }

    fn fill(&mut self, outcome: &Outcome) -> Result<(), Trouble> {
        if let Some((path, file)) = &mut self.history {
            fill(path, file, &history::csv(outcome))?;
        }
        #[cfg(feature = "plot")]
        if let Some((path, file)) = &mut self.plot {
            let svg = search::plot::convergence(&outcome.solver, outcome)
                .map_err(|error| Trouble::file(path, error))?;
            fill(path, file, &svg)?;
        }
        Ok(())
    }
}

fn create(path: Option<&Path>) -> Result<Option<(&Path, File)>, Trouble> {
    let Some(path) = path else { return Ok(None) };
    let file = File::create(path).map_err(|error| Trouble::file(path, error))?;
    Ok(Some((path, file)))
}

fn fill(path: &Path, file: &mut File, text: &str) -> Result<(), Trouble> {
    file.write_all(text.as_bytes()).map_err(|error| Trouble::file(path, error))
}
