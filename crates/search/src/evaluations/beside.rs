//! Evaluations beside the best point, for its uncertainty.

use std::ops::ControlFlow;

use super::{Evaluations, Lookahead, Seen};
use crate::problem::unit::units;
use crate::uncertainty::{Beside, FitUncertainty, Uncertainty};

/// A coordinate whose magnitude is below this part of its unit counts as 0, and is moved by a step in proportion to
/// that.
const LEAST_PART: f64 = 1e-3;

impl Evaluations<'_> {
    /// Whether nothing has ended the run yet.
    pub(crate) fn goes_on(&self) -> bool {
        self.stopped.is_none()
    }

    /// Evaluates points beside the best one, each coordinate moved by ± this part of its magnitude, and derives the
    /// uncertainty. Without a budget for all of them there is none.
    pub(crate) fn look_beside(&mut self, part: f64) {
        self.settle_best();
        let (x, value) = self.best.settled();
        let (x, residuals) = (x.to_vec(), self.best.residuals().map(<[f64]>::to_vec));
        let moves = self.moves_from(&x, part);
        let moved = |turn: usize| {
            let (i, step) = moves[turn / 2];
            x[i] + if turn.is_multiple_of(2) { step } else { -step }
        };
        self.keep_seen();
        self.seen();
        let mut values = Vec::new();
        let point = |turn: usize, to: &mut [f64]| {
            to.copy_from_slice(&x);
            to[moves[turn / 2].0] = moved(turn);
            true
        };
        let all = self.in_order(2 * moves.len(), Lookahead::All, point, |_, value| {
            values.push(value);
            ControlFlow::Continue(())
        });
        if all.is_err() {
            // The search had ended before.
            self.stopped = None;
            return;
        }
        let seen = self.seen();
        let sides = |(k, &(coordinate, step)): (usize, &(usize, f64))| {
            let residuals = [2 * k, 2 * k + 1].map(|turn| residuals_at(coordinate, moved(turn), &seen));
            let [Some(above), Some(below)] = residuals else { return None };
            let residuals = [above, below].map(|rooted| self.unrooted(rooted));
            Some(Beside { coordinate, step, values: [values[2 * k], values[2 * k + 1]], residuals })
        };
        let beside: Vec<Beside> = moves.iter().enumerate().filter_map(sides).collect();
        let fit = self.fit().zip(residuals);
        let fit = fit.and_then(|(form, residuals)| FitUncertainty::at(&x, form, &residuals, &beside));
        self.uncertainty = Some(Box::new(Uncertainty::at(&x, value, &beside, fit)));
    }

    /// Returns the residuals as the problem gives them; none without residuals.
    fn unrooted(&self, rooted: &[f64]) -> Vec<f64> {
        self.fit().map_or(Vec::new(), |fit| fit.unrooted(rooted))
    }

    /// Returns the coordinates with room on both sides, and their steps.
    fn moves_from(&self, x: &[f64], part: f64) -> Vec<(usize, f64)> {
        let (units, bounds) = (units(self.problem.start(), self.bounds()), self.bounds());
        let step = |i: usize| {
            let step = part * x[i].abs().max(LEAST_PART * units[i]);
            // The step that x + h takes, to the bit.
            (x[i] + step) - x[i]
        };
        let has_room = |&(i, step): &(usize, f64)| {
            step > 0.0 && x[i] - step >= bounds.lower()[i] && x[i] + step <= bounds.upper()[i]
        };
        (0..x.len()).map(|i| (i, step(i))).filter(has_room).collect()
    }
}

/// Returns the residuals seen where this coordinate has this value; `None` for a failed evaluation.
fn residuals_at(coordinate: usize, value: f64, seen: &[Seen]) -> Option<&[f64]> {
    seen.iter().find(|seen| seen.x[coordinate] == value).map(|seen| seen.residuals.as_slice())
}
