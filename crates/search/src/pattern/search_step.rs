//! The search step: points from anywhere, tried before the poll.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use crate::{Bounds, Evaluations, Stop};

/// Proposes points before each poll of a [`PatternSearch`](crate::PatternSearch); MATLAB's `SearchFcn`.
///
/// A search step may know more about the problem than the poll does, or just try its luck: the poll is what
/// makes the search converge, so any points are right (Audet & Dennis 2003). Each is evaluated, counted and
/// committed like a poll point, up to the first that improves on the incumbent.
///
/// ```
/// use search::pattern::{Options, SearchStep};
/// use search::{Bounds, Budget, Minimizer, PatternSearch, Problem};
///
/// /// Knows where the minimum is.
/// struct Oracle;
///
/// impl SearchStep for Oracle {
///     fn name(&self) -> String {
///         "oracle".to_owned()
///     }
///
///     fn propose(&self, _incumbent: &[f64], _value: f64, _bounds: &Bounds) -> Vec<Vec<f64>> {
///         vec![vec![0.3, 0.7]]
///     }
/// }
///
/// let problem = Problem::new(|x: &[f64]| (x[0] - 0.3).abs() + (x[1] - 0.7).abs(), vec![5.0, 5.0])?;
/// let search = PatternSearch::new(Options::default())?.with_search_step(Oracle);
/// let outcome = search.minimize(&problem, &Budget::evaluations(2), &mut ())?;
/// assert_eq!(outcome.value, 0.0);
/// # Ok::<(), search::Error>(())
/// ```
pub trait SearchStep: Send + Sync {
    /// The name in tables.
    fn name(&self) -> String;

    /// What decides the points it proposes: a journal is resumed only by the same. By default the name.
    fn settings(&self) -> Value {
        Value::from(self.name())
    }

    /// Points to try in this order, given the incumbent and its value. What lies outside the bounds is
    /// moved onto them; points of another dimension, that are not finite or that violate linear constraints by more than
    /// rounding are passed over, and so is a panic. The
    /// same incumbent must give the same points.
    fn propose(&self, incumbent: &[f64], value: f64, bounds: &Bounds) -> Vec<Vec<f64>>;
}

/// Tries what the step proposes, if there is one, and moves to the first point that is better; whether there was one.
pub(super) fn propose(
    step: Option<&dyn SearchStep>,
    x: &mut Vec<f64>,
    value: &mut f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<bool, Stop> {
    let Some(step) = step else { return Ok(false) };
    let bounds = evaluations.bounds();
    // A step that panics has nothing to propose.
    let points = catch_unwind(AssertUnwindSafe(|| step.propose(x, *value, bounds))).unwrap_or_default();
    for mut point in points {
        if point.len() != x.len() || !point.iter().all(|x| x.is_finite()) {
            continue;
        }
        evaluations.bounds().project(&mut point);
        let passed_over = evaluations.linear().is_some_and(|linear| !linear.hold(&point));
        if passed_over || point == *x {
            continue;
        }
        let found = evaluations.value(&point)?;
        if found < *value {
            evaluations.hold(&point, found)?;
            (*x, *value) = (point, found);
            return Ok(true);
        }
    }
    Ok(false)
}
