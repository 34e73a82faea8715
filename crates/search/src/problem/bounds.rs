//! Bounds on each coordinate.

use crate::{Error, IntoPoint};

/// Lower and upper bounds, one pair per coordinate.
///
/// Either may be infinite, and both may be equal (a fixed coordinate). A lower bound never exceeds its upper
/// bound, and neither is NaN.
///
/// ```
/// use search::Bounds;
///
/// let bounds = Bounds::new([0.0, f64::NEG_INFINITY], [1.0, 5.0])?;
/// assert!(bounds.contain(&[1.0, -1e300]));
/// assert!(!bounds.contain(&[1.0000000000000002, 0.0]));
/// assert!(Bounds::new([2.0], [1.0]).is_err());
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    lower: Vec<f64>,
    upper: Vec<f64>,
}

impl Bounds {
    /// Creates bounds from MATLAB's `lb` and `ub`; `±INFINITY` means no bound.
    ///
    /// # Errors
    /// [`Error::BoundsLength`] for vectors of different lengths; [`Error::Bounds`] for the first coordinate
    /// with a NaN, with `lower > upper`, or with no finite number between its bounds (`lower = +INFINITY` or
    /// `upper = -INFINITY`).
    #[doc(alias = "lb")]
    #[doc(alias = "ub")]
    pub fn new(lower: impl IntoPoint, upper: impl IntoPoint) -> Result<Self, Error> {
        let (lower, upper) = (lower.into_point(), upper.into_point());
        if lower.len() != upper.len() {
            return Err(Error::BoundsLength { what: "upper", given: upper.len(), expected: lower.len() });
        }
        for (index, (&lower, &upper)) in lower.iter().zip(&upper).enumerate() {
            // A NaN fails every comparison.
            let holds_a_number = lower <= upper && lower < f64::INFINITY && upper > f64::NEG_INFINITY;
            if !holds_a_number {
                return Err(Error::Bounds { index, lower, upper });
            }
        }
        Ok(Bounds { lower, upper })
    }

    /// Creates infinite bounds for `n` coordinates.
    pub fn free(n: usize) -> Self {
        Bounds { lower: vec![f64::NEG_INFINITY; n], upper: vec![f64::INFINITY; n] }
    }

    /// Creates bounds `x >= 0` for each of `n` coordinates.
    pub fn nonnegative(n: usize) -> Self {
        Bounds { lower: vec![0.0; n], upper: vec![f64::INFINITY; n] }
    }

    /// Creates the same bounds for each of `n` coordinates.
    ///
    /// # Errors
    /// [`Error::Bounds`] as for [`new`](Bounds::new).
    pub fn uniform(n: usize, lower: f64, upper: f64) -> Result<Self, Error> {
        Bounds::new(vec![lower; n], vec![upper; n])
    }

    /// Number of coordinates.
    pub fn dimension(&self) -> usize {
        self.lower.len()
    }

    /// The lower bounds.
    pub fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// The upper bounds.
    pub fn upper(&self) -> &[f64] {
        &self.upper
    }

    /// The distance between the bounds of coordinate `i`.
    pub(crate) fn width(&self, i: usize) -> f64 {
        self.upper[i] - self.lower[i]
    }

    /// Whether `value` is finite and within the bounds of coordinate `i`.
    pub fn admit(&self, i: usize, value: f64) -> bool {
        value >= self.lower[i] && value <= self.upper[i] && value.is_finite()
    }

    /// Whether every coordinate of `x` is finite and within its bounds.
    pub fn contain(&self, x: &[f64]) -> bool {
        x.len() == self.dimension() && self.first_outside(x).is_none()
    }

    /// The first coordinate outside its bounds or not finite.
    pub(crate) fn first_outside(&self, x: &[f64]) -> Option<usize> {
        // A count without branches lets the compiler vectorize this check, which precedes every evaluation.
        let each = || x.iter().zip(&self.lower).zip(&self.upper);
        let inside =
            |((&x, &lower), &upper): ((&f64, &f64), &f64)| (x >= lower) & (x <= upper) & x.is_finite();
        let count = each().fold(0, |count, coordinate| count + usize::from(inside(coordinate)));
        if count == x.len() { None } else { each().position(|coordinate| !inside(coordinate)) }
    }

    /// Replaces each value outside its bounds by NaN.
    pub(crate) fn strike_out(&self, x: &mut [f64]) {
        for ((x, &lower), &upper) in x.iter_mut().zip(&self.lower).zip(&self.upper) {
            // Without a branch, as above.
            let inside = (*x >= lower) & (*x <= upper) & x.is_finite();
            *x = if inside { *x } else { f64::NAN };
        }
    }

    /// The number of coordinates that are not fixed.
    pub(crate) fn differing(&self) -> usize {
        self.lower.iter().zip(&self.upper).filter(|(lower, upper)| lower < upper).count()
    }

    /// Whether all coordinates are fixed.
    pub(crate) fn hold_one_point(&self) -> bool {
        self.lower == self.upper
    }

    /// The bounds with each coordinate divided by its unit, which is positive.
    pub(crate) fn in_units(&self, units: &[f64]) -> Self {
        let measured = |bounds: &[f64]| bounds.iter().zip(units).map(|(bound, unit)| bound / unit).collect();
        Bounds { lower: measured(&self.lower), upper: measured(&self.upper) }
    }

    /// Returns where a step along coordinate `i` leads within the bounds: `step` upwards if there is room above, else
    /// downwards if there is room below, else onto the bound that is further away.
    pub(crate) fn stepped_inside(&self, i: usize, from: f64, step: f64) -> f64 {
        let (lower, upper) = (self.lower[i], self.upper[i]);
        let (above, below) = (upper - from, from - lower);
        match () {
            // Rounding may carry a step that has just enough room past the bound.
            () if above >= step => (from + step).min(upper),
            () if below >= step => (from - step).max(lower),
            () if above >= below => upper,
            () => lower,
        }
    }

    /// Moves each coordinate to the nearest value within its bounds, and returns how many moved. A NaN stays
    /// NaN.
    ///
    /// # Panics
    /// If the point has another dimension.
    pub fn project(&self, x: &mut [f64]) -> usize {
        assert_eq!(x.len(), self.dimension(), "coordinates of the point and of the bounds");
        let mut moved = 0;
        for ((x, &lower), &upper) in x.iter_mut().zip(&self.lower).zip(&self.upper) {
            let inside = x.clamp(lower, upper);
            moved += usize::from(inside != *x);
            // At a bound of zero, take the sign of the bound's zero.
            *x = if inside == lower { lower } else { inside };
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    #[test]
    fn a_step_goes_where_there_is_room_and_else_onto_the_further_bound() {
        let bounds = Bounds::uniform(1, -1.0, 2.0).expect("lower below upper");
        let to = |from: f64, step: f64| bounds.stepped_inside(0, from, step);
        assert_eq!([to(0.0, 2.0), to(0.5, 1.5), to(1.5, 1.0)], [2.0, 2.0, 0.5]);
        assert_eq!([to(0.0, 5.0), to(1.0, 5.0)], [2.0, -1.0]);
    }

    /// `from + (upper - from)` may be above the upper bound by a rounding error.
    #[test]
    fn rounding_carries_no_step_past_a_bound() {
        for k in 0..2000_u32 {
            let (end, from) = (20.0 / 7.0 + f64::from(k), -f64::from(k).sqrt() / 3.0);
            let bounds = Bounds::uniform(1, -end, end).expect("lower below upper");
            for step in [end - from, end + from, f64::INFINITY] {
                assert!(bounds.admit(0, bounds.stepped_inside(0, from, step)), "{from} {step} {end}");
            }
        }
    }
}
