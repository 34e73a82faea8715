//! One row of the linear constraints.

use std::fmt;

use crate::Error;

/// Names a row of the linear constraints.
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

/// `a·x <= b` or `a·x = b`, every number finite.
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

    /// The same row after so many others of each kind.
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

    /// Whether it says nothing of any coordinate.
    pub(super) fn is_empty(&self) -> bool {
        self.coefficients.iter().all(|&a| a == 0.0)
    }

    /// What a violation is measured in: the row's largest number, so that the row holds at the same points in all units. 1
    /// for a row of zeros.
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

    /// By how much the row is violated, at least 0; infinite if that is not a number.
    pub(crate) fn excess(&self, x: &[f64]) -> f64 {
        let residual = self.residual(x);
        match () {
            () if residual.is_nan() => f64::INFINITY,
            () if self.is_equality() => residual.abs(),
            () => residual.max(0.0),
        }
    }

    /// The sum of the terms' sizes, and the row's scale: what rounding is a part of.
    pub(super) fn magnitude(&self, x: &[f64]) -> f64 {
        self.scale() + self.coefficients.iter().zip(x).map(|(a, x)| (a * x).abs()).sum::<f64>()
    }

    /// A bound of the rounding error in `a·x - b`. (Higham 2002, "Accuracy and stability of numerical algorithms",
    /// section 3.1: n terms, in any order.)
    pub(crate) fn rounding(&self, x: &[f64]) -> f64 {
        (self.coefficients.len() + 4) as f64 * f64::EPSILON * self.magnitude(x)
    }
}
