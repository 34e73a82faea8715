//! What can be wrong with the file of a study.

use std::path::PathBuf;

use thiserror::Error as ThisError;

/// An error of the file of a study.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum StoreError {
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file that is not a study.
    #[error("{} is not the file of a study; expected one that `compare run` has made", path.display())]
    NotAStudy {
        /// The file.
        path: PathBuf,
    },
    /// A study file without a manifest.
    #[error("the database has no manifest: no study has run")]
    NoManifest,
    /// The file has contents that this version does not write.
    #[error("the database holds {what}: {reason}; expected what this version writes")]
    Content {
        /// Which column or entry.
        what: &'static str,
        /// Why it cannot be read.
        reason: String,
    },
    /// A study or a file with other settings cannot join the one in the database.
    #[error("{key} is {stored} in the database and {given} in what should join it; expected the same")]
    OtherStudy {
        /// The setting.
        key: String,
        /// Its value in the database.
        stored: String,
        /// Its value in the study or file that should join.
        given: String,
    },
    /// Files of one study that disagree about a run.
    #[error(
        "the database and what should join it disagree, runs: {runs}, the first: {first}; expected the same to the bit"
    )]
    Disagreement {
        /// Number of runs.
        runs: usize,
        /// The first of them.
        first: String,
    },
}
