//! The trust-region subproblem with bounds.

use nalgebra::{DMatrix, DVector};

use super::quadratic::Quadratic;

/// Minimizes the model over ‖d‖ ≤ `radius`, `lower` ≤ d ≤ `upper` with `lower` ≤ 0 ≤ `upper`, approximately: goes to
/// the exact minimizer in the ball; if that violates a bound, stops at the first bound on the way, fixes that
/// coordinate and repeats with the others.
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
        // The free part y of the step minimizes `½ yᵀH_FF y + (g + H s - H_FF s)_Fᵀ y` over
        // ‖y‖² ≤ radius² - ‖s_A‖², with the active part s_A fixed.
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
                // Rounding may already have moved the coordinate slightly past the bound.
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

/// Minimizes `gᵀd + ½ dᵀH d` over ‖d‖ ≤ radius with the eigenvalues `H = Q Λ Qᵀ`: `d(λ) = -Q (Λ + λI)⁻¹ Qᵀg` for the
/// least λ ≥ max(0, -λ₁) with ‖d(λ)‖ ≤ radius, where λ₁ is the least eigenvalue (Moré & Sorensen 1983, "Computing a
/// trust region step"; Conn, Gould & Toint 2000, "Trust-region methods", section 7.3).
fn least_in_ball(hessian: &DMatrix<f64>, gradient: &DVector<f64>, radius: f64) -> DVector<f64> {
    let n = gradient.len();
    if radius == 0.0 {
        return DVector::zeros(n);
    }
    let eigen = hessian.clone().symmetric_eigen();
    let slopes = eigen.eigenvectors.tr_mul(gradient);
    // Qᵀd(λ), with 0 for a component without slope.
    let step = |shift: f64| {
        let along =
            |i: usize| if slopes[i] == 0.0 { 0.0 } else { -slopes[i] / (eigen.eigenvalues[i] + shift) };
        DVector::from_fn(n, |i, _| along(i))
    };
    let size = hessian.norm().max(f64::MIN_POSITIVE);
    let least = eigen.eigenvalues.min();
    // The Newton step, if H is positive definite and the step is short enough.
    if least > 1e-14 * size && step(0.0).norm() <= radius {
        return &eigen.eigenvectors * step(0.0);
    }
    let lowest = (-least).max(0.0);
    let just_above = step(lowest + 1e-13 * size);
    if just_above.norm() < radius {
        // The hard case: the gradient has no component along the eigenvector of λ₁. A multiple of this eigenvector
        // extends the step to the sphere.
        let along = eigen.eigenvalues.imin();
        let mut at = just_above;
        let (before, rest) = (at[along], at.norm_squared() - radius * radius);
        at[along] += -before + (before * before - rest).max(0.0).sqrt();
        return &eigen.eigenvectors * at;
    }
    // Bisection for ‖d(λ)‖ = radius, which falls in λ; ‖g‖ / (λ₁ + λ) ≥ ‖d(λ)‖ bounds λ from above.
    let (mut low, mut high) = (lowest, lowest + gradient.norm() / radius + 1e-12 * size);
    loop {
        let middle = low.midpoint(high);
        // Also ends if a number is NaN.
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
