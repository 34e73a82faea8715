//! Constrained problems with stochastic noise.

use std::sync::Arc;

use rand::RngExt;
use search::{Failure, Objective};

use super::hock_schittkowski::hock_schittkowski_constrained;
use super::more_wild::at_point;
use crate::Case;

/// The size of the noise, relative to the value where that is above 1.
const NOISE: f64 = 1e-4;

/// The problems of [`hock_schittkowski_constrained`] with the objective `f(x) + 10⁻⁴ max(1, |f(x)|) u`, u uniform in
/// [-1, 1], another one for each point and seed. The constraints have no noise. The true objective judges.
///
/// ```
/// let case = &compare::suites::constrained_noisy()[0];
/// let (problem, truth) = (case.problem(1)?, case.truth().expect("it is noisy"));
/// let [noisy, exact] = [problem.objective(), &**truth].map(|f| f.value(&[-1.2, 1.0]).expect("a value"));
/// assert!(noisy != exact && (noisy - exact).abs() <= 1e-4 * exact);
/// # Ok::<(), search::Error>(())
/// ```
pub fn constrained_noisy() -> Vec<Case<'static>> {
    hock_schittkowski_constrained().into_iter().map(|case| noisy(&case)).collect()
}

fn noisy(case: &Case<'static>) -> Case<'static> {
    let problem = case.problem(0).expect("it depends on no seed");
    let exact = problem.shared_objective();
    let truth = Exact(exact.clone());
    let with_noise =
        move |seed: u64| Ok(problem.clone().with_objective(Arc::new(Noisy { exact: exact.clone(), seed })));
    let mut noisy = Case::seeded(format!("{}-noisy", case.name()), with_noise).with_truth(truth);
    if let Some(optimum) = case.optimum() {
        noisy = noisy.with_optimum(optimum);
    }
    match case.rows() {
        Some(rows) => noisy.with_rows(rows.clone()),
        None => noisy,
    }
}

struct Exact(Arc<dyn Objective>);

impl Objective for Exact {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.0.value(x)
    }
}

struct Noisy {
    exact: Arc<dyn Objective>,
    seed: u64,
}

impl Objective for Noisy {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        let value = self.exact.value(x)?;
        let u: f64 = at_point(x, self.seed).random_range(-1.0..=1.0);
        Ok(value + NOISE * value.abs().max(1.0) * u)
    }
}
