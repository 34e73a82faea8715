//! The crate `cmaes`: Hansen's CMA-ES.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use cmaes::{CMAESOptions, DVector, TerminationReason as Reason};

use super::door::Frame;
use crate::minimizer::{BARRIER, knows_bounds_alone};
use crate::options::option;
use crate::wrapped::working_memory::admit;
use crate::{Error, Evaluations, Minimizer, Problem, Solver, Status, Stop};

/// CMA-ES (Hansen 2016, "The CMA evolution strategy: a tutorial") by the crate `cmaes`: samples from a normal
/// distribution whose mean and covariance are updated from the better half of each generation. For rugged or badly
/// scaled objectives.
///
/// It is an unconstrained method: each point is projected onto the bounds before it is evaluated, and the squared
/// distance, in [units](super#units), is added to its value.
///
/// ```
/// use search::peers::CmaEs;
/// use search::{Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = CmaEs::default().minimize(&problem, &Budget::evaluations(2_000), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] == 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CmaEs {
    options: CmaEsOptions,
}

/// Options of [`CmaEs`]. Lengths are in [units](super#units).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CmaEsOptions {
    /// The initial standard deviation; above 0, at most 1e10, default 0.5.
    pub initial_step: f64,
    /// The size of the distribution along each coordinate below which the search has converged; above 0 and below
    /// `initial_step`, default 1e-9.
    pub step_tolerance: f64,
    /// The range of the best values of the last generations below which the search has converged, in units of the
    /// value at the start; at least 0, default 1e-12.
    pub function_tolerance: f64,
    /// Samples per generation, 2 to 1,000,000; default 4 + 3 ln n for n coordinates.
    pub population_size: Option<usize>,
    /// Seed of the samples (generator: ChaCha with 12 rounds); default 0.
    pub seed: u64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// The most coordinates with room to move; the search gives up after the start if there are more, since
    /// decomposing the covariance takes O(n^3) time; default 1,000.
    pub max_coordinates: usize,
}

impl Default for CmaEsOptions {
    fn default() -> Self {
        CmaEsOptions {
            initial_step: 0.5,
            step_tolerance: 1e-9,
            function_tolerance: 1e-12,
            population_size: None,
            seed: 0,
            max_function_evaluations: None,
            max_coordinates: 1_000,
        }
    }
}

impl CmaEsOptions {
    fn frame(&self) -> Frame {
        let CmaEsOptions { initial_step, step_tolerance, max_function_evaluations, max_coordinates, .. } =
            *self;
        Frame {
            initial_step,
            step_tolerance,
            function_tolerance: self.function_tolerance,
            max_function_evaluations,
            max_coordinates,
        }
    }
}

impl CmaEs {
    /// Creates a CMA-ES search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: CmaEsOptions) -> Result<Self, Error> {
        options.frame().check()?;
        option::nonnegative("function_tolerance", options.function_tolerance)?;
        let size = options.population_size.unwrap_or(2);
        option::require("population_size", size, (2..=1_000_000).contains(&size), "2 to 1,000,000")?;
        Ok(CmaEs { options })
    }

    /// Returns the approximate count of floating-point numbers in its memory: the covariance, its decomposition, two
    /// generations.
    fn numbers(&self, n: f64) -> f64 {
        6.0 * n * n + 4.0 * n * self.options.population_size.unwrap_or(0) as f64
    }
}

impl Solver for CmaEs {
    fn name(&self) -> String {
        "cma-es".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        Some(Box::new(CmaEs { options: CmaEsOptions { seed, ..self.options.clone() } }))
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, self.numbers(n as f64))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let options = &self.options;
        options.frame().search(evaluations, |door| {
            let mut setup = CMAESOptions::new(door.start.clone(), options.initial_step)
                .seed(options.seed)
                .tol_x(options.step_tolerance)
                .tol_fun(options.function_tolerance)
                .tol_fun_hist(options.function_tolerance)
                .max_function_evals(usize::try_from(door.limit).unwrap_or(usize::MAX))
                // Ends the search once the run is stopped.
                .fun_target(f64::MIN);
            setup.population_size = options.population_size.unwrap_or(setup.population_size);
            let value = |x: &DVector<f64>| {
                let outside = |i: usize| x[i] - x[i].clamp(door.lower[i], door.upper[i]);
                let penalty: f64 = (0..x.len()).map(|i| outside(i).powi(2)).sum();
                door.value(x.as_slice()).map_or(f64::NEG_INFINITY, |value| value + penalty.min(BARRIER))
            };
            let mut search = setup.build(value).map_err(|error| Stop::gave_up(&format!("{error:?}")))?;
            status(&search.run().reasons)
        })
    }
}

/// Maps the crate's termination reasons, often several at once, to a status.
fn status(reasons: &[Reason]) -> Result<Status, Stop> {
    let converged = |reason: &Reason| {
        matches!(reason, Reason::TolFun | Reason::TolFunRel | Reason::TolFunHist | Reason::TolX)
    };
    if reasons.iter().any(converged) {
        return Ok(Status::SolverConverged);
    }
    if reasons.contains(&Reason::MaxFunctionEvals) {
        return Ok(Status::EvaluationLimit);
    }
    if reasons.iter().any(|reason| matches!(reason, Reason::NoEffectAxis | Reason::NoEffectCoord)) {
        return Ok(Status::MachinePrecision);
    }
    Err(Stop::gave_up(&format!("{reasons:?}")))
}
