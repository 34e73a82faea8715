//! The options of the quasi-Newton search.

use serde::{Deserialize, Serialize};

use crate::options::option::{batch, evaluation_limit, mesh_sizes, require, time_limit};
use crate::options::spelling;
use crate::{DisplayLevel, Error, HybridOptions};

/// Options of [`QuasiNewtonSearch`](crate::QuasiNewtonSearch). In files, options shared with MATLAB's `patternsearch`
/// are also accepted in MATLAB's spellings.
///
/// ```
/// use search::{QuasiNewtonOptions, QuasiNewtonSearch};
///
/// assert!(QuasiNewtonSearch::new(QuasiNewtonOptions { pairs: 20, ..QuasiNewtonOptions::default() }).is_ok());
/// let error = QuasiNewtonSearch::new(QuasiNewtonOptions { pairs: 0, ..QuasiNewtonOptions::default() });
/// assert_eq!(error.unwrap_err().to_string(), "option pairs is 0; expected at least 1");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuasiNewtonOptions {
    /// The step of the last poll, in units of each coordinate, above 0; default 1e-6. The search has converged when no
    /// such step along a coordinate decreases the value.
    #[serde(alias = "MeshTolerance", alias = "TolMesh")]
    pub mesh_tolerance: f64,
    /// The first step of a sweep, in units of each coordinate, at least `mesh_tolerance`; default 1.
    #[serde(alias = "InitialMeshSize")]
    pub initial_mesh_size: f64,
    /// The largest move of a coordinate in one step, in units, at least `initial_mesh_size`; default none.
    #[serde(alias = "MaxMeshSize", deserialize_with = "spelling::limit")]
    pub max_mesh_size: Option<f64>,
    /// Whether steps are in units of each coordinate; default `true`. The unit is that of
    /// [`CoordinateOptions::scale_mesh`](crate::CoordinateOptions::scale_mesh). All coordinates share the longest unit,
    /// except those whose own is shorter by a factor of more than 1024, or whose box is narrower. Where fewer than half
    /// of the units are alike within a factor of 8, each coordinate has its own.
    #[serde(alias = "ScaleMesh", deserialize_with = "spelling::switch")]
    pub scale_mesh: bool,
    /// The number of pairs of steps and changes of the gradient kept for the metric, at least 1; default 50. They take
    /// 16 n bytes each.
    pub pairs: usize,
    /// The search ends after this many successive restarts without improvement; default 0, no restarts. A restart
    /// begins when the search has converged, at the best point plus normal deviates with standard deviation 1, 2, 4,
    /// 8, 1, ... times `initial_mesh_size`, and runs until it has converged.
    pub restarts: u64,
    /// Whether the search verifies convergence before it ends; default `true`. It sweeps with long steps from the
    /// final point until that gains nothing (up to 8 n evaluations), and looks for a kink that crosses no coordinate
    /// axis: 8 evaluations and a few for active bounds and, if there is a kink, (n + 1)² for each step down.
    #[serde(deserialize_with = "spelling::switch")]
    pub last_look: bool,
    /// The most points asked for at once, 1 to 1,000,000; default 1. With more, the search makes use of as many workers
    /// and needs fewer [rounds](crate::Counts::rounds), but more evaluations (`docs/workers.md`). The path depends on
    /// this number, and never on the number of workers. A gradient is n independent points also with 1, so that workers
    /// are of use without.
    pub batch: u64,
    /// The most iterations; default 2000 n for n coordinates. An iteration takes at least n evaluations, except a few.
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

impl Default for QuasiNewtonOptions {
    fn default() -> Self {
        QuasiNewtonOptions {
            mesh_tolerance: 1e-6,
            initial_mesh_size: 1.0,
            max_mesh_size: None,
            scale_mesh: true,
            pairs: 50,
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

impl QuasiNewtonOptions {
    pub(super) fn check(&self) -> Result<(), Error> {
        mesh_sizes(self.mesh_tolerance, self.initial_mesh_size, self.max_mesh_size)?;
        require("pairs", self.pairs, self.pairs > 0, "at least 1")?;
        batch(self.batch)?;
        evaluation_limit(self.max_function_evaluations)?;
        time_limit(self.max_time)
    }

    /// The most points asked for at once, as a number of points in memory.
    pub(super) fn at_once(&self) -> usize {
        usize::try_from(self.batch).unwrap_or(usize::MAX)
    }

    /// The options of the models before the first gradient.
    pub(super) fn of_models(&self) -> HybridOptions {
        HybridOptions {
            mesh_tolerance: self.mesh_tolerance,
            initial_mesh_size: self.initial_mesh_size,
            max_mesh_size: self.max_mesh_size,
            scale_mesh: self.scale_mesh,
            batch: self.batch,
            ..HybridOptions::default()
        }
    }

    /// The largest move of a coordinate in one step.
    pub(super) fn largest_move(&self) -> f64 {
        self.max_mesh_size.unwrap_or(f64::MAX).min(f64::MAX)
    }
}
