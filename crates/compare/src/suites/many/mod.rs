//! Problems of any number of coordinates: smooth, rotated, noisy, with kinks, bounded.

mod classes;
mod fits;
mod kinks;
mod more_smooth;
mod smooth;

pub use classes::{Class, many};
pub use fits::many_fits;

use std::sync::Arc;

/// An objective of any number of coordinates.
type Function = Arc<dyn Fn(&[f64]) -> f64 + Send + Sync>;

/// Which problems: constants of our solvers were chosen on some of the families, the others judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The families on which constants were chosen.
    Chosen,
    /// The families that nobody looked at when constants were chosen.
    Judging,
}

/// A family of problems.
struct Family {
    name: &'static str,
    /// The objective of n coordinates.
    make: fn(usize) -> Function,
    /// The published start, or one in its spirit where the published one would leave the range of doubles.
    start: fn(usize) -> Vec<f64>,
    /// The least value for n coordinates, where there is a closed form.
    optimum: fn(usize) -> Option<f64>,
}

const fn family(
    name: &'static str,
    make: fn(usize) -> Function,
    start: fn(usize) -> Vec<f64>,
    optimum: fn(usize) -> Option<f64>,
) -> Family {
    Family { name, make, start, optimum }
}

/// The least value of a sum of squares with a common zero.
fn zero(_: usize) -> Option<f64> {
    Some(0.0)
}

/// No closed form.
fn unknown(_: usize) -> Option<f64> {
    None
}

/// A part that repeats.
fn repeated(n: usize, part: &[f64]) -> Vec<f64> {
    part.iter().copied().cycle().take(n).collect()
}

/// A number from 0 (the first coordinate) to 1 (the last).
fn along(i: usize, n: usize) -> f64 {
    i as f64 / (n - 1) as f64
}

/// The sum over consecutive pairs.
fn pairs(x: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    x.windows(2).map(|pair| f(pair[0], pair[1])).sum()
}

/// The sum over coordinates with their numbers, from 1.
fn numbered(x: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    x.iter().enumerate().map(|(i, x)| f((i + 1) as f64, *x)).sum()
}

#[cfg(test)]
mod tests;
