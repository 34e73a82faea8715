//! The course of the quasi-Newton search: descents, phases of sweeps, restarts, and the checks before it reports
//! convergence.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::QuasiNewtonOptions;
use super::descent::Descent;
use super::place::Place;
use super::sweep::{Shape, Steps, extrapolate};
use crate::last_look::{self, LastLook};
use crate::problem::unit::scales;
use crate::restarts::Restarts;
use crate::stepwise::Stepwise;
use crate::{Evaluations, Lookahead, Method, Status, Stop};

/// The most iterations per coordinate if the options set no limit.
const ITERATIONS: u64 = 2000;

/// Sweeps follow a step that keeps less than this part of its promise.
const KEPT_PROMISE: f64 = 0.1;

/// The number of first sweeps, where there are bounds or noise.
const FIRST_SWEEPS: u32 = 2;

/// The most sweeps of a phase.
const MOST_SWEEPS: u32 = 20;

/// A sweep is poor if it gains less than this part of the one before; a phase ends after two in a row.
const POOR: f64 = 0.1;
const MOST_POOR: u32 = 2;

/// The longest wait between two phases, in iterations.
const LONGEST_WAIT: u32 = 16;

/// The first steps of the sweeps that verify convergence, in parts of the initial mesh size.
const LONG_STEPS: [f64; 4] = [1.0, 0.25, 0.0625, 3.0];

/// Differences below this many rounding errors of the value are not seen.
const ROUNDINGS: f64 = 64.0;

/// The state of the search between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    place: Place,
    descent: Descent,
    steps: Steps,
    phase: Phase,
    /// Where the last phase of sweeps ended.
    swept_at: Vec<f64>,
    /// Iterations before sweeps may follow a broken promise again, and the wait after the next phase without gain.
    wait: (u32, u32),
    /// The fall per evaluation of the last descent step.
    rate: f64,
    /// Successive descent steps that failed.
    failures: u32,
    /// The scale of the last poll.
    scale: Vec<f64>,
    /// The best point of the earlier descents, with its value.
    kept: Option<(Vec<f64>, f64)>,
    restarts: Restarts,
    last_look: LastLook,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Phase {
    /// The first noise estimate.
    Begin,
    /// The first sweeps, where there are bounds or noise.
    FirstSweeps {
        left: u32,
    },
    Descent,
    /// Sweeps after a broken promise, or after failures.
    Sweeps(Sweeps),
    /// Sweeps with long steps, which verify convergence.
    Verification(Verification),
    /// The poll along each coordinate at the tolerance.
    LastPoll,
    /// It has failed.
    Polled,
    /// It has failed, and so have the sweeps that verify convergence.
    Verified,
}

/// Sweeps with the long steps of this number, and the value at the last poll.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Verification {
    turn: usize,
    sweeps: Sweeps,
    polled: f64,
}

/// A phase of sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Sweeps {
    count: u32,
    poor: u32,
    /// The fall of the last sweep, and of all.
    last: f64,
    fall: f64,
    /// The value at the beginning.
    from: f64,
}

impl Stepwise for State {
    type Options = QuasiNewtonOptions;

    fn limits(options: &QuasiNewtonOptions, n: usize) -> (u64, Option<f64>) {
        (options.max_function_evaluations.unwrap_or(2000 * n as u64), options.max_time)
    }

    fn at_start(options: &QuasiNewtonOptions, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.value(&x)?;
        let scale = scales(options.scale_mesh, &x, evaluations.bounds());
        let place = Place::at(x, value, &scale, evaluations.bounds());
        let state = State {
            descent: Descent::at(&place),
            steps: Steps::all(place.x.len(), options.initial_mesh_size),
            phase: Phase::Begin,
            swept_at: place.x.clone(),
            wait: (0, 1),
            rate: 0.0,
            failures: 0,
            scale,
            kept: None,
            restarts: Restarts::from_seed(options.seed),
            last_look: LastLook::of_a_search_from(value, options.last_look),
            place,
        };
        state.report(Method::Start, evaluations)?;
        Ok(state)
    }

    fn going_on(self, _evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        Ok(self)
    }

    fn end(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        if matches!(self.phase, Phase::Polled | Phase::Verified) {
            self.compare_with_kept();
            if self.restarts_are_over(options) && self.last_look.is_over() {
                return Ok(Some(Status::NoStepDown));
            }
        }
        let most = options.max_iterations.unwrap_or(ITERATIONS * evaluations.dimension() as u64);
        Ok((evaluations.iterations() >= most).then_some(Status::IterationLimit))
    }

    fn iterate(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop> {
        let before = self.place.value;
        let is_poll = match self.phase.clone() {
            Phase::Begin => self.begin(evaluations)?,
            Phase::FirstSweeps { left } => self.first_sweep(left, options, evaluations)?,
            Phase::Descent => self.descend(options, evaluations)?,
            Phase::Sweeps(sweeps) => self.sweep_on(sweeps, options, evaluations)?,
            Phase::Verification(turn) => self.verify(turn, options, evaluations)?,
            Phase::LastPoll => self.poll(options, evaluations)?,
            Phase::Polled if !self.restarts_are_over(options) => {
                self.restart(options, evaluations)?;
                self.report(Method::Restart, evaluations)?;
                return Ok(None);
            }
            Phase::Polled => {
                let first = self.verification(0, options);
                self.verify(first, options, evaluations)?
            }
            Phase::Verified => self.look(options, evaluations)?,
        };
        let method = match (self.place.value < before, is_poll) {
            (true, IsPoll::Yes) => Method::SuccessfulPoll,
            (true, IsPoll::No) => Method::SuccessfulSearch,
            (false, _) => Method::RefineMesh,
        };
        self.report(method, evaluations)?;
        Ok(None)
    }
}

/// Whether an iteration tries the coordinates one by one.
enum IsPoll {
    Yes,
    No,
}

impl State {
    fn begin(&mut self, evaluations: &mut Evaluations<'_>) -> Result<IsPoll, Stop> {
        if self.place.value.is_finite() {
            self.lengthen_units(evaluations)?;
            self.descent.estimate_noise(&mut self.place, evaluations)?;
        }
        let bounds = evaluations.bounds();
        let is_bounded = |i: usize| bounds.lower()[i].is_finite() || bounds.upper()[i].is_finite();
        let careful = self.descent.noise.is_seen()
            || !self.place.value.is_finite()
            || (0..self.place.x.len()).any(is_bounded);
        self.phase = if careful { Phase::FirstSweeps { left: FIRST_SWEEPS } } else { Phase::Descent };
        Ok(IsPoll::No)
    }

    /// Gives a coordinate whose unit is shorter than others by far the longest unit if a step of its own unit changes the
    /// value by no more than rounding: its start is near 0 by chance.
    fn lengthen_units(&mut self, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let bounds = evaluations.bounds();
        let (short, place) = (self.place.short_units(bounds), &self.place);
        let mut rises = vec![f64::NAN; short.len()];
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&place.x);
            x[short[turn]] = place.along(short[turn], 1.0, bounds);
            true
        };
        evaluations.in_order(short.len(), Lookahead::All, point, |turn, value| {
            rises[turn] = place.rise(place.value, value);
            ControlFlow::Continue(())
        })?;
        let hidden = ROUNDINGS * f64::EPSILON * self.place.level();
        for (&i, _) in short.iter().zip(&rises).filter(|(_, rise)| rise.abs() <= hidden) {
            self.place.lengthen_unit(i, bounds);
            self.scale[i] = self.place.units[i];
        }
        Ok(())
    }

    fn first_sweep(
        &mut self,
        left: u32,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        self.sweep(Shape::Parabola, options, evaluations)?;
        self.swept_at.copy_from_slice(&self.place.x);
        self.phase = match () {
            () if left > 1 => Phase::FirstSweeps { left: left - 1 },
            () if self.place.value.is_finite() => Phase::Descent,
            () => Phase::Sweeps(self.new_sweeps()),
        };
        Ok(IsPoll::Yes)
    }

    /// Sweeps once. Returns the fall.
    fn sweep(
        &mut self,
        shape: Shape,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<f64, Stop> {
        let before = self.place.value;
        let noise = self.descent.noise.at(&self.place);
        let limits = (shape, options.largest_move(), noise);
        let curvatures = self.steps.sweep(&mut self.place, limits, evaluations)?;
        if shape == Shape::Parabola {
            self.descent.curvatures.measure(&curvatures);
        }
        Ok(self.place.rise(self.place.value, before))
    }

    fn descend(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let limits = (options.pairs, options.largest_move());
        let gain = self.descent.iterate(&mut self.place, limits, evaluations)?;
        self.wait.0 = self.wait.0.saturating_sub(1);
        let has_fallen = gain.fall > 0.0;
        let has_failed = !has_fallen || gain.longest < options.mesh_tolerance;
        self.failures = if has_failed { self.failures + 1 } else { 0 };
        if !has_failed {
            self.rate = gain.fall / gain.evaluations as f64;
        }
        if self.failures == 1 {
            self.descent.be_careful();
            self.descent.estimate_noise(&mut self.place, evaluations)?;
        } else if self.failures > 1 {
            self.descent.forget();
            self.begin_sweeps(options);
        } else if gain.kept < KEPT_PROMISE && self.wait.0 == 0 {
            self.begin_sweeps(options);
        }
        Ok(IsPoll::No)
    }

    fn new_sweeps(&self) -> Sweeps {
        Sweeps { from: self.place.value, ..Sweeps::default() }
    }

    /// Begins a phase of sweeps. A step is half of what its coordinate has moved since the last phase, at least the root
    /// mean square of all, and in later phases at most what the last one has left.
    fn begin_sweeps(&mut self, options: &QuasiNewtonOptions) {
        let moved = self.place.step_from(&self.swept_at);
        let mean = (moved.iter().map(|step| step * step).sum::<f64>() / moved.len() as f64).sqrt();
        let left = self.steps.of.clone();
        let (least, most) = (options.mesh_tolerance, options.largest_move());
        self.steps.set(|i| (0.5 * moved[i].abs()).max(0.5 * mean).min(left[i]).max(least).min(most));
        self.phase = Phase::Sweeps(self.new_sweeps());
    }

    /// Sweeps once more, and ends the phase if it gains too little.
    fn sweep_on(
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
        self.wait = match (has_gained, self.wait.1) {
            (true, _) => (0, 1),
            (false, next) => (next, (2 * next).min(LONGEST_WAIT)),
        };
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
    fn sweep_in(
        &mut self,
        sweeps: &mut Sweeps,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (before, began, value) = (self.place.x.clone(), evaluations.count(), self.place.value);
        if self.sweep(Shape::Kink, options, evaluations)? > 0.0 {
            extrapolate(&mut self.place, &before, options.largest_move(), evaluations)?;
        }
        let fall = self.place.rise(self.place.value, value);
        let evaluations = evaluations.count() - began;
        let is_good = fall > POOR * sweeps.last;
        let pays = fall > self.rate * evaluations as f64 && fall > 0.0;
        sweeps.poor = if !is_good && !pays { sweeps.poor + 1 } else { 0 };
        sweeps.count += 1;
        sweeps.fall += fall;
        sweeps.last = fall;
        let is_fine = self.steps.longest() < options.mesh_tolerance;
        Ok((sweeps.poor >= MOST_POOR && !pays) || sweeps.count >= MOST_SWEEPS || is_fine)
    }

    /// Whether a fall, in the value's unit, is worth going on.
    fn has_gained(&self, from: f64, fall: f64) -> bool {
        fall > 0.0 && self.last_look.is_worthwhile(from - self.place.value, from)
    }

    fn verification(&mut self, turn: usize, options: &QuasiNewtonOptions) -> Verification {
        let step = (LONG_STEPS[turn] * options.initial_mesh_size)
            .clamp(options.mesh_tolerance, options.largest_move());
        self.steps.set(|_| step);
        Verification { turn, sweeps: self.new_sweeps(), polled: self.place.value }
    }

    /// Sweeps with long steps. If they gain nothing worthwhile in all turns, convergence is verified; after smaller gains
    /// the last poll follows again.
    fn verify(
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
    fn poll(
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

    /// Takes the last look and, if it finds a better point, continues from there.
    fn look(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let steps: Vec<f64> = self.scale.iter().map(|scale| scale * options.mesh_tolerance).collect();
        let place = last_look::Place { x: &self.place.x, value: self.place.value, steps: &steps };
        if let Some((x, value)) = self.last_look.take(&place, evaluations)? {
            self.place.see(&x, value);
            self.failures = 0;
            self.descent.forget();
            self.descent.be_careful();
            self.phase = if self.last_look.is_over() { Phase::LastPoll } else { Phase::Descent };
        }
        Ok(IsPoll::No)
    }

    fn restarts_are_over(&self, options: &QuasiNewtonOptions) -> bool {
        self.restarts.failures() >= options.restarts
    }

    /// Takes the better of the current and the kept point once a restart has converged.
    fn compare_with_kept(&mut self) {
        let Some((x, value)) = self.kept.take() else { return };
        if value <= self.place.value {
            (self.place.x, self.place.value) = (x, value);
            self.restarts.has_failed();
        } else {
            self.restarts.has_found_better();
        }
    }

    fn restart(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let (size, bounds) = (options.initial_mesh_size, evaluations.bounds());
        let x = self.restarts.point_near(&self.place.x, size, &self.scale, bounds);
        let value = evaluations.value(&x)?;
        let restarted = Place::at(x, value, &self.scale, bounds);
        let before = std::mem::replace(&mut self.place, restarted);
        self.kept = Some((before.x, before.value));
        self.descent = Descent::at(&self.place);
        self.steps = Steps::all(self.place.x.len(), options.initial_mesh_size);
        (self.phase, self.failures, self.wait, self.rate) = (Phase::Begin, 0, (0, 1), 0.0);
        self.swept_at.copy_from_slice(&self.place.x);
        Ok(())
    }

    /// Reports the incumbent: the best point of all descents.
    fn report(&self, method: Method, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        let (x, value) = match &self.kept {
            Some((kept, least)) if *least <= self.place.value => (kept, *least),
            _ => (&self.place.x, self.place.value),
        };
        evaluations.iteration(x, value, Some(self.steps.longest()), method)
    }
}
