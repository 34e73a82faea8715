//! Evaluates points in order: one at a time, or several ahead of their turn.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};

use super::dispatch::Dispatch;
use super::spares::Bits;
use super::{Evaluations, Source, Stop};

/// How far ahead of its turn a point may be evaluated if several can be evaluated at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookahead {
    /// Only as far as needed to keep workers busy: the caller may break at any value.
    UntilBreak,
    /// Without restraint: the caller wants every value.
    All,
}

impl Lookahead {
    /// Returns how many points per worker may be submitted or evaluated ahead of their turn.
    fn points_per_worker(self) -> usize {
        match self {
            // The first point may take longer than those after it.
            Lookahead::UntilBreak => 2,
            Lookahead::All => 16,
        }
    }
}

/// A point and its turn.
struct Turn {
    turn: usize,
    x: Vec<f64>,
    point: Bits,
}

/// The turns that have begun, in order.
#[derive(Default)]
struct Window {
    turns: VecDeque<Turn>,
    /// How many of them have been submitted or are known.
    offered: usize,
}

impl Evaluations<'_> {
    /// Evaluates points in order and passes each value to `commit`, until it breaks or no points are left.
    ///
    /// `point(k, x)` writes the `k`-th of `count` points into `x`, or returns `false` if there is none. It
    /// must depend on `k` alone: with several threads or another [`Evaluator`](crate::Evaluator), points are
    /// evaluated ahead of their turn, as far as `lookahead` allows. Points that `commit` then does not need
    /// are counted separately ([`Counts::speculative`](crate::Counts::speculative)) and have no other effect.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value). Values committed before it stay committed.
    pub fn in_order(
        &mut self,
        count: usize,
        lookahead: Lookahead,
        point: impl Fn(usize, &mut [f64]) -> bool,
        mut commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        self.proceed()?;
        let taken = self.take_all(0..count, lookahead, &point, &mut commit);
        self.count_rounds();
        taken
    }

    /// Evaluates a set of points, and returns their values in the same order. The values of points that are evaluated
    /// together do not depend on which is evaluated first.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value). Values committed before it stay committed.
    pub fn values(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Stop> {
        let mut values = Vec::with_capacity(points.len());
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        self.in_order(points.len(), Lookahead::All, point, |_, value| {
            values.push(value);
            ControlFlow::Continue(())
        })?;
        Ok(values)
    }

    /// Announces that the search asks for up to this many points at once. It is a property of the search, not of the
    /// machine: it determines how [rounds](crate::Counts::rounds) are counted, and nothing else.
    pub fn in_batches_of(&mut self, points: u64) {
        self.batch = points.max(1);
    }

    /// The number of [rounds](crate::Counts::rounds) so far.
    pub(crate) fn rounds(&self) -> u64 {
        self.counts.rounds
    }

    /// The round of the last evaluation.
    pub(super) fn round(&self) -> u64 {
        self.counts.rounds + (self.counts.evaluations - self.counted).div_ceil(self.batch)
    }

    /// Counts the rounds of a set of evaluations, which is complete.
    pub(super) fn count_rounds(&mut self) {
        self.counts.rounds = self.round();
        self.counted = self.counts.evaluations;
    }

    /// Counts the rounds that are complete: as many evaluations as the search asks for at once are a round where their
    /// values come one by one.
    pub(super) fn count_whole_rounds(&mut self) {
        let rounds = (self.counts.evaluations - self.counted) / self.batch;
        self.counts.rounds += rounds;
        self.counted += rounds * self.batch;
    }

    fn take_all(
        &mut self,
        mut turns: Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        // Values in the journal need no evaluator.
        if self.dispatch.is_none() || self.knows_more() {
            self.one_by_one(&mut turns, point, commit)?;
        }
        if turns.is_empty() {
            return Ok(());
        }
        let taken = self.several_at_once(&mut turns, lookahead, point, commit);
        self.keeping_stop(taken)
    }

    /// Takes turns one at a time: all of them, or, if there is an evaluator for the rest, those whose values
    /// are in the journal. A break leaves no turns.
    fn one_by_one(
        &mut self,
        turns: &mut Range<usize>,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let mut trial = std::mem::take(&mut self.trial);
        let mut result = Ok(());
        while result.is_ok()
            && (self.dispatch.is_none() || self.knows_more())
            && let Some(turn) = turns.next()
        {
            if point(turn, &mut trial) {
                result = self.value_within_round(&trial).map(|value| {
                    if commit(turn, value).is_break() {
                        *turns = 0..0;
                    }
                });
            }
        }
        self.trial = trial;
        result
    }

    /// Submits the points of the next turns, and takes the turns in order as their values arrive, until a
    /// break. Points that are then still submitted are withdrawn.
    fn several_at_once(
        &mut self,
        turns: &mut Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let Some(mut dispatch) = self.dispatch.take() else { return Ok(()) };
        let mut window = Window::default();
        let result = self.take_turns(&mut dispatch, &mut window, turns, lookahead, point, commit);
        window.turns.iter().for_each(|turn| dispatch.withdraw(&turn.point));
        self.dispatch = Some(dispatch);
        result
    }

    fn take_turns(
        &mut self,
        dispatch: &mut Dispatch,
        window: &mut Window,
        turns: &mut Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        loop {
            self.look_ahead(dispatch, window, turns, lookahead, point)?;
            let Some(front) = window.turns.front() else { return Ok(()) };
            // Submit the point again if an equal point before it used up the value, or if the value was
            // dropped as uninformative.
            if window.offered > 0 && !self.is_to_come(dispatch, front) {
                window.offered = 0;
                continue;
            }
            let Some(value) = self.value_in_turn(dispatch, front)? else { continue };
            let turn = front.turn;
            window.turns.pop_front();
            window.offered = window.offered.saturating_sub(1);
            if commit(turn, value).is_break() {
                return Ok(());
            }
        }
    }

    /// Submits points as long as there is room and `lookahead` allows it. Afterwards the window holds at
    /// least one turn, unless none are left.
    fn look_ahead(
        &mut self,
        dispatch: &mut Dispatch,
        window: &mut Window,
        turns: &mut Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
    ) -> Result<(), Stop> {
        // A point beyond the budget ends the run once its turn comes.
        let left =
            usize::try_from(self.limits.evaluations_after(self.counts.evaluations)).unwrap_or(usize::MAX);
        let most = dispatch.capacity().saturating_mul(lookahead.points_per_worker()).min(left).max(1);
        loop {
            if window.offered == window.turns.len() {
                let full = window.turns.len() >= most || dispatch.room() == 0;
                if full && !window.turns.is_empty() {
                    return Ok(());
                }
                let Some(turn) = self.next_turn(turns, point)? else { return Ok(()) };
                window.turns.push_back(turn);
            }
            let Turn { x, point, .. } = &window.turns[window.offered];
            if !self.is_known(x) {
                if let Err(status) = self.limits.admit_one_after(self.counts.evaluations) {
                    return if window.offered == 0 { Err(status.into()) } else { Ok(()) };
                }
                if !self.spares.know(point) && !dispatch.renew(point) {
                    if dispatch.room() == 0 {
                        return Ok(());
                    }
                    dispatch.submit(point.clone(), x);
                }
            }
            window.offered += 1;
        }
    }

    fn next_turn(
        &self,
        turns: &mut Range<usize>,
        point: &impl Fn(usize, &mut [f64]) -> bool,
    ) -> Result<Option<Turn>, Stop> {
        let mut x = self.start.clone();
        let Some(turn) = turns.find(|&turn| point(turn, &mut x)) else { return Ok(None) };
        self.check_point(&x)?;
        let point = Bits::of(&x);
        Ok(Some(Turn { turn, x, point }))
    }

    /// Whether the value of a point is known or outstanding.
    fn is_to_come(&self, dispatch: &Dispatch, Turn { x, point, .. }: &Turn) -> bool {
        dispatch.has(point) || self.spares.know(point) || self.is_known(x)
    }

    /// Returns the value of the point whose turn it is. If it is not known, waits for the next value, and
    /// returns `None` if that is another point's.
    fn value_in_turn(&mut self, dispatch: &mut Dispatch, front: &Turn) -> Result<Option<f64>, Stop> {
        if let Some(known) = self.answer(&front.x)? {
            return Ok(Some(known));
        }
        let values = match self.take_spare(&front.point) {
            Some(values) => Some(values),
            None => self.await_value(dispatch, &front.point)?,
        };
        values.map(|values| self.commit(&front.x, values, Source::Evaluation)).transpose()
    }
}
