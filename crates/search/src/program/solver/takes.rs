//! What a solver program takes beyond bounds.

use serde::{Deserialize, Serialize};

use crate::{LeastSquares, Problem};

/// What a [`SolverProgram`](crate::SolverProgram) takes beyond bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Takes {
    /// Rows `a x <= b` and `aeq x = beq`.
    Linear,
    /// Nonlinear inequalities `c(x) <= 0`.
    Constraints,
    /// Nonlinear equalities `ceq(x) = 0`.
    Equalities,
    /// Integer and granular coordinates.
    Granularity,
    /// The residuals of a sum of squares, where a problem has them.
    Residuals,
}

impl Takes {
    /// Whether a problem has it.
    pub(super) fn is_in(self, problem: &Problem<'_>) -> bool {
        let count = problem.nonlinear_constraints().unwrap_or_default();
        match self {
            Takes::Linear => problem.linear().is_some(),
            Takes::Constraints => count.inequalities > 0,
            Takes::Equalities => count.equalities > 0,
            Takes::Granularity => problem.grid().is_some(),
            Takes::Residuals => problem.fit().is_some_and(is_sum_of_squares),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Takes::Linear => "linear constraints",
            Takes::Constraints => "nonlinear inequalities",
            Takes::Equalities => "nonlinear equalities",
            Takes::Granularity => "granular coordinates",
            Takes::Residuals => "residuals",
        }
    }
}

/// Whether residuals are those of a sum of squares. Of a value with kinks a program sees the value alone.
pub(super) fn is_sum_of_squares(fit: &LeastSquares) -> bool {
    !fit.loss().has_kinks()
}
