//! The least values known, frozen so that figures stay the same when a solver is added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Results;

/// The least value known of each problem of a suite, `f_L`.
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

    /// Takes a value into account, for example a published optimum.
    pub fn lower(&mut self, problem: &str, value: f64) {
        let least = self.0.entry(problem.to_owned()).or_insert(f64::INFINITY);
        *least = least.min(value);
    }

    /// Replaces each value by the one in `frozen`, if it has one, even if it is higher.
    #[must_use]
    pub fn frozen_by(mut self, frozen: &Floor) -> Self {
        self.0.extend(frozen.0.iter().map(|(problem, value)| (problem.clone(), *value)));
        self
    }

    /// The least value known of a problem.
    pub fn of(&self, problem: &str) -> Option<f64> {
        self.0.get(problem).copied()
    }
}

/// The least values of several suites. Kept in a file, they give tolerances the same meaning from one study
/// to the next; without it, adding a better solver would change that meaning.
///
/// ```
/// use compare::analysis::{Floor, References};
///
/// let mut floor = Floor::default();
/// floor.lower("rosenbrock", 0.0);
/// let mut references = References::default();
/// references.set("valleys", floor);
/// let text = serde_json::to_string(&references)?;
/// assert_eq!(text, r#"{"valleys":{"rosenbrock":0.0}}"#);
/// assert_eq!(serde_json::from_str::<References>(&text)?, references);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct References(BTreeMap<String, Floor>);

impl References {
    /// Sets the least values of a suite.
    pub fn set(&mut self, suite: impl Into<String>, floor: Floor) {
        self.0.insert(suite.into(), floor);
    }

    /// The least values of a suite; empty for an unknown suite.
    pub fn of(&self, suite: &str) -> Floor {
        self.0.get(suite).cloned().unwrap_or_default()
    }

    /// The suites and problems that have a least value.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(suite, floor)| floor.0.keys().map(move |problem| (suite.as_str(), problem.as_str())))
    }

    /// Replaces each value by the one in `frozen`, if it has one.
    #[must_use]
    pub fn frozen_by(mut self, frozen: &References) -> Self {
        for (suite, floor) in &frozen.0 {
            let own = self.of(suite);
            self.set(suite, own.frozen_by(floor));
        }
        self
    }
}
