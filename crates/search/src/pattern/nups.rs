//! MATLAB's nonuniform pattern search: cycles of two kinds of polls, shared by their success.

use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::incumbent::Incumbent;
use super::mesh::Mesh;
use super::poll::{Poll, Polled};
use super::trial_points::Enough;
use super::{Algorithm, Options};
use crate::{Evaluations, Stop};

/// Polls per cycle.
const CYCLE: u32 = 16;

/// The least share of each kind, if there are two.
const LEAST: u32 = 2;

/// MATLAB's `ImprovementTolerance`, whose value is not documented: a sufficient decrease is at least this fraction of
/// max(1, |value|).
pub(super) const SUFFICIENT: Enough = Enough::Decrease(1e-4);

/// A cycle: polls along the coordinates, then polls along rotated coordinates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cycle {
    gps: Part,
    mads: Part,
    /// Polls so far in this cycle.
    polls: u32,
    gps_share: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Part {
    poll: Poll,
    /// Decrease in this cycle, for which `evaluations` is the cost.
    decrease: f64,
    evaluations: u64,
}

impl Part {
    fn new(options: &Options, basis: Basis) -> Self {
        Part { poll: Poll::sufficient(options, basis, SUFFICIENT), decrease: 0.0, evaluations: 0 }
    }

    /// Takes the decrease per evaluation of this cycle and resets both.
    fn take_rate(&mut self) -> f64 {
        let evaluations = std::mem::take(&mut self.evaluations).max(1);
        std::mem::take(&mut self.decrease) / evaluations as f64
    }
}

impl Cycle {
    pub(super) fn new(options: &Options) -> Self {
        Cycle {
            gps: Part::new(options, Basis::alternating()),
            mads: Part::new(options, Basis::alternating_rotated(options.seed)),
            polls: 0,
            gps_share: match options.algorithm {
                Algorithm::NupsGps => CYCLE,
                Algorithm::NupsMads => 0,
                _ => CYCLE / 2,
            },
        }
    }

    /// Runs the next poll of the cycle.
    pub(super) fn around(
        &mut self,
        incumbent: &mut Incumbent,
        mesh: &Mesh,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Polled, Stop> {
        let part = if self.polls < self.gps_share { &mut self.gps } else { &mut self.mads };
        let before = evaluations.count();
        let polled = part.poll.around(incumbent, mesh, evaluations)?;
        part.evaluations += evaluations.count() - before;
        if let Polled::Improved(moved) = &polled {
            part.decrease += moved.decrease;
        }
        self.polls += 1;
        if self.polls == CYCLE {
            self.begin_anew();
        }
        Ok(polled)
    }

    /// Shares the next cycle in proportion to the decrease per evaluation in this one, if that is defined.
    fn begin_anew(&mut self) {
        self.polls = 0;
        let has_one_part = self.gps_share == 0 || self.gps_share == CYCLE;
        let (gps, mads) = (self.gps.take_rate(), self.mads.take_rate());
        let share = gps / (gps + mads) * f64::from(CYCLE);
        if !has_one_part && share.is_finite() {
            self.gps_share = (share.round() as u32).clamp(LEAST, CYCLE - LEAST);
        }
    }
}
