//! The poll: the points around the incumbent, and what counts as success.

use serde::{Deserialize, Serialize};

use super::Options;
use super::basis::Basis;
use super::classic::Incumbent;
use super::mesh::Mesh;
use super::order::Order;
use super::trials::{Target, Trials};
use crate::{Evaluations, Lookahead, Stop};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Poll {
    basis: Basis,
    complete: bool,
    order: Order,
}

/// How a poll ended.
pub(super) enum Polled {
    /// The incumbent moved: by how much in x (Euclidean), and in the value.
    Improved { distance: f64, decrease: f64 },
    /// No point was better.
    Failed,
    /// No point differed from the incumbent: the steps are below its last digit.
    NoStep,
}

impl Poll {
    pub(super) fn new(options: &Options) -> Self {
        Poll { basis: Basis::new(options), complete: options.use_complete_poll, order: Order::new(options) }
    }

    /// Polls around the incumbent and moves it to the first better point, or to the best of all in a
    /// complete poll; of equals to the first.
    pub(super) fn around(
        &mut self,
        incumbent: &mut Incumbent,
        mesh: &Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        // Directions that depend on where the incumbent is, and on the mesh, come after those of the basis.
        let directions = self.basis.directions(incumbent.x.len());
        self.order.prepare(directions.len());
        let trials = Trials { incumbent, mesh, bounds: evaluations.bounds(), directions };
        if trials.are_stuck() {
            return Ok(Polled::NoStep);
        }
        let lookahead = if self.complete { Lookahead::All } else { Lookahead::UntilBreak };
        let Some((k, value)) = trials.best(&self.order, lookahead, evaluations)? else {
            return Ok(Polled::Failed);
        };
        let polled = incumbent.move_to(trials.target(k), value, evaluations)?;
        if let Polled::Improved { .. } = polled {
            self.order.succeeded(k);
        }
        Ok(polled)
    }
}

impl Incumbent {
    /// Moves to a trial point of this value.
    fn move_to(
        &mut self,
        target: Target,
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        let before = self.value;
        let distance = match target {
            Target::Coordinate { index, to } => {
                evaluations.accept(index, to, value);
                self.value = evaluations.settle()?;
                if self.value >= before {
                    // An incremental value that a whole evaluation does not confirm: terms so large that rounding decides.
                    self.value = before;
                    evaluations.hold(&self.x, before)?;
                    return Ok(Polled::Failed);
                }
                let from = std::mem::replace(&mut self.x[index], to);
                (to - from).abs()
            }
            Target::Point(x) => {
                evaluations.hold(&x, value)?;
                let from = std::mem::replace(&mut self.x, x);
                self.value = value;
                distance(&from, &self.x)
            }
        };
        Ok(Polled::Improved { distance, decrease: before - self.value })
    }
}

fn distance(from: &[f64], to: &[f64]) -> f64 {
    from.iter().zip(to).fold(0.0, |length: f64, (from, to)| length.hypot(to - from))
}
