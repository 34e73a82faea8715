//! Linear constraints: `A x <= b` and `Aeq x = beq`.

mod cone;
#[cfg(feature = "linear-programs")]
mod lp;
mod project;
mod row;
mod settle;
mod start;
mod subspace;

pub(crate) use cone::{Cone, Generators};
pub use row::ConstraintRow;
pub(crate) use row::Row;
pub(crate) use start::feasible_start;
pub(crate) use subspace::Subspace;

use serde_json::{Value, json};

use crate::{Error, IntoPoint};

/// Rows `a·x <= b` and `a·x = b` that a point must satisfy, in addition to its bounds.
///
/// ```
/// use search::LinearConstraints;
///
/// // x1 + 2 x2 <= 3, x1 = x2
/// let linear = LinearConstraints::at_most([[1.0, 2.0]], [3.0])?
///     .and(LinearConstraints::equal([[1.0, -1.0]], [0.0])?)?;
/// assert_eq!(linear.violation(&[1.0, 1.0]), 0.0);
/// assert_eq!(linear.violation(&[4.0, 1.0]), 3.0); // of the equality
/// assert!(LinearConstraints::at_most([[0.0, 0.0]], [-1.0]).is_err());
/// # Ok::<(), search::Error>(())
/// ```
///
/// # What counts as satisfied
/// Bounds hold exactly; a row cannot, since `a·x` is rounded. No evaluated point violates a row by more than
/// the solver's tolerance (MATLAB's `ConstraintTolerance`, [`pattern::Options::constraint_tolerance`],
/// default 1e-6) times the row's scale `max(max |a_i|, |b|)`, or by more than a bound on the rounding error
/// of `a·x - b`, if that is larger. A pattern search does not use this tolerance: its points satisfy the rows
/// up to rounding, unless no point near the start does.
///
/// [`pattern::Options::constraint_tolerance`]: crate::pattern::Options::constraint_tolerance
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinearConstraints {
    rows: Vec<Row>,
}

impl LinearConstraints {
    /// Creates constraints `A x <= b` from MATLAB's `A`, row by row, and `b`.
    ///
    /// # Errors
    /// [`Error::RowsLength`] if the numbers of rows and limits differ; [`Error::RowLength`] for a row of
    /// another length than the first; [`Error::RowNotFinite`] for a NaN or infinite number;
    /// [`Error::EmptyRow`] for a row of zeros that cannot hold.
    #[doc(alias = "A")]
    #[doc(alias = "b")]
    pub fn at_most(a: impl IntoIterator<Item = impl IntoPoint>, b: impl IntoPoint) -> Result<Self, Error> {
        LinearConstraints::new(ConstraintRow::Inequality, a, b)
    }

    /// Creates constraints `Aeq x = beq` from MATLAB's `Aeq`, row by row, and `beq`.
    ///
    /// # Errors
    /// As for [`at_most`](LinearConstraints::at_most).
    #[doc(alias = "Aeq")]
    #[doc(alias = "beq")]
    pub fn equal(aeq: impl IntoIterator<Item = impl IntoPoint>, beq: impl IntoPoint) -> Result<Self, Error> {
        LinearConstraints::new(ConstraintRow::Equality, aeq, beq)
    }

    fn new(
        name: fn(usize) -> ConstraintRow,
        rows: impl IntoIterator<Item = impl IntoPoint>,
        limits: impl IntoPoint,
    ) -> Result<Self, Error> {
        let rows: Vec<Vec<f64>> = rows.into_iter().map(IntoPoint::into_point).collect();
        let limits = limits.into_point();
        if rows.len() != limits.len() {
            return Err(Error::RowsLength { rows: rows.len(), limits: limits.len() });
        }
        let rows = rows.into_iter().zip(limits).enumerate();
        let rows = rows.map(|(i, (coefficients, limit))| Row::new(name(i), coefficients, limit));
        let constraints = LinearConstraints { rows: rows.collect::<Result<_, _>>()? };
        constraints.of_one_length()
    }

    /// Appends other constraints. Their rows are numbered after the rows of the same kind here.
    ///
    /// # Errors
    /// [`Error::RowLength`] for rows of another length.
    pub fn and(mut self, others: LinearConstraints) -> Result<Self, Error> {
        let count = |equalities| self.rows.iter().filter(|row| row.is_equality() == equalities).count();
        let (inequalities, equalities) = (count(false), count(true));
        self.rows.extend(others.rows.into_iter().map(|row| row.renumbered(inequalities, equalities)));
        self.of_one_length()
    }

    fn of_one_length(self) -> Result<Self, Error> {
        match self.dimension() {
            Some(expected) => self.check_dimension(expected).map(|()| self),
            None => Ok(self),
        }
    }

    pub(crate) fn check_dimension(&self, expected: usize) -> Result<(), Error> {
        match self.rows.iter().find(|row| row.coefficients().len() != expected) {
            None => Ok(()),
            Some(row) => Err(Error::RowLength { row: row.name(), given: row.coefficients().len(), expected }),
        }
    }

    /// Number of coordinates; `None` without rows.
    pub fn dimension(&self) -> Option<usize> {
        self.rows.first().map(|row| row.coefficients().len())
    }

    /// Whether there are equality constraints.
    pub fn have_equalities(&self) -> bool {
        self.rows.iter().any(Row::is_equality)
    }

    /// The largest violation of a row, divided by the row's scale: 0 where all rows hold, infinite if `a·x`
    /// is NaN. MATLAB's `maxconstraint` is the same without the scale.
    ///
    /// # Panics
    /// If the point has another dimension.
    #[doc(alias = "maxconstraint")]
    pub fn violation(&self, x: &[f64]) -> f64 {
        self.worst(x).map_or(0.0, |(_, violation)| violation)
    }

    /// Returns the row that a point violates most, and the violation divided by the row's scale.
    pub(crate) fn worst(&self, x: &[f64]) -> Option<(ConstraintRow, f64)> {
        assert!(self.dimension().is_none_or(|n| n == x.len()), "coordinates of the point and of the rows");
        let violations = self.rows.iter().map(|row| (row.name(), row.excess(x) / row.scale()));
        violations.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Returns the first row that a point violates by more than the tolerance.
    pub(crate) fn first_violated(&self, x: &[f64], tolerance: f64) -> Option<ConstraintRow> {
        let violated = |row: &&Row| row.excess(x) > (tolerance * row.scale()).max(row.rounding(x));
        self.rows.iter().find(violated).map(Row::name)
    }

    /// Whether every row holds up to rounding errors.
    pub(crate) fn hold(&self, x: &[f64]) -> bool {
        self.rows.iter().all(|row| row.excess(x) <= row.rounding(x))
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns all numbers as text without loss of precision.
    pub(crate) fn to_json(&self) -> Value {
        let text = |values: &[f64]| values.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>();
        let row = |row: &Row| json!([row.name().to_string(), text(row.coefficients()), text(&[row.limit()])]);
        self.rows.iter().map(row).collect()
    }
}
