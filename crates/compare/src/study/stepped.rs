//! The same first step for every solver.

use std::sync::Arc;

use search::{Bounds, Error, Failure, LeastSquares, Objective, Problem, Residuals};

use crate::residuals::{form_of, residuals_of};

/// A problem in units of `max(1, ‖x0‖_∞)`: a solver whose first step is 1 has the same first step as all
/// others. The first step is a hidden tuning parameter; Moré & Wild also gave their codes the same one. A
/// problem with constraints beyond bounds, or with a grid, stays in its own units, because it would lose them.
pub(super) fn in_units_of_start(problem: Problem<'_>) -> Result<Problem<'_>, Error> {
    let constrained = problem.linear().is_some() || problem.nonlinear_constraints().is_some();
    if constrained || problem.grid().is_some() {
        return Ok(problem);
    }
    let unit = problem.start().iter().map(|x| x.abs()).fold(1.0, f64::max);
    let scaled = |values: &[f64]| values.iter().map(|x| x / unit).collect::<Vec<_>>();
    let bounds = Bounds::new(scaled(problem.bounds().lower()), scaled(problem.bounds().upper()))?;
    let objective = Arc::new(Scaled { inner: problem.shared_objective(), unit });
    Problem::shared(objective, scaled(problem.start()))?.bounded(bounds)
}

/// An objective in other units.
struct Scaled<'o> {
    inner: Arc<dyn Objective + 'o>,
    unit: f64,
}

impl Objective for Scaled<'_> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.inner.value(&self.in_own_units(x))
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.inner.residuals().is_some().then_some(self)
    }
}

impl Scaled<'_> {
    fn in_own_units(&self, x: &[f64]) -> Vec<f64> {
        x.iter().map(|x| x * self.unit).collect()
    }
}

impl Residuals for Scaled<'_> {
    fn form(&self) -> LeastSquares {
        form_of(&*self.inner)
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals_of(&*self.inner, &self.in_own_units(x), residuals)
    }
}
