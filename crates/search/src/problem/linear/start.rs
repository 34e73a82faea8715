//! A feasible start.

use super::LinearConstraints;
#[cfg(feature = "linear-programs")]
use super::lp::{Rows, nearest};
use crate::{Bounds, Error, Grid};

/// What a linear program leaves, and what a start typed in decimals does: so much is settled without another program.
const SETTLED_VIOLATION: f64 = 1e-6;

/// The point nearest to `x`, which is inside the bounds and on the grid, that satisfies the rows up to rounding, or up to the tolerance
/// where that cannot be had.
///
/// # Errors
/// [`Error::NoFeasiblePoint`]; without the feature `linear-programs` [`Error::InfeasibleStart`].
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
