//! The stored form of a run.

use search::{Error, Status};
use serde_json::Value;

use crate::Record;
use crate::analysis::{Cost, History};

/// A stored run.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its suite.
    pub suite: String,
    /// The history that analysis uses.
    pub history: History,
    /// The best value of the solver's own objective; `None` without an outcome.
    pub value: Option<f64>,
    /// Evaluations, gradients, failed evaluations.
    pub counts: [u64; 3],
    /// Why it ended, in words.
    pub ended: String,
    /// Whether it had converged.
    pub converged: bool,
    /// The best point, as JSON; empty without an outcome. For a problem without constraints it is in units of
    /// `max(1, ‖x0‖_∞)`, in which studies run the problem.
    pub x: String,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// Seconds per evaluation beyond the objective's own; `None` if they were too few to measure.
    pub overhead: Option<f64>,
    /// Seconds since the run began at each value of the history; empty where they are not known.
    pub times: Vec<f64>,
    /// The violation of the point of each value of the history; empty where they are not known.
    pub violations: Vec<f64>,
    /// The [round](search::Counts::rounds) of each value of the history, and behind them that of the last evaluation; empty
    /// where they are not known.
    pub rounds: Vec<u64>,
}

/// The result of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// A value.
    Value,
    /// Refused: the solver does not take such a problem, and has evaluated nothing.
    Refused,
    /// No value: all evaluations failed, or the problem could not be constructed.
    NoValue,
}

impl Row {
    /// The stored form of a record, with the overhead per evaluation if it was measured.
    pub fn of(suite: &str, record: &Record, overhead: Option<f64>) -> Self {
        // A program that disappeared, or a solver that did not begin, has ended the run early: its values are not kept.
        let ended_early = [Status::NotStarted, Status::SolverNotStarted];
        let outcome = record.result.as_ref().ok().filter(|outcome| !ended_early.contains(&outcome.status));
        let counts = match &record.result {
            Ok(outcome) => [outcome.counts.evaluations, outcome.counts.gradients, outcome.counts.failed],
            // The run tried to evaluate, even if the program could not start.
            Err(Error::NoValue { failed, .. }) => [(*failed).max(1), 0, (*failed).max(1)],
            Err(_) => [0; 3],
        };
        Row {
            suite: suite.to_owned(),
            history: History::from(record),
            value: outcome.map(|outcome| outcome.value),
            counts,
            ended: match &record.result {
                Ok(outcome) => outcome.message(),
                Err(error) => error.to_string(),
            },
            converged: outcome.is_some_and(search::Outcome::converged),
            x: outcome.map(|outcome| Value::from(outcome.x.clone()).to_string()).unwrap_or_default(),
            seconds: outcome.map_or(0.0, |outcome| outcome.seconds),
            overhead,
            times: record.history().map(|new| new.seconds).collect(),
            violations: record.history().map(|new| new.violation).collect(),
            rounds: match &record.result {
                Ok(outcome) => {
                    let last = outcome.counts.rounds;
                    record.history().map(|new| new.round).chain([last]).collect()
                }
                Err(_) => Vec::new(),
            },
        }
    }

    /// The history with what each value has cost in place of its evaluation: rounds, or microseconds. Without values where
    /// that is not known.
    pub fn history_by(&self, cost: Cost) -> History {
        let costs: Vec<u64> = match cost {
            Cost::SimplexGradients => return self.history.clone(),
            Cost::Rounds => self.rounds.clone(),
            Cost::Seconds => {
                self.times.iter().map(|seconds| (1e6 * seconds).round().max(1.0) as u64).collect()
            }
        };
        let values = costs.into_iter().zip(&self.history.values).map(|(cost, (_, value))| (cost, *value));
        History { values: values.collect(), ..self.history.clone() }
    }

    /// The result of the run.
    pub fn ending(&self) -> Ending {
        // A problem that could not be constructed has no coordinates.
        let begun = self.counts[0] > 0 || self.history.dimension == 0;
        match self.value {
            Some(_) => Ending::Value,
            None if begun => Ending::NoValue,
            None => Ending::Refused,
        }
    }

    /// The run in words: suite, problem, solver and seed.
    pub fn name(&self) -> String {
        let History { problem, solver, seed, .. } = &self.history;
        format!("{} {problem} {solver} seed {seed}", self.suite)
    }

    /// Returns `true` if both agree about the same run to the bit, except for times. Violations and rounds agree where one
    /// of both does not know them.
    pub fn agrees_with(&self, other: &Row) -> bool {
        let compared = |row: &Row, other: &Row| Row {
            seconds: 0.0,
            overhead: None,
            times: Vec::new(),
            violations: if other.violations.is_empty() { Vec::new() } else { row.violations.clone() },
            rounds: if other.rounds.is_empty() { Vec::new() } else { row.rounds.clone() },
            ..row.clone()
        };
        compared(self, other) == compared(other, self)
    }
}
