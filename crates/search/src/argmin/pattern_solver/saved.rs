//! A solver as a checkpoint keeps it.

use serde::{Deserialize, Serialize};

use super::{PatternSolver, Progress};
use crate::pattern::Options;
use crate::{Bounds, Error};

/// What is written, and checked like any input when it is read.
#[derive(Serialize, Deserialize)]
pub(super) struct Saved {
    /// As JSON: options are read by what they look like, and in most binary formats nothing looks like anything.
    options: String,
    /// Lower and upper.
    bounds: Option<(Vec<f64>, Vec<f64>)>,
    progress: Option<Progress>,
}

impl From<PatternSolver> for Saved {
    fn from(solver: PatternSolver) -> Self {
        let PatternSolver { options, bounds, progress } = solver;
        // JSON has no infinities: as a limit the largest number is none either.
        let max_mesh_size = options.max_mesh_size.map(|size| size.min(f64::MAX));
        let options = Options { max_mesh_size, ..options };
        Saved {
            options: serde_json::to_string(&options).expect("options are numbers and words"),
            bounds: bounds.map(|bounds| (bounds.lower().to_vec(), bounds.upper().to_vec())),
            progress,
        }
    }
}

impl TryFrom<Saved> for PatternSolver {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self, Error> {
        let Saved { options, bounds, progress } = saved;
        let options = Options::from_json(&options)?;
        let bounds = bounds.map(|(lower, upper)| Bounds::new(lower, upper)).transpose()?;
        Ok(PatternSolver { options, bounds, progress })
    }
}
