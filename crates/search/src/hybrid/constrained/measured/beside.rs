//! Slopes from points beside a point, and the way inside of rows that are in the way of such points.

use nalgebra::{DMatrix, DVector};

use crate::hybrid::constrained::points::Known;

/// The distance of the points of a difference, in units.
pub(super) const INTERVAL: f64 = 1e-7;

/// A side of a coordinate is taken if bounds leave this part of the interval.
pub(super) const ROOM: f64 = 0.5;

/// A point beside is off its axis if it has moved by more than this part of the interval along others. Points beside that
/// are off their axes must span the space: the least pivot, in intervals.
const OFF_AXIS: f64 = 1e-3;
const LEAST_PIVOT: f64 = 0.05;

/// The way inside is no longer than this, where a length of 1 leads away from a single row.
pub(super) const FURTHEST_INSIDE: f64 = 1e3;

/// The most sweeps over the rows for a direction that leads inside, and how far it must lead.
const SWEEPS: usize = 1000;
const ENOUGH: f64 = 0.75;

/// Returns the slopes of all functions at a point from points beside it along the coordinates of these turns: one for each
/// coordinate, which may be followed by the one on the other side. Where a point was moved off its axis, by a row, the slopes
/// are those of the linear functions through the first points. `None` if they do not span the space.
pub(super) fn slopes_of(base: &Known, turns: &[(usize, f64)], beside: &[Known]) -> Option<Vec<DVector<f64>>> {
    let n = base.y.len();
    let moved: Vec<DVector<f64>> = beside.iter().map(|point| (&point.y - &base.y) / INTERVAL).collect();
    let first: Vec<usize> =
        (0..turns.len()).filter(|&turn| turn == 0 || turns[turn - 1].0 != turns[turn].0).collect();
    let rise =
        |turn: usize, function: usize| (beside[turn].values[function] - base.values[function]) / INTERVAL;
    let is_off_axis = |turn: usize| {
        let k = turns[turn].0;
        (0..n).any(|i| i != k && moved[turn][i].abs() > OFF_AXIS) || moved[turn][k].abs() < ROOM
    };
    let functions = 0..base.values.len();
    if (0..turns.len()).any(is_off_axis) {
        let factors = DMatrix::from_fn(n, n, |k, i| moved[first[k]][i]).full_piv_lu();
        if factors.u().diagonal().map(f64::abs).min() < LEAST_PIVOT {
            return None;
        }
        let of = |function: usize| factors.solve(&DVector::from_fn(n, |k, _| rise(first[k], function)));
        return functions.map(of).collect();
    }
    let slope = |function: usize, k: usize| {
        let turn = first[k];
        let (s, along) = (moved[turn][k], rise(turn, function));
        match turns.get(turn + 1) {
            // The slope at the base of the parabola through the three points.
            Some(&(next, _)) if next == k => {
                let t = moved[turn + 1][k];
                (along / s * t - rise(turn + 1, function) / t * s) / (t - s)
            }
            _ => along / s,
        }
    };
    Some(functions.map(|function| DVector::from_fn(n, |k, _| slope(function, k))).collect())
}

/// Returns the shortest direction v with `aᵢ·v <= -1` for these unit normals, by Hildreth's method (1957, "A quadratic
/// programming procedure"): each inequality in turn changes its multiplier, at least 0, so that it holds with equality.
/// `None` if the direction is longer than [`FURTHEST_INSIDE`] or does not settle.
pub(super) fn away_from(normals: &[DVector<f64>]) -> Option<DVector<f64>> {
    let mut way = DVector::zeros(normals[0].len());
    let mut multipliers = vec![0.0_f64; normals.len()];
    for _ in 0..SWEEPS {
        for (normal, multiplier) in normals.iter().zip(&mut multipliers) {
            let change = (1.0 + normal.dot(&way)).max(-*multiplier);
            *multiplier += change;
            way.axpy(-change, normal, 1.0);
        }
        if way.norm() > FURTHEST_INSIDE {
            return None;
        }
        if normals.iter().all(|normal| normal.dot(&way) <= -ENOUGH) {
            return Some(way);
        }
    }
    None
}
