//! The functions with many basins, by their numbers in RR-6829.

use std::f64::consts::PI;

use nalgebra::{DMatrix, DVector};

use super::draw::{Draw, normal};
use super::function::Shape;
use super::transform::{conditioning, oscillated, penalty, skewed};
use super::unimodal::{where_ones, widening};

/// f3: Rastrigin's function of `z = Λ^10 T_asy^0.2(T_osz(x - x_opt))`.
pub(super) fn separable_rastrigin(draw: Draw) -> Shape {
    let (x_opt, scale) = (draw.point(), conditioning(10.0, draw.n));
    Shape::new(x_opt.clone(), move |x| {
        let z = skewed(0.2, &(x - &x_opt).map(oscillated)).component_mul(&scale);
        waves(&z) + z.norm_squared()
    })
}

/// f4: Rastrigin's function of `z_i = s_i T_osz(x_i - x_opt,i)`, plus `100 f_pen(x)`. `s_i` is
/// `10^((i-1) / (2 (n-1)))`, ten times as much where i is odd and `z_i > 0`; `x_opt,i > 0` for odd i.
pub(super) fn bueche_rastrigin(draw: Draw) -> Shape {
    let mut x_opt = draw.point();
    x_opt.iter_mut().step_by(2).for_each(|x| *x = x.abs());
    let scale = conditioning(10.0, draw.n);
    Shape::new(x_opt.clone(), move |x| {
        let z = DVector::from_fn(x.len(), |i, _| {
            let z = oscillated(x[i] - x_opt[i]);
            // The first coordinate is odd.
            let more = if i % 2 == 0 && z > 0.0 { 10.0 } else { 1.0 };
            more * scale[i] * z
        });
        waves(&z) + z.norm_squared() + 100.0 * penalty(x.as_slice())
    })
}

/// f15: Rastrigin's function of `z = R Λ^10 Q T_asy^0.2(T_osz(R (x - x_opt)))`.
pub(super) fn rastrigin(draw: Draw) -> Shape {
    let (x_opt, r, turn) = (draw.point(), draw.another().rotation(), draw.conditioned(10.0));
    Shape::new(x_opt.clone(), move |x| {
        let z = &turn * skewed(0.2, &(&r * (x - &x_opt)).map(oscillated));
        waves(&z) + z.norm_squared()
    })
}

/// f16: `10 (1/n Σ_i Σ_k 2^-k cos(2π 3^k (z_i + 1/2)) - f_0)³ + 10/n f_pen(x)` with `z = R Λ^(1/100) Q T_osz(R (x -
/// x_opt))`, k from 0 to 11, and `f_0 = Σ_k 2^-k cos(π 3^k)`, in which each cosine is -1.
pub(super) fn weierstrass(draw: Draw) -> Shape {
    let (x_opt, r, turn) = (draw.point(), draw.another().rotation(), draw.conditioned(0.01));
    let n = draw.n as f64;
    let terms: Vec<(f64, f64)> = (0..12).map(|k| (0.5_f64.powi(k), 3_f64.powi(k))).collect();
    let f_0 = -terms.iter().map(|(size, _)| size).sum::<f64>();
    Shape::new(x_opt.clone(), move |x| {
        let z = &turn * (&r * (x - &x_opt)).map(oscillated);
        let wave = |z: &f64| -> f64 {
            terms.iter().map(|(size, often)| size * (2.0 * PI * often * (z + 0.5)).cos()).sum()
        };
        let mean = z.iter().map(wave).sum::<f64>() / n;
        10.0 * (mean - f_0).powi(3) + 10.0 / n * penalty(x.as_slice())
    })
}

/// f17: `(1/(n-1) Σ sqrt(s_i) + sqrt(s_i) sin²(50 s_i^(1/5)))² + 10 f_pen(x)` with `s_i = sqrt(z_i² + z_{i+1}²)` and
/// `z = Λ^10 Q T_asy^0.5(R (x - x_opt))`.
pub(super) fn schaffers(draw: Draw) -> Shape {
    schaffers_of(10.0, draw)
}

/// f18: f17 with Λ^1000.
pub(super) fn ill_conditioned_schaffers(draw: Draw) -> Shape {
    schaffers_of(1000.0, draw)
}

fn schaffers_of(alpha: f64, draw: Draw) -> Shape {
    let (x_opt, r) = (draw.point(), draw.another().rotation());
    let turn = DMatrix::from_diagonal(&conditioning(alpha, draw.n)) * draw.rotation();
    Shape::new(x_opt.clone(), move |x| {
        let z = &turn * skewed(0.5, &(&r * (x - &x_opt)));
        let part = |z: &[f64]| {
            let s = z[0].hypot(z[1]);
            s.sqrt() * (1.0 + (50.0 * s.powf(0.2)).sin().powi(2))
        };
        let sum: f64 = z.as_slice().windows(2).map(part).sum();
        (sum / (x.len() - 1) as f64).powi(2) + 10.0 * penalty(x.as_slice())
    })
}

/// f19: `10/(n-1) Σ (s_i / 4000 - cos s_i) + 10` with `s_i = 100 (z_i² - z_{i+1})² + (z_i - 1)²` and `z = c R x + 1/2`,
/// `c = max(1, sqrt(n) / 8)`.
pub(super) fn griewank_rosenbrock(draw: Draw) -> Shape {
    let (r, c) = (draw.rotation(), widening(draw.n));
    Shape::new(where_ones(&r, c), move |x| {
        let z = (&r * x * c).add_scalar(0.5);
        let part = |z: &[f64]| {
            let s = 100.0 * (z[0] * z[0] - z[1]).powi(2) + (z[0] - 1.0).powi(2);
            s / 4000.0 - s.cos()
        };
        let sum: f64 = z.as_slice().windows(2).map(part).sum();
        10.0 / (x.len() - 1) as f64 * sum + 10.0
    })
}

/// f20: `-1/(100 n) Σ z_i sin sqrt|z_i| + 4.189828872724339 + 100 f_pen(z / 100)` with `y = 2 (signs) x`, `w_1 = y_1`,
/// `w_{i+1} = y_{i+1} + (y_i - m) / 4` and `z = 100 (Λ^10 (w - m) + m)`, where `m = 2 |x_opt,i|`. COCO transforms with m =
/// 4.2096874637, though the optimal point that it states, and the report, have 4.2096874633.
pub(super) fn schwefel(draw: Draw) -> Shape {
    const M: f64 = 4.209_687_463_7;
    const LEAST_SUM: f64 = 4.189_828_872_724_339;
    let (signs, scale) = (draw.signs(), conditioning(10.0, draw.n));
    Shape::new(&signs * (M / 2.0), move |x| {
        let y = x.component_mul(&signs) * 2.0;
        let part = |i: usize| {
            let w = if i == 0 { y[0] } else { y[i] + 0.25 * (y[i - 1] - M) };
            scale[i] * (w - M) + M
        };
        let z: Vec<f64> = (0..x.len()).map(part).collect();
        let sum: f64 = z.iter().map(|z| 100.0 * z * (100.0 * z).abs().sqrt().sin()).sum();
        -sum / (100.0 * x.len() as f64) + LEAST_SUM + 100.0 * penalty(&z)
    })
}

/// f23: `10/n² Π (1 + i Σ_j |2^j z_i - [2^j z_i]| / 2^j)^(10 / n^1.2) - 10/n² + f_pen(x)` with `z = Q Λ^100 R (x - x_opt)`,
/// j from 1 to 32, and `[t]` the whole number nearest to t.
pub(super) fn katsuura(draw: Draw) -> Shape {
    let (x_opt, turn, n) = (draw.point(), draw.conditioned(100.0), draw.n as f64);
    Shape::new(x_opt.clone(), move |x| {
        let z = &turn * (x - &x_opt);
        let part = |(i, z): (usize, &f64)| {
            let power = |j| 2_f64.powi(j);
            let sum: f64 = (1..=32).map(|j| (power(j) * z - (power(j) * z).round()).abs() / power(j)).sum();
            (1.0 + (i + 1) as f64 * sum).powf(10.0 / n.powf(1.2))
        };
        let product: f64 = z.iter().enumerate().map(part).product();
        10.0 / (n * n) * (product - 1.0) + penalty(x.as_slice())
    })
}

/// f24: `min(Σ (y_i - μ0)², n + s Σ (y_i - μ1)²) + 10 (n - Σ cos 2π z_i) + 10⁴ f_pen(x)` with `y = 2 sign(x_opt) x`,
/// `z = Q Λ^100 R (y - μ0)`, `μ0 = 2.5`, `s = 1 - 1 / (2 sqrt(n + 20) - 8.2)`, `μ1 = -sqrt((μ0² - 1) / s)`; `x_opt` has the
/// coordinates `±μ0 / 2`.
pub(super) fn lunacek(draw: Draw) -> Shape {
    const MU0: f64 = 2.5;
    let n = draw.n as f64;
    let s = 1.0 - 1.0 / (2.0 * (n + 20.0).sqrt() - 8.2);
    let mu1 = -((MU0 * MU0 - 1.0) / s).sqrt();
    let signs = DVector::from_vec(normal(draw.n, draw.seed)).map(f64::signum);
    let turn = draw.conditioned(100.0);
    Shape::new(&signs * (MU0 / 2.0), move |x| {
        let y = x.component_mul(&signs) * 2.0;
        let around = |mu: f64| y.add_scalar(-mu).norm_squared();
        let z = &turn * y.add_scalar(-MU0);
        around(MU0).min(n + s * around(mu1)) + waves(&z) + 1e4 * penalty(x.as_slice())
    })
}

/// `10 (n - Σ cos 2π z_i)`, the waves of Rastrigin's function.
fn waves(z: &DVector<f64>) -> f64 {
    10.0 * z.iter().map(|z| 1.0 - (2.0 * PI * z).cos()).sum::<f64>()
}
