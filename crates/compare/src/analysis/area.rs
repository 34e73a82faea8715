//! The area under the data profile: one number for a curve.

use super::Solved;

/// The area under the data profile of a solver over `ln α` from 1 to `budget` simplex gradients, as a share
/// of the whole: the mean over the instances of `1 - ln α_p / ln budget`, where `α_p = t_p / (n_p + 1)` (at
/// least 1), and 0 if the instance is not solved within the budget.
///
/// ```
/// use compare::analysis::{Solved, area};
///
/// // Solved after 10 of 100 simplex gradients, after the first, and never.
/// let solved =
///     Solved { dimensions: vec![1; 3], evaluations: vec![vec![Some(20)], vec![Some(1)], vec![None]] };
/// assert!((area(&solved, 0, 100.0) - (0.5 + 1.0 + 0.0) / 3.0).abs() < 1e-15);
/// ```
pub fn area(solved: &Solved, solver: usize, budget: f64) -> f64 {
    let part = |(row, n): (&Vec<Option<u64>>, &usize)| {
        let Some(evaluations) = row[solver] else { return 0.0 };
        let gradients = (evaluations as f64 / (n + 1) as f64).max(1.0);
        (1.0 - gradients.ln() / budget.ln()).max(0.0)
    };
    let parts = solved.evaluations.iter().zip(&solved.dimensions).map(part);
    parts.sum::<f64>() / solved.evaluations.len() as f64
}
