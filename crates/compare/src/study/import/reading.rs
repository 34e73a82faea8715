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
    /// The violations and rounds at these values, as far as they are known.
    violations: Vec<f64>,
    rounds: Vec<u64>,
    /// The round of the last evaluation within the budget, if it is known.
    last_round: Option<u64>,
    /// The number of the last evaluation within the budget.
    evaluations: u64,
    failed: u64,
    /// The number of the last evaluation of all, if there was one.
    pub(super) last: Option<u64>,
    seconds: f64,
}

impl Reading {
    pub(super) fn new(history: History) -> Self {
        Reading {
            history,
            times: Vec::new(),
            violations: Vec::new(),
            rounds: Vec::new(),
            last_round: None,
            evaluations: 0,
            failed: 0,
            last: None,
            seconds: 0.0,
        }
    }

    /// Takes an evaluation; a value counts if no constraint is violated by more than [`TOLERANCE`]. Number 0 stands for a
    /// run without evaluations.
    pub(super) fn note(&mut self, evaluation: &Evaluation) {
        let Evaluation { number, value, violation, seconds, round } = *evaluation;
        self.evaluations = number;
        self.seconds = seconds.unwrap_or(self.seconds);
        self.last_round = round;
        let Some(value) = value else {
            self.failed += u64::from(number > 0);
            return;
        };
        let least = self.history.values.last().map_or(f64::INFINITY, |(_, least)| *least);
        if violation.is_none_or(|violation| violation <= TOLERANCE) && value < least {
            self.history.values.push((number, value));
            self.times.extend(seconds);
            self.violations.extend(violation);
            self.rounds.extend(round);
        }
    }

    pub(super) fn row(self, suite: &str, provenance: &str) -> Row {
        let Reading {
            history, times, violations, mut rounds, last_round, evaluations, failed, seconds, ..
        } = self;
        let values = history.values.len();
        rounds.extend(last_round);
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
            times: if times.len() == values { times } else { Vec::new() },
            violations: if violations.len() == values { violations } else { Vec::new() },
            rounds: if rounds.len() == values + 1 { rounds } else { Vec::new() },
            history,
        }
    }
}
