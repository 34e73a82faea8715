//! What a value has cost: evaluations, rounds or seconds.

use std::fmt;

/// What the abscissa of a profile counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// Evaluations, in units of n + 1.
    SimplexGradients,
    /// [Rounds](search::Counts::rounds): how many times the solver has waited for values.
    Rounds,
    /// Wall-clock seconds since the run began, of the solver and the objective.
    Seconds,
}

impl Cost {
    /// All of them.
    pub const ALL: [Cost; 3] = [Cost::SimplexGradients, Cost::Rounds, Cost::Seconds];

    /// How many of the whole numbers in a history are 1 on the axis, for n coordinates: histories count evaluations,
    /// rounds or microseconds.
    pub fn unit(self, n: usize) -> f64 {
        match self {
            Cost::SimplexGradients => (n + 1) as f64,
            Cost::Rounds => 1.0,
            Cost::Seconds => 1e6,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cost::SimplexGradients => "simplex gradients",
            Cost::Rounds => "rounds",
            Cost::Seconds => "seconds",
        })
    }
}
