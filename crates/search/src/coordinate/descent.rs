//! One descent: sweeps over the coordinates from one start, each with a step of its own.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::CoordinateOptions;
use crate::{Evaluations, Lookahead, Parabola, Stop, TinyDecrease};

/// The largest step, in units of the first one, where the options set no limit.
const LARGEST_STEP: f64 = 1024.0;

/// Over how many successful sweeps each pattern move looks back. Along a ravine sweeps go from side to side, and only
/// several together point along it.
const LAGS: [usize; 3] = [1, 2, 4];

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// Steps in units of the scale.
    pub(super) steps: Vec<f64>,
    /// Whether the objective knew the parabola along a coordinate when asked last: its step does not matter.
    known: Vec<bool>,
    /// Whether upwards is the way to try first.
    upwards: Vec<bool>,
    /// By which part of it the last sweep over the coordinates lowered the value.
    progress: f64,
    /// How far the search is with showing that nothing more can be had with steps of the tolerance's size.
    closing: Closing,
    /// Where the last successful sweeps began, the last one first: as many as pattern moves look back.
    past: VecDeque<Vec<f64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Closing {
    NotYet,
    /// All steps have been below the tolerance since the last success, and are tried once more: the small
    /// steps failed where the point was then, and it may have moved since.
    LastSweep,
    Converged,
}

/// What the two trials along a coordinate found.
enum Tried {
    Improved,
    /// The values upwards and downwards at the full step, where both were tried and failed.
    Failed {
        upwards: f64,
        downwards: f64,
    },
    /// A bound or the last digit stood in the way.
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

    /// Goes on from a better point, with steps as long as that is away.
    pub(super) fn go_on_from(&mut self, x: Vec<f64>, value: f64, scale: &[f64]) {
        let moved = self.x.iter().zip(&x).zip(scale).map(|((from, to), scale)| ((to - from) / scale).abs());
        let distance = moved.fold(0.0, f64::max);
        self.steps.iter_mut().for_each(|step| *step = step.max(distance));
        (self.x, self.value) = (x, value);
        (self.closing, self.progress) = (Closing::NotYet, f64::INFINITY);
        self.past.clear();
    }

    /// The largest step, in units of the scale.
    pub(super) fn mesh_size(&self) -> f64 {
        let unknown = self.steps.iter().zip(&self.known).filter(|(_, known)| !**known);
        unknown.fold(0.0, |largest, (&step, _)| step.max(largest))
    }

    /// By which part of it the last sweep over the coordinates lowered the value; infinite before the first one.
    pub(super) fn progress(&self) -> f64 {
        self.progress
    }

    /// Whether a last sweep with all steps at the tolerance has failed. Where all steps have just become
    /// smaller than that, they are made ready for it.
    pub(super) fn has_converged(&mut self, options: &CoordinateOptions) -> bool {
        // Parabolas may go on to improve when all steps are small: that is cheaper alone.
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
        // The last of the steps that are not below the tolerance.
        let mut least = options.initial_mesh_size;
        while least * options.mesh_contraction_factor >= options.mesh_tolerance {
            least *= options.mesh_contraction_factor;
        }
        self.steps.iter_mut().for_each(|step| *step = step.max(least));
    }

    /// Tries each coordinate whose step is not below the tolerance, then what the sweep has taught: the
    /// joint parabola and the pattern moves. Says whether anything improved.
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
                // The moves were decreases one by one only: terms so large that rounding decides.
                improved = false;
                self.go_back(&before, value, &steps, options, evaluations)?;
            }
        }
        self.progress = match improved {
            false => 0.0,
            // From a failed evaluation, which is infinite, any value is all the progress there is.
            true if value == f64::INFINITY => 1.0,
            true => (value - self.value) / value.abs(),
        };
        if self.closing == Closing::LastSweep {
            // The poll alone decides.
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

    /// Takes a sweep back, and goes on with shorter steps.
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
        // Those that grew by false decreases too: the same steps would do the same again.
        for (step, &before) in self.steps.iter_mut().zip(steps) {
            *step = step.min(before) * options.mesh_contraction_factor;
        }
        Ok(())
    }

    /// Polls along one coordinate and adapts its step; the exact minimum where the objective knows the
    /// parabola there.
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
        // Without a limit the step still stays a number, or it could never contract.
        let largest = options.max_mesh_size.unwrap_or(LARGEST_STEP * options.initial_mesh_size).min(f64::MAX);
        let step = self.steps[i] * scale;
        let centre = self.value;
        match self.try_both_ways(i, step, evaluations)? {
            Tried::Improved => {
                self.steps[i] = (self.steps[i] * options.mesh_expansion_factor).min(largest);
                return Ok(true);
            }
            Tried::Failed { upwards, downwards } => {
                // Through the three values: slope d + curvature d² about the centre.
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

    /// Tries coordinate `i` both ways and moves along the first that improves. Trial points beyond a bound
    /// lie on it.
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
            // On the bound already, too small a step for the last digit, or beyond all numbers.
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

    /// Moves to the least point of a parabola within the bounds, unless that is nearer than the tolerance.
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

    /// Tries the point that is least along all the coordinates for which the sweep failed both ways, by the
    /// parabolas through their values: exact for a separable quadratic, and paid for already.
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

    /// Tries to go once more where this sweep has gone (Hooke & Jeeves 1961, "Direct search solution of numerical and
    /// statistical problems"), then where the last two, and the last four, have. No further: a step that gets longer as
    /// long as it is better ends where nothing changes any more, such as on saturated units of a net.
    fn pattern_moves(&mut self, before: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
        self.past.push_front(before);
        self.past.truncate(LAGS[LAGS.len() - 1]);
        for lag in LAGS {
            let Some(from) = self.past.get(lag - 1) else { break };
            let x = self.x.iter().zip(from).map(|(x, from)| x + (x - from)).collect();
            self.jump_if_better(x, evaluations)?;
        }
        Ok(())
    }

    /// Moves to a point, brought within the bounds, if it is better.
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

#[cfg(test)]
mod tests;
