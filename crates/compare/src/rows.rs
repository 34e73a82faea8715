//! The linear constraints of a problem, row by row.

/// A row `a·x` and its limit.
pub type LinearRow = (Vec<f64>, f64);

/// Linear constraints as numbers, which [`search::LinearConstraints`] does not hand out: for judges, which need each
/// violation without a scale, and for other programs.
///
/// ```
/// let rows = compare::Rows {
///     inequalities: vec![(vec![1.0, 20.0], 3.0)],
///     equalities: vec![(vec![1.0, 0.0], 1.0)],
/// };
/// assert_eq!(rows.violation(&[1.5, 0.25]), 3.5);
/// assert_eq!(rows.violation(&[0.5, 0.125]), 0.5);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Rows `a·x <= b`.
    pub inequalities: Vec<LinearRow>,
    /// Rows `a·x = b`.
    pub equalities: Vec<LinearRow>,
}

impl Rows {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.inequalities.is_empty() && self.equalities.is_empty()
    }

    /// The largest violation, not divided by anything: 0 where all rows hold.
    pub fn violation(&self, x: &[f64]) -> f64 {
        let residual = |(a, b): &LinearRow| a.iter().zip(x).map(|(a, x)| a * x).sum::<f64>() - b;
        let inequalities = self.inequalities.iter().map(residual);
        let equalities = self.equalities.iter().map(|row| residual(row).abs());
        inequalities.chain(equalities).fold(0.0, f64::max)
    }
}
