//! Points evaluated in order: one by one, or on several threads ahead of their turn.

use std::ops::{ControlFlow, Range};

use super::ahead::Ahead;
use super::{Evaluations, Source, Stop};

/// How far ahead of its turn a point may be evaluated on several threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookahead {
    /// Only so far as threads would be idle otherwise: the caller may break at any value.
    UntilBreak,
    /// As far as one likes: the caller wants every value.
    All,
}

impl Evaluations<'_> {
    /// Evaluates points in order and hands each value to `commit`, until it breaks or none is left.
    ///
    /// `point(k, x)` writes the `k`-th of `count` points into `x`, or says `false` where there is
    /// none. It may depend on `k` alone: with several threads, points are evaluated ahead of their
    /// turn, as far as `lookahead` allows. Those that `commit` then has no use for are counted apart
    /// ([`Counts::speculative`](crate::Counts::speculative)); nothing else shows that they were.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value); values committed before it stay so.
    pub fn in_order(
        &mut self,
        count: usize,
        lookahead: Lookahead,
        point: impl Fn(usize, &mut [f64]) -> bool,
        mut commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        self.proceed()?;
        let mut turns = 0..count;
        // What is in the journal needs no threads.
        if self.ahead.is_none() || self.knows_more() {
            self.one_by_one(&mut turns, &point, &mut commit)?;
        }
        while !turns.is_empty() {
            let taken = self.several_at_once(&mut turns, lookahead, &point, &mut commit);
            self.keeping_stop(taken)?;
        }
        Ok(())
    }

    /// Takes turns one at a time: all of them, or as long as the journal knows their values if there
    /// are threads for the rest. A break leaves no turns.
    fn one_by_one(
        &mut self,
        turns: &mut Range<usize>,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let mut trial = std::mem::take(&mut self.trial);
        let mut result = Ok(());
        while result.is_ok()
            && (self.ahead.is_none() || self.knows_more())
            && let Some(turn) = turns.next()
        {
            if point(turn, &mut trial) {
                result = self.value(&trial).map(|value| {
                    if commit(turn, value).is_break() {
                        *turns = 0..0;
                    }
                });
            }
        }
        self.trial = trial;
        result
    }

    /// Evaluates the points of the next turns on all threads, then takes the turns in order. A break
    /// leaves no turns.
    fn several_at_once(
        &mut self,
        turns: &mut Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let Some(mut ahead) = self.ahead.take() else { return Ok(()) };
        let result = self.take_turns(&mut ahead, turns, lookahead, point, commit);
        self.ahead = Some(ahead);
        result
    }

    fn take_turns(
        &mut self,
        ahead: &mut Ahead,
        turns: &mut Range<usize>,
        lookahead: Lookahead,
        point: &impl Fn(usize, &mut [f64]) -> bool,
        commit: &mut impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        // At least one place: a point beyond the budget is what ends the run.
        let most = self.limits.evaluations_after(self.counts.evaluations).max(1);
        let mut filled = 0;
        for place in ahead.places(lookahead, most) {
            let Some(turn) = turns.find(|&turn| point(turn, &mut place.x)) else { break };
            place.turn = turn;
            self.check_point(&place.x)?;
            if self.memory.recall(&place.x).is_some() {
                // Its turn is not before those that have been filled in.
                if filled > 0 {
                    turns.start = turn;
                    break;
                }
                if commit(turn, self.value(&place.x)?).is_break() {
                    *turns = 0..0;
                }
                return Ok(());
            }
            filled += 1;
        }
        if filled == 0 {
            return Ok(());
        }
        self.limits.admit_one_after(self.counts.evaluations)?;
        let (limits, evaluations) = (&self.limits, self.counts.evaluations);
        let mut trials =
            ahead.evaluate(self.problem, filled, || limits.admit_going_on_after(evaluations)).iter();
        while let Some(trial) = trials.next() {
            // What has been evaluated counts, also where the run was cancelled in between: nobody waits for it again.
            let attempt = trial.attempt.as_ref().map_err(|&status| Stop::from(status))?;
            let value = if let Some(known) = self.recall(&trial.x) {
                // Since it was evaluated: one before it in these turns is the same.
                self.counts.speculative += 1;
                Ok(known)
            } else {
                self.commit(&trial.x, attempt.clone(), Source::Objective)
            };
            let goes_on = value.as_ref().is_ok_and(|&value| commit(trial.turn, value).is_continue());
            if !goes_on {
                self.counts.speculative += trials.filter(|trial| trial.attempt.is_ok()).count() as u64;
                *turns = 0..0;
                return value.map(|_| ());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
