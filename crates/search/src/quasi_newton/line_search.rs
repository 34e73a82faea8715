//! A line search by values alone.

use super::place::Place;
use crate::{Evaluations, Stop};

/// The most evaluations of a line search.
const MOST: usize = 7;

/// Bounds on the next step after a failure, in parts of the last one, and the part if the point has no value.
const SHORTER: (f64, f64) = (0.05, 0.6);
const AT_A_WALL: f64 = 0.25;

/// Bounds on the next step after a success, in parts of the last one.
const ANOTHER: (f64, f64) = (0.1, 4.0);

/// A success is followed by another step only if that differs by more than this part, and promises this part more.
const OTHER_ENOUGH: f64 = 0.2;
const MORE_ENOUGH: f64 = 0.02;

/// The parabola `p(t) = slope t + bend t²` through 0, its slope there, and one rise.
struct Parabola {
    slope: f64,
    bend: f64,
}

impl Parabola {
    fn through(slope: f64, t: f64, rise: f64) -> Self {
        Parabola { slope, bend: (rise - slope * t) / (t * t) }
    }

    /// Its minimizer, infinite if it has none.
    fn least(&self) -> f64 {
        if self.bend > 0.0 { -self.slope / (2.0 * self.bend) } else { f64::INFINITY }
    }

    fn at(&self, t: f64) -> f64 {
        (self.slope + self.bend * t) * t
    }
}

/// Searches along a direction in units, whose slope is negative, and moves to the best point. Returns the fall.
pub(super) fn search(
    place: &mut Place,
    direction: &[f64],
    slope: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<f64, Stop> {
    let from = place.clone();
    let (mut t, mut least) = (1.0, 0.0);
    for _ in 0..MOST {
        let to = from.point(direction, t, evaluations.bounds());
        if to == from.x {
            break;
        }
        let value = evaluations.value(&to)?;
        let rise = from.rise(from.value, value);
        let has_succeeded = place.see(&to, value);
        if !has_succeeded && least < 0.0 {
            break;
        }
        let parabola = Parabola::through(slope, t, rise);
        if has_succeeded {
            least = rise;
            let next = parabola.least().clamp(ANOTHER.0 * t, ANOTHER.1 * t);
            let is_other = (next - t).abs() > OTHER_ENOUGH * t;
            if !is_other || parabola.at(next) > (1.0 + MORE_ENOUGH) * rise {
                break;
            }
            t = next;
        } else if rise.is_finite() {
            t = parabola.least().clamp(SHORTER.0 * t, SHORTER.1 * t);
        } else {
            t *= AT_A_WALL;
        }
    }
    Ok(from.rise(place.value, from.value))
}
