//! What the points of a neighbouring problem say: where to begin, and the curvature there.

use nalgebra::{DMatrix, DVector};

use super::HybridOptions;
use super::descent::Descent;
use super::fits::REMAINDERS;
use super::quadratic::{Conditions, FURTHEST_POINT, most_points};
use super::space::Space;
use crate::{Evaluations, Stop};

/// The first radius at the best point of a hint, as a part of the initial mesh size.
pub(super) const NEARBY: f64 = 0.1;

/// A point says the same as another if their distance is less than this part of its distance from the centre.
const APART: f64 = 0.25;

impl Descent {
    /// Starts a descent at the best point of the hint, with the curvature of the hint, if that is better than `x` with
    /// this value; otherwise at `x`.
    pub(super) fn with_hint(
        x: Vec<f64>,
        value: f64,
        space: Space,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Self, Stop> {
        let Some(mut best) = evaluations.best_of_hint() else {
            return Ok(Descent::from(x, value, options.initial_mesh_size, space));
        };
        let centre = best.x.clone();
        evaluations.bounds().project(&mut best.x);
        let there = if best.x == x { value } else { evaluations.value(&best.x)? };
        if best.x != x && there >= value {
            return Ok(Descent::from(x, value, options.initial_mesh_size, space));
        }
        let size = (nearby() * options.initial_mesh_size).max(options.mesh_tolerance);
        let hint = evaluations.hint();
        let displacements: Vec<_> = hint.iter().map(|point| space.between(&centre, &point.x)).collect();
        let rises: Vec<f64> = hint.iter().map(|point| point.value - best.value).collect();
        let curvature = curvature(&displacements, &rises, size);
        let start = space.units(&x);
        let mut descent = Descent::from(best.x, there, size, space);
        let place = &mut descent.place;
        place.cloud.add(start, value, &place.space.units(&place.x));
        if let Some(hessian) = curvature {
            place.fits.begin_with(&hessian);
        }
        Ok(descent)
    }
}

pub(super) fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

pub(super) fn nearby() -> f64 {
    env("NEARBY", NEARBY)
}

/// Returns the Hessian of the quadratic of least curvature with these rises at these displacements.
fn curvature(displacements: &[DVector<f64>], rises: &[f64], radius: f64) -> Option<DMatrix<f64>> {
    let (places, radius) = spread(displacements, radius);
    let chosen: Vec<_> = places.iter().map(|&i| &displacements[i]).collect();
    let n = chosen.first()?.len();
    let flat = DMatrix::zeros(n, n);
    let conditions = Conditions::at(&chosen, radius)?;
    let unexplained = conditions.unexplained(|i| rises[places[i]], &flat);
    let fit = conditions.eliminate(REMAINDERS[env("REM", 1.0) as usize])?;
    Some(fit.model(&fit.solve(&unexplained)?, &flat)?.hessian)
}

/// Selects points around a centre for a model there, and returns its radius: the nearest and those at all distances
/// beyond, without points that say the same as nearer ones.
pub(super) fn spread(displacements: &[DVector<f64>], radius: f64) -> (Vec<usize>, f64) {
    let mut order: Vec<(f64, usize)> =
        displacements.iter().map(DVector::norm).zip(0..).filter(|(distance, _)| *distance > 0.0).collect();
    order.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let Some(n) = displacements.first().map(DVector::len) else { return (Vec::new(), radius) };
    let spread = order.get(n.min(order.len()).wrapping_sub(1)).map_or(0.0, |(distance, _)| *distance);
    let radius = radius.max(spread / 10.0);
    let mut places: Vec<usize> = Vec::new();
    for (distance, i) in order {
        let says_more =
            |&k: &usize| (&displacements[i] - &displacements[k]).norm() >= env("APART", APART) * distance;
        if distance <= FURTHEST_POINT * radius && places.iter().all(says_more) {
            places.push(i);
        }
    }
    let excess = places.len().saturating_sub(most_points(n));
    // The nearest say least of the curvature.
    places.drain(..excess);
    (places, radius)
}
