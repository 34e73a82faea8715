//! Runs of the pattern searches without bounds.

use std::sync::Mutex;

use search::pattern::Options;
use search::{
    Budget, CoordinateOptions, CoordinateSearch, HybridOptions, HybridSearch, Minimizer, Outcome,
    PatternSearch, Problem,
};

/// Options of a search that is made of them.
pub(crate) trait Search {
    fn search(self) -> Box<dyn Minimizer>;
}

impl Search for Options {
    fn search(self) -> Box<dyn Minimizer> {
        Box::new(PatternSearch::new(self).unwrap())
    }
}

impl Search for CoordinateOptions {
    fn search(self) -> Box<dyn Minimizer> {
        Box::new(CoordinateSearch::new(self).unwrap())
    }
}

impl Search for HybridOptions {
    fn search(self) -> Box<dyn Minimizer> {
        Box::new(HybridSearch::new(self).unwrap())
    }
}

pub(crate) fn minimize(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    start: &[f64],
    options: impl Search,
) -> Outcome {
    let problem = Problem::new(f, start.to_vec()).unwrap();
    options.search().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// The points that a run evaluates.
pub(crate) fn visited(
    start: &[f64],
    options: impl Search,
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
