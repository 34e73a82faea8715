//! A journal in use: it first replays what it holds, then records.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use super::cost::Cost;
use super::file::{cut_off, holds_a_header};
use super::reader::{Contents, Known};
use super::record::{Record, Snapshot};
use super::ticker::Ticker;
use super::{Bytes, Header, Journal, JournalFault, JournalReport, Spare};
use crate::Failure;
use crate::evaluations::Values;

/// The number of waiting bytes that causes a flush before the interval is over.
const BUFFER: usize = 1 << 16;

/// How often, and after which pause, a journal in use is tried again: the processes of a run that was killed a moment ago may
/// still be ending.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);

/// The journal of a run.
pub(crate) struct Recording {
    /// The file, and whether each flush waits for the disk.
    file: Option<(File, bool)>,
    /// A copy in memory.
    copy: Option<Bytes>,
    every_value: bool,
    /// Records that are not in the file yet.
    waiting: Vec<u8>,
    known: Known,
    ticker: Ticker,
    mode: Mode,
    /// Whether to choose the mode again at the end of the iteration.
    mode_is_open: bool,
    /// Whether only the solver's state can be recorded, because evaluations are incremental.
    snapshots_alone: bool,
    cost: Cost,
    /// Rows of the trace that the snapshots in the file hold.
    rows: usize,
    /// The number of records in the file and waiting, which is the number of the next record.
    records: u32,
    report: JournalReport,
}

/// An open journal, and the state from which the run goes on.
pub(crate) struct Opened {
    pub(crate) recording: Recording,
    pub(crate) snapshot: Option<Snapshot>,
    /// Values of points that the run has not reached yet.
    pub(crate) spares: Vec<Spare>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    /// Every evaluation is recorded.
    Values,
    /// Only the solver's state is recorded, at intervals.
    Snapshots,
}

/// Locks the file, unless another run is writing to it.
fn is_locked_by_us(file: &File) -> bool {
    let is_taken = || matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    (0..TRIES).any(|turn| {
        if turn > 0 {
            std::thread::sleep(PAUSE);
        }
        !is_taken()
    })
}

impl Recording {
    /// Opens a journal and reads what a resumed run starts from. If `copy` is given, it receives the whole
    /// journal.
    pub(super) fn open(
        journal: &Journal,
        header: &Header,
        copy: Option<&Bytes>,
    ) -> Result<Opened, JournalFault> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&journal.path)?;
        if !is_locked_by_us(&file) {
            return Err(JournalFault::InUse);
        }
        let length = file.metadata()?.len();
        if length > 0 && !journal.resume {
            return Err(JournalFault::Exists);
        }
        let line = header.line();
        if length == 0 || !holds_a_header(&file, &line, header)? {
            // The file is empty or ends within this run's header: the run was killed before its first record.
            if length > 0 {
                file.set_len(0)?;
            }
            file.seek(SeekFrom::Start(0))?;
            file.write_all(line.as_bytes())?;
        }

        if let Some(copy) = copy {
            let mut held = Vec::new();
            file.seek(SeekFrom::Start(0))?;
            file.read_to_end(&mut held)?;
            copy.replace(held);
        }
        let length = file.metadata()?.len();
        let reader = Box::new(BufReader::new(file.try_clone()?));
        let contents = Contents::read(reader, line.len() as u64, length)?;
        let (end, rest) = (contents.end, &contents.rest);
        let (cut, kept) = (rest.len() as u64, cut_off(rest, end, journal)?);
        if cut > 0 {
            file.set_len(end)?;
            copy.into_iter().for_each(|copy| copy.cut_at(end));
        }
        if contents.known.left() == 0 {
            file.seek(SeekFrom::End(0))?;
        }
        let report =
            JournalReport { path: journal.path.clone(), known: 0, cut, kept, values: 0, snapshots: 0 };
        let mut opened = Recording::of(contents, journal.every_value, journal.flush_interval, report);
        opened.recording.file = Some((file, journal.sync));
        opened.recording.copy = copy.cloned();
        Ok(opened)
    }

    /// Creates a journal in memory with this name, which goes on from its contents. It records every value at
    /// once.
    pub(super) fn in_memory(bytes: Bytes, name: &str, contents: Contents) -> Opened {
        let report =
            JournalReport { path: name.into(), known: 0, cut: 0, kept: None, values: 0, snapshots: 0 };
        let mut opened = Recording::of(contents, true, Duration::ZERO, report);
        opened.recording.copy = Some(bytes);
        opened
    }

    /// Creates a journal that goes on from these contents, in a file or in memory.
    fn of(contents: Contents, every_value: bool, flush_interval: Duration, report: JournalReport) -> Opened {
        let Contents { snapshot, known, spares, records, .. } = contents;
        let before = snapshot.as_ref().map_or(0, |snapshot| snapshot.standing.counts.evaluations);
        let rows = snapshot.as_ref().map_or(0, |snapshot| snapshot.trace.len());
        let recording = Recording {
            file: None,
            copy: None,
            every_value,
            waiting: Vec::with_capacity(BUFFER),
            ticker: Ticker::every(flush_interval),
            mode: Mode::Values,
            mode_is_open: false,
            snapshots_alone: false,
            cost: Cost::new(),
            rows,
            records,
            report: JournalReport { known: before + known.left(), ..report },
            known,
        };
        Opened { recording, snapshot, spares }
    }

    /// The report so far; `None` for a journal in memory.
    pub(crate) fn report(&self) -> Option<&JournalReport> {
        self.file.as_ref().map(|_| &self.report)
    }

    /// The path of the file, or the name of a journal in memory.
    pub(crate) fn path(&self) -> &Path {
        &self.report.path
    }

    /// Whether every evaluation is to be recorded, however cheap.
    pub(crate) fn has_every_value(&self) -> bool {
        self.every_value
    }

    /// Whether recorded evaluations are left.
    pub(crate) fn knows_more(&self) -> bool {
        self.known.left() > 0
    }

    /// Returns the next recorded evaluation, if any is left. It must be of this point.
    pub(crate) fn recall(
        &mut self,
        x: &[f64],
        evaluation: u64,
    ) -> Result<Option<Result<Values, Failure>>, JournalFault> {
        if !self.knows_more() {
            return Ok(None);
        }
        let record = self.next_known()?;
        record.attempt_at(x).map(Some).ok_or(JournalFault::Diverged { evaluation })
    }

    /// Returns the next recorded evaluation and which of these points it is of. One must be left, and it must be of one of
    /// them.
    pub(crate) fn recall_one<'x>(
        &mut self,
        points: impl Iterator<Item = &'x [f64]>,
        evaluation: u64,
    ) -> Result<(usize, Result<Values, Failure>), JournalFault> {
        let record = self.next_known()?;
        let found = points.enumerate().find_map(|(which, x)| Some((which, record.attempt_at(x)?)));
        found.ok_or(JournalFault::Diverged { evaluation })
    }

    fn next_known(&mut self) -> Result<Record, JournalFault> {
        let record = self.known.next()?;
        if !self.knows_more() {
            // The replay is over: from here on the run evaluates, and costs are measured.
            self.cost = Cost::new();
            if let Some((file, _)) = &mut self.file {
                file.seek(SeekFrom::End(0))?;
            }
        }
        Ok(record)
    }

    /// Records an evaluation.
    pub(crate) fn record(
        &mut self,
        x: &[f64],
        attempt: &Result<Values, Failure>,
    ) -> Result<(), JournalFault> {
        self.cost.count();
        if self.mode == Mode::Snapshots {
            return Ok(());
        }
        let begin = self.waiting.len();
        let (waiting, number) = (&mut self.waiting, self.records);
        // Where every value is wanted, evaluations are dear beside a record, and their points are worth reading.
        let record = if self.every_value { Record::whole } else { Record::of };
        self.mode_is_open |= self.cost.of_record(|| record(x, attempt).append_to(waiting, number));
        self.has_grown(begin);
        self.report.values += 1;
        self.flush_if_due()
    }

    /// Records a value that arrived before its turn.
    pub(crate) fn record_spare(
        &mut self,
        x: &[f64],
        values: &Result<Values, Failure>,
    ) -> Result<(), JournalFault> {
        if self.mode == Mode::Snapshots {
            return Ok(());
        }
        let spare = Spare { x: x.to_vec(), values: values.clone() };
        self.append(&Record::Spare(Box::new(spare)));
        self.flush_if_due()
    }

    fn append(&mut self, record: &Record) {
        let begin = self.waiting.len();
        record.append_to(&mut self.waiting, self.records);
        self.has_grown(begin);
    }

    /// Counts a record that was appended to the waiting bytes from `begin` on, and copies it to memory.
    fn has_grown(&mut self, begin: usize) {
        self.records += 1;
        if let Some(copy) = &self.copy {
            copy.append(&self.waiting[begin..]);
        }
    }

    fn flush_if_due(&mut self) -> Result<(), JournalFault> {
        let due = self.ticker.is_due();
        self.mode_is_open |= due;
        if due || self.waiting.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Records only snapshots from now on, because evaluations are incremental.
    pub(crate) fn only_snapshots(&mut self) {
        (self.mode, self.snapshots_alone) = (Mode::Snapshots, true);
    }

    /// Whether the state of the run should be recorded at the end of this iteration.
    pub(crate) fn wants_snapshot(&mut self) -> bool {
        let before = self.mode;
        self.mode_is_open |= before == Mode::Snapshots && self.ticker.is_due();
        if self.knows_more() || !std::mem::take(&mut self.mode_is_open) {
            return false;
        }
        self.mode = if !self.snapshots_alone && self.cost.records_are_cheap() {
            Mode::Values
        } else {
            Mode::Snapshots
        };
        before == Mode::Snapshots || self.mode == Mode::Snapshots
    }

    /// The number of rows of the trace that earlier snapshots hold.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Records the state of the run.
    pub(crate) fn snapshot(&mut self, snapshot: Snapshot) -> Result<(), JournalFault> {
        self.rows += snapshot.trace.len();
        self.append(&Record::Snapshot(Box::new(snapshot)));
        self.report.snapshots += 1;
        self.flush()
    }

    /// Writes all waiting records to the file.
    pub(crate) fn flush(&mut self) -> Result<(), JournalFault> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // Taken first, so that they are not written twice after an error.
        let waiting = std::mem::take(&mut self.waiting);
        if let Some((file, sync)) = &mut self.file {
            file.write_all(&waiting)?;
            if *sync {
                file.sync_data()?;
            }
        }
        self.waiting = waiting;
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for Recording {
    /// Writes the waiting records, also after a panic.
    fn drop(&mut self) {
        let _ = self.flush();
        // Closing does not release the lock while a child process that is being started has inherited the
        // file.
        if let Some((file, _)) = &self.file {
            let _ = file.unlock();
        }
    }
}
