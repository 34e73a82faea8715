//! Output functions, which are called after each iteration and may stop the run or change its options.

use std::ops::ControlFlow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Options;
use crate::{Iteration, Method};

/// The argument of an output function after an iteration; MATLAB's `optimvalues`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct OptimValues<'v> {
    /// The incumbent.
    pub x: &'v [f64],
    /// Number of the iteration; 0 is the start.
    pub iteration: u64,
    /// The value of the incumbent; infinite while every evaluation has failed.
    pub fval: f64,
    /// The mesh size that the next iteration will use.
    pub mesh_size: f64,
    /// Evaluations so far.
    pub func_count: u64,
    /// What the iteration did.
    pub method: Method,
}

impl<'v> OptimValues<'v> {
    pub(super) fn of(row: &Iteration, (x, fval): (&'v [f64], f64)) -> Self {
        let Iteration { iteration, evaluations, mesh_size, method, .. } = *row;
        let mesh_size = mesh_size.unwrap_or_default();
        OptimValues { x, iteration, fval, mesh_size, func_count: evaluations, method }
    }
}

/// A function called after each iteration; see [`PatternSearch::with_output_fcn`](super::PatternSearch).
pub(super) type OutputFcn = dyn Fn(&OptimValues<'_>, &mut Options) -> ControlFlow<()> + Send + Sync;

/// The state of a search in a journal, with the options if there is an output function that may change them.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept<S> {
    /// As JSON: options accept several types, which a binary format cannot distinguish.
    #[serde(serialize_with = "to_json", deserialize_with = "from_json")]
    pub(super) options: Option<Options>,
    pub(super) state: S,
}

fn to_json<S: Serializer>(options: &Option<Options>, serializer: S) -> Result<S::Ok, S::Error> {
    let json = options.as_ref().map(serde_json::to_string).transpose().map_err(serde::ser::Error::custom)?;
    json.serialize(serializer)
}

fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Options>, D::Error> {
    let json = Option::<String>::deserialize(deserializer)?;
    json.as_deref().map(Options::from_json).transpose().map_err(serde::de::Error::custom)
}
