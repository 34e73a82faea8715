//! Sweeps in batches: both sides of several coordinates at once, then their joint steps.

use super::place::Place;
use super::sweep::{Joint, MOST_DOUBLINGS, Shape, Steps};
use super::visit::{Visit, joint_point};
use crate::{Evaluations, Stop};

/// Parts of a joint step, the most useful first: shorter where the coordinates hinder each other, longer where they lead
/// the same way.
const PARTS: [f64; 8] = [1.0, 0.5, 2.0, 0.25, 4.0, 0.125, 8.0, 0.0625];

/// The most multiples of a move that are tried at once.
const MULTIPLES: usize = 8;

impl Steps {
    /// Sweeps like [`sweep`](Steps::sweep), half a batch of coordinates at once. With `Joint::Tried`, the joint steps of its
    /// coordinates follow each block.
    pub(super) fn sweep_in_blocks(
        &self,
        place: &mut Place,
        (shape, joint): (Shape, Joint),
        (most, batch): (f64, usize),
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Visit>, Stop> {
        let mut all_visits = Vec::with_capacity(self.of.len());
        let all: Vec<usize> = (0..self.of.len()).collect();
        for block in all.chunks((batch / 2).max(1)) {
            let from = place.clone();
            let visits = self.visit(place, block, evaluations)?;
            if joint == Joint::Tried {
                try_joint_steps(place, (&from, &visits), shape, (most, batch), evaluations)?;
            }
            all_visits.extend(visits);
        }
        Ok(all_visits)
    }

    /// Evaluates both sides of each coordinate of a block, and moves to the best of them if it is better.
    fn visit(
        &self,
        place: &mut Place,
        block: &[usize],
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Visit>, Stop> {
        let from = place.clone();
        let sides: Vec<[f64; 2]> =
            block.iter().map(|&i| self.sides(&from, i, evaluations.bounds())).collect();
        let both = block.iter().zip(&sides).flat_map(|(&i, sides)| sides.map(|to| (i, to)));
        let points = both.filter(|(i, to)| *to != from.x[*i]).map(|(i, to)| {
            let mut x = from.x.clone();
            x[i] = to;
            x
        });
        let points: Vec<_> = points.collect();
        let values = evaluations.values(&points)?;
        points.iter().zip(&values).for_each(|(x, value)| {
            place.see(x, *value);
        });
        let mut values = values.into_iter();
        let visit = |(&i, sides): (&usize, &[f64; 2])| {
            let steps = sides.map(|to| (to - from.x[i]) / from.units[i]);
            let mut rise = |to: f64| {
                let value = if to == from.x[i] { None } else { values.next() };
                value.map_or(f64::NAN, |value| from.rise(from.value, value))
            };
            Visit { coordinate: i, steps, rises: [rise(sides[0]), rise(sides[1])] }
        };
        Ok(block.iter().zip(&sides).map(visit).collect())
    }
}

/// Tries parts of the joint steps of all visits at once: to all better sides, and to the least along each coordinate.
fn try_joint_steps(
    place: &mut Place,
    (from, visits): (&Place, &[Visit]),
    shape: Shape,
    (most, batch): (f64, usize),
    evaluations: &mut Evaluations<'_>,
) -> Result<(), Stop> {
    let bounds = evaluations.bounds();
    let both = |part: f64| {
        [
            joint_point(from, visits, (part, most), bounds, |visit| visit.least(shape, None)),
            joint_point(from, visits, (part, most), bounds, Visit::improving),
        ]
    };
    let mut points: Vec<Vec<f64>> = Vec::new();
    for x in PARTS.into_iter().flat_map(both) {
        if x != from.x && x != place.x && !points.contains(&x) && points.len() < batch {
            points.push(x);
        }
    }
    see_all(place, &points, evaluations)
}

/// Repeats the move since `before` 1, 3, 7, 15, ... times, several of them at once, as long as the longest of these improves.
pub(super) fn extrapolate_at_once(
    place: &mut Place,
    before: &[f64],
    (most, batch): (f64, usize),
    evaluations: &mut Evaluations<'_>,
) -> Result<(), Stop> {
    let (from, moved) = (place.clone(), place.step_from(before));
    let longest = moved.iter().fold(0.0, |longest: f64, step| longest.max(step.abs()));
    let doublings: Vec<usize> = (1..=MOST_DOUBLINGS).collect();
    for some in doublings.chunks(batch.min(MULTIPLES)) {
        let multiples = some.iter().map(|&k| 2_f64.powi(k as i32) - 1.0);
        let within = multiples.filter(|multiple| multiple * longest <= most);
        let mut points: Vec<_> =
            within.map(|multiple| from.point(&moved, multiple, evaluations.bounds())).collect();
        points.dedup();
        points.retain(|x| *x != from.x);
        see_all(place, &points, evaluations)?;
        if points.last() != Some(&place.x) {
            break;
        }
    }
    Ok(())
}

/// Evaluates points at once and moves to the best of them if it is better.
fn see_all(place: &mut Place, points: &[Vec<f64>], evaluations: &mut Evaluations<'_>) -> Result<(), Stop> {
    let values = evaluations.values(points)?;
    points.iter().zip(values).for_each(|(x, value)| {
        place.see(x, value);
    });
    Ok(())
}

#[cfg(test)]
mod tests;
