//! One descent: sweeps over the coordinates, with a separate step for each.

mod blocks;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::CoordinateOptions;
use crate::{Evaluations, Lookahead, Parabola, Stop, TinyDecrease};

/// The largest step, in units of the first one, if the options set no limit.
const LARGEST_STEP: f64 = 1024.0;

/// The numbers of successful sweeps that the pattern moves repeat. Along a ravine sweeps zigzag, and only several
/// together point along it.
const LAGS: [usize; 3] = [1, 2, 4];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// Steps in units of the scale.
    pub(super) steps: Vec<f64>,
    /// Whether the objective last knew the parabola along each coordinate, so that its step is irrelevant.
    known: Vec<bool>,
    /// Whether to try upwards first.
    upwards: Vec<bool>,
    /// Relative decrease of the value in the last sweep.
    progress: f64,
    /// Progress of the final check that no step of the tolerance's size improves.
    closing: Closing,
    /// The starting points of the last successful sweeps, latest first, as many as pattern moves need.
    past: VecDeque<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Closing {
    NotYet,
    /// All steps have been below the tolerance since the last success and are tried once more: a small step failed at
    /// an earlier point, and the incumbent may have moved since.
    LastSweep,
    Converged,
}

/// The result of the two trials along a coordinate.
enum Tried {
    Improved,
    /// Both directions failed at the full step, with these values.
    Failed {
        upwards: f64,
        downwards: f64,
    },
    /// A bound, rounding or a failed evaluation prevented a trial.
    Hindered,
}

impl Descent {
    pub(super) fn from(x: Vec<f64>, value: f64, options: &CoordinateOptions) -> Self {
        let n = x.len();
        let (steps, known, upwards) = (vec![options.initial_mesh_size; n], vec![false; n], vec![true; n]);
        Descent {
            x,
            value,
            steps,
            known,
            upwards,
            progress: f64::INFINITY,
            closing: Closing::NotYet,
            past: VecDeque::new(),
        }
    }

    /// Continues from a better point, with steps at least as long as the distance to it.
    pub(super) fn go_on_from(&mut self, x: Vec<f64>, value: f64, scale: &[f64]) {
        let moved = self.x.iter().zip(&x).zip(scale).map(|((from, to), scale)| ((to - from) / scale).abs());
        let distance = moved.fold(0.0, f64::max);
        self.steps.iter_mut().for_each(|step| *step = step.max(distance));
        (self.x, self.value) = (x, value);
        (self.closing, self.progress) = (Closing::NotYet, f64::INFINITY);
        self.past.clear();
    }

    /// Goes on with units that are shorter by these factors.
    pub(super) fn take_shorter_units(&mut self, factors: &[f64]) {
        self.steps.iter_mut().zip(factors).for_each(|(step, factor)| *step *= factor);
        (self.closing, self.progress) = (Closing::NotYet, f64::INFINITY);
    }

    /// Returns the largest step, in units of the scale.
    pub(super) fn mesh_size(&self) -> f64 {
        let unknown = self.steps.iter().zip(&self.known).filter(|(_, known)| !**known);
        unknown.fold(0.0, |largest, (&step, _)| step.max(largest))
    }

    /// Returns the relative decrease of the value in the last sweep, infinite before the first one.
    pub(super) fn progress(&self) -> f64 {
        self.progress
    }

    /// Whether the final sweep, with all steps at the tolerance, has failed. Once all steps are below the tolerance,
    /// prepares them for that sweep.
    pub(super) fn has_converged(&mut self, options: &CoordinateOptions) -> bool {
        // Parabolas may still improve when all steps are small; they are cheaper on their own.
        if self.closing == Closing::NotYet
            && self.progress <= 0.0
            && self.mesh_size() < options.mesh_tolerance
        {
            self.begin_last_sweep(options);
        }
        self.closing == Closing::Converged
    }

    fn begin_last_sweep(&mut self, options: &CoordinateOptions) {
        self.closing = Closing::LastSweep;
        // The smallest step that is not below the tolerance.
        let mut least = options.initial_mesh_size;
        while least * options.mesh_contraction_factor >= options.mesh_tolerance {
            least *= options.mesh_contraction_factor;
        }
        self.steps.iter_mut().for_each(|step| *step = step.max(least));
    }

    /// Tries each coordinate whose step is not below the tolerance, then the joint parabola step and the pattern
    /// moves. Returns `true` if anything improved.
    pub(super) fn sweep(
        &mut self,
        tolerance: f64,
        options: &CoordinateOptions,
        order: &[usize],
        scale: &[f64],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (value, before, steps) = (self.value, self.x.clone(), self.steps.clone());
        let mut parabolas = Vec::new();
        let mut improved = false;
        for &i in order {
            if self.steps[i] >= tolerance || self.known[i] {
                improved |= self.poll(i, options, scale[i], &mut parabolas, evaluations)?;
            }
        }
        if improved {
            self.value = evaluations.settle()?;
            if self.value >= value {
                // The moves were decreases only one by one: the terms are so large that rounding decides.
                improved = false;
                self.go_back(&before, value, &steps, options, evaluations)?;
            }
        }
        self.progress = match improved {
            false => 0.0,
            // From an infinite value after a failed evaluation, any value is full progress.
            true if value == f64::INFINITY => 1.0,
            true => (value - self.value) / value.abs(),
        };
        if self.closing == Closing::LastSweep {
            // Only the poll counts.
            self.closing = if improved { Closing::NotYet } else { Closing::Converged };
            return Ok(improved);
        }
        if options.parabola_step {
            improved |= self.parabola_step(&parabolas, evaluations)?;
        }
        if improved && options.pattern_move {
            self.pattern_moves(before, evaluations)?;
        }
        Ok(improved)
    }

    /// Reverts a sweep and continues with shorter steps.
    fn go_back(
        &mut self,
        x: &[f64],
        value: f64,
        steps: &[f64],
        options: &CoordinateOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        evaluations.hold(x, value)?;
        self.x.copy_from_slice(x);
        self.value = value;
        // Also those that grew by false decreases: the same steps would repeat them.
        for (step, &before) in self.steps.iter_mut().zip(steps) {
            *step = step.min(before) * options.mesh_contraction_factor;
        }
        Ok(())
    }

    /// Polls along one coordinate and adapts its step, or moves to the exact minimum if the objective knows the
    /// parabola.
    fn poll(
        &mut self,
        i: usize,
        options: &CoordinateOptions,
        scale: f64,
        parabolas: &mut Vec<(usize, f64)>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let parabola = evaluations.line(i)?;
        self.known[i] = parabola.is_some();
        if let Some(parabola) = parabola {
            return self.move_along(i, &parabola, options.mesh_tolerance * scale, evaluations);
        }
        let largest = largest_step(options);
        let step = self.steps[i] * scale;
        let centre = self.value;
        match self.try_both_ways(i, step, evaluations)? {
            Tried::Improved => {
                self.steps[i] = (self.steps[i] * options.mesh_expansion_factor).min(largest);
                return Ok(true);
            }
            Tried::Failed { upwards, downwards } => {
                // The parabola f(x) + a d + b d² through the three values, with minimizer -a / 2b.
                let slope = (upwards - downwards) / (2.0 * step);
                let curvature = ((upwards - centre) + (downwards - centre)) / (2.0 * step * step);
                let least = (-slope / (2.0 * curvature)).clamp(-step, step);
                if curvature > 0.0 && least.is_finite() && least != 0.0 {
                    parabolas.push((i, least));
                }
            }
            Tried::Hindered => {}
        }
        self.steps[i] *= options.mesh_contraction_factor;
        Ok(false)
    }

    /// Tries coordinate `i` in both directions and moves to the first improvement. Trial points beyond a bound are
    /// projected onto it.
    fn try_both_ways(
        &mut self,
        i: usize,
        step: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Tried, Stop> {
        let (lower, upper) = (evaluations.bounds().lower()[i], evaluations.bounds().upper()[i]);
        let (x, up_first) = (self.x[i], self.upwards[i]);
        let target = |turn: usize| {
            let signed = if (turn == 0) == up_first { step } else { -step };
            (x + signed).clamp(lower, upper)
        };
        let trial = |turn: usize| {
            let to = target(turn);
            // No trial if it is on the bound already, lost in rounding or overflows.
            (to != x && to.is_finite()).then_some((i, to))
        };
        let mut values = [f64::NAN; 2];
        let mut success = None;
        evaluations.trials_in_order(
            2,
            Lookahead::UntilBreak,
            TinyDecrease::Refused,
            trial,
            |turn, value| {
                values[turn] = value;
                if value < self.value {
                    success = Some(turn);
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            },
        )?;
        if let Some(turn) = success {
            self.move_to(i, target(turn), values[turn], evaluations);
            self.upwards[i] = (turn == 0) == up_first;
            return Ok(Tried::Improved);
        }
        let [first, second] = values;
        let (upwards, downwards) = if up_first { (first, second) } else { (second, first) };
        let unhindered =
            x + step <= upper && x - step >= lower && upwards.is_finite() && downwards.is_finite();
        Ok(if unhindered { Tried::Failed { upwards, downwards } } else { Tried::Hindered })
    }

    fn move_to(&mut self, i: usize, to: f64, value: f64, evaluations: &mut Evaluations<'_>) {
        evaluations.accept(i, to, value);
        self.x[i] = to;
        self.value = value;
    }

    /// Moves to the minimizer of a parabola within the bounds, unless it is closer than the tolerance.
    fn move_along(
        &mut self,
        i: usize,
        parabola: &Parabola,
        tolerance: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let (lower, upper) = (evaluations.bounds().lower()[i], evaluations.bounds().upper()[i]);
        let x = self.x[i];
        let to = (x + parabola.least_within(lower - x, upper - x)).clamp(lower, upper);
        let far_enough = (to - x).abs() >= tolerance && to.is_finite();
        let mut value = f64::INFINITY;
        let trial = |_| far_enough.then_some((i, to));
        evaluations.trials_in_order(1, Lookahead::All, TinyDecrease::Refused, trial, |_, tried| {
            value = tried;
            ControlFlow::Continue(())
        })?;
        let better = value < self.value;
        if better {
            self.move_to(i, to, value, evaluations);
        }
        Ok(better)
    }

    /// Tries the minimizer of the parabolas along all coordinates that failed in both directions. It is exact for a
    /// separable quadratic and needs no further evaluations to fit.
    fn parabola_step(
        &mut self,
        parabolas: &[(usize, f64)],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let mut x = self.x.clone();
        for &(i, least) in parabolas {
            x[i] += least;
        }
        self.jump_if_better(x, evaluations)
    }

    /// Tries to repeat the move of this sweep (Hooke & Jeeves 1961, "Direct search solution of numerical and
    /// statistical problems"), then that of the last two and the last four. Longer moves are not tried: a move that
    /// grows as long as it improves ends where nothing changes any more, such as on saturated units of a neural
    /// network.
    fn pattern_moves(&mut self, before: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        self.remember(before);
        for lag in LAGS {
            let Some(from) = self.past.get(lag - 1) else { break };
            let x = self.x.iter().zip(from).map(|(x, from)| x + (x - from)).collect();
            self.jump_if_better(x, evaluations)?;
        }
        Ok(())
    }

    /// Remembers where a successful sweep began.
    fn remember(&mut self, before: Vec<f64>) {
        self.past.push_front(before);
        self.past.truncate(LAGS[LAGS.len() - 1]);
    }

    /// Moves to a point, projected onto the bounds, if it is better.
    fn jump_if_better(&mut self, mut x: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        evaluations.bounds().project(&mut x);
        if x == self.x || !x.iter().all(|x| x.is_finite()) {
            return Ok(false);
        }
        let value = evaluations.value(&x)?;
        if value >= self.value {
            return Ok(false);
        }
        evaluations.hold(&x, value)?;
        (self.x, self.value) = (x, value);
        Ok(true)
    }
}

/// Without a limit the step stays finite; otherwise it could never contract.
fn largest_step(options: &CoordinateOptions) -> f64 {
    options.max_mesh_size.unwrap_or(LARGEST_STEP * options.initial_mesh_size).min(f64::MAX)
}

#[cfg(test)]
mod tests;
