//! One row of the linear constraints.

use std::fmt;

use crate::Error;

/// Identifies a row of the linear constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConstraintRow {
    /// A row of `A x <= b`, from 0.
    Inequality(usize),
    /// A row of `Aeq x = beq`, from 0.
    Equality(usize),
}

impl fmt::Display for ConstraintRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConstraintRow::Inequality(i) => write!(f, "inequality row {i}"),
            ConstraintRow::Equality(i) => write!(f, "equality row {i}"),
        }
    }
}

/// A row `a·x <= b` or `a·x = b` of finite numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    name: ConstraintRow,
    coefficients: Vec<f64>,
    limit: f64,
}

impl Row {
    pub(super) fn new(name: ConstraintRow, coefficients: Vec<f64>, limit: f64) -> Result<Self, Error> {
        let row = Row { name, coefficients, limit };
        let numbers = row.coefficients.iter().copied().chain([limit]);
        if let Some((index, value)) = numbers.enumerate().find(|(_, value)| !value.is_finite()) {
            let coefficient = (index < row.coefficients.len()).then_some(index);
            return Err(Error::RowNotFinite { row: name, coefficient, value });
        }
        if row.is_empty() && row.excess(&[]) > 0.0 {
            return Err(Error::EmptyRow { row: name, limit });
        }
        Ok(row)
    }

    /// Renumbers the row, which comes after that many other rows of each kind.
    pub(super) fn renumbered(self, inequalities: usize, equalities: usize) -> Self {
        let name = match self.name {
            ConstraintRow::Inequality(i) => ConstraintRow::Inequality(inequalities + i),
            ConstraintRow::Equality(i) => ConstraintRow::Equality(equalities + i),
        };
        Row { name, ..self }
    }

    pub(crate) fn name(&self) -> ConstraintRow {
        self.name
    }

    pub(crate) fn coefficients(&self) -> &[f64] {
        &self.coefficients
    }

    pub(crate) fn limit(&self) -> f64 {
        self.limit
    }

    pub(crate) fn is_equality(&self) -> bool {
        matches!(self.name, ConstraintRow::Equality(_))
    }

    /// Whether all coefficients are 0.
    pub(super) fn is_empty(&self) -> bool {
        self.coefficients.iter().all(|&a| a == 0.0)
    }

    /// The unit of a violation: the largest magnitude of the row's numbers, so that scaling the row changes
    /// nothing. It is 1 for a row of zeros.
    pub(super) fn scale(&self) -> f64 {
        let largest = self.coefficients.iter().fold(self.limit.abs(), |largest, a| largest.max(a.abs()));
        if largest > 0.0 { largest } else { 1.0 }
    }

    /// `a·v`.
    pub(crate) fn along(&self, v: &[f64]) -> f64 {
        self.coefficients.iter().zip(v).map(|(a, v)| a * v).sum()
    }

    /// `a·x - b`.
    pub(crate) fn residual(&self, x: &[f64]) -> f64 {
        self.along(x) - self.limit
    }

    /// The violation of the row, at least 0; infinite if it is NaN.
    pub(crate) fn excess(&self, x: &[f64]) -> f64 {
        let residual = self.residual(x);
        match () {
            () if residual.is_nan() => f64::INFINITY,
            () if self.is_equality() => residual.abs(),
            () => residual.max(0.0),
        }
    }

    /// The row's scale plus the sum of the terms' magnitudes, to which rounding errors are relative.
    pub(super) fn magnitude(&self, x: &[f64]) -> f64 {
        self.scale() + self.coefficients.iter().zip(x).map(|(a, x)| (a * x).abs()).sum::<f64>()
    }

    /// A bound on the rounding error of `a·x - b`. (Higham 2002, "Accuracy and stability of numerical
    /// algorithms", section 3.1: n terms, in any order.)
    pub(crate) fn rounding(&self, x: &[f64]) -> f64 {
        (self.coefficients.len() + 4) as f64 * f64::EPSILON * self.magnitude(x)
    }
}
