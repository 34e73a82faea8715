//! The course of the quasi-Newton search: what comes after what, descents, restarts and the last look.

mod models;
mod opening;
mod phases;

use models::Kinks;
use phases::{Sweeps, Verification};
use serde::{Deserialize, Serialize};

use super::QuasiNewtonOptions;
use super::descent::Descent;
use super::fit::{Fit, is_smooth_fit};
use super::place::Place;
use super::subspaces::Subspaces;
use super::sweep::{Joint, Shape, Steps, step_jointly};
use crate::hybrid::Within;
use crate::last_look::{self, LastLook};
use crate::problem::unit::scales;
use crate::restarts::Restarts;
use crate::stepwise::Stepwise;
use crate::{Evaluations, Method, Status, Stop};

/// The most iterations per coordinate if the options set no limit.
const ITERATIONS: u64 = 2000;

/// Sweeps or models follow a step that keeps less than this part of its promise.
const KEPT_PROMISE: f64 = 0.1;

/// The state of the search between two iterations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct State {
    place: Place,
    descent: Descent,
    steps: Steps,
    phase: Phase,
    /// The search of the phases of models.
    models: Option<Box<Within>>,
    /// Where the last phase of sweeps ended.
    swept_at: Vec<f64>,
    /// Iterations before sweeps may follow a broken promise again, and the wait after the next phase without gain.
    wait: (u32, u32),
    /// The fall per round of the last descent step.
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
    /// The first steps with a thousand coordinates or more, up to so many evaluations.
    Subspaces {
        subspaces: Subspaces,
        until: u64,
    },
    /// The first sweeps, where there are bounds or noise.
    FirstSweeps {
        left: u32,
    },
    /// The models that come before the first gradient there, up to so many evaluations.
    Models {
        until: u64,
    },
    /// Models and steps for kinks, after a broken promise.
    Kinks(Kinks),
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

impl Stepwise for State {
    type Options = QuasiNewtonOptions;

    fn limits(options: &QuasiNewtonOptions, n: usize) -> (u64, Option<f64>) {
        (options.max_function_evaluations.unwrap_or(2000 * n as u64), options.max_time)
    }

    fn prepare(options: &QuasiNewtonOptions, evaluations: &mut Evaluations<'_>) {
        evaluations.in_batches_of(options.batch);
        if is_smooth_fit(evaluations) {
            evaluations.keep_seen();
        }
    }

    fn at_start(options: &QuasiNewtonOptions, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.value(&x)?;
        let scale = scales(options.scale_mesh, &x, evaluations.bounds());
        let mut place = Place::at(x, value, &scale, evaluations.bounds());
        if let Some(mut best) = evaluations.best_of_hint().map(|seen| seen.x) {
            evaluations.bounds().project(&mut best);
            if best != place.x {
                let there = evaluations.value(&best)?;
                place.see(&best, there);
            }
        }
        let state = State {
            descent: Descent::at(&place, Fit::of(evaluations)),
            steps: Steps::all(place.x.len(), options.initial_mesh_size),
            phase: Phase::Begin,
            models: None,
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
        state.report(Method::Start, options, evaluations)?;
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
            self.restarts.judge(self.kept.take(), &mut self.place.x, &mut self.place.value);
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
            Phase::Begin => self.begin(options, evaluations)?,
            Phase::Subspaces { subspaces, until } => {
                self.step_in_subspace(subspaces, until, options, evaluations)?
            }
            Phase::Models { until } => self.model(until, options, evaluations)?,
            Phase::Kinks(kinks) => self.model_kinks(kinks, options, evaluations)?,
            Phase::FirstSweeps { left } => self.first_sweep(left, options, evaluations)?,
            Phase::Descent => self.descend(options, evaluations)?,
            Phase::Sweeps(sweeps) => self.sweep_on(sweeps, options, evaluations)?,
            Phase::Verification(turn) => self.verify(turn, options, evaluations)?,
            Phase::LastPoll => self.poll(options, evaluations)?,
            Phase::Polled if !self.restarts_are_over(options) => {
                self.restart(options, evaluations)?;
                self.report(Method::Restart, options, evaluations)?;
                return Ok(None);
            }
            Phase::Polled => {
                let first = self.verification(0, options);
                self.verify(first, options, evaluations)?
            }
            Phase::Verified => self.look(options, evaluations)?,
        };
        if let Some(fit) = &mut self.descent.fit {
            fit.follow(&self.place, evaluations);
        }
        let method = match (self.place.value < before, is_poll) {
            (true, IsPoll::Yes) => Method::SuccessfulPoll,
            (true, IsPoll::No) => Method::SuccessfulSearch,
            (false, _) => Method::RefineMesh,
        };
        self.report(method, options, evaluations)?;
        Ok(None)
    }
}

/// Whether an iteration tries the coordinates one by one.
enum IsPoll {
    Yes,
    No,
}

impl State {
    /// Sweeps once. Returns the fall.
    fn sweep(
        &mut self,
        shape: Shape,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<f64, Stop> {
        let before = self.place.clone();
        let joint = match self.phase {
            Phase::FirstSweeps { .. } | Phase::Sweeps(_) => Joint::Tried,
            _ => Joint::LeftOut,
        };
        let most = options.largest_move();
        let visits = match options.at_once() {
            1 => {
                let visits = self.steps.sweep(&mut self.place, evaluations)?;
                if joint == Joint::Tried {
                    let known = &self.descent.curvatures;
                    let along = known.are_known().then(|| known.along());
                    step_jointly(&mut self.place, &before, &visits, (along, most), evaluations)?;
                }
                visits
            }
            batch => {
                self.steps.sweep_in_blocks(&mut self.place, (shape, joint), (most, batch), evaluations)?
            }
        };
        let limits = (shape, most, self.descent.noise.at(&before));
        let curvatures = self.steps.adapt(&visits, limits);
        if shape == Shape::Parabola {
            self.descent.curvatures.measure(&curvatures);
        }
        Ok(self.place.rise(self.place.value, before.value))
    }

    fn descend(
        &mut self,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<IsPoll, Stop> {
        let gain = self.descent.iterate(&mut self.place, options, evaluations)?;
        self.wait.0 = self.wait.0.saturating_sub(1);
        let has_fallen = gain.fall > 0.0;
        let has_failed = !has_fallen || gain.longest < options.mesh_tolerance;
        self.failures = if has_failed { self.failures + 1 } else { 0 };
        if !has_failed {
            self.rate = gain.fall / gain.rounds as f64;
        }
        if self.failures == 1 {
            self.descent.be_careful();
            self.descent.estimate_noise(&mut self.place, evaluations)?;
        } else if self.failures > 1 {
            self.descent.forget();
            self.begin_sweeps(options);
        } else if gain.kept < KEPT_PROMISE && self.wait.0 == 0 && self.descent.fit.is_none() {
            if self.has_kinks(evaluations) {
                self.begin_kinks(options, evaluations);
            } else {
                self.begin_sweeps(options);
            }
        }
        Ok(IsPoll::No)
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
        self.descent = Descent::at(&self.place, self.descent.fit.take().map(Fit::anew));
        self.steps = Steps::all(self.place.x.len(), options.initial_mesh_size);
        (self.phase, self.failures, self.wait, self.rate) = (Phase::Begin, 0, (0, 1), 0.0);
        self.swept_at.copy_from_slice(&self.place.x);
        Ok(())
    }

    /// Reports the incumbent: the best point of all descents. The mesh size is the longest step of the sweeps, or that of
    /// the last poll once it has failed.
    fn report(
        &self,
        method: Method,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let (x, value) = match &self.kept {
            Some((kept, least)) if *least <= self.place.value => (kept, *least),
            _ => (&self.place.x, self.place.value),
        };
        let size = match self.phase {
            Phase::Polled | Phase::Verified => options.mesh_tolerance,
            _ => self.steps.longest(),
        };
        evaluations.iteration(x, value, Some(size), method)
    }
}
