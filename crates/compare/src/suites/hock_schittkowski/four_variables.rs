//! Problems with four variables.

use statrs::distribution::{ContinuousCDF, Normal};

use super::nonlinear::hs42;
use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    vec![
        Statement::new("hs42", [1.0; 4], 28.0 - 10.0 * 2.0_f64.sqrt())
            .equal([[1.0, 0.0, 0.0, 0.0]], [2.0])
            .subject_to((0, 1), |x| {
                let (f, _, h) = hs42(x);
                (f, vec![], h[1..].to_vec())
            }),
        sampling("hs68", 1e-4, 1.0, 24.0, -0.920425026),
        sampling("hs69", 0.1, 1000.0, 4.0, -956.71288),
        hs70(),
        Statement::new("hs72", [1.0; 4], 727.67937)
            .within([0.001; 4], [4e5, 3e5, 2e5, 1e5])
            .with_nonnegative((2, 0), |x| {
                let g = vec![
                    0.0401 - 4.0 / x[0] - 2.25 / x[1] - 1.0 / x[2] - 0.25 / x[3],
                    0.010085 - 0.16 / x[0] - 0.36 / x[1] - 0.64 / x[2] - 0.64 / x[3],
                ];
                (1.0 + x.iter().sum::<f64>(), g, vec![])
            }),
        Statement::new("hs73", [1.0; 4], 29.894378)
            .nonnegative()
            .at_least([[2.3, 5.6, 11.1, 1.3]], [5.0])
            .equal([[1.0; 4]], [1.0])
            .with_nonnegative((1, 0), |x| {
                let product = |a: [f64; 4], power: i32| -> f64 {
                    a.iter().zip(x).map(|(a, x)| a * x.powi(power)).sum()
                };
                let spread = product([0.28, 0.19, 20.5, 0.62], 2).sqrt();
                let g = product([12.0, 11.9, 41.8, 52.1], 1) - 21.0 - 1.645 * spread;
                (product([24.55, 26.75, 39.0, 40.5], 1), vec![g], vec![])
            }),
        two_generators("hs74", 0.55, 5126.4981),
        two_generators("hs75", 0.48, 5174.4129),
    ]
}

/// The cost of sampling plans (von Collani 1978); `d = 1`.
fn sampling(name: &str, a: f64, b: f64, n: f64, optimum: f64) -> Case<'static> {
    let normal = Normal::standard();
    Statement::new(name, [1.0; 4], optimum)
        .within([1e-4, 0.0, 0.0, 0.0], [100.0, 100.0, 2.0, 2.0])
        .subject_to((0, 2), move |x| {
            let growth = x[0].exp_m1();
            let f = (a * n - (b * growth - x[2]) * x[3] / (growth + x[3])) / x[0];
            let h = vec![
                x[2] - 2.0 * normal.cdf(-x[1]),
                x[3] - normal.cdf(-x[1] + n.sqrt()) - normal.cdf(-x[1] - n.sqrt()),
            ];
            (f, vec![], h)
        })
}

/// A mixture of two gamma densities, fitted to a tracer's concentration (Himmelblau 1972).
#[allow(clippy::approx_constant, reason = "the number of the book")]
fn hs70() -> Case<'static> {
    const FOUND: [(f64, f64); 19] = [
        (0.1, 0.00189),
        (1.0, 0.1038),
        (2.0, 0.268),
        (3.0, 0.506),
        (4.0, 0.577),
        (5.0, 0.604),
        (6.0, 0.725),
        (7.0, 0.898),
        (8.0, 0.947),
        (9.0, 0.845),
        (10.0, 0.702),
        (11.0, 0.528),
        (12.0, 0.385),
        (13.0, 0.257),
        (14.0, 0.159),
        (15.0, 0.0869),
        (16.0, 0.0453),
        (17.0, 0.01509),
        (18.0, 0.00189),
    ];
    const MEAN: f64 = 7.658;
    Statement::new("hs70", [2.0, 4.0, 0.04, 2.0], 0.007498464)
        .within([1e-5; 4], [100.0, 100.0, 1.0, 100.0])
        .with_nonnegative((1, 0), |x| {
            let b = x[2] + (1.0 - x[2]) * x[3];
            // The density of order `r` with this mean time, with Stirling's approximation of the factorial.
            let density = |r: f64, rate: f64, time: f64| {
                let t = time / MEAN;
                let height = rate.powf(r) * (r / 6.2832).sqrt() / (1.0 + 1.0 / (12.0 * r));
                height * t.powf(r - 1.0) * (r - rate * t * r).exp()
            };
            let square = |&(time, found): &(f64, f64)| {
                let model = x[2] * density(x[1], b, time) + (1.0 - x[2]) * density(x[0], b / x[3], time);
                (model - found).powi(2)
            };
            (FOUND.iter().map(square).sum(), vec![b], vec![])
        })
}

/// The cheapest power of two generators on three nodes; `a` limits the angles.
fn two_generators(name: &str, a: f64, optimum: f64) -> Case<'static> {
    Statement::new(name, [0.0; 4], optimum)
        .within([0.0, 0.0, -a, -a], [1200.0, 1200.0, a, a])
        .at_least([[0.0, 0.0, -1.0, 1.0], [0.0, 0.0, 1.0, -1.0]], [-a, -a])
        .subject_to((0, 3), |x| {
            let f = 3.0 * x[0] + 1e-6 * x[0].powi(3) + 2.0 * x[1] + 2e-6 / 3.0 * x[1].powi(3);
            let flow = |angle: f64| 1000.0 * (angle - 0.25).sin();
            let h = vec![
                flow(-x[2]) + flow(-x[3]) + 894.8 - x[0],
                flow(x[2]) + flow(x[2] - x[3]) + 894.8 - x[1],
                flow(x[3]) + flow(x[3] - x[2]) + 1294.8,
            ];
            (f, vec![], h)
        })
}
