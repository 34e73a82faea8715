//! Compares the cost of records and evaluations, to choose between records and snapshots.

use std::time::{Duration, Instant};

/// The cost of a record, as a fraction of an evaluation, above which snapshots are used instead.
const RECORDS_MAY_TAKE: f64 = 0.02;

/// The number of records that are timed.
const TIMED: u32 = 64;

/// The measured cost of records and evaluations.
pub(super) struct Cost {
    timed: u32,
    spent_on_records: Duration,
    /// When the current stretch of evaluations began, and how many there have been in it.
    began: Instant,
    evaluations: u64,
}

impl Cost {
    pub(super) fn new() -> Self {
        let (timed, spent_on_records) = (0, Duration::ZERO);
        Cost { timed, spent_on_records, began: Instant::now(), evaluations: 0 }
    }

    /// Counts an evaluation.
    pub(super) fn count(&mut self) {
        self.evaluations += 1;
    }

    /// Writes a record, and times the first [`TIMED`] of them. Returns `true` after the last of these, when
    /// the cost of a record is known.
    pub(super) fn of_record(&mut self, write: impl FnOnce()) -> bool {
        if self.timed == TIMED {
            write();
            return false;
        }
        let began = Instant::now();
        write();
        self.spent_on_records += began.elapsed();
        self.timed += 1;
        self.timed == TIMED
    }

    /// Whether records are cheap compared with the evaluations since the last call; `true` until their cost
    /// is known.
    pub(super) fn records_are_cheap(&mut self) -> bool {
        let evaluation = self.began.elapsed().as_secs_f64() / self.evaluations.max(1) as f64;
        (self.began, self.evaluations) = (Instant::now(), 0);
        let record = self.spent_on_records.as_secs_f64() / f64::from(TIMED);
        self.timed < TIMED || record <= RECORDS_MAY_TAKE * evaluation
    }
}
