//! Gradient sampling: the steepest direction along which the function falls as seen from all points nearby.
//!
//! (Burke, Lewis & Overton 2005, "A robust gradient sampling algorithm for nonsmooth, nonconvex optimization", SIAM Journal on
//! Optimization 15, algorithm GS; gradients by differences, active bounds by their normals.)

use nalgebra::DVector;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::least_norm::least_norm;
use super::{Better, Place};
use crate::{Evaluations, Stop};

/// How far away gradients are sampled, in steps of the last poll: nearer where those further away lead nowhere.
const RADII: [f64; 3] = [2048.0, 256.0, 32.0];

/// Distance of differences, as a part of the radius: so much shorter that few of them cross a kink.
const DIFFERENCE: f64 = 1.0 / 256.0;

/// The most gradients of a sample. One more than coordinates is what the theory asks for.
const MOST_GRADIENTS: usize = 12;

/// How many null steps may follow for each gradient of the sample before a place is given up.
const NULL_STEPS: usize = 2;

/// How far away a bound is near, as a part of the radius.
const NEAR_BOUND: f64 = 1.0 / 16.0;

/// The most descents from one radius.
const MOST_DESCENTS: usize = 20;

/// How much shorter and longer the steps of the line search get.
const SHORTER: f64 = 0.125;
const LONGER: f64 = 4.0;

/// The most steps of the line search.
const STEPS: usize = 30;

/// The shortest step of the line search, in steps of the last poll: what is nearer is as good as the tolerance asks for.
const SHORTEST: f64 = 1.0;

/// Samples gradients and goes along their steepest common descent, again and again as long as that gets on; the point where it
/// ends, if that is better.
pub(super) fn descend(place: &Place<'_>, evaluations: &mut Evaluations<'_>) -> Result<Option<Better>, Stop> {
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

/// Goes along the steepest common descent of gradients within this radius. Where that leads nowhere, there is a piece of the function
/// that the sample has missed: the gradient out there joins it, a null step of bundle methods (Lemaréchal 1975).
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
        let Some(missed) = gradient(here, &out_there, radius, evaluations)? else { break };
        gradients.push(missed);
    }
    Ok(None)
}

/// Gradients at random points within this radius.
fn sample(
    place: &Place<'_>,
    radius: f64,
    random: &mut Xoshiro256PlusPlus,
    evaluations: &mut Evaluations<'_>,
) -> Result<Vec<DVector<f64>>, Stop> {
    let n = place.x.len();
    let mut gradients = Vec::new();
    for _ in 0..(n + 1).min(MOST_GRADIENTS) {
        let multiples: Vec<f64> = (0..n).map(|_| radius * random.random_range(-1.0..1.0)).collect();
        let from = place.point(&multiples, evaluations);
        gradients.extend(gradient(place, &from, radius, evaluations)?);
    }
    Ok(gradients)
}

/// The gradient at a point in units of the steps, by differences into the box; 0 along coordinates without room. None where a value
/// is missing.
fn gradient(
    place: &Place<'_>,
    from: &[f64],
    radius: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<Option<DVector<f64>>, Stop> {
    if !admits(from, evaluations) {
        return Ok(None);
    }
    let value = evaluations.value(from)?;
    let mut gradient = DVector::zeros(from.len());
    let mut beside = from.to_vec();
    for i in 0..from.len() {
        let to = from[i] + evaluations.bounds().step_inside(i, from[i], DIFFERENCE * radius * place.steps[i]);
        if to == from[i] {
            continue;
        }
        beside[i] = to;
        if !admits(&beside, evaluations) {
            return Ok(None);
        }
        gradient[i] = (evaluations.value(&beside)? - value) / ((to - from[i]) / place.steps[i]);
        beside[i] = from[i];
    }
    Ok(gradient.iter().all(|slope| slope.is_finite()).then_some(gradient))
}

/// The direction of length 1 along which all the gradients fall by most, if there is one: the negative of the shortest vector among
/// their averages, to which the normals of near bounds may be added.
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

/// Goes along a direction: by steps that get shorter, down to one of the poll's, until one is better; then by longer ones as long as
/// they are better still.
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

fn admits(point: &[f64], evaluations: &Evaluations<'_>) -> bool {
    evaluations.linear().is_none_or(|linear| linear.hold(point))
}
