//! A look along coordinates that have gone so far that the steps of the last poll are lost in their rounding.

use super::Place;
use super::gradients::admits;
use crate::{Evaluations, Stop};

/// The least step, as a part of the coordinate, that the rounding of neither coordinate nor value hides: the square root
/// of the machine precision, 2⁻²⁶.
const SEEN: f64 = 1.0 / (1 << 26) as f64;

/// The most steps in one direction, each twice as long as the one before.
const MOST_DOUBLINGS: i32 = 100;

/// Tries longer steps along each coordinate for which the last poll's steps were too short to be seen, both ways, each
/// as far as the value improves. Returns `true` if any has improved. On a grid every step is seen.
pub(super) fn go(place: &Place<'_>, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
    if evaluations.grid().is_some() {
        return Ok(false);
    }
    let mut has_improved = false;
    for i in 0..place.x.len() {
        let step = SEEN * place.x[i].abs();
        if step > place.steps[i] {
            has_improved |= improves(place, i, step, evaluations)? || improves(place, i, -step, evaluations)?;
        }
    }
    Ok(has_improved)
}

/// Doubles a step along a coordinate as long as the value improves. Returns `true` if it has improved at all.
fn improves(place: &Place<'_>, i: usize, step: f64, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
    let mut least = place.value;
    for doubling in 0..MOST_DOUBLINGS {
        let mut multiples = vec![0.0; place.x.len()];
        multiples[i] = step * 2_f64.powi(doubling) / place.steps[i];
        let point = place.point(&multiples, evaluations);
        if point[i] == place.x[i] || !admits(&point, evaluations) {
            break;
        }
        let value = evaluations.value(&point)?;
        // Compared with a value of +∞, any value is better.
        if !(value < least && (place.is_seen(value - place.value) || least == f64::INFINITY)) {
            break;
        }
        least = value;
    }
    Ok(least < place.value)
}
