//! Rows and nonlinear constraints for the peers that take them.

use crate::minimizer::BARRIER;
use crate::{Evaluations, LinearConstraints};

/// The values at the point evaluated last, of a problem with constraints: a peer asks for the objective and for the
/// constraints apart, and each point is evaluated once.
pub(super) struct Last {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// To be at most 0: `a·x - b` of the rows, then `c(x)`.
    pub(super) inequalities: Vec<f64>,
    /// To be 0: `a·x - b` of the rows, then `ceq(x)`.
    pub(super) equalities: Vec<f64>,
}

impl Last {
    /// Those of a point that has just been evaluated. A failed evaluation violates all nonlinear constraints.
    pub(super) fn of(evaluations: &mut Evaluations<'_>, x: Vec<f64>, value: f64) -> Self {
        let rows = |equality: bool| {
            let rows = evaluations.linear().into_iter().flat_map(LinearConstraints::rows);
            rows.filter(|row| row.is_equality() == equality).map(|row| row.residual(&x)).collect()
        };
        let (mut inequalities, mut equalities): (Vec<f64>, Vec<f64>) = (rows(false), rows(true));
        let count = evaluations.nonlinear_constraints().unwrap_or_default();
        match evaluations.seen().into_iter().rev().find(|seen| seen.x == x) {
            Some(seen) => {
                inequalities.extend(seen.constraints.inequalities);
                equalities.extend(seen.constraints.equalities);
            }
            None => {
                inequalities.extend(vec![BARRIER; count.inequalities]);
                equalities.extend(vec![BARRIER; count.equalities]);
            }
        }
        for value in inequalities.iter_mut().chain(&mut equalities) {
            *value = value.clamp(-BARRIER, BARRIER);
        }
        Last { x, value, inequalities, equalities }
    }
}

/// Whether there are rows or nonlinear constraints.
pub(super) fn has_constraints(evaluations: &Evaluations<'_>) -> bool {
    evaluations.linear().is_some() || evaluations.nonlinear_constraints().is_some()
}
