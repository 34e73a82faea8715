//! The least of a value with curved kinks under rows in a box, by a sequence of values with linear kinks.

use nalgebra::{DMatrix, DVector};

use super::lagrangian::Function;
use super::polytope::Polytope;

/// The most linear problems.
const MOST: usize = 30;

/// A decrease below this is none, in units in which the value changes by about 1.
const NO_DECREASE: f64 = 1e-13;

/// A step is taken if it decreases the value by this part of what was predicted, and corrected below the other.
const ENOUGH: f64 = 0.1;
const GOOD: f64 = 0.7;

/// The factors of the reach of the linear problem after a step that is not taken, of that step, and after a good one.
const SHORTER: f64 = 0.25;
const LONGER: f64 = 2.0;
const SHORTEST: f64 = 1e-10;

/// A function f with the kinks of others, the largest of them or the sum of their weighted magnitudes, where rows hold.
///
/// At u the kinks `kᵢ` are replaced by `kᵢ(u) + ∇kᵢ(u)ᵀp`, and the Hessian by that of the Lagrangian, `∇²f + Σ λᵢ ∇²kᵢ`.
/// The step p is taken if the value falls. If it falls too little, as the kinks bend away, p is corrected: the next one
/// has `kᵢ(u + p) - ∇kᵢ(u)ᵀp` in place of `kᵢ(u)`. (Fletcher 1982, "Second order corrections for nondifferentiable
/// optimization".)
pub(super) struct Curved<'s> {
    pub(super) objective: &'s Function,
    pub(super) rows: &'s [Function],
    pub(super) kinks: &'s [Function],
    /// The ranges of the multipliers of rows, then of kinks.
    pub(super) ranges: &'s [(f64, f64)],
    /// Whether the kinks stand for their largest.
    pub(super) is_largest: bool,
    pub(super) lower: &'s DVector<f64>,
    pub(super) upper: &'s DVector<f64>,
}

/// The linear problem at a point.
struct Linear {
    slope: DVector<f64>,
    hessian: DMatrix<f64>,
    slopes: Vec<DVector<f64>>,
    rows: Vec<Function>,
    lower: DVector<f64>,
    upper: DVector<f64>,
}

impl Curved<'_> {
    /// Returns the minimizer from u = 0, where rows and bounds hold, and the multipliers of rows and kinks; the first Hessian
    /// has these `multipliers` of the kinks.
    /// Where a kink is not finite it is u = 0.
    pub(super) fn least(&self, multipliers: &[f64]) -> (DVector<f64>, Vec<f64>) {
        let mut u = DVector::zeros(self.lower.len());
        let mut multipliers = [vec![0.0; self.rows.len()], multipliers.to_vec()].concat();
        let mut reach = self.lower.amax().max(self.upper.amax());
        if self.kinks.iter().any(|kink| !kink.reach().is_finite()) {
            return (u, multipliers);
        }
        for _ in 0..MOST {
            let linear = self.linear(&u, reach, &multipliers[self.rows.len()..]);
            let values = self.values(&u);
            let (step, next) = self.solved(&linear, &values);
            let predicted = self.combined(&values) - self.predicted(&linear, &values, &step);
            multipliers = next;
            if predicted.is_nan() || predicted <= NO_DECREASE {
                break;
            }
            let now = self.value(&u);
            let mut to = self.within(&u, &step);
            let mut decrease = now - self.value(&to);
            if decrease < GOOD * predicted {
                let bent = self.values(&to);
                let corrected =
                    bent.iter().zip(&linear.slopes).map(|(value, slope)| value - slope.dot(&step));
                let (corrected, _) = self.solved(&linear, &corrected.collect::<Vec<_>>());
                let other = self.within(&u, &corrected);
                let of_other = now - self.value(&other);
                if of_other > decrease {
                    (to, decrease) = (other, of_other);
                }
            }
            if decrease < ENOUGH * predicted {
                reach = SHORTER * step.amax();
            } else {
                u = to;
                reach *= if decrease >= GOOD * predicted { LONGER } else { 1.0 };
            }
            if reach < SHORTEST {
                break;
            }
        }
        (u, multipliers)
    }

    /// The values of the kinks' functions.
    fn values(&self, u: &DVector<f64>) -> Vec<f64> {
        self.kinks.iter().map(|kink| kink.at(u)).collect()
    }

    /// Returns the largest of the kinks' functions, or the sum of their weighted magnitudes.
    fn combined(&self, values: &[f64]) -> f64 {
        if self.is_largest {
            return values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        }
        let ranges = &self.ranges[self.rows.len()..];
        values.iter().zip(ranges).map(|(value, (_, weight))| weight * value.abs()).sum()
    }

    fn value(&self, u: &DVector<f64>) -> f64 {
        self.objective.at(u) + self.combined(&self.values(u))
    }

    /// Returns the value after a step by the linear problem, without f at its start.
    fn predicted(&self, linear: &Linear, values: &[f64], step: &DVector<f64>) -> f64 {
        let there: Vec<f64> =
            values.iter().zip(&linear.slopes).map(|(value, slope)| value + slope.dot(step)).collect();
        linear.slope.dot(step) + 0.5 * step.dot(&(&linear.hessian * step)) + self.combined(&there)
    }

    /// Returns the point a step away, within the bounds in spite of rounding.
    fn within(&self, u: &DVector<f64>, step: &DVector<f64>) -> DVector<f64> {
        (u + step).zip_zip_map(self.lower, self.upper, f64::clamp)
    }

    /// Returns the linear problem at a point, in a box of this half width, with a Hessian of these multipliers.
    fn linear(&self, u: &DVector<f64>, reach: f64, multipliers: &[f64]) -> Linear {
        let n = u.len();
        let mut hessian = self.objective.hessian.clone().unwrap_or_else(|| DMatrix::zeros(n, n));
        for (kink, &multiplier) in self.kinks.iter().zip(multipliers) {
            if let Some(of_kink) = kink.hessian.as_ref().filter(|_| multiplier != 0.0) {
                hessian.zip_apply(of_kink, |sum, h| *sum += multiplier * h);
            }
        }
        // Rounding beyond a row must not keep the step from going along it.
        let row = |row: &Function| Function { value: row.at(u).min(0.0), ..row.clone() };
        Linear {
            slope: self.objective.slope(u),
            hessian,
            slopes: self.kinks.iter().map(|kink| kink.slope(u)).collect(),
            rows: self.rows.iter().map(row).collect(),
            lower: self.lower.zip_map(u, |lower, u| (lower - u).max(-reach)),
            upper: self.upper.zip_map(u, |upper, u| (upper - u).min(reach)),
        }
    }

    /// Solves a linear problem in which the kinks' functions have these values: returns the step, and the multipliers of rows
    /// and kinks. The least height t above functions is their largest: `min t` where `kᵢ + ∇kᵢᵀp - t ≤ 0`.
    fn solved(&self, linear: &Linear, values: &[f64]) -> (DVector<f64>, Vec<f64>) {
        let n = linear.slope.len();
        if !self.is_largest {
            let kink = |(value, slope): (&f64, &DVector<f64>)| Function {
                value: *value,
                gradient: slope.clone(),
                hessian: None,
            };
            let kinks = values.iter().zip(&linear.slopes).map(kink);
            let rows: Vec<Function> = linear.rows.iter().cloned().chain(kinks).collect();
            let objective = Function {
                value: 0.0,
                gradient: linear.slope.clone(),
                hessian: Some(linear.hessian.clone()),
            };
            let Linear { lower, upper, .. } = linear;
            return Polytope { objective: &objective, rows: &rows, ranges: self.ranges, lower, upper }
                .least();
        }
        let top = self.combined(values);
        let with_height = |vector: &DVector<f64>, height: f64| vector.push(height);
        let row = |row: &Function| Function { gradient: with_height(&row.gradient, 0.0), ..row.clone() };
        let kink = |(value, slope): (&f64, &DVector<f64>)| Function {
            value: value - top,
            gradient: with_height(slope, -1.0),
            hessian: None,
        };
        let kinks = values.iter().zip(&linear.slopes).map(kink);
        let rows: Vec<Function> = linear.rows.iter().map(row).chain(kinks).collect();
        let hessian = linear.hessian.clone().resize(n + 1, n + 1, 0.0);
        let objective =
            Function { value: 0.0, gradient: with_height(&linear.slope, 1.0), hessian: Some(hessian) };
        let polytope = Polytope {
            objective: &objective,
            rows: &rows,
            ranges: &vec![(0.0, f64::INFINITY); rows.len()],
            lower: &with_height(&linear.lower, f64::NEG_INFINITY),
            upper: &with_height(&linear.upper, f64::INFINITY),
        };
        let (step, multipliers) = polytope.least();
        (step.rows(0, n).into_owned(), multipliers)
    }
}

#[cfg(test)]
mod tests;
