//! The first sweep along the coordinates, and the units that it shows to be too short.

use nalgebra::DVector;

use super::descent::Descent;
use super::points::Known;
use crate::hybrid::sweep::{Seen, slope_and_curvature};
use crate::{Evaluations, Method, Stop};

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
        let n = self.frame.dimension();
        let side = |k: usize, sign: f64| {
            let length = self.radius.max(self.frame.grid()[k]);
            let step = DVector::from_fn(n, |i, _| if i == k { sign * length } else { 0.0 });
            (k, self.frame.point(&self.here.x, &step, evaluations))
        };
        let both = (0..n).flat_map(|k| [side(k, 1.0), side(k, -1.0)]);
        let beside: Vec<_> = both.filter(|(_, x)| *x != self.here.x).collect();
        let mut points: Vec<_> = beside.iter().map(|(_, x)| x.clone()).collect();
        let centre = DVector::zeros(n);
        let room = self.room_beside(points.len());
        self.add_unknown((&centre, self.radius), room, &mut points, evaluations);
        let from = self.here.clone();
        let known = if self.options.asynchronous {
            let (beside, others) = points.split_at(beside.len());
            self.evaluate_among(beside, others, evaluations)?
        } else {
            self.evaluate_all(points, evaluations)?
        };
        let mut seen: Vec<Vec<Rises>> = vec![Vec::new(); n];
        for ((k, _), to) in beside.iter().zip(&known) {
            seen[*k].push(along(*k, &from, to));
        }
        let improved = self.take_all(known);
        if self.options.scale_mesh && self.residuals == 0 {
            self.lengthen_units(&seen, evaluations);
        }
        Ok(if improved { Method::SuccessfulPoll } else { Method::RefineMesh })
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
