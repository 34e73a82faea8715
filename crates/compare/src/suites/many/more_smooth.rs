//! The smooth families that judge.
//!
//! "Andrei" is Andrei 2008, "An unconstrained optimization test functions collection", Advanced Modeling and
//! Optimization 10, 147-161; "CUTE" as in the module of the other families.

use super::smooth::plain;
use super::{Family, family, numbered, pairs, repeated, unknown, zero};

/// The families.
pub(super) fn families() -> Vec<Family> {
    vec![
        // CUTE.
        family("liarwhd", |_| plain(liarwhd), |n| vec![4.0; n], zero),
        family("nondquar", |_| plain(nondquar), |n| repeated(n, &[1.0, -1.0]), zero),
        family(
            "cragglvy",
            |_| plain(cragglvy),
            |n| [1.0].into_iter().chain(vec![2.0; n - 1]).collect(),
            unknown,
        ),
        family("power", |_| plain(power), |n| vec![1.0; n], zero),
        family("cosine", |_| plain(cosine), |n| vec![1.0; n], |n| Some(1.0 - n as f64)),
        family("eg2", |_| plain(eg2), |n| vec![0.0; n], |n| Some(0.5 - n as f64)),
        family(
            "freuroth",
            |_| plain(freuroth),
            |n| [0.5, -2.0].into_iter().chain(vec![0.0; n - 2]).collect(),
            unknown,
        ),
        family("tointgss", |_| plain(tointgss), |n| vec![3.0; n], unknown),
        family("tquartic", |_| plain(tquartic), |n| vec![0.1; n], zero),
        // Andrei.
        family("hager", |_| plain(hager), |n| vec![1.0; n], |n| Some(least_hager(n))),
        family("raydan-1", |_| plain(raydan_1), |n| vec![1.0; n], |n| Some((n * (n + 1)) as f64 / 20.0)),
        family("white-holst", |_| plain(white_holst), |n| repeated(n, &[-1.2, 1.0]), zero),
        family("himmelblau", |_| plain(himmelblau), |n| vec![1.0; n], zero),
        family("sinquad", |_| plain(sinquad), |n| vec![0.1; n], unknown),
        family("perturbed-quadratic", |_| plain(perturbed_quadratic), |n| vec![0.5; n], zero),
        // Jamil & Yang 2013, "A literature survey of benchmark functions for global optimisation problems", Int. J.
        // Mathematical Modelling and Numerical Optimisation 4, 150-194, functions 48 and 173.
        family("dixon-price", |_| plain(dixon_price), |n| vec![2.0; n], zero),
        family("zakharov", |_| plain(zakharov), |n| vec![0.5; n], zero),
    ]
}

fn liarwhd(x: &[f64]) -> f64 {
    x.iter().map(|y| 4.0 * (y * y - x[0]).powi(2) + (y - 1.0).powi(2)).sum()
}

fn nondquar(x: &[f64]) -> f64 {
    let n = x.len();
    let chain: f64 = x[..n - 1].windows(2).map(|pair| (pair[0] + pair[1] + x[n - 1]).powi(4)).sum();
    (x[0] - x[1]).powi(2) + chain + (x[n - 2] + x[n - 1]).powi(2)
}

fn cragglvy(x: &[f64]) -> f64 {
    let of = |w: &[f64]| {
        (w[0].exp() - w[1]).powi(4)
            + 100.0 * (w[1] - w[2]).powi(6)
            + (w[2] - w[3]).tan().powi(4)
            + w[0].powi(8)
            + (w[3] - 1.0).powi(2)
    };
    x.windows(4).step_by(2).map(of).sum()
}

fn power(x: &[f64]) -> f64 {
    numbered(x, |i, x| (i * x).powi(2))
}

fn cosine(x: &[f64]) -> f64 {
    pairs(x, |a, b| (a * a - 0.5 * b).cos())
}

fn eg2(x: &[f64]) -> f64 {
    let (last, others) = x.split_last().expect("at least two coordinates");
    others.iter().map(|y| (x[0] + y * y - 1.0).sin()).sum::<f64>() + 0.5 * (last * last).sin()
}

fn freuroth(x: &[f64]) -> f64 {
    pairs(x, |a, b| {
        let first = a - 13.0 + ((5.0 - b) * b - 2.0) * b;
        let second = a - 29.0 + ((b + 1.0) * b - 14.0) * b;
        first * first + second * second
    })
}

fn tointgss(x: &[f64]) -> f64 {
    let constant = 10.0 / (x.len() + 2) as f64;
    let of = |w: &[f64]| {
        let square = w[2] * w[2];
        (constant + square) * (2.0 - (-(w[0] - w[1]).powi(2) / (0.1 + square)).exp())
    };
    x.windows(3).map(of).sum()
}

fn tquartic(x: &[f64]) -> f64 {
    let square = x[0] * x[0];
    (x[0] - 1.0).powi(2) + x[1..].iter().map(|x| (square - x * x).powi(2)).sum::<f64>()
}

fn hager(x: &[f64]) -> f64 {
    numbered(x, |i, x| x.exp() - i.sqrt() * x)
}

/// At `x_i = ½ ln i`.
fn least_hager(n: usize) -> f64 {
    (1..=n).map(|i| (i as f64).sqrt() * (1.0 - 0.5 * (i as f64).ln())).sum()
}

fn raydan_1(x: &[f64]) -> f64 {
    numbered(x, |i, x| 0.1 * i * (x.exp() - x))
}

fn white_holst(x: &[f64]) -> f64 {
    pairs(x, |a, b| 100.0 * (b - a.powi(3)).powi(2) + (1.0 - a).powi(2))
}

fn himmelblau(x: &[f64]) -> f64 {
    x.chunks_exact(2).map(|w| (w[0] * w[0] + w[1] - 11.0).powi(2) + (w[0] + w[1] * w[1] - 7.0).powi(2)).sum()
}

fn sinquad(x: &[f64]) -> f64 {
    let n = x.len();
    let (first, last) = (x[0], x[n - 1]);
    let others = x[1..n - 1].iter().map(|x| ((x - last).sin() - first * first + x * x).powi(2));
    (first - 1.0).powi(4) + others.sum::<f64>() + (last * last - first * first).powi(2)
}

fn perturbed_quadratic(x: &[f64]) -> f64 {
    numbered(x, |i, x| i * x * x) + 0.01 * x.iter().sum::<f64>().powi(2)
}

fn dixon_price(x: &[f64]) -> f64 {
    let chain = x.windows(2).enumerate().map(|(i, w)| (i + 2) as f64 * (2.0 * w[1] * w[1] - w[0]).powi(2));
    (x[0] - 1.0).powi(2) + chain.sum::<f64>()
}

fn zakharov(x: &[f64]) -> f64 {
    let weighted = numbered(x, |i, x| 0.5 * i * x);
    x.iter().map(|x| x * x).sum::<f64>() + weighted.powi(2) + weighted.powi(4)
}
