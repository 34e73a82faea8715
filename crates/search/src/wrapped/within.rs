//! Bounds for unconstrained solvers: a map from free variables into the bounds.

use serde::{Deserialize, Serialize};

use crate::Bounds;

/// How an unconstrained solver is kept within bounds: it moves a free variable `v`, and the objective is evaluated at
/// `x(v)`, per coordinate with bounds `l` and `u`:
///
/// | | `x(v)`, one bound (`l`; `u` mirrored) | `x(v)`, two bounds |
/// |---|---|---|
/// | [`Project`](Within::Project) | `max(l, v)` | `min(u, max(l, v))` |
/// | [`Reflect`](Within::Reflect) | `l + abs(v - l)` | folded at both, as often as need be |
/// | [`Square`](Within::Square) | `l + v²` | `l + (u - l)(1 + sin v)/2` |
/// | [`Exponential`](Within::Exponential) | `l + exp v` | `l + (u - l)/(1 + exp(-v))` |
/// | [`Softplus`](Within::Softplus) | `l + ln(1 + exp v)` | `l + (u - l)/(1 + exp(-v))` |
///
/// A coordinate without bounds is its own free variable; one with `l = u` is fixed. Coordinates are in units, the
/// size of the start or of the box (for the rule see [`Evaluations::gradient`](crate::Evaluations::gradient)). The
/// maps ignore a bound beyond ±1e12 units; points are projected onto it. The gradient follows by the chain rule.
///
/// - `Project` and `Reflect` reach a bound exactly, but have a kink there: suitable for solvers without gradients.
///   Outside the bounds `Project` is flat, so gradient solvers see the additional penalty `1000 (v - x(v))²`.
/// - `Square` (and its form for two bounds, the sine) is smooth and reaches a bound, but has *zero slope there*: a
///   solver that starts on a bound would never leave it. Such a start is therefore moved inside by
///   `0.01 max(1, abs(bound))` or a hundredth of the distance between the bounds, whichever is less; the value of the
///   original start still counts.
/// - `Exponential`, `Softplus` and the logistic function approach a bound without reaching it, and become flat there:
///   a solution *on* a bound is only approximated. A start on a bound is moved inside as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Within {
    /// The nearest point inside.
    #[default]
    Project,
    /// Mirrored at the bounds.
    Reflect,
    /// Squares; between two bounds a sine.
    Square,
    /// Exponentials; between two bounds the logistic function.
    Exponential,
    /// The softplus function; between two bounds the logistic function.
    Softplus,
}

/// Weight of the squared distance from the bounds for gradient solvers.
const PENALTY: f64 = 1000.0;

/// The maps ignore a bound further away than this, in units, since they would have no digits left for points far
/// inside it. (IPOPT, SNOPT and others have such a limit, too.)
const FAR: f64 = 1e12;

/// How far a start is moved from a bound on which the map is flat.
const BESIDE: f64 = 0.01;

impl Within {
    /// Maps free variables into the bounds, exactly, for any `v`. A NaN becomes the coordinate of `start`.
    pub(crate) fn point(self, v: &[f64], bounds: &Bounds, start: &[f64]) -> Vec<f64> {
        let coordinate = |(i, &v): (usize, &f64)| {
            let x = self.coordinate(v, bounds.lower()[i], bounds.upper()[i]);
            if x.is_nan() { start[i] } else { x.clamp(-f64::MAX, f64::MAX) }
        };
        let mut x: Vec<f64> = v.iter().enumerate().map(coordinate).collect();
        bounds.project(&mut x);
        x
    }

    /// Returns the free variables of a point inside the bounds; the point is moved off a bound on which the map is
    /// flat.
    pub(crate) fn free_variables(self, x: &[f64], bounds: &Bounds) -> Vec<f64> {
        let coordinate = |(i, &x): (usize, &f64)| self.inverse(x, bounds.lower()[i], bounds.upper()[i]);
        x.iter().enumerate().map(coordinate).collect()
    }

    /// Converts a gradient by `x` into one by `v`.
    pub(crate) fn chain(self, gradient: &mut [f64], v: &[f64], bounds: &Bounds) {
        for (i, (slope, &v)) in gradient.iter_mut().zip(v).enumerate() {
            let (l, u) = (bounds.lower()[i], bounds.upper()[i]);
            *slope = *slope * self.derivative(v, l, u) + 2.0 * PENALTY * self.distance(v, l, u);
        }
    }

    /// Returns the penalty outside the bounds if the map is flat there.
    pub(crate) fn penalty(self, v: &[f64], bounds: &Bounds) -> f64 {
        let squared = |(i, &v): (usize, &f64)| self.distance(v, bounds.lower()[i], bounds.upper()[i]).powi(2);
        PENALTY * v.iter().enumerate().map(squared).sum::<f64>()
    }

    fn distance(self, v: f64, l: f64, u: f64) -> f64 {
        if self == Within::Project { v - v.clamp(l, u) } else { 0.0 }
    }

    fn coordinate(self, v: f64, l: f64, u: f64) -> f64 {
        match (Sides::of(l, u), self) {
            (Sides::Free, _) => v,
            (Sides::Fixed, _) => l,
            (_, Within::Project) => v.clamp(l, u),
            // Points inside stay exact, however far away the bounds are.
            (_, Within::Reflect) if v >= l && v <= u => v,
            (Sides::Lower, Within::Reflect) => l + (v - l).abs(),
            (Sides::Upper, Within::Reflect) => u - (v - u).abs(),
            (Sides::Both, Within::Reflect) => {
                let folded = (v - l).rem_euclid(2.0 * (u - l));
                l + folded.min(2.0 * (u - l) - folded)
            }
            (Sides::Lower, _) => l + self.rise(v),
            (Sides::Upper, _) => u - self.rise(v),
            (Sides::Both, Within::Square) => l + (u - l) * (0.5 + 0.5 * v.sin()),
            (Sides::Both, _) => l + (u - l) * logistic(v),
        }
    }

    fn derivative(self, v: f64, l: f64, u: f64) -> f64 {
        match (Sides::of(l, u), self) {
            (Sides::Free, _) => 1.0,
            (Sides::Fixed, _) => 0.0,
            (_, Within::Project) => f64::from(u8::from(v >= l && v <= u)),
            (Sides::Lower, Within::Reflect) => (v - l).signum(),
            (Sides::Upper, Within::Reflect) => (u - v).signum(),
            (Sides::Both, Within::Reflect) => {
                if (v - l).rem_euclid(2.0 * (u - l)) <= u - l {
                    1.0
                } else {
                    -1.0
                }
            }
            (Sides::Lower, _) => self.rise_slope(v),
            (Sides::Upper, _) => -self.rise_slope(v),
            (Sides::Both, Within::Square) => (u - l) * 0.5 * v.cos(),
            (Sides::Both, _) => (u - l) * logistic(v) * logistic(-v),
        }
    }

    fn inverse(self, x: f64, l: f64, u: f64) -> f64 {
        let sides = Sides::of(l, u);
        if matches!(self, Within::Project | Within::Reflect) || matches!(sides, Sides::Free | Sides::Fixed) {
            return x;
        }
        let beside = |bound: f64| (BESIDE * bound.abs().max(1.0)).min(BESIDE * (u - l));
        match sides {
            Sides::Lower => self.rise_inverse(if x > l { x - l } else { beside(l) }),
            Sides::Upper => self.rise_inverse(if x < u { u - x } else { beside(u) }),
            _ => {
                let x = match () {
                    () if x <= l => l + beside(l),
                    () if x >= u => u - beside(u),
                    () => x,
                };
                let part = ((x - l) / (u - l)).clamp(f64::EPSILON, 1.0 - f64::EPSILON);
                if self == Within::Square { (2.0 * part - 1.0).asin() } else { (part / (1.0 - part)).ln() }
            }
        }
    }

    /// Returns the distance from a single bound.
    fn rise(self, v: f64) -> f64 {
        match self {
            Within::Exponential => v.exp(),
            Within::Softplus => v.max(0.0) + (-v.abs()).exp().ln_1p(),
            _ => v * v,
        }
    }

    fn rise_slope(self, v: f64) -> f64 {
        match self {
            Within::Exponential => v.exp(),
            Within::Softplus => logistic(v),
            _ => 2.0 * v,
        }
    }

    fn rise_inverse(self, distance: f64) -> f64 {
        match self {
            Within::Exponential => distance.ln(),
            // ln(exp d - 1), without overflow for large d.
            Within::Softplus => distance + (-(-distance).exp_m1()).ln(),
            _ => distance.sqrt(),
        }
    }
}

/// Which bounds of a coordinate the maps use.
#[derive(Clone, Copy, PartialEq)]
enum Sides {
    Free,
    Lower,
    Upper,
    Both,
    Fixed,
}

impl Sides {
    fn of(l: f64, u: f64) -> Self {
        match (l > -FAR, u < FAR) {
            _ if l == u => Sides::Fixed,
            (false, false) => Sides::Free,
            (true, false) => Sides::Lower,
            (false, true) => Sides::Upper,
            (true, true) => Sides::Both,
        }
    }
}

fn logistic(v: f64) -> f64 {
    1.0 / (1.0 + (-v).exp())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Within;
    use crate::Bounds;

    const ALL: [Within; 5] =
        [Within::Project, Within::Reflect, Within::Square, Within::Exponential, Within::Softplus];

    fn bounds() -> impl Strategy<Value = Bounds> {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        let pair = prop_oneof![
            Just((low, high)),
            (-9.0_f64..9.0).prop_map(move |b| (b, high)),
            (-9.0_f64..9.0).prop_map(move |b| (low, b)),
            (-9.0_f64..9.0, 0.1_f64..9.0).prop_map(|(b, width)| (b, b + width)),
            (-9.0_f64..9.0).prop_map(|b| (b, b)),
        ];
        pair.prop_map(|(l, u)| Bounds::new(vec![l], vec![u]).unwrap())
    }

    proptest! {
        #[test]
        fn every_number_is_mapped_inside(bounds in bounds(), v in prop_oneof![any::<f64>(), -20.0_f64..20.0]) {
            for within in ALL {
                let x = within.point(&[v], &bounds, &[bounds.lower()[0].max(-1.0).min(bounds.upper()[0])]);
                prop_assert!(bounds.contain(&x), "{within:?}: {v} to {x:?}");
            }
        }

        /// Central differences are the independent source.
        #[test]
        fn the_slope_is_that_of_the_map(bounds in bounds(), v in -5.0_f64..5.0) {
            let (h, start) = (1e-6, [0.0]);
            for within in ALL {
                let value = |v: f64| within.point(&[v], &bounds, &start)[0] + within.penalty(&[v], &bounds);
                let (left, right) = ((value(v) - value(v - h)) / h, (value(v + h) - value(v)) / h);
                let mut slope = [1.0];
                within.chain(&mut slope, &[v], &bounds);
                let kink = (left - right).abs() > 1e-2;
                prop_assert!(kink || (slope[0] - 0.5 * (left + right)).abs() < 1e-4 * (1.0 + slope[0].abs()),
                    "{within:?}: {slope:?}, {left} {right}");
            }
        }

        #[test]
        fn a_point_is_found_again(bounds in bounds(), part in 0.01_f64..0.99, far in 0.01_f64..1000.0) {
            let (l, u) = (bounds.lower()[0], bounds.upper()[0]);
            let x = match (l.is_finite(), u.is_finite()) {
                (true, true) => l + part * (u - l),
                (true, false) => l + far,
                _ => u.min(5.0) - far,
            };
            for within in ALL {
                let again = within.point(&within.free_variables(&[x], &bounds), &bounds, &[x])[0];
                prop_assert!((again - x).abs() < 1e-9 * x.abs().max(1.0), "{within:?}: {x} to {again}");
            }
        }

        #[test]
        fn where_the_map_is_flat_on_a_bound_a_start_begins_beside_it(b in -9.0_f64..9.0, width in 0.1_f64..9.0, upper in any::<bool>()) {
            let bounds = Bounds::new(vec![b], vec![b + width]).unwrap();
            let start = if upper { b + width } else { b };
            for within in [Within::Square, Within::Exponential, Within::Softplus] {
                let v = within.free_variables(&[start], &bounds);
                let distance = (within.point(&v, &bounds, &[start])[0] - start).abs();
                prop_assert!(distance > 1e-4 && distance <= 0.0101 * width, "{within:?}: {distance}");
            }
        }
    }
}
