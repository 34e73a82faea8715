//! A user's own problem: any executable, described in a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use search::{ProblemFile, ProblemFileError};
use thiserror::Error as ThisError;

use crate::Case;

/// An error in the file of a problem.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum OwnProblemError {
    /// The file cannot be read, or does not describe a problem.
    #[error(transparent)]
    File(#[from] ProblemFileError),
    /// A name that cannot be used in a table.
    #[error("{}: the name is {name:?}; expected at least one character, and no line breaks or other control characters", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The name.
        name: String,
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
}

/// Reads a problem whose objective is an executable from a file. [`ProblemFile`] lists its keys; those of a solver and of
/// a run have no effect here.
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
/// Its [identity](ProblemFile::identity), which has the timeout, is the [settings](Case::settings) of the problem.
///
/// # Errors
/// [`OwnProblemError`].
pub fn own_problem(path: &Path) -> Result<Case<'static>, OwnProblemError> {
    let file = ProblemFile::read(path)?;
    let problem = file
        .problem()
        .map_err(|error| ProblemFileError { path: path.to_owned(), reason: error.to_string() })?;
    let name = file.name();
    if name.is_empty() || name.contains(char::is_control) {
        return Err(OwnProblemError::Name { path: path.to_owned(), name });
    }
    let case = Case::new(name, problem).with_settings(file.identity());
    Ok(match file.optimum() {
        Some(value) => case.with_optimum(value),
        None => case,
    })
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
