//! Incremental evaluation, for objectives that can update their value for a change of one coordinate at less
//! than the cost of a whole evaluation.

use crate::Failure;

/// A view of an objective at one point, the *centre*, for searches that change one coordinate at a time.
///
/// An objective returns its view from [`Objective::incremental`](crate::Objective::incremental). Without a
/// view the search is the same, but evaluates whole points
/// ([`Evaluations::trials_in_order`](crate::Evaluations::trials_in_order)).
///
/// The values of [`begin`](Incremental::begin) are canonical: they have the same bits as
/// [`Objective::value`](crate::Objective::value). The value of a trial agrees with it to rounding (1e-12 of
/// the value, or of the largest terms that cancel in both), and so does a parabola where its three terms do
/// not cancel. A smaller decrease counts only if whole evaluations confirm it
/// ([`TinyDecrease`](crate::TinyDecrease)). [`CheckIncremental`](crate::CheckIncremental) measures how well a
/// view keeps this contract.
///
/// A trial passes the new value of a coordinate, not a step, because adding a step would round: a value on a
/// bound must be exact.
///
/// ```
/// use search::{Budget, Failure, Incremental, Minimizer, Objective, PatternSearch, Problem};
///
/// /// A sum of squares: each coordinate changes one term.
/// struct Sphere;
///
/// #[derive(Default)]
/// struct Terms {
///     x: Vec<f64>,
///     sum: f64,
/// }
///
/// impl Objective for Sphere {
///     fn value(&self, x: &[f64]) -> Result<f64, Failure> {
///         Ok(x.iter().map(|v| v * v).sum())
///     }
///
///     fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
///         Some(Box::new(Terms::default()))
///     }
/// }
///
/// impl Incremental for Terms {
///     fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
///         self.x = x.to_vec();
///         self.sum = Sphere.value(x)?;
///         Ok(self.sum)
///     }
///
///     fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
///         Ok(self.sum + (to - self.x[i]) * (to + self.x[i]))
///     }
///
///     fn accept(&mut self, i: usize, to: f64) {
///         self.sum += (to - self.x[i]) * (to + self.x[i]);
///         self.x[i] = to;
///     }
/// }
///
/// let problem = Problem::of(Sphere, [3.0; 100])?;
/// let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!(outcome.value, 0.0);
/// # Ok::<(), search::Error>(())
/// ```
pub trait Incremental: Send {
    /// Moves the centre to `x` and returns the canonical value there. This ends any accumulated drift: the
    /// state of the view afterwards depends on `x` alone.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value at `x`; the centre is then undefined until the next
    /// `begin`.
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure>;

    /// Returns the value with coordinate `i` set to `to`. The centre does not move.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure>;

    /// Returns the canonical value with coordinate `i` set to `to`, for decreases that may be rounding
    /// errors. The centre does not move. The default is `None`: the view cannot compute it more cheaply than
    /// [`Objective::value`](crate::Objective::value), which is called instead.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn canonical_value(&mut self, _i: usize, _to: f64) -> Option<Result<f64, Failure>> {
        None
    }

    /// Moves the centre by setting coordinate `i` to `to`. The view may defer work until it is needed.
    fn accept(&mut self, i: usize, to: f64);

    /// Returns the value along coordinate `i` as a parabola, if it is exactly one and the objective knows it.
    /// The default is `None`.
    fn line(&mut self, _i: usize) -> Option<Parabola> {
        None
    }

    /// Returns blocks of coordinates that are cheap to visit together, in the order that is cheapest to
    /// sweep. Every coordinate occurs once. The default, no blocks, expresses no preference.
    fn blocks(&self) -> Vec<Vec<usize>> {
        Vec::new()
    }
}

/// The objective along one coordinate as a parabola: `value + slope d + curvature d²` at signed distance `d`
/// from the centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parabola {
    /// Value at the centre.
    pub value: f64,
    /// First derivative at the centre.
    pub slope: f64,
    /// Half the second derivative.
    pub curvature: f64,
}

impl Parabola {
    /// Returns the minimizer of the parabola over `[low, high]`, an interval that contains 0. It is 0 for a
    /// constant, NaN if slope or curvature is NaN, and one of the two ends if the curvature is negative.
    ///
    /// ```
    /// use search::Parabola;
    ///
    /// let bowl = Parabola { value: 5.0, slope: -4.0, curvature: 1.0 };
    /// assert_eq!(bowl.least_within(-1.0, 10.0), 2.0);
    /// assert_eq!(bowl.least_within(-1.0, 1.5), 1.5);
    /// ```
    pub fn least_within(&self, low: f64, high: f64) -> f64 {
        let Parabola { slope, curvature, .. } = *self;
        if slope.is_nan() || curvature.is_nan() {
            return f64::NAN;
        }
        if curvature > 0.0 {
            return (-slope / (2.0 * curvature)).max(low).min(high);
        }
        if slope == 0.0 && curvature == 0.0 {
            return 0.0;
        }
        // Clipping the ends at sqrt(MAX) keeps the products finite for infinite ends.
        let falls_more = |a: f64, b: f64| a * (slope + curvature * a) < b * (slope + curvature * b);
        let [low_end, high_end] = [low.max(-f64::MAX.sqrt()), high.min(f64::MAX.sqrt())];
        if falls_more(low_end, high_end) { low } else { high }
    }

    /// Whether all three coefficients are finite.
    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.slope.is_finite() && self.curvature.is_finite()
    }
}
