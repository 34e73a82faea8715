//! Sweeps in batches: both sides of several coordinates at once, then their joint steps.

use super::curvature::{of_parabola, slope_of_parabola};
use super::place::Place;
use super::sweep::{MOST_DOUBLINGS, Shape, Steps};
use crate::{Evaluations, Stop};

/// Parts of a joint step, the most useful first: shorter where the coordinates hinder each other, longer where they lead
/// the same way.
const PARTS: [f64; 8] = [1.0, 0.5, 2.0, 0.25, 4.0, 0.125, 8.0, 0.0625];

/// The least of a parabola is at most this many distances away.
const FURTHEST: f64 = 2.0;

/// The most multiples of a move that are tried at once.
const MULTIPLES: usize = 8;

/// Whether a sweep tries joint steps. Those of a poll that verifies convergence would end nearer than the poll looks, and
/// gain next to nothing for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Tried,
    LeftOut,
}

/// What the two sides of a coordinate have shown.
struct Visit {
    coordinate: usize,
    /// The steps to the sides in units, with their signs, and the rises there; NaN where a bound left no step.
    steps: [f64; 2],
    rises: [f64; 2],
}

impl Visit {
    /// The step to the better side, if it is better than the middle; else 0.
    fn improving(&self) -> f64 {
        let [first, second] = self.rises;
        match () {
            () if first < 0.0 && (first <= second || second.is_nan()) => self.steps[0],
            () if second < 0.0 => self.steps[1],
            () => 0.0,
        }
    }

    /// The step to the least of what the values are taken to lie on, or to the better side if they do not.
    fn least(&self, shape: Shape) -> f64 {
        let ([first, second], [a, b]) = (self.steps.map(f64::abs), self.rises);
        let least = match shape {
            Shape::Parabola => {
                let curvature = of_parabola(a, first, b, second);
                let least = -slope_of_parabola(a, first, b, second) / curvature;
                if curvature > 0.0 { least * self.steps[0].signum() } else { f64::NAN }
            }
            Shape::Kink if a < b => self.steps[0].signum() * shape.away(b, a, first),
            Shape::Kink => self.steps[1].signum() * shape.away(a, b, second),
        };
        let furthest = FURTHEST * first.max(second);
        if least.is_finite() { least.clamp(-furthest, furthest) } else { self.improving() }
    }
}

impl Steps {
    /// Sweeps like [`sweep`](Steps::sweep), half a batch of coordinates at once; with `Joint::Tried`, the joint steps of its
    /// coordinates follow each block.
    pub(super) fn sweep_in_blocks(
        &mut self,
        place: &mut Place,
        limits: (Shape, f64, f64),
        (batch, joint): (usize, Joint),
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Vec<Option<f64>>, Stop> {
        let mut curvatures = Vec::with_capacity(self.of.len());
        let all: Vec<usize> = (0..self.of.len()).collect();
        for block in all.chunks((batch / 2).max(1)) {
            let from = place.clone();
            let visits = self.visit(place, block, evaluations)?;
            let adapted = visits
                .iter()
                .map(|visit| self.adapt(visit.coordinate, (visit.steps.map(f64::abs), visit.rises), limits));
            curvatures.extend(adapted);
            if joint == Joint::Tried {
                try_joint_steps(place, &from, &visits, (limits.0, batch), evaluations)?;
            }
        }
        Ok(curvatures)
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
    from: &Place,
    visits: &[Visit],
    (shape, batch): (Shape, usize),
    evaluations: &mut Evaluations<'_>,
) -> Result<(), Stop> {
    let joint = |part: f64, step: &dyn Fn(&Visit) -> f64| {
        let mut x = from.x.clone();
        for visit in visits {
            x[visit.coordinate] = from.along(visit.coordinate, part * step(visit), evaluations.bounds());
        }
        x
    };
    let both = |part: f64| [joint(part, &|visit| visit.least(shape)), joint(part, &Visit::improving)];
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
