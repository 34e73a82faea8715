//! The options of the coordinate search.

use serde::{Deserialize, Serialize};

use crate::options::option::{batch, evaluation_limit, mesh_factors, mesh_sizes, time_limit};
use crate::options::spelling;
use crate::{DisplayLevel, Error};

/// Options of [`CoordinateSearch`](crate::CoordinateSearch). In files, options shared with MATLAB's `patternsearch`
/// are also accepted in MATLAB's spellings.
///
/// ```
/// use search::{CoordinateOptions, CoordinateSearch};
///
/// assert!(CoordinateSearch::new(CoordinateOptions { restarts: 5, ..CoordinateOptions::default() }).is_ok());
/// let error = CoordinateSearch::new(CoordinateOptions { mesh_tolerance: 0.0, ..CoordinateOptions::default() });
/// assert_eq!(
///     error.unwrap_err().to_string(),
///     "option mesh_tolerance is 0; expected a finite number above 0"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoordinateOptions {
    /// The step, in units of the scale, below which a coordinate is no longer tried, above 0; default 1e-6.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The first step along each coordinate, in units of its scale, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The largest step, in units of the scale, at least `initial_mesh_size`; default 1024 times that.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Factor of a step after a success, at least 1; default 2.
    #[serde(alias = "MeshExpansionFactor", alias = "MeshExpansion")]
    pub mesh_expansion_factor: f64,
    /// Factor of a step after a failure in both directions, between 0 and 1; default 0.5.
    #[serde(alias = "MeshContractionFactor", alias = "MeshContraction")]
    pub mesh_contraction_factor: f64,
    /// Whether steps are in units of each coordinate; default `true`. The unit is the power of two nearest to the
    /// start. It is an eighth of the width of the box if the coordinate starts at 0 or the box is narrower than the
    /// size of its start; a coordinate without a box that starts at 0 takes the largest unit of the others.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// Whether the search, after a sweep that improved, repeats the move of this sweep, then that of the last two and
    /// the last four successful sweeps; default `true`.
    #[serde(deserialize_with = "spelling::switch")]
    pub pattern_move: bool,
    /// Whether the search, after each sweep, tries the minimizer of the parabolas through the values of the
    /// coordinates that failed in both directions; default `true`.
    #[serde(deserialize_with = "spelling::switch")]
    pub parabola_step: bool,
    /// The search ends after this many successive restarts without improvement; default 0, no restarts. With
    /// restarts, a descent is left once all its steps are below 1/16 of `initial_mesh_size`. The next one begins at
    /// the best point plus normal deviates with standard deviation 1, 2, 4, 8, 1, ... times `initial_mesh_size`.
    /// After each, the best descent is refined for as many evaluations.
    pub restarts: u64,
    /// Whether the search looks for a kink that crosses no coordinate axis before it ends; default `true`. This takes
    /// 8 evaluations and a few for active bounds and, if there is a kink, (n + 1)² for each step down.
    #[serde(deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// The most points asked for at once, 1 to 1,000,000; default 1. With more, the search makes use of as many workers
    /// and needs fewer [rounds](crate::Counts::rounds), but more evaluations (`docs/workers.md`). The path depends on
    /// this number, and never on the number of workers. With more than 1, every point is evaluated as a whole.
    pub batch: u64,
    /// The most iterations (sweeps); default 100 n for n coordinates.
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

impl Default for CoordinateOptions {
    fn default() -> Self {
        CoordinateOptions {
            mesh_tolerance: 1e-6,
            initial_mesh_size: 1.0,
            max_mesh_size: None,
            mesh_expansion_factor: 2.0,
            mesh_contraction_factor: 0.5,
            scale_mesh: true,
            pattern_move: true,
            parabola_step: true,
            restarts: 0,
            last_look: true,
            batch: 1,
            max_iterations: None,
            max_function_evaluations: None,
            max_time: None,
            display: DisplayLevel::Off,
            seed: 0,
        }
    }
}

impl CoordinateOptions {
    pub(super) fn check(&self) -> Result<(), Error> {
        mesh_sizes(self.mesh_tolerance, self.initial_mesh_size, self.max_mesh_size)?;
        mesh_factors(self.mesh_expansion_factor, self.mesh_contraction_factor)?;
        batch(self.batch)?;
        evaluation_limit(self.max_function_evaluations)?;
        time_limit(self.max_time)
    }
}
