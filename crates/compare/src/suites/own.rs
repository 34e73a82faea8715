//! A user's own problem: any executable, described in a file.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use search::{Bounds, Problem, Program};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error as ThisError;

use crate::Case;

/// An error in the file of a problem.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum OwnProblemError {
    /// The file cannot be read.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: std::io::Error,
    },
    /// The file is not TOML, has an unknown key, lacks a key, or has a value of the wrong type.
    #[error("{}: {reason}; expected `program` and `start`, and optionally `name`, `lower`, `upper`, `pass`, `timeout`", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A name that cannot be used in a table.
    #[error("{}: the name is {name:?}; expected at least one character, and no line breaks or other control characters", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// A timeout that is not above 0.
    #[error("{}: the timeout is {seconds}; expected a number of seconds above 0", path.display())]
    Timeout {
        /// The file.
        path: PathBuf,
        /// The number.
        seconds: f64,
    },
    /// Two files with the same name.
    #[error("{} and {} describe problems of one name, {name}; expected a `name` of its own in each", first.display(), second.display())]
    SameName {
        /// A file.
        first: PathBuf,
        /// Another one, or the same again.
        second: PathBuf,
        /// The name.
        name: String,
    },
    /// The file describes an invalid problem: bounds in the wrong order or number, or a start that is not
    /// finite.
    #[error("{}: {reason}", path.display())]
    Problem {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: Box<search::Error>,
    },
}

/// The contents of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: Option<String>,
    program: Vec<String>,
    start: Vec<f64>,
    lower: Option<Bound>,
    upper: Option<Bound>,
    #[serde(default)]
    pass: Passing,
    timeout: Option<f64>,
}

/// A bound for each coordinate, or one for all.
#[derive(Deserialize)]
#[serde(untagged)]
enum Bound {
    All(f64),
    Each(Vec<f64>),
}

#[derive(Clone, Copy, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Passing {
    #[default]
    Arguments,
    File,
    Lines,
}

/// Reads a problem whose objective is an executable ([`Program`] describes what it has to print) from a TOML
/// file.
///
/// | key | | default |
/// |---|---|---|
/// | `program` | the executable, found from the working directory or the search path, and its first arguments | needed |
/// | `start` | a number for each coordinate | needed |
/// | `name` | its name in tables | the file's, without its ending |
/// | `lower`, `upper` | a number for each coordinate or one for all; `-inf`, `inf` for none | none |
/// | `pass` | how the program receives the point: `arguments`, `file`, `lines` (one process for all evaluations) | `arguments` |
/// | `timeout` | longest time of an evaluation in seconds, above 0 | none |
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("valley.toml");
/// std::fs::write(&file, "program = ['./simulate', '--fine']\nstart = [1, 2]\nlower = 0\nupper = [inf, 9]\npass = 'lines'")?;
/// let case = compare::suites::own_problem(&file)?;
/// assert_eq!((case.name(), case.problem(0)?.bounds().upper()), ("valley", &[f64::INFINITY, 9.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The contents of the file, including the timeout, are the [settings](Case::settings) of the problem.
///
/// # Errors
/// [`OwnProblemError`].
pub fn own_problem(path: &Path) -> Result<Case<'static>, OwnProblemError> {
    let file = || path.to_owned();
    let text =
        std::fs::read_to_string(path).map_err(|reason| OwnProblemError::File { path: file(), reason })?;
    let unreadable = |reason: String| OwnProblemError::Text { path: file(), reason };
    let described: Description =
        toml::from_str(&text).map_err(|error| unreadable(error.to_string().trim_end().to_owned()))?;
    let (name, arguments) =
        described.program.split_first().ok_or_else(|| unreadable("`program` is empty".to_owned()))?;
    let mut program = arguments.iter().fold(Program::new(name), Program::argument);
    if let Some(seconds) = described.timeout {
        // NaN is not above 0 either.
        if seconds.partial_cmp(&0.0) != Some(Ordering::Greater) {
            return Err(OwnProblemError::Timeout { path: file(), seconds });
        }
        program = program.within_seconds(seconds);
    }
    let program = match described.pass {
        Passing::Arguments => program,
        Passing::File => program.point_in_file(),
        Passing::Lines => program.answering_lines(),
    };
    let n = described.start.len();
    let each = |bound: Option<Bound>, none: f64| match bound {
        None => vec![none; n],
        Some(Bound::All(bound)) => vec![bound; n],
        Some(Bound::Each(bounds)) => bounds,
    };
    let (lower, upper) = (each(described.lower, f64::NEG_INFINITY), each(described.upper, f64::INFINITY));
    let bounds = Bounds::new(lower, upper);
    let problem = bounds.and_then(|bounds| Problem::of(program, described.start)?.bounded(bounds));
    let problem =
        problem.map_err(|reason| OwnProblemError::Problem { path: file(), reason: Box::new(reason) })?;
    let stem = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = described.name.unwrap_or_else(stem);
    if name.is_empty() || name.contains(char::is_control) {
        return Err(OwnProblemError::Name { path: file(), name });
    }
    // An infinity, which means no bound or no limit, is null in JSON.
    let settings = json!({
        "program": described.program,
        "start": problem.start(),
        "lower": problem.bounds().lower(),
        "upper": problem.bounds().upper(),
        "pass": described.pass,
        "timeout": described.timeout,
    });
    Ok(Case::new(name, problem).with_settings(settings))
}

/// Reads several problems, like [`own_problem`]; each needs its own name.
///
/// # Errors
/// [`OwnProblemError`].
pub fn own_problems(paths: &[PathBuf]) -> Result<Vec<Case<'static>>, OwnProblemError> {
    let mut names: HashMap<String, &PathBuf> = HashMap::new();
    let mut cases = Vec::new();
    for second in paths {
        let case = own_problem(second)?;
        let name = case.name().to_owned();
        if let Some(first) = names.insert(name.clone(), second) {
            return Err(OwnProblemError::SameName { first: first.clone(), second: second.clone(), name });
        }
        cases.push(case);
    }
    Ok(cases)
}
