//! Objectives that are external programs, which print a number.

#[cfg(unix)]
mod guard;
mod lines;
mod once;
mod outputs;
mod process;
mod questions;
mod solver;

use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lines::{Answerer, NoAnswer};
pub use outputs::{OutputForm, Outputs};
use process::Patience;
pub use solver::{SolverProgram, Takes};

use crate::{Cancellation, Failure, Objective, Values};

/// An external program as objective.
///
/// The program receives the point and prints the value: the last line of its standard output must be one
/// number. An evaluation fails if there is no number, if the exit code is not 0, if a signal ends the
/// program, or if it exceeds the time limit (the program and all processes it has started are then killed).
/// If the program cannot be started, nothing is evaluated ([`Failure::NotStarted`]) and the run ends.
///
/// ```
/// # #[cfg(unix)] {
/// use search::{Objective, Program};
///
/// // Called as `sh -c 'echo $(( $1 * $1 ))' square 3.0`; `${1%.*}` removes the fraction.
/// let square = Program::new("sh").argument("-c").argument("echo $(( ${1%.*} * ${1%.*} ))").argument("square");
/// assert_eq!(square.value(&[3.0]), Ok(9.0));
///
/// // One process that answers line by line is much faster.
/// let square = Program::new("sh")
///     .argument("-c")
///     .argument("while read x; do echo $(( ${x%.*} * ${x%.*} )); done")
///     .answering_lines();
/// assert_eq!(square.value(&[4.0]), Ok(16.0));
/// # }
/// ```
///
/// Coordinates are written with the fewest digits that read back to the same bits.
///
/// Processes that a program has started end with it, and all of them end with this process. On Unix this
/// holds even if this process is killed: a helper shell waits for its end and kills the rest.
#[derive(Debug)]
pub struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    passing: Passing,
    outputs: Outputs,
    time_limit: Option<Duration>,
    /// Kills running programs.
    cancellation: Cancellation,
    /// Idle processes that wait for a line, at most as many as evaluations ever ran at once.
    idle: Mutex<Vec<Answerer>>,
}

/// How the program receives the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// As additional arguments, one per coordinate.
    Arguments,
    /// In a file of one line, whose path is the last argument.
    File,
    /// As a line on standard input, which it answers with a line.
    Lines,
}

impl Program {
    /// Creates a program that is run once per evaluation, with the coordinates as its last arguments.
    pub fn new(program: impl Into<OsString>) -> Self {
        Program {
            program: program.into(),
            arguments: Vec::new(),
            passing: Passing::Arguments,
            outputs: Outputs::default(),
            time_limit: None,
            cancellation: Cancellation::default(),
            idle: Mutex::default(),
        }
    }

    /// Adds an argument before those of the point.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Passes the point in a file, as one line of coordinates separated by spaces. The path of the file is
    /// the last argument; the file is removed afterwards.
    #[must_use]
    pub fn point_in_file(self) -> Self {
        Program { passing: Passing::File, ..self }
    }

    /// Runs the program once for all evaluations. For each line on its standard input, which holds the
    /// coordinates of a point separated by spaces, the program must print one line with the value, and flush
    /// it. (Python flushes by itself, since `PYTHONUNBUFFERED` is set unless the environment sets it.) After
    /// a failed evaluation the program is restarted. On several threads there are as many processes, each
    /// with one point at a time.
    ///
    /// If a signal kills the process before it answers, for instance because the system is out of memory, the
    /// point is evaluated once more in a new process; if that is killed too, the evaluation fails. If the
    /// process ends by itself, the evaluation fails at once.
    #[must_use]
    pub fn answering_lines(self) -> Self {
        Program { passing: Passing::Lines, ..self }
    }

    /// Sets what the program prints: constraints beside the objective, results with names, JSON. By default it
    /// prints one number on its last line.
    #[must_use]
    pub fn printing(self, outputs: Outputs) -> Self {
        Program { outputs, ..self }
    }

    /// Returns the value of the objective at `x`, with constraints and residuals if it prints them.
    ///
    /// # Errors
    /// As for [`value`](Objective::value).
    pub fn values(&self, x: &[f64]) -> Result<Values, Failure> {
        let printed = match self.passing {
            Passing::Lines => return self.ask(x),
            Passing::Arguments => {
                let coordinates = x.iter().map(|v| OsString::from(format!("{v:?}")));
                let arguments: Vec<_> = self.arguments.iter().cloned().chain(coordinates).collect();
                once::run(&self.program, &arguments, &self.patience())
            }
            Passing::File => {
                let file = once::point_file(&line(x))?;
                let arguments: Vec<_> =
                    self.arguments.iter().cloned().chain([file.as_os_str().to_owned()]).collect();
                once::run(&self.program, &arguments, &self.patience())
            }
        };
        self.outputs.read(&printed?)
    }

    /// Sets a time limit for each evaluation, in seconds. A negative or NaN limit counts as 0, and one too
    /// long to represent as no limit.
    #[must_use]
    pub fn within_seconds(self, seconds: f64) -> Self {
        Program { time_limit: crate::run::budget::duration(seconds), ..self }
    }

    /// Sets a switch that kills running programs: after a cancellation, evaluations fail within half a
    /// second. To stop a run after the current evaluation instead, cancel its [`Budget`](crate::Budget).
    ///
    /// ```
    /// # #[cfg(unix)] {
    /// use search::{Cancellation, Objective, Program};
    ///
    /// let cancellation = Cancellation::default();
    /// let minute = Program::new("sleep").killed_by(&cancellation);
    /// std::thread::scope(|scope| {
    ///     let value = scope.spawn(|| minute.value(&[60.0]));
    ///     cancellation.cancel();
    ///     assert!(value.join().expect("no panic").is_err());
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn killed_by(self, cancellation: &Cancellation) -> Self {
        Program { cancellation: cancellation.clone(), ..self }
    }

    fn patience(&self) -> Patience {
        Patience::of(self.time_limit, &self.cancellation)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Answerer>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, x: &[f64]) -> Result<Values, Failure> {
        let line = line(x);
        let waiting = self.idle().pop();
        let answer = match self.ask_one(waiting, &line) {
            // Other idle processes may have been killed too, so start a new one.
            Err(NoAnswer::Killed(_)) if !self.cancellation.is_cancelled() => self.ask_one(None, &line),
            answer => answer,
        };
        answer.map_err(|(NoAnswer::Failed(failure) | NoAnswer::Killed(failure))| failure)
    }

    /// Asks this process, or a new one. A process that gives no answer is dropped, which kills it.
    fn ask_one(&self, waiting: Option<Answerer>, line: &str) -> Result<Values, NoAnswer> {
        let started = || Answerer::start(&self.program, &self.arguments).map_err(NoAnswer::Failed);
        let mut answerer = waiting.map_or_else(started, Ok)?;
        let printed = answerer.ask(line, &self.patience())?;
        let values = self.outputs.read(&printed).map_err(NoAnswer::Failed)?;
        self.idle().push(answerer);
        Ok(values)
    }
}

impl Objective for Program {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.values(x).map(|values| values.value())
    }
}

fn line(x: &[f64]) -> String {
    crate::exact(x) + "\n"
}
