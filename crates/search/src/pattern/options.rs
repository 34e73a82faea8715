//! The options of the pattern search, with MATLAB's names and defaults.

use serde::{Deserialize, Serialize};

use super::steps::{SearchFcn, search_fcn};
use super::{Algorithm, NonlinearConstraints, PollMethod, PollOrder, idle_options};
use crate::options::option::{
    evaluation_limit, mesh_factors, mesh_sizes, nonnegative, positive, require, time_limit,
};
#[cfg(feature = "toml")]
use crate::options::options_file::options_from_toml;
use crate::options::options_file::{as_spelled, options_from_json, parsed};
use crate::options::spelling;
use crate::{DisplayLevel, Error, Evaluations};

/// Options of [`PatternSearch`](super::PatternSearch). The defaults are MATLAB's (`optimoptions("patternsearch")`),
/// except [`display`](Options::display).
///
/// ```
/// use search::PatternSearch;
/// use search::pattern::Options;
///
/// let options = Options { use_complete_poll: true, mesh_tolerance: 1e-8, ..Options::default() };
/// let search = PatternSearch::new(options)?;
/// assert!(PatternSearch::new(Options { mesh_tolerance: 0.0, ..Options::default() }).is_err());
/// # Ok::<(), search::Error>(())
/// ```
///
/// A non-default option of another algorithm is an error ([`Error::UnusedOption`]); only `nups` ignores options of
/// `classic` that do not apply to it, as in MATLAB.
///
/// In files ([`from_json`](Options::from_json), [`from_toml`](Options::from_toml)) the field names are accepted as
/// well as MATLAB's new (`MeshTolerance`) and old (`TolMesh`) spellings, `"on"` and `"off"` as well as `true` and
/// `false`, and words in any case. For a limit, `null` and `"Inf"` mean no limit or the default, and so do MATLAB's
/// texts `"100*numberOfVariables"` and `"2000*numberOfVariables"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The algorithm; default [`Algorithm::Classic`].
    #[serde(alias = "Algorithm")]
    pub algorithm: Algorithm,
    /// The poll directions of `classic`; default [`PollMethod::GpsPositiveBasis2N`].
    #[serde(alias = "PollMethod")]
    pub poll_method: PollMethod,
    /// The order of the poll directions of GPS and GSS; default [`PollOrder::Consecutive`]. The directions of MADS
    /// differ in every poll and keep their order.
    #[serde(alias = "PollOrderAlgorithm", alias = "PollingOrder")]
    pub poll_order: PollOrder,
    /// Whether a poll evaluates all its points and takes the best, instead of stopping at the first that improves;
    /// default `false`.
    #[serde(alias = "UseCompletePoll", alias = "CompletePoll", deserialize_with = "spelling::switch")]
    pub use_complete_poll: bool,
    /// The search step before each poll; default none. Not for nonlinear constraints.
    #[serde(alias = "SearchFcn", alias = "SearchMethod", deserialize_with = "search_fcn")]
    pub search_fcn: Option<SearchFcn>,
    /// Whether a search step evaluates all its points and takes the best, instead of stopping at the first that
    /// improves; default `false`. `searchneldermead` and `searchga` always do.
    #[serde(alias = "UseCompleteSearch", alias = "CompleteSearch", deserialize_with = "spelling::switch")]
    pub use_complete_search: bool,
    /// The mesh size below which the search has converged, above 0; default 1e-6.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The change in x (Euclidean length) below which the search has converged after a successful poll, if the mesh
    /// size is also below it; at least 0; default 1e-6.
    #[serde(alias = "StepTolerance", alias = "TolX")]
    pub step_tolerance: f64,
    /// The decrease below which the search has converged after a successful poll, if the mesh size is also below it;
    /// at least 0; default 1e-6.
    #[serde(alias = "FunctionTolerance", alias = "TolFun")]
    pub function_tolerance: f64,
    /// The largest violation of a nonlinear constraint that counts as feasible, above 0; default 1e-6. It is in the
    /// constraint's own units, as in MATLAB; if it is too large for them at the end of a run, [a
    /// complaint](crate::Outcome::complaint) says so. No point is evaluated that violates a linear constraint by
    /// more, in units of the row's scale ([`LinearConstraints`](crate::LinearConstraints)).
    #[serde(alias = "ConstraintTolerance", alias = "TolCon")]
    pub constraint_tolerance: f64,
    /// The distance to a linear constraint below which a poll has directions that follow it, at least 0; default
    /// 1e-3. It is limited by the mesh size, so that only active constraints are near at the end. Both are in units
    /// of the mesh's scale.
    ///
    /// (This option is hidden in MATLAB. The limit by the step length is the rule of Kolda, Lewis & Torczon 2006,
    /// "Stationarity results for generating set search for linearly constrained optimization", SIAM J. Optim. 17(4),
    /// section 3.)
    #[serde(alias = "TolBind")]
    pub tol_bind: f64,
    /// The method for nonlinear constraints; default [`NonlinearConstraints::AugmentedLagrangian`].
    #[serde(alias = "NonlinearConstraintAlgorithm")]
    pub nonlinear_constraints: NonlinearConstraints,
    /// The penalty of the first subproblem of the augmented Lagrangian, at least 1; default 10.
    #[serde(alias = "InitialPenalty")]
    pub initial_penalty: f64,
    /// The factor of the penalty after a subproblem whose solution is too infeasible, and of the accuracy from each
    /// subproblem to the next, above 1; default 100.
    #[serde(alias = "PenaltyFactor")]
    pub penalty_factor: f64,
    /// The squared violation (beyond the tolerance, summed over the constraints) above which the progressive barrier
    /// ignores a point, at least 0; default none, so that any start is accepted. With 0 it is the extreme barrier:
    /// once a point is feasible, only feasible points count.
    #[serde(alias = "BarrierThreshold", deserialize_with = "spelling::limit")]
    pub barrier_threshold: Option<f64>,
    /// The most iterations; default 100 n for n coordinates.
    #[serde(alias = "MaxIterations", alias = "MaxIter", deserialize_with = "spelling::count")]
    pub max_iterations: Option<u64>,
    /// The most evaluations, including the start, at least 1; default 2000 n. The limit is exact, even in the middle
    /// of a poll.
    #[serde(alias = "MaxFunctionEvaluations", alias = "MaxFunEvals", deserialize_with = "spelling::count")]
    pub max_function_evaluations: Option<u64>,
    /// The time limit in seconds, at least 0; default none.
    #[serde(alias = "MaxTime", alias = "TimeLimit", deserialize_with = "spelling::limit")]
    pub max_time: Option<f64>,
    /// The initial mesh size, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The largest mesh size, at least `initial_mesh_size`; default none. For MADS, whose mesh never grows beyond
    /// `initial_mesh_size`, it limits the poll size.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Factor of the mesh size after a successful poll, at least 1; default 2. MADS always uses 4.
    #[serde(alias = "MeshExpansionFactor", alias = "MeshExpansion")]
    pub mesh_expansion_factor: f64,
    /// Factor of the mesh size after a failed poll, between 0 and 1; default 0.5. MADS always uses 1/4.
    #[serde(alias = "MeshContractionFactor", alias = "MeshContraction")]
    pub mesh_contraction_factor: f64,
    /// Whether the mesh contracts faster with each successive failure once its size is below 1e-4; default `false`.
    /// For GPS and GSS only, whose mesh follows the two factors.
    #[serde(alias = "AccelerateMesh", alias = "MeshAccelerator", deserialize_with = "spelling::switch")]
    pub accelerate_mesh: bool,
    /// Whether a failed poll of `GPSPositiveBasisNp1` also tries the negative directions once the mesh size is below
    /// 1e-4, so that a minimum is not accepted after n + 1 directions only; default `true`. It has no effect on other
    /// poll methods.
    ///
    /// (MATLAB documents that the vectors are multiplied by -1 on a small mesh, but neither the size nor that it is
    /// in the same iteration. A complete poll has all 2 n + 2 points.)
    #[serde(alias = "MeshRotate", deserialize_with = "spelling::switch")]
    pub mesh_rotate: bool,
    /// Whether steps are scaled by the power of two nearest to each coordinate of the start (1 for a coordinate of
    /// 0); default `true`. A start very near 0, but not 0, therefore begins with equally small steps and may converge
    /// there; one very far from 0 converges with large steps.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// Whether evaluated points are cached and not evaluated again; default `false`. Cached points are counted in
    /// [`Counts::cached`](crate::Counts::cached), not as evaluations. An [`Incremental`](crate::Incremental) view of
    /// the objective is then not used. Not for nonlinear constraints.
    #[serde(alias = "Cache", deserialize_with = "spelling::switch")]
    pub cache: bool,
    /// The most points in the cache, at least 1; default 10,000. A new point replaces the oldest.
    #[serde(alias = "CacheSize")]
    pub cache_size: usize,
    /// The distance along each coordinate within which a point counts as cached, at least 0; default the machine
    /// epsilon. An identical point gets the cached value; a nearby one is skipped without a value, as in MATLAB.
    /// (MATLAB does not document its measure of distance.)
    #[serde(alias = "CacheTol")]
    pub cache_tol: f64,
    /// Whether the search takes a last look before it ends, for a kink that crosses no coordinate axis; default
    /// `true`. MATLAB has no such check. It is free if the coordinate polls have shown that there is no kink and
    /// fewer than two bounds are active; otherwise it takes 8 evaluations and a few for bounds and, if there is a
    /// kink, (n + 1)² for each step down. If the last poll took other directions, it first takes 2n evaluations along
    /// the coordinates. Without constraints, MADS with a last look ends once its poll steps are below `mesh_tolerance`;
    /// otherwise, as in MATLAB, once its mesh is, whose size is the square of the steps.
    #[serde(alias = "LastLook", deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// What to print on standard output; default [`DisplayLevel::Off`], while MATLAB's is `final`.
    #[serde(alias = "Display")]
    pub display: DisplayLevel,
    /// Seed of the random poll order, the directions of MADS and `nups`, and search steps (generator: xoshiro256++;
    /// for OrthoMADS, the first index of Halton's sequence); default 0.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            algorithm: Algorithm::Classic,
            poll_method: PollMethod::GpsPositiveBasis2N,
            poll_order: PollOrder::Consecutive,
            use_complete_poll: false,
            search_fcn: None,
            use_complete_search: false,
            mesh_tolerance: 1e-6,
            step_tolerance: 1e-6,
            function_tolerance: 1e-6,
            constraint_tolerance: 1e-6,
            tol_bind: 1e-3,
            nonlinear_constraints: NonlinearConstraints::AugmentedLagrangian,
            initial_penalty: 10.0,
            penalty_factor: 100.0,
            barrier_threshold: None,
            max_iterations: None,
            max_function_evaluations: None,
            max_time: None,
            initial_mesh_size: 1.0,
            max_mesh_size: None,
            mesh_expansion_factor: 2.0,
            mesh_contraction_factor: 0.5,
            accelerate_mesh: false,
            mesh_rotate: true,
            scale_mesh: true,
            last_look: true,
            cache: false,
            cache_size: 10_000,
            cache_tol: f64::EPSILON,
            display: DisplayLevel::Off,
            seed: 0,
        }
    }
}

impl Options {
    /// Reads options from JSON text and checks them; missing fields keep their defaults.
    ///
    /// # Errors
    /// [`Error::OptionsText`] naming a key that is unknown or of the wrong type, [`Error::Option`] naming an option
    /// that is out of range, [`Error::UnusedOption`] naming one of another algorithm; each as spelled in the text.
    ///
    /// ```
    /// use search::pattern::Options;
    ///
    /// let options = Options::from_json(r#"{"CompletePoll": "off", "Display": "iter", "MaxIter": 100}"#)?;
    /// assert_eq!(options.max_iterations, Some(100));
    /// let error = Options::from_json(r#"{"TolMesh": "small"}"#).unwrap_err();
    /// assert!(error.to_string().starts_with("options: TolMesh: invalid type"));
    /// # Ok::<(), search::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Options::of(&options_from_json(text)?)
    }

    /// Reads options from TOML text.
    ///
    /// # Errors
    /// As for [`from_json`](Options::from_json).
    ///
    /// ```
    /// use search::pattern::Options;
    ///
    /// let options = Options::from_toml("CompletePoll = 'off'\nMaxIter = 100\nMaxMeshSize = inf")?;
    /// assert_eq!(options.max_iterations, Some(100));
    /// # Ok::<(), search::Error>(())
    /// ```
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Options::of(&options_from_toml(text)?)
    }

    fn of(options: &serde_json::Value) -> Result<Self, Error> {
        let read: Options = parsed(options)?;
        read.check().map_err(|error| as_spelled::<Options>(error, options))?;
        Ok(read)
    }

    /// Whether `max_iterations` is reached.
    pub(super) fn iterations_are_over(&self, evaluations: &Evaluations<'_>) -> bool {
        evaluations.iterations() >= self.max_iterations.unwrap_or(100 * evaluations.dimension() as u64)
    }

    pub(crate) fn evaluation_limit(&self, n: usize) -> u64 {
        self.max_function_evaluations.unwrap_or(2000 * n as u64)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        mesh_sizes(self.mesh_tolerance, self.initial_mesh_size, self.max_mesh_size)?;
        nonnegative("step_tolerance", self.step_tolerance)?;
        nonnegative("function_tolerance", self.function_tolerance)?;
        positive("constraint_tolerance", self.constraint_tolerance)?;
        nonnegative("tol_bind", self.tol_bind)?;
        let (penalty, factor) = (self.initial_penalty, self.penalty_factor);
        let (at_least_1, above_1) = (penalty >= 1.0, factor > 1.0);
        require(
            "initial_penalty",
            penalty,
            at_least_1 && penalty.is_finite(),
            "a finite number, at least 1",
        )?;
        require("penalty_factor", factor, above_1 && factor.is_finite(), "a finite number above 1")?;
        if let Some(threshold) = self.barrier_threshold {
            require("barrier_threshold", threshold, threshold >= 0.0, "at least 0")?;
        }
        evaluation_limit(self.max_function_evaluations)?;
        time_limit(self.max_time)?;
        mesh_factors(self.mesh_expansion_factor, self.mesh_contraction_factor)?;
        require("cache_size", self.cache_size, self.cache_size > 0, "at least 1")?;
        nonnegative("cache_tol", self.cache_tol)?;
        self.search_fcn.map_or(Ok(()), |search_fcn| search_fcn.check(self.algorithm))?;
        self.check_combinations()
    }

    /// Rejects options that another algorithm or the poll method would silently ignore.
    fn check_combinations(&self) -> Result<(), Error> {
        idle_options::check(self)?;
        let mads = self.algorithm == Algorithm::Classic && self.poll_method.is_mads();
        let (expansion, contraction) = (self.mesh_expansion_factor, self.mesh_contraction_factor);
        let accelerate = self.accelerate_mesh;
        require(
            "accelerate_mesh",
            accelerate,
            !(mads && accelerate),
            "false, or a GPS or GSS poll_method: \
            MADS has its own contraction",
        )?;
        require(
            "mesh_expansion_factor",
            expansion,
            !mads || expansion == 2.0,
            "2, or a GPS or GSS poll_method: \
            MADS has its own factors",
        )?;
        require(
            "mesh_contraction_factor",
            contraction,
            !mads || contraction == 0.5,
            "0.5, or a GPS or GSS \
            poll_method: MADS has its own factors",
        )
    }

    /// Whether the run depends on the seed.
    pub(super) fn depend_on_seed(&self) -> bool {
        if self.search_fcn.is_some_and(|search_fcn| search_fcn.is_random()) {
            return true;
        }
        let polls = self.poll_method.is_mads() || self.poll_order == PollOrder::Random;
        match self.algorithm {
            Algorithm::Classic => polls,
            Algorithm::NupsGps => false,
            Algorithm::Nups | Algorithm::NupsMads => true,
        }
    }
}
