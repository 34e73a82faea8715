//! A feasible start.

use super::LinearConstraints;
#[cfg(feature = "linear-programs")]
use super::lp::{Rows, nearest};
use crate::{Bounds, Error, Grid};

/// The violation, relative to a row's terms, that a linear program or a start typed in decimals may leave. It
/// is removed by [`settle`](LinearConstraints::settle) without another linear program.
const SETTLED_VIOLATION: f64 = 1e-6;

/// Returns the feasible point nearest to `x`, which lies within the bounds and on the grid. It satisfies the
/// rows up to rounding if possible, and up to the tolerance otherwise.
///
/// # Errors
/// [`Error::NoFeasiblePoint`], or [`Error::InfeasibleStart`] without the feature `linear-programs`.
pub(crate) fn feasible_start(
    linear: &LinearConstraints,
    x: Vec<f64>,
    bounds: &Bounds,
    grid: Option<&Grid>,
    tolerance: f64,
) -> Result<Vec<f64>, Error> {
    #[cfg(feature = "linear-programs")]
    let programs =
        [Rows::Hold, Rows::Give].into_iter().filter_map(|rows| nearest(linear, &x, bounds, grid, rows));
    #[cfg(not(feature = "linear-programs"))]
    let programs = std::iter::empty::<Vec<f64>>();
    let mut best = x.clone();
    for mut point in std::iter::once(x.clone()).chain(programs) {
        linear.settle(&mut point, bounds, SETTLED_VIOLATION);
        if let Some(grid) = grid {
            grid.round(&mut point);
        }
        if linear.hold(&point) {
            return Ok(point);
        }
        if linear.violation(&point) < linear.violation(&best) {
            best = point;
        }
    }
    match linear.first_violated(&best, tolerance).and_then(|_| linear.worst(&best)) {
        None => Ok(best),
        #[cfg(feature = "linear-programs")]
        Some((row, violation)) => Err(Error::NoFeasiblePoint { row, violation }),
        #[cfg(not(feature = "linear-programs"))]
        Some((row, violation)) => Err(Error::InfeasibleStart { row, violation }),
    }
}
