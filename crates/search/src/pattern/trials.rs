//! The trial points of one poll: along its directions, as far as they are feasible.

use std::ops::ControlFlow;

use super::classic::Incumbent;
use super::directions::Directions;
use super::mesh::Mesh;
use super::order::Order;
use crate::{Bounds, Evaluations, Lookahead, Stop, TinyDecrease};

pub(super) struct Trials<'a> {
    pub(super) incumbent: &'a Incumbent,
    pub(super) mesh: &'a Mesh,
    pub(super) bounds: &'a Bounds,
    pub(super) directions: Directions,
}

/// A trial point.
pub(super) enum Target {
    /// The incumbent with one coordinate changed.
    Coordinate {
        index: usize,
        to: f64,
    },
    Point(Vec<f64>),
}

impl Trials<'_> {
    /// The trial along direction `k`, which is that of a coordinate: the coordinate and its new value, or `None` where
    /// that is infeasible.
    fn coordinate(&self, k: usize) -> Option<(usize, f64)> {
        let (i, sign) = self.directions.coordinate(k)?;
        let to = self.incumbent.x[i] + sign * self.mesh.step(i);
        self.bounds.admit(i, to).then_some((i, to))
    }

    /// Writes the trial point along direction `k`; `false` where that is infeasible.
    fn point(&self, k: usize, point: &mut [f64]) -> bool {
        self.directions.write(k, point);
        for (i, (to, &from)) in point.iter_mut().zip(&self.incumbent.x).enumerate() {
            // What a direction leaves alone keeps its bits, however long the step.
            *to = if *to == 0.0 { from } else { from + *to * self.mesh.step(i) };
        }
        self.bounds.contain(point)
    }

    /// Whether there are trial points, and none differs from the incumbent.
    pub(super) fn are_stuck(&self) -> bool {
        let (mut any, mut point) = (false, Vec::new());
        for k in 0..self.directions.len() {
            let moves = if self.directions.coordinate(k).is_some() {
                self.coordinate(k).map(|(i, to)| to != self.incumbent.x[i])
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

    /// Evaluates the trial points in order: up to the first better than the incumbent, or all of them. The direction
    /// of the best, of equals the first, and its value.
    pub(super) fn best(
        &self,
        order: &Order,
        lookahead: Lookahead,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<(usize, f64)>, Stop> {
        let mut best = (self.incumbent.value, None);
        let commit = |turn: usize, value: f64| {
            if value < best.0 {
                best = (value, Some(order.direction(turn)));
                if lookahead == Lookahead::UntilBreak {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        };
        let count = self.directions.len();
        if self.directions.are_coordinates() {
            let step = |turn: usize| self.coordinate(order.direction(turn));
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
        if self.directions.are_coordinates()
            && let Some((index, to)) = self.coordinate(k)
        {
            return Target::Coordinate { index, to };
        }
        let mut point = self.incumbent.x.clone();
        self.point(k, &mut point);
        Target::Point(point)
    }
}
