//! The limited-memory BFGS matrix of the last changes of the point and of the gradient.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::rows::{add_scaled, dot};

/// The last changes, at most `most` of them.
pub(super) struct Changes {
    most: usize,
    all: VecDeque<Change>,
}

/// A change `s` of the point and that `y` of the gradient, padded with zeros to whole blocks of eight.
struct Change {
    s: Vec<f64>,
    y: Vec<f64>,
}

/// A change in the free coordinates, with `s · y` and `y · y`.
struct Curved<'c> {
    s: Cow<'c, [f64]>,
    y: Cow<'c, [f64]>,
    sy: f64,
    yy: f64,
}

impl Changes {
    pub(super) fn of(most: usize) -> Self {
        Changes { most, all: VecDeque::new() }
    }

    pub(super) fn are_none(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn forget(&mut self) {
        self.all.clear();
    }

    /// Keeps the change between two points and that between their gradients.
    pub(super) fn keep(&mut self, points: [&[f64]; 2], gradients: [&[f64]; 2]) {
        let change = |[from, to]: [&[f64]; 2]| padded(to.iter().zip(from).map(|(to, from)| to - from));
        self.all.push_back(Change { s: change(points), y: change(gradients) });
        if self.all.len() > self.most {
            self.all.pop_front();
        }
    }

    /// The product `H v` in the free coordinates, 0 in the others, with the matrix H by the two-loop recursion
    /// (Nocedal & Wright 2006, algorithm 7.4); `v` itself without changes. `v` must be 0 where a coordinate is not free.
    pub(super) fn times(&self, v: &[f64], free: &[bool]) -> Vec<f64> {
        let free = Free::of(free);
        let curved: Vec<Curved<'_>> = self.all.iter().filter_map(|change| change.curved(&free)).collect();
        let mut q = free.pick(&padded(v.iter().copied())).into_owned();
        let mut parts = Vec::with_capacity(curved.len());
        for Curved { s, y, sy, .. } in curved.iter().rev() {
            let part = dot(s, &q) / sy;
            add_scaled(&mut q, -part, y);
            parts.push(part);
        }
        if let Some(Curved { sy, yy, .. }) = curved.last() {
            q.iter_mut().for_each(|q| *q *= sy / yy);
        }
        for (Curved { s, y, sy, .. }, part) in curved.iter().zip(parts.into_iter().rev()) {
            let other = dot(y, &q) / sy;
            add_scaled(&mut q, part - other, s);
        }
        let mut product = vec![0.0; v.len()];
        free.places.iter().zip(q).for_each(|(&place, q)| product[place] = q);
        product
    }
}

impl Change {
    /// `None` without curvature in the free coordinates: it says nothing about them.
    fn curved(&self, free: &Free) -> Option<Curved<'_>> {
        let (s, y) = (free.pick(&self.s), free.pick(&self.y));
        let (sy, yy) = (dot(&s, &y), dot(&y, &y));
        (sy > 1e-12 * yy).then_some(Curved { s, y, sy, yy })
    }
}

/// With zeros behind, up to whole blocks of eight.
fn padded(values: impl ExactSizeIterator<Item = f64>) -> Vec<f64> {
    let length = values.len().next_multiple_of(8);
    let mut padded = Vec::with_capacity(length);
    padded.extend(values);
    padded.resize(length, 0.0);
    padded
}

/// The places of the free coordinates.
struct Free {
    places: Vec<usize>,
    all: bool,
}

impl Free {
    fn of(free: &[bool]) -> Self {
        let places: Vec<usize> = (0..free.len()).filter(|&place| free[place]).collect();
        Free { all: places.len() == free.len(), places }
    }

    /// The free coordinates one after another, padded as the vector is.
    fn pick<'v>(&self, vector: &'v [f64]) -> Cow<'v, [f64]> {
        if self.all {
            return Cow::Borrowed(vector);
        }
        Cow::Owned(padded(self.places.iter().map(|&place| vector[place])))
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    /// With `H = γ V V' + ρ s s'`, `V = I - ρ s y'`, `ρ = 1 / s·y` and `γ = s·y / y·y`, by hand for one change.
    #[test]
    fn one_change_gives_the_matrix_of_its_formula() {
        let mut changes = Changes::of(5);
        changes.keep([&[1.0, 0.0, 7.0], &[2.0, 2.0, 7.0]], [&[0.0; 3], &[3.0, 1.0, 4.0]]);
        // In the first two coordinates s = (1, 2), y = (3, 1): s·y = 5, y·y = 10, γ = 1/2.
        // For v = (1, 0): part = s·v / 5 = 1/5; q = (2/5, -1/5) / 2; y·q / 5 = 1/10; q + s/10 = (3/10, 1/10).
        let product = changes.times(&[1.0, 0.0, 0.0], &[true, true, false]);
        for (found, expected) in product.iter().zip([0.3, 0.1, 0.0]) {
            assert!((found - expected).abs() < 1e-15, "{product:?}");
        }
    }

    /// Of a quadratic with the matrix A every change has y = A s, and H y = s for the last one.
    #[test]
    fn the_last_change_of_the_gradient_leads_to_that_of_the_point() {
        let times_a = |s: [f64; 3]| [2.0 * s[0] + s[1], s[0] + 3.0 * s[1], 5.0 * s[2]];
        let mut changes = Changes::of(2);
        let steps = [[1.0, 0.0, 1.0], [0.3, -1.0, 0.0], [0.0, 0.5, -2.0]];
        steps.iter().for_each(|s| changes.keep([&[0.0; 3], s], [&[0.0; 3], &times_a(*s)]));
        let product = changes.times(&times_a(steps[2]), &[true; 3]);
        for (found, expected) in product.iter().zip(steps[2]) {
            assert!((found - expected).abs() < 1e-14, "{product:?}");
        }
    }

    #[test]
    fn a_change_without_curvature_is_left_out_and_the_oldest_is_forgotten() {
        let mut changes = Changes::of(1);
        assert_eq!(changes.times(&[1.0, 2.0], &[true; 2]), [1.0, 2.0]);
        changes.keep([&[0.0; 2], &[1.0, 0.0]], [&[0.0; 2], &[4.0, 0.0]]);
        assert_eq!(changes.times(&[1.0, 2.0], &[true; 2]), [0.25, 0.5]);
        changes.keep([&[0.0; 2], &[1.0, 0.0]], [&[0.0; 2], &[-4.0, 0.0]]);
        assert_eq!(changes.times(&[1.0, 2.0], &[true; 2]), [1.0, 2.0]);
    }
}
