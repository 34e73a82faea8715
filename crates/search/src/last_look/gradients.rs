//! Gradient sampling: the steepest common descent direction of gradients at nearby points.
//!
//! (Burke, Lewis & Overton 2005, "A robust gradient sampling algorithm for nonsmooth, nonconvex optimization", SIAM
//! Journal on Optimization 15, algorithm GS; here with finite-difference gradients and the normals of active bounds.)

use std::ops::ControlFlow;

use nalgebra::DVector;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::least_norm::least_norm;
use super::{Better, Place};
use crate::{Evaluations, Lookahead, Stop};

/// Sampling radii, in steps of the last poll; smaller ones follow when a larger one fails.
const RADII: [f64; 3] = [2048.0, 256.0, 32.0];

/// Finite-difference step as a fraction of the radius, so short that few differences cross a kink.
const DIFFERENCE: f64 = 1.0 / 256.0;

/// The most gradients of a sample. The theory requires one more than there are coordinates.
const MOST_GRADIENTS: usize = 12;

/// The most null steps per gradient of the sample.
const NULL_STEPS: usize = 2;

/// A bound is near within this fraction of the radius.
const NEAR_BOUND: f64 = 1.0 / 16.0;

/// The most descents from one radius.
const MOST_DESCENTS: usize = 20;

/// Factors of the step length in the line search.
const SHORTER: f64 = 0.125;
const LONGER: f64 = 4.0;

/// The most steps of the line search.
const STEPS: usize = 30;

/// The shortest step of the line search, in steps of the last poll: closer points are within the tolerance.
const SHORTEST: f64 = 1.0;

/// Repeatedly samples gradients and moves along their steepest common descent direction. Returns the final point if
/// it is better.
pub(crate) fn descend(place: &Place<'_>, evaluations: &mut Evaluations<'_>) -> Result<Option<Better>, Stop> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut best = None;
    for radius in RADII {
        for _ in 0..MOST_DESCENTS {
            let here = place.moved_to(best.as_ref());
            let Some(better) = step_down(&here, radius, &mut random, evaluations)? else { break };
            best = Some(better);
        }
    }
    Ok(best)
}

/// Moves along the steepest common descent direction of gradients within this radius. If the line search fails, the
/// sample misses a piece of the function: the gradient at the trial point is added, a null step of bundle methods
/// (Lemaréchal 1975).
fn step_down(
    here: &Place<'_>,
    radius: f64,
    random: &mut Xoshiro256PlusPlus,
    evaluations: &mut Evaluations<'_>,
) -> Result<Option<Better>, Stop> {
    let mut gradients = sample(here, radius, random, evaluations)?;
    for _ in 0..=NULL_STEPS * gradients.len() {
        let Some(direction) = steepest_descent(here, &gradients, NEAR_BOUND * radius, evaluations) else {
            break;
        };
        let better = search_line(here, &direction, radius, evaluations)?;
        if better.is_some() {
            return Ok(better);
        }
        let out_there: Vec<f64> = direction.iter().map(|part| radius * part).collect();
        let out_there = here.point(&out_there, evaluations);
        let Some(missed) = gradients_at(here, &[out_there], radius, evaluations)?.pop() else { break };
        gradients.push(missed);
    }
    Ok(None)
}

/// Returns gradients at random points within this radius.
fn sample(
    place: &Place<'_>,
    radius: f64,
    random: &mut Xoshiro256PlusPlus,
    evaluations: &mut Evaluations<'_>,
) -> Result<Vec<DVector<f64>>, Stop> {
    let n = place.x.len();
    let count = (n + 1).min(MOST_GRADIENTS);
    let from: Vec<Vec<f64>> = (0..count)
        .map(|_| {
            let multiples: Vec<f64> = (0..n).map(|_| radius * random.random_range(-1.0..1.0)).collect();
            place.point(&multiples, evaluations)
        })
        .collect();
    gradients_at(place, &from, radius, evaluations)
}

/// A point, and the positions of coordinates at the points beside it that are needed for a gradient.
struct Differences<'f> {
    from: &'f [f64],
    beside: Vec<(usize, f64)>,
    /// Whether linear constraints admit the point.
    has_middle: bool,
    /// Whether they admit those beside it as well.
    is_whole: bool,
}

impl<'f> Differences<'f> {
    /// One-sided differences into the box, up to the first point that linear constraints exclude.
    fn around(place: &Place<'_>, from: &'f [f64], radius: f64, evaluations: &Evaluations<'_>) -> Self {
        let has_middle = admits(from, evaluations);
        let mut differences = Differences { from, beside: Vec::new(), has_middle, is_whole: has_middle };
        let mut beside = from.to_vec();
        for i in 0..from.len() {
            let length = DIFFERENCE * radius * place.steps[i];
            let to = evaluations.bounds().stepped_inside(i, from[i], length);
            if to == from[i] || !differences.is_whole {
                continue;
            }
            beside[i] = to;
            differences.is_whole = admits(&beside, evaluations);
            differences.beside.extend(differences.is_whole.then_some((i, to)));
            beside[i] = from[i];
        }
        differences
    }

    /// The number of points: none if the first is excluded.
    fn count(&self) -> usize {
        if self.has_middle { 1 + self.beside.len() } else { 0 }
    }

    /// Writes the point of a turn: the first is the one in the middle.
    fn write(&self, turn: usize, x: &mut [f64]) {
        x.copy_from_slice(self.from);
        if turn > 0 {
            let (i, to) = self.beside[turn - 1];
            x[i] = to;
        }
    }

    /// The gradient in units of the steps, 0 along coordinates without room; `None` if a value is missing.
    fn gradient(&self, place: &Place<'_>, values: &[f64]) -> Option<DVector<f64>> {
        let mut gradient = DVector::zeros(self.from.len());
        for (&(i, to), value) in self.beside.iter().zip(values.iter().skip(1)) {
            gradient[i] = (value - values[0]) / ((to - self.from[i]) / place.steps[i]);
        }
        (self.is_whole && gradient.iter().all(|slope| slope.is_finite())).then_some(gradient)
    }
}

/// Returns the gradients at points, whose values are asked for at once.
fn gradients_at(
    place: &Place<'_>,
    from: &[Vec<f64>],
    radius: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<Vec<DVector<f64>>, Stop> {
    let all: Vec<_> = from.iter().map(|from| Differences::around(place, from, radius, evaluations)).collect();
    let turns: Vec<(usize, usize)> =
        all.iter().enumerate().flat_map(|(k, at)| (0..at.count()).map(move |turn| (k, turn))).collect();
    let mut values = vec![Vec::new(); all.len()];
    let point = |turn: usize, x: &mut [f64]| {
        all[turns[turn].0].write(turns[turn].1, x);
        true
    };
    evaluations.in_order(turns.len(), Lookahead::All, point, |turn, value| {
        values[turns[turn].0].push(value);
        ControlFlow::Continue(())
    })?;
    Ok(all.iter().zip(&values).filter_map(|(at, values)| at.gradient(place, values)).collect())
}

/// Returns the unit direction -g/‖g‖, where g is the shortest vector in the convex hull of the gradients plus the
/// cone of the outward normals of nearby bounds. Returns `None` if g is 0.
fn steepest_descent(
    place: &Place<'_>,
    gradients: &[DVector<f64>],
    near: f64,
    evaluations: &Evaluations<'_>,
) -> Option<Vec<f64>> {
    let largest = gradients.iter().map(DVector::norm).fold(0.0, f64::max);
    if largest == 0.0 || !largest.is_finite() {
        return None;
    }
    let inwards = place.ways_inwards(near, evaluations);
    let normals = (0..inwards.len()).filter(|&i| inwards[i] != 0.0).map(|i| {
        let mut normal = DVector::zeros(inwards.len());
        normal[i] = -inwards[i];
        normal
    });
    let gradients: Vec<_> = gradients.iter().map(|gradient| gradient / largest).collect();
    let shortest = least_norm(&gradients, &normals.collect::<Vec<_>>());
    let direction = (-shortest).try_normalize(f64::EPSILON.sqrt())?;
    Some(direction.iter().copied().collect())
}

/// Searches along a direction: shortens the step, down to one poll step, until a point is better; if the first step
/// already improves, lengthens it as long as the value improves.
fn search_line(
    place: &Place<'_>,
    direction: &[f64],
    radius: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<Option<Better>, Stop> {
    let mut length = radius;
    let mut best: Option<Better> = None;
    for _ in 0..STEPS {
        let multiples: Vec<f64> = direction.iter().map(|part| length * part).collect();
        let point = place.point(&multiples, evaluations);
        let value = if admits(&point, evaluations) { evaluations.value(&point)? } else { f64::INFINITY };
        let least = best.as_ref().map_or(place.value, |(_, least)| *least);
        if value < least && place.is_seen(value - place.value) {
            let comes_from_shorter = length < radius;
            best = Some((point, value));
            if comes_from_shorter {
                break;
            }
            length *= LONGER;
        } else if best.is_some() || length * SHORTER < SHORTEST {
            break;
        } else {
            length *= SHORTER;
        }
    }
    Ok(best)
}

pub(super) fn admits(point: &[f64], evaluations: &Evaluations<'_>) -> bool {
    evaluations.linear().is_none_or(|linear| linear.hold(point))
}
