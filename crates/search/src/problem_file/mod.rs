//! Problems described in a file: a program, its variables, what it prints, and how to solve it.

mod description;
mod error;
mod fit;
mod reader;
mod relation;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{
    Bounds, Error, Failure, LinearConstraints, Outputs, Problem, Program, Values, options_from_json,
    options_from_toml,
};
use description::{Command, Description, Number, Passing};
pub use error::ProblemFileError;
use reader::Reader;

/// A problem described in a file, TOML or JSON by its ending.
///
/// | key | | default |
/// |---|---|---|
/// | `program` | the executable, found from the working directory or the search path, or a list of it and its first arguments | needed |
/// | `pass` | how it gets a point: `arguments`, `file`, `lines` (one process for all evaluations) | `arguments` |
/// | `timeout` | longest time of an evaluation in seconds | none |
/// | `start` | a number for each variable | needed, or `variable` |
/// | `lower`, `upper` | a number for each variable or one for all; `-inf`, `inf` for none | none |
/// | `granularity` | 1 for an integer, 0.5 for halves, 0 for a continuous variable | 0 |
/// | `variables` | their names | `x1`, `x2`, ... |
/// | `variable` | in place of these five: a list of tables with `name`, `start`, `lower`, `upper`, `granularity` or `integer` | |
/// | `linear` | relations of variables such as `"2 width + height <= 10"`, a list or a table by name | none |
/// | `outputs` | the names of what the program prints, in its order | one value |
/// | `format` | how: `line` (numbers on the last line), `keys` (lines `name value`), `json` | `line` |
/// | `minimize`, `maximize` | an output | the first one, minimized |
/// | `residuals` | the sum of whose squares is minimized instead: names, or how many | none |
/// | `residual_count` | how many residuals there are, if `format` is `json`, where a name may be that of an array; without it the search sees only their sum | |
/// | `sigma` | the standard deviations of the residuals, or one for all | 1 |
/// | `loss`, `loss_scale` | `squares`, `huber`, `soft-l1`, `cauchy`, `l1`, `minimax` or `chebyshev`, and the scale of a robust one in units of `sigma` | `squares`, 1 |
/// | `constraints` | relations of outputs such as `"stress <= 250"`; or how many values `c(x) <= 0` follow the objective | none |
/// | `equalities` | how many values `ceq(x) = 0` follow these | 0 |
/// | `optimum` | the best value, if it is known | |
/// | `solver`, `options`, `seed`, `starts` | the solver, its options, the seed of its random numbers, how many starts | of the program that reads the file |
/// | `batch` | the solver's option of this name: how many points it asks for at once | 1 |
/// | `asynchronous` | the solver's option of this name: whether it goes on with the values of a batch that have arrived | `false` |
/// | `budget`, `time`, `workers`, `journal` | most evaluations, seconds, evaluations at once, the journal's file | none, none, 1, none |
/// | `table` | known points, whose best is the start: a CSV file ([`Problem::knowing_table`]), the journal of another run, or a list of them | none |
/// | `hint` | points of a neighbouring problem, which show where to begin and the slopes of residuals ([`Problem::hinted`]): a file like those of `table`, with any label, or a list of them | none |
/// | `name` | the problem's name | the file's |
///
/// Where no variable has a name, they are `x1`, `x2`, ... in relations, counted from 1 as in MATLAB; from 0 if any of them
/// names `x0`.
///
/// ```
/// use search::{Minimizer, PatternSearch, Budget, ProblemFile};
/// # #[cfg(unix)] {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("problem.toml");
/// std::fs::write(&path, r#"
///     program = ["sh", "-c", "while read x y; do echo $((${x%.*} + ${y%.*})) $((3 - ${y%.*})); done"]
///     pass = "lines"
///     variables = ["width", "height"]
///     start = [5, 5]
///     lower = 0
///     granularity = 1
///     linear = ["width >= 2"]
///     outputs = ["area", "lack"]
///     constraints = ["lack <= 0"]
/// "#)?;
/// let file = ProblemFile::read(&path)?;
/// let problem = file.problem()?;
/// let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(500), &mut ())?;
/// assert_eq!(outcome.x, [2.0, 3.0]);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProblemFile {
    path: PathBuf,
    description: Description,
    names: Vec<String>,
    start: Vec<f64>,
    bounds: Bounds,
    granularity: Vec<f64>,
    linear: LinearConstraints,
    outputs: Outputs,
}

impl ProblemFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ProblemFileError`] with the file and the key that is wrong.
    pub fn read(path: &Path) -> Result<Self, ProblemFileError> {
        let wrong = |error: &dyn ToString| ProblemFileError::new(path, error.to_string().trim_end());
        let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
        let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let contents = if is_json { options_from_json(&text) } else { options_from_toml(&text) };
        let contents = contents.map_err(|error| match &error {
            Error::OptionsText { message, .. } => wrong(message),
            _ => wrong(&error),
        })?;
        ProblemFile::of(path, contents)
    }

    /// Takes the contents of a file as JSON. Errors name `path`, which need not be there.
    ///
    /// # Errors
    /// As for [`read`](ProblemFile::read).
    pub fn of(path: &Path, contents: Value) -> Result<Self, ProblemFileError> {
        let description: Description = serde_path_to_error::deserialize(&contents).map_err(|error| {
            let key = error.path().to_string();
            match key.as_str() {
                "." => ProblemFileError::new(path, error.into_inner()),
                key => ProblemFileError::of_key(path, key, error.inner()),
            }
        })?;
        let reader = Reader { path, description: &description };
        let start = reader.start()?;
        let (bounds, granularity) = (reader.bounds(&start)?, reader.granularity(start.len())?);
        let (names, linear) = reader.names_and_rows(start.len())?;
        let outputs = reader.fitted(reader.outputs()?)?;
        reader.check_program()?;
        let path = path.to_owned();
        let file = ProblemFile { path, description, names, start, bounds, granularity, linear, outputs };
        // What the library refuses is known before anything runs.
        file.problem().map_err(|error| ProblemFileError::new(&file.path, error))?;
        Ok(file)
    }

    /// The problem, whose objective is the program.
    ///
    /// # Errors
    /// As for [`Problem::new`] and what restricts it. A file that has been read gives none.
    pub fn problem(&self) -> Result<Problem<'static>, Error> {
        let program = self.program();
        self.problem_of(move |x| program.values(x))
    }

    /// The problem with other values, those of a [`program`](ProblemFile::program) that is wrapped, for one.
    ///
    /// # Errors
    /// As for [`problem`](ProblemFile::problem).
    pub fn problem_of<'o>(
        &self,
        values: impl Fn(&[f64]) -> Result<Values, Failure> + Send + Sync + 'o,
    ) -> Result<Problem<'o>, Error> {
        let (count, form) = (self.outputs.count(), self.outputs.fit().cloned());
        self.restrict(Problem::of_values(values, count, form, self.start.clone())?)
    }

    /// The problem for a run whose evaluator knows the values, or for ask and tell.
    ///
    /// # Errors
    /// As for [`problem`](ProblemFile::problem).
    pub fn problem_without_objective(&self) -> Result<Problem<'static>, Error> {
        let (count, form) = (self.outputs.count(), self.outputs.fit().cloned());
        self.restrict(Problem::without_objective(self.start.clone())?.declaring(count, form)?)
    }

    fn restrict<'o>(&self, problem: Problem<'o>) -> Result<Problem<'o>, Error> {
        let problem = problem.bounded(self.bounds.clone())?.granular(self.granularity.clone())?;
        let problem = problem.subject_to(self.linear.clone())?;
        let label = self.identity().to_string();
        let mut tables = self.description.table.paths().iter();
        let problem =
            tables.try_fold(problem, |problem, path| problem.knowing_file(path, &self.names, &label))?;
        let mut hints = self.description.hint.paths().iter();
        hints.try_fold(problem, |problem, path| problem.hinted_file(path, &self.names))
    }

    /// The program.
    pub fn program(&self) -> Program {
        let (name, arguments) = self.description.program.split();
        let program =
            arguments.iter().fold(Program::new(name), Program::argument).printing(self.outputs.clone());
        let program = match self.description.timeout {
            Some(Number(seconds)) => program.within_seconds(seconds),
            None => program,
        };
        match self.description.pass {
            Passing::Arguments => program,
            Passing::File => program.point_in_file(),
            Passing::Lines => program.answering_lines(),
        }
    }

    /// Whether one process answers lines for all evaluations.
    pub fn answers_lines(&self) -> bool {
        matches!(self.description.pass, Passing::Lines)
    }

    /// The name: the file's without its ending, if it has none of its own.
    pub fn name(&self) -> String {
        let stem = || self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.description.name.clone().unwrap_or_else(stem)
    }

    /// The start as given; a run begins at its nearest point within the bounds, on the grid and under the rows.
    pub fn start(&self) -> &[f64] {
        &self.start
    }

    /// What the problem is, as JSON: all that decides the values and where they may be asked for. Files that say the same in
    /// other words have the same; names of variables, the solver and the run have no part in it.
    pub fn identity(&self) -> Value {
        let (program, arguments) = self.description.program.split();
        let program: Vec<&str> =
            std::iter::once(program).chain(arguments.iter().map(String::as_str)).collect();
        let mut identity = json!({
            "program": program,
            "pass": self.description.pass,
            "timeout": self.description.timeout.map(|Number(seconds)| seconds),
            "start": self.start,
            // An infinity, which means no bound, is null in JSON.
            "lower": self.bounds.lower(),
            "upper": self.bounds.upper(),
        });
        if self.granularity.iter().any(|&granularity| granularity > 0.0) {
            identity["granularity"] = json!(self.granularity);
        }
        if self.linear.dimension().is_some() {
            identity["linear"] = self.linear.to_json();
        }
        if self.outputs != Outputs::default() {
            identity["outputs"] = json!(self.outputs);
        }
        identity
    }

    /// The names of the variables.
    pub fn variables(&self) -> &[String] {
        &self.names
    }

    /// What the program prints.
    pub fn outputs(&self) -> &Outputs {
        &self.outputs
    }

    /// The best value, if it is known.
    pub fn optimum(&self) -> Option<f64> {
        self.description.optimum.map(|Number(value)| value)
    }

    /// The name of the solver, if the file says which.
    pub fn solver(&self) -> Option<&str> {
        self.description.solver.as_deref()
    }

    /// The options of the solver, a JSON object, with `batch` and `asynchronous` among them if the file says so.
    pub fn options(&self) -> Value {
        let mut options = self.description.options.clone();
        if let Some(batch) = self.batch() {
            options.insert("batch".to_owned(), batch.into());
        }
        if self.is_asynchronous() {
            options.insert("asynchronous".to_owned(), true.into());
        }
        Value::Object(options)
    }

    /// How many points the solver asks for at once.
    pub fn batch(&self) -> Option<u64> {
        self.description.batch
    }

    /// Whether the solver goes on with the values of a batch that have arrived.
    pub fn is_asynchronous(&self) -> bool {
        self.description.asynchronous
    }

    /// The seed of the solver's random numbers.
    pub fn seed(&self) -> Option<u64> {
        self.description.seed
    }

    /// From how many starts to search.
    pub fn starts(&self) -> Option<u64> {
        self.description.starts
    }

    /// Most evaluations.
    pub fn budget(&self) -> Option<u64> {
        self.description.budget
    }

    /// Longest time of the run in seconds.
    pub fn seconds(&self) -> Option<f64> {
        self.description.time.map(|Number(seconds)| seconds)
    }

    /// Evaluations at once.
    pub fn workers(&self) -> Option<usize> {
        self.description.workers
    }

    /// The journal's file.
    pub fn journal(&self) -> Option<&Path> {
        self.description.journal.as_deref()
    }
}

impl Command {
    fn split(&self) -> (&str, &[String]) {
        match self {
            Command::Alone(name) => (name, &[]),
            Command::WithArguments(all) => all.split_first().map_or(("", &[]), |(name, rest)| (name, rest)),
        }
    }
}
