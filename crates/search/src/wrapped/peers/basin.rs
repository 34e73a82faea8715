//! The crate `basin`: MADS, BOBYQA and CMA-ES within bounds.

use std::cell::RefCell;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use basin::{
    Bobyqa, BoundedCmaEs, BoxBounds, ConstraintDescription, ConstraintSet, Constraints, CostFunction,
    CountsMirror, DenseMatrix, Executor, Mads, PointState, PopulationProgress, Solver, State, Termination,
};

use super::door::{Door, Frame};
use crate::minimizer::knows_bounds_alone;
use crate::options::option;
use crate::wrapped::working_memory::admit;
use crate::{Error, Evaluations, Minimizer, Problem, Status, Stop};

/// Solvers of the crate `basin` that respect bounds; see [`BasinAlgorithm`].
///
/// ```
/// use search::peers::{Basin, BasinAlgorithm, BasinOptions};
/// use search::{Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).abs() + (x[1] + 1.0).abs();
/// let problem = Problem::new(f, [0.5, 0.5])?.bounded(Bounds::nonnegative(2))?;
/// let basin = Basin::new(BasinOptions { algorithm: BasinAlgorithm::Mads, ..BasinOptions::default() })?;
/// let outcome = basin.minimize(&problem, &Budget::evaluations(2_000), &mut ())?;
/// assert!((outcome.x[0] - 2.0).abs() < 1e-4 && outcome.x[1] < 1e-4);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Basin {
    options: BasinOptions,
}

/// An algorithm of [`Basin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BasinAlgorithm {
    /// OrthoMADS (Abramson, Audet, Dennis, Le Digabel 2009, "OrthoMADS: a deterministic MADS instance with orthogonal
    /// directions"): polls on a mesh along directions that become dense. For nonsmooth objectives. It stays within
    /// 2^20 initial steps of the start: the time of a poll grows with the square root of its size, without limit if
    /// the objective is unbounded below.
    Mads,
    /// BOBYQA (Powell 2009), like the peer of that name. For smooth objectives.
    Bobyqa,
    /// CMA-ES (Hansen 2016, "The CMA evolution strategy: a tutorial") with the adaptive boundary penalty of `pycma`.
    CmaEs,
}

impl BasinAlgorithm {
    /// Returns the approximate memory as a multiple of n^2 numbers: a poll, a model, a covariance.
    fn squares(self) -> f64 {
        match self {
            BasinAlgorithm::Mads => 4.0,
            BasinAlgorithm::Bobyqa => 8.0,
            BasinAlgorithm::CmaEs => 6.0,
        }
    }
}

impl fmt::Display for BasinAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BasinAlgorithm::Mads => "mads",
            BasinAlgorithm::Bobyqa => "bobyqa",
            BasinAlgorithm::CmaEs => "cma-es",
        })
    }
}

/// Options of [`Basin`]. Lengths are in [units](super#units).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BasinOptions {
    /// The algorithm; default [`BasinAlgorithm::Mads`].
    pub algorithm: BasinAlgorithm,
    /// The initial poll size, trust-region radius or standard deviation; above 0, at most 1e10, default 0.5.
    pub initial_step: f64,
    /// The final one, at which the search has converged; above 0 and below `initial_step`, for MADS at least 1e-9 of
    /// it; default 1e-6.
    pub step_tolerance: f64,
    /// Seed of CMA-ES (generator: ChaCha with 8 rounds); the others use no random numbers. Default 0.
    pub seed: u64,
    /// The most evaluations, at least 1; default 2000 n for n coordinates.
    pub max_function_evaluations: Option<u64>,
    /// The most coordinates with room to move; the search gives up after the start if there are more. Default none
    /// for MADS, and 100 for the others, whose steps take O(n^3) time.
    pub max_coordinates: Option<usize>,
}

impl Default for BasinOptions {
    fn default() -> Self {
        BasinOptions {
            algorithm: BasinAlgorithm::Mads,
            initial_step: 0.5,
            step_tolerance: 1e-6,
            seed: 0,
            max_function_evaluations: None,
            max_coordinates: None,
        }
    }
}

impl BasinOptions {
    fn frame(&self) -> Frame {
        let BasinOptions { initial_step, step_tolerance, max_function_evaluations, .. } = *self;
        let most = if self.algorithm == BasinAlgorithm::Mads { usize::MAX } else { 100 };
        let max_coordinates = self.max_coordinates.unwrap_or(most);
        Frame {
            initial_step,
            step_tolerance,
            function_tolerance: 0.0,
            max_function_evaluations,
            max_coordinates,
        }
    }
}

impl Basin {
    /// Creates a solver of `basin` with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: BasinOptions) -> Result<Self, Error> {
        options.frame().check()?;
        let BasinOptions { algorithm, initial_step, step_tolerance, .. } = options;
        let holds = algorithm != BasinAlgorithm::Mads || step_tolerance >= 1e-9 * initial_step;
        option::require("step_tolerance", step_tolerance, holds, "at least 1e-9 of initial_step for MADS")?;
        Ok(Basin { options })
    }
}

impl crate::Solver for Basin {
    fn name(&self) -> String {
        format!("basin-{}", self.options.algorithm)
    }

    fn settings(&self) -> Value {
        serde_json::to_value(&self.options).expect("options are numbers")
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let random = self.options.algorithm == BasinAlgorithm::CmaEs;
        let options = BasinOptions { seed, ..self.options.clone() };
        random.then(|| Box::new(Basin { options }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        knows_bounds_alone(self, problem)?;
        let n = problem.dimension();
        admit(|| self.name(), n, self.options.algorithm.squares() * (n as f64).powi(2))
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let BasinOptions { algorithm, initial_step, step_tolerance, seed, .. } = self.options;
        self.options.frame().search(evaluations, |door| {
            let start = door.start.clone();
            match algorithm {
                BasinAlgorithm::Mads => {
                    let reach = FARTHEST * initial_step;
                    for (i, start) in start.iter().enumerate() {
                        door.lower[i] = door.lower[i].max(start - reach);
                        door.upper[i] = door.upper[i].min(start + reach);
                    }
                    let mads = Mads::new()
                        .with_initial_poll_size(initial_step)
                        .with_minimum_poll_size(step_tolerance)
                        .bounded();
                    run(door, mads, PointState::new(start))
                }
                BasinAlgorithm::Bobyqa => {
                    let bobyqa =
                        Bobyqa::new().with_initial_radius(initial_step).with_final_radius(step_tolerance);
                    run(door, bobyqa, PointState::new(start))
                }
                BasinAlgorithm::CmaEs => {
                    let cma = BoundedCmaEs::<Vec<f64>, DenseMatrix>::new(seed, initial_step)
                        .with_absolute_distribution_size_tolerance(step_tolerance);
                    run(door, cma, PopulationProgress::from_point(start))
                }
            }
        })
    }
}

/// The largest distance of MADS along a coordinate, in initial steps.
const FARTHEST: f64 = (1 << 20) as f64;

/// The problem in the form of `basin`.
struct Seen<'p, 'd, 'r> {
    door: RefCell<&'p mut Door<'d, 'r>>,
    lower: Vec<f64>,
    upper: Vec<f64>,
}

/// The error after the run was stopped.
#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run was stopped")
    }
}

impl std::error::Error for Stopped {}

impl CostFunction for Seen<'_, '_, '_> {
    type Param = Vec<f64>;
    type Output = f64;
    type Error = Stopped;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Stopped> {
        self.door.borrow_mut().value(x).ok_or(Stopped)
    }
}

impl Constraints for Seen<'_, '_, '_> {
    type Set = ConstraintSet<BoxBounds<Vec<f64>>>;

    fn constraints(&self) -> <Self::Set as ConstraintDescription>::Borrowed<'_> {
        ConstraintSet::new().with_bounds(BoxBounds::new(Some(&self.lower), Some(&self.upper)))
    }
}

fn run<'p, 'd, 'r, S, A>(door: &'p mut Door<'d, 'r>, algorithm: A, state: S) -> Result<Status, Stop>
where
    S: State<Float = f64> + CountsMirror,
    A: Solver<Seen<'p, 'd, 'r>, S, Error: fmt::Display>,
{
    let (lower, upper, limit) = (door.lower.clone(), door.upper.clone(), door.limit);
    let seen = Seen { door: RefCell::new(door), lower, upper };
    let result = Executor::new(seen, algorithm, state).max_cost_evals(limit).run();
    match result.map_err(|error| Stop::gave_up(&error.to_string()))?.report.termination {
        Termination::Converged(_) => Ok(Status::SolverConverged),
        Termination::Limit(_) => Ok(Status::EvaluationLimit),
        other => Err(Stop::gave_up(&format!("{other:?}"))),
    }
}
