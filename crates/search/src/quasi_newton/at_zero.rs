//! For tests: a place at 0 in units of 1, and the points evaluated from there.

use std::sync::Mutex;

use super::place::Place;
use crate::{Bounds, Budget, Evaluations, Problem};

/// Acts at 0; returns the points evaluated since.
pub(super) fn at_zero<T>(
    n: usize,
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    act: impl FnOnce(&mut Place, &mut Evaluations<'_>) -> T,
) -> (T, Vec<Vec<f64>>) {
    let points = Mutex::new(Vec::new());
    let recorded = |x: &[f64]| {
        points.lock().expect("no panic").push(x.to_vec());
        f(x)
    };
    let problem = Problem::new(recorded, vec![0.0; n]).expect("coordinates");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let value = evaluations.value(&vec![0.0; n]).expect("no limit");
    let mut place = Place::at(vec![0.0; n], value, &vec![1.0; n], &Bounds::free(n));
    let done = act(&mut place, &mut evaluations);
    let points = points.lock().expect("no panic")[1..].to_vec();
    (done, points)
}
