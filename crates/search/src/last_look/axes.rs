//! A poll along the coordinates, for searches whose own polls take other directions.

use super::gradients::admits;
use super::{Better, Place};
use crate::{Evaluations, Stop};

/// Polls one step both ways along each coordinate, as far as bounds and linear constraints admit. Returns the best of
/// these points if it is better than the place.
pub(super) fn poll(place: &Place<'_>, evaluations: &mut Evaluations<'_>) -> Result<Option<Better>, Stop> {
    let mut best: Option<Better> = None;
    for i in 0..place.x.len() {
        for way in [1.0, -1.0] {
            let mut multiples = vec![0.0; place.x.len()];
            multiples[i] = way;
            let mut point = place.point(&multiples, evaluations);
            if let Some(grid) = evaluations.grid() {
                grid.round(&mut point);
            }
            if point[i] == place.x[i] || !admits(&point, evaluations) {
                continue;
            }
            let value = evaluations.value(&point)?;
            let least = best.as_ref().map_or(place.value, |(_, least)| *least);
            if value < least && (place.is_seen(value - place.value) || place.value == f64::INFINITY) {
                best = Some((point, value));
            }
        }
    }
    Ok(best)
}
