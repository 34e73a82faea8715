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

    /// Returns a step along coordinate `i` that stays within the bounds: `step` if there is room above, else
    /// `-step` if there is room below, else the longer of the two steps onto a bound.
    pub(crate) fn step_inside(&self, i: usize, from: f64, step: f64) -> f64 {
        let (above, below) = (self.upper[i] - from, from - self.lower[i]);
        match () {
            () if above >= step => step,
            () if below >= step => -step,
            () if above >= below => above,
            () => -below,
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
