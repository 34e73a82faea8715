//! The state shared by the solver's thread and the caller, of which only one runs at a time.

use std::any::Any;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{Asked, TellError};
use crate::{Delivery, Error, Evaluator, Event, Failure, Observer, Outcome, Values};

/// The result of a search, or the panic of its solver.
pub(super) type Ended = Result<Result<Outcome, Error>, Box<dyn Any + Send>>;

#[derive(Default)]
pub(super) struct Table {
    state: Mutex<State>,
    /// Signals that the solver has something to do.
    work: Condvar,
    /// Signals that the solver waits for values or has ended.
    idle: Condvar,
}

#[derive(Default)]
struct State {
    solver: Solver,
    /// How many points the caller asks for.
    wanted: usize,
    /// Whether the solver should check again for room.
    look_again: bool,
    /// Points that the solver offers.
    offered: VecDeque<Asked>,
    /// Points returned to the caller whose values have not been told.
    pending: BTreeMap<u64, Pending>,
    /// Numbers of the points whose values have been told.
    answered: HashSet<u64>,
    /// Values that the solver has not taken yet.
    told: VecDeque<(u64, Result<Values, Failure>)>,
    best: Option<(Vec<f64>, f64)>,
    /// Whether the session is over, so that no more values will be told.
    closed: bool,
    panic: Option<Box<dyn Any + Send>>,
}

struct Pending {
    point: Vec<f64>,
    needed: bool,
}

#[derive(Default)]
enum Solver {
    #[default]
    AtWork,
    Waiting,
    /// The outcome; `None` after a panic.
    Ended(Option<Box<Result<Outcome, Error>>>),
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        let ended = matches!(state.solver, Solver::Ended(_));
        f.debug_struct("Table").field("pending", &state.pending.len()).field("ended", &ended).finish()
    }
}

impl Table {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the solver is idle.
    pub(super) fn when_idle(&self) {
        drop(self.until_idle(self.state()));
    }

    fn until_idle<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        while matches!(state.solver, Solver::AtWork) {
            state = self.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state
    }

    /// Lets the solver work until it waits again.
    fn work<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        if matches!(state.solver, Solver::Waiting) {
            state.solver = Solver::AtWork;
            self.work.notify_one();
        }
        self.until_idle(state)
    }

    pub(super) fn ask(&self, most: usize) -> Vec<Asked> {
        let mut state = self.state();
        (state.wanted, state.look_again) = (most, true);
        let mut state = self.work(state);
        state.wanted = 0;
        let taken = most.min(state.offered.len());
        let asked: Vec<Asked> = state.offered.drain(..taken).collect();
        for Asked { id, point } in &asked {
            state.pending.insert(*id, Pending { point: point.clone(), needed: true });
        }
        asked
    }

    pub(super) fn tell(&self, id: u64, values: Result<Values, Failure>) -> Result<(), TellError> {
        let mut state = self.state();
        if matches!(state.solver, Solver::Ended(_)) {
            return Err(TellError::Ended { id });
        }
        if state.pending.remove(&id).is_none() {
            let told = state.answered.contains(&id);
            return Err(if told { TellError::ToldTwice { id } } else { TellError::Unknown { id } });
        }
        state.answered.insert(id);
        state.told.push_back((id, values));
        drop(self.work(state));
        Ok(())
    }

    pub(super) fn pending(&self) -> Vec<Asked> {
        let state = self.state();
        state.pending.iter().map(|(&id, pending)| Asked { id, point: pending.point.clone() }).collect()
    }

    pub(super) fn is_needed(&self, id: u64) -> bool {
        let state = self.state();
        let ended = matches!(state.solver, Solver::Ended(_));
        !ended && state.pending.get(&id).is_some_and(|pending| pending.needed)
    }

    pub(super) fn best(&self) -> Option<(Vec<f64>, f64)> {
        self.state().best.clone()
    }

    pub(super) fn outcome(&self) -> Option<Result<Outcome, Error>> {
        match &self.state().solver {
            Solver::Ended(outcome) => outcome.as_deref().cloned(),
            Solver::AtWork | Solver::Waiting => None,
        }
    }

    /// Ends the session, and lets the solver end.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        drop(self.work(state));
    }

    pub(super) fn end(&self, ended: Ended) {
        let mut state = self.state();
        let (outcome, panic) = match ended {
            Ok(outcome) => (Some(Box::new(outcome)), None),
            Err(panic) => (None, Some(panic)),
        };
        (state.solver, state.panic) = (Solver::Ended(outcome), panic);
        state.offered.clear();
        self.idle.notify_all();
    }

    pub(super) fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.state().panic.take()
    }
}

/// The solver's side of the table.
pub(super) struct Desk(Arc<Table>);

impl Desk {
    pub(super) fn at(table: &Arc<Table>) -> Self {
        Desk(Arc::clone(table))
    }
}

impl Evaluator for Desk {
    fn room(&self) -> usize {
        let state = self.0.state();
        state.wanted.saturating_sub(state.offered.len())
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        self.0.state().offered.push_back(Asked { id, point: x.to_vec() });
    }

    fn wait(&mut self) -> Delivery {
        let mut state = self.0.state();
        loop {
            if let Some((id, values)) = state.told.pop_front() {
                return Delivery::Value(id, values);
            }
            if state.closed {
                return Delivery::Closed;
            }
            if std::mem::take(&mut state.look_again) {
                return Delivery::Nothing;
            }
            state.solver = Solver::Waiting;
            self.0.idle.notify_all();
            state = self.0.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn withdraw(&mut self, id: u64) -> bool {
        let mut state = self.0.state();
        if let Some(pending) = state.pending.get_mut(&id) {
            pending.needed = false;
        }
        let place = state.offered.iter().position(|asked| asked.id == id);
        place.is_some_and(|place| state.offered.remove(place).is_some())
    }

    fn renew(&mut self, id: u64) {
        if let Some(pending) = self.0.state().pending.get_mut(&id) {
            pending.needed = true;
        }
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        self.0.state().told.drain(..).collect()
    }
}

/// Records the best point.
impl Observer for Desk {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Improvement { x, value, .. } = event {
            self.0.state().best = Some((x.to_vec(), *value));
        }
        ControlFlow::Continue(())
    }
}
