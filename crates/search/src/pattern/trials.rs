//! The trial points of one poll: along its directions, as far as they are feasible.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::directions::{BothWays, Directions};
use super::incumbent::{Incumbent, Target};
use super::mesh::Mesh;
use super::order::Order;
use super::rows::Rows;
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

/// The trials of a poll that changes one coordinate at a time; a poll keeps their memory for the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    ways: BothWays,
    /// The new value along each direction; NaN where that is beyond the bounds.
    to: Vec<f64>,
}

/// What becomes of a trial point that is infeasible.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Beyond {
    Dropped,
    /// The step is shortened to the first bound, or row of the linear constraints.
    Shortened,
}

/// With what a poll is content before it has looked at all its points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Enough {
    AnyDecrease,
    /// A decrease of at least this part of the value, or of 1 if that is more.
    Decrease(f64),
    /// With none.
    Nothing,
}

impl Enough {
    pub(super) fn of_a_poll(complete: bool) -> Self {
        if complete { Enough::Nothing } else { Enough::AnyDecrease }
    }

    /// Whether this decrease of a value is.
    pub(super) fn is(self, decrease: f64, value: f64) -> bool {
        match self {
            Enough::AnyDecrease => true,
            Enough::Decrease(part) => decrease >= part * value.abs().max(1.0),
            Enough::Nothing => false,
        }
    }
}

impl Beside {
    /// Those around a point: up and down each coordinate, as the directions have them.
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

    /// The coordinate that direction `k` changes, and its new value; `None` where that is beyond the bounds.
    #[inline]
    fn trial(&self, k: usize) -> Option<(usize, f64)> {
        let to = self.to[k];
        (!to.is_nan()).then(|| (self.ways.direction(k).0, to))
    }
}

impl Trials<'_> {
    /// The trial along direction `k` where it changes one coordinate: which one, and its new value; `None` where
    /// that is infeasible.
    #[inline]
    fn beside(&self, beside: &Beside, k: usize) -> Option<(usize, f64)> {
        let trial = beside.trial(k)?;
        self.rows.is_none_or(|rows| rows.admit_beside(&self.incumbent.x, trial)).then_some(trial)
    }

    /// Writes the trial point along direction `k`; `false` where there is none that is feasible.
    fn point(&self, k: usize, point: &mut [f64]) -> bool {
        self.directions.write(k, point);
        if self.directions.is_whole(k) {
            let times = self.mesh.times(point);
            point.iter_mut().for_each(|step| *step *= times);
        } else {
            // Without a grid a step is as long whatever the others are.
            let span =
                self.grid.map_or(1.0, |_| point.iter().fold(0.0, |most: f64, part| most.max(part.abs())));
            // What a direction leaves alone stays so, however long the step.
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
                // What is settled on a row may be beside the grid, by as little.
                self.settle(point) && {
                    grid.round(point);
                    self.rows.is_none_or(|rows| rows.admit(point)) && point != *from
                }
            }
        }
    }

    /// Ends rounding at a trial point, and says whether it is feasible.
    fn settle(&self, point: &mut [f64]) -> bool {
        self.bounds.contain(point) && self.rows.is_none_or(|rows| rows.settle(point, self.bounds))
    }

    /// Whether there are trial points, and none differs from the incumbent.
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

    /// Evaluates the trial points in order, until one is good enough or none is left. The direction of the best, of
    /// equals the first, and its value, if that is better than the incumbent's. How far up each point is goes to `rises`, by
    /// direction, where each changes one coordinate.
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
            // To MATLAB's poll any decrease is one.
            evaluations.trials_in_order(count, lookahead, TinyDecrease::Confirmed, step, commit)?;
        } else {
            let point = |turn: usize, x: &mut [f64]| self.point(order.direction(turn), x);
            evaluations.in_order(count, lookahead, point, commit)?;
        }
        let (value, direction) = best;
        Ok(direction.map(|k| (k, value)))
    }

    /// The trial point along direction `k`, which was evaluated.
    pub(super) fn target(&self, k: usize) -> Target {
        if let Some((index, to)) = self.beside.and_then(|beside| self.beside(beside, k)) {
            return Target::Coordinate { index, to };
        }
        let mut point = self.incumbent.x.clone();
        self.point(k, &mut point);
        Target::Point(point)
    }
}

/// Turns steps into the point that this part of them leads to.
fn walk(steps: &mut [f64], from: &[f64], part: f64) {
    for (step, &from) in steps.iter_mut().zip(from) {
        *step = if *step == 0.0 { from } else { from + part * *step };
    }
}

/// Turns steps into the point they lead to, or as far as the first bound, which is met to the bit, or row. Whether that is
/// all the way.
fn walk_within(steps: &mut [f64], from: &[f64], bounds: &Bounds, rows: Option<&Rows>) -> bool {
    let to_row = rows.map_or(f64::INFINITY, |rows| rows.reach(from, steps)).min(1.0);
    let limit = |i: usize, step: f64| if step > 0.0 { bounds.upper()[i] } else { bounds.lower()[i] };
    // The part of the steps that takes coordinate `i` to its bound.
    let reach = |i: usize, step: f64| (limit(i, step) - from[i]) / step;
    let moving = steps.iter().enumerate().filter(|(_, step)| **step != 0.0);
    let first = moving
        .map(|(i, &step)| (i, reach(i, step), limit(i, step)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|&(_, part, _)| part < to_row);
    walk(steps, from, first.map_or(to_row, |(_, part, _)| part));
    // By rounding a step that ends on a bound may end beyond it.
    bounds.project(steps);
    if let Some((i, _, limit)) = first {
        steps[i] = limit;
    }
    first.is_none() && to_row == 1.0
}

#[cfg(test)]
mod tests;
