//! Errors of journals.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

/// A journal that cannot be used.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[error("journal {}: {fault}", path.display())]
pub struct JournalError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub fault: JournalFault,
}

/// What is wrong with a journal.
#[derive(Debug, Clone, PartialEq, ThisError)]
#[non_exhaustive]
pub enum JournalFault {
    /// The file cannot be opened, read or written.
    #[error("{text}")]
    Io {
        /// The kind of error.
        kind: io::ErrorKind,
        /// The message of the operating system.
        text: String,
    },
    /// A new journal was requested, but the file is not empty.
    #[error("the file already exists and is not empty; expected a new file, or a resumed run")]
    Exists,
    /// Another run has the journal open.
    #[error("another run is writing to it")]
    InUse,
    /// The journal has states of a solver, but no points.
    #[error("it has no points; expected a journal of every value")]
    NoPoints,
    /// The file is not a journal.
    #[error("the file is not a journal; it was not changed")]
    NotAJournal,
    /// The journal belongs to another run.
    #[error("it belongs to another run: its {what} is {journal}, that of this run is {run}")]
    OtherRun {
        /// The first thing that differs.
        what: String,
        /// The entry in the journal.
        journal: String,
        /// The entry of this run.
        run: String,
    },
    /// A record is damaged, duplicated, missing or misplaced, and intact records follow. A killed process
    /// cannot cause this.
    #[error(
        "the record at byte {at} is damaged or out of sequence, and intact records follow in the {behind} bytes from there \
         on; the file was not changed. To resume from the records before it, cut the journal there \
         (`Journal::cut_damage`, --cut-journal)"
    )]
    Damaged {
        /// Where the record begins, in bytes.
        at: u64,
        /// Bytes from there to the end.
        behind: u64,
    },
    /// The solver asked for another point than the recorded one.
    #[error(
        "evaluation {evaluation} is at another point than the recorded one: the objective, the solver or the \
         machine's arithmetic has changed"
    )]
    Diverged {
        /// Number of the evaluation, from 1.
        evaluation: u64,
    },
}

impl From<io::Error> for JournalFault {
    fn from(error: io::Error) -> Self {
        JournalFault::Io { kind: error.kind(), text: error.to_string() }
    }
}
