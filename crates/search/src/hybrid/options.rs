//! The options of the hybrid search.

use serde::{Deserialize, Serialize};

use super::HybridParts;
use crate::options::option::{asynchronous, batch, evaluation_limit, mesh_sizes, positive, time_limit};
use crate::options::spelling;
use crate::{DisplayLevel, Error};

/// Options of [`HybridSearch`](crate::HybridSearch). In files, options shared with MATLAB's `patternsearch` are also
/// accepted in MATLAB's spellings.
///
/// ```
/// use search::{HybridOptions, HybridSearch};
///
/// assert!(HybridSearch::new(HybridOptions { mesh_tolerance: 1e-9, ..HybridOptions::default() }).is_ok());
/// let error = HybridSearch::new(HybridOptions { max_mesh_size: Some(0.5), ..HybridOptions::default() });
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "option max_mesh_size is 0.5; expected at least initial_mesh_size"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HybridOptions {
    /// The mesh size below which the search has converged, above 0; default 1e-6. The mesh size is the length of a
    /// poll step in units of the scale.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The initial mesh size and trust radius, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The largest trust radius, at least `initial_mesh_size`; default none.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Whether steps are in units of each coordinate; default `true`. The unit is that of
    /// [`CoordinateOptions::scale_mesh`](crate::CoordinateOptions::scale_mesh). After the first sweep, the unit of a
    /// coordinate is lengthened if a step of one unit has hardly changed the value: at most to the usual unit, which
    /// half of the coordinates share within a factor of 8, or else at most doubled.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// The ingredients of the search; default all.
    pub parts: HybridParts,
    /// The search ends after this many successive restarts without improvement; default 0, no restarts. A restart
    /// begins when the search has converged, at the best point plus normal deviates with standard deviation 1, 2, 4,
    /// 8, 1, ... times `initial_mesh_size`, and runs until it has converged.
    pub restarts: u64,
    /// Whether the search verifies convergence before it ends; default `true`. It restarts from the final point, with
    /// the units of the coordinates there, until that gains nothing: about 10 (n + 1) evaluations on smooth
    /// functions. Then it looks for a kink that crosses no coordinate axis: 8 evaluations and a few for active bounds
    /// and, if there is a kink, (n + 1)² for each step down.
    #[serde(deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// The largest violation of a nonlinear constraint that counts as feasible, above 0; default 1e-6. It also limits
    /// the violation of linear rows in units of their scale, which hold up to rounding where they can.
    #[serde(alias = "ConstraintTolerance", alias = "TolCon")]
    pub constraint_tolerance: f64,
    /// The most points asked for at once, 1 to 1,000,000; default 1. With more, the search makes use of as many workers
    /// and needs fewer [rounds](crate::Counts::rounds), but more evaluations (`docs/workers.md`). The path depends on
    /// this number, and on the workers only if it is `asynchronous`.
    pub batch: u64,
    /// Whether the search goes on with the values that have arrived while others of a batch are under way; default
    /// `false`. It needs a `batch` of at least 2. Workers are not idle where evaluations take different times
    /// (`docs/workers.md`). The path then depends on the order in which values arrive, which the journal records, and
    /// which a resumed run takes again.
    #[serde(deserialize_with = "spelling::switch")]
    pub asynchronous: bool,
    /// The most iterations; default 2000 n for n coordinates. An iteration takes little more than one evaluation.
    #[serde(alias = "MaxIterations", alias = "MaxIter", deserialize_with = "spelling::count")]
    pub max_iterations: Option<u64>,
    /// The most evaluations, including the start, at least 1; default 2000 n.
    #[serde(alias = "MaxFunctionEvaluations", alias = "MaxFunEvals", deserialize_with = "spelling::count")]
    pub max_function_evaluations: Option<u64>,
    /// The time limit in seconds, at least 0; default none.
    #[serde(alias = "MaxTime", alias = "TimeLimit", deserialize_with = "spelling::limit")]
    pub max_time: Option<f64>,
    /// What to print on standard output; default [`DisplayLevel::Off`].
    #[serde(alias = "Display")]
    pub display: DisplayLevel,
    /// Seed of the restarts (generator: xoshiro256++); default 0.
    pub seed: u64,
}

impl Default for HybridOptions {
    fn default() -> Self {
        HybridOptions {
            mesh_tolerance: 1e-6,
            initial_mesh_size: 1.0,
            max_mesh_size: None,
            scale_mesh: true,
            parts: HybridParts::default(),
            restarts: 0,
            last_look: true,
            constraint_tolerance: 1e-6,
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

impl HybridOptions {
    pub(super) fn check(&self) -> Result<(), Error> {
        mesh_sizes(self.mesh_tolerance, self.initial_mesh_size, self.max_mesh_size)?;
        positive("constraint_tolerance", self.constraint_tolerance)?;
        batch(self.batch)?;
        asynchronous(self.asynchronous, self.batch)?;
        evaluation_limit(self.max_function_evaluations)?;
        time_limit(self.max_time)
    }

    /// The most points asked for at once.
    pub(super) fn at_once(&self) -> usize {
        usize::try_from(self.batch).unwrap_or(usize::MAX)
    }
}
