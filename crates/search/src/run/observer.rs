//! Observers, which watch a run and may stop it.

use std::ops::ControlFlow;

use crate::{Counts, Error, Failure, Iteration, JournalReport, Outcome, Problem, Values};

/// An event in a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The run begins.
    Start {
        /// Name of the solver.
        solver: &'e str,
        /// The problem.
        problem: &'e Problem<'e>,
        /// How many coordinates of the start were moved onto the bounds, onto the grid, or to where the
        /// linear constraints hold.
        projected: usize,
        /// The report of the journal, if the run keeps one.
        journal: Option<&'e JournalReport>,
        /// The iterations before the snapshot from which the run resumes, if it does. If it resumes from
        /// recorded values, its iterations are events of their own.
        restored: &'e [Iteration],
    },
    /// An evaluation found the best value so far. The value of an incremental trial is accurate only to
    /// rounding; the values of iterations and of the outcome are those of whole evaluations.
    Improvement {
        /// The number of evaluations so far, including this one.
        evaluations: u64,
        /// The number of [rounds](Counts::rounds) so far, that of this evaluation included.
        round: u64,
        /// The point.
        x: &'e [f64],
        /// The value there.
        value: f64,
        /// Whether the point satisfies the nonlinear constraints; always `true` without any. Until a point
        /// does, an improvement is a smaller violation.
        feasible: bool,
    },
    /// A whole evaluation, in the order of the search, whoever made it; also one that a resumed run takes from its
    /// journal. Only observers that [want evaluations](Observer::wants_evaluations) receive this event.
    Evaluation {
        /// Its number in the run, from 1.
        evaluation: u64,
        /// The number of [rounds](Counts::rounds) so far, its own included.
        round: u64,
        /// The point.
        x: &'e [f64],
        /// The value of the objective and of the constraints, or why there is none.
        values: &'e Result<Values, Failure>,
    },
    /// An iteration ended.
    Iteration {
        /// Its row of the trace.
        row: &'e Iteration,
        /// The incumbent.
        x: &'e [f64],
        /// What the run has cost so far.
        counts: &'e Counts,
    },
    /// The run ended. The observer's answer has no effect.
    End(&'e Outcome),
    /// The run ended with an error. The observer's answer has no effect.
    NoOutcome(&'e Error),
}

/// Receives the events of a run: display, plots, history, progress, early stopping.
///
/// `ControlFlow::Break(())` stops the run with [`Status::StoppedByObserver`]. A closure is an observer; `()`
/// ignores all events; a `Vec` passes each event to all its members.
///
/// ```
/// use std::ops::ControlFlow;
/// use search::{Budget, Event, Minimizer, PatternSearch, Problem, Status};
///
/// let problem = Problem::new(|x| x[0] * x[0], [5.0])?;
/// let mut good_enough = |event: &Event| match event {
///     Event::Improvement { value, .. } if *value < 1.0 => ControlFlow::Break(()),
///     _ => ControlFlow::Continue(()),
/// };
/// let outcome =
///     PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut good_enough)?;
/// assert_eq!(outcome.status, Status::StoppedByObserver);
/// assert!(outcome.value < 1.0);
/// # Ok::<(), search::Error>(())
/// ```
///
/// [`Status::StoppedByObserver`]: crate::Status::StoppedByObserver
pub trait Observer: Send {
    /// Handles an event, and returns whether the run should go on.
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()>;

    /// Whether the observer is to receive [`Event::Evaluation`]; by default `false`, as they are many.
    fn wants_evaluations(&self) -> bool {
        false
    }
}

impl<F: FnMut(&Event<'_>) -> ControlFlow<()> + Send> Observer for F {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        self(event)
    }
}

impl Observer for () {
    fn observe(&mut self, _event: &Event<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl Observer for Vec<&mut dyn Observer> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        // All observers receive the event, even if one stops the run.
        let stop = self.iter_mut().fold(false, |stop, observer| observer.observe(event).is_break() | stop);
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn wants_evaluations(&self) -> bool {
        self.iter().any(|observer| observer.wants_evaluations())
    }
}
