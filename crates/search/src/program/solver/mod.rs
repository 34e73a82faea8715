//! Solvers that are external programs, which ask for values.

mod lines;
mod takes;

use std::ffi::OsString;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::questions::{Question, Questioner};
use crate::minimizer::{without_grid, without_nonlinear_constraints};
use crate::{Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};
pub use takes::Takes;

/// Why a problem is refused.
const NOT_SAID: &str = "what the solver takes does not name them";

/// The longest time for a question, unless another one is set.
const PATIENCE: Duration = Duration::from_secs(60);

/// An external program as solver, in any language: it prints points, one a line, and reads their values.
///
/// The program first reads a line with a JSON object, whose keys are those of a [problem file](crate::ProblemFile) and,
/// for rows, MATLAB's:
///
/// | key | |
/// |---|---|
/// | `start` | n numbers; within the bounds, on the grid, and where the rows hold if such a point was found |
/// | `at_start` | the answer there, which is evaluated already |
/// | `lower`, `upper` | n numbers, or the words `-inf` and `inf` |
/// | `granularity` | n numbers, 0 for a continuous coordinate; only if some are granular |
/// | `a`, `b`, `aeq`, `beq` | rows `a x <= b` and `aeq x = beq`; only if there are rows |
/// | `constraints`, `equalities` | how many values `c(x) <= 0` and `ceq(x) = 0` there are; only if above 0 |
/// | `residuals` | how many there are; only if the program takes them |
/// | `budget` | how many evaluations are left after the start; only if they are limited |
/// | `seed` | only if the program [is random](SolverProgram::random) |
/// | `version` | that of [`of_version`](SolverProgram::of_version), if it is set |
/// | `options` | those of [`with_options`](SolverProgram::with_options) |
///
/// Then it prints `{"x": [1.0, 2.0]}` and reads `{"value": 5.25, "constraints": [-4.0], "equalities": [0.5],
/// "residuals": [0.5, 2.0]}`, without the keys that the problem lacks, or `{"error": "..."}`. A point may have an `id`,
/// which its answer repeats; the program may print several points before it reads. It is done when it ends with exit code
/// 0 or prints `{"done": ...}`, and is ended when the budget is spent.
///
/// What other solvers promise holds for it as well, because nothing is evaluated but by [`Evaluations`]:
///
/// - The start is evaluated before the program begins. The first time that the program asks for it, it gets that value.
/// - A point outside the bounds or off the grid is not evaluated. The program reads an `error`, the evaluation counts as a
///   failed one, and [`Outcome::outside`](crate::Outcome::outside) says how many there were.
/// - Points may violate rows. The best point is one that does not, if there is one.
/// - A program that fails, is silent for too long, or prints something else ends the run with
///   [`Status::SolverGaveUp`] and the reason; before it has asked for a point, with [`Status::SolverNotStarted`].
/// - The program ends with the run, and so do all processes that it has started.
///
/// ```
/// # #[cfg(unix)] {
/// use search::{Budget, Minimizer, Problem, SolverProgram};
///
/// let script = r#"read header; for x in 3.0 2.0 1.0; do echo "{\"x\": [$x]}"; read answer; done"#;
/// let solver = SolverProgram::new("three-points", "sh").argument("-c").argument(script);
/// let problem = Problem::new(|x| (x[0] - 1.5).powi(2), [5.0])?;
/// let outcome = solver.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!((outcome.x, outcome.counts.evaluations, outcome.start_value), (vec![2.0], 4, 12.25));
/// # }
/// # Ok::<(), search::Error>(())
/// ```
///
/// The trace of the outcome is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct SolverProgram {
    name: String,
    program: String,
    arguments: Vec<String>,
    version: Option<String>,
    options: Map<String, Value>,
    takes: Vec<Takes>,
    needs: Vec<Takes>,
    limit: Duration,
    /// The seed of a program with random numbers.
    seed: Option<u64>,
}

impl SolverProgram {
    /// Creates a solver with a name, which is a program found from the working directory or the search path.
    pub fn new(name: impl Into<String>, program: impl Into<String>) -> Self {
        SolverProgram {
            name: name.into(),
            program: program.into(),
            arguments: Vec::new(),
            version: None,
            options: Map::new(),
            takes: Vec::new(),
            needs: Vec::new(),
            limit: PATIENCE,
            seed: None,
        }
    }

    /// Adds an argument of the program.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Says which version it is. The program reads it, and may check it; it is among the [settings](Solver::settings).
    #[must_use]
    pub fn of_version(self, version: impl Into<String>) -> Self {
        SolverProgram { version: Some(version.into()), ..self }
    }

    /// Sets what it takes beyond bounds; by default nothing. Other problems are refused before it is started.
    #[must_use]
    pub fn taking(self, takes: impl IntoIterator<Item = Takes>) -> Self {
        SolverProgram { takes: takes.into_iter().collect(), ..self }
    }

    /// Sets what a problem must have, which it then takes; by default nothing. Other problems are refused.
    #[must_use]
    pub fn needing(self, needs: impl IntoIterator<Item = Takes>) -> Self {
        SolverProgram { needs: needs.into_iter().collect(), ..self }
    }

    /// Sets options that it reads in its first line; none by default.
    #[must_use]
    pub fn with_options(self, options: Map<String, Value>) -> Self {
        SolverProgram { options, ..self }
    }

    /// Sets the longest time in seconds that it may take for a question; default 60. A negative or NaN limit counts as 0,
    /// and one too long to represent as 10^9 seconds.
    #[must_use]
    pub fn within_seconds(self, seconds: f64) -> Self {
        let limit = crate::run::budget::duration(seconds).unwrap_or(Duration::from_secs(1_000_000_000));
        SolverProgram { limit, ..self }
    }

    /// Says that it draws random numbers, for which it reads a seed; default 0.
    #[must_use]
    pub fn random(self) -> Self {
        SolverProgram { seed: Some(self.seed.unwrap_or(0)), ..self }
    }

    fn does_take(&self, what: Takes) -> bool {
        self.takes.contains(&what) || self.needs.contains(&what)
    }

    fn start(&self) -> Result<Questioner, Stop> {
        let arguments: Vec<OsString> = self.arguments.iter().map(OsString::from).collect();
        Questioner::start(self.program.as_ref(), &arguments, self.limit)
            .map_err(|failure| Stop::not_started(&failure.to_string()))
    }
}

impl Solver for SolverProgram {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn settings(&self) -> Value {
        let command: Vec<&String> = std::iter::once(&self.program).chain(&self.arguments).collect();
        json!({
            "program": command,
            "version": self.version,
            "options": self.options,
            "takes": self.takes,
            "needs": self.needs,
            "timeout": self.limit.as_secs_f64(),
            "seed": self.seed,
        })
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        self.seed.map(|_| Box::new(SolverProgram { seed: Some(seed), ..self.clone() }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        if let Some(part) = self.needs.iter().find(|part| !part.is_in(problem)) {
            return Err(Error::Lacks { solver: self.name(), what: part.name() });
        }
        let count = problem.nonlinear_constraints().unwrap_or_default();
        let lacks_inequalities = count.inequalities > 0 && !self.does_take(Takes::Constraints);
        let lacks_equalities = count.equalities > 0 && !self.does_take(Takes::Equalities);
        if lacks_inequalities || lacks_equalities {
            without_nonlinear_constraints(problem, || self.name(), NOT_SAID)?;
        }
        if !self.does_take(Takes::Granularity) {
            without_grid(problem, || self.name(), NOT_SAID)?;
        }
        Ok(())
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        if self.does_take(Takes::Linear) {
            return Ok(f64::INFINITY);
        }
        Err(Error::LinearConstraints { solver: self.name(), reason: NOT_SAID })
    }

    fn uses_residuals(&self) -> bool {
        self.does_take(Takes::Residuals)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        // The program sees all values, and judges them itself.
        evaluations.judge_by(|value, _| value);
        evaluations.keep_seen();
        let start = evaluations.start().to_vec();
        let at_start = self.answer(evaluations, &start)?;
        let mut program = self.start()?;
        program.say(&self.header(evaluations, &at_start));
        let (mut unasked_start, mut has_asked) = (Some(at_start), false);
        loop {
            let Question { id, x } = match program.next(start.len()) {
                Ok(Some(question)) => question,
                Ok(None) => return Ok(Status::SolverConverged),
                Err(reason) if has_asked => return Err(Stop::gave_up(&reason)),
                Err(reason) => return Err(Stop::not_started(&reason)),
            };
            has_asked = true;
            let known = unasked_start.take_if(|_| x == start);
            let mut answer = known.map_or_else(|| self.answer(evaluations, &x), Ok)?;
            if let Some(id) = id {
                answer["id"] = id;
            }
            program.say(&answer);
        }
    }
}
