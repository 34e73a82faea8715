//! Steps within random subspaces, which lead down in a fraction of the evaluations of a gradient (Cartis & Roberts 2023,
//! "Scalable subspace methods for derivative-free nonlinear least-squares optimization", Math. Program. 199, 461-524).

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::curvature::dot;
use super::line_search;
use super::place::Place;
use crate::{Evaluations, Lookahead, Stop};

/// The dimension of a subspace.
const DIMENSION: usize = 10;

/// The length of the first step in units, and the points of the slopes in parts of a step.
const FIRST_LENGTH: f64 = 0.3;
const INTERVAL: f64 = 0.3;

/// The next length is twice that of the step, within these parts of the last length.
const NEXT: (f64, f64) = (0.25, 4.0);

/// What the last subspace has left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Subspaces {
    /// The length of the next step in units.
    length: f64,
    /// The direction of the last step, of length 1.
    last: Option<Vec<f64>>,
    /// The number of subspaces, which seeds the next.
    count: u64,
    /// The curvature along the last step, if the values lay on a convex parabola.
    pub(super) curvature: Option<f64>,
}

impl Subspaces {
    /// None yet. The first step has at most the length `largest`.
    pub(super) fn none(largest: f64) -> Self {
        Subspaces { length: FIRST_LENGTH.min(largest), last: None, count: 0, curvature: None }
    }

    /// Steps against the slopes `g_j = (f(x + h q_j) - f(x)) / h` along the directions `q_j` of a random subspace, and
    /// moves to the best point.
    pub(super) fn step(
        &mut self,
        place: &mut Place,
        largest: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let (from, directions) = (place.clone(), self.directions(place.x.len()));
        let slopes = slopes(place, &directions, INTERVAL * self.length, evaluations)?;
        let steepness = dot(&slopes, &slopes).sqrt();
        if steepness > 0.0 && steepness.is_finite() {
            let mut step = vec![0.0; from.x.len()];
            for (q, slope) in directions.iter().zip(&slopes) {
                let part = -self.length * slope / steepness;
                step.iter_mut().zip(q).for_each(|(step, q)| *step += part * q);
            }
            // Slopes are those at the middle, wherever the best point is by now.
            let mut along = from.clone();
            line_search::search(&mut along, &step, -steepness * self.length, evaluations)?;
            self.curvature = curvature(&from, &along, steepness);
            place.see(&along.x, along.value);
        }
        let mut moved = place.step_from(&from.x);
        let length = dot(&moved, &moved).sqrt();
        self.length = (2.0 * length).clamp(NEXT.0 * self.length, NEXT.1 * self.length).min(largest);
        if length > 0.0 {
            moved.iter_mut().for_each(|part| *part /= length);
            self.last = Some(moved);
        }
        self.count += 1;
        Ok(())
    }

    /// Orthonormal directions: the last step, and random ones.
    fn directions(&self, n: usize) -> Vec<Vec<f64>> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.count);
        let mut directions: Vec<Vec<f64>> = self.last.iter().cloned().collect();
        while directions.len() < DIMENSION.min(n) {
            let mut new: Vec<f64> = (0..n).map(|_| StandardNormal.sample(&mut random)).collect();
            for q in &directions {
                let part = dot(q, &new);
                new.iter_mut().zip(q).for_each(|(new, q)| *new -= part * q);
            }
            let length = dot(&new, &new).sqrt();
            new.iter_mut().for_each(|new| *new /= length);
            directions.push(new);
        }
        directions
    }
}

/// Returns the slopes of the chords along the directions, 0 where the end has no value. Moves to the best end if it is better.
fn slopes(
    place: &mut Place,
    directions: &[Vec<f64>],
    interval: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<Vec<f64>, Stop> {
    let (from, bounds) = (place.clone(), evaluations.bounds());
    let mut slopes = vec![0.0; directions.len()];
    let mut best = None;
    let end = |turn: usize, x: &mut [f64]| {
        x.copy_from_slice(&from.point(&directions[turn], interval, bounds));
        x != from.x.as_slice()
    };
    evaluations.in_order(directions.len(), Lookahead::All, end, |turn, value| {
        let slope = from.rise(from.value, value) / interval;
        slopes[turn] = if slope.is_finite() { slope } else { 0.0 };
        if value < best.map_or(from.value, |(_, least)| least) {
            best = Some((turn, value));
        }
        ControlFlow::Continue(())
    })?;
    if let Some((turn, value)) = best {
        place.see(&from.point(&directions[turn], interval, bounds), value);
    }
    Ok(slopes)
}

/// The curvature L between two places, from the slope -g at the first: `r = -g t + ½ L t²` for the rise r over the distance t.
fn curvature(from: &Place, to: &Place, steepness: f64) -> Option<f64> {
    let moved = to.step_from(&from.x);
    let square = dot(&moved, &moved);
    let curvature = 2.0 * (from.rise(from.value, to.value) + steepness * square.sqrt()) / square;
    Some(curvature).filter(|curvature| *curvature > 0.0 && curvature.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{Subspaces, dot};
    use crate::quasi_newton::at_zero::at_zero;

    #[test]
    fn directions_are_orthonormal_and_begin_with_the_last_step() {
        let mut last = vec![0.0; 40];
        (last[3], last[7]) = (0.6, -0.8);
        let directions = Subspaces { last: Some(last.clone()), ..Subspaces::none(f64::MAX) }.directions(40);
        assert!(directions.len() == 10 && directions[0] == last);
        for (j, q) in directions.iter().enumerate() {
            for (k, other) in directions.iter().enumerate() {
                let expected = if j == k { 1.0 } else { 0.0 };
                assert!((dot(q, other) - expected).abs() < 1e-14, "{j} {k}");
            }
        }
        // As many as there are coordinates, if these are fewer.
        assert_eq!(Subspaces::none(f64::MAX).directions(4).len(), 4);
    }

    /// Ten directions span a space of 8, so that the step leads straight to the least of `Σ 2 (x_i - 1.25)²`, which is 25 at 0;
    /// along it the curvature 4 shows.
    #[test]
    fn a_step_leads_against_the_slopes_to_the_least_of_the_parabola() {
        let f = |x: &[f64]| x.iter().map(|x| 2.0 * (x - 1.25).powi(2)).sum::<f64>();
        let ((place, subspaces), points) = at_zero(8, f, |place, evaluations| {
            let mut subspaces = Subspaces::none(f64::MAX);
            subspaces.step(place, f64::MAX, evaluations).expect("no limit");
            (place.clone(), subspaces)
        });
        let unit = place.rise(0.0, 1.0);
        let curvature = subspaces.curvature.expect("convex");
        // Chords of length 0.09 are steeper by 2 · 0.09 along each of the eight.
        assert!((curvature / unit - 4.0).abs() < 0.5, "{}", curvature / unit);
        assert!(place.value < 0.05 * 25.0 && points.len() <= 8 + 7, "{} {}", place.value, points.len());
        assert!((subspaces.length - 1.2).abs() < 1e-12, "at most four times the last: {}", subspaces.length);
    }

    #[test]
    fn a_step_that_fails_makes_the_next_shorter() {
        let f = |x: &[f64]| if x.iter().all(|x| *x == 0.0) { 1.0 } else { f64::NAN };
        let ((place, subspaces), _) = at_zero(20, f, |place, evaluations| {
            let mut subspaces = Subspaces::none(f64::MAX);
            subspaces.step(place, f64::MAX, evaluations).expect("no limit");
            (place.clone(), subspaces)
        });
        assert!(place.value == 1.0 && subspaces.curvature.is_none() && subspaces.last.is_none());
        assert_eq!((subspaces.length, subspaces.count), (0.25 * 0.3, 1));
        assert_eq!(Subspaces::none(0.1).length, 0.1);
    }
}
