//! The functions with one basin, by their numbers in RR-6829.

use nalgebra::{DMatrix, DVector};

use super::draw::Draw;
use super::function::Shape;
use super::transform::{along, conditioning, oscillated, penalty, skewed};

/// f1: `‖x - x_opt‖²`.
pub(super) fn sphere(draw: Draw) -> Shape {
    let x_opt = draw.point();
    Shape::new(x_opt.clone(), move |x| (x - &x_opt).norm_squared())
}

/// f2: f10 without rotation.
pub(super) fn separable_ellipsoid(draw: Draw) -> Shape {
    let x_opt = draw.point();
    Shape::new(x_opt.clone(), move |x| weighted(&(x - &x_opt).map(oscillated)))
}

/// f5: `Σ 5 |s_i| - s_i z_i` with `s_i = sign(x_opt,i) 10^((i-1)/(n-1))`; `z_i = x_i` where `x_i x_opt,i < 25`, otherwise
/// `z_i = x_opt,i`, which is 5 or -5.
pub(super) fn linear_slope(draw: Draw) -> Shape {
    let x_opt = draw.point().map(|x| 5.0 * x.signum());
    Shape::new(x_opt.clone(), move |x| {
        let part = |(i, (x, opt)): (usize, (&f64, &f64))| {
            let slope = opt.signum() * 10_f64.powf(along(i, x_opt.len()));
            let z = if x * opt < 25.0 { x } else { opt };
            5.0 * slope.abs() - slope * z
        };
        x.iter().zip(&x_opt).enumerate().map(part).sum()
    })
}

/// f6: `T_osz(Σ (s_i z_i)²)^0.9` with `z = Q Λ^10 R (x - x_opt)`; `s_i = 100` where `z_i x_opt,i > 0`, otherwise 1.
pub(super) fn attractive_sector(draw: Draw) -> Shape {
    let (x_opt, turn) = (draw.point(), draw.conditioned(10.0));
    Shape::new(x_opt.clone(), move |x| {
        let part = |(z, opt): (&f64, &f64)| if z * opt > 0.0 { (100.0 * z).powi(2) } else { z * z };
        let sum: f64 = (&turn * (x - &x_opt)).iter().zip(&x_opt).map(part).sum();
        oscillated(sum).powf(0.9)
    })
}

/// f7: `0.1 max(|y_1| / 10⁴, Σ 10^(2 (i-1)/(n-1)) z_i²) + f_pen(x)` with `y = Λ^10 R (x - x_opt)` and `z = Q ỹ`, where
/// `ỹ_i` is `y_i` rounded to a whole number if `|y_i| > 0.5`, otherwise to a tenth.
pub(super) fn step_ellipsoid(draw: Draw) -> Shape {
    let (x_opt, scale) = (draw.point(), conditioning(10.0, draw.n));
    let (r, q) = (draw.rotation(), draw.another().rotation());
    Shape::new(x_opt.clone(), move |x| {
        let y = (&r * (x - &x_opt)).component_mul(&scale);
        let rounded =
            y.map(|y| if y.abs() > 0.5 { (0.5 + y).floor() } else { (0.5 + 10.0 * y).floor() / 10.0 });
        let z = &q * rounded;
        let part = |(i, z): (usize, &f64)| 100_f64.powf(along(i, x_opt.len())) * z * z;
        let sum: f64 = z.iter().enumerate().map(part).sum();
        0.1 * (y[0].abs() / 1e4).max(sum) + penalty(x.as_slice())
    })
}

/// f8: Rosenbrock's function of `z = c (x - x_opt) + 1` with `c = max(1, sqrt(n) / 8)`.
pub(super) fn rosenbrock(draw: Draw) -> Shape {
    let (x_opt, c) = (draw.point() * 0.75, widening(draw.n));
    Shape::new(x_opt.clone(), move |x| valley(&((x - &x_opt) * c).add_scalar(1.0)))
}

/// f9: Rosenbrock's function of `z = c R x + 1/2` with `c = max(1, sqrt(n) / 8)`.
pub(super) fn rotated_rosenbrock(draw: Draw) -> Shape {
    let (r, c) = (draw.rotation(), widening(draw.n));
    Shape::new(where_ones(&r, c), move |x| valley(&(&r * x * c).add_scalar(0.5)))
}

/// f10: `Σ 10^(6 (i-1)/(n-1)) z_i²` with `z = T_osz(R (x - x_opt))`.
pub(super) fn ellipsoid(draw: Draw) -> Shape {
    let (x_opt, r) = (draw.point(), draw.another().rotation());
    Shape::new(x_opt.clone(), move |x| weighted(&(&r * (x - &x_opt)).map(oscillated)))
}

/// f11: `10⁶ z_1² + Σ_{i>1} z_i²` with `z = T_osz(R (x - x_opt))`.
pub(super) fn discus(draw: Draw) -> Shape {
    let (x_opt, r) = (draw.point(), draw.another().rotation());
    Shape::new(x_opt.clone(), move |x| {
        let z = (&r * (x - &x_opt)).map(oscillated);
        1e6 * z[0].powi(2) + rest(&z)
    })
}

/// f12: `z_1² + 10⁶ Σ_{i>1} z_i²` with `z = R T_asy^0.5(R (x - x_opt))`.
pub(super) fn bent_cigar(draw: Draw) -> Shape {
    let (x_opt, r) = (draw.another().point(), draw.another().rotation());
    Shape::new(x_opt.clone(), move |x| {
        let z = &r * skewed(0.5, &(&r * (x - &x_opt)));
        z[0].powi(2) + 1e6 * rest(&z)
    })
}

/// f13: `z_1² + 100 sqrt(Σ_{i>1} z_i²)` with `z = Q Λ^10 R (x - x_opt)`.
pub(super) fn sharp_ridge(draw: Draw) -> Shape {
    let (x_opt, turn) = (draw.point(), draw.conditioned(10.0));
    Shape::new(x_opt.clone(), move |x| {
        let z = &turn * (x - &x_opt);
        z[0].powi(2) + 100.0 * rest(&z).sqrt()
    })
}

/// f14: `sqrt(Σ |z_i|^(2 + 4 (i-1)/(n-1)))` with `z = R (x - x_opt)`.
pub(super) fn different_powers(draw: Draw) -> Shape {
    let (x_opt, r) = (draw.point(), draw.another().rotation());
    Shape::new(x_opt.clone(), move |x| {
        let z = &r * (x - &x_opt);
        let part = |(i, z): (usize, &f64)| z.abs().powf(2.0 + 4.0 * along(i, x_opt.len()));
        z.iter().enumerate().map(part).sum::<f64>().sqrt()
    })
}

/// `max(1, sqrt(n) / 8)`
pub(super) fn widening(n: usize) -> f64 {
    ((n as f64).sqrt() / 8.0).max(1.0)
}

/// The point x at which all of `c R x + 1/2` are 1.
pub(super) fn where_ones(r: &DMatrix<f64>, c: f64) -> DVector<f64> {
    r.tr_mul(&DVector::from_element(r.nrows(), 0.5 / c))
}

/// Rosenbrock's function: `Σ 100 (z_i² - z_{i+1})² + (z_i - 1)²`.
fn valley(z: &DVector<f64>) -> f64 {
    let pairs = z.as_slice().windows(2);
    pairs.map(|z| 100.0 * (z[0] * z[0] - z[1]).powi(2) + (z[0] - 1.0).powi(2)).sum()
}

/// `Σ 10^(6 (i-1)/(n-1)) z_i²`
fn weighted(z: &DVector<f64>) -> f64 {
    z.iter().enumerate().map(|(i, x)| 1e6_f64.powf(along(i, z.len())) * x * x).sum()
}

/// `Σ_{i>1} z_i²`
fn rest(z: &DVector<f64>) -> f64 {
    z.iter().skip(1).map(|z| z * z).sum()
}
