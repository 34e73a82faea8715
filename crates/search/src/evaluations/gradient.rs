//! Gradients: the objective's own, or finite differences of counted evaluations.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::guarded_call::caught;
use super::{Evaluations, Lookahead, Stop};
use crate::problem::unit::unit;

/// The finite differences that approximate a gradient if the objective has none. Their points are ordinary
/// evaluations and lie within the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Differences {
    /// `(f(x + h e_i) - f(x)) / h` with `h = ε^(1/2) max(u_i, |x_i|)`, where ε is the machine epsilon and u_i
    /// the coordinate's unit: the size of the start, or of a finite box if the start is 0. It takes n
    /// evaluations and gives about half of the digits of f. The difference is backward if there is more room
    /// below. (Nocedal & Wright, "Numerical Optimization", 2006, section 8.1.)
    Forward,
    /// `(f(x + h e_i) - f(x - h e_i)) / 2h` with `h = ε^(1/3) max(u_i, |x_i|)`: 2n evaluations, and about two
    /// thirds of the digits. Within `h` of a bound, the two steps differ.
    #[default]
    Central,
}

impl Evaluations<'_> {
    /// Writes the gradient at `x`, where the value is `value`, into `gradient`. The objective's own gradient
    /// is used if there is one; it counts in [`Counts::gradients`](crate::Counts::gradients), not as an
    /// evaluation. If it fails (with an error, NaN, an infinity or a panic), the failure is counted and
    /// finite differences are used, as for an objective without a gradient. A component is 0 if its points
    /// have no values or the coordinate is fixed.
    ///
    /// Returns `false` if a component is unknown, that is, if its coordinate is not fixed but too few of its
    /// points have values. Such a zero says nothing about convergence.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value).
    ///
    /// # Panics
    /// If `gradient` has another length than `x`.
    pub fn gradient(
        &mut self,
        x: &[f64],
        value: f64,
        differences: Differences,
        gradient: &mut [f64],
    ) -> Result<bool, Stop> {
        assert_eq!(gradient.len(), x.len(), "coordinates of the gradient and of the point");
        self.proceed()?;
        let admitted = self.check_point(x);
        self.keeping_stop(admitted)?;
        if self.calls_objective()
            && let Some(own) = self.problem.objective().gradient()
        {
            let going_on = self.limits.admit_going_on_after(self.counts.evaluations).map_err(Stop::from);
            self.keeping_stop(going_on)?;
            self.counts.gradients += 1;
            let attempt = caught(|| {
                own.gradient_at(x, gradient)?;
                Ok(gradient.iter().copied().find(|slope| !slope.is_finite()).unwrap_or(0.0))
            });
            if attempt.is_ok() {
                return Ok(true);
            }
            self.counts.failed_gradients += 1;
        }
        self.differences(x, value, differences, gradient)
    }

    fn differences(
        &mut self,
        x: &[f64],
        value: f64,
        differences: Differences,
        gradient: &mut [f64],
    ) -> Result<bool, Stop> {
        let (start, bounds) = (self.start(), self.bounds());
        let sides = |i: usize| {
            let (lower, upper) = (bounds.lower()[i], bounds.upper()[i]);
            differences.sides(x[i], unit(start[i], lower, upper), lower, upper)
        };
        let sides: Vec<[f64; 2]> = (0..x.len()).map(sides).collect();
        let target = |turn: usize| (turn / 2, sides[turn / 2][turn % 2]);
        let point = |turn: usize, trial: &mut [f64]| {
            let (i, to) = target(turn);
            trial.copy_from_slice(x);
            trial[i] = to;
            to != x[i]
        };
        let mut values = vec![[value; 2]; x.len()];
        self.in_order(2 * x.len(), Lookahead::All, point, |turn, value| {
            values[turn / 2][turn % 2] = value;
            ControlFlow::Continue(())
        })?;
        let mut known = true;
        for (i, slope) in gradient.iter_mut().enumerate() {
            let between = slope_between((x[i], value), [0, 1].map(|side| (sides[i][side], values[i][side])));
            known &= between.is_some() || sides[i][0] == sides[i][1];
            *slope = between.unwrap_or(0.0);
        }
        Ok(known)
    }
}

impl Differences {
    /// Returns the two points of a difference along a coordinate; `x` itself where no evaluation is needed or
    /// possible.
    fn sides(self, x: f64, unit: f64, lower: f64, upper: f64) -> [f64; 2] {
        let step = match self {
            Differences::Forward => f64::EPSILON.sqrt(),
            Differences::Central => f64::EPSILON.cbrt(),
        } * x.abs().max(unit);
        let (below, above) = ((x - step).max(lower).max(-f64::MAX), (x + step).min(upper).min(f64::MAX));
        match self {
            Differences::Central => [below, above],
            Differences::Forward if above - x >= x - below => [x, above],
            Differences::Forward => [below, x],
        }
    }
}

/// Returns the slope between two points, or between one of them and `x`, whichever have values; `None` if
/// fewer than two have. A slope that overflows is clamped to the largest finite number.
fn slope_between(x: (f64, f64), sides: [(f64, f64); 2]) -> Option<f64> {
    let [below, above] = sides.map(|side| if side.1.is_finite() { side } else { x });
    let known = below.0 < above.0 && below.1.is_finite() && above.1.is_finite();
    known.then(|| ((above.1 - below.1) / (above.0 - below.0)).clamp(-f64::MAX, f64::MAX))
}

#[cfg(test)]
mod tests {
    use super::slope_between;

    /// Of the parabola x² from 3: between 2.5 and 3.5 the slope is 6, and with one side missing 5.5 or 6.5.
    #[test]
    fn a_slope_is_that_of_the_points_that_have_values() {
        let square = |x: f64| (x, x * x);
        let failed = |x: f64| (x, f64::INFINITY);
        let slope = |below, above| slope_between(square(3.0), [below, above]);
        assert_eq!(slope(square(2.5), square(3.5)), Some(6.0));
        assert_eq!(slope(square(2.5), failed(3.5)), Some(5.5));
        assert_eq!(slope(failed(2.5), square(3.5)), Some(6.5));
        assert_eq!(slope(failed(2.5), failed(3.5)), None);
        assert_eq!(slope((2.0, -f64::MAX), (2.5, f64::MAX)), Some(f64::MAX));
    }
}
