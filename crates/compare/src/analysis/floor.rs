//! The least values known, frozen so that figures stay the same when a solver is added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Results;

/// The least value known of each problem, `f_L`. Kept in a file, so that tolerances mean the same from one study to
/// the next: adding a better solver would move them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Floor(BTreeMap<String, f64>);

impl Floor {
    /// The least values that any of the solvers has found.
    pub fn of_results(results: &Results) -> Self {
        let mut floor = Floor::default();
        for instance in &results.instances {
            for (_, value) in instance.histories.iter().flatten() {
                floor.lower(&instance.problem, *value);
            }
        }
        floor
    }

    /// Notes a value, for example a published optimum.
    pub fn lower(&mut self, problem: &str, value: f64) {
        let least = self.0.entry(problem.to_owned()).or_insert(f64::INFINITY);
        *least = least.min(value);
    }

    /// The least of both.
    #[must_use]
    pub fn with(mut self, other: &Floor) -> Self {
        for (problem, value) in &other.0 {
            self.lower(problem, *value);
        }
        self
    }

    /// The least value known of a problem.
    pub fn of(&self, problem: &str) -> Option<f64> {
        self.0.get(problem).copied()
    }
}
