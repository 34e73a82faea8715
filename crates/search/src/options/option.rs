//! Checks of options that several solvers have in common.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::Error;

/// The most points asked for at once.
const MOST_AT_ONCE: u64 = 1_000_000;

pub(crate) fn require(
    name: &'static str,
    value: impl fmt::Display,
    holds: bool,
    expected: &'static str,
) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::Option { name: name.into(), value: value.to_string(), expected }) }
}

pub(crate) fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    require(name, value, value > 0.0 && value.is_finite(), "a finite number above 0")
}

pub(crate) fn nonnegative(name: &'static str, value: f64) -> Result<(), Error> {
    require(name, value, value >= 0.0 && value.is_finite(), "a finite number, at least 0")
}

/// Requires a number strictly between 0 and 1.
pub(crate) fn fraction(name: &'static str, value: f64) -> Result<(), Error> {
    require(name, value, value > 0.0 && value < 1.0, "between 0 and 1, both excluded")
}

/// Checks the mesh sizes of a pattern search: the tolerance, the initial and the maximum size, each at most
/// the next.
pub(crate) fn mesh_sizes(tolerance: f64, initial: f64, most: Option<f64>) -> Result<(), Error> {
    positive("mesh_tolerance", tolerance)?;
    positive("initial_mesh_size", initial)?;
    require("initial_mesh_size", initial, initial >= tolerance, "at least mesh_tolerance")?;
    let most = most.unwrap_or(f64::INFINITY);
    require("max_mesh_size", most, most >= initial, "at least initial_mesh_size")
}

/// Checks the factors applied to the mesh size after a success and after a failure.
pub(crate) fn mesh_factors(expansion: f64, contraction: f64) -> Result<(), Error> {
    let holds = expansion >= 1.0 && expansion.is_finite();
    require("mesh_expansion_factor", expansion, holds, "a finite number, at least 1")?;
    fraction("mesh_contraction_factor", contraction)
}

/// Checks the time limit, if there is one.
pub(crate) fn time_limit(most: Option<f64>) -> Result<(), Error> {
    let most = most.unwrap_or(f64::INFINITY);
    require("max_time", most, most >= 0.0, "at least 0 seconds")
}

/// Checks how many points are asked for at once.
pub(crate) fn batch(points: u64) -> Result<(), Error> {
    require("batch", points, (1..=MOST_AT_ONCE).contains(&points), "1 to 1,000,000")
}

/// Checks that several points are asked for at once if some of their values are not waited for.
pub(crate) fn asynchronous(is_asynchronous: bool, batch: u64) -> Result<(), Error> {
    let expected = "false with a batch of 1, which has nothing to overtake, or a batch of at least 2";
    require("asynchronous", is_asynchronous, !is_asynchronous || batch > 1, expected)
}

/// Returns the options by which a journal knows its run. Journals from before `asynchronous` are those of runs without it.
pub(crate) fn identity(options: &impl Serialize) -> Value {
    let mut options = serde_json::to_value(options).expect("options are numbers and words");
    if let Some(options) = options.as_object_mut() {
        options.retain(|key, value| key != "asynchronous" || value != false);
    }
    options
}

/// Checks the limit of evaluations, if there is one.
pub(crate) fn evaluation_limit(most: Option<u64>) -> Result<(), Error> {
    let most = most.unwrap_or(u64::MAX);
    require("max_function_evaluations", most, most > 0, "at least 1, for the start point")
}
