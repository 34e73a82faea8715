//! MATLAB's nonuniform pattern search: cycles of two kinds of polls, shared by what they achieve.

use serde::{Deserialize, Serialize};

use super::basis::Basis;
use super::incumbent::Incumbent;
use super::mesh::Mesh;
use super::poll::{Poll, Polled};
use super::trial_points::Enough;
use super::{Algorithm, Options};
use crate::{Evaluations, Stop};

/// Polls of one cycle.
const CYCLE: u32 = 16;

/// The least that each kind gets of it, where there are two.
const LEAST: u32 = 2;

/// MATLAB's `ImprovementTolerance`, whose value it does not tell: the part of the value (of 1 if that is more) by
/// which a sufficient decrease lowers it.
pub(super) const SUFFICIENT: Enough = Enough::Decrease(1e-4);

/// The polls of a cycle: those along the coordinates first, then those along rotated ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cycle {
    gps: Part,
    mads: Part,
    /// Polls of this cycle so far, and how many of it are the first part's.
    polls: u32,
    gps_share: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Part {
    poll: Poll,
    /// What this cycle's polls have achieved, and cost.
    decrease: f64,
    evaluations: u64,
}

impl Part {
    fn new(options: &Options, basis: Basis) -> Self {
        Part { poll: Poll::sufficient(options, basis, SUFFICIENT), decrease: 0.0, evaluations: 0 }
    }

    /// The decrease per evaluation in this cycle, which ends with it.
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

    /// The next poll of the cycle.
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

    /// Shares the next cycle in proportion to the decrease per evaluation in this one, where that says anything.
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
