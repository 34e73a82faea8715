//! The first sweep along the coordinates, and the units that it shows to be too short.

use std::ops::ControlFlow;

use nalgebra::DVector;

use super::descent::Descent;
use super::points::Known;
use crate::hybrid::batch::sweep::room_of_sweep;
use crate::hybrid::sweep::{Seen, slope_and_curvature};
use crate::{Evaluations, Lookahead, Method, Stop};

/// A step in the first sweep goes to the roomier side first if less than this part of it is within the bounds.
const ROOM: f64 = 0.5;

/// A displacement counts as one along a coordinate if this part of its length is.
const ALONG: f64 = 0.999;

impl Descent<'_> {
    /// Sweeps along the coordinates and moves as soon as a step improves: first in the direction that improved last,
    /// or towards the roomier side. Then lengthens the units that were too short.
    pub(super) fn sweep(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        let n = self.frame.dimension();
        let (mut first, mut improved) = (1.0, false);
        // A residual's slope needs one side; the step from all slopes is better than the other side.
        let most = if self.residuals > 0 { 1 } else { 2 };
        let mut seen = Vec::with_capacity(n);
        for k in 0..n {
            let length = self.radius.max(self.frame.grid()[k]);
            let side = |sign: f64| {
                let step = DVector::from_fn(n, |i, _| if i == k { sign * length } else { 0.0 });
                self.frame.point(&self.here.x, &step, evaluations)
            };
            let mut sides = [(first, side(first)), (-first, side(-first))];
            let moved = |x: &[f64]| (self.frame.coordinates(x) - &self.here.y).norm();
            let [near, far] = [moved(&sides[0].1), moved(&sides[1].1)];
            if near < ROOM * length && far > near {
                sides.swap(0, 1);
            }
            let (signs, points): (Vec<_>, Vec<_>) =
                sides.into_iter().filter(|(_, x)| *x != self.here.x).take(most).unzip();
            let (from, known) = (self.here.clone(), self.points.known().len());
            if let Some(better) = self.try_in_order(points, 0.0, evaluations)? {
                (first, improved) = (signs[better], true);
            }
            seen.push(self.points.known()[known..].iter().map(|to| along(k, &from, to)).collect());
        }
        // The model of a sum of squares hardly depends on the units, and one side shows too little of them.
        if self.options.scale_mesh && self.residuals == 0 {
            self.lengthen_units(&seen, evaluations);
        }
        Ok(if improved { Method::SuccessfulPoll } else { Method::RefineMesh })
    }

    /// Evaluates both sides of all coordinates at once, fills the last round with other points around, and moves to the
    /// best. Then lengthens the units that were too short.
    pub(super) fn sweep_at_once(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        let (coordinates, points) = self.sweep_points(evaluations);
        let from = self.here.clone();
        let known = if self.options.asynchronous {
            let (beside, others) = points.split_at(coordinates.len());
            self.evaluate_among(beside, others, evaluations)?
        } else {
            self.evaluate_all(points, evaluations)?
        };
        let mut seen: Vec<Vec<Rises>> = vec![Vec::new(); self.frame.dimension()];
        for (k, to) in coordinates.into_iter().zip(&known) {
            seen[k].push(along(k, &from, to));
        }
        let improved = self.take_all(known);
        if self.options.scale_mesh && self.residuals == 0 {
            self.lengthen_units(&seen, evaluations);
        }
        Ok(if improved { Method::SuccessfulPoll } else { Method::RefineMesh })
    }

    /// Evaluates the start. In a batch idle workers begin with the sweep around it, unless known points may take its place.
    pub(super) fn evaluate_start(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Known, Stop> {
        let is_sweep_next = !self.swept && evaluations.known().is_empty();
        let has_idle = self.options.batch > 1 && is_sweep_next && evaluations.best_of_hint().is_none();
        let x = self.here.x.clone();
        if !has_idle {
            return self.evaluate(x, evaluations);
        }
        let sweep = self.sweep_points(evaluations).1;
        let points: Vec<_> = std::iter::once(&x).chain(&sweep).collect();
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(points[turn]);
            true
        };
        let mut value = f64::INFINITY;
        evaluations.judge_by(|value, _| value);
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |_, here| {
            value = here;
            ControlFlow::Break(())
        })?;
        let values = self.values(value, evaluations.seen().pop());
        Ok(Known { y: self.frame.coordinates(&x), x, values })
    }

    /// The points of a sweep: both sides of each coordinate first, whose coordinates are returned, then others around.
    fn sweep_points(&self, evaluations: &Evaluations<'_>) -> (Vec<usize>, Vec<Vec<f64>>) {
        let n = self.frame.dimension();
        let side = |k: usize, sign: f64| {
            let length = self.radius.max(self.frame.grid()[k]);
            let step = DVector::from_fn(n, |i, _| if i == k { sign * length } else { 0.0 });
            (k, self.frame.point(&self.here.x, &step, evaluations))
        };
        let both = (0..n).flat_map(|k| [side(k, 1.0), side(k, -1.0)]);
        let (coordinates, mut points): (Vec<_>, Vec<_>) = both.filter(|(_, x)| *x != self.here.x).unzip();
        let room = room_of_sweep(points.len(), self.at_once(), evaluations);
        self.add_unknown((&DVector::zeros(n), self.radius), room, &mut points, evaluations);
        (coordinates, points)
    }

    /// Lengthens each unit until a step of one unit changes the objective or a constraint by as much as the largest
    /// change of the sweep, but not far beyond the usual unit. A start that is near 0 by chance makes a unit too short.
    fn lengthen_units(&mut self, seen: &[Vec<Rises>], evaluations: &Evaluations<'_>) {
        let factors = (0..self.here.values.len()).map(|function| {
            let of = |seen: &Vec<Rises>| -> Vec<Seen> {
                let points = seen.iter().filter_map(|(step, rises)| Some(((*step)?, rises[function])));
                points.filter(|(_, rise)| rise.is_finite()).collect()
            };
            let seen: Vec<Vec<Seen>> = seen.iter().map(of).collect();
            let largest = seen.iter().flatten().map(|(_, rise)| rise.abs()).fold(0.0, f64::max);
            let shapes: Vec<_> = seen.iter().map(|seen| slope_and_curvature(seen)).collect();
            self.frame.factors(&shapes, largest)
        });
        let least = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(&b).map(|(a, b)| a.min(*b)).collect();
        let Some(factors) = factors.reduce(least) else { return };
        let scale = self.frame.lengthened(&factors);
        if scale != self.frame.scale() {
            self.take_units(&scale, evaluations);
        }
    }
}

/// The step along a coordinate to an evaluated point, if it is one, and the rises of all functions.
type Rises = (Option<f64>, Vec<f64>);

fn along(k: usize, from: &Known, to: &Known) -> Rises {
    let moved = &to.y - &from.y;
    let rises = to.values.iter().zip(&from.values).map(|(to, from)| to - from).collect();
    ((moved[k].abs() >= ALONG * moved.norm()).then_some(moved[k]), rises)
}
