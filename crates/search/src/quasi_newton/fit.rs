//! Fits: slopes of all residuals by differences, and Gauss-Newton steps.

mod differences;
mod envelope;
mod jacobian;
mod pattern;

use differences::Changes;
pub(super) use jacobian::Jacobian;
use pattern::Pattern;
use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, dot};
use super::differences::{Shown, Sides, intervals, positions};
use super::noise::Noise;
use super::place::Place;
use crate::{Bounds, Evaluations, QuasiNewtonOptions, Stop};

/// The first damping, and its factors after steps that keep so much of their promise and after those that do not.
const FIRST_DAMPING: f64 = 1e-4;
const KEPT: (f64, f64) = (0.75, 0.1);
const BROKEN: (f64, f64) = (0.25, 4.0);

/// The first reach, and its factors after a step as long as this part of it that has kept its promise, and after a poor one.
const FIRST_REACH: f64 = 2.0;
const LONG: f64 = 0.9;
const FURTHER: f64 = 2.0;
const NEARER: f64 = 0.5;

/// The least reach.
const LEAST_REACH: f64 = 1e-3;

/// How much wider the intervals are where there is noise than those for the value alone: a step goes far along what residuals
/// show.
const WIDER_NOISY: f64 = 4.0;

/// A step is poor if it keeps less than this part of its promise. After two in a row on slopes that only explain earlier steps,
/// differences follow.
const POOR: f64 = 0.1;
const MOST_POOR: u32 = 2;

/// The largest damping.
const MOST_DAMPING: f64 = 1e2;

/// What is known of the residuals of a fit.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fit {
    /// The last incumbent with its residuals.
    here: Option<(Vec<f64>, Vec<f64>)>,
    /// Which coordinates change which residuals, once all have been seen.
    pattern: Option<Pattern>,
    /// Whether the pattern is in doubt.
    is_doubted: bool,
    damping: f64,
    /// The longest step of a coordinate in units.
    reach: f64,
}

/// Whether the value is a sum of squares of residuals, which are known.
pub(super) fn is_smooth_fit(evaluations: &Evaluations<'_>) -> bool {
    evaluations.fit().is_some_and(|fit| !fit.loss().has_kinks())
}

impl Fit {
    /// What the search begins with, if the value is a sum of squares of residuals, which are known.
    pub(super) fn of(evaluations: &Evaluations<'_>) -> Option<Self> {
        is_smooth_fit(evaluations).then(|| Fit::knowing(None))
    }

    /// The knowledge with which another descent begins.
    pub(super) fn anew(self) -> Self {
        Fit::knowing(self.pattern)
    }

    fn knowing(pattern: Option<Pattern>) -> Self {
        Fit { here: None, pattern, is_doubted: false, damping: FIRST_DAMPING, reach: FIRST_REACH }
    }

    /// Takes the residuals of the place, if it has been evaluated since the last call.
    pub(super) fn follow(&mut self, place: &Place, evaluations: &mut Evaluations<'_>) {
        if let Some(seen) = evaluations.seen().into_iter().rev().find(|seen| seen.x == place.x) {
            self.here = Some((seen.x, seen.residuals));
        }
    }

    /// Evaluates the differences of all residuals around a place, along groups of coordinates where it is known which change
    /// which. `None` if the residuals at the place are not known.
    pub(super) fn differences(
        &mut self,
        place: &Place,
        (noise, curvatures): (&Noise, &Curvatures),
        (sides, batch): (Sides, usize),
        upwards: impl Fn(usize) -> bool,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<(Shown, Jacobian)>, Stop> {
        self.follow(place, evaluations);
        let Some((_, residuals)) = self.here.as_ref().filter(|(x, _)| *x == place.x) else { return Ok(None) };
        let intervals = if noise.is_seen() {
            let of_value = intervals(place, noise, curvatures, Sides::One);
            of_value.into_iter().map(|interval| WIDER_NOISY * interval).collect()
        } else {
            intervals_of_residuals(place, sides)
        };
        let positions = positions(place, &intervals, upwards, evaluations.bounds());
        let n = positions.len();
        let known = self.pattern.as_ref().filter(|_| !self.is_doubted);
        let (mut changes, mut is_whole) = (Changes::none(place, residuals, &positions), known.is_none());
        if let Some(pattern) = known {
            changes.evaluate(pattern.groups(), pattern.rows(), sides, batch, evaluations)?;
            is_whole = pattern.groups().len() == n;
        }
        if known.is_none() || changes.has_surprised {
            let alone: Vec<Vec<usize>> = (0..n).map(|i| vec![i]).collect();
            changes.evaluate(&alone, &[], sides, batch, evaluations)?;
            is_whole = true;
        }
        let count = residuals.len();
        let (jacobian, better) = changes.jacobian();
        if is_whole {
            self.is_doubted = false;
            self.learn(&jacobian, count);
        }
        Ok(Some((jacobian.shown(better), jacobian)))
    }

    /// Adds what a Jacobian shows to the pattern.
    fn learn(&mut self, jacobian: &Jacobian, count: usize) {
        let shown = |i: usize| jacobian.columns[i].iter().map(|&(row, _)| row);
        let mut rows: Vec<Vec<usize>> = match &self.pattern {
            Some(pattern) => pattern.rows().to_vec(),
            None => vec![Vec::new(); jacobian.columns.len()],
        };
        let mut has_changed = self.pattern.is_none();
        for (i, rows) in rows.iter_mut().enumerate() {
            let before = rows.len();
            rows.extend(shown(i));
            rows.sort_unstable();
            rows.dedup();
            has_changed |= rows.len() > before;
        }
        if has_changed {
            self.pattern = Some(Pattern::of(rows, count));
        }
    }

    /// The step of Levenberg and Marquardt within the bounds and the reach, in units, and its slope; `None` if there is none.
    pub(super) fn step(
        &self,
        jacobian: &Jacobian,
        place: &Place,
        largest: f64,
        bounds: &Bounds,
    ) -> Option<(Vec<f64>, f64)> {
        let room = |i: usize| {
            let to = |bound: f64| (bound - place.x[i]) / place.units[i];
            (to(bounds.lower()[i]), to(bounds.upper()[i]))
        };
        let room: Vec<_> = (0..place.x.len()).map(room).collect();
        let mut step = jacobian.step(self.pattern.as_ref()?.order(), self.damping, &room)?;
        let limit = (largest.min(self.reach) / longest(&step)).min(1.0);
        step.iter_mut().for_each(|part| *part *= limit);
        let slope = dot(&jacobian.gradient(), &step);
        (slope < 0.0 && slope.is_finite()).then_some((step, slope))
    }

    /// Goes on from where a line search has ended, with slopes that explain the last steps in place of new differences, as long
    /// as these keep what they promise: for as many rounds at most as differences take.
    pub(super) fn go_on(
        &mut self,
        place: &mut Place,
        (from, mut jacobian): (&Place, Jacobian),
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        self.follow(place, evaluations);
        let scale = place.rise(0.0, 1.0).sqrt();
        let scaled = |residuals: &[f64]| -> Vec<f64> { residuals.iter().map(|r| scale * r).collect() };
        match &self.here {
            Some((x, residuals)) if *x == place.x && *x != from.x => {
                jacobian.explain(&place.step_from(&from.x), &scaled(residuals));
                jacobian.residuals = scaled(residuals);
            }
            _ => return Ok(()),
        }
        let groups = self.pattern.as_ref().map_or(0, |pattern| pattern.groups().len());
        let mut poor = 0;
        for _ in 0..groups / options.at_once() {
            let (bounds, largest) = (evaluations.bounds(), options.largest_move());
            let Some((step, slope)) = self.step(&jacobian, place, largest, bounds) else { break };
            let x = place.point(&step, 1.0, bounds);
            if x == place.x {
                break;
            }
            let value = evaluations.value(&x)?;
            let Some(seen) = evaluations.seen().pop().filter(|seen| seen.x == x) else { break };
            let (kept, residuals) =
                (place.rise(value, place.value) / (-0.5 * slope), scaled(&seen.residuals));
            self.judge(kept, &step);
            jacobian.explain(&place.step_to(&x), &residuals);
            if place.see(&x, value) {
                jacobian.residuals = residuals;
                self.here = Some((seen.x, seen.residuals));
            }
            poor = if kept.is_nan() || kept < POOR { poor + 1 } else { 0 };
            if poor >= MOST_POOR {
                break;
            }
        }
        Ok(())
    }

    /// Learns from the part of its promise that a step has kept.
    pub(super) fn judge(&mut self, kept: f64, step: &[f64]) {
        let factor = match kept {
            kept if kept > KEPT.0 => KEPT.1,
            kept if kept > BROKEN.0 => 1.0,
            _ => BROKEN.1,
        };
        self.damping = (self.damping * factor).min(MOST_DAMPING);
        if kept > KEPT.0 && longest(step) > LONG * self.reach {
            self.reach *= FURTHER;
        } else if kept.is_nan() || kept < POOR {
            self.reach = (self.reach * NEARER).max(LEAST_REACH);
        }
    }

    /// Looks at all coordinates one by one next time.
    pub(super) fn doubt(&mut self) {
        self.is_doubted = true;
    }
}

/// The longest part of a step.
fn longest(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()))
}

/// The intervals in units without noise: `sqrt(ε)` of the magnitude for one side, `ε^(1/3)` for both (Dennis & Schnabel 1983,
/// "Numerical methods for unconstrained optimization and nonlinear equations", section 5.6).
fn intervals_of_residuals(place: &Place, sides: Sides) -> Vec<f64> {
    let part = match sides {
        Sides::One => f64::EPSILON.sqrt(),
        Sides::Both => f64::EPSILON.cbrt(),
    };
    (0..place.x.len()).map(|i| part * place.size(i)).collect()
}

#[cfg(test)]
mod tests;
