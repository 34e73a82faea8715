//! Who evaluates: points go out with a number, values come back in any order.

mod shared;
mod threads;

pub use shared::SharedEvaluator;
pub(crate) use threads::Threads;

use crate::{Failure, Values};

/// Evaluates the points of a run, wherever: on threads, in other processes, on a cluster, by hand.
///
/// A run ([`Run::evaluated_by`](crate::Run::evaluated_by)) gives out points as long as there is [`room`](Evaluator::room), and
/// takes their values in any order. The door ([`Evaluations`](crate::Evaluations)) commits them in the order of the solver,
/// so that the path of the search, its counts of evaluations and its outcome are those of a run on one thread, to the bit, whoever
/// was faster. A value that comes before its turn goes into the journal as it comes. One that turns out not to be needed is counted
/// apart ([`Counts::speculative`](crate::Counts::speculative)), and answers should the solver want that point later, also in a run
/// that is resumed.
///
/// A point is evaluated once. What happens where a worker dies is the evaluator's business: it asks another one, or delivers a
/// [`Failure`], which is a failed evaluation like any other. The objective of the problem is not called, and what else it
/// knows (a gradient, an incremental view) is not used.
///
/// ```
/// use search::{Budget, Delivery, Evaluator, Failure, Minimizer, PatternSearch, Problem, Run, Values};
///
/// /// Up to three at a time, the last one first.
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
    /// How many more points it takes now.
    fn room(&self) -> usize;

    /// Takes a point. It is given no more than there is room for; the number is its own in this run.
    fn submit(&mut self, id: u64, x: &[f64]);

    /// Waits for the next value. It is called where values are to come, and where there is no room and one has to
    /// wait for that.
    fn wait(&mut self) -> Delivery;

    /// Says that a value is not needed any more, and asks whether it will never be delivered: an evaluator that has not begun yet
    /// need not begin. `false` where the value is still to come.
    fn withdraw(&mut self, id: u64) -> bool;

    /// Says that a value that was withdrawn and is still to come is needed after all. By default nothing comes of it.
    fn renew(&mut self, _id: u64) {}

    /// Ends the run: gives back the values of the points under way for which it is worth waiting. Those of others are
    /// lost, and are not delivered to the next run either.
    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)>;
}

/// What comes of waiting for a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// The value of the point with this number, or why it has none.
    Value(u64, Result<Values, Failure>),
    /// None has come; the run looks at its limits, and whether there is more room, and waits again.
    Nothing,
    /// None will come any more: the run ends as one that was cancelled.
    Closed,
}
