//! The transformations of section 0.2 of RR-6829.

use nalgebra::DVector;

/// `T_osz(x) = sign(x) exp(y + 0.049 (sin(c1 y) + sin(c2 y)))` with `y = ln |x|`; c1 = 10 and c2 = 7.9 for x > 0, 5.5 and
/// 3.1 otherwise; 0 at 0.
pub(super) fn oscillated(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let (c1, c2) = if x > 0.0 { (10.0, 7.9) } else { (5.5, 3.1) };
    let y = x.abs().ln();
    x.signum() * (y + 0.049 * ((c1 * y).sin() + (c2 * y).sin())).exp()
}

/// `T_asy(x)_i = x_i^(1 + β (i-1)/(n-1) sqrt(x_i))` for x_i > 0, otherwise `x_i`.
pub(super) fn skewed(beta: f64, x: &DVector<f64>) -> DVector<f64> {
    DVector::from_fn(x.len(), |i, _| match x[i] {
        x_i if x_i > 0.0 => x_i.powf(1.0 + beta * along(i, x.len()) * x_i.sqrt()),
        x_i => x_i,
    })
}

/// The diagonal of Λ^α: `α^((i-1) / (2 (n-1)))`.
pub(super) fn conditioning(alpha: f64, n: usize) -> DVector<f64> {
    DVector::from_fn(n, |i, _| alpha.powf(along(i, n) / 2.0))
}

/// `f_pen(x) = Σ max(0, |x_i| - 5)²`
pub(super) fn penalty(x: &[f64]) -> f64 {
    x.iter().map(|x| (x.abs() - 5.0).max(0.0).powi(2)).sum()
}

/// `(i-1) / (n-1)`: 0 for the first coordinate, 1 for the last.
pub(super) fn along(i: usize, n: usize) -> f64 {
    i as f64 / (n - 1) as f64
}
