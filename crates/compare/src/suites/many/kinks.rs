//! Families with kinks.
//!
//! "Haarala" is Haarala, Miettinen & Mäkelä 2004, "New limited memory bundle method for large-scale nonsmooth optimization",
//! Optim. Methods Softw. 19, 673-692, whose starts and least values are used; "Lukšan" is Lukšan & Vlček 2000, "Test problems
//! for nonsmooth unconstrained and linearly constrained optimization", Technical Report 798, Academy of Sciences of the Czech
//! Republic.

use std::f64::consts::SQRT_2;
use std::sync::Arc;

use super::smooth::{self, plain};
use super::{Family, Function, Half, family, pairs, repeated, unknown, zero};

/// The families of a half. Those on which constants were chosen are sums of absolute residuals, and five others.
pub(super) fn families(half: Half) -> Vec<Family> {
    match half {
        Half::Chosen => chosen(),
        Half::Judging => judging(),
    }
}

fn chosen() -> Vec<Family> {
    let start_of = |name: &str| {
        let found = smooth::families().into_iter().find(|family| family.name == name);
        found.expect("a smooth family").start
    };
    let absolute =
        |(name, make): (&'static str, fn(usize) -> Function)| family(name, make, start_of(name), zero);
    let mut families: Vec<Family> = smooth::absolute().into_iter().map(absolute).collect();
    families.extend([
        family("lasso", lasso, |n| vec![0.0; n], unknown),
        // Haarala 1.
        family("maxq", |_| plain(maxq), there_and_back, zero),
        // Haarala 3.
        family("chained-lq", |_| plain(chained_lq), |n| vec![-0.5; n], |n| Some(-SQRT_2 * (n - 1) as f64)),
        // Haarala 4.
        family("chained-cb3-1", |_| plain(chained_cb3), |n| vec![2.0; n], |n| Some(2.0 * (n - 1) as f64)),
        // Lukšan 2.24, of any dimension.
        family("l1hilb", |_| plain(|x| hilbert(x).map(f64::abs).sum()), |n| vec![1.0; n], zero),
    ]);
    families
}

fn judging() -> Vec<Family> {
    vec![
        // Lukšan 2.19, of any dimension.
        family(
            "maxl",
            |_| plain(|x| x.iter().fold(0.0, |most: f64, x| most.max(x.abs()))),
            there_and_back,
            zero,
        ),
        // Haarala 2.
        family(
            "mxhilb",
            |_| plain(|x| hilbert(x).fold(0.0, |most, row| most.max(row.abs()))),
            |n| vec![1.0; n],
            zero,
        ),
        // Haarala 5.
        family("chained-cb3-2", |_| plain(chained_cb3_2), |n| vec![2.0; n], |n| Some(2.0 * (n - 1) as f64)),
        // Haarala 6.
        family("active-faces", |_| plain(active_faces), |n| vec![1.0; n], zero),
        // Haarala 7.
        family("brown-2", |_| plain(brown_2), |n| repeated(n, &[-1.0, 1.0]), zero),
        // Haarala 8; the least value depends on n.
        family("chained-mifflin-2", |_| plain(chained_mifflin_2), |n| vec![-1.0; n], unknown),
        // Haarala 9 and 10.
        family("chained-crescent-1", |_| plain(chained_crescent_1), |n| repeated(n, &[-1.5, 2.0]), zero),
        family("chained-crescent-2", |_| plain(chained_crescent_2), |n| repeated(n, &[-1.5, 2.0]), zero),
    ]
}

/// 1, 2, ... up to the middle, then negative.
fn there_and_back(n: usize) -> Vec<f64> {
    (1..=n).map(|i| if 2 * i <= n { i as f64 } else { -(i as f64) }).collect()
}

/// Half the squared error of a random matrix of 2 n rows, plus a tenth of the largest useful penalty of the absolute values
/// (Tibshirani 1996, "Regression shrinkage and selection via the lasso", J. R. Stat. Soc. B 58, 267-288). A fifth of the
/// weights that made the targets are not 0.
fn lasso(n: usize) -> Function {
    let rows = 2 * n;
    let matrix = smooth::deviates(n * rows, 5, 1.0 / (rows as f64).sqrt());
    let weights: Vec<f64> = smooth::deviates(n, 6, 1.0)
        .into_iter()
        .enumerate()
        .map(|(i, w)| if i % 5 == 0 { w } else { 0.0 })
        .collect();
    let product = |x: &[f64], row: &[f64]| -> f64 { row.iter().zip(x).map(|(a, x)| a * x).sum() };
    let targets: Vec<f64> = matrix.chunks_exact(n).map(|row| product(&weights, row)).collect();
    let slope =
        |i: usize| matrix.chunks_exact(n).zip(&targets).map(|(row, target)| row[i] * target).sum::<f64>();
    let penalty = 0.1 * (0..n).map(|i| slope(i).abs()).fold(0.0, f64::max);
    Arc::new(move |x: &[f64]| {
        let errors =
            matrix.chunks_exact(n).zip(&targets).map(|(row, target)| (product(x, row) - target).powi(2));
        0.5 * errors.sum::<f64>() + penalty * x.iter().map(|x| x.abs()).sum::<f64>()
    })
}

fn maxq(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |most: f64, x| most.max(x * x))
}

fn chained_lq(x: &[f64]) -> f64 {
    pairs(x, |a, b| (-a - b).max(-a - b + a * a + b * b - 1.0))
}

fn cb3(a: f64, b: f64) -> [f64; 3] {
    [a.powi(4) + b * b, (2.0 - a).powi(2) + (2.0 - b).powi(2), 2.0 * (b - a).exp()]
}

fn most<const N: usize>(values: [f64; N]) -> f64 {
    values.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

fn chained_cb3(x: &[f64]) -> f64 {
    pairs(x, |a, b| most(cb3(a, b)))
}

fn chained_cb3_2(x: &[f64]) -> f64 {
    most([0, 1, 2].map(|k| pairs(x, |a, b| cb3(a, b)[k])))
}

fn hilbert(x: &[f64]) -> impl Iterator<Item = f64> {
    let row = |i: usize| x.iter().enumerate().map(|(j, x)| x / (i + j + 1) as f64).sum();
    (0..x.len()).map(row)
}

fn active_faces(x: &[f64]) -> f64 {
    let g = |y: f64| (y.abs() + 1.0).ln();
    x.iter().fold(g(-x.iter().sum::<f64>()), |most, x| most.max(g(*x)))
}

fn brown_2(x: &[f64]) -> f64 {
    pairs(x, |a, b| a.abs().powf(b * b + 1.0) + b.abs().powf(a * a + 1.0))
}

fn chained_mifflin_2(x: &[f64]) -> f64 {
    pairs(x, |a, b| {
        let circle = a * a + b * b - 1.0;
        -a + 2.0 * circle + 1.75 * circle.abs()
    })
}

fn crescent(a: f64, b: f64) -> [f64; 2] {
    let square = a * a + (b - 1.0).powi(2);
    [square + b - 1.0, -square + b + 1.0]
}

fn chained_crescent_1(x: &[f64]) -> f64 {
    most([0, 1].map(|k| pairs(x, |a, b| crescent(a, b)[k])))
}

fn chained_crescent_2(x: &[f64]) -> f64 {
    pairs(x, |a, b| most(crescent(a, b)))
}
