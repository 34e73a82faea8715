//! Integer and granular variables: the grid of admissible points.

mod along;
mod step;

pub(crate) use along::shortest_step;

use step::Step;

use crate::{Bounds, Error};

/// A bound within `UNITS` units in the last place of a multiple, and within `PART` of a step, counts as that
/// multiple. It may have been computed, as in `3.0 * 0.1`.
const UNITS: f64 = 4.0;
const PART: f64 = 1e-3;

/// The points whose coordinates are multiples of their granularities: 1 for an integer, 0 for a continuous
/// coordinate. (Audet, Le Digabel & Tribes 2019, "The mesh adaptive direct search algorithm for granular and
/// discrete variables", SIAM J. Optim. 29(2).)
///
/// [`Problem::granular`](crate::Problem::granular) sets the grid, and a solver reads it with
/// [`Evaluations::grid`](crate::Evaluations::grid). The multiples of a decimal fraction such as 0.1 (of at
/// most 15 digits and 22 decimals) are the numbers nearest to 0.1, 0.2, 0.3, and not `3.0 * 0.1`, which is a
/// different number. The multiples of every other granularity are `k * granularity`, rounded once. The grid
/// ends 2^53 steps from 0 for a power of two (such as 1), and 2^52 steps from 0 for all others. Farther out,
/// adjacent multiples are no longer distinct numbers.
///
/// ```
/// use search::{Bounds, Problem};
///
/// let problem = Problem::new(|x| x[0] + x[1], [0.0, 0.0])?
///     .bounded(Bounds::uniform(2, -2.5, 0.75)?)?
///     .granular(vec![1.0, 0.1])?;
/// let grid = problem.grid().expect("granular coordinates");
/// assert_eq!([grid.nearest(0, 1.7), grid.nearest(1, 0.28)], [2.0, 0.3]);
/// assert_eq!((problem.bounds().lower(), problem.bounds().upper()), (&[-2.0, -2.5][..], &[0.0, 0.7][..]));
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    granularity: Vec<f64>,
    /// The granularities as steps; `None` for a continuous coordinate.
    steps: Vec<Option<Step>>,
    /// The outermost points of the grid inside the bounds.
    bounds: Bounds,
}

impl Grid {
    /// Creates the grid within bounds of the same dimension; `None` if all coordinates are continuous.
    pub(crate) fn new(granularity: Vec<f64>, bounds: &Bounds) -> Result<Option<Self>, Error> {
        if let Some(index) = granularity.iter().position(|&g| !(g >= 0.0 && g.is_finite())) {
            return Err(Error::Granularity { index, value: granularity[index] });
        }
        if granularity.iter().all(|&g| g == 0.0) {
            return Ok(None);
        }
        let step = |&g: &f64| (g > 0.0).then(|| Step::of(g));
        let steps: Vec<Option<Step>> = granularity.iter().map(step).collect();
        let (mut lower, mut upper) = (bounds.lower().to_vec(), bounds.upper().to_vec());
        for (i, step) in steps.iter().enumerate() {
            let Some(step) = step else { continue };
            (lower[i], upper[i]) = ends(step, lower[i], upper[i]).ok_or(Error::NoGridPoint {
                index: i,
                lower: lower[i],
                upper: upper[i],
                granularity: granularity[i],
            })?;
        }
        Ok(Some(Grid { granularity, steps, bounds: Bounds::new(lower, upper)? }))
    }

    /// The bounds, moved inwards to the outermost multiples.
    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The number of granular coordinates.
    pub(crate) fn granular(&self) -> usize {
        self.granularity.iter().filter(|&&granularity| granularity > 0.0).count()
    }

    /// The granularity of each coordinate, 0 for a continuous one.
    pub fn granularity(&self) -> &[f64] {
        &self.granularity
    }

    /// Returns the multiple of the granularity of coordinate `i` nearest to `x`. It may lie outside the
    /// bounds; beyond the end of the grid it is the outermost multiple. For a continuous coordinate it is
    /// `x`.
    #[inline(never)] // Not inlined, so that trials without a grid reserve no stack space for it.
    pub fn nearest(&self, i: usize, x: f64) -> f64 {
        self.steps[i].as_ref().map_or(x, |step| step.nearest(x))
    }

    /// Whether `x` is exactly a multiple of the granularity of coordinate `i`.
    pub(crate) fn admits(&self, i: usize, x: f64) -> bool {
        self.steps[i].as_ref().is_none_or(|step| step.has_multiple(x))
    }

    /// Checks that the grid extends to the start, or that the bounds move the start to where it does.
    ///
    /// # Errors
    /// [`Error::StartBeyondGrid`] for the first coordinate beyond the end of the grid.
    pub(crate) fn reach(&self, start: &[f64], bounds: &Bounds) -> Result<(), Error> {
        for (index, (step, &value)) in self.steps.iter().zip(start).enumerate() {
            let furthest = step.as_ref().map_or(f64::INFINITY, |step| step.multiple(step.furthest));
            let bound = if value > 0.0 { bounds.upper()[index] } else { -bounds.lower()[index] };
            if value.abs() > furthest && bound >= furthest {
                return Err(Error::StartBeyondGrid {
                    index,
                    value,
                    granularity: self.granularity[index],
                    furthest,
                });
            }
        }
        Ok(())
    }

    /// Moves each coordinate to its nearest multiple, and returns how many moved.
    ///
    /// # Panics
    /// If the point has another dimension.
    pub fn round(&self, x: &mut [f64]) -> usize {
        assert_eq!(x.len(), self.granularity.len(), "coordinates of the point and of the grid");
        let mut moved = 0;
        for (i, x) in x.iter_mut().enumerate() {
            let nearest = self.nearest(i, *x);
            moved += usize::from(nearest != *x);
            *x = nearest;
        }
        moved
    }

    /// The first coordinate that is not on the grid.
    pub(crate) fn first_off(&self, x: &[f64]) -> Option<usize> {
        (0..x.len()).find(|&i| !self.admits(i, x[i]))
    }
}

/// Returns the outermost multiples between two bounds, if there are any.
fn ends(step: &Step, lower: f64, upper: f64) -> Option<(f64, f64)> {
    let is = |multiple: f64, bound: f64| {
        let unit = bound.abs().next_up() - bound.abs();
        (multiple - bound).abs() <= (UNITS * unit).min(PART * step.multiple(1.0))
    };
    let inwards = |bound: f64, one: f64| {
        if bound.is_infinite() {
            return Some(bound);
        }
        let count = step.count(bound);
        let multiple = step.multiple(count);
        match one * (multiple - bound) >= 0.0 || is(multiple, bound) {
            true => Some(multiple),
            false => (one * count < step.furthest).then(|| step.multiple(count + one)),
        }
    };
    let (first, last) = (inwards(lower, 1.0)?, inwards(upper, -1.0)?);
    (first <= last).then_some((first, last))
}
