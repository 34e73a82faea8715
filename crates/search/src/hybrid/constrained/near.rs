//! The points of a fit.

use nalgebra::DVector;

use super::points::{Known, Points};
use crate::hybrid::quadratic::{FURTHEST_POINT, STEEPEST, most_points};

/// The fit's radius is at least the distance of the n-th nearest point divided by this. With no points in a small trust
/// region, a model of a larger one is better than none.
const MOST_SPREAD: f64 = 10.0;

/// Returns the displacements of the nearest points from `here`, at most as many as determine a quadratic, and the
/// radius of the fit. Points that rise too steeply in one of the first `functions` are left out. Those that follow are
/// residuals: one that depends on few coordinates rises steeply along them, as it should.
pub(super) fn nearest<'p>(
    points: &'p Points,
    here: &Known,
    functions: usize,
    radius: f64,
    shrink: Option<&DVector<f64>>,
) -> (Vec<(DVector<f64>, &'p Known)>, f64) {
    let n = here.y.len();
    let factor = |k: usize| shrink.map_or(1.0, |shrink| shrink[k]);
    let squared = |point: &Known| (0..n).map(|k| ((point.y[k] - here.y[k]) * factor(k)).powi(2)).sum::<f64>();
    let mut near: Vec<(f64, &Known)> = points
        .known()
        .iter()
        .map(|point| (squared(point), point))
        .filter(|(squared, _)| *squared > 0.0)
        .collect();
    near.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let spread = near.get(n.min(near.len()).wrapping_sub(1)).map_or(0.0, |(squared, _)| squared.sqrt());
    let radius = radius.max(spread / MOST_SPREAD);
    let furthest = (FURTHEST_POINT * radius).powi(2);
    let close = |(rank, (squared, _)): &(usize, (f64, &Known))| *rank < n || *squared <= furthest;
    let near = near.into_iter().enumerate().filter(close).take(most_points(n));
    let displacement = |point: &Known| DVector::from_fn(n, |k, _| (point.y[k] - here.y[k]) * factor(k));
    let mut near: Vec<_> = near.map(|(_, (_, point))| (displacement(point), point)).collect();
    let usual: Vec<f64> = (0..functions).map(|function| usual_rise(&near, here, function)).collect();
    near.retain(|(_, point)| {
        let rises = point.values.iter().zip(&here.values).map(|(value, here)| (value - here).abs());
        rises.zip(&usual).all(|(rise, usual)| rise <= STEEPEST * usual)
    });
    (near, radius)
}

/// Returns the typical |rise| of a function: the median over the 2n nearest points, infinite if that is 0.
fn usual_rise(near: &[(DVector<f64>, &Known)], here: &Known, function: usize) -> f64 {
    let rise = |(_, point): &(DVector<f64>, &Known)| (point.values[function] - here.values[function]).abs();
    let mut rises: Vec<f64> = near.iter().take(2 * here.y.len()).map(rise).collect();
    rises.sort_by(f64::total_cmp);
    rises.get(rises.len() / 2).copied().filter(|&usual| usual > 0.0).unwrap_or(f64::INFINITY)
}
