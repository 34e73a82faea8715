//! What a record costs beside an evaluation: decides between records and snapshots.

use std::time::{Duration, Instant};

/// The part of a run's time that records may take; beyond it snapshots are the better way.
const RECORDS_MAY_TAKE: f64 = 0.02;

/// How many records are timed one by one.
const TIMED: u32 = 64;

/// The measured cost of records and evaluations.
pub(super) struct Cost {
    timed: u32,
    spent_on_records: Duration,
    /// When the present stretch of evaluations began, and how many there have been.
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

    /// Writes a record, with a clock beside it for the first ones. `true` when the last of those is
    /// written, and the cost of a record known.
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

    /// Whether records are cheap beside the evaluations since the last time this was asked; so they
    /// count until their cost is known.
    pub(super) fn records_are_cheap(&mut self) -> bool {
        let evaluation = self.began.elapsed().as_secs_f64() / self.evaluations.max(1) as f64;
        (self.began, self.evaluations) = (Instant::now(), 0);
        let record = self.spent_on_records.as_secs_f64() / f64::from(TIMED);
        self.timed < TIMED || record <= RECORDS_MAY_TAKE * evaluation
    }
}
