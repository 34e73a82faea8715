//! Search steps: arbitrary points tried before the poll.

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

/// The step before each poll of a [`PatternSearch`](crate::PatternSearch); MATLAB's `SearchFcn`. MATLAB's named
/// search steps are [`SearchFcn`]s.
///
/// A search step may use knowledge of the problem or just try its luck: since the poll ensures convergence, any
/// points are allowed (Audet & Dennis 2003). Each is evaluated, counted and committed like a poll point. If one
/// improves on the incumbent, the search moves there and this iteration has no poll.
///
/// Implement one of two methods: [`propose`](SearchStep::propose) returns points in advance, while
/// [`search`](SearchStep::search) may use values as it proceeds.
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
    /// Returns the name for tables.
    fn name(&self) -> String;

    /// Returns what determines the proposed points; a journal can be resumed only with equal settings. By default the
    /// name.
    fn settings(&self) -> Value {
        Value::from(self.name())
    }

    /// Returns the points to try in this order, given the incumbent and its value: up to the first that improves, or
    /// all of them with [`use_complete_search`](Options::use_complete_search). Points outside the bounds are
    /// projected onto them. Points of the wrong dimension, non-finite points and points that violate linear
    /// constraints by more than rounding are skipped; a panic counts as no points. The same incumbent must give the
    /// same points. By default there are none.
    fn propose(&self, _incumbent: &[f64], _value: f64, _bounds: &Bounds) -> Vec<Vec<f64>> {
        Vec::new()
    }

    /// Searches with access to values. Afterwards the pattern search moves to the best evaluated point if that
    /// improves on the incumbent. The search may depend on the [`Probe`] only. By default it tries the points of
    /// [`propose`](SearchStep::propose).
    ///
    /// # Errors
    /// The [`Stop`] returned by the probe.
    fn search(&self, probe: &mut Probe<'_, '_>) -> Result<(), Stop> {
        let propose = || self.propose(probe.incumbent(), probe.incumbent_value(), probe.bounds());
        // After a panic there are no points.
        let points = catch_unwind(AssertUnwindSafe(propose)).unwrap_or_default();
        probe.try_in_order(&points)
    }
}

impl Options {
    /// Returns the search step of these options, unless it is a poll.
    pub(crate) fn search_step(&self) -> Option<&dyn SearchStep> {
        self.search_fcn.as_ref().map(|search_fcn| search_fcn as _)
    }

    /// Returns the memory of evaluations that a run with these options needs.
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

/// Runs a search step around a point with poll steps of `reach` along each coordinate, and moves to its best point if
/// that improves. Returns `true` if it moved. `complete` evaluates all points; `seed` is that of the search.
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
