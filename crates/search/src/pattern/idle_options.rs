//! Checks which options apply to which algorithm.

use serde::Serialize;
use serde_json::Value;

use super::{Algorithm, Options};
use crate::Error;

/// Options of `classic` only. `nups` ignores MATLAB's options that do not apply to it, as in MATLAB; these two are
/// not MATLAB's or would need another mesh rule.
const OF_CLASSIC: [&str; 2] = ["barrier_threshold", "accelerate_mesh"];

/// Rejects an option that differs from its default and does not apply to the algorithm.
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

/// Formats a value without the quotes of a string.
fn word(value: &Value) -> String {
    match value {
        Value::String(word) => word.clone(),
        Value::Null => "none".to_owned(),
        value => value.to_string(),
    }
}
