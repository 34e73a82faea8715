//! The least point of a quadratic model within a ball and the bounds.

use nalgebra::{DMatrix, DVector};

use super::quadratic::Quadratic;

/// The displacement, of a length of `radius` at most and between `lower` ≤ 0 and `upper` ≥ 0, for which the model is
/// least: to the minimum over the ball, exactly; where that leaves the bounds, to the first of them, and on along it.
pub(super) fn least(
    model: &Quadratic,
    radius: f64,
    lower: &DVector<f64>,
    upper: &DVector<f64>,
) -> DVector<f64> {
    let n = lower.len();
    let mut step = DVector::zeros(n);
    let held = |i: &usize| {
        let slope = model.gradient[*i];
        (slope > 0.0 && lower[*i] >= 0.0) || (slope < 0.0 && upper[*i] <= 0.0)
    };
    let mut free: Vec<usize> = (0..n).filter(|i| !held(i)).collect();
    while !free.is_empty() {
        // The free coordinates range over a ball about 0, the others stay where they are.
        let stays: f64 = (0..n).filter(|i| !free.contains(i)).map(|i| step[i] * step[i]).sum();
        let hessian = model.hessian.select_rows(&free).select_columns(&free);
        let here = step.select_rows(&free);
        let gradient = (&model.gradient + &model.hessian * &step).select_rows(&free) - &hessian * &here;
        let to = least_in_ball(&hessian, &gradient, (radius * radius - stays).max(0.0).sqrt());
        let mut part = 1.0;
        let mut met = None;
        for (k, &i) in free.iter().enumerate() {
            let bound = if to[k] < here[k] { lower[i] } else { upper[i] };
            if to[k] < lower[i] || to[k] > upper[i] {
                // Rounding may have put it a little beyond the bound already.
                let until = ((bound - here[k]) / (to[k] - here[k])).max(0.0);
                if until < part {
                    (part, met) = (until, Some((k, bound)));
                }
            }
        }
        for (k, &i) in free.iter().enumerate() {
            step[i] += part * (to[k] - here[k]);
        }
        let Some((k, bound)) = met else { break };
        step[free.remove(k)] = bound;
    }
    for i in 0..n {
        step[i] = step[i].clamp(lower[i], upper[i]);
    }
    step
}

/// The least point of `gᵀd + ½ dᵀH d` for ‖d‖ ≤ radius, by the eigenvalues of H: `d = -(H + λI)⁻¹ g` for the least λ that
/// makes it short enough (Moré & Sorensen 1983, "Computing a trust region step"; Conn, Gould & Toint 2000,
/// "Trust-region methods", section 7.3).
fn least_in_ball(hessian: &DMatrix<f64>, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
    let n = gradient.len();
    if radius == 0.0 {
        return DVector::zeros(n);
    }
    let eigen = hessian.clone().symmetric_eigen();
    let slopes = eigen.eigenvectors.tr_mul(gradient);
    let step = |shift: f64| {
        let along =
            |i: usize| if slopes[i] == 0.0 { 0.0 } else { -slopes[i] / (eigen.eigenvalues[i] + shift) };
        DVector::from_fn(n, |i, _| along(i))
    };
    let size = hessian.norm().max(f64::MIN_POSITIVE);
    let least = eigen.eigenvalues.min();
    if least > 1e-14 * size && step(0.0).norm() <= radius {
        return &eigen.eigenvectors * step(0.0);
    }
    let lowest = (-least).max(0.0);
    let just_above = step(lowest + 1e-13 * size);
    if just_above.norm() < radius {
        // The hard case: the slope has no part along the direction of least curvature, which goes on to the sphere.
        let along = eigen.eigenvalues.imin();
        let mut at = just_above;
        let (before, rest) = (at[along], at.norm_squared() - radius * radius);
        at[along] += -before + (before * before - rest).max(0.0).sqrt();
        return &eigen.eigenvectors * at;
    }
    let (mut low, mut high) = (lowest, lowest + gradient.norm() / radius + 1e-12 * size);
    loop {
        let middle = low.midpoint(high);
        // Also where the numbers are none.
        if !(low < middle && middle < high) {
            return &eigen.eigenvectors * step(high);
        }
        if step(middle).norm() > radius {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests;
