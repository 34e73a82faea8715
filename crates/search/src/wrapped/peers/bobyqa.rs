//! The crate `bobyqa`: Powell's BOBYQA, as in PRIMA.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use bobyqa::{Config, Status as End};

use super::door::Frame;
use crate::minimizer::knows_bounds_alone;
use crate::wrapped::working_memory::admit;
use crate::{Error, Evaluations, Problem, Solver, Status, Stop};

/// Its memory for the model of 2 n + 1 points, as a multiple of n^2 numbers.
const SQUARES: f64 = 8.0;

/// BOBYQA (Powell 2009, "The BOBYQA algorithm for bound constrained optimization without derivatives", DAMTP
/// 2009/NA06) by the crate `bobyqa`, a port of PRIMA's: trust-region steps within the bounds on a quadratic model
/// that interpolates 2 n + 1 points. For smooth objectives of up to some hundred coordinates.
///
/// ```
/// use search::peers::Bobyqa;
/// use search::{Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] + 1.0).powi(2);
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let outcome = Bobyqa::default().minimize(&problem, &Budget::evaluations(100), &mut ())?;
/// assert!(outcome.converged());
/// assert!((outcome.x[0] - 2.0).abs() < 1e-6 && outcome.x[1] == 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bobyqa {
    options: BobyqaOptions,
}

/// Options of [`Bobyqa`]. Lengths are in [units](super#units).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BobyqaOptions {
    /// The initial trust-region radius; above 0, at most 1e10, default 0.5.
    pub initial_step: f64,
    /// The final trust-region radius, at which the search has converged; above 0 and below `initial_step`, default
    /// 1e-6.
    pub step_tolerance: f64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// The most coordinates with room to move; the search gives up after the start if there are more, since each step
    /// takes O(n^3) time; default 100.
    pub max_coordinates: usize,
}

impl Default for BobyqaOptions {
    fn default() -> Self {
        BobyqaOptions {
            initial_step: 0.5,
            step_tolerance: 1e-6,
            max_function_evaluations: None,
            max_coordinates: 100,
        }
    }
}

impl BobyqaOptions {
    fn frame(&self) -> Frame {
        let BobyqaOptions { initial_step, step_tolerance, max_function_evaluations, max_coordinates } = *self;
        Frame {
            initial_step,
            step_tolerance,
            function_tolerance: 0.0,
            max_function_evaluations,
            max_coordinates,
        }
    }
}

impl Bobyqa {
    /// Creates a BOBYQA search with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: BobyqaOptions) -> Result<Self, Error> {
        options.frame().check()?;
        Ok(Bobyqa { options })
    }
}

impl Solver for Bobyqa {
    fn name(&self) -> String {
        "bobyqa".to_owned()
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, SQUARES * (n as f64).powi(2))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let BobyqaOptions { initial_step, step_tolerance, .. } = self.options;
        self.options.frame().search(evaluations, |door| {
            let n = door.start.len();
            let mut config = Config::new(n);
            config.rho_begin = initial_step;
            config.rho_end = step_tolerance;
            config.max_fun = usize::try_from(door.limit).unwrap_or(usize::MAX).max(config.npt + 1);
            // Ends BOBYQA once the run is stopped.
            config.f_target = f64::MIN;
            let mut x = door.start.clone();
            let (lower, upper) = (door.lower.clone(), door.upper.clone());
            let value = |x: &[f64]| door.value(x).unwrap_or(f64::NEG_INFINITY);
            match bobyqa::bobyqa(value, &mut x, &lower, &upper, config).status {
                End::Converged => Ok(Status::SolverConverged),
                End::MaxFunReached => Ok(Status::EvaluationLimit),
                end => Err(Stop::gave_up(&end.to_string())),
            }
        })
    }
}
