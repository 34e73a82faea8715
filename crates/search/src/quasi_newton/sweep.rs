//! Sweeps along the coordinates, each with a step of its own.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::curvature::of_parabola;
use super::place::Place;
use super::visit::{Visit, joint_point};
use crate::{Bounds, Evaluations, Lookahead, Stop};

/// Bounds on a step after a failure on both sides, in parts of the step that failed.
const SHORTER: (f64, f64) = (0.125, 0.5);

/// The factor of a step after two successes in a row.
const LONGER: f64 = 2.0;

/// The most extrapolations after a sweep, each twice as long as the one before.
pub(super) const MOST_DOUBLINGS: usize = 30;

/// What three values that fail on both sides are taken to lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shape {
    Parabola,
    Kink,
}

impl Shape {
    /// Returns the distance of the minimizer from the middle of rises `high >= low >= 0` at this distance on either
    /// side: `½ w (a - b) / (a + b)` on a parabola; `½ w (1 - b / a)` at a kink with the same slope on both sides.
    pub(super) fn away(self, high: f64, low: f64, distance: f64) -> f64 {
        match self {
            Shape::Parabola => 0.5 * distance * (high - low) / (high + low),
            Shape::Kink => 0.5 * distance * (1.0 - low / high),
        }
    }
}

/// Whether a sweep tries joint steps. Those of a poll that verifies convergence would end nearer than the poll looks, and
/// gain next to nothing for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Tried,
    LeftOut,
}

/// The steps of the coordinates in units, and where they last led down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Steps {
    pub(super) of: Vec<f64>,
    upwards: Vec<bool>,
    /// Whether the last visit succeeded.
    succeeded: Vec<bool>,
}

impl Steps {
    pub(super) fn all(n: usize, step: f64) -> Self {
        Steps { of: vec![step; n], upwards: vec![true; n], succeeded: vec![false; n] }
    }

    /// Takes other steps; the directions stay.
    pub(super) fn set(&mut self, step: impl Fn(usize) -> f64) {
        (0..self.of.len()).for_each(|i| self.of[i] = step(i));
        self.succeeded.fill(false);
    }

    pub(super) fn longest(&self) -> f64 {
        self.of.iter().copied().fold(0.0, f64::max)
    }

    /// Tries each coordinate on one side and, if that fails, on the other, and moves as soon as a point is better.
    pub(super) fn sweep(
        &self,
        place: &mut Place,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Visit>, Stop> {
        let bounds = evaluations.bounds();
        let before = place.x.clone();
        // A coordinate moves at its own turn only.
        let targets: Vec<[f64; 2]> = (0..self.of.len()).map(|i| self.sides(place, i, bounds)).collect();
        let rises = try_in_turn(place, &targets, evaluations)?;
        let visit = |(i, rises): (usize, [f64; 2])| {
            let steps = targets[i].map(|to| (to - before[i]) / place.units[i]);
            Visit { coordinate: i, steps, rises }
        };
        Ok(rises.into_iter().enumerate().map(visit).collect())
    }

    /// Adapts the steps to what a sweep has seen, to at most `most`. Returns the curvatures where both sides failed by more
    /// than the noise.
    pub(super) fn adapt(
        &mut self,
        visits: &[Visit],
        (shape, most, noise): (Shape, f64, f64),
    ) -> Vec<Option<f64>> {
        visits.iter().map(|visit| self.adapt_one(visit, (shape, most, noise))).collect()
    }

    fn adapt_one(&mut self, visit: &Visit, (shape, most, noise): (Shape, f64, f64)) -> Option<f64> {
        let Visit { coordinate: i, steps, rises: [first, second] } = *visit;
        let distances = steps.map(f64::abs);
        if first < 0.0 || second < 0.0 {
            self.upwards[i] ^= second < first || (second < 0.0 && first.is_nan());
            let factor = if self.succeeded[i] { LONGER } else { 1.0 };
            self.of[i] = (factor * self.of[i]).min(most);
            self.succeeded[i] = true;
            return None;
        }
        self.succeeded[i] = false;
        let is_symmetric = distances[0] == distances[1] && first.is_finite() && second.is_finite();
        let (high, low) = (first.max(second), first.min(second));
        let least = if is_symmetric { shape.away(high, low, distances[0]) } else { f64::NAN };
        let (shortest, longest) = (SHORTER.0 * self.of[i], SHORTER.1 * self.of[i]);
        self.of[i] = if least.is_nan() { longest } else { least.clamp(shortest, longest) };
        if is_symmetric {
            self.upwards[i] ^= second < first;
        }
        let curvature = of_parabola(first, distances[0], second, distances[1]);
        let is_seen = first + second > 4.0 * noise && distances[0] > 0.0 && distances[1] > 0.0;
        (is_seen && curvature.is_finite() && curvature > 0.0).then_some(curvature)
    }

    /// The positions of the two sides of a coordinate, first the one to which it last led down.
    pub(super) fn sides(&self, place: &Place, i: usize, bounds: &Bounds) -> [f64; 2] {
        let signs = if self.upwards[i] { [1.0, -1.0] } else { [-1.0, 1.0] };
        signs.map(|sign| place.along(i, sign * self.of[i], bounds))
    }
}

/// Tries the step of all coordinates at once to the least along each, first of parabolas, then of kinks. Where coordinates do
/// not interact, it gains what a sweep would.
pub(super) fn step_jointly(
    place: &mut Place,
    before: &Place,
    visits: &[Visit],
    (curvatures, most): (Option<&[f64]>, f64),
    evaluations: &mut Evaluations<'_>,
) -> Result<(), Stop> {
    for shape in [Shape::Parabola, Shape::Kink] {
        let known = |visit: &Visit| curvatures.map(|along| along[visit.coordinate]);
        let least = |visit: &Visit| visit.least(shape, known(visit));
        let x = joint_point(before, visits, (1.0, most), evaluations.bounds(), least);
        if x != place.x && x != before.x {
            let value = evaluations.value(&x)?;
            place.see(&x, value);
        }
    }
    Ok(())
}

/// Tries the targets of each coordinate up to the first that is better, and moves there. Returns the rises, NaN where
/// none was tried.
fn try_in_turn(
    place: &mut Place,
    targets: &[[f64; 2]],
    evaluations: &mut Evaluations<'_>,
) -> Result<Vec<[f64; 2]>, Stop> {
    let mut rises = vec![[f64::NAN; 2]; targets.len()];
    let mut begin = 0;
    // Points are offered up to the first that is better; from there on they are others.
    while begin < 2 * targets.len() {
        let mut better = None;
        let point = |turn: usize, x: &mut [f64]| {
            let (i, to) = ((begin + turn) / 2, targets[(begin + turn) / 2][(begin + turn) % 2]);
            if to == place.x[i] {
                return false;
            }
            x.copy_from_slice(&place.x);
            x[i] = to;
            true
        };
        evaluations.in_order(2 * targets.len() - begin, Lookahead::UntilBreak, point, |turn, value| {
            let turn = begin + turn;
            rises[turn / 2][turn % 2] = place.rise(place.value, value);
            if value < place.value {
                better = Some((turn, value));
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        let Some((turn, value)) = better else { break };
        (place.x[turn / 2], place.value) = (targets[turn / 2][turn % 2], value);
        begin = 2 * (turn / 2) + 2;
    }
    Ok(rises)
}

/// Repeats the move since `before` once, then twice, then four times, ..., as long as that improves.
pub(super) fn extrapolate(
    place: &mut Place,
    before: &[f64],
    most: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<(), Stop> {
    let moved = place.step_from(before);
    let longest = moved.iter().fold(0.0, |longest: f64, step| longest.max(step.abs()));
    let mut multiple = 1.0;
    for _ in 0..MOST_DOUBLINGS {
        let to = place.point(&moved, multiple, evaluations.bounds());
        if to == place.x || multiple * longest > most {
            break;
        }
        let value = evaluations.value(&to)?;
        if !place.see(&to, value) {
            break;
        }
        multiple *= 2.0;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Shape, Steps, extrapolate, step_jointly};
    use crate::quasi_newton::at_zero::at_zero;

    /// `½ w (a - b) / (a + b)` and, at a kink, `½ w (1 - b / a)`.
    #[test]
    fn predicted_steps_are_the_minimizers_of_their_shapes() {
        let kink = |t: f64| 3.0 * (t - 0.25_f64).abs();
        let (low, high) = (kink(1.0) - kink(0.0), kink(-1.0) - kink(0.0));
        assert_eq!(Shape::Kink.away(high, low, 1.0), 0.25);
        // `t² / 2 - t / 2` at ∓2 is 3 and 1.
        assert_eq!(Shape::Parabola.away(3.0, 1.0, 2.0), 0.5);
    }

    #[test]
    fn a_sweep_moves_at_once_and_adapts_each_step() {
        let f = |x: &[f64]| {
            (x[0] - 1.0).abs() + 2.0 * (x[1] + 1.0).abs() + 4.0 * (x[2] - 0.25).abs() + x[3] * x[3]
        };
        let ((steps, x), points) = at_zero(4, f, |place, evaluations| {
            let mut steps = Steps::all(4, 1.0);
            let visits = steps.sweep(place, evaluations).expect("no limit");
            let curvatures = steps.adapt(&visits, (Shape::Kink, 8.0, 0.0));
            // In the value's unit of 4; the kink rises by 2 and 4.
            assert_eq!(curvatures, [None, None, Some(1.5), Some(0.5)]);
            (steps, place.x.clone())
        });
        assert_eq!(x, [1.0, -1.0, 0.0, 0.0]);
        assert_eq!(points[0], [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(points[1..3], [vec![1.0, 1.0, 0.0, 0.0], vec![1.0, -1.0, 0.0, 0.0]]);
        assert_eq!(points.len(), 7);
        // A first success leaves the step; a kink a quarter away is predicted; a minimum here contracts by 8.
        assert_eq!((steps.of, steps.upwards[1]), (vec![1.0, 1.0, 0.25, 0.125], false));
    }

    #[test]
    fn a_second_success_doubles_a_step_up_to_the_largest_and_a_failed_evaluation_halves_it() {
        let f = |x: &[f64]| if x[1] > 0.5 { f64::NAN } else { -x[0] + x[1].abs() };
        let (steps, _) = at_zero(2, f, |place, evaluations| {
            let mut steps = Steps::all(2, 1.0);
            for _ in 0..3 {
                let visits = steps.sweep(place, evaluations).expect("no limit");
                steps.adapt(&visits, (Shape::Kink, 3.0, 0.0));
            }
            steps
        });
        assert_eq!(steps.of[0], 3.0);
        assert!(steps.of[1] < 0.5);
    }

    /// Least at 0.25 along the first coordinate, as a parabola, and at 0.25 along the second, at a kink.
    #[test]
    fn a_joint_step_goes_to_the_least_along_all_coordinates_at_once() {
        let f = |x: &[f64]| 3.0 * (x[0] - 0.25).powi(2) + 2.0 * (x[1] - 0.25).abs();
        let ((), points) = at_zero(2, f, |place, evaluations| {
            let (steps, before) = (Steps::all(2, 1.0), place.clone());
            let visits = steps.sweep(place, evaluations).expect("no limit");
            step_jointly(place, &before, &visits, (None, f64::MAX), evaluations).expect("no limit");
        });
        // Both sides of both coordinates have failed. The rises at -1 and 1 are 4.5 and 1.5, and 2 and 1: the least of a parabola
        // through them is at 1/4 and 1/6, that of a kink at 1/3 and 1/4.
        let expected = [[0.25, 1.0 / 6.0], [1.0 / 3.0, 0.25]];
        let gap = |(point, expected): (&Vec<f64>, [f64; 2])| {
            (point[0] - expected[0]).abs() + (point[1] - expected[1]).abs()
        };
        assert!(points.len() == 6 && points[4..].iter().zip(expected).map(gap).sum::<f64>() < 1e-15);
    }

    #[test]
    fn an_extrapolation_repeats_the_move_once_twice_four_times() {
        let (x, points) = at_zero(
            1,
            |x| -x[0].min(9.0),
            |place, evaluations| {
                (place.x, place.value) = (vec![1.0], -1.0);
                extrapolate(place, &[0.0], f64::MAX, evaluations).expect("no limit");
                place.x.clone()
            },
        );
        assert_eq!((x, points), (vec![16.0], vec![vec![2.0], vec![4.0], vec![8.0], vec![16.0], vec![32.0]]));
    }
}
