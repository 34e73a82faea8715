//! Runs any minimizer from several starts.

mod hypercube;

use std::fmt;
use std::sync::Arc;

use hypercube::Hypercube;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::options::option::require;
use crate::{DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};

/// Range of the starts on a side without a bound, in units of `max(1, |x_i|)` from the problem's start.
const SPAN: f64 = 10.0;

/// Options of [`Multistart`].
///
/// ```
/// use search::MultistartOptions;
///
/// let options = MultistartOptions { starts: 5, ..MultistartOptions::default() };
/// assert_eq!((options.evaluations_per_start, options.seed), (None, 0));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MultistartOptions {
    /// The number of starts, including the problem's own; at least 1; default 10.
    pub starts: u64,
    /// The most evaluations of each search, at least 1; by default only the minimizer's own limits apply. The
    /// searches share the run's budget one after the other; this limit keeps one of them from using it up.
    pub evaluations_per_start: Option<u64>,
    /// Seed of the starts; default 0.
    pub seed: u64,
}

impl Default for MultistartOptions {
    fn default() -> Self {
        MultistartOptions { starts: 10, evaluations_per_start: None, seed: 0 }
    }
}

/// Runs a minimizer from several starts and returns the best point: for objectives with many minima.
///
/// The first search begins at the problem's own start, the others at the points of a Latin hypercube within the
/// bounds (McKay, Beckman & Conover 1979; generator: xoshiro256++), moved to the grid and into the linear
/// constraints. On a side without a bound the range ends `10 max(1, |x_i|)` from the start. Each search runs as it
/// would alone, with its own limits; all share the budget. The trace has a row `Start` at the beginning of each
/// search; its points and values are the best of all searches so far. The status is that of the search that found the
/// best point, if the budget lasted for all of them.
///
/// (To search around the best point instead, use [`restarts`](crate::CoordinateOptions::restarts) of `coordinate`.)
///
/// ```
/// use search::{Bounds, Budget, Minimizer, Multistart, MultistartOptions, PatternSearch, Problem};
///
/// // Of the minima in each direction the one at 0.4 is the deepest.
/// let f = |x: &[f64]| x.iter().map(|v| (v - 0.4).powi(2) - 3.0 * (4.0 * (v - 0.4)).cos()).sum::<f64>();
/// let problem = Problem::new(f, [-3.5, 3.0])?.bounded(Bounds::uniform(2, -4.0, 4.0)?)?;
/// let alone = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert!(alone.value > -5.0);
///
/// let options = MultistartOptions { starts: 20, ..MultistartOptions::default() };
/// let search = Multistart::new(PatternSearch::default(), options)?;
/// let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert!((outcome.value + 6.0).abs() < 1e-9 && outcome.converged());
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Clone)]
pub struct Multistart {
    inner: Arc<dyn Minimizer>,
    options: MultistartOptions,
}

impl Multistart {
    /// Creates a minimizer that runs `inner` from several starts.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(inner: impl Minimizer + 'static, options: MultistartOptions) -> Result<Self, Error> {
        let MultistartOptions { starts, evaluations_per_start, .. } = options;
        require("starts", starts, (1..=1_000_000).contains(&starts), "from 1 to 1,000,000")?;
        let most = evaluations_per_start.unwrap_or(u64::MAX);
        require("evaluations_per_start", most, most > 0, "at least 1")?;
        Ok(Multistart { inner: Arc::new(inner), options })
    }

    /// Returns the options.
    pub fn options(&self) -> &MultistartOptions {
        &self.options
    }

    /// Returns the other starts, drawn on demand.
    fn others(&self, evaluations: &Evaluations<'_>) -> Hypercube {
        let (own, bounds) = (evaluations.start(), evaluations.bounds());
        let range = |i: usize| {
            let (lower, upper, span) = (bounds.lower()[i], bounds.upper()[i], SPAN * own[i].abs().max(1.0));
            let low = if lower.is_finite() { lower } else { (own[i].min(upper) - span).max(-f64::MAX) };
            (low, if upper.is_finite() { upper } else { (own[i].max(lower) + span).min(f64::MAX) })
        };
        let ranges = (0..own.len()).map(range).collect();
        Hypercube::of(self.options.starts - 1, ranges, self.options.seed)
    }
}

impl fmt::Debug for Multistart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Multistart { inner, options } = self;
        f.debug_struct("Multistart").field("inner", &inner.name()).field("options", options).finish()
    }
}

impl Solver for Multistart {
    fn name(&self) -> String {
        format!("multistart of {}", self.inner.name())
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let others = self.others(evaluations);
        let most = self.options.evaluations_per_start.unwrap_or(u64::MAX);
        evaluations.search_from_each(others, most, |evaluations| self.inner.search(evaluations))
    }

    fn settings(&self) -> Value {
        json!({ "multistart": self.options, "of": self.inner.settings() })
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let inner = self.inner.with_seed(seed).map_or_else(|| Arc::clone(&self.inner), Arc::from);
        let options = MultistartOptions { seed, ..self.options.clone() };
        Some(Box::new(Multistart { inner, options }))
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        self.inner.accepts(problem)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        self.inner.constraint_tolerance(linear)
    }

    fn uses_residuals(&self) -> bool {
        self.inner.uses_residuals()
    }

    fn uses_hint(&self, problem: &Problem<'_>) -> bool {
        self.inner.uses_hint(problem)
    }

    fn display(&self) -> DisplayLevel {
        self.inner.display()
    }
}
