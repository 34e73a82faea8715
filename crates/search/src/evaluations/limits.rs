//! The limits of a run: the tighter of the budget's and the solver's own.

use std::time::{Duration, Instant};

use crate::run::budget::duration;
use crate::{Budget, Cancellation, Status};

pub(super) struct Limits {
    began: Instant,
    evaluations: u64,
    time: Option<Duration>,
    cancellation: Cancellation,
    /// The limits of the budget alone.
    budget: (u64, Option<Duration>),
    /// The evaluations and the time before the current search, from which the solver's limits count.
    after: (u64, Duration),
}

impl Limits {
    pub(super) fn of(budget: &Budget) -> Self {
        let (evaluations, time) = (budget.evaluations.unwrap_or(u64::MAX), budget.time);
        Limits {
            began: Instant::now(),
            evaluations,
            time,
            cancellation: budget.cancellation.clone(),
            budget: (evaluations, time),
            after: (0, Duration::ZERO),
        }
    }

    /// Begins a search after `evaluations` evaluations of the run, limited by the budget and to `most`
    /// evaluations of its own.
    pub(super) fn begin_after(&mut self, evaluations: u64, most: u64) {
        (self.evaluations, self.time) = self.budget;
        self.after = (evaluations, self.began.elapsed());
        self.tighten(most, None);
    }

    /// Whether the budget alone allows another evaluation.
    pub(super) fn admit_budget_after(&self, evaluations: u64) -> bool {
        let (most, time) = self.budget;
        evaluations < most && time.is_none_or(|limit| self.began.elapsed() < limit)
    }

    pub(super) fn tighten(&mut self, evaluations: u64, seconds: Option<f64>) {
        let (before, began) = self.after;
        self.evaluations = self.evaluations.min(evaluations.saturating_add(before));
        if let Some(limit) = seconds.and_then(duration).map(|limit| limit.saturating_add(began)) {
            self.time = Some(self.time.map_or(limit, |time| time.min(limit)));
        }
    }

    /// Returns how many evaluations are left after `evaluations`.
    pub(super) fn evaluations_after(&self, evaluations: u64) -> u64 {
        self.evaluations.saturating_sub(evaluations)
    }

    /// Whether there is a limit on evaluations.
    pub(super) fn are_set(&self) -> bool {
        self.evaluations < u64::MAX
    }

    /// Checks whether one more evaluation may begin after `evaluations`.
    pub(super) fn admit_one_after(&self, evaluations: u64) -> Result<(), Status> {
        if evaluations >= self.evaluations {
            return Err(Status::EvaluationLimit);
        }
        self.admit_going_on_after(evaluations)
    }

    /// Checks whether one more incremental trial may begin after `evaluations`. Reading the clock costs as
    /// much as such a trial, so it is read before every 16th only.
    pub(super) fn admit_trial_after(&self, evaluations: u64) -> Result<(), Status> {
        if evaluations.is_multiple_of(16) {
            return self.admit_one_after(evaluations);
        }
        if evaluations >= self.evaluations {
            return Err(Status::EvaluationLimit);
        }
        if self.cancelled() { Err(Status::Cancelled) } else { Ok(()) }
    }

    /// Checks whether the run may go on after `evaluations`.
    pub(super) fn admit_going_on_after(&self, evaluations: u64) -> Result<(), Status> {
        // The start is always evaluated, since a run without any value has no result.
        if evaluations > 0 {
            if self.cancelled() {
                return Err(Status::Cancelled);
            }
            if self.time.is_some_and(|limit| self.began.elapsed() >= limit) {
                return Err(Status::TimeLimit);
            }
        }
        Ok(())
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    pub(super) fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests;
