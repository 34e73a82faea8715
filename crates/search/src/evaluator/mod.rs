//! Evaluators, which receive numbered points and return their values in any order.

mod shared;
mod threads;

pub use shared::SharedEvaluator;
pub(crate) use threads::Threads;

use crate::{Failure, Values};

/// Evaluates the points of a run by any means: on threads, in other processes, on a cluster, or by hand.
///
/// A run ([`Run::evaluated_by`](crate::Run::evaluated_by)) submits points as long as there is
/// [`room`](Evaluator::room), and accepts their values in any order. [`Evaluations`](crate::Evaluations)
/// commits them in the order of the solver, so the path of the search, its counts of evaluations and its
/// outcome are bit for bit those of a run on one thread. An [asynchronous](crate::HybridOptions::asynchronous) search takes
/// them in the order of arrival instead. A value that arrives before its turn is recorded in
/// the journal at once. A value that turns out not to be needed is counted separately
/// ([`Counts::speculative`](crate::Counts::speculative)), and is used if the solver asks for that point
/// later, even in a resumed run.
///
/// Each point is submitted once. If a worker dies, the evaluator must ask another one, or deliver a
/// [`Failure`], which counts as a failed evaluation. The objective of the problem is not called, and its
/// gradient and incremental view are not used.
///
/// ```
/// use search::{Budget, Delivery, Evaluator, Failure, Minimizer, PatternSearch, Problem, Run, Values};
///
/// /// Holds up to three points and evaluates the last one first.
/// #[derive(Default)]
/// struct Stack(Vec<(u64, Vec<f64>)>);
///
/// impl Evaluator for Stack {
///     fn room(&self) -> usize {
///         3 - self.0.len()
///     }
///
///     fn submit(&mut self, id: u64, x: &[f64]) {
///         self.0.push((id, x.to_vec()));
///     }
///
///     fn wait(&mut self) -> Delivery {
///         match self.0.pop() {
///             Some((id, x)) => Delivery::Value(id, Ok(Values::from(x[0] * x[0] + x[1].abs()))),
///             None => Delivery::Nothing,
///         }
///     }
///
///     fn withdraw(&mut self, id: u64) -> bool {
///         let before = self.0.len();
///         self.0.retain(|(other, _)| *other != id);
///         self.0.len() < before
///     }
///
///     fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
///         self.0.clear();
///         Vec::new()
///     }
/// }
///
/// let search = PatternSearch::default();
/// let run = Run::within(&Budget::evaluations(200)).evaluated_by(Stack::default());
/// let asked = search.run(&Problem::without_objective(vec![3.0, -2.0])?, &run, &mut ())?;
/// let here = Problem::new(|x: &[f64]| x[0] * x[0] + x[1].abs(), vec![3.0, -2.0])?;
/// let serial = search.minimize(&here, &Budget::evaluations(200), &mut ())?;
/// assert_eq!((asked.x, asked.trace), (serial.x, serial.trace));
/// # Ok::<(), search::Error>(())
/// ```
pub trait Evaluator: Send {
    /// Returns how many more points it accepts now.
    fn room(&self) -> usize;

    /// Accepts a point. Never called without room; `id` is unique within the run.
    fn submit(&mut self, id: u64, x: &[f64]);

    /// Waits for the next value. It is called while values are outstanding, or while there is no room.
    fn wait(&mut self) -> Delivery;

    /// Withdraws a point whose value is no longer needed. Returns `true` if the value will never be
    /// delivered, because its evaluation had not begun, and `false` if it is still to come.
    fn withdraw(&mut self, id: u64) -> bool;

    /// Announces that a withdrawn value which is still to come is needed after all. The default does nothing.
    fn renew(&mut self, _id: u64) {}

    /// Ends the run, and returns the values of outstanding points that are worth waiting for. Other values
    /// are lost, and must not be delivered to the next run.
    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)>;
}

/// The result of waiting for a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// The value of the point with this number, or why its evaluation failed.
    Value(u64, Result<Values, Failure>),
    /// No value has arrived. The run checks its limits and the room, and waits again.
    Nothing,
    /// No more values will arrive. The run ends as if cancelled.
    Closed,
}
