//! Ask and tell: a search that says which points it wants to know, and leaves their evaluation to whoever asks.

mod error;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

pub use error::TellError;
use table::{Desk, Table};

use crate::journal::Bytes;
use crate::run::carry_out::carry_out;
use crate::{
    Budget, ConstraintCount, Error, Failure, Minimizer, Outcome, Problem, Run, SharedEvaluator, Values,
};

/// A search under way that is asked for points and told their values.
///
/// ```
/// use search::{AskTell, Budget, Minimizer, PatternSearch, Problem};
///
/// let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] + 0.5).powi(2);
/// let problem = Problem::without_objective(vec![3.0, 2.0])?;
/// let mut session = AskTell::new(PatternSearch::default(), problem, &Budget::evaluations(200))?;
/// while session.outcome().is_none() {
///     // As many as there are workers; they may be fewer.
///     let mut asked = session.ask(4);
///     // Whoever is first: the search takes the same path.
///     asked.reverse();
///     for asked in asked {
///         // The search may have ended before it needed them all.
///         if session.outcome().is_none() {
///             session.tell(asked.id, Ok(f(&asked.point)))?;
///         }
///     }
/// }
/// let outcome = session.finish()?;
/// let here = Problem::new(f, vec![3.0, 2.0])?;
/// assert_eq!(outcome.x, PatternSearch::default().minimize(&here, &Budget::evaluations(200), &mut ())?.x);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its [`state`](AskTell::state) is a journal, with all values told so far. A session [from it](AskTell::from_state) goes on to
/// the same bits, as if there had been no interruption; what was asked and not told is asked again.
///
/// ```
/// use search::{AskTell, Budget, PatternSearch, Problem};
///
/// let problem = || Problem::without_objective(vec![2.0]);
/// let mut session = AskTell::new(PatternSearch::default(), problem()?, &Budget::unlimited())?;
/// let start = session.ask(1).remove(0);
/// session.tell(start.id, Ok(4.0))?;
/// let lost = session.ask(2);
/// let state = session.state();
/// drop(session);
///
/// let mut session = AskTell::from_state(PatternSearch::default(), problem()?, &Budget::unlimited(), &state)?;
/// assert_eq!(session.best(), Some((vec![2.0], 4.0)));
/// let again = session.ask(2);
/// assert_eq!((&again[0].point, &again[1].point), (&lost[0].point, &lost[1].point));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The solver runs on a thread of its own, and only between a call of this and its return. Dropping the session ends it.
///
/// # Panics
/// A panic of the solver is passed on by the call that it happens in; then the search has ended without an outcome.
#[derive(Debug)]
pub struct AskTell {
    table: Arc<Table>,
    journal: Bytes,
    constraints: ConstraintCount,
    solver: Option<JoinHandle<()>>,
}

/// A point whose value the search wants to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its number in this session. After a session is loaded, numbers begin anew.
    pub id: u64,
    /// The point.
    pub point: Vec<f64>,
}

impl AskTell {
    /// Begins a search. The objective of the problem is not called: [`Problem::without_objective`] does; with nonlinear
    /// constraints, [`with_constraint_count`](Problem::with_constraint_count).
    ///
    /// # Errors
    /// As for [`Minimizer::run`], as far as that is known before the first value; [`Error::Threads`] if there is no thread
    /// for the solver.
    pub fn new(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        budget: &Budget,
    ) -> Result<Self, Error> {
        AskTell::for_run(minimizer, problem, &Run::within(budget))
    }

    /// Begins a search with the budget and the journal of a run, or goes on from that journal. The threads of the run and its evaluator have
    /// no part in it.
    ///
    /// # Errors
    /// As for [`new`](AskTell::new); [`Error::Journal`] for a journal that cannot be opened or belongs to another search.
    pub fn for_run(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        run: &Run,
    ) -> Result<Self, Error> {
        AskTell::begin(minimizer, problem, run, Bytes::default())
    }

    /// Goes on from a saved state. Minimizer and problem are to be the same; the budget, all evaluations of the search included,
    /// may be another one.
    ///
    /// # Errors
    /// As for [`new`](AskTell::new); [`Error::Journal`] for a state that is none, is damaged, or is of another search.
    pub fn from_state(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        budget: &Budget,
        state: &[u8],
    ) -> Result<Self, Error> {
        AskTell::begin(minimizer, problem, &Run::within(budget), Bytes::holding(state))
    }

    fn begin(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        run: &Run,
        journal: Bytes,
    ) -> Result<Self, Error> {
        let table = Arc::<Table>::default();
        let constraints = problem.nonlinear_constraints().unwrap_or_default();
        let evaluator = Some(SharedEvaluator::new(Desk::at(&table)));
        let run = Run { evaluator, threads: 1, ..run.clone() };
        let (theirs, bytes) = (Arc::clone(&table), journal.clone());
        let search = move || {
            let mut watch = Desk::at(&theirs);
            let search = || carry_out(&minimizer, &problem, &run, Some(&bytes), &mut watch);
            theirs.end(catch_unwind(AssertUnwindSafe(search)));
        };
        let solver = Builder::new().name("solver".to_owned()).spawn(search);
        let solver = solver.map_err(|error| Error::Threads { threads: 1, reason: error.to_string() })?;
        let session = AskTell { table, journal, constraints, solver: Some(solver) };
        session.table.when_idle();
        session.passing_on_panics();
        match session.outcome() {
            Some(Err(error)) => Err(error),
            _ => Ok(session),
        }
    }

    /// Up to `most` points that have not been asked for yet: those that the search wants to know whatever the values of the
    /// others, and those that it may want to know next, the most likely first. They are fewer where it needs values that have not been told first;
    /// none once it has ended.
    pub fn ask(&mut self, most: usize) -> Vec<Asked> {
        let asked = self.table.ask(most);
        self.passing_on_panics();
        asked
    }

    /// Tells the value of a point, or why it has none; under nonlinear constraints the values of those as well, `Ok((f, constraints))`.
    /// A value that is not finite is a failed evaluation. Any order will do. A value that the search has no use for any more is kept for
    /// the case that it comes to that point again.
    ///
    /// # Errors
    /// [`TellError`] for a number that was not asked or has been told, for another number of constraints than the problem has, and
    /// once the search has ended.
    pub fn tell(&mut self, id: u64, values: Result<impl Into<Values>, Failure>) -> Result<(), TellError> {
        let values = values.map(Into::into);
        if let Ok(values) = &values {
            let (given, expected) = (values.count(), self.constraints);
            if given != expected {
                return Err(TellError::ConstraintCount { id, given, expected });
            }
        }
        self.table.tell(id, values)?;
        self.passing_on_panics();
        Ok(())
    }

    /// The points that have been asked and not told, in the order asked. They include those that the search does not need any more
    /// ([`is_needed`](AskTell::is_needed)).
    pub fn pending(&self) -> Vec<Asked> {
        self.table.pending()
    }

    /// Whether the value of a point that was asked is still needed: one may save its evaluation otherwise. `false` for any other number.
    pub fn is_needed(&self, id: u64) -> bool {
        self.table.is_needed(id)
    }

    /// The best point told so far, if any had a value, and that value; under nonlinear constraints the best feasible one, or the least infeasible.
    pub fn best(&self) -> Option<(Vec<f64>, f64)> {
        self.table.best()
    }

    /// How the search has ended, if it has.
    ///
    /// # Errors
    /// The error that it has ended with ([`Error::NoValue`] where no point had a value).
    pub fn outcome(&self) -> Option<Result<Outcome, Error>> {
        self.table.outcome()
    }

    /// All that it takes to go on elsewhere: a journal as [`Journal`](crate::Journal) keeps one in a file.
    pub fn state(&self) -> Vec<u8> {
        self.journal.copy()
    }

    /// Ends the search where it is, if it has not ended yet (the status then is [`Cancelled`](crate::Status::Cancelled)), and says how.
    ///
    /// # Errors
    /// As for [`Minimizer::run`].
    pub fn finish(mut self) -> Result<Outcome, Error> {
        self.close();
        self.passing_on_panics();
        self.outcome().expect("the solver has not panicked in a call before")
    }

    fn close(&mut self) {
        self.table.close();
        if let Some(solver) = self.solver.take() {
            // Its panics are caught.
            let _ = solver.join();
        }
    }

    fn passing_on_panics(&self) {
        if let Some(panic) = self.table.take_panic() {
            resume_unwind(panic);
        }
    }
}

impl Drop for AskTell {
    fn drop(&mut self) {
        self.close();
    }
}
