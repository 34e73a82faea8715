//! A journal in use: first it gives back what it knows, then it records.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::cost::Cost;
use super::reader::{Contents, Known};
use super::record::{Record, Snapshot};
use super::ticker::Ticker;
use super::{Header, Journal, JournalFault, JournalReport};
use crate::Failure;
use crate::evaluations::Values;

/// Bytes that may wait for the next flush, however soon that is.
const BUFFER: usize = 1 << 16;

/// The journal of a run.
pub(crate) struct Recording {
    file: File,
    sync: bool,
    /// Records that are not in the file yet.
    waiting: Vec<u8>,
    known: Known,
    ticker: Ticker,
    mode: Mode,
    /// Whether the mode is to be chosen again at the end of the iteration.
    mode_is_open: bool,
    /// Whether evaluations are such that only the solver's state can be recorded.
    snapshots_alone: bool,
    cost: Cost,
    /// Rows of the trace that the snapshots in the file hold.
    rows: usize,
    /// How many records there are, in the file and waiting: the number of the next one.
    records: u32,
    report: JournalReport,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    /// Each evaluation is recorded.
    Values,
    /// No evaluation is; the solver's state is, now and then.
    Snapshots,
}

impl Recording {
    /// Opens a journal, and what a resume starts from.
    pub(crate) fn open(journal: &Journal, header: &Header) -> Result<(Self, Option<Snapshot>), JournalFault> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&journal.path)?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            return Err(JournalFault::InUse);
        }
        let length = file.metadata()?.len();
        if length > 0 && !journal.resume {
            return Err(JournalFault::Exists);
        }
        let line = header.line();
        if length == 0 || !holds_a_header(&file, &line, header)? {
            // Nothing, or the beginning of our own header: the run was killed before its first record.
            if length > 0 {
                file.set_len(0)?;
            }
            file.seek(SeekFrom::Start(0))?;
            file.write_all(line.as_bytes())?;
        }

        let Contents { snapshot, known, end, records, rest } = Contents::read(&file, line.len() as u64)?;
        let kept = cut_off(&rest, end, journal)?;
        if !rest.is_empty() {
            file.set_len(end)?;
        }
        if known.left() == 0 {
            file.seek(SeekFrom::End(0))?;
        }
        let before = snapshot.as_ref().map_or(0, |snapshot| snapshot.standing.counts.evaluations);
        let rows = snapshot.as_ref().map_or(0, |snapshot| snapshot.trace.len());
        let recording = Recording {
            sync: journal.sync,
            waiting: Vec::with_capacity(BUFFER),
            ticker: Ticker::every(journal.flush_interval),
            mode: Mode::Values,
            mode_is_open: false,
            snapshots_alone: false,
            cost: Cost::new(),
            rows,
            records,
            report: JournalReport {
                path: journal.path.clone(),
                known: before + known.left(),
                cut: rest.len() as u64,
                kept,
                values: 0,
                snapshots: 0,
            },
            known,
            file,
        };
        Ok((recording, snapshot))
    }

    /// The report so far.
    pub(crate) fn report(&self) -> &JournalReport {
        &self.report
    }

    /// Whether recorded evaluations are left.
    pub(crate) fn knows_more(&self) -> bool {
        self.known.left() > 0
    }

    /// The next recorded evaluation, if any is left; it must be of this point.
    pub(crate) fn recall(
        &mut self,
        x: &[f64],
        evaluation: u64,
    ) -> Result<Option<Result<Values, Failure>>, JournalFault> {
        if !self.knows_more() {
            return Ok(None);
        }
        let record = self.known.next()?;
        if !self.knows_more() {
            // From here on the run is at work, not remembering: that is what is to be timed.
            self.cost = Cost::new();
            self.file.seek(SeekFrom::End(0))?;
        }
        record.attempt_at(x).map(Some).ok_or(JournalFault::Diverged { evaluation })
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
        let (waiting, number) = (&mut self.waiting, self.records);
        self.mode_is_open |= self.cost.of_record(|| Record::of(x, attempt).append_to(waiting, number));
        self.records += 1;
        self.report.values += 1;
        let due = self.ticker.is_due();
        self.mode_is_open |= due;
        if due || self.waiting.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// From now on the evaluations are incremental: none can be recorded on its own.
    pub(crate) fn only_snapshots(&mut self) {
        (self.mode, self.snapshots_alone) = (Mode::Snapshots, true);
    }

    /// Whether the state of the run is wanted, now that an iteration has ended.
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

    /// Number of rows of the trace that need not be in the next snapshot.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Records the state of the run.
    pub(crate) fn snapshot(&mut self, snapshot: Snapshot) -> Result<(), JournalFault> {
        self.rows += snapshot.trace.len();
        Record::Snapshot(Box::new(snapshot)).append_to(&mut self.waiting, self.records);
        self.records += 1;
        self.report.snapshots += 1;
        self.flush()
    }

    /// Brings all records into the file.
    pub(crate) fn flush(&mut self) -> Result<(), JournalFault> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        // Whatever comes of it, these bytes are not written twice.
        let waiting = std::mem::take(&mut self.waiting);
        self.file.write_all(&waiting)?;
        if self.sync {
            self.file.sync_data()?;
        }
        self.waiting = waiting;
        self.waiting.clear();
        Ok(())
    }
}

impl Drop for Recording {
    /// A run that ends by a panic keeps its records too.
    fn drop(&mut self) {
        let _ = self.flush();
        // Closing is not enough while a process that is just being started has the file, too.
        let _ = self.file.unlock();
    }
}

/// Copies what stands behind the last whole record, at byte `end`, into a file beside the journal, and tells its name; `None` for
/// nothing. Where whole records are in it, it is more than a kill can leave, and is refused unless the journal is to be cut.
fn cut_off(rest: &[u8], end: u64, journal: &Journal) -> Result<Option<PathBuf>, JournalFault> {
    if rest.is_empty() {
        return Ok(None);
    }
    if !journal.cut_damage && Record::stands_in(rest) {
        return Err(JournalFault::Damaged { at: end, behind: rest.len() as u64 });
    }
    let mut name = journal.path.as_os_str().to_owned();
    name.push(format!(".cut-{end}"));
    fs::write(&name, rest)?;
    Ok(Some(name.into()))
}

/// Whether the file begins with a whole header, which must be that of this run.
fn holds_a_header(file: &File, line: &str, header: &Header) -> Result<bool, JournalFault> {
    let mut found = Vec::new();
    // The header of another run may be longer; a file without line ends is none.
    let most = 10 * line.len() as u64 + (1 << 20);
    let mut reader = BufReader::new(io::Read::take(file, most));
    reader.read_until(b'\n', &mut found)?;
    if found.ends_with(b"\n") {
        header.check(&found)?;
        Ok(true)
    } else if line.as_bytes().starts_with(&found) {
        Ok(false)
    } else {
        Err(JournalFault::NotAJournal)
    }
}
