//! Several searches in one run, each from its own start.

use serde::{Deserialize, Serialize};

use super::constrained::is_better;
use super::{Evaluations, Stop, StopKind};
use crate::Status;
use crate::problem::linear::feasible_start;

/// The result of the searches before the current one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Earlier {
    /// The number of searches, and their evaluations and rows.
    pub(super) searches: u64,
    pub(super) evaluations: u64,
    pub(super) rows: u64,
    /// The best of them, if any found a value.
    best: Option<BestEarlier>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct BestEarlier {
    x: Vec<f64>,
    value: f64,
    residuals: Option<Box<[f64]>>,
    /// The violation of the nonlinear constraints.
    violation: f64,
    end: End,
}

/// The status and explanation with which a search ended.
type End = (Status, Option<String>);

impl Earlier {
    /// Returns the best point of the earlier searches, unless the given value is better.
    pub(super) fn better_than(
        &self,
        value: f64,
        max_constraint: Option<f64>,
        tolerance: f64,
    ) -> Option<BestEarlier> {
        let here = (value, max_constraint.unwrap_or_default());
        let better = self.best.as_ref().filter(|best| !is_better(here, best.standing(), tolerance));
        better.cloned()
    }
}

impl BestEarlier {
    fn standing(&self) -> (f64, f64) {
        (self.value, self.violation)
    }

    /// Returns point, value and violation (if there are constraints) for a row of the trace.
    pub(super) fn told(&self, max_constraint: Option<f64>) -> (&[f64], f64, Option<f64>) {
        (&self.x, self.value, max_constraint.map(|_| self.violation))
    }
}

impl Evaluations<'_> {
    /// Searches from the problem's own start and from each of the others, with at most `most` evaluations
    /// each, and returns the status of the search that found the best point. A search that reaches its own
    /// limits or gives up does not end the others. If there is no feasible point for a start, the problem's
    /// own start is used again.
    ///
    /// To each search the run appears to begin at its start; counts, budget and trace are those of the whole
    /// run.
    pub(crate) fn search_from_each(
        &mut self,
        others: impl Iterator<Item = Vec<f64>>,
        most: u64,
        search: impl Fn(&mut Self) -> Result<Status, Stop>,
    ) -> Result<Status, Stop> {
        let own = self.start.clone();
        // A run resumed from a snapshot is in the middle of a search.
        let before = self.earlier.searches as usize;
        let mut starts = std::iter::once(None).chain(others.map(Some)).skip(before).peekable();
        loop {
            let number = self.earlier.searches;
            let start = starts.next().flatten().and_then(|x| self.feasible(x));
            self.start = start.unwrap_or_else(|| own.clone());
            self.limits.begin_after(self.earlier.evaluations, most);
            if number > 0 && self.restored.is_none() {
                self.forget_search();
            }
            let end = search(self);
            self.settle_best();
            let end = self.stopped.take().map_or(end, Err);
            let (end, stop) = match end {
                Ok(status) => ((status, self.doubt(status)), None),
                Err(stop) => match self.end_of_search(&stop) {
                    Some(end) => (end, None),
                    None => ((Status::SolverGaveUp, None), Some(stop)),
                },
            };
            let (status, complaint) = self.take_best_of_all(end);
            if let Some(stop) = stop {
                return self.keeping_stop(Err(stop));
            }
            if starts.peek().is_none() {
                return complaint
                    .map_or(Ok(status), |reason| Err(StopKind::Explained(status, reason).into()));
            }
            let Earlier { searches, evaluations, rows, .. } = &mut self.earlier;
            (*searches, *evaluations, *rows) = (number + 1, self.counts.evaluations, self.rows);
        }
    }

    /// Returns the feasible point nearest to `x`, if there is one.
    pub(crate) fn feasible(&self, mut x: Vec<f64>) -> Option<Vec<f64>> {
        let (bounds, grid) = (self.bounds(), self.grid());
        bounds.project(&mut x);
        if let Some(grid) = grid {
            grid.round(&mut x);
        }
        match self.linear() {
            None => Some(x),
            Some(linear) => feasible_start(linear, x, bounds, grid, self.tolerance).ok(),
        }
    }

    /// Returns how a search ended, if its stop does not end the run.
    fn end_of_search(&self, stop: &Stop) -> Option<End> {
        match &*stop.0 {
            StopKind::Ended(status @ (Status::EvaluationLimit | Status::TimeLimit)) => {
                self.limits.admit_budget_after(self.counts.evaluations).then_some((*status, None))
            }
            StopKind::Ended(Status::StoppedByObserver | Status::Cancelled | Status::JournalFailed) => None,
            StopKind::Explained(Status::JournalFailed | Status::NotStarted, _) => None,
            StopKind::Ended(status) => Some((*status, None)),
            StopKind::Explained(status, reason) => Some((*status, Some(reason.clone()))),
            _ => None,
        }
    }

    /// Resets the state that belongs to one search.
    fn forget_search(&mut self) {
        self.best = self.best.begin_anew(&self.start);
        self.seen = None;
        if let Some(constrained) = &mut self.constrained {
            **constrained = constrained.begin_anew();
        }
    }

    /// Restores the best point of all searches, and returns how the search that found it ended.
    fn take_best_of_all(&mut self, end: End) -> End {
        let (x, value) = self.best.settled();
        let (violation, tolerance) = self.violation_and_tolerance();
        match &self.earlier.best {
            Some(best) if !is_better((value, violation), best.standing(), tolerance) => {
                self.best.return_to(&best.x, best.value, best.residuals.clone());
                if let Some(constrained) = &mut self.constrained {
                    constrained.return_to(best.violation);
                }
                best.end.clone()
            }
            _ if value == f64::INFINITY => end,
            _ => {
                let (x, residuals) = (x.to_vec(), self.best.residuals().map(Box::from));
                self.earlier.best = Some(BestEarlier { x, value, residuals, violation, end: end.clone() });
                end
            }
        }
    }

    /// Whether the best point of the current search is also the best of the run.
    pub(super) fn is_best_of_all(&self, value: f64) -> bool {
        let (violation, tolerance) = self.violation_and_tolerance();
        let best = self.earlier.best.as_ref();
        best.is_none_or(|best| is_better((value, violation), best.standing(), tolerance))
    }

    /// Returns the violation at the best point and the tolerance of the nonlinear constraints.
    pub(super) fn violation_and_tolerance(&self) -> (f64, f64) {
        self.constrained
            .as_ref()
            .map_or((0.0, 0.0), |constrained| (constrained.violation(), constrained.tolerance()))
    }
}
