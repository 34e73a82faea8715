//! Why histories cannot be taken.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::study::StoreError;

/// Why histories cannot be taken.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read, or is no CSV.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A column is missing, or not known.
    #[error("{}, row 1: {reason}; expected problem, solver, seed, evaluation, value, and optionally suite, violation, n, seconds and round", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A cell that cannot be.
    #[error("{}, row {row}, column {column}: is `{value}`; expected {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The row, from 1, which is that of the names.
        row: u64,
        /// The name of the column.
        column: &'static str,
        /// What it contains.
        value: String,
        /// What was expected.
        expected: String,
    },
    /// A file without a row of the suite.
    #[error("{}: no row is of the suite {suite}; expected at least one", path.display())]
    NoRow {
        /// The file.
        path: PathBuf,
        /// The suite.
        suite: String,
    },
    /// A file without a provenance.
    #[error("the provenance is empty; expected words that say where the histories come from")]
    Provenance,
    /// The file of the study.
    #[error(transparent)]
    Store(#[from] StoreError),
}
