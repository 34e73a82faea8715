//! A line search by values alone.

use super::place::Place;
use crate::{Evaluations, Stop};

/// The most evaluations of a line search.
const MOST: usize = 7;

/// Bounds on the next step after a failure, in parts of the last one, and the part if the point has no value.
const SHORTER: (f64, f64) = (0.05, 0.6);
const AT_A_WALL: f64 = 0.25;

/// Bounds on the next step after a success, in parts of the last one.
const ANOTHER: (f64, f64) = (0.1, 4.0);

/// A success is followed by another step only if that differs by more than this part, and promises this part more.
const OTHER_ENOUGH: f64 = 0.2;
const MORE_ENOUGH: f64 = 0.02;

/// The parabola `p(t) = slope t + bend t²` through 0, its slope there, and one rise.
struct Parabola {
    slope: f64,
    bend: f64,
}

impl Parabola {
    fn through(slope: f64, t: f64, rise: f64) -> Self {
        Parabola { slope, bend: (rise - slope * t) / (t * t) }
    }

    /// Its minimizer, infinite if it has none.
    fn least(&self) -> f64 {
        if self.bend > 0.0 { -self.slope / (2.0 * self.bend) } else { f64::INFINITY }
    }

    fn at(&self, t: f64) -> f64 {
        (self.slope + self.bend * t) * t
    }
}

/// Searches along a direction in units, whose slope is negative, and moves to the best point. Returns the fall.
pub(super) fn search(
    place: &mut Place,
    direction: &[f64],
    slope: f64,
    evaluations: &mut Evaluations<'_>,
) -> Result<f64, Stop> {
    let from = place.clone();
    let (mut t, mut least) = (1.0, 0.0);
    for _ in 0..MOST {
        let to = from.point(direction, t, evaluations.bounds());
        if to == place.x || to == from.x {
            break;
        }
        let value = evaluations.value(&to)?;
        let rise = from.rise(from.value, value);
        let has_succeeded = place.see(&to, value);
        if !has_succeeded && least < 0.0 {
            break;
        }
        let parabola = Parabola::through(slope, t, rise);
        if has_succeeded {
            least = rise;
            let next = parabola.least().clamp(ANOTHER.0 * t, ANOTHER.1 * t);
            let is_other = (next - t).abs() > OTHER_ENOUGH * t;
            if !is_other || parabola.at(next) > (1.0 + MORE_ENOUGH) * rise {
                break;
            }
            t = next;
        } else if rise.is_finite() {
            t = parabola.least().clamp(SHORTER.0 * t, SHORTER.1 * t);
        } else {
            t *= AT_A_WALL;
        }
    }
    Ok(from.rise(place.value, from.value))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::{Parabola, search};
    use crate::quasi_newton::place::Place;
    use crate::{Bounds, Budget, Evaluations, Problem};

    /// Searches from 0 along 1 with this slope. Returns the fall and the points.
    fn along(f: impl Fn(f64) -> f64 + Send + Sync, slope: f64) -> (f64, Vec<f64>) {
        let points = Mutex::new(Vec::new());
        let f = |x: &[f64]| {
            points.lock().expect("no panic").push(x[0]);
            f(x[0])
        };
        let bounds = Bounds::uniform(1, -100.0, 3.0).expect("lower below upper");
        let problem = Problem::new(f, vec![0.0]).and_then(|problem| problem.bounded(bounds.clone()));
        let problem = problem.expect("a problem");
        let mut evaluations =
            Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
        let value = evaluations.value(&[0.0]).expect("no limit");
        let mut place = Place::at(vec![0.0], value, &[1.0], &bounds);
        let unit = place.rise(0.0, 1.0);
        let fall = search(&mut place, &[1.0], unit * slope, &mut evaluations).expect("no limit");
        let points = points.lock().expect("no panic")[1..].to_vec();
        (fall / unit, points)
    }

    /// `p(t) = -3 t + 2 t²` is least at 3/4 with -9/8.
    #[test]
    fn the_parabola_through_a_slope_and_a_rise_is_least_where_the_quadratic_is() {
        let parabola = Parabola::through(-3.0, 2.0, 2.0);
        assert_eq!((parabola.least(), parabola.at(0.75)), (0.75, -1.125));
        assert_eq!(Parabola::through(-3.0, 2.0, -7.0).least(), f64::INFINITY);
    }

    #[test]
    fn a_failure_is_followed_by_the_minimum_of_the_parabola_and_a_success_only_if_that_is_far() {
        // Least at 1/2 and at 0.9.
        assert_eq!(along(|t| 4.0 * t * (t - 1.0), -4.0), (1.0, vec![1.0, 0.5]));
        assert_eq!(along(|t| (t - 0.9) * (t - 0.9), -1.8).1, [1.0]);
        // Least at 2: the fall is 4.
        assert_eq!(along(|t| t * (t - 4.0), -4.0), (4.0, vec![1.0, 2.0]));
    }

    #[test]
    fn it_grows_to_the_bound_and_shrinks_at_a_wall() {
        assert_eq!(along(|t| -t, -1.0), (3.0, vec![1.0, 3.0]));
        let wall = |t: f64| if t > 0.1 { f64::NAN } else { (t - 0.08) * (t - 0.08) };
        assert_eq!(along(wall, -0.16).1, [1.0, 0.25, 0.0625, 0.08]);
        assert_eq!(along(|t| t, -1.0).1.len(), 7);
    }
}
