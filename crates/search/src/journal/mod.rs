//! Journals: a file from which a run that was stopped anywhere resumes to the same bits.
//!
//! A minimizer is a deterministic function of the problem, its options and the values it sees. The
//! values in order are therefore a complete record of a run, for every solver: resuming is running
//! again with the recorded values until they are used up, and then going on. Where an evaluation is
//! cheaper than its record, a solver that can do so writes its whole state instead, at the end of an
//! iteration, and a resume starts from the last one.

mod cost;
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
/// // ... and resumed: as if it had never been stopped.
/// let run = Run::default().with_journal(Journal::new(&path).resumed());
/// let resumed = search.run(&problem, &run, &mut ())?;
/// let undisturbed = search.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!(resumed.trace, undisturbed.trace);
/// assert_eq!(resumed.journal.expect("asked for").known, 10);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The file begins with one line of JSON that binds it to the library's version, the solver and its
/// options, the dimension, the bounds and the start; a run that differs in any of them is refused.
/// The budget, the number of threads, the [`Evaluator`](crate::Evaluator) and the display are free to change. After the line come binary
/// records, each with its length, its number and a checksum. A value that came before its turn, from a thread or another
/// worker, has a record too: a resumed run does not evaluate that point again, should it come to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// The file.
    pub path: PathBuf,
    /// Whether to go on from a file that is there. If `false`, a file that already holds something is
    /// refused. If `true`, a missing or empty file is a start from the beginning.
    pub resume: bool,
    /// How much work may be lost when the process is killed; default one second. 0 writes each record
    /// at once.
    pub flush_interval: Duration,
    /// Whether each flush waits until the data are on the disk (`fsync`), so that they survive a
    /// failure of the machine and not only of the process; default `false`.
    pub sync: bool,
    /// What the objective is, as far as the solver cannot know: the data, the simulator's version. Part
    /// of what a resume must match; default empty.
    pub label: String,
    /// Whether each evaluation is recorded however little it costs, so that none is ever made again; default `false`: where
    /// records would slow the run down, states of the solver are written instead. An objective that is seen one
    /// coordinate at a time has states alone.
    pub every_value: bool,
    /// Whether a journal that is damaged before its last record is cut there when it is resumed, with all that follows;
    /// default `false`: it is refused ([`JournalFault::Damaged`]). A record that a kill has torn at the end is cut off anyhow. What is
    /// cut off is kept in a file beside the journal ([`JournalReport::kept`]).
    pub cut_damage: bool,
}

impl Journal {
    /// A new journal in this file.
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

    /// The same, going on from what the file holds.
    #[must_use]
    pub fn resumed(self) -> Self {
        Journal { resume: true, ..self }
    }

    /// The same, recording each evaluation.
    #[must_use]
    pub fn of_every_value(self) -> Self {
        Journal { every_value: true, ..self }
    }

    /// The same with a label for the objective.
    #[must_use]
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Journal { label: label.into(), ..self }
    }
}

/// What a journal did in a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JournalReport {
    /// The file.
    pub path: PathBuf,
    /// Evaluations that the file already knew, and that were not run again.
    pub known: u64,
    /// Bytes that were cut off the end of the file, from a torn or damaged record on.
    pub cut: u64,
    /// The file with these bytes, named after the journal and where they stood in it: `run.journal.cut-1234`.
    pub kept: Option<PathBuf>,
    /// Evaluations written, one record each; values that came before their turn have further ones.
    pub values: u64,
    /// States of the solver written instead, because an evaluation was cheaper than its record.
    pub snapshots: u64,
}

impl JournalReport {
    /// What was cut off, if anything was.
    pub(crate) fn cut_in_words(&self) -> Option<String> {
        let kept = self.kept.as_ref()?;
        Some(format!(
            "{} bytes from a torn or damaged record on were cut off and are kept in {}",
            self.cut,
            kept.display()
        ))
    }
}
