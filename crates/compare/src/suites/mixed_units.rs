//! Problems in mixed units, because published ones have coordinates of like size.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Error, Failure, LeastSquares, Objective, Problem, Residuals};

use crate::Case;
use crate::residuals::{form_of, residuals_of};

/// Seed of all units, so that each problem has the same units in every study.
const SEED: u64 = 2;

/// The units go from 10⁻³ to 10³.
const DECADES: f64 = 3.0;

/// These problems, which must have no noise, each in coordinates `y` with `yᵢ = uᵢ xᵢ` for units u that are drawn from the
/// problem's number, `log₁₀ uᵢ` uniform in [-3, 3]. Their names end in `-mixed`.
pub fn in_mixed_units(cases: Vec<Case<'static>>) -> Vec<Case<'static>> {
    cases.into_iter().zip(0..).map(|(case, number)| in_units(case, number)).collect()
}

fn in_units(case: Case<'static>, number: u64) -> Case<'static> {
    let (name, optimum) = (format!("{}-mixed", case.name()), case.optimum());
    let problem = move |seed: u64| -> Result<Problem<'static>, Error> {
        let problem = case.problem(seed)?;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED.wrapping_mul(1 << 32).wrapping_add(number));
        let unit = |_| 10_f64.powf(DECADES * (2.0 * random.random::<f64>() - 1.0));
        let units: Vec<f64> = (0..problem.dimension()).map(unit).collect();
        let times = |x: &[f64]| x.iter().zip(&units).map(|(x, unit)| x * unit).collect::<Vec<f64>>();
        let (start, bounds) = (times(problem.start()), problem.bounds());
        let bounds = Bounds::new(times(bounds.lower()), times(bounds.upper()))?;
        let objective = InUnits { inner: problem.shared_objective(), units };
        Problem::shared(Arc::new(objective), start)?.bounded(bounds)
    };
    let mixed = Case::seeded(name, problem);
    match optimum {
        Some(optimum) => mixed.with_optimum(optimum),
        None => mixed,
    }
}

/// `f(y / u)`, element by element.
struct InUnits<'o> {
    inner: Arc<dyn Objective + 'o>,
    units: Vec<f64>,
}

impl InUnits<'_> {
    /// `y / u`
    fn without(&self, y: &[f64]) -> Vec<f64> {
        y.iter().zip(&self.units).map(|(y, unit)| y / unit).collect()
    }
}

impl Objective for InUnits<'_> {
    fn value(&self, y: &[f64]) -> Result<f64, Failure> {
        self.inner.value(&self.without(y))
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.inner.residuals().is_some().then_some(self)
    }
}

impl Residuals for InUnits<'_> {
    fn form(&self) -> LeastSquares {
        form_of(&*self.inner)
    }

    fn residuals_at(&self, y: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        residuals_of(&*self.inner, &self.without(y), residuals)
    }
}
