//! What can be wrong with the file of a problem.

use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

/// An error in the file of a problem.
#[derive(Debug, ThisError)]
#[error("{}: {reason}", path.display())]
pub struct ProblemFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong: the key, its value and what was expected.
    pub reason: String,
}

impl ProblemFileError {
    pub(super) fn new(path: &Path, reason: impl ToString) -> Self {
        ProblemFileError { path: path.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn of_key(path: &Path, key: &str, reason: impl std::fmt::Display) -> Self {
        ProblemFileError::new(path, format!("`{key}`: {reason}"))
    }
}
