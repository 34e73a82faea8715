//! What a sweep has seen along a coordinate, and the steps that follow from it.

use super::curvature::{of_parabola, slope_of_parabola};
use super::place::Place;
use super::sweep::Shape;
use crate::Bounds;

/// The least along a coordinate is looked for at most this many distances away.
const FURTHEST: f64 = 2.0;

/// What the two sides of a coordinate have shown.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) coordinate: usize,
    /// The steps to the sides in units, with their signs, and the rises there; NaN where a bound left no step, and where
    /// the second side was not tried, as the first led down.
    pub(super) steps: [f64; 2],
    pub(super) rises: [f64; 2],
}

impl Visit {
    /// The step to the better side, if it is better than the middle; else 0.
    pub(super) fn improving(&self) -> f64 {
        let [first, second] = self.rises;
        match () {
            () if first < 0.0 && (first <= second || second.is_nan()) => self.steps[0],
            () if second < 0.0 => self.steps[1],
            () => 0.0,
        }
    }

    /// The step to the least of what the values are taken to lie on, or to the better side if they do not. One side is
    /// enough for a parabola of known curvature.
    pub(super) fn least(&self, shape: Shape, curvature: Option<f64>) -> f64 {
        let ([first, second], [a, b]) = (self.steps.map(f64::abs), self.rises);
        let least = match (shape, curvature) {
            // r = g t + L t² / 2 has the slope g = r / t - L t / 2, and is least at -g / L.
            (Shape::Parabola, Some(known)) if b.is_nan() => {
                self.steps[0].signum() * (0.5 * first - a / (first * known))
            }
            (Shape::Parabola, _) => {
                let curvature = of_parabola(a, first, b, second);
                let least = -slope_of_parabola(a, first, b, second) / curvature;
                if curvature > 0.0 { least * self.steps[0].signum() } else { f64::NAN }
            }
            (Shape::Kink, _) if a < b => self.steps[0].signum() * shape.away(b, a, first),
            (Shape::Kink, _) => self.steps[1].signum() * shape.away(a, b, second),
        };
        let furthest = FURTHEST * first.max(second);
        if least.is_finite() { least.clamp(-furthest, furthest) } else { self.improving() }
    }
}

/// Returns the point in which each visited coordinate takes a part of its step, at most `most`, from where the visits began.
pub(super) fn joint_point(
    from: &Place,
    visits: &[Visit],
    (part, most): (f64, f64),
    bounds: &Bounds,
    step: impl Fn(&Visit) -> f64,
) -> Vec<f64> {
    let mut x = from.x.clone();
    for visit in visits {
        x[visit.coordinate] = from.along(visit.coordinate, (part * step(visit)).clamp(-most, most), bounds);
    }
    x
}

#[cfg(test)]
mod tests {
    use super::{Shape, Visit, joint_point};
    use crate::Bounds;
    use crate::quasi_newton::place::Place;

    fn visit(f: impl Fn(f64) -> f64, steps: [f64; 2]) -> Visit {
        Visit { coordinate: 0, steps, rises: steps.map(|step| f(step) - f(0.0)) }
    }

    /// `2 (t - 0.3)²` and `2 |t - 0.3|` at ±1, and a side that leads down for ever.
    #[test]
    fn the_least_along_a_coordinate_is_that_of_its_shape_and_improving_the_better_side() {
        let parabola = visit(|t| 2.0 * (t - 0.3) * (t - 0.3), [-1.0, 1.0]);
        assert!((parabola.least(Shape::Parabola, None) - 0.3).abs() < 1e-15 && parabola.improving() == 0.0);
        let kink = visit(|t| 2.0 * (t - 0.3_f64).abs(), [-1.0, 1.0]);
        assert!((kink.least(Shape::Kink, None) - 0.3).abs() < 1e-15);
        let down = visit(|t| -t, [-1.0, 1.0]);
        assert_eq!((down.improving(), down.least(Shape::Parabola, None)), (1.0, 1.0));
        let hill = visit(|t| -t * t - 0.1 * t, [-1.0, 1.0]);
        assert_eq!((hill.improving(), hill.least(Shape::Parabola, None)), (1.0, 1.0));
        let walls = Visit { coordinate: 0, steps: [1.0, -1.0], rises: [f64::INFINITY, f64::NAN] };
        assert_eq!((walls.improving(), walls.least(Shape::Parabola, None)), (0.0, 0.0));
    }

    /// `3 (t + 0.7)²` from 0 to -1 alone; its curvature is 6. A known curvature does not count where there are three values.
    #[test]
    fn one_side_is_enough_if_the_curvature_is_known() {
        let f = |t: f64| 3.0 * (t + 0.7) * (t + 0.7);
        let mut one = visit(f, [-1.0, 1.0]);
        assert!((one.least(Shape::Parabola, Some(99.0)) + 0.7).abs() < 1e-15);
        one.rises[1] = f64::NAN;
        assert!((one.least(Shape::Parabola, Some(6.0)) + 0.7).abs() < 1e-15);
        assert_eq!((one.least(Shape::Parabola, None), one.least(Shape::Kink, Some(6.0))), (-1.0, -1.0));
        // At most twice as far as was looked: the least of a parabola of curvature 0.6 is 2.5 away.
        one.rises[0] = -1.2;
        assert_eq!(one.least(Shape::Parabola, Some(0.6)), -2.0);
    }

    #[test]
    fn a_joint_point_takes_a_part_of_each_step_within_the_bounds_and_the_largest_move() {
        let bounds = Bounds::new([0.0; 3], [1.0, 9.0, 9.0]).expect("lower below upper");
        let from = Place::at(vec![0.5; 3], 1.0, &[1.0; 3], &bounds);
        let visits = [0, 2].map(|coordinate| Visit { coordinate, ..visit(|t| -t, [4.0, -4.0]) });
        let unit = from.units[2];
        let x = joint_point(&from, &visits, (0.5, 9.0), &bounds, Visit::improving);
        assert_eq!(x, [1.0, 0.5, 0.5 + 2.0 * unit]);
        let x = joint_point(&from, &visits, (0.5, 1.5), &bounds, Visit::improving);
        assert_eq!(x[2], 0.5 + 1.5 * unit);
    }
}
