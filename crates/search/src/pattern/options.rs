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

/// Options of [`PatternSearch`](super::PatternSearch). The defaults are MATLAB's
/// (`optimoptions("patternsearch")`), except [`display`](Options::display).
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
/// An option of another algorithm that is not at its default is an error ([`Error::UnusedOption`]); only `nups` takes options
/// of `classic` that it has no use for, as in MATLAB.
///
/// In files ([`from_json`](Options::from_json), [`from_toml`](Options::from_toml)) the names of the fields are accepted as well as
/// MATLAB's new (`MeshTolerance`) and old (`TolMesh`) spellings, `"on"` and `"off"` as well as `true` and
/// `false`, and words in any case. For a limit, `null` and `"Inf"` stand for none or the default, and so
/// do MATLAB's texts `"100*numberOfVariables"` and `"2000*numberOfVariables"`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Which algorithm; default [`Algorithm::Classic`].
    #[serde(alias = "Algorithm")]
    pub algorithm: Algorithm,
    /// Which directions a poll of `classic` takes; default [`PollMethod::GpsPositiveBasis2N`].
    #[serde(alias = "PollMethod")]
    pub poll_method: PollMethod,
    /// In which order; default [`PollOrder::Consecutive`]. For GPS and GSS: the directions of MADS are others in every
    /// poll, and come as they are made.
    #[serde(alias = "PollOrderAlgorithm", alias = "PollingOrder")]
    pub poll_order: PollOrder,
    /// Whether a poll looks at all its points and takes the best, instead of the first that improves;
    /// default `false`.
    #[serde(alias = "UseCompletePoll", alias = "CompletePoll", deserialize_with = "spelling::switch")]
    pub use_complete_poll: bool,
    /// What is tried before each poll; default nothing. Not for nonlinear constraints.
    #[serde(alias = "SearchFcn", alias = "SearchMethod", deserialize_with = "search_fcn")]
    pub search_fcn: Option<SearchFcn>,
    /// Whether a search step looks at all the points it has and takes the best, instead of the first that improves;
    /// default `false`. `searchneldermead` and `searchga` always do.
    #[serde(alias = "UseCompleteSearch", alias = "CompleteSearch", deserialize_with = "spelling::switch")]
    pub use_complete_search: bool,
    /// The mesh size below which the search has converged, above 0; default 1e-6.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// After a successful poll, the change in x (Euclidean length) below which the search has
    /// converged, if the mesh size is below it too; at least 0; default 1e-6.
    #[serde(alias = "StepTolerance", alias = "TolX")]
    pub step_tolerance: f64,
    /// After a successful poll, the decrease below which the search has converged, if the mesh size is
    /// below it too; at least 0; default 1e-6.
    #[serde(alias = "FunctionTolerance", alias = "TolFun")]
    pub function_tolerance: f64,
    /// The largest violation of a nonlinear constraint that counts as feasible, above 0; default 1e-6. It is in the
    /// constraint's own units, as MATLAB's is; a run that ends where it is too large for them
    /// [says so](crate::Outcome::complaint). No point is evaluated that violates a linear constraint by more, in units of the row's scale
    /// ([`LinearConstraints`](crate::LinearConstraints)).
    #[serde(alias = "ConstraintTolerance", alias = "TolCon")]
    pub constraint_tolerance: f64,
    /// How near a linear constraint is for a poll to have directions that follow it, at least 0; default 1e-3. Never
    /// further than the mesh size, so that what is near at the end is what holds the search. Both are
    /// distances in units of the mesh's scale.
    ///
    /// (MATLAB's hidden option. That near means within the step length or a limit, whichever is less, is the rule of
    /// Kolda, Lewis & Torczon 2006, "Stationarity results for generating set search for linearly constrained
    /// optimization", SIAM J. Optim. 17(4), section 3.)
    #[serde(alias = "TolBind")]
    pub tol_bind: f64,
    /// How nonlinear constraints are met; default [`NonlinearConstraints::AugmentedLagrangian`].
    #[serde(alias = "NonlinearConstraintAlgorithm")]
    pub nonlinear_constraints: NonlinearConstraints,
    /// The penalty of the first subproblem of the augmented Lagrangian, at least 1; default 10.
    #[serde(alias = "InitialPenalty")]
    pub initial_penalty: f64,
    /// The factor of the penalty after a subproblem whose solution is not feasible enough, and of the accuracy asked of
    /// each next one, above 1; default 100.
    #[serde(alias = "PenaltyFactor")]
    pub penalty_factor: f64,
    /// The squared violation (beyond the tolerance, summed over the constraints) above which the progressive barrier
    /// looks at no point, at least 0; default none, so that it begins wherever the start is. With 0 it is the extreme
    /// barrier: once a point is feasible only feasible points count.
    #[serde(alias = "BarrierThreshold", deserialize_with = "spelling::limit")]
    pub barrier_threshold: Option<f64>,
    /// The most iterations; default 100 n for n coordinates.
    #[serde(alias = "MaxIterations", alias = "MaxIter", deserialize_with = "spelling::count")]
    pub max_iterations: Option<u64>,
    /// The most evaluations, the start included, at least 1; default 2000 n. Met exactly, also in the
    /// middle of a poll.
    #[serde(alias = "MaxFunctionEvaluations", alias = "MaxFunEvals", deserialize_with = "spelling::count")]
    pub max_function_evaluations: Option<u64>,
    /// The longest time in seconds, at least 0; default none.
    #[serde(alias = "MaxTime", alias = "TimeLimit", deserialize_with = "spelling::limit")]
    pub max_time: Option<f64>,
    /// The mesh size at the start, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The mesh size that expansion does not pass, at least `initial_mesh_size`; default none. For MADS, whose mesh never
    /// grows beyond `initial_mesh_size`, it is the poll size that does not.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Factor of the mesh size after a successful poll, at least 1; default 2. MADS has its own, 4.
    #[serde(alias = "MeshExpansionFactor", alias = "MeshExpansion")]
    pub mesh_expansion_factor: f64,
    /// Factor of the mesh size after a failed poll, between 0 and 1; default 0.5. MADS has its own, 1/4.
    #[serde(alias = "MeshContractionFactor", alias = "MeshContraction")]
    pub mesh_contraction_factor: f64,
    /// Whether contraction gets faster with each failure in a row once the mesh is below 1e-4; default
    /// `false`. Only GPS and GSS may have it, where the mesh follows the two factors.
    #[serde(alias = "AccelerateMesh", alias = "MeshAccelerator", deserialize_with = "spelling::switch")]
    pub accelerate_mesh: bool,
    /// Whether a poll of `GPSPositiveBasisNp1` whose directions have all failed goes on with their negatives once the
    /// mesh is below 1e-4, so that no point is taken for a minimum by n + 1 directions alone; default `true`. The
    /// other poll methods do not do so.
    ///
    /// (MATLAB documents that the vectors are multiplied by -1 when the mesh is small, not at which size, nor that it
    /// is the same iteration. A complete poll has all 2 n + 2 points.)
    #[serde(alias = "MeshRotate", deserialize_with = "spelling::switch")]
    pub mesh_rotate: bool,
    /// Whether steps are scaled by the power of two nearest to each coordinate of the start (1 for a
    /// coordinate of 0); default `true`. A start very near 0, but not 0, therefore begins with steps as
    /// small, and may converge where it stands; one very far away converges with steps as large.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// Whether points that have been evaluated are not evaluated again; default `false`. They are counted in
    /// [`Counts::cached`](crate::Counts::cached), not as evaluations. An [`Incremental`](crate::Incremental) view of the
    /// objective is then not used. Not for nonlinear constraints.
    #[serde(alias = "Cache", deserialize_with = "spelling::switch")]
    pub cache: bool,
    /// The most points in the cache, at least 1; default 10,000. A new one takes the place of the oldest.
    #[serde(alias = "CacheSize")]
    pub cache_size: usize,
    /// How far from a point in the cache, along each coordinate, another one counts as evaluated, at least 0; default the
    /// machine epsilon. The same point has the same value; one that only lies near is passed over, as by MATLAB, and
    /// has none. (Which distance MATLAB means is not documented.)
    #[serde(alias = "CacheTol")]
    pub cache_tol: f64,
    /// Whether the search looks once more before it says that it has converged, for a kink that meets no coordinate: default `true`.
    /// MATLAB has no such look. Where polls along the coordinates have shown that there is no kink, and fewer than two coordinates
    /// are at a bound, it costs nothing; else 8 evaluations and some for bounds, and where there is a kink (n + 1)² for each step down.
    #[serde(alias = "LastLook", deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// What to print on standard output; default [`DisplayLevel::Off`], where MATLAB's is `final`.
    #[serde(alias = "Display")]
    pub display: DisplayLevel,
    /// Seed of the random poll order, the directions of MADS and `nups`, and search steps (generator: xoshiro256++; for OrthoMADS, where Halton's sequence begins); default 0.
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
    /// Reads options from JSON text and checks them; fields that are not there keep their defaults.
    ///
    /// # Errors
    /// [`Error::OptionsText`] naming the key that is unknown or of the wrong type, [`Error::Option`]
    /// naming the one out of its range, [`Error::UnusedOption`] one of another algorithm; each as the text spells it.
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

    /// The same from TOML text.
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

    /// Whether `max_iterations` allows no more.
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

    /// What another algorithm or the poll method would silently leave without effect.
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
            MADS has contractions of its own",
        )?;
        require(
            "mesh_expansion_factor",
            expansion,
            !mads || expansion == 2.0,
            "2, or a GPS or GSS poll_method: \
            MADS has factors of its own",
        )?;
        require(
            "mesh_contraction_factor",
            contraction,
            !mads || contraction == 0.5,
            "0.5, or a GPS or GSS \
            poll_method: MADS has factors of its own",
        )
    }

    /// Whether another seed makes another run.
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
