//! The accuracy of the best value after some evaluations.

use super::{Floor, Instance};

/// The most digits that are counted: doubles have no more.
const MOST: f64 = 16.0;

/// The digits of the decrease from the value at the start to the least known one that a solver has reached
/// with its best value after `gradients` simplex gradients: `-log10((f - f_L) / (f(x0) - f_L))`, from 0 to
/// 16. It is 16 if the start cannot be improved.
///
/// ```
/// use compare::analysis::{Floor, Instance, digits};
///
/// let histories = vec![vec![(1, 101.0), (20, 2.0), (60, 1.001)]];
/// let instance = Instance { problem: "p".into(), seed: 1, dimension: 3, start_value: 101.0, histories };
/// let mut floor = Floor::default();
/// floor.lower("p", 1.0);
/// let after = |gradients| digits(&instance, 0, &floor, gradients);
/// assert_eq!(after(1.0), 0.0);
/// assert!((after(5.0) - 2.0).abs() < 1e-12 && (after(100.0) - 5.0).abs() < 1e-9);
/// ```
pub fn digits(instance: &Instance, solver: usize, floor: &Floor, gradients: f64) -> f64 {
    let evaluations = gradients * (instance.dimension + 1) as f64;
    let least = floor.of(&instance.problem).unwrap_or(f64::NEG_INFINITY);
    let way = instance.start_value - least;
    if way <= 0.0 {
        return MOST;
    }
    let best = best_after(instance, solver, evaluations).unwrap_or(instance.start_value);
    let left = (best - least) / way;
    if left <= 0.0 { MOST } else { (-left.log10()).clamp(0.0, MOST) }
}

/// The best value after this many evaluations, if there was one.
pub fn best_after(instance: &Instance, solver: usize, evaluations: f64) -> Option<f64> {
    let history = instance.histories[solver].iter();
    history.take_while(|(evaluation, _)| *evaluation as f64 <= evaluations).last().map(|(_, value)| *value)
}
