//! Searches that go on from iteration to iteration, whatever drives them: a run, or argmin's executor.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Evaluations, Solver, Status, Stop};

/// A solver that is a search of this kind: [`PatternSearch`](crate::PatternSearch), [`CoordinateSearch`](crate::CoordinateSearch),
/// [`HybridSearch`](crate::HybridSearch).
pub trait Iterative: Solver + Clone + Default {
    /// Its name.
    const NAME: &'static str;

    /// Its options.
    type Options: Clone + Serialize + DeserializeOwned;
    /// What it knows between two iterations.
    type State: Stepwise<Options = Self::Options>;

    /// The solver with these options.
    ///
    /// # Errors
    /// [`Error::Option`](crate::Error::Option) naming the first option out of its range.
    fn with(options: Self::Options) -> Result<Self, crate::Error>;

    /// Its options.
    fn chosen(&self) -> &Self::Options;
}

/// All that a search knows between two iterations. What drives it asks for its [`end`](Stepwise::end) before each
/// [iteration](Stepwise::iterate), which may end it too.
pub trait Stepwise: Clone + std::fmt::Debug + Serialize + DeserializeOwned {
    /// The options of the search.
    type Options;

    /// The most evaluations of a search in n coordinates, and the longest time in seconds.
    fn limits(options: &Self::Options, n: usize) -> (u64, Option<f64>);

    /// Asks the door to remember what the search wants to know again of its evaluations; by default nothing.
    fn remember(_options: &Self::Options, _evaluations: &mut Evaluations<'_>) {}

    /// Evaluates the start.
    fn at_start(options: &Self::Options, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop>;

    /// The same in a run that has just begun: its trials are about the point where the search stands.
    fn going_on(self, evaluations: &mut Evaluations<'_>) -> Result<Self, Stop>;

    /// Whether the search ends here, and why.
    fn end(
        &mut self,
        options: &Self::Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop>;

    /// One iteration, which is one row of the trace; or why there is none, or none after it.
    fn iterate(
        &mut self,
        options: &Self::Options,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Status>, Stop>;
}

/// A whole search, from its start or from where the journal has kept it, by these iterations.
pub(crate) fn run<S: Stepwise>(
    options: &S::Options,
    evaluations: &mut Evaluations<'_>,
    iterate: impl Fn(&mut S, &mut Evaluations<'_>) -> Result<Option<Status>, Stop>,
) -> Result<Status, Stop> {
    let (most, seconds) = S::limits(options, evaluations.dimension());
    evaluations.limit(most, seconds);
    S::remember(options, evaluations);
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
