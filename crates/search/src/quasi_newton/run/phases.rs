//! Phases of sweeps: after a broken promise, to verify convergence, and the last poll.

use serde::{Deserialize, Serialize};

use super::super::blocks::extrapolate_at_once;
use super::super::sweep::{Shape, extrapolate};
use super::{Descent, IsPoll, Phase, QuasiNewtonOptions, State};
use crate::{Evaluations, Stop};

/// The most sweeps of a phase.
const MOST_SWEEPS: u32 = 20;

/// A sweep is poor if it gains less than this part of the one before; a phase ends after two in a row.
pub(super) const POOR: f64 = 0.1;
pub(super) const MOST_POOR: u32 = 2;

/// The longest wait between two phases, in iterations.
const LONGEST_WAIT: u32 = 16;

/// The first steps of the sweeps that verify convergence, in parts of the initial mesh size.
const LONG_STEPS: [f64; 4] = [1.0, 0.25, 0.0625, 3.0];

/// Sweeps with the long steps of this number, and the value at the last poll.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Verification {
    turn: usize,
    sweeps: Sweeps,
    polled: f64,
}

/// A phase of sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Sweeps {
    count: u32,
    poor: u32,
    /// The fall of the last sweep, and of all.
    last: f64,
    fall: f64,
    /// The rounds of all.
    rounds: u64,
    /// The value at the beginning.
    from: f64,
}

impl State {
    pub(super) fn new_sweeps(&self) -> Sweeps {
        Sweeps { from: self.place.value, ..Sweeps::default() }
    }

    /// Begins a phase of sweeps. A step is half of what its coordinate has moved since the last phase, at least the root
    /// mean square of all, in later phases at most what the last one has left, and at least what shows above the noise.
    pub(super) fn begin_sweeps(&mut self, options: &QuasiNewtonOptions) {
        let (moved, mean) = self.moved();
        let Descent { noise, curvatures, .. } = &self.descent;
        let sigma = if noise.is_seen() { noise.at(&self.place) } else { 0.0 };
        let (left, visible) = (self.steps.of.clone(), curvatures.visible_steps(sigma));
        let (least, most) = (options.mesh_tolerance, options.largest_move());
        self.steps.set(|i| {
            let half = (0.5 * moved[i].abs()).max(0.5 * mean);
            half.min(left[i]).max(visible[i].min(options.initial_mesh_size)).max(least).min(most)
        });
        self.phase = Phase::Sweeps(self.new_sweeps());
    }

    /// What each coordinate has moved since the last phase, in units, and the root mean square of all.
    pub(super) fn moved(&self) -> (Vec<f64>, f64) {
        let moved = self.place.step_from(&self.swept_at);
        let mean = (moved.iter().map(|step| step * step).sum::<f64>() / moved.len() as f64).sqrt();
        (moved, mean)
    }

    /// Waits before another phase may follow a broken promise: longer after each that has not gained.
    pub(super) fn wait_after(&mut self, has_gained: bool) {
        self.wait = match (has_gained, self.wait.1) {
            (true, _) => (0, 1),
            (false, next) => (next, (2 * next).min(LONGEST_WAIT)),
        };
    }

    /// Sweeps once more, and ends the phase if it gains too little.
    pub(super) fn sweep_on(
        &mut self,
        mut sweeps: Sweeps,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let over = self.sweep_in(&mut sweeps, options, evaluations)?;
        if !over {
            self.phase = Phase::Sweeps(sweeps);
            return Ok(IsPoll::Yes);
        }
        self.swept_at.copy_from_slice(&self.place.x);
        let has_gained = self.has_gained(sweeps.from, sweeps.fall);
        let has_paid = options.batch == 1 || sweeps.fall > self.rate * sweeps.rounds as f64;
        self.wait_after(has_gained && has_paid);
        self.phase = match () {
            () if has_gained || self.failures < 2 => Phase::Descent,
            () => Phase::LastPoll,
        };
        if has_gained && self.failures > 1 {
            self.failures = 0;
            self.descent.be_careful();
        }
        Ok(IsPoll::Yes)
    }

    /// Sweeps once in a phase, with extrapolations. Returns whether the phase is over.
    pub(super) fn sweep_in(
        &mut self,
        sweeps: &mut Sweeps,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (before, began, value) = (self.place.x.clone(), evaluations.rounds(), self.place.value);
        if self.sweep(Shape::Kink, options, evaluations)? > 0.0 {
            let most = options.largest_move();
            match options.at_once() {
                1 => extrapolate(&mut self.place, &before, most, evaluations)?,
                batch => extrapolate_at_once(&mut self.place, &before, (most, batch), evaluations)?,
            }
        }
        let fall = self.place.rise(self.place.value, value);
        let rounds = evaluations.rounds() - began;
        // Sweeps in batches gain something for long: they have to pay.
        let is_good = options.batch == 1 && fall > POOR * sweeps.last;
        let pays = fall > self.rate * rounds as f64 && fall > 0.0;
        sweeps.poor = if !is_good && !pays { sweeps.poor + 1 } else { 0 };
        sweeps.count += 1;
        sweeps.fall += fall;
        sweeps.last = fall;
        sweeps.rounds += rounds;
        let is_fine = self.steps.longest() < options.mesh_tolerance;
        Ok((sweeps.poor >= MOST_POOR && !pays) || sweeps.count >= MOST_SWEEPS || is_fine)
    }

    /// Whether a fall, in the value's unit, is worth going on.
    pub(super) fn has_gained(&self, from: f64, fall: f64) -> bool {
        fall > 0.0 && self.last_look.is_worthwhile(from - self.place.value, from)
    }

    pub(super) fn verification(&mut self, turn: usize, options: &QuasiNewtonOptions) -> Verification {
        let step = (LONG_STEPS[turn] * options.initial_mesh_size)
            .clamp(options.mesh_tolerance, options.largest_move());
        self.steps.set(|_| step);
        Verification { turn, sweeps: self.new_sweeps(), polled: self.place.value }
    }

    /// Sweeps with long steps. If they gain nothing worthwhile in all turns, convergence is verified; after smaller gains
    /// the last poll follows again.
    pub(super) fn verify(
        &mut self,
        mut now: Verification,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let over = self.sweep_in(&mut now.sweeps, options, evaluations)?;
        let has_gained = self.has_gained(now.sweeps.from, now.sweeps.fall);
        self.phase = match () {
            () if !over && has_gained => Phase::Verification(now),
            () if has_gained => {
                self.failures = 0;
                self.swept_at.copy_from_slice(&self.place.x);
                Phase::Descent
            }
            () if now.turn + 1 < LONG_STEPS.len() => {
                let next = self.verification(now.turn + 1, options);
                Phase::Verification(Verification { polled: now.polled, ..next })
            }
            () if self.place.value < now.polled => Phase::LastPoll,
            () => Phase::Verified,
        };
        Ok(IsPoll::Yes)
    }

    /// Polls along each coordinate at the tolerance, in units of the scale.
    pub(super) fn poll(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let (scale, units) = (&self.scale, &self.place.units);
        self.steps.set(|i| options.mesh_tolerance * (scale[i] / units[i]));
        let before = self.place.value;
        let fall = self.sweep(Shape::Kink, options, evaluations)?;
        self.phase = match () {
            () if self.place.value >= before => Phase::Polled,
            () if self.has_gained(before, fall) => {
                self.failures = 1;
                self.descent.be_careful();
                Phase::Descent
            }
            () => Phase::Sweeps(self.new_sweeps()),
        };
        Ok(IsPoll::Yes)
    }
}
