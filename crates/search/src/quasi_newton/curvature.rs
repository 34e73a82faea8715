//! The curvature of the objective along each coordinate.

use serde::{Deserialize, Serialize};

/// A secant update leaves at least this fraction of a curvature.
const LEAST_KEPT: f64 = 0.05;

/// The least curvature, as a fraction of the largest.
const LEAST: f64 = 1e-3;

/// A measured curvature changes a known one by no more than this factor.
const MOST_CHANGE: f64 = 2.0;

/// The curvature along each coordinate, in units of value and coordinate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Curvatures {
    along: Vec<f64>,
    /// Whether they come from values or secants.
    are_known: bool,
}

impl Curvatures {
    /// Guesses that a step of one unit changes the value by its own size.
    pub(super) fn guessed(n: usize, level: f64) -> Self {
        let guess = if level > 0.0 && level.is_finite() { level } else { 1.0 };
        Curvatures { along: vec![guess; n], are_known: false }
    }

    pub(super) fn are_known(&self) -> bool {
        self.are_known
    }

    pub(super) fn along(&self) -> &[f64] {
        &self.along
    }

    /// Takes measured curvatures, `None` where there is none. The first ones are taken as they are, and their median
    /// elsewhere; later ones change a curvature by a factor of at most 2.
    pub(super) fn measure(&mut self, measured: &[Option<f64>]) {
        let mut known: Vec<f64> = measured.iter().flatten().copied().collect();
        if known.is_empty() {
            return;
        }
        if !self.are_known {
            let middle = known.len() / 2;
            let median = *known.select_nth_unstable_by(middle, f64::total_cmp).1;
            self.along.fill(median);
        }
        for (along, measured) in self.along.iter_mut().zip(measured) {
            if let Some(measured) = measured {
                let most = if self.are_known { MOST_CHANGE } else { f64::INFINITY };
                *along = measured.clamp(*along / most, *along * most);
            }
        }
        self.are_known = true;
        self.raise();
    }

    /// Updates them from a step s and the change y of the gradient: scaled so that `sᵀ D s = sᵀ y`, then
    /// `D_i ← D_i - (D_i s_i)² / (sᵀ D s) + y_i² / (sᵀ y)`, the diagonal of the BFGS update (Gilbert & Lemaréchal 1989,
    /// "Some numerical experiments with variable-storage quasi-Newton algorithms", section 3).
    pub(super) fn update(&mut self, s: &[f64], y: &[f64]) {
        let sy = dot(s, y);
        if !self.are_known {
            self.along.fill(sy / dot(s, s));
            self.are_known = true;
        }
        let sds: f64 = self.along.iter().zip(s).map(|(d, s)| d * s * s).sum();
        let factor = sy / sds;
        if !(factor > 0.0 && factor.is_finite()) {
            return;
        }
        for ((d, s), y) in self.along.iter_mut().zip(s).zip(y) {
            let scaled = *d * factor;
            *d = (scaled - (scaled * s).powi(2) / sy + y * y / sy).max(LEAST_KEPT * scaled);
        }
        self.raise();
    }

    /// Multiplies them by a factor, where the unit of the value changes.
    pub(super) fn rescale(&mut self, factor: f64) {
        self.along.iter_mut().for_each(|d| *d *= factor);
        self.raise();
    }

    fn raise(&mut self) {
        let most = self.along.iter().copied().fold(f64::MIN_POSITIVE, f64::max).min(f64::MAX);
        self.along.iter_mut().for_each(|d| *d = d.clamp(LEAST * most, most));
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Returns the curvature of the parabola through 0 and the rises a and b at distances `up` and `down` on either side.
pub(super) fn of_parabola(a: f64, up: f64, b: f64, down: f64) -> f64 {
    2.0 * (a / up + b / down) / (up + down)
}

/// Returns the slope of that parabola at 0.
pub(super) fn slope_of_parabola(a: f64, up: f64, b: f64, down: f64) -> f64 {
    (a / up * down - b / down * up) / (up + down)
}
