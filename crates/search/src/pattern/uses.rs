//! Which options count for which algorithm.

use serde::Serialize;
use serde_json::Value;

use super::Algorithm::{self, Automatic, Classic, Coordinate, Hybrid, Nups, NupsGps, NupsMads};
use super::Options;
use crate::Error;

/// `Automatic` takes what any of those takes that it chooses among.
const CLASSIC: &[Algorithm] = &[Classic, Automatic];
/// MATLAB's algorithms take MATLAB's options, also those that `nups` has no use for.
const MATLAB: &[Algorithm] = &[Classic, Nups, NupsGps, NupsMads, Automatic];
const COORDINATE: &[Algorithm] = &[Coordinate, Automatic];
const FACTORS: &[Algorithm] = &[Classic, Nups, NupsGps, NupsMads, Coordinate, Automatic];
const HYBRID: &[Algorithm] = &[Hybrid, Automatic];
const RESTARTS: &[Algorithm] = &[Coordinate, Hybrid, Automatic];

/// The options that not all algorithms take, with those that do.
const TAKEN_BY: [(&str, &[Algorithm]); 19] = [
    ("poll_method", MATLAB),
    ("poll_order", MATLAB),
    ("use_complete_poll", MATLAB),
    ("step_tolerance", MATLAB),
    ("function_tolerance", MATLAB),
    ("constraint_tolerance", MATLAB),
    ("tol_bind", MATLAB),
    ("nonlinear_constraints", MATLAB),
    ("initial_penalty", MATLAB),
    ("penalty_factor", MATLAB),
    ("barrier_threshold", CLASSIC),
    ("mesh_expansion_factor", FACTORS),
    ("mesh_contraction_factor", FACTORS),
    ("accelerate_mesh", CLASSIC),
    ("mesh_rotate", MATLAB),
    ("pattern_move", COORDINATE),
    ("parabola_step", COORDINATE),
    ("hybrid", HYBRID),
    ("restarts", RESTARTS),
];

/// Refuses an option that differs from its default and that the algorithm does not take.
pub(super) fn check(options: &Options) -> Result<(), Error> {
    let (given, defaults) = (json(options), json(Options::default()));
    let unused = TAKEN_BY.iter().find(|(name, algorithms)| {
        !algorithms.contains(&options.algorithm) && given[*name] != defaults[*name]
    });
    match unused {
        None => Ok(()),
        Some(&(name, algorithms)) => Err(Error::UnusedOption {
            name: name.into(),
            value: word(&given[name]),
            algorithm: word(&json(options.algorithm)),
            default: word(&defaults[name]),
            taken_by: algorithms.iter().map(|algorithm| word(&json(algorithm))).collect(),
        }),
    }
}

fn json(options: impl Serialize) -> Value {
    serde_json::to_value(options).expect("options are numbers and words")
}

/// The value as one writes it: a word without quotes.
fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    }
}
