//! Gradients by differences whose intervals follow the noise.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, of_parabola, slope_of_parabola};
use super::noise::Noise;
use super::place::Place;
use crate::{Bounds, Evaluations, Lookahead, Stop};

/// The least interval: of the coordinate's unit, and of its magnitude.
const LEAST: f64 = 1e-9;
const LEAST_OF_SIZE: f64 = 4e-13;

/// The largest interval in units without noise, and with it.
const MOST: f64 = 1e-3;
const MOST_NOISY: f64 = 0.5;

/// How much wider central differences are than forward ones: without noise after a failure, and with noise.
const CENTRAL_WIDER: f64 = 10.0;
const CENTRAL_WIDER_NOISY: f64 = 2.5;

/// A second difference shows a curvature if it is above this many standard deviations of the noise.
const SEEN: f64 = 4.0;

/// How many sides of each coordinate are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sides {
    /// One, forward.
    One,
    /// Both, central.
    Both,
}

impl Sides {
    /// The number of points beside each coordinate.
    pub(super) fn count(self) -> usize {
        match self {
            Sides::One => 1,
            Sides::Both => 2,
        }
    }
}

/// What differences have shown, in units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Shown {
    /// The slope along each coordinate; 0 where it is fixed, or no point beside has a value.
    pub(super) slopes: Vec<f64>,
    /// The curvatures, where there are three values and it exceeds the noise.
    pub(super) curvatures: Vec<Option<f64>>,
    /// The best point and its value, if it is better than the place.
    pub(super) better: Option<(Vec<f64>, f64)>,
}

/// The points beside a place along each coordinate, and their values.
pub(super) struct Beside {
    /// The first side of each coordinate, then the other.
    positions: Vec<[f64; 2]>,
    values: Vec<[f64; 2]>,
    /// The turn of the best point and its value, if it is better than the place.
    better: Option<(usize, f64)>,
}

/// Returns the interval of each coordinate in units: `2 sqrt(σ / L)` with the noise σ and the curvature L minimizes the
/// error bound `2σ/h + L h/2` of a forward difference (Gill, Murray & Wright 1981, "Practical Optimization", section
/// 8.6.1.1).
pub(super) fn intervals(place: &Place, noise: &Noise, curvatures: &Curvatures, sides: Sides) -> Vec<f64> {
    let (noisy, sigma) = (noise.is_seen(), noise.at(place));
    let of = |(i, curvature): (usize, &f64)| {
        let size = place.size(i);
        let least = LEAST.max(LEAST_OF_SIZE * size);
        let most = if noisy { MOST_NOISY } else { MOST } * size;
        let interval = (2.0 * (sigma / curvature).sqrt()).clamp(least, most.max(least));
        match (sides, noisy) {
            (Sides::One, _) => interval,
            (Sides::Both, false) => CENTRAL_WIDER * interval,
            (Sides::Both, true) => CENTRAL_WIDER_NOISY * interval,
        }
    };
    curvatures.along().iter().enumerate().map(of).collect()
}

/// Returns the positions beside a place along each coordinate, first on the side that `upwards` tells, or on the other at a
/// bound.
pub(super) fn positions(
    place: &Place,
    intervals: &[f64],
    upwards: impl Fn(usize) -> bool,
    bounds: &Bounds,
) -> Vec<[f64; 2]> {
    let of = |(i, interval): (usize, &f64)| {
        let (up, down) = (place.along(i, *interval, bounds), place.along(i, -interval, bounds));
        let has_half = |to: f64| (to - place.x[i]).abs() > 0.5 * interval * place.units[i];
        let up_first =
            if upwards(i) { has_half(up) || !has_half(down) } else { !has_half(down) && has_half(up) };
        if up_first { [up, down] } else { [down, up] }
    };
    intervals.iter().enumerate().map(of).collect()
}

/// Evaluates the differences around a place. `upwards` tells the first side of each coordinate.
pub(super) fn differences(
    place: &Place,
    (noise, curvatures): (&Noise, &Curvatures),
    sides: Sides,
    upwards: impl Fn(usize) -> bool,
    evaluations: &mut Evaluations<'_>,
) -> Result<Shown, Stop> {
    let mut beside = Beside::of(place, (noise, curvatures), sides, upwards, evaluations.bounds());
    beside.evaluate(place, &beside.turns(place, sides), evaluations)?;
    if sides == Sides::One {
        // The other side where the first has no value.
        let has_failed = |turn: &usize| turn % 2 == 1 && !beside.values[turn / 2][0].is_finite();
        let turns: Vec<usize> = beside.turns(place, Sides::Both).into_iter().filter(has_failed).collect();
        beside.evaluate(place, &turns, evaluations)?;
    }
    Ok(beside.shown(place, noise, curvatures))
}

impl Beside {
    /// The points beside a place, without values yet.
    pub(super) fn of(
        place: &Place,
        (noise, curvatures): (&Noise, &Curvatures),
        sides: Sides,
        upwards: impl Fn(usize) -> bool,
        bounds: &Bounds,
    ) -> Self {
        let intervals = intervals(place, noise, curvatures, sides);
        let positions = positions(place, &intervals, upwards, bounds);
        Beside { values: vec![[f64::NAN; 2]; positions.len()], positions, better: None }
    }

    /// The turns of the points on these sides: 2i for the first side of coordinate i, 2i + 1 for the other.
    pub(super) fn turns(&self, place: &Place, sides: Sides) -> Vec<usize> {
        let is_wanted = |turn: &usize| sides == Sides::Both || turn.is_multiple_of(2);
        let moves = |turn: &usize| self.positions[turn / 2][turn % 2] != place.x[turn / 2];
        (0..2 * self.positions.len()).filter(is_wanted).filter(moves).collect()
    }

    /// The point of a turn.
    pub(super) fn point(&self, place: &Place, turn: usize) -> Vec<f64> {
        let mut x = place.x.clone();
        x[turn / 2] = self.positions[turn / 2][turn % 2];
        x
    }

    /// Takes the value of a turn.
    pub(super) fn take(&mut self, place: &Place, turn: usize, value: f64) {
        self.values[turn / 2][turn % 2] = value;
        if value < self.better.map_or(place.value, |(_, least)| least) {
            self.better = Some((turn, value));
        }
    }

    /// Whether all of these turns have values.
    pub(super) fn is_whole(&self, turns: &[usize]) -> bool {
        turns.iter().all(|turn| self.values[turn / 2][turn % 2].is_finite())
    }

    fn evaluate(
        &mut self,
        place: &Place,
        turns: &[usize],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let positions = self.positions.clone();
        let point = |k: usize, x: &mut [f64]| {
            x.copy_from_slice(&place.x);
            x[turns[k] / 2] = positions[turns[k] / 2][turns[k] % 2];
            true
        };
        evaluations.in_order(turns.len(), Lookahead::All, point, |k, value| {
            self.take(place, turns[k], value);
            ControlFlow::Continue(())
        })
    }

    /// The slope of the parabola through three values, or through two values with the known curvature L:
    /// `r/h - ½ L h`, which is corrected only where there is noise and intervals are wide.
    pub(super) fn shown(self, place: &Place, noise: &Noise, known: &Curvatures) -> Shown {
        let n = self.positions.len();
        let (mut slopes, mut curvatures) = (vec![0.0; n], vec![None; n]);
        let sigma = noise.at(place);
        for i in 0..n {
            let seen = |side: usize| {
                let step = (self.positions[i][side] - place.x[i]) / place.units[i];
                let rise = place.rise(place.value, self.values[i][side]);
                (step != 0.0 && rise.is_finite()).then_some((step, rise))
            };
            slopes[i] = match (seen(0), seen(1)) {
                (Some((first, a)), Some((second, b))) if first * second < 0.0 => {
                    let (up, down) = (first.abs(), second.abs());
                    let curvature = of_parabola(a, up, b, down);
                    if a + b > SEEN * sigma && curvature > 0.0 && curvature.is_finite() {
                        curvatures[i] = Some(curvature);
                    }
                    slope_of_parabola(a, up, b, down) * first.signum()
                }
                (Some((step, rise)), _) | (_, Some((step, rise))) => {
                    let bend = if noise.is_seen() { 0.5 * known.along()[i] * step } else { 0.0 };
                    rise / step - bend
                }
                (None, None) => 0.0,
            };
            if !slopes[i].is_finite() {
                slopes[i] = 0.0;
            }
        }
        let better = self.better.map(|(turn, value)| (self.point(place, turn), value));
        Shown { slopes, curvatures, better }
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, Sides, differences, intervals};
    use crate::quasi_newton::curvature::Curvatures;
    use crate::quasi_newton::noise::Noise;
    use crate::quasi_newton::place::Place;
    use crate::{Bounds, Budget, Evaluations, Problem};

    fn curvatures(along: &[f64]) -> Curvatures {
        let mut curvatures = Curvatures::guessed(along.len(), 1.0);
        curvatures.measure(&along.iter().copied().map(Some).collect::<Vec<_>>());
        curvatures
    }

    fn shown(
        f: impl Fn(&[f64]) -> f64 + Sync + Send,
        x: &[f64],
        bounds: Bounds,
        noise: f64,
        sides: Sides,
    ) -> Shown {
        let problem = Problem::new(f, x.to_vec()).and_then(|problem| problem.bounded(bounds.clone()));
        let problem = problem.expect("a problem");
        let mut evaluations =
            Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
        let value = evaluations.value(x).expect("no limit");
        let place = Place::at(x.to_vec(), value, &vec![1.0; x.len()], &bounds);
        let (noise, known) = (Noise::of(noise), curvatures(&vec![2.0; x.len()]));
        differences(&place, (&noise, &known), sides, |_| true, &mut evaluations).expect("no limit")
    }

    /// `2 sqrt(σ / L)` with a noise of 10⁻⁴ of the value 2 and L = 8: 0.01; a tenth of that without noise.
    #[test]
    fn intervals_balance_noise_and_curvature() {
        let place = Place::at(vec![1.0, 1000.0], 2.0, &[1.0, 1.0], &Bounds::free(2));
        let known = curvatures(&[8.0, 8.0]);
        let noisy = intervals(&place, &Noise::of(4e-4), &known, Sides::One);
        // The value is 1 in its unit of 2.
        assert!((noisy[0] - 2.0 * (4e-4_f64 / 8.0).sqrt()).abs() < 1e-15, "{noisy:?}");
        let central = intervals(&place, &Noise::of(4e-4), &known, Sides::Both);
        assert!((central[0] / noisy[0] - 2.5).abs() < 1e-12);
        let smooth = intervals(&place, &Noise::of(0.0), &known, Sides::One);
        assert!((smooth[0] - 2.0 * (1e-16_f64 / 8.0).sqrt()).abs() < 1e-20, "{smooth:?}");
        let careful = intervals(&place, &Noise::of(0.0), &known, Sides::Both);
        assert!((careful[0] / smooth[0] - 10.0).abs() < 1e-12);
    }

    #[test]
    fn slopes_of_a_quadratic_are_right_to_the_error_of_the_differences() {
        let f = |x: &[f64]| 1.0 + 3.0 * x[0] - x[1] + x[0] * x[0];
        let x = [0.5, 0.5];
        let forward = shown(f, &x, Bounds::free(2), 0.0, Sides::One).slopes;
        let unit = 2.0;
        assert!(
            (unit * forward[0] - 4.0).abs() < 1e-6 && (unit * forward[1] + 1.0).abs() < 1e-6,
            "{forward:?}"
        );
        // With noise intervals are wide: the known curvature (2 in units of the value) corrects a forward difference.
        let central = shown(f, &x, Bounds::free(2), 1e-3, Sides::Both);
        assert!((unit * central.slopes[0] - 4.0).abs() < 1e-12);
        assert!((unit * central.curvatures[0].expect("seen") - 2.0).abs() < 1e-9);
        assert_eq!(central.curvatures[1], None);
    }

    #[test]
    fn bounds_and_failures_turn_differences_to_the_other_side() {
        let bounds = Bounds::new([0.0, 0.0, 5.0], [1.0, 1.0, 5.0]).expect("lower not above upper");
        let f = |x: &[f64]| if x[1] > 0.5 { f64::NAN } else { 2.0 + 4.0 * x[0] + 8.0 * x[1] };
        let slopes = shown(f, &[1.0, 0.5, 5.0], bounds, 0.0, Sides::One).slopes;
        // The value 10 has the unit 8.
        assert!((8.0 * slopes[0] - 4.0).abs() < 1e-6 && (8.0 * slopes[1] - 8.0).abs() < 1e-6, "{slopes:?}");
        assert_eq!(slopes[2], 0.0);
    }

    #[test]
    fn the_best_point_of_the_differences_is_kept() {
        let better = shown(|x| 1.0 - x[1], &[0.0, 0.0], Bounds::free(2), 0.0, Sides::One).better;
        let (x, value) = better.expect("one is better");
        assert!(x[0] == 0.0 && x[1] > 0.0 && value == 1.0 - x[1]);
    }
}
