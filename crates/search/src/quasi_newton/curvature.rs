//! The curvature of the objective along each coordinate.

use serde::{Deserialize, Serialize};

/// A secant update leaves at least this fraction of a curvature.
const LEAST_KEPT: f64 = 0.05;

/// The least curvature, as a fraction of the largest.
const LEAST: f64 = 1e-3;

/// A measured curvature changes a known one by no more than this factor.
const MOST_CHANGE: f64 = 4.0;

/// Steps that show above the noise, in `sqrt(σ / L)`.
const VISIBLE: f64 = 4.0;

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
    /// elsewhere; later ones change a curvature by a factor of at most 4.
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

    /// The steps at which a parabola of curvature L rises by `½ L h² = 8 σ` for noise σ.
    pub(super) fn visible_steps(&self, sigma: f64) -> Vec<f64> {
        self.along.iter().map(|curvature| VISIBLE * (sigma / curvature).sqrt()).collect()
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

#[cfg(test)]
mod tests {
    use super::{Curvatures, of_parabola, slope_of_parabola};

    fn known(along: &[f64]) -> Curvatures {
        Curvatures { along: along.to_vec(), are_known: true }
    }

    /// `f = 3 t + 2 t²` at 0.5 and -0.25: slope 3, curvature 4.
    #[test]
    fn the_parabola_through_three_values_has_their_slope_and_curvature() {
        let f = |t: f64| 3.0 * t + 2.0 * t * t;
        assert_eq!(of_parabola(f(0.5), 0.5, f(-0.25), 0.25), 4.0);
        assert_eq!(slope_of_parabola(f(0.5), 0.5, f(-0.25), 0.25), 3.0);
    }

    /// The BFGS update of a diagonal matrix B: `B - B s sᵀ B / sᵀ B s + y yᵀ / sᵀ y`, of which the diagonal is kept.
    #[test]
    fn an_update_is_the_diagonal_of_the_dense_update_after_scaling() {
        let (s, y) = ([1.0, -2.0, 0.5], [2.0, -3.0, 4.0]);
        let before = [1.0, 2.0, 4.0];
        let mut curvatures = known(&before);
        curvatures.update(&s, &y);
        let sy: f64 = s.iter().zip(y).map(|(s, y)| s * y).sum();
        let sbs: f64 = s.iter().zip(before).map(|(s, b)| b * s * s).sum();
        for i in 0..3 {
            let b = before[i] * sy / sbs;
            let expected = b - (b * s[i]).powi(2) / sy + y[i] * y[i] / sy;
            assert!((curvatures.along()[i] - expected.max(0.05 * b)).abs() < 1e-14, "{i}");
        }
    }

    /// `0.9999² = 0.9998`: nearly all of the first curvature would go.
    #[test]
    fn an_update_leaves_a_twentieth_and_a_thousandth_of_the_largest() {
        let mut curvatures = known(&[1.0, 1.0]);
        curvatures.update(&[1.0, 0.0], &[1.0, 0.0]);
        assert_eq!(curvatures.along(), [1.0, 1.0]);
        let mut curvatures = known(&[1.0, 1e-9]);
        curvatures.rescale(2.0);
        assert_eq!(curvatures.along(), [2.0, 2e-3]);
        let mut curvatures = known(&[1.0, 1.0]);
        // y has nothing of the first coordinate, where the update would leave 1.02 - 1.01.
        curvatures.update(&[1.0, 0.1], &[0.0, 10.1]);
        assert!((curvatures.along()[0] / (1.01 / 1.01) - 0.05).abs() < 0.06, "{:?}", curvatures.along());
    }

    #[test]
    fn the_first_measured_curvatures_fill_the_gaps_and_later_ones_change_them_by_four_at_most() {
        let mut curvatures = Curvatures::guessed(4, 7.0);
        assert_eq!((curvatures.along(), curvatures.are_known()), (&[7.0; 4][..], false));
        curvatures.measure(&[None; 4]);
        assert!(!curvatures.are_known());
        curvatures.measure(&[Some(1.0), None, Some(3.0), Some(2.0)]);
        assert_eq!(curvatures.along(), [1.0, 2.0, 3.0, 2.0]);
        curvatures.measure(&[Some(9.0), None, Some(0.5), Some(2.5)]);
        assert_eq!(curvatures.along(), [4.0, 2.0, 0.75, 2.5]);
    }

    #[test]
    fn visible_steps_rise_by_eight_deviations_of_the_noise() {
        let curvatures = known(&[2.0, 0.5]);
        let rises = curvatures.visible_steps(0.01).into_iter().zip([2.0, 0.5]).map(|(h, l)| 0.5 * l * h * h);
        assert!(rises.map(|rise| (rise - 0.08).abs()).sum::<f64>() < 1e-15);
        assert_eq!(curvatures.visible_steps(0.0), [0.0, 0.0]);
    }

    /// sᵀy / sᵀs = 6 / 2.
    #[test]
    fn the_first_pair_gives_all_coordinates_its_own_curvature() {
        let mut curvatures = Curvatures::guessed(2, 7.0);
        curvatures.update(&[1.0, 1.0], &[3.0, 3.0]);
        assert_eq!(curvatures.along(), [3.0, 3.0]);
    }
}
