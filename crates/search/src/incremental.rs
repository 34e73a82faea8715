//! One coordinate at a time: the contract of objectives that can tell the effect of changing a single
//! coordinate for less than a whole evaluation, and the adaptor that gives it to every other one.

use std::ops::Range;

use crate::{Failure, Objective};

/// A view of an objective held at one point, the *centre*, for searches that change one coordinate
/// at a time.
///
/// A coordinate's new value is given as the value itself, not as a step: what lies exactly on a bound
/// is meant, and adding a step would round.
///
/// Values of [`try_value`](Incremental::try_value) agree with whole evaluations to rounding. Those of
/// [`begin`](Incremental::begin), [`refresh`](Incremental::refresh) and
/// [`value_at`](Incremental::value_at) are canonical: the same bits as [`Objective::value`].
pub trait Incremental {
    /// Moves the centre to `x` and returns the canonical value there.
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

    /// The values with coordinate `i` set to `up` and to `down`: one call, because the two may share
    /// work. Counts as two evaluations.
    fn try_pair(&mut self, i: usize, up: f64, down: f64) -> [Result<f64, Failure>; 2] {
        [self.try_value(i, up), self.try_value(i, down)]
    }

    /// The exact value along coordinate `i`, where it is a parabola and the objective knows it.
    fn line(&mut self, _i: usize) -> Option<Parabola> {
        None
    }

    /// Moves the centre by setting coordinate `i` to `to`. Work may be put off until it is needed.
    fn accept(&mut self, i: usize, to: f64);

    /// The canonical value at the centre; ends all drift.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn refresh(&mut self) -> Result<f64, Failure>;

    /// The canonical value at any other point; the centre stays.
    ///
    /// # Errors
    /// A [`Failure`] if the objective has no value there.
    fn value_at(&mut self, y: &[f64]) -> Result<f64, Failure>;

    /// The coordinates in blocks that are cheapest to visit together, in the order that is cheapest
    /// to sweep. Every coordinate occurs once.
    fn blocks(&self) -> Vec<Vec<usize>>;
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

/// Gives any objective the incremental view, one whole evaluation per value.
///
/// ```
/// use search::{Incremental, WholeEvaluations};
///
/// let sphere = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
/// let mut view = WholeEvaluations::of(&sphere);
/// assert_eq!(view.begin(&[1.0, 2.0]), Ok(5.0));
/// assert_eq!(view.try_value(1, 0.0), Ok(1.0)); // the centre stays at (1, 2)
/// view.accept(0, 3.0);
/// assert_eq!(view.refresh(), Ok(13.0));
/// ```
pub struct WholeEvaluations<'o> {
    objective: &'o dyn Objective,
    centre: Vec<f64>,
}

impl<'o> WholeEvaluations<'o> {
    /// The view of `objective`; [`begin`](Incremental::begin) sets its centre.
    pub fn of(objective: &'o dyn Objective) -> Self {
        WholeEvaluations { objective, centre: Vec::new() }
    }
}

impl Incremental for WholeEvaluations<'_> {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.centre.clear();
        self.centre.extend_from_slice(x);
        self.refresh()
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let from = std::mem::replace(&mut self.centre[i], to);
        let value = self.objective.value(&self.centre);
        self.centre[i] = from;
        value
    }

    fn accept(&mut self, i: usize, to: f64) {
        self.centre[i] = to;
    }

    fn refresh(&mut self) -> Result<f64, Failure> {
        self.objective.value(&self.centre)
    }

    fn value_at(&mut self, y: &[f64]) -> Result<f64, Failure> {
        self.objective.value(y)
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        let all: Range<usize> = 0..self.centre.len();
        vec![all.collect()]
    }
}
