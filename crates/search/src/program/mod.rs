//! Objectives that are programs: any executable that prints a number.

#[cfg(unix)]
mod guard;
mod lines;
mod once;
mod outputs;
mod process;

use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lines::{Answerer, NoAnswer};
pub use outputs::{OutputForm, Outputs};
use process::Patience;

use crate::{Cancellation, ConstraintValues, Failure, Objective};

/// A program as objective.
///
/// The program gets the point and prints the value: the last line of its standard output must be one
/// number. What else happens is a failed evaluation with its reason: no number, an exit code other than 0, an end by a
/// signal, no answer within the time limit (the program and all it has started are then killed). Where the program cannot
/// even be started, nothing is evaluated ([`Failure::NotStarted`]), and the run ends.
///
/// ```
/// # #[cfg(unix)] {
/// use search::{Objective, Program};
///
/// // Called as `sh -c 'echo $(( $1 * $1 ))' square 3.0`; `${1%.*}` cuts the fraction.
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
/// Coordinates are written with as many digits as it takes to read the same bits back.
///
/// What a program has started ends with it, and all of it with this process: on Unix also where that is killed, by a
/// shell beside it that waits for its end.
#[derive(Debug)]
pub struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    passing: Passing,
    outputs: Outputs,
    time_limit: Option<Duration>,
    /// Kills what runs.
    cancellation: Cancellation,
    /// Processes that wait for a line: as many as evaluations ever ran at once.
    idle: Mutex<Vec<Answerer>>,
}

/// The value of the objective and of the constraints.
type Printed = (f64, ConstraintValues);

/// How the program gets the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    /// As further arguments, one per coordinate.
    Arguments,
    /// In a file of one line, whose path is the last argument.
    File,
    /// As a line on standard input, for each of which it prints one.
    Lines,
}

impl Program {
    /// A program that is run once for each evaluation, with the coordinates as its last arguments.
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

    /// The same with one more argument before those of the point.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// The same, with the point in a file: its coordinates in one line, separated by blanks. The path of
    /// the file is the last argument; the file is removed afterwards.
    #[must_use]
    pub fn point_in_file(self) -> Self {
        Program { passing: Passing::File, ..self }
    }

    /// The same, but run once for all evaluations: for each line on its standard input, the coordinates of
    /// a point separated by blanks, it prints one line, the value, and flushes it. (Python does so by itself here: its
    /// `PYTHONUNBUFFERED` is set, unless the environment has it.) After a failed
    /// evaluation the program is started anew. On several threads there are as many processes, each with one point at a time.
    ///
    /// A process that is killed by a signal before it answers, by the system for want of memory for one, says nothing about the point: that
    /// is asked once more, of a new process, and is a failed evaluation if that one is killed too. One that ends by itself
    /// has failed.
    #[must_use]
    pub fn answering_lines(self) -> Self {
        Program { passing: Passing::Lines, ..self }
    }

    /// The same, whose results are these: constraints beside the objective, names, JSON. By default it prints one number on its last
    /// line.
    #[must_use]
    pub fn printing(self, outputs: Outputs) -> Self {
        Program { outputs, ..self }
    }

    /// The value of the objective and of the constraints at `x`.
    ///
    /// # Errors
    /// As for [`value`](Objective::value).
    pub fn values(&self, x: &[f64]) -> Result<(f64, ConstraintValues), Failure> {
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

    /// The same with a limit for each evaluation, in seconds; a negative or NaN one counts as 0, one too
    /// long to represent as none.
    #[must_use]
    pub fn within_seconds(self, seconds: f64) -> Self {
        Program { time_limit: crate::run::budget::duration(seconds), ..self }
    }

    /// The same, whose evaluations fail within half a second of this being cancelled, their processes killed. To
    /// stop a run after the evaluation under way instead, cancel its [`Budget`](crate::Budget).
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

    fn ask(&self, x: &[f64]) -> Result<Printed, Failure> {
        let line = line(x);
        let waiting = self.idle().pop();
        let answer = match self.ask_one(waiting, &line) {
            // Others that wait may have been killed with it.
            Err(NoAnswer::Killed(_)) if !self.cancellation.is_cancelled() => self.ask_one(None, &line),
            answer => answer,
        };
        answer.map_err(|(NoAnswer::Failed(failure) | NoAnswer::Killed(failure))| failure)
    }

    /// Asks this process, or a new one. One that gives no answer is dropped, and killed by that.
    fn ask_one(&self, waiting: Option<Answerer>, line: &str) -> Result<Printed, NoAnswer> {
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
        self.values(x).map(|(value, _)| value)
    }
}

fn line(x: &[f64]) -> String {
    crate::exact(x) + "\n"
}
