//! Checks of options that several solvers share.

use std::fmt;

use crate::Error;

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

/// A number strictly between 0 and 1.
pub(crate) fn fraction(name: &'static str, value: f64) -> Result<(), Error> {
    require(name, value, value > 0.0 && value < 1.0, "between 0 and 1, both excluded")
}

/// The most evaluations, if there is such an option.
pub(crate) fn evaluation_limit(most: Option<u64>) -> Result<(), Error> {
    let most = most.unwrap_or(u64::MAX);
    require("max_function_evaluations", most, most > 0, "at least 1, for the start point")
}
