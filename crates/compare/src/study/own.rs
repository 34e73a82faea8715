//! A user's own solver: any executable that asks for values, described in a file.

use std::path::{Path, PathBuf};

use search::{SolverProgram, Takes};
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error as ThisError;

use super::{Entry, ablation, solvers};

/// An error in the file of a solver.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum OwnSolverError {
    /// The file cannot be read, or does not describe a solver.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong: the key, its value and what was expected.
        reason: String,
    },
    /// A name that cannot be used in a table.
    #[error(
        "{}: the name is {name:?}; expected at least one character, no line breaks or other control characters, and \
         not the name of a solver of this program",
        path.display()
    )]
    Name {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
    },
}

/// The keys of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    name: Option<String>,
    program: Command,
    version: Option<String>,
    #[serde(default)]
    takes: Vec<Takes>,
    #[serde(default)]
    needs: Vec<Takes>,
    #[serde(default)]
    random: bool,
    #[serde(default)]
    options: Map<String, Value>,
    timeout: Option<f64>,
}

/// A program and its first arguments.
#[derive(Deserialize)]
#[serde(untagged)]
enum Command {
    Alone(String),
    WithArguments(Vec<String>),
}

/// Reads a solver that is an executable ([`SolverProgram`], which says what it reads and prints) from a file:
///
/// | key | | default |
/// |---|---|---|
/// | `program` | the executable, found from the working directory or the search path, or a list of it and its arguments | needed |
/// | `name` | its name in tables | the file's |
/// | `version` | which version it is; the program reads it, and may check it | none |
/// | `takes` | what it takes beyond bounds: `linear`, `constraints`, `equalities`, `granularity`, `residuals` | nothing |
/// | `needs` | what a problem must have, in the same words | nothing |
/// | `random` | whether it draws random numbers, for which it then reads a seed | `false` |
/// | `options` | a table that it reads as it is | none |
/// | `timeout` | the longest time in seconds that it may take for a point | 60 |
///
/// All of these but the name are its settings, which the file of a study keeps.
///
/// ```
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("spiral.toml");
/// std::fs::write(&file, "program = ['./spiral', '--tight']\nversion = '2.1'\noptions = { turns = 3 }")?;
/// let solver = compare::study::own_solver(&file)?.minimizer()?;
/// assert_eq!((solver.name().as_str(), &solver.settings()["options"]["turns"]), ("spiral", &3.into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`OwnSolverError`].
pub fn own_solver(path: &Path) -> Result<Entry, OwnSolverError> {
    let wrong = |reason: String| OwnSolverError::File { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let described = toml::from_str::<Description>(&text);
    let description = described.map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
    let stem = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = description.name.clone().unwrap_or_else(stem);
    let known = || solvers().into_iter().chain(ablation()).any(|entry| entry.name == name);
    if name.is_empty() || name.contains(char::is_control) || known() {
        return Err(OwnSolverError::Name { path: path.to_owned(), name });
    }
    let solver = described_solver(name.clone(), description).map_err(wrong)?;
    Ok(Entry::new(name, "a program of your own", move || Ok(Box::new(solver.clone()))))
}

fn described_solver(name: String, description: Description) -> Result<SolverProgram, String> {
    let Description { program, version, takes, needs, random, options, timeout, .. } = description;
    let command = match program {
        Command::Alone(program) => vec![program],
        Command::WithArguments(command) => command,
    };
    let (program, arguments) = match command.split_first() {
        Some((program, arguments)) if !program.is_empty() => (program, arguments),
        _ => return Err("`program`: is empty; expected the name of an executable".to_owned()),
    };
    let solver = arguments.iter().fold(SolverProgram::new(name, program), SolverProgram::argument);
    let solver = solver.taking(takes).needing(needs).with_options(options);
    let solver = if random { solver.random() } else { solver };
    let solver = version.into_iter().fold(solver, SolverProgram::of_version);
    match timeout {
        None => Ok(solver),
        Some(seconds) if seconds > 0.0 => Ok(solver.within_seconds(seconds)),
        Some(seconds) => Err(format!("`timeout`: is {seconds}; expected a number of seconds above 0")),
    }
}

/// Reads several solvers, like [`own_solver`].
///
/// # Errors
/// [`OwnSolverError`].
pub fn own_solvers(paths: &[PathBuf]) -> Result<Vec<Entry>, OwnSolverError> {
    paths.iter().map(|path| own_solver(path)).collect()
}
