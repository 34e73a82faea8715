//! The trial points of one poll.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::directions::{BothWays, Directions};
use super::incumbent::{Incumbent, Target};
use super::linear_faces::Rows;
use super::mesh::Mesh;
use super::poll_order::Order;
use crate::{Bounds, Evaluations, Grid, Lookahead, Stop, TinyDecrease};

pub(super) struct Trials<'a> {
    pub(super) incumbent: &'a Incumbent,
    pub(super) mesh: &'a Mesh,
    pub(super) bounds: &'a Bounds,
    pub(super) grid: Option<&'a Grid>,
    pub(super) rows: Option<&'a Rows>,
    pub(super) directions: Directions,
    pub(super) beyond: Beyond,
    pub(super) beside: Option<&'a Beside>,
}

/// Trials that change one coordinate each; a poll reuses their memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    ways: BothWays,
    /// The new value along each direction; NaN if out of bounds.
    to: Vec<f64>,
}

/// The treatment of an infeasible trial point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Beyond {
    Dropped,
    /// The step is shortened to the first bound or row of the linear constraints.
    Shortened,
}

/// The decrease at which a poll stops before it has tried all points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Enough {
    AnyDecrease,
    /// A decrease of at least this fraction of max(1, |value|).
    Decrease(f64),
    /// None: the poll is complete.
    Nothing,
}

impl Enough {
    pub(super) fn of_a_poll(complete: bool) -> Self {
        if complete { Enough::Nothing } else { Enough::AnyDecrease }
    }

    /// Whether this decrease of a value is enough.
    pub(super) fn is(self, decrease: f64, value: f64) -> bool {
        match self {
            Enough::AnyDecrease => true,
            Enough::Decrease(part) => decrease >= part * value.abs().max(1.0),
            Enough::Nothing => false,
        }
    }
}

impl Beside {
    /// Computes the trials around a point, up and down each coordinate, in the order of the directions.
    pub(super) fn look_around(
        &mut self,
        x: &[f64],
        ways: BothWays,
        mesh: &Mesh,
        bounds: &Bounds,
        grid: Option<&Grid>,
    ) {
        let Beside { ways: known, to } = self;
        *known = ways;
        to.clear();
        for sign in BothWays::SIGNS {
            let begin = to.len();
            to.extend(x.iter().enumerate().map(|(i, x)| x + sign * mesh.step(i)));
            if let Some(grid) = grid {
                grid.round(&mut to[begin..]);
            }
            bounds.strike_out(&mut to[begin..]);
        }
    }

    /// Returns the coordinate that direction `k` changes and its new value, or `None` if that is out of bounds.
    #[inline]
    fn trial(&self, k: usize) -> Option<(usize, f64)> {
        let to = self.to[k];
        (!to.is_nan()).then(|| (self.ways.direction(k).0, to))
    }
}

impl Trials<'_> {
    /// Returns the coordinate that direction `k` changes and its new value, or `None` if the trial is infeasible.
    #[inline]
    fn beside(&self, beside: &Beside, k: usize) -> Option<(usize, f64)> {
        let trial = beside.trial(k)?;
        self.rows.is_none_or(|rows| rows.admit_beside(&self.incumbent.x, trial)).then_some(trial)
    }

    /// Writes the trial point along direction `k`. Returns `false` if there is no feasible one.
    fn point(&self, k: usize, point: &mut [f64]) -> bool {
        self.directions.write(k, point);
        if self.directions.is_whole(k) {
            let times = self.mesh.times(point);
            point.iter_mut().for_each(|step| *step *= times);
        } else {
            // Without a grid the step does not depend on the other components.
            let span =
                self.grid.map_or(1.0, |_| point.iter().fold(0.0, |most: f64, part| most.max(part.abs())));
            // A zero component stays zero, whatever the step.
            for (i, step) in point.iter_mut().enumerate().filter(|(_, step)| **step != 0.0) {
                *step *= self.mesh.step_of_span(i, span);
            }
        }
        let from = &self.incumbent.x;
        let reached = match self.beyond {
            Beyond::Dropped => {
                walk(point, from, 1.0);
                true
            }
            Beyond::Shortened => walk_within(point, from, self.bounds, self.rows),
        };
        match self.grid {
            None => self.settle(point) && (reached || point != *from),
            Some(grid) => {
                grid.round(point);
                // Settling on a row may move the point slightly off the grid.
                self.settle(point) && {
                    grid.round(point);
                    self.rows.is_none_or(|rows| rows.admit(point)) && point != *from
                }
            }
        }
    }

    /// Removes rounding errors from a trial point. Returns `true` if it is feasible.
    fn settle(&self, point: &mut [f64]) -> bool {
        self.bounds.contain(point) && self.rows.is_none_or(|rows| rows.settle(point, self.bounds))
    }

    /// Whether there are trial points, but none differs from the incumbent.
    pub(super) fn are_stuck(&self) -> bool {
        let (mut any, mut point) = (false, Vec::new());
        for k in 0..self.directions.len() {
            let moves = if let Some(beside) = self.beside {
                self.beside(beside, k).map(|(i, to)| to != self.incumbent.x[i])
            } else {
                point.resize(self.incumbent.x.len(), 0.0);
                self.point(k, &mut point).then(|| point != self.incumbent.x)
            };
            if moves == Some(true) {
                return false;
            }
            any |= moves.is_some();
        }
        any
    }

    /// Evaluates the trial points in order until one has a sufficient decrease. Returns the direction and value of
    /// the best point, the first of equals, if it improves on the incumbent. If each direction changes one
    /// coordinate, writes the rises to `rises`.
    pub(super) fn best(
        &self,
        order: &Order,
        enough: Enough,
        rises: &mut Vec<f64>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<(usize, f64)>, Stop> {
        let before = self.incumbent.value;
        let mut best = (before, None);
        rises.clear();
        rises.resize(if self.beside.is_some() { self.directions.len() } else { 0 }, f64::NAN);
        let commit = |turn: usize, value: f64| {
            if let Some(rise) = rises.get_mut(order.direction(turn)) {
                *rise = value - before;
            }
            if value < best.0 {
                best = (value, Some(order.direction(turn)));
                if enough.is(before - value, before) {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        };
        let lookahead = if enough == Enough::Nothing { Lookahead::All } else { Lookahead::UntilBreak };
        let count = self.directions.len();
        if let Some(beside) = self.beside {
            let step = |turn: usize| self.beside(beside, order.direction(turn));
            // MATLAB's poll accepts any decrease.
            evaluations.trials_in_order(count, lookahead, TinyDecrease::Confirmed, step, commit)?;
        } else {
            let point = |turn: usize, x: &mut [f64]| self.point(order.direction(turn), x);
            evaluations.in_order(count, lookahead, point, commit)?;
        }
        let (value, direction) = best;
        Ok(direction.map(|k| (k, value)))
    }

    /// Returns the trial point along direction `k`, which has been evaluated.
    pub(super) fn target(&self, k: usize) -> Target {
        if let Some((index, to)) = self.beside.and_then(|beside| self.beside(beside, k)) {
            return Target::Coordinate { index, to };
        }
        let mut point = self.incumbent.x.clone();
        self.point(k, &mut point);
        Target::Point(point)
    }
}

/// Turns steps into the point at this fraction of them.
fn walk(steps: &mut [f64], from: &[f64], part: f64) {
    for (step, &from) in steps.iter_mut().zip(from) {
        *step = if *step == 0.0 { from } else { from + part * *step };
    }
}

/// Turns steps into the point they lead to, shortened to the first bound, which is met exactly, or row. Returns
/// `true` if the steps were not shortened.
fn walk_within(steps: &mut [f64], from: &[f64], bounds: &Bounds, rows: Option<&Rows>) -> bool {
    let to_row = rows.map_or(f64::INFINITY, |rows| rows.reach(from, steps)).min(1.0);
    let limit = |i: usize, step: f64| if step > 0.0 { bounds.upper()[i] } else { bounds.lower()[i] };
    // The fraction of the steps that takes coordinate `i` to its bound.
    let reach = |i: usize, step: f64| (limit(i, step) - from[i]) / step;
    let moving = steps.iter().enumerate().filter(|(_, step)| **step != 0.0);
    let first = moving
        .map(|(i, &step)| (i, reach(i, step), limit(i, step)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|&(_, part, _)| part < to_row);
    walk(steps, from, first.map_or(to_row, |(_, part, _)| part));
    // By rounding, a step that ends on a bound may end beyond it.
    bounds.project(steps);
    if let Some((i, _, limit)) = first {
        steps[i] = limit;
    }
    first.is_none() && to_row == 1.0
}

#[cfg(test)]
mod tests;
