//! Rounds under constraints and for residuals, as the run counts them.

use std::ops::ControlFlow;

use search::{Budget, Error, Event, Observer, Problem, Run};
use serde_json::Value;

use super::evaluator::History;

/// Notes the rounds of a run. An improvement counts from the end of its iteration; with one point at a time, where each
/// evaluation is a round, at once.
struct Watch {
    history: History,
    /// The best feasible value of the iteration.
    found: Option<f64>,
    one_by_one: bool,
    most: u64,
}

impl Observer for Watch {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Improvement { evaluations, value, feasible: true, .. } if self.one_by_one => {
                self.history.improvements.push((*evaluations, *value));
            }
            Event::Improvement { value, feasible: true, .. } => self.found = Some(*value),
            Event::Iteration { counts, .. } => {
                (self.history.rounds, self.history.values) = (counts.rounds, counts.evaluations);
                self.history.improvements.extend(self.found.take().map(|value| (counts.rounds, value)));
                if counts.rounds >= self.most {
                    return ControlFlow::Break(());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Whether a problem has constraints, a grid or residuals.
pub(crate) fn is_constrained(problem: &Problem<'_>) -> bool {
    let has_rows = problem.linear().is_some() || problem.grid().is_some();
    has_rows || problem.nonlinear_constraints().is_some() || problem.fit().is_some()
}

/// Runs a search for about this many rounds.
pub(crate) fn one(
    solver: &str,
    options: &Value,
    problem: &Problem<'static>,
    points: usize,
    most: u64,
) -> Result<History, Error> {
    let mut watch = Watch { history: History::default(), found: None, one_by_one: points == 1, most };
    search::solver(solver, options)?.run(problem, &Run::within(&Budget::unlimited()), &mut watch)?;
    Ok(watch.history)
}
