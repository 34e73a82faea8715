//! Automatic choice of the search.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::option::{asynchronous, batch, evaluation_limit, identity, mesh_sizes, time_limit};
use crate::options::spelling;
use crate::pattern::Options;
use crate::{
    CoordinateOptions, CoordinateSearch, DisplayLevel, Error, Evaluations, HybridOptions, HybridSearch,
    LinearConstraints, Minimizer, PatternSearch, Problem, QuasiNewtonOptions, QuasiNewtonSearch, Solver,
    Status, Stop,
};

/// The most coordinates for which models lead all along.
const FEW: usize = 12;

/// The same for an asynchronous search, which the others are not.
const FEW_ASYNCHRONOUS: usize = 30;

/// Chooses a search by the problem: the default if nothing is known.
///
/// - under linear or nonlinear constraints and for granular coordinates: [`HybridSearch`], or [`PatternSearch`] for more
///   than 100 coordinates (with distinct bounds), for an objective with an incremental view, and where linear equalities
///   bind granular coordinates;
/// - [`CoordinateSearch`] for an objective with an incremental view ([`Incremental`](crate::Incremental)), which makes
///   its trials cheap;
/// - [`HybridSearch`] for residuals whose value [has kinks](crate::Loss::has_kinks), of up to 100 coordinates (with
///   distinct bounds);
/// - [`QuasiNewtonSearch`] for more than 12 coordinates with distinct bounds, or more than 30 with the option
///   `asynchronous`;
/// - [`HybridSearch`] otherwise.
///
/// The outcome names the search.
///
/// ```
/// use search::{Automatic, Bounds, Budget, Minimizer, Problem};
///
/// let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
/// let problem = Problem::new(f, vec![0.0, 0.0])?.bounded(Bounds::uniform(2, 0.0, 1.5)?)?;
/// let outcome = Automatic::default().minimize(&problem, &Budget::unlimited(), &mut ())?;
/// assert_eq!((outcome.solver.as_str(), outcome.x[0]), ("automatic (hybrid)", 1.5));
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Automatic {
    options: AutomaticOptions,
}

/// Options of [`Automatic`]: those common to all its searches, with the same meaning and defaults, and two more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutomaticOptions {
    /// The mesh size below which the search has converged, above 0; default 1e-6.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The initial mesh size, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The largest mesh size or trust radius, at least `initial_mesh_size`; default that of the search.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Whether steps are in units of each coordinate; default `true`.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// The largest violation of a constraint that counts as feasible, above 0; default 1e-6
    /// ([`Options::constraint_tolerance`](crate::pattern::Options::constraint_tolerance)).
    #[serde(alias = "ConstraintTolerance", alias = "TolCon")]
    pub constraint_tolerance: f64,
    /// The search ends after this many successive restarts without improvement; default 0. [`PatternSearch`] has no
    /// restarts.
    pub restarts: u64,
    /// Whether the search verifies convergence before it ends; default `true`.
    #[serde(deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// The most points asked for at once, 1 to 1,000,000; default 1. With more, the search makes use of as many workers
    /// and needs fewer [rounds](crate::Counts::rounds), but more evaluations (`docs/workers.md`). The path depends on
    /// this number, and on the workers only if it is `asynchronous`. [`PatternSearch`] has no batches.
    pub batch: u64,
    /// Whether the search goes on with the values that have arrived while others of a batch are under way; default
    /// `false` ([`HybridOptions::asynchronous`]). The other searches have no such option, and wait for whole batches.
    #[serde(deserialize_with = "spelling::switch")]
    pub asynchronous: bool,
    /// The most iterations; default that of the search.
    #[serde(alias = "MaxIterations", alias = "MaxIter", deserialize_with = "spelling::count")]
    pub max_iterations: Option<u64>,
    /// The most evaluations, including the start, at least 1; default 2000 n for n coordinates.
    #[serde(alias = "MaxFunctionEvaluations", alias = "MaxFunEvals", deserialize_with = "spelling::count")]
    pub max_function_evaluations: Option<u64>,
    /// The time limit in seconds, at least 0; default none.
    #[serde(alias = "MaxTime", alias = "TimeLimit", deserialize_with = "spelling::limit")]
    pub max_time: Option<f64>,
    /// What to print on standard output; default [`DisplayLevel::Off`].
    #[serde(alias = "Display")]
    pub display: DisplayLevel,
    /// Seed of the restarts; default 0.
    pub seed: u64,
}

impl Default for AutomaticOptions {
    fn default() -> Self {
        AutomaticOptions {
            mesh_tolerance: 1e-6,
            initial_mesh_size: 1.0,
            max_mesh_size: None,
            scale_mesh: true,
            constraint_tolerance: 1e-6,
            restarts: 0,
            last_look: true,
            batch: 1,
            asynchronous: false,
            max_iterations: None,
            max_function_evaluations: None,
            max_time: None,
            display: DisplayLevel::Off,
            seed: 0,
        }
    }
}

/// The options of one of the searches: the common ones and some more.
macro_rules! of_each {
    ($Options:ident, $options:expr, $($more:ident),*) => {
        $Options {
            mesh_tolerance: $options.mesh_tolerance,
            initial_mesh_size: $options.initial_mesh_size,
            max_mesh_size: $options.max_mesh_size,
            scale_mesh: $options.scale_mesh,
            last_look: $options.last_look,
            max_iterations: $options.max_iterations,
            max_function_evaluations: $options.max_function_evaluations,
            max_time: $options.max_time,
            display: $options.display,
            seed: $options.seed,
            $($more: $options.$more,)*
            ..$Options::default()
        }
    };
}

impl Automatic {
    /// Creates a choice among searches with these options.
    ///
    /// # Errors
    /// [`Error::Option`] naming the first option that is out of range.
    pub fn new(options: AutomaticOptions) -> Result<Self, Error> {
        mesh_sizes(options.mesh_tolerance, options.initial_mesh_size, options.max_mesh_size)?;
        batch(options.batch)?;
        asynchronous(options.asynchronous, options.batch)?;
        evaluation_limit(options.max_function_evaluations)?;
        time_limit(options.max_time)?;
        let automatic = Automatic { options };
        PatternSearch::new(automatic.pattern())?;
        Ok(automatic)
    }

    /// Returns the options.
    pub fn options(&self) -> &AutomaticOptions {
        &self.options
    }

    /// Returns the search for this problem.
    ///
    /// ```
    /// use search::{Automatic, Problem, Solver};
    ///
    /// let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![3.0])?.granular(vec![1.0])?;
    /// assert_eq!(Automatic::default().choice(&problem).name(), "hybrid");
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn choice(&self, problem: &Problem<'_>) -> Box<dyn Minimizer> {
        const CHECKED: &str = "the options were checked";
        let few = if self.options.asynchronous { FEW_ASYNCHRONOUS } else { FEW };
        let is_constrained = problem.linear().is_some() || problem.nonlinear_constraints().is_some();
        let hybrid = HybridSearch::new(self.hybrid()).expect(CHECKED);
        let models = hybrid.accepts(problem).is_ok() && !problem.has_incremental_view();
        let has_kinks = problem.fit().is_some_and(|fit| fit.loss().has_kinks());
        if models && (is_constrained || problem.grid().is_some() || has_kinks) {
            Box::new(hybrid)
        } else if is_constrained || problem.grid().is_some() {
            Box::new(PatternSearch::new(self.pattern()).expect(CHECKED))
        } else if problem.has_incremental_view() {
            Box::new(CoordinateSearch::new(self.coordinate()).expect(CHECKED))
        } else if problem.bounds().differing() > few {
            Box::new(QuasiNewtonSearch::new(self.quasi_newton()).expect(CHECKED))
        } else {
            Box::new(hybrid)
        }
    }

    fn pattern(&self) -> Options {
        of_each!(Options, self.options, constraint_tolerance)
    }

    fn coordinate(&self) -> CoordinateOptions {
        of_each!(CoordinateOptions, self.options, restarts, batch)
    }

    fn quasi_newton(&self) -> QuasiNewtonOptions {
        of_each!(QuasiNewtonOptions, self.options, restarts, batch)
    }

    fn hybrid(&self) -> HybridOptions {
        of_each!(HybridOptions, self.options, restarts, batch, asynchronous, constraint_tolerance)
    }
}

impl Solver for Automatic {
    fn name(&self) -> String {
        "automatic".to_owned()
    }

    fn name_for(&self, problem: &Problem<'_>) -> String {
        format!("automatic ({})", self.choice(problem).name())
    }

    fn settings(&self) -> Value {
        // The display level does not affect the path.
        let options = AutomaticOptions { display: DisplayLevel::Off, ..self.options.clone() };
        identity(&options)
    }

    fn with_seed(&self, seed: u64) -> Option<Box<dyn Minimizer>> {
        let options = AutomaticOptions { seed, ..self.options.clone() };
        (options.restarts > 0).then(|| Box::new(Automatic { options }) as Box<dyn Minimizer>)
    }

    fn accepts(&self, problem: &Problem<'_>) -> Result<(), Error> {
        self.choice(problem).accepts(problem)
    }

    fn constraint_tolerance(&self, linear: &LinearConstraints) -> Result<f64, Error> {
        PatternSearch::new(self.pattern())?.constraint_tolerance(linear)
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn uses_hint(&self, problem: &Problem<'_>) -> bool {
        self.choice(problem).uses_hint(problem)
    }

    fn display(&self) -> DisplayLevel {
        self.options.display
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        self.choice(evaluations.problem()).search(evaluations)
    }
}
