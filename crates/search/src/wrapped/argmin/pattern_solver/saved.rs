//! A solver as stored in a checkpoint.

use serde::{Deserialize, Serialize};

use super::{PatternSolver, Progress};
use crate::options::options_file::{options_from_json, parsed};
use crate::stepwise::Iterative;
use crate::{Bounds, Error};

/// The stored form, validated when it is read.
#[derive(Serialize, Deserialize)]
#[serde(bound(serialize = "", deserialize = ""))]
pub(super) struct Saved<S: Iterative> {
    /// As JSON: options accept several types, which most binary formats cannot distinguish.
    options: String,
    /// Lower and upper bounds.
    bounds: Option<(Vec<f64>, Vec<f64>)>,
    progress: Option<Progress<S::State>>,
}

impl<S: Iterative> From<PatternSolver<S>> for Saved<S> {
    fn from(solver: PatternSolver<S>) -> Self {
        let PatternSolver { search, bounds, progress } = solver;
        Saved {
            // JSON has no infinities: an infinite limit becomes `null`, which also means no limit.
            options: serde_json::to_string(search.chosen()).expect("options are numbers and words"),
            bounds: bounds.map(|bounds| (bounds.lower().to_vec(), bounds.upper().to_vec())),
            progress,
        }
    }
}

impl<S: Iterative> TryFrom<Saved<S>> for PatternSolver<S> {
    type Error = Error;

    fn try_from(saved: Saved<S>) -> Result<Self, Error> {
        let Saved { options, bounds, progress } = saved;
        let search = S::with(parsed(&options_from_json(&options)?)?)?;
        let bounds = bounds.map(|(lower, upper)| Bounds::new(lower, upper)).transpose()?;
        Ok(PatternSolver { search, bounds, progress })
    }
}
