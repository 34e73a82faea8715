//! Which options count for which algorithm.

use serde::Serialize;
use serde_json::Value;

use super::{Algorithm, Options};
use crate::Error;

/// The options of `classic` alone. `nups` takes MATLAB's options that it has no use for, as MATLAB's does; these are ours, or
/// would ask for another rule of the mesh.
const OF_CLASSIC: [&str; 2] = ["barrier_threshold", "accelerate_mesh"];

/// Refuses an option that differs from its default and that the algorithm does not take.
pub(super) fn check(options: &Options) -> Result<(), Error> {
    let (given, defaults) = (json(options), json(Options::default()));
    let is_classic = options.algorithm == Algorithm::Classic;
    let unused = OF_CLASSIC.into_iter().find(|&name| !is_classic && given[name] != defaults[name]);
    match unused {
        None => Ok(()),
        Some(name) => Err(Error::UnusedOption {
            name: name.into(),
            value: word(&given[name]),
            algorithm: word(&json(options.algorithm)),
            default: word(&defaults[name]),
            taken_by: vec![word(&json(Algorithm::Classic))],
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
