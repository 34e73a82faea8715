//! Integer and granular variables: the grid that points lie on.

use crate::{Bounds, Error};

/// So many steps to either side a grid goes: up to there numbers tell one multiple from the next, whatever the granularity.
const FURTHEST: f64 = (1_u64 << 51) as f64;

/// A bound that differs from a multiple by less than this part of a step is that multiple.
const ON_MULTIPLE: f64 = 1e-9;

/// The points whose coordinates are multiples of a granularity each: of 1 for integers; coordinates of granularity 0
/// are continuous. (Audet, Le Digabel & Tribes 2019, "The mesh adaptive direct search algorithm for granular and discrete
/// variables", SIAM J. Optim. 29(2).)
///
/// A problem gets one by [`Problem::granular`](crate::Problem::granular), a solver finds it in
/// [`Evaluations::grid`](crate::Evaluations::grid). The multiples of a granularity such as 0.1 are what one writes for them, 0.1, 0.2,
/// 0.3, and not `3.0 * 0.1`, which is another number.
///
/// ```
/// use search::{Bounds, Problem};
///
/// let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![0.0, 0.0])?
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
    /// The same as fractions: where they have few decimals of two whole numbers, so that multiples are rounded once.
    fractions: Vec<(f64, f64)>,
    /// The outermost points of the grid inside the bounds.
    bounds: Bounds,
}

impl Grid {
    /// The grid within bounds of the same dimension; `None` if no coordinate has a granularity.
    pub(crate) fn new(granularity: Vec<f64>, bounds: &Bounds) -> Result<Option<Self>, Error> {
        if let Some(index) = granularity.iter().position(|&g| !(g >= 0.0 && g.is_finite())) {
            return Err(Error::Granularity { index, value: granularity[index] });
        }
        if granularity.iter().all(|&g| g == 0.0) {
            return Ok(None);
        }
        let fractions = granularity.iter().map(|&g| fraction(g)).collect();
        let mut grid = Grid { granularity, fractions, bounds: Bounds::free(bounds.dimension()) };
        let within = |i: usize| grid.within(i, bounds.lower()[i], bounds.upper()[i]);
        let ends: Vec<(f64, f64)> = (0..bounds.dimension()).map(within).collect::<Result<_, _>>()?;
        let (lower, upper) = ends.into_iter().unzip();
        grid.bounds = Bounds::new(lower, upper)?;
        Ok(Some(grid))
    }

    /// The outermost values of coordinate `i` between two bounds.
    fn within(&self, i: usize, lower: f64, upper: f64) -> Result<(f64, f64), Error> {
        let granularity = self.granularity[i];
        if granularity == 0.0 {
            return Ok((lower, upper));
        }
        let inwards = |bound: f64, inwards: fn(f64) -> f64| {
            let steps = self.steps(i, bound);
            let whole = steps.round();
            let rounding = 4.0 * f64::EPSILON * steps.abs();
            if (steps - whole).abs() <= rounding.max(ON_MULTIPLE) { whole } else { inwards(steps) }
        };
        let (first, last) = (inwards(lower, f64::ceil), inwards(upper, f64::floor));
        // By rounding the multiple may lie beyond the bound that it is.
        let low = if lower.is_finite() { self.multiple(i, first).max(lower) } else { lower };
        let high = if upper.is_finite() { self.multiple(i, last).min(upper) } else { upper };
        if first <= last && first <= FURTHEST && last >= -FURTHEST && low <= high {
            Ok((low, high))
        } else {
            Err(Error::NoGridPoint { index: i, lower, upper, granularity })
        }
    }

    /// The bounds, moved inwards to the outermost multiples.
    pub(crate) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// How many coordinates are granular.
    pub(crate) fn granular(&self) -> usize {
        self.granularity.iter().filter(|&&granularity| granularity > 0.0).count()
    }

    /// The granularity of each coordinate, 0 for a continuous one.
    pub fn granularity(&self) -> &[f64] {
        &self.granularity
    }

    /// The value nearest to `x` that coordinate `i` may take: a multiple of its granularity, be it outside the bounds. One that
    /// is a bound but for rounding is that bound to the bit. A continuous coordinate may take any.
    #[inline(never)] // So that trials without a grid do not make room for it.
    pub fn nearest(&self, i: usize, x: f64) -> f64 {
        let granularity = self.granularity[i];
        if granularity == 0.0 {
            return x;
        }
        let steps = self.steps(i, x).round().clamp(-FURTHEST, FURTHEST);
        let value = self.multiple(i, steps);
        let is_here = |bound: f64| (value - bound).abs() < 0.5 * granularity;
        let ends = [self.bounds.lower()[i], self.bounds.upper()[i]];
        ends.into_iter().find(|&bound| is_here(bound)).unwrap_or(value)
    }

    /// Moves each coordinate to the nearest value it may take, and says how many moved.
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
        (0..x.len()).find(|&i| self.nearest(i, x[i]) != x[i])
    }

    fn steps(&self, i: usize, x: f64) -> f64 {
        let (numerator, denominator) = self.fractions[i];
        x * denominator / numerator
    }

    fn multiple(&self, i: usize, steps: f64) -> f64 {
        let (numerator, denominator) = self.fractions[i];
        // Zero has one sign here.
        steps * numerator / denominator + 0.0
    }
}

/// The fraction of whole numbers with a power of ten below, if there is one of up to 15 decimals.
fn fraction(granularity: f64) -> (f64, f64) {
    let decimal = |decimals: i32| {
        let denominator = 10_f64.powi(decimals);
        ((granularity * denominator).round(), denominator)
    };
    let is_exact = |&(numerator, denominator): &(f64, f64)| numerator / denominator == granularity;
    (0..=15).map(decimal).find(is_exact).unwrap_or((granularity, 1.0))
}
