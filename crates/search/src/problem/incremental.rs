//! One coordinate at a time: the contract of objectives that can tell the effect of changing a single
//! coordinate for less than a whole evaluation.

use crate::Failure;

/// A view of an objective held at one point, the *centre*, for searches that change one coordinate
/// at a time.
///
/// An objective that has one returns it from [`Objective::incremental`](crate::Objective::incremental);
/// the search is the same for all others, which are evaluated as a whole
/// ([`Evaluations::trials_in_order`](crate::Evaluations::trials_in_order)). The values of
/// [`begin`](Incremental::begin) are canonical: the same bits as
/// [`Objective::value`](crate::Objective::value). Those of a trial agree with it to rounding
/// (1e-12 of the value, or of the largest terms that both have to cancel); those of a parabola where its three terms do
/// not cancel; a decrease no larger than that is confirmed by whole evaluations, or none
/// ([`TinyDecrease`](crate::TinyDecrease)). [`CheckIncremental`](crate::CheckIncremental) measures how well a view keeps to it.
///
/// A coordinate's new value is given as the value itself, not as a step: what lies exactly on a bound
/// is meant, and adding a step would round.
///
/// ```
/// use search::{Budget, Failure, Incremental, Minimizer, Objective, PatternSearch, Problem};
///
/// /// A sum of squares: one term changes with one coordinate.
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
    /// Moves the centre to `x` and returns the canonical value there; ends all drift. What the view
    /// knows afterwards depends on `x` alone.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value at `x`; the centre is then undefined until the next
    /// `begin`.
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure>;

    /// The value with coordinate `i` set to `to`; the centre stays.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure>;

    /// The canonical value with coordinate `i` set to `to`, asked for where a decrease may be rounding; the centre stays.
    /// By default `None`: the view cannot tell it for less than [`Objective::value`](crate::Objective::value), which is
    /// asked then.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn canonical_value(&mut self, _i: usize, _to: f64) -> Option<Result<f64, Failure>> {
        None
    }

    /// Moves the centre by setting coordinate `i` to `to`. Work may be put off until it is needed.
    fn accept(&mut self, i: usize, to: f64);

    /// The exact value along coordinate `i`, where it is a parabola and the objective knows it; by
    /// default it does not.
    fn line(&mut self, _i: usize) -> Option<Parabola> {
        None
    }

    /// The coordinates in blocks that are cheapest to visit together, in the order that is cheapest
    /// to sweep; every coordinate occurs once. By default no order is better than another: no blocks.
    fn blocks(&self) -> Vec<Vec<usize>> {
        Vec::new()
    }
}

/// A value along one coordinate as a parabola: `value + slope d + curvature d²` at distance `d` from
/// the centre.
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
    /// The distance from the centre at which it is least within `[low, high]`, which holds 0; 0 where it is
    /// constant, NaN where it is no number. For a hill that is one of the two ends.
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
        // Change per distance, which stays a number also for an end that is not.
        let falls_more = |a: f64, b: f64| a * (slope + curvature * a) < b * (slope + curvature * b);
        let [low_end, high_end] = [low.max(-f64::MAX.sqrt()), high.min(f64::MAX.sqrt())];
        if falls_more(low_end, high_end) { low } else { high }
    }

    /// Whether all three are numbers.
    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.slope.is_finite() && self.curvature.is_finite()
    }
}
