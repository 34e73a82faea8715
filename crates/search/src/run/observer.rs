//! Watching a run, and stopping it.

use std::ops::ControlFlow;

use crate::{Error, Iteration, JournalReport, Outcome, Problem};

/// Something that happened in a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'e> {
    /// The run begins.
    Start {
        /// Name of the solver.
        solver: &'e str,
        /// What it minimizes.
        problem: &'e Problem<'e>,
        /// How many coordinates of the start were moved, onto the bounds or to where the linear constraints hold.
        projected: usize,
        /// What the journal holds, if the run keeps one.
        journal: Option<&'e JournalReport>,
        /// The iterations of the run before, if this one resumes from its state; those of a run that
        /// resumes from its values come as events of their own.
        restored: &'e [Iteration],
    },
    /// An evaluation found the best value so far. That of an incremental trial is right to rounding only; the
    /// values of iterations and of the outcome are those of whole evaluations.
    Improvement {
        /// Evaluations so far, this one included.
        evaluations: u64,
        /// The point.
        x: &'e [f64],
        /// The value there.
        value: f64,
        /// Whether the point satisfies the nonlinear constraints; until one does, an improvement is a smaller
        /// violation. Always `true` without constraints.
        feasible: bool,
    },
    /// An iteration ended.
    Iteration {
        /// Its row of the trace.
        row: &'e Iteration,
        /// The incumbent.
        x: &'e [f64],
    },
    /// The run ended; what an observer answers makes no difference any more.
    End(&'e Outcome),
    /// The run ended without an outcome; neither does it here.
    NoOutcome(&'e Error),
}

/// Receives the events of a run: display, plots, history, progress, early stopping.
///
/// `ControlFlow::Break(())` stops the run, with [`Status::StoppedByObserver`]. A closure will do; `()`
/// observes nothing; a `Vec` passes each event to all its members.
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
    /// Takes note of an event and says whether to go on.
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()>;
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
        // Everybody hears of the event, whoever stops the run.
        let stop = self.iter_mut().fold(false, |stop, observer| observer.observe(event).is_break() | stop);
        if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
