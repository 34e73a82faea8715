//! Searches that proceed by iterations, driven by a run or by argmin's executor.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Evaluations, Solver, Status, Stop};

/// A solver that implements such a search: [`PatternSearch`](crate::PatternSearch),
/// [`CoordinateSearch`](crate::CoordinateSearch), [`HybridSearch`](crate::HybridSearch),
/// [`QuasiNewtonSearch`](crate::QuasiNewtonSearch).
pub trait Iterative: Solver + Clone + Default {
    /// The name of the solver.
    const NAME: &'static str;

    /// The options of the solver.
    type Options: Clone + Serialize + DeserializeOwned;
    /// The state of the search between two iterations.
    type State: Stepwise<Options = Self::Options>;

    /// Creates the solver with these options.
    ///
    /// # Errors
    /// [`Error::Option`](crate::Error::Option) naming the first option that is out of range.
    fn with(options: Self::Options) -> Result<Self, crate::Error>;

    /// Returns the options.
    fn chosen(&self) -> &Self::Options;
}

/// The state of a search between two iterations. The driver calls [`end`](Stepwise::end) before each
/// [`iterate`](Stepwise::iterate); either may end the search.
pub trait Stepwise: Clone + std::fmt::Debug + Serialize + DeserializeOwned {
    /// The options of the search.
    type Options;

    /// Returns the most evaluations of a search in n coordinates and the time limit in seconds.
    fn limits(options: &Self::Options, n: usize) -> (u64, Option<f64>);

    /// Tells the evaluations what the search needs of them: memory and batches; by default neither.
    fn prepare(_options: &Self::Options, _evaluations: &mut Evaluations<'_>) {}

    /// Evaluates the start.
    fn at_start(options: &Self::Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop>;

    /// Continues in a new run, with trials around the incumbent.
    fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop>;

    /// Returns the status if the search ends here.
    fn end(
        &mut self,
        options: &Self::Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop>;

    /// Runs one iteration, which is one row of the trace. Returns the status if the search ends with it.
    fn iterate(
        &mut self,
        options: &Self::Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop>;
}

/// Runs a whole search, from its start or from the state restored from the journal.
pub(crate) fn run<S: Stepwise>(
    options: &S::Options,
    evaluations: &mut Evaluations<'_>,
    iterate: impl Fn(&mut S, &mut Evaluations<'_>) -> Result<Option<Status>, Stop>,
) -> Result<Status, Stop> {
    let (most, seconds) = S::limits(options, evaluations.dimension());
    evaluations.limit(most, seconds);
    S::prepare(options, evaluations);
    let mut state = match evaluations.restored::<S>()? {
        Some(state) => state.going_on(evaluations)?,
        None => S::at_start(options, evaluations)?,
    };
    loop {
        if let Some(status) = state.end(options, evaluations)? {
            return Ok(status);
        }
        if let Some(status) = iterate(&mut state, evaluations)? {
            return Ok(status);
        }
        evaluations.snapshot(&state)?;
    }
}
