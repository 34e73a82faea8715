//! The orthogonal complement of some vectors, by an orthonormal basis.

use nalgebra::DMatrix;

/// A unit vector depends on the others if its remainder is shorter than this.
pub(super) const DEPENDENT: f64 = 1e-9;

/// Components of a unit direction below this are rounding errors.
const NEGLIGIBLE: f64 = 1e-13;

/// The subspace of all directions orthogonal to some vectors.
#[derive(Debug, Clone)]
pub(crate) struct Subspace {
    basis: Vec<Vec<f64>>,
}

impl Subspace {
    /// Returns the orthogonal complement of these unit vectors in `n` coordinates.
    ///
    /// The basis follows the coordinates as far as possible. Coordinate directions in which all vectors are 0
    /// come first. The rest is an orthonormal basis of the columns of the projector `I - Q Qᵀ`, by QR with
    /// column pivoting; the largest component of each element is positive.
    pub(crate) fn orthogonal_to(vectors: &[Vec<f64>], n: usize) -> Self {
        let has = |&i: &usize| vectors.iter().any(|vector| vector[i] != 0.0);
        let (taken, left): (Vec<usize>, Vec<usize>) = (0..n).partition(has);
        let mut basis: Vec<Vec<f64>> = left.into_iter().map(|i| coordinate(i, n)).collect();
        if !taken.is_empty() {
            let matrix = DMatrix::from_fn(taken.len(), vectors.len(), |i, j| vectors[j][taken[i]]);
            let spanned = independent_columns(matrix);
            let projector = DMatrix::identity(taken.len(), taken.len()) - &spanned * spanned.transpose();
            for column in independent_columns(projector).column_iter() {
                let mut element = vec![0.0; n];
                let sign = column[column.iamax()].signum();
                taken.iter().zip(column.iter()).for_each(|(&i, component)| element[i] = sign * component);
                tidy(&mut element);
                basis.push(element);
            }
        }
        Subspace { basis }
    }

    pub(crate) fn basis(&self) -> &[Vec<f64>] {
        &self.basis
    }

    pub(super) fn into_basis(self) -> Vec<Vec<f64>> {
        self.basis
    }

    /// Returns the coordinates in the basis of a vector's projection.
    pub(super) fn coordinates(&self, vector: &[f64]) -> Vec<f64> {
        self.basis.iter().map(|element| dot(element, vector)).collect()
    }

    /// Returns the unit vector along these coordinates in the basis.
    pub(super) fn direction(&self, coordinates: &[f64], n: usize) -> Vec<f64> {
        let mut direction = vec![0.0; n];
        for (element, coordinate) in self.basis.iter().zip(coordinates) {
            direction.iter_mut().zip(element).for_each(|(d, e)| *d += coordinate * e);
        }
        tidy(&mut direction);
        direction
    }
}

/// The unit vector of coordinate `i`.
fn coordinate(i: usize, n: usize) -> Vec<f64> {
    let mut direction = vec![0.0; n];
    direction[i] = 1.0;
    direction
}

/// Returns an orthonormal basis of the column space.
fn independent_columns(matrix: DMatrix<f64>) -> DMatrix<f64> {
    let decomposed = matrix.col_piv_qr();
    let triangle = decomposed.r();
    let rank = (0..triangle.nrows()).filter(|&i| triangle[(i, i)].abs() > DEPENDENT).count();
    decomposed.q().columns(0, rank).into_owned()
}

/// Normalizes a direction and sets components that are rounding errors to 0, so that it leaves those
/// coordinates exactly unchanged.
fn tidy(direction: &mut [f64]) {
    normalize(direction);
    direction.iter_mut().filter(|d| d.abs() < NEGLIGIBLE).for_each(|d| *d = 0.0);
}

pub(super) fn normalize(vector: &mut [f64]) {
    let length = dot(vector, vector).sqrt();
    vector.iter_mut().for_each(|v| *v /= length);
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
