//! Hybrid search: quadratic models, with polls where the models fail.
//!
//! A model makes use of all evaluated points with one new evaluation; a poll finds out what the model misses.
//! (Custódio, Rocha & Vicente 2010, "Incorporating minimum Frobenius norm models in direct search", put such a step
//! into a pattern search; here the model also chooses the poll directions.) At a kink, where both fail, the search
//! steps to the kinks of all coordinates or uses a variable metric.

mod basis;
mod batch;
mod cloud;
mod constrained;
mod descent;
mod factor;
mod fits;
mod hint;
mod kinks;
mod metric;
mod options;
mod panels;
mod parts;
mod place;
mod quadratic;
mod run;
mod slopes;
mod space;
mod sweep;
mod trust_region;
mod wall;
mod within;

pub(crate) use kinks::{KINK, departure};
pub use options::HybridOptions;
pub use parts::HybridParts;
pub(crate) use within::Within;

use serde_json::Value;

use crate::options::option::identity;
use crate::stepwise::{self, Iterative, Stepwise};
use crate::{DisplayLevel, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop};

/// The most coordinates with distinct bounds. Beyond this number, models cost more than they gain.
const MANY: usize = 100;

/// Hybrid search with quadratic models before each poll: the default choice for an unknown objective of up to a few
/// dozen coordinates.
///
/// 1. The first iteration **sweeps** along the coordinates and moves as soon as a step improves.
/// 2. Each later iteration fits a **model** to the nearest evaluated points (at most 90, or 2.5 per coordinate if
///    that is more). Its Hessian differs least from the previous one plus a multiple of the identity. The next point
///    is the minimizer of the model within the bounds and the trust region. The radius is multiplied by 4 after a
///    step to the edge with at least half of the predicted decrease, and is reduced to half the step length below a
///    tenth.
/// 3. A **poll** follows if the model step is shorter than half the mesh size, or if it fails at a trust radius equal
///    to the mesh size. Poll directions are the axes of the model and their negatives, most promising first, and
///    coordinate directions near a bound. Poll points within 0.8 mesh sizes of an evaluated point are skipped. A
///    failed poll divides the mesh size by 10; so does a reliable model whose step is short, without a poll.
/// 4. A **failed evaluation** enters the models with a typical rise (the median of nearby points), so that they turn
///    away from it. From then on the poll uses coordinate directions and, if these fail, directions along the edge of
///    the domain.
/// 5. If most coordinates have a **kink**, steps to all kinks come first. If a kink is found on a fine mesh, steps of
///    a variable metric on finite differences (step 1.5e-8) lead until they fail.
///
/// A model takes O(n³) operations and O(n²) memory, so the search accepts at most 100 coordinates with distinct
/// bounds.
///
/// Under linear rows and nonlinear constraints, on grids and for residuals
/// ([`Problem::least_squares`]), steps 2 to 5 are replaced: each function has a **model of its own**, all from one
/// factorization; a step goes to the least of the objective's model where the models of the constraints hold, and is
/// judged by the objective plus the weighted violations (an l1 merit with a weight for each constraint). Rows hold at
/// every evaluated point up to rounding. The search ends when a last poll fails that follows the active constraints
/// (`docs/constraints.md`). Of the [parts](HybridParts), `first_sweep`, `model_step` and `several_fits` apply there.
/// Linear equalities on granular coordinates are refused.
///
/// ```
/// use search::{Budget, HybridSearch, Minimizer, Problem};
///
/// let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
/// let problem = Problem::new(rosenbrock, vec![-1.2, 1.0])?;
/// let outcome = HybridSearch::default().minimize(&problem, &Budget::evaluations(200), &mut ())?;
/// assert!(outcome.value < 1e-10);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct HybridSearch {
    options: HybridOptions,
}

impl HybridSearch {
    /// Creates a hybrid search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: HybridOptions) -> Result<Self, Error> {
        options.check()?;
        Ok(HybridSearch { options })
    }

    /// Returns the options.
    pub fn options(&self) -> &HybridOptions {
        &self.options
    }
}

impl Iterative for HybridSearch {
    const NAME: &'static str = "hybrid";

    type Options = HybridOptions;
    type State = run::State;

    fn with(options: HybridOptions) -> Result<Self, Error> {
        HybridSearch::new(options)
    }

    fn chosen(&self) -> &HybridOptions {
        &self.options
    }
}

impl Solver for HybridSearch {
    fn name(&self) -> String {
        Self::NAME.to_owned()
    }

    fn settings(&self) -> Value {
        // The display level does not affect the path.
        let options = HybridOptions { display: DisplayLevel::Off, ..self.options.clone() };
        identity(&options)
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = HybridOptions { seed, ..self.options.clone() };
        (options.restarts > 0).then(|| Box::new(HybridSearch { options }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        let given = problem.bounds().differing();
        if given > MANY {
            let expected = "at most 100 whose bounds differ; `coordinate` takes more";
            return Err(Error::Dimension { solver: self.name(), given, expected });
        }
        let binds = |i: usize| {
            let rows = problem.linear().map_or(&[][..], |linear| linear.rows());
            rows.iter().any(|row| row.is_equality() && row.coefficients()[i] != 0.0)
        };
        let granularity = problem.grid().map_or(&[][..], |grid| grid.granularity());
        if granularity.iter().enumerate().any(|(i, &step)| step > 0.0 && binds(i)) {
            let reason = "it does not keep linear equalities on a grid; patternsearch does";
            return Err(Error::Granular { solver: self.name(), reason });
        }
        Ok(())
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn uses_hint(&self, _problem: &Problem<'_>) -> bool {
        true
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn constraint_tolerance(&self, _linear: &LinearConstraints) -> Result<f64, Error> {
        Ok(self.options.constraint_tolerance)
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let is_constrained = evaluations.linear().is_some() || evaluations.nonlinear_constraints().is_some();
        if is_constrained || evaluations.grid().is_some() || evaluations.fit().is_some() {
            return constrained::search(&self.options, evaluations);
        }
        stepwise::run(&self.options, evaluations, |state: &mut run::State, evaluations| {
            state.iterate(&self.options, evaluations)
        })
    }
}
