//! Journals: files from which a run that was stopped anywhere resumes with bit-identical results. A minimizer
//! is a deterministic function of the problem, its options and the values it sees. The sequence of values is
//! therefore a complete record of a run of any solver: a resumed run replays the recorded values and then
//! goes on. If an evaluation is cheaper than its record, a solver that supports it writes its whole state at
//! the end of an iteration instead, and a resumed run starts from the last state.

mod cost;
mod entries;
mod error;
mod file;
mod header;
mod keeping;
mod reader;
mod record;
mod recording;
mod ticker;

use std::path::PathBuf;
use std::time::Duration;

pub use entries::JournalEntry;
pub(crate) use entries::{entries_in, label_in};
pub use error::{JournalError, JournalFault};
pub(crate) use header::Header;
pub(crate) use keeping::{Bytes, Keeping};
pub(crate) use record::{Snapshot, Spare};
pub(crate) use recording::{Opened, Recording};

/// Where and how a run keeps its journal.
///
/// ```
/// use search::{Budget, Journal, Minimizer, PatternSearch, Problem, Run};
/// # let folder = std::env::temp_dir().join(format!("journal-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("run.journal");
///
/// let problem = Problem::new(|x: &[f64]| (x[0] - 1.0).powi(2), vec![5.0])?;
/// let search = PatternSearch::default();
/// // Stopped after 10 evaluations ...
/// let run = Run::within(&Budget::evaluations(10)).with_journal(Journal::new(&path));
/// search.run(&problem, &run, &mut ())?;
/// // ... and resumed, with the same result as an uninterrupted run.
/// let run = Run::default().with_journal(Journal::new(&path).resumed());
/// let resumed = search.run(&problem, &run, &mut ())?;
/// let undisturbed = search.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!(resumed.trace, undisturbed.trace);
/// assert_eq!(resumed.journal.expect("asked for").known, 10);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The file begins with one line of JSON with the library's version, the solver and its options, the
/// dimension, the bounds, the constraints and the start. A run that differs in any of them is refused. The
/// budget, the limits in the options, the number of threads, the [`Evaluator`](crate::Evaluator) and the display may change. Binary
/// records follow, each with its length, its number and a checksum. A value that arrived before its turn,
/// from a thread or another worker, is recorded too, so that a resumed run need not evaluate that point
/// again.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// The file.
    pub path: PathBuf,
    /// Whether to resume from an existing file. If `false`, a file that is not empty is refused. If `true`, a
    /// run with a missing or empty file starts from the beginning.
    pub resume: bool,
    /// How much work may be lost if the process is killed; default one second. 0 writes each record at once.
    pub flush_interval: Duration,
    /// Whether each flush waits until the data are on the disk (`fsync`), so that they also survive a crash
    /// of the machine; default `false`.
    pub sync: bool,
    /// Identifies what the library cannot know about the objective, such as its data or the version of a
    /// simulator. A resumed run must have the same label; default empty.
    pub label: String,
    /// Whether every evaluation is recorded, however cheap, so that none is ever repeated. With the default
    /// `false`, states of the solver are written instead if records would slow the run down. An objective
    /// with an incremental view always has states only.
    pub every_value: bool,
    /// Whether to cut a journal at the first damaged record when it is resumed, even if intact records
    /// follow. With the default `false`, such a journal is refused ([`JournalFault::Damaged`]). An incomplete
    /// record at the end, as a killed process leaves, is always cut off. What is cut off is kept in a file
    /// next to the journal ([`JournalReport::kept`]).
    pub cut_damage: bool,
}

impl Journal {
    /// Creates a new journal in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Journal {
            path: path.into(),
            resume: false,
            flush_interval: Duration::from_secs(1),
            sync: false,
            label: String::new(),
            every_value: false,
            cut_damage: false,
        }
    }

    /// Resumes from what the file holds.
    #[must_use]
    pub fn resumed(self) -> Self {
        Journal { resume: true, ..self }
    }

    /// Records every evaluation.
    #[must_use]
    pub fn of_every_value(self) -> Self {
        Journal { every_value: true, ..self }
    }

    /// Returns the evaluations recorded in the file, up to the first record that is damaged, in the order in which
    /// they were recorded. A value that arrived before its turn is there a second time once its turn has come. Only a
    /// journal of [every value](Journal::of_every_value) holds points; others give no entries.
    ///
    /// # Errors
    /// [`JournalError`] for a file that cannot be read or is not a journal.
    pub fn entries(&self) -> Result<Vec<JournalEntry>, JournalError> {
        entries::entries(&self.path)
    }

    /// Sets a label for the objective.
    #[must_use]
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Journal { label: label.into(), ..self }
    }
}

/// A report of what the journal did in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JournalReport {
    /// The file.
    pub path: PathBuf,
    /// Evaluations recorded before, which were not repeated.
    pub known: u64,
    /// The number of bytes cut off the end of the file, from an incomplete or damaged record on.
    pub cut: u64,
    /// The file that keeps these bytes, named after the journal and their position in it:
    /// `run.journal.cut-1234`.
    pub kept: Option<PathBuf>,
    /// The number of evaluations recorded. Values that arrived before their turn have additional records, not
    /// counted here.
    pub values: u64,
    /// The number of states of the solver written because an evaluation was cheaper than its record.
    pub snapshots: u64,
}

impl JournalReport {
    /// Describes what was cut off, if anything was.
    pub(crate) fn cut_in_words(&self) -> Option<String> {
        let kept = self.kept.as_ref()?;
        Some(format!(
            "{} bytes from an incomplete or damaged record on were cut off and are kept in {}",
            self.cut,
            kept.display()
        ))
    }
}
