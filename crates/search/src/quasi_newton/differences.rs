//! Gradients by differences whose intervals follow the noise.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, of_parabola, slope_of_parabola};
use super::noise::Noise;
use super::place::Place;
use crate::{Evaluations, Lookahead, Stop};

/// The least interval: of the coordinate's unit, and of its magnitude.
const LEAST: f64 = 1e-9;
const LEAST_OF_SIZE: f64 = 4e-13;

/// The largest interval in units without noise, and with it.
const MOST: f64 = 1e-3;
const MOST_NOISY: f64 = 0.5;

/// How much wider central differences are than forward ones: without noise after a failure, and with noise.
const CENTRAL_WIDER: f64 = 10.0;
const CENTRAL_WIDER_NOISY: f64 = 1.5;

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

/// A gradient in units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Gradient {
    /// The slope along each coordinate; 0 where it is fixed, or no point beside has a value.
    pub(super) slopes: Vec<f64>,
}

/// What differences have shown besides the slopes.
pub(super) struct Shown {
    pub(super) gradient: Gradient,
    /// The curvatures, where there are three values and it exceeds the noise.
    pub(super) curvatures: Vec<Option<f64>>,
    /// The coordinate, position and value of the best point, if it is better than the place.
    pub(super) better: Option<(usize, f64, f64)>,
}

/// The points beside a place along each coordinate, and their values.
struct Beside {
    /// The first side of each coordinate, then the other.
    positions: Vec<[f64; 2]>,
    values: Vec<[f64; 2]>,
    better: Option<(usize, f64, f64)>,
}

/// Returns the interval of each coordinate in units: `2 sqrt(σ / L)` with the noise σ and the curvature L minimizes the
/// error bound `2σ/h + L h/2` of a forward difference (Gill, Murray & Wright 1981, "Practical Optimization", section
/// 8.6.1.1).
fn intervals(place: &Place, noise: &Noise, curvatures: &Curvatures, sides: Sides) -> Vec<f64> {
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

/// Evaluates the differences around a place. `upwards` tells the first side of each coordinate.
pub(super) fn differences(
    place: &Place,
    (noise, curvatures): (&Noise, &Curvatures),
    sides: Sides,
    upwards: impl Fn(usize) -> bool,
    evaluations: &mut Evaluations<'_>,
) -> Result<Shown, Stop> {
    let intervals = intervals(place, noise, curvatures, sides);
    let bounds = evaluations.bounds();
    let positions = intervals.iter().enumerate().map(|(i, interval)| {
        let (up, down) = (place.along(i, *interval, bounds), place.along(i, -interval, bounds));
        let has_half = |to: f64| (to - place.x[i]).abs() > 0.5 * interval * place.units[i];
        // The other side at a bound.
        let up_first = if upwards(i) { has_half(up) || !has_half(down) } else { !has_half(down) && has_half(up) };
        if up_first { [up, down] } else { [down, up] }
    });
    let positions: Vec<[f64; 2]> = positions.collect();
    let mut beside = Beside { values: vec![[f64::NAN; 2]; positions.len()], positions, better: None };
    match sides {
        Sides::Both => beside.evaluate(place, |_| true, evaluations)?,
        Sides::One => beside.evaluate(place, |turn| turn % 2 == 0, evaluations)?,
    }
    if sides == Sides::One {
        // The other side where the first has no value.
        let failed: Vec<bool> = beside.values.iter().map(|values| !values[0].is_finite()).collect();
        if failed.contains(&true) {
            beside.evaluate(place, |turn| turn % 2 == 1 && failed[turn / 2], evaluations)?;
        }
    }
    Ok(beside.shown(place, noise, curvatures))
}

impl Beside {
    fn evaluate(
        &mut self,
        place: &Place,
        is_wanted: impl Fn(usize) -> bool,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let Beside { positions, values, better } = self;
        let point = |turn: usize, x: &mut [f64]| {
            let (i, to) = (turn / 2, positions[turn / 2][turn % 2]);
            if !is_wanted(turn) || to == place.x[i] {
                return false;
            }
            x.copy_from_slice(&place.x);
            x[i] = to;
            true
        };
        evaluations.in_order(2 * positions.len(), Lookahead::All, point, |turn, value| {
            values[turn / 2][turn % 2] = value;
            if value < better.map_or(place.value, |(_, _, least)| least) {
                *better = Some((turn / 2, positions[turn / 2][turn % 2], value));
            }
            ControlFlow::Continue(())
        })
    }

    /// The slope of the parabola through three values, or through two values with the known curvature L:
    /// `r/h - ½ L h`, which is corrected only where there is noise and intervals are wide.
    fn shown(self, place: &Place, noise: &Noise, known: &Curvatures) -> Shown {
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
        Shown { gradient: Gradient { slopes }, curvatures, better: self.better }
    }
}
