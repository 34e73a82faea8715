//! Journals of fits: the searches that are done, from which a fit that was stopped anywhere resumes to the same bits.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error as ThisError;

/// A journal of a fit. A fit is a sequence of searches (for each size, fold, net and start), and each search depends
/// on its data, its options and its start alone. The journal has a line for each search that is done; a resumed fit
/// takes their results from it and goes on with the next search, to the same bits. What is lost is the search in which
/// the fit was stopped.
///
/// The first line says with which instructions the searches calculated, since the last digits depend on them. Each
/// other line is a JSON array of a checksum of what the search was about, its best point, the value there, and its
/// evaluations.
///
/// ```
/// use mse::{FitJournal, Samples, Training};
/// use ndarray::array;
/// # let path = std::env::temp_dir().join(format!("fit-doc-{}.journal", std::process::id()));
///
/// let samples = Samples::new(array![[0.0, 1.0, 2.0, 3.0]], array![[0.0, 1.0, 4.0, 9.0]])?;
/// let training = |journal| Training { nets: 3, journal: Some(journal), ..Training::numbers() };
/// let fitted = training(FitJournal::create(&path)?).run(&samples)?;
/// let again = training(FitJournal::resume(&path)?).run(&samples)?; // no search runs
/// assert_eq!(again.networks, fitted.networks);
/// # std::fs::remove_file(&path).unwrap();
/// # Ok::<(), mse::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FitJournal(Arc<Mutex<Open>>);

#[derive(Debug)]
struct Open {
    path: PathBuf,
    file: File,
    /// Searches that are done and have not been taken yet.
    known: VecDeque<Done>,
    /// How many have been taken.
    taken: usize,
}

/// A search that is done: the checksum of what it was about, its best point, the value there, and its evaluations.
type Record = (u32, Vec<f64>, f64, u64);

/// The result of a search.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Done {
    pub(crate) about: u32,
    pub(crate) x: Vec<f64>,
    pub(crate) value: f64,
    pub(crate) evaluations: u64,
}

/// A journal that cannot be used.
#[derive(Debug, ThisError)]
#[error("journal {}: {fault}", path.display())]
pub struct FitJournalError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub fault: FitJournalFault,
}

/// What is wrong with a journal of a fit.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum FitJournalFault {
    /// The file cannot be opened, read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A new journal was requested, but the file is not empty.
    #[error("the file already exists and is not empty; expected a new file, or a resumed fit")]
    Exists,
    /// Another fit has the journal open.
    #[error("another fit is writing to it")]
    InUse,
    /// The first line is another one.
    #[error("its first line is `{found}`; expected `{expected}`. The file was not changed")]
    Header {
        /// The line.
        found: String,
        /// The line of a journal of this machine.
        expected: String,
    },
    /// A line is no record.
    #[error("line {line} is no record of a search. The file was not changed")]
    Damaged {
        /// Its number, from 1.
        line: usize,
    },
    /// The searches are those of another fit.
    #[error("search {search} was of other data, options or another start than that of this fit")]
    OtherFit {
        /// Number of the search, from 1.
        search: usize,
    },
}

fn header() -> String {
    format!("{{\"journal of a fit\":2,\"instructions\":\"{}\"}}", netcore::instructions())
}

impl FitJournal {
    /// Begins a journal.
    ///
    /// # Errors
    /// [`FitJournalFault::Exists`] if the file is there and not empty, [`FitJournalFault::InUse`] or
    /// [`FitJournalFault::Io`].
    pub fn create(path: impl AsRef<Path>) -> Result<Self, FitJournalError> {
        Self::opened(
            path.as_ref(),
            |text| if text.is_empty() { Ok(()) } else { Err(FitJournalFault::Exists) },
        )
    }

    /// Resumes from a journal; begins one if the file is empty or not there. A last line without an end, which a killed
    /// process may leave, is cut off.
    ///
    /// # Errors
    /// [`FitJournalFault::Header`] or [`FitJournalFault::Damaged`] if it is no journal, or one of other instructions;
    /// [`FitJournalFault::InUse`] or [`FitJournalFault::Io`].
    pub fn resume(path: impl AsRef<Path>) -> Result<Self, FitJournalError> {
        Self::opened(path.as_ref(), |_| Ok(()))
    }

    fn opened(
        path: &Path,
        check: impl FnOnce(&str) -> Result<(), FitJournalFault>,
    ) -> Result<Self, FitJournalError> {
        let open = || {
            let mut file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
            file.try_lock().map_err(|error| match error {
                std::fs::TryLockError::WouldBlock => FitJournalFault::InUse,
                std::fs::TryLockError::Error(error) => error.into(),
            })?;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            check(&text)?;
            // A line that has no end was being written when the process was killed.
            text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
            let known = records(&text)?;
            file.set_len(text.len() as u64)?;
            file.seek(io::SeekFrom::End(0))?;
            if text.is_empty() {
                writeln!(file, "{}", header())?;
            }
            Ok(Open { path: path.to_owned(), file, known, taken: 0 })
        };
        match open() {
            Ok(open) => Ok(FitJournal(Arc::new(Mutex::new(open)))),
            Err(fault) => Err(FitJournalError { path: path.to_owned(), fault }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next search, if it is done.
    pub(crate) fn next(&self, about: u32) -> Result<Option<Done>, FitJournalError> {
        let mut open = self.lock();
        let Some(done) = open.known.pop_front() else { return Ok(None) };
        open.taken += 1;
        if done.about == about {
            return Ok(Some(done));
        }
        let fault = FitJournalFault::OtherFit { search: open.taken };
        Err(FitJournalError { path: open.path.clone(), fault })
    }

    /// Records a search that is done.
    pub(crate) fn add(&self, done: &Done) -> Result<(), FitJournalError> {
        let mut open = self.lock();
        let record: Record = (done.about, done.x.clone(), done.value, done.evaluations);
        let line = serde_json::to_string(&record).expect("numbers can be written") + "\n";
        let written = open.file.write_all(line.as_bytes()).and_then(|()| open.file.sync_data());
        written.map_err(|error| FitJournalError { path: open.path.clone(), fault: error.into() })
    }
}

/// The searches of a journal, of which every line has an end.
fn records(text: &str) -> Result<VecDeque<Done>, FitJournalFault> {
    let mut lines = text.lines();
    let expected = header();
    match lines.next() {
        None => return Ok(VecDeque::new()),
        Some(found) if found != expected => {
            return Err(FitJournalFault::Header { found: found.chars().take(80).collect(), expected });
        }
        Some(_) => {}
    }
    let done = |(place, line): (usize, &str)| {
        let record: Result<Record, _> = serde_json::from_str(line);
        let (about, x, value, evaluations) =
            record.map_err(|_| FitJournalFault::Damaged { line: place + 2 })?;
        Ok(Done { about, x, value, evaluations })
    };
    lines.enumerate().map(done).collect()
}
