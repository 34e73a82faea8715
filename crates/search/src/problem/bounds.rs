//! Bounds on each coordinate.

use crate::{Error, IntoPoint};

/// Lower and upper bounds, one pair per coordinate.
///
/// Either may be infinite, both may be equal (a fixed coordinate); a lower bound is never above the
/// upper one, and neither is NaN.
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
    /// Bounds from MATLAB's `lb` and `ub`; `±INFINITY` for none.
    ///
    /// # Errors
    /// [`Error::BoundsLength`] for vectors of different length, [`Error::Bounds`] naming the first
    /// coordinate with a NaN, with `lower > upper`, or with nothing between its bounds
    /// (`lower = +INFINITY` or `upper = -INFINITY`).
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

    /// No bound on any of `n` coordinates.
    pub fn free(n: usize) -> Self {
        Bounds { lower: vec![f64::NEG_INFINITY; n], upper: vec![f64::INFINITY; n] }
    }

    /// Zero below and nothing above, for each of `n` coordinates.
    pub fn nonnegative(n: usize) -> Self {
        Bounds { lower: vec![0.0; n], upper: vec![f64::INFINITY; n] }
    }

    /// The same bounds for each of `n` coordinates.
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

    /// How far apart the bounds of coordinate `i` are.
    pub(crate) fn width(&self, i: usize) -> f64 {
        self.upper[i] - self.lower[i]
    }

    /// Whether coordinate `i` may take this value, which must also be finite.
    pub fn admit(&self, i: usize, value: f64) -> bool {
        value >= self.lower[i] && value <= self.upper[i] && value.is_finite()
    }

    /// Whether a point lies inside, bounds included, with every coordinate finite.
    pub fn contain(&self, x: &[f64]) -> bool {
        x.len() == self.dimension() && self.first_outside(x).is_none()
    }

    /// The first coordinate outside its bounds or not finite.
    pub(crate) fn first_outside(&self, x: &[f64]) -> Option<usize> {
        // Counting without a branch lets the compiler compare several coordinates at once; this
        // check stands before every evaluation.
        let each = || x.iter().zip(&self.lower).zip(&self.upper);
        let inside =
            |((&x, &lower), &upper): ((&f64, &f64), &f64)| (x >= lower) & (x <= upper) & x.is_finite();
        let count = each().fold(0, |count, coordinate| count + usize::from(inside(coordinate)));
        if count == x.len() { None } else { each().position(|coordinate| !inside(coordinate)) }
    }

    /// Turns each value that its coordinate may not take into NaN.
    pub(crate) fn strike_out(&self, x: &mut [f64]) {
        for ((x, &lower), &upper) in x.iter_mut().zip(&self.lower).zip(&self.upper) {
            // Without a branch, as above.
            let inside = (*x >= lower) & (*x <= upper) & x.is_finite();
            *x = if inside { *x } else { f64::NAN };
        }
    }

    /// How many coordinates have bounds that differ.
    pub(crate) fn differing(&self) -> usize {
        self.lower.iter().zip(&self.upper).filter(|(lower, upper)| lower < upper).count()
    }

    /// Whether there is one point inside.
    pub(crate) fn hold_one_point(&self) -> bool {
        self.lower == self.upper
    }

    /// The same bounds with each coordinate measured in a unit of its own, above 0.
    pub(crate) fn in_units(&self, units: &[f64]) -> Self {
        let measured = |bounds: &[f64]| bounds.iter().zip(units).map(|(bound, unit)| bound / unit).collect();
        Bounds { lower: measured(&self.lower), upper: measured(&self.upper) }
    }

    /// A step of this length along coordinate `i` that stays inside: upwards, downwards where only that side has room,
    /// and shorter where neither side has.
    pub(crate) fn step_inside(&self, i: usize, from: f64, step: f64) -> f64 {
        let (above, below) = (self.upper[i] - from, from - self.lower[i]);
        match () {
            () if above >= step => step,
            () if below >= step => -step,
            () if above >= below => above,
            () => -below,
        }
    }

    /// Moves each coordinate to the nearest value inside, and says how many moved. A NaN stays one.
    ///
    /// # Panics
    /// If the point has another dimension.
    pub fn project(&self, x: &mut [f64]) -> usize {
        assert_eq!(x.len(), self.dimension(), "coordinates of the point and of the bounds");
        let mut moved = 0;
        for ((x, &lower), &upper) in x.iter_mut().zip(&self.lower).zip(&self.upper) {
            let inside = x.clamp(lower, upper);
            moved += usize::from(inside != *x);
            // On a bound of zero the point has the bound's zero, not its negative.
            *x = if inside == lower { lower } else { inside };
        }
        moved
    }
}
