//! Ask and tell: a search that returns the points to evaluate and leaves their evaluation to the caller.

mod error;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

pub use error::TellError;
use table::{Desk, Table};

use crate::journal::{Bytes, entries_in};
use crate::run::carry_out::carry_out;
use crate::{
    Budget, ConstraintCount, Error, Failure, JournalEntry, LeastSquares, Minimizer, Observer, Outcome,
    Problem, Run, SharedEvaluator, Values,
};

/// A search in progress, which the caller asks for points and tells their values.
///
/// ```
/// use search::{AskTell, Budget, Minimizer, PatternSearch, Problem};
///
/// let f = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] + 0.5).powi(2);
/// let problem = Problem::without_objective(vec![3.0, 2.0])?;
/// let mut session = AskTell::new(PatternSearch::default(), problem, &Budget::evaluations(200))?;
/// while session.outcome().is_none() {
///     // Ask for as many points as there are workers. There may be fewer.
///     let mut asked = session.ask(4);
///     // The order of the answers does not change the path of the search.
///     asked.reverse();
///     for asked in asked {
///         // The search may have ended before it needed all values.
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
/// Its [`state`](AskTell::state) is a journal of all values told so far. A session [restored from
/// it](AskTell::from_state) goes on bit for bit as if there had been no interruption; points without a value
/// are asked again.
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
/// The solver runs on its own thread, and only during calls of these methods. Dropping the session ends it.
///
/// # Panics
/// The call during which the solver panics passes the panic on. The search has then ended without an outcome.
#[derive(Debug)]
pub struct AskTell {
    table: Arc<Table>,
    journal: Bytes,
    constraints: ConstraintCount,
    /// The number of residuals that each value has.
    residuals: usize,
    solver: Option<JoinHandle<()>>,
}

/// A point whose value the search asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its number in this session. A restored session numbers its points anew.
    pub id: u64,
    /// The point.
    pub point: Vec<f64>,
}

impl AskTell {
    /// Begins a search. The objective of the problem is not called, so the problem may be
    /// [`without_objective`](Problem::without_objective), with its nonlinear constraints declared by
    /// [`with_constraint_count`](Problem::with_constraint_count).
    ///
    /// # Errors
    /// As for [`Minimizer::run`], if the error occurs before the first value is needed; [`Error::Threads`] if
    /// the solver's thread cannot be started.
    pub fn new(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        budget: &Budget,
    ) -> Result<Self, Error> {
        AskTell::for_run(minimizer, problem, &Run::within(budget))
    }

    /// Begins a search with the budget and the journal of a run, or resumes from that journal. The threads
    /// and the evaluator of the run are ignored.
    ///
    /// # Errors
    /// As for [`new`](AskTell::new); [`Error::Journal`] for a journal that cannot be opened or belongs to
    /// another search.
    pub fn for_run(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        run: &Run,
    ) -> Result<Self, Error> {
        AskTell::watched(minimizer, problem, run, ())
    }

    /// Begins a search as [`for_run`](AskTell::for_run) does, with an observer that receives its events during the calls of
    /// these methods.
    ///
    /// ```
    /// use search::{AskTell, DisplayLevel, HybridSearch, IterativeDisplay, Problem, Run};
    ///
    /// let display = IterativeDisplay::new(DisplayLevel::Iter, std::io::stderr());
    /// let problem = Problem::without_objective(vec![2.0])?;
    /// let mut session = AskTell::watched(HybridSearch::default(), problem, &Run::default(), display)?;
    /// assert_eq!(session.ask(1)[0].point, [2.0]);
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`for_run`](AskTell::for_run).
    pub fn watched(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        run: &Run,
        observer: impl Observer + 'static,
    ) -> Result<Self, Error> {
        AskTell::begin(minimizer, problem, run, Bytes::default(), observer)
    }

    /// Resumes from a saved state. Minimizer and problem must be the same. The budget may differ; it includes
    /// the evaluations in the state.
    ///
    /// # Errors
    /// As for [`new`](AskTell::new); [`Error::Journal`] for a state that is not a journal, is damaged, or
    /// belongs to another search.
    pub fn from_state(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        budget: &Budget,
        state: &[u8],
    ) -> Result<Self, Error> {
        AskTell::begin(minimizer, problem, &Run::within(budget), Bytes::holding(state), ())
    }

    fn begin(
        minimizer: impl Minimizer + 'static,
        problem: Problem<'static>,
        run: &Run,
        journal: Bytes,
        mut observer: impl Observer + 'static,
    ) -> Result<Self, Error> {
        let table = Arc::<Table>::default();
        let constraints = problem.nonlinear_constraints().unwrap_or_default();
        let residuals = problem.fit().map_or(0, LeastSquares::count);
        let evaluator = Some(SharedEvaluator::new(Desk::at(&table)));
        let run = Run { evaluator, threads: 1, ..run.clone() };
        let (theirs, bytes) = (Arc::clone(&table), journal.clone());
        let search = move || {
            let mut desk = Desk::at(&theirs);
            let mut observers: Vec<&mut dyn Observer> = vec![&mut desk, &mut observer];
            let search = || carry_out(&minimizer, &problem, &run, Some(&bytes), &mut observers);
            theirs.end(catch_unwind(AssertUnwindSafe(search)));
        };
        let solver = Builder::new().name("solver".to_owned()).spawn(search);
        let solver = solver.map_err(|error| Error::Threads { threads: 1, reason: error.to_string() })?;
        let session = AskTell { table, journal, constraints, residuals, solver: Some(solver) };
        session.table.when_idle();
        session.passing_on_panics();
        match session.outcome() {
            Some(Err(error)) => Err(error),
            _ => Ok(session),
        }
    }

    /// Returns up to `most` points that have not been returned before, the most likely to be needed first:
    /// points that the search needs whatever the values of the others, and points that it may need next.
    /// There are fewer if the search first needs values that have not been told, and none once it has ended.
    pub fn ask(&mut self, most: usize) -> Vec<Asked> {
        let asked = self.table.ask(most);
        self.passing_on_panics();
        asked
    }

    /// Tells the value of a point, or why its evaluation failed. With nonlinear constraints, tell their
    /// values as well: `Ok((f, constraints))`; for a [fit](LeastSquares), its residuals
    /// ([`LeastSquares::values`]). A value that is not finite is a failed evaluation. Values may
    /// be told in any order, which decides on the path of an [asynchronous](crate::HybridOptions::asynchronous) search
    /// only. A value that the search no longer needs is kept in case it returns to that
    /// point.
    ///
    /// # Errors
    /// [`TellError`] for an unknown point, a point whose value has been told, a wrong number of constraints
    /// or residuals, or a search that has ended.
    pub fn tell(&mut self, id: u64, values: Result<impl Into<Values>, Failure>) -> Result<(), TellError> {
        let values = values.map(Into::into);
        if let Ok(values) = &values {
            let (given, expected) = (values.count(), self.constraints);
            if given != expected {
                return Err(TellError::ConstraintCount { id, given, expected });
            }
            let (given, expected) = (values.residuals().map_or(0, <[f64]>::len), self.residuals);
            if given != expected {
                return Err(TellError::ResidualCount { id, given, expected });
            }
        }
        self.table.tell(id, values)?;
        self.passing_on_panics();
        Ok(())
    }

    /// Returns the points whose values have not been told, in the order in which they were returned. They
    /// include points that the search no longer needs ([`is_needed`](AskTell::is_needed)).
    pub fn pending(&self) -> Vec<Asked> {
        self.table.pending()
    }

    /// Whether the value of a pending point is still needed; if not, its evaluation can be skipped. `false`
    /// for any other number.
    pub fn is_needed(&self, id: u64) -> bool {
        self.table.is_needed(id)
    }

    /// Returns the best point told so far and its value, if there is any. With nonlinear constraints it is
    /// the best feasible point, or the least infeasible one.
    pub fn best(&self) -> Option<(Vec<f64>, f64)> {
        self.table.best()
    }

    /// Returns the outcome of the search, if it has ended.
    ///
    /// # Errors
    /// The error with which the search ended, such as [`Error::NoValue`] if no point had a value.
    pub fn outcome(&self) -> Option<Result<Outcome, Error>> {
        self.table.outcome()
    }

    /// Returns the evaluations told so far, in the order of the search; values that were told before their turn have no
    /// number, and are there again once it has come.
    pub fn entries(&self) -> Vec<JournalEntry> {
        entries_in(self.journal.copy()).unwrap_or_default()
    }

    /// Returns the state from which [`from_state`](AskTell::from_state) resumes: a journal, in the format of
    /// a [`Journal`](crate::Journal)'s file.
    pub fn state(&self) -> Vec<u8> {
        self.journal.copy()
    }

    /// Ends the search, with the status [`Cancelled`](crate::Status::Cancelled) if it has not ended yet, and
    /// returns the outcome.
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
            // The solver's panics are caught in its thread.
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
