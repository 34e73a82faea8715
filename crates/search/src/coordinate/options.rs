//! The options of the coordinate search.

use serde::{Deserialize, Serialize};

use crate::options::option::{evaluation_limit, mesh_factors, mesh_sizes, time_limit};
use crate::options::spelling;
use crate::{DisplayLevel, Error};

/// Options of [`CoordinateSearch`](crate::CoordinateSearch). In files, those that MATLAB's `patternsearch` has too are accepted in
/// MATLAB's spellings.
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
    /// The step, in units of the scale, below which a coordinate is not tried any more, above 0; default 1e-6.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The first step along each coordinate, in units of its scale, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The step that none passes, in units of the scale, at least `initial_mesh_size`; default 1024 times that.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Factor of a step after a success, at least 1; default 2.
    #[serde(alias = "MeshExpansionFactor", alias = "MeshExpansion")]
    pub mesh_expansion_factor: f64,
    /// Factor of a step after a failure both ways, between 0 and 1; default 0.5.
    #[serde(alias = "MeshContractionFactor", alias = "MeshContraction")]
    pub mesh_contraction_factor: f64,
    /// Whether steps are in units of each coordinate; default `true`. The unit is the power of two nearest to the start. It
    /// is an eighth of the width of the box for a coordinate that starts at 0, or whose box is less than an eighth as wide
    /// as its start is large; one that starts at 0 and has no box takes the largest unit of the others.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// Whether the search tries, after a sweep that improved, to go once more where it has gone, then where the last two such
    /// sweeps have, and the last four; default `true`.
    #[serde(deserialize_with = "spelling::switch")]
    pub pattern_move: bool,
    /// Whether the search tries, after each sweep, the point that is least by the parabolas through the values of the
    /// coordinates that failed both ways; default `true`.
    #[serde(deserialize_with = "spelling::switch")]
    pub parabola_step: bool,
    /// After how many restarts in a row without success the search ends; default 0, no restarts. With restarts a descent is
    /// left once all its steps are below 1/16 of `initial_mesh_size`; the next one begins at the best point plus normal
    /// deviates with a standard deviation of 1, 2, 4, 8, 1, ... times `initial_mesh_size`; after each, the best one is refined for
    /// as many evaluations.
    pub restarts: u64,
    /// Whether the search looks for a kink that meets no coordinate before it says that it has converged; default `true`. That
    /// takes 8 evaluations and some for active bounds, and where there is a kink (n + 1)² for each step down.
    #[serde(deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// The most iterations (sweeps); default 100 n for n coordinates.
    #[serde(alias = "MaxIterations", alias = "MaxIter", deserialize_with = "spelling::count")]
    pub max_iterations: Option<u64>,
    /// The most evaluations, the start included, at least 1; default 2000 n.
    #[serde(alias = "MaxFunctionEvaluations", alias = "MaxFunEvals", deserialize_with = "spelling::count")]
    pub max_function_evaluations: Option<u64>,
    /// The longest time in seconds, at least 0; default none.
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
        evaluation_limit(self.max_function_evaluations)?;
        time_limit(self.max_time)
    }
}
