//! Positive bases: where each poll takes its directions from.

use serde::{Deserialize, Serialize};

use super::directions::{Directions, Pattern};
use super::{Options, PollMethod};

/// What a poll method keeps from one poll to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Basis {
    Maximal,
    Minimal,
}

impl Basis {
    pub(super) fn new(options: &Options) -> Self {
        match options.poll_method {
            PollMethod::GpsPositiveBasis2N => Basis::Maximal,
            PollMethod::GpsPositiveBasisNp1 => Basis::Minimal,
        }
    }

    /// The directions of the next poll in `n` coordinates.
    pub(super) fn directions(&mut self, n: usize) -> Directions {
        let pattern = match self {
            Basis::Maximal => Pattern::Maximal,
            Basis::Minimal => Pattern::Minimal,
        };
        Directions::new(n, pattern, Vec::new())
    }
}
