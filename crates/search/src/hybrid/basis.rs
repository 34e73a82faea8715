//! The directions of a poll.

use nalgebra::{DMatrix, DVector};

use super::quadratic::Quadratic;

/// Returns the orthonormal poll basis; the poll tries each vector and its negative.
///
/// The vectors are the eigenvectors of the model's Hessian, which follow a valley. A coordinate with a bound nearer
/// than `mesh_size` has its unit vector instead, so that the poll can follow the bound. Without a model all vectors
/// are unit vectors.
///
/// An orthonormal basis with its negatives is a positive spanning set of cosine measure 1/√n. (Kolda, Lewis & Torczon
/// 2003, "Optimization by direct search", section 3.)
pub(super) fn basis(
    model: Option<&Quadratic>,
    lower: &DVector<f64>,
    upper: &DVector<f64>,
    mesh_size: f64,
) -> Vec<DVector<f64>> {
    let n = lower.len();
    let unit = |i: usize| DVector::from_fn(n, |k, _| if k == i { 1.0 } else { 0.0 });
    let Some(model) = model else { return (0..n).map(unit).collect() };
    let beside_bound = |i: &usize| -lower[*i] < mesh_size || upper[*i] < mesh_size;
    let (beside, away): (Vec<usize>, Vec<usize>) = (0..n).partition(beside_bound);
    let mut vectors: Vec<DVector<f64>> = beside.into_iter().map(unit).collect();
    if !away.is_empty() {
        let hessian: DMatrix<f64> = model.hessian.select_rows(&away).select_columns(&away);
        for eigenvector in hessian.symmetric_eigen().eigenvectors.column_iter() {
            let mut vector = DVector::zeros(n);
            away.iter().zip(eigenvector.iter()).for_each(|(&i, &part)| vector[i] = part);
            vectors.push(vector);
        }
    }
    vectors
}

#[cfg(test)]
mod tests;
