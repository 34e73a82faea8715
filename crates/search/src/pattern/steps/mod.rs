//! Search steps: points from anywhere, tried before the poll.

mod function;
mod genetic;
mod latin_hypercube;
mod probe;
mod simplex;
mod surrogate;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use super::Options;
use crate::evaluations::Memory;
use crate::{Bounds, Evaluations, Stop};
pub(super) use function::search_fcn;
pub use function::{SearchFcn, SearchMethod};
pub use probe::Probe;

/// What happens before each poll of a [`PatternSearch`](crate::PatternSearch); MATLAB's `SearchFcn`. Those that MATLAB
/// has by name are [`SearchFcn`]s.
///
/// A search step may know more about the problem than the poll does, or just try its luck: the poll is what
/// makes the search converge, so any points are right (Audet & Dennis 2003). Each is evaluated, counted and
/// committed like a poll point. If one improves on the incumbent, the search moves there, and there is no poll in
/// this iteration.
///
/// A simple step gives its points beforehand ([`propose`](SearchStep::propose)); one that needs values while it
/// works asks for them ([`search`](SearchStep::search)). It implements one of the two.
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

    /// Points to try in this order, given the incumbent and its value: up to the first that improves, or all of them
    /// with [`use_complete_search`](Options::use_complete_search). What lies outside the bounds is
    /// moved onto them; points of another dimension, that are not finite or that violate linear constraints by more than
    /// rounding are passed over, and so is a panic. The same incumbent must give the same points. By default none.
    fn propose(&self, _incumbent: &[f64], _value: f64, _bounds: &Bounds) -> Vec<Vec<f64>> {
        Vec::new()
    }

    /// Searches with values at hand. Whatever it returns, the search moves to the best point that it has evaluated, if
    /// that improves on the incumbent. What it does may depend on what the [`Probe`] tells, and on nothing else. By
    /// default it tries what [`propose`](SearchStep::propose) gives.
    ///
    /// # Errors
    /// The [`Stop`] that the probe gave.
    fn search(&self, probe: &mut Probe<'_, '_>) -> Result<(), Stop> {
        let propose = || self.propose(probe.incumbent(), probe.incumbent_value(), probe.bounds());
        // A step that panics has nothing to propose.
        let points = catch_unwind(AssertUnwindSafe(propose)).unwrap_or_default();
        probe.try_in_order(&points)
    }
}

impl Options {
    /// The search step among these options, unless it is a poll.
    pub(crate) fn search_step(&self) -> Option<&dyn SearchStep> {
        self.search_fcn.as_ref().map(|search_fcn| search_fcn as _)
    }

    /// What a run with these options keeps of its evaluations.
    pub(crate) fn memory(&self) -> Memory {
        if self.cache {
            Memory::answering(self.cache_size, self.cache_tol)
        } else if self.search_fcn.is_some_and(|search_fcn| search_fcn.method == SearchMethod::RbfSurrogate) {
            Memory::of(surrogate::REMEMBERED)
        } else {
            Memory::of(0)
        }
    }
}

/// Lets a step search around a point where polls go as far as `reach` along each coordinate, and moves to the best point
/// it has evaluated if that is better; whether it was. A complete step looks at all its points; the seed is the search's.
pub(crate) fn search(
    step: &dyn SearchStep,
    (complete, seed): (bool, u64),
    reach: Vec<f64>,
    (x, value): (&mut Vec<f64>, &mut f64),
    evaluations: &mut Evaluations<'_>,
) -> Result<bool, Stop> {
    let mut probe = Probe::around((x, *value), reach, (complete, seed), evaluations);
    step.search(&mut probe)?;
    let Some((point, found)) = probe.into_found() else { return Ok(false) };
    evaluations.hold(&point, found)?;
    (*x, *value) = (point, found);
    Ok(true)
}
