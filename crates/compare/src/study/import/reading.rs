//! A run as it is read.

use super::cells::Evaluation;
use crate::TOLERANCE;
use crate::analysis::History;
use crate::study::Row;

/// A run as it is read.
pub(super) struct Reading {
    pub(super) history: History,
    /// The seconds at the values of the history, as far as they are known.
    times: Vec<f64>,
    /// The number of the last evaluation within the budget.
    evaluations: u64,
    failed: u64,
    /// The number of the last evaluation of all, if there was one.
    pub(super) last: Option<u64>,
    seconds: f64,
}

impl Reading {
    pub(super) fn new(history: History) -> Self {
        Reading { history, times: Vec::new(), evaluations: 0, failed: 0, last: None, seconds: 0.0 }
    }

    /// Takes an evaluation; a value counts if no constraint is violated by more than [`TOLERANCE`]. Number 0 stands for a
    /// run without evaluations.
    pub(super) fn note(&mut self, evaluation: &Evaluation) {
        let Evaluation { number, value, violation, seconds } = *evaluation;
        self.evaluations = number;
        self.seconds = seconds.unwrap_or(self.seconds);
        let Some(value) = value else {
            self.failed += u64::from(number > 0);
            return;
        };
        let least = self.history.values.last().map_or(f64::INFINITY, |(_, least)| *least);
        if violation <= TOLERANCE && value < least {
            self.history.values.push((number, value));
            self.times.extend(seconds);
        }
    }

    pub(super) fn row(self, suite: &str, provenance: &str) -> Row {
        let Reading { history, times, evaluations, failed, seconds, .. } = self;
        Row {
            suite: suite.to_owned(),
            value: history.values.last().map(|(_, value)| *value),
            counts: [evaluations, 0, failed],
            ended: format!("imported: {provenance}"),
            converged: false,
            x: String::new(),
            seconds,
            overhead: None,
            // Of some values only they are of no use.
            times: if times.len() == history.values.len() { times } else { Vec::new() },
            history,
        }
    }
}
