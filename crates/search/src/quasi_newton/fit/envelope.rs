//! Positive definite matrices of which each row is kept from its first entry on.

use nalgebra::DVectorView;

/// A pivot below this fraction of its diagonal entry is taken as none.
const LEAST_PIVOT: f64 = 1e-14;

/// The lower triangle of a symmetric matrix, or its Cholesky factor, which has the same form (George & Liu 1981, "Computer
/// solution of large sparse positive definite systems", section 4.1).
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    /// The entries of each row up to the diagonal.
    rows: Vec<Vec<f64>>,
}

impl Envelope {
    /// The zero matrix whose rows begin at these columns.
    pub(super) fn zero(first: &[usize]) -> Self {
        Envelope { rows: first.iter().enumerate().map(|(i, first)| vec![0.0; i + 1 - first]).collect() }
    }

    fn first(&self, i: usize) -> usize {
        i + 1 - self.rows[i].len()
    }

    /// Adds to the entry (i, j) with j <= i, which is not before the first of its row.
    pub(super) fn add(&mut self, i: usize, j: usize, part: f64) {
        let first = self.first(i);
        self.rows[i][j - first] += part;
    }

    pub(super) fn diagonal(&self, i: usize) -> f64 {
        self.rows[i][self.rows[i].len() - 1]
    }

    /// The same matrix with rows and columns of the identity in place of some.
    pub(super) fn without(&self, left_out: &[bool]) -> Self {
        let mut rest = self.clone();
        for i in 0..left_out.len() {
            let first = self.first(i);
            for (j, entry) in (first..).zip(&mut rest.rows[i]) {
                if left_out[i] || left_out[j] {
                    *entry = if i == j { 1.0 } else { 0.0 };
                }
            }
        }
        rest
    }

    /// Replaces the matrix by its factor L of `L Lᵀ`; `None` if it is not positive definite to rounding.
    pub(super) fn factor(mut self) -> Option<Self> {
        for i in 0..self.rows.len() {
            let first = self.first(i);
            let (before, rest) = self.rows.split_at_mut(i);
            let row = &mut rest[0];
            for j in first..i {
                let other = &before[j];
                // l_ij = (a_ij - Σ_k l_ik l_jk) / l_jj over the columns k < j of both rows.
                let from = first.max(j + 1 - other.len());
                let sum = product(
                    &row[from - first..j - first],
                    &other[from + other.len() - 1 - j..other.len() - 1],
                );
                row[j - first] = (row[j - first] - sum) / other[other.len() - 1];
            }
            let (diagonal, left) = row.split_last_mut()?;
            let pivot = *diagonal - product(left, left);
            if !(pivot > LEAST_PIVOT * *diagonal && pivot.is_finite()) {
                return None;
            }
            *diagonal = pivot.sqrt();
        }
        Some(self)
    }

    /// Solves `L Lᵀ x = b` in place.
    pub(super) fn solve(&self, x: &mut [f64]) {
        for (i, row) in self.rows.iter().enumerate() {
            let (first, last) = (self.first(i), row.len() - 1);
            x[i] = (x[i] - product(&row[..last], &x[first..i])) / row[last];
        }
        for (i, row) in self.rows.iter().enumerate().rev() {
            let (first, last) = (self.first(i), row.len() - 1);
            x[i] /= row[last];
            let solved = x[i];
            x[first..i].iter_mut().zip(row).for_each(|(x, entry)| *x -= entry * solved);
        }
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    DVectorView::from_slice(a, a.len()).dot(&DVectorView::from_slice(b, b.len()))
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::Envelope;

    /// Rows that begin at 0, 0, 2, 1 and 0.
    fn matrix() -> (Envelope, DMatrix<f64>) {
        let first = [0, 0, 2, 1, 0];
        let (mut envelope, mut dense) = (Envelope::zero(&first), DMatrix::zeros(5, 5));
        for i in 0..5 {
            for j in first[i]..=i {
                let entry = if i == j { 6.0 + i as f64 } else { ((3 * i + 5 * j) % 7) as f64 - 3.0 };
                envelope.add(i, j, entry);
                (dense[(i, j)], dense[(j, i)]) = (entry, entry);
            }
        }
        (envelope, dense)
    }

    #[test]
    fn the_factor_solves_what_a_dense_one_solves() {
        let (envelope, dense) = matrix();
        let b = DVector::from_row_slice(&[1.0, -2.0, 3.0, 0.5, 4.0]);
        let expected = dense.cholesky().expect("positive definite").solve(&b);
        let mut x = b.as_slice().to_vec();
        envelope.factor().expect("positive definite").solve(&mut x);
        assert!((DVector::from_vec(x) - expected).norm() < 1e-14);
    }

    #[test]
    fn rows_that_are_left_out_leave_the_others_as_if_they_were_not_there() {
        let (envelope, dense) = matrix();
        let kept = [0, 2, 3];
        let left_out = [false, true, false, false, true];
        let part = DMatrix::from_fn(3, 3, |i, j| dense[(kept[i], kept[j])]);
        let expected =
            part.cholesky().expect("positive definite").solve(&DVector::from_row_slice(&[1.0, 3.0, 0.5]));
        let mut x = vec![1.0, 0.0, 3.0, 0.5, 0.0];
        envelope.without(&left_out).factor().expect("positive definite").solve(&mut x);
        assert!(kept.iter().zip(expected.iter()).all(|(&i, expected)| (x[i] - expected).abs() < 1e-14));
        assert_eq!((x[1], x[4]), (0.0, 0.0));
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        let mut matrix = Envelope::zero(&[0, 0]);
        [(0, 0, 1.0), (1, 0, 2.0), (1, 1, 4.0)].into_iter().for_each(|(i, j, entry)| matrix.add(i, j, entry));
        assert!(matrix.factor().is_none());
    }
}
