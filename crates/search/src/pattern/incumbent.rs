//! The incumbent: the best point so far.

use serde::{Deserialize, Serialize};

use crate::{Evaluations, Stop};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Incumbent {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
}

/// A target for a move.
pub(super) enum Target {
    /// The incumbent with one coordinate changed.
    Coordinate {
        index: usize,
        to: f64,
    },
    Point(Vec<f64>),
}

/// The Euclidean length of a move, and the decrease of the value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub(super) distance: f64,
    pub(super) decrease: f64,
}

impl Incumbent {
    /// Moves to a trial point with this value. Returns `None` if the value was incremental and a full evaluation does
    /// not confirm the decrease, because the terms are so large that rounding decides.
    pub(super) fn move_to(
        &mut self,
        target: Target,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Moved>, Stop> {
        let before = self.value;
        let distance = match target {
            Target::Coordinate { index, to } => {
                evaluations.accept(index, to, value);
                let settled = evaluations.settle()?;
                if settled >= before {
                    evaluations.hold(&self.x, before)?;
                    return Ok(None);
                }
                self.value = settled;
                let from = std::mem::replace(&mut self.x[index], to);
                (to - from).abs()
            }
            Target::Point(x) => {
                evaluations.hold(&x, value)?;
                self.value = value;
                let from = std::mem::replace(&mut self.x, x);
                from.iter().zip(&self.x).fold(0.0, |length: f64, (from, to)| length.hypot(to - from))
            }
        };
        Ok(Some(Moved { distance, decrease: before - self.value }))
    }
}
