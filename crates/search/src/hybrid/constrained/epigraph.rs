//! The directions that a value with kinks distinguishes at the incumbent.
//!
//! The value is the least height t above functions without kinks, `rᵢ ≤ t` for the largest of them, and
//! `-tᵢ ≤ rᵢ ≤ tᵢ` with the sum of heights for magnitudes. Its directions (d, t) at the incumbent are those of linear rows,
//! for which a poll along the generators of their cone fails at no other points than stationary ones (as for the rows of
//! a problem, Kolda, Lewis & Torczon 2007). If the slopes are independent, a generator changes one of the residuals alone.

use nalgebra::DVector;

use super::composite::Composite;
use crate::Loss;

/// Rows `a·(d, t) <= 0` with heights t, each of length 1.
#[derive(Default)]
pub(super) struct Epigraph {
    /// How many heights there are.
    pub(super) heights: usize,
    pub(super) rows: Vec<Vec<f64>>,
}

impl Composite {
    /// Returns the rows of the kinks that are within this distance; none where a single function is the value.
    pub(super) fn epigraph(&self, size: f64) -> Epigraph {
        let slope = |i: usize| &self.models[i].gradient;
        if self.loss == Loss::L1 {
            let is_near =
                |&i: &usize| slope(i).norm() > 0.0 && self.values[i].abs() <= size * slope(i).norm();
            let near: Vec<usize> = (0..self.values.len()).filter(is_near).collect();
            let row = |(height, &i): (usize, &usize)| {
                [1.0, -1.0].map(|sign| row(&(slope(i).normalize() * sign), height, near.len()))
            };
            return Epigraph { heights: near.len(), rows: near.iter().enumerate().flat_map(row).collect() };
        }
        let (of_largest, _, largest) = self.largest(|_, value| value);
        let reach = |i: usize| size * (slope(i).norm() + slope(of_largest).norm());
        let all = (0..self.values.len()).flat_map(|i| self.signs().iter().map(move |&sign| (i, sign)));
        let near: Vec<_> = all.filter(|&(i, sign)| sign * self.values[i] >= largest - reach(i)).collect();
        let steepest = near.iter().map(|&(i, _)| slope(i).norm()).fold(0.0, f64::max);
        if near.len() < 2 || steepest == 0.0 {
            return Epigraph::default();
        }
        let row = |&(i, sign): &(usize, f64)| row(&(slope(i) * (sign / steepest)), 0, 1);
        Epigraph { heights: 1, rows: near.iter().map(row).collect() }
    }
}

/// Returns the unit row of `g·d - tₖ <= 0` with one of some heights.
fn row(gradient: &DVector<f64>, height: usize, heights: usize) -> Vec<f64> {
    let of_heights = (0..heights).map(|k| if k == height { -1.0 } else { 0.0 });
    let row = DVector::from_iterator(gradient.len() + heights, gradient.iter().copied().chain(of_heights));
    row.normalize().iter().copied().collect()
}
