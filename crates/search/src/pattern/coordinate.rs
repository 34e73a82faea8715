//! Pattern search with a step of its own for each coordinate.
//!
//! One long step along one coordinate then does not make all the others long as well, which is what
//! ends MATLAB's method on nets.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::Options;
use super::mesh::scales;
use crate::{Evaluations, Lookahead, Method, Status, Stop};

/// The largest step, in units of the first one, where the options set no limit.
const LARGEST: f64 = 1024.0;

/// All that the search knows between two sweeps.
#[derive(Serialize, Deserialize)]
struct State {
    x: Vec<f64>,
    value: f64,
    scale: Vec<f64>,
    /// Steps in units of the scale.
    steps: Vec<f64>,
    /// Whether upwards is the way to try first.
    upwards: Vec<bool>,
    /// Whether all steps have been below the tolerance since the last success, and are tried once more.
    closing: bool,
}

pub(super) fn search(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
    let mut state = match evaluations.restored()? {
        Some(state) => State::going_on(state, evaluations)?,
        None => State::at_start(options, evaluations)?,
    };
    loop {
        if state.mesh_size() < options.mesh_tolerance {
            if state.closing {
                return Ok(Status::MeshTolerance);
            }
            // The small steps failed where the point was then; it may have moved since.
            state.begin_closing_sweep(options);
        }
        if evaluations.iterations() >= options.iteration_limit(evaluations.dimension()) {
            return Ok(Status::IterationLimit);
        }
        let improved = state.sweep(options, evaluations)?;
        state.closing &= !improved;
        let method = if improved { Method::SuccessfulPoll } else { Method::RefineMesh };
        evaluations.iteration(&state.x, state.value, Some(state.mesh_size()), method)?;
        evaluations.snapshot(&state)?;
    }
}

impl State {
    fn at_start(options: &Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        let x = evaluations.start().to_vec();
        let value = evaluations.centre_at(&x)?;
        evaluations.iteration(&x, value, Some(options.initial_mesh_size), Method::Start)?;
        let n = x.len();
        Ok(State {
            scale: scales(options, &x),
            x,
            value,
            steps: vec![options.initial_mesh_size; n],
            upwards: vec![true; n],
            closing: false,
        })
    }

    fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop> {
        evaluations.hold(&self.x, self.value)?;
        Ok(self)
    }

    fn mesh_size(&self) -> f64 {
        self.steps.iter().fold(0.0, |largest, &step| step.max(largest))
    }

    fn begin_closing_sweep(&mut self, options: &Options) {
        self.closing = true;
        for step in &mut self.steps {
            while *step < options.mesh_tolerance {
                *step /= options.mesh_contraction_factor;
            }
        }
    }

    /// Tries each coordinate whose step is not below the tolerance; says whether any improved.
    fn sweep(&mut self, options: &Options, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let largest = options.max_mesh_size.unwrap_or(LARGEST * options.initial_mesh_size);
        let mut improved = false;
        for i in 0..self.x.len() {
            if self.steps[i] < options.mesh_tolerance {
                continue;
            }
            if self.improve(i, evaluations)? {
                improved = true;
                self.steps[i] = (self.steps[i] * options.mesh_expansion_factor).min(largest);
            } else {
                self.steps[i] *= options.mesh_contraction_factor;
            }
        }
        self.value = evaluations.settle()?;
        Ok(improved)
    }

    /// Tries coordinate `i` both ways and moves along the first that improves.
    fn improve(&mut self, i: usize, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let (lower, upper) = (evaluations.bounds().lower()[i], evaluations.bounds().upper()[i]);
        let (x, step, up_first) = (&self.x, self.steps[i] * self.scale[i], self.upwards[i]);
        let target = |turn: usize| {
            let signed = if (turn == 0) == up_first { step } else { -step };
            (x[i] + signed).clamp(lower, upper)
        };
        let trial = |turn: usize| {
            let to = target(turn);
            // On the bound already, too small a step for the last digit, or beyond all numbers.
            (to != x[i] && to.is_finite()).then_some((i, to))
        };
        let mut success = None;
        evaluations.trials_in_order(2, Lookahead::UntilBreak, trial, |turn, value| {
            if value < self.value {
                success = Some((turn, value));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        let Some((turn, value)) = success else { return Ok(false) };
        let to = target(turn);
        evaluations.accept(i, to, value);
        self.x[i] = to;
        self.value = value;
        self.upwards[i] = (turn == 0) == self.upwards[i];
        Ok(true)
    }
}
