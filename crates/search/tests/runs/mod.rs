//! Runs of the pattern search without bounds.

use std::sync::Mutex;

use search::pattern::Options;
use search::{Budget, Minimizer, Outcome, PatternSearch, Problem};

pub(crate) fn minimize(f: impl Fn(&[f64]) -> f64 + Send + Sync, start: &[f64], options: Options) -> Outcome {
    let problem = Problem::new(f, start.to_vec()).unwrap();
    PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// The points that a run evaluates.
pub(crate) fn visited(
    start: &[f64],
    options: Options,
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
) -> Vec<Vec<f64>> {
    let seen = Mutex::new(Vec::new());
    minimize(
        |x| {
            seen.lock().unwrap().push(x.to_vec());
            f(x)
        },
        start,
        options,
    );
    seen.into_inner().unwrap()
}
