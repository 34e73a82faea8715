//! The smooth families on which constants were chosen.
//!
//! Numbers of "MGH" are those of Moré, Garbow & Hillstrom 1981, "Testing unconstrained optimization software", ACM Trans.
//! Math. Softw. 7, 17-41. "CUTE" is Bongartz, Conn, Gould & Toint 1995, "CUTE: Constrained and unconstrained testing
//! environment", ACM Trans. Math. Softw. 21, 123-160; its problems by name, without group scalings.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Family, Function, along, family, pairs, repeated, unknown, zero};
use crate::suites::more_garbow_hillstrom::{
    broyden_banded, broyden_tridiagonal, discrete_boundary_value, discrete_integral_equation,
    extended_powell_singular, extended_rosenbrock, parabola, trigonometric, variably_dimensioned,
};

/// The families; those whose first letters are upper-case in CUTE have its names.
pub(super) fn families() -> Vec<Family> {
    vec![
        // Toint 1978, "Some numerical results using a sparse matrix updating formula", problem 2.
        family("chained-rosenbrock", |_| plain(chained_rosenbrock), |n| repeated(n, &[-1.2, 1.0]), zero),
        // MGH 30.
        family("broyden-tridiagonal", |_| squares(broyden_tridiagonal), |n| vec![-1.0; n], zero),
        // MGH 31.
        family("broyden-banded", |_| squares(broyden_banded), |n| vec![-1.0; n], zero),
        // MGH 22.
        family(
            "powell-singular",
            |_| squares(extended_powell_singular),
            |n| repeated(n, &[3.0, -1.0, 0.0, 1.0]),
            zero,
        ),
        // MGH 23. Its minimizer has equal coordinates, the root of a cubic.
        family(
            "penalty-1",
            |_| squares(penalty_1),
            |n| (1..=n).map(|j| j as f64).collect(),
            |n| Some(least_penalty(n)),
        ),
        // MGH 25.
        family(
            "variably-dimensioned",
            |_| squares(variably_dimensioned),
            |n| (1..=n).map(|j| 1.0 - j as f64 / n as f64).collect(),
            zero,
        ),
        // MGH 26.
        family("trigonometric", |_| squares(trigonometric), |n| vec![1.0 / n as f64; n], zero),
        // MGH 27.
        family("brown-almost-linear", |_| squares(brown_almost_linear), |n| vec![0.5; n], zero),
        // MGH 28.
        family("discrete-boundary-value", |_| squares(discrete_boundary_value), parabola, zero),
        // MGH 29.
        family("discrete-integral", |_| squares(discrete_integral_equation), parabola, zero),
        // CUTE, the next eleven.
        family("tridia", |_| plain(tridia), |n| vec![1.0; n], zero),
        family("arwhead", |_| plain(arwhead), |n| vec![1.0; n], zero),
        family("bdqrtic", |_| plain(bdqrtic), |n| vec![1.0; n], unknown),
        family("dqdrtic", |_| plain(dqdrtic), |n| vec![3.0; n], zero),
        family("engval1", |_| plain(engval1), |n| vec![2.0; n], unknown),
        family("nondia", |_| plain(nondia), |n| vec![-1.0; n], zero),
        family("edensch", |_| plain(edensch), |n| vec![8.0; n], unknown),
        // MGH 21.
        family("srosenbr", |_| squares(extended_rosenbrock), |n| repeated(n, &[-1.2, 1.0]), zero),
        family("woods", |_| plain(woods), |n| repeated(n, &[-3.0, -1.0]), zero),
        family("fletchcr", |_| plain(fletchcr), |n| vec![0.0; n], zero),
        // GENHUMPS from 5 instead of 506, where its bumps no longer count.
        family("humps", |_| plain(humps), |n| vec![5.0; n], zero),
        // Hansen, Finck, Ros & Auger 2009, "Real-parameter black-box optimization benchmarking 2009: noiseless functions
        // definitions", f2 without its transformations, of condition 10⁴.
        family("ellipsoid", |_| plain(ellipsoid), |n| vec![1.0; n], zero),
        family("logistic", logistic, |n| vec![0.0; n], unknown),
        family("tanh-net", tanh_net, |n| deviates(n, 7, 0.5), unknown),
    ]
}

/// A name and what makes the function in a number of coordinates.
type Named = (&'static str, fn(usize) -> Function);

/// Sums of the absolute residuals of eight families, by their names.
pub(super) fn absolute() -> [Named; 8] {
    [
        ("broyden-tridiagonal", |_| sizes(broyden_tridiagonal)),
        ("broyden-banded", |_| sizes(broyden_banded)),
        ("powell-singular", |_| sizes(extended_powell_singular)),
        ("variably-dimensioned", |_| sizes(variably_dimensioned)),
        ("brown-almost-linear", |_| sizes(brown_almost_linear)),
        ("discrete-boundary-value", |_| sizes(discrete_boundary_value)),
        ("discrete-integral", |_| sizes(discrete_integral_equation)),
        ("srosenbr", |_| sizes(extended_rosenbrock)),
    ]
}

pub(super) fn plain(f: fn(&[f64]) -> f64) -> Function {
    Arc::new(f)
}

fn squares(residuals: fn(&[f64]) -> Vec<f64>) -> Function {
    Arc::new(move |x: &[f64]| residuals(x).iter().map(|r| r * r).sum())
}

fn sizes(residuals: fn(&[f64]) -> Vec<f64>) -> Function {
    Arc::new(move |x: &[f64]| residuals(x).iter().map(|r| r.abs()).sum())
}

fn chained_rosenbrock(x: &[f64]) -> f64 {
    pairs(x, |a, b| 100.0 * (b - a * a).powi(2) + (1.0 - a).powi(2))
}

/// The weight of the penalty function's first term.
const SMALL: f64 = 1e-5;

pub(super) fn penalty_1(x: &[f64]) -> Vec<f64> {
    let square: f64 = x.iter().map(|x| x * x).sum();
    x.iter().map(|x| SMALL.sqrt() * (x - 1.0)).chain([square - 0.25]).collect()
}

/// For a given sum of squares the first term is least where all coordinates are equal, so that the minimum is that of
/// `n a (t - 1)² + (n t² - 1/4)²`, whose derivative has one positive root.
fn least_penalty(n: usize) -> f64 {
    let n = n as f64;
    let slope = |t: f64| 2.0 * n * SMALL * (t - 1.0) + 4.0 * n * t * (n * t * t - 0.25);
    let (mut low, mut high) = (0.5 / n.sqrt() - 1e-3, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if slope(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    n * SMALL * (low - 1.0).powi(2) + (n * low * low - 0.25).powi(2)
}

pub(super) fn brown_almost_linear(x: &[f64]) -> Vec<f64> {
    let (sum, product) = (x.iter().sum::<f64>(), x.iter().product::<f64>());
    let n = x.len();
    let first = x[..n - 1].iter().map(|x| x + sum - (n + 1) as f64);
    first.chain([product - 1.0]).collect()
}

fn tridia(x: &[f64]) -> f64 {
    let chain = x.windows(2).enumerate().map(|(i, pair)| (i + 2) as f64 * (2.0 * pair[1] - pair[0]).powi(2));
    (x[0] - 1.0).powi(2) + chain.sum::<f64>()
}

fn arwhead(x: &[f64]) -> f64 {
    let (last, others) = x.split_last().expect("at least two coordinates");
    others.iter().map(|x| (x * x + last * last).powi(2) - 4.0 * x + 3.0).sum()
}

fn bdqrtic(x: &[f64]) -> f64 {
    let last = x[x.len() - 1].powi(2);
    let of = |w: &[f64]| {
        let squares =
            w[0].powi(2) + 2.0 * w[1].powi(2) + 3.0 * w[2].powi(2) + 4.0 * w[3].powi(2) + 5.0 * last;
        (3.0 - 4.0 * w[0]).powi(2) + squares.powi(2)
    };
    x[..x.len() - 1].windows(4).map(of).sum()
}

fn dqdrtic(x: &[f64]) -> f64 {
    x.windows(3).map(|w| w[0].powi(2) + 100.0 * w[1].powi(2) + 100.0 * w[2].powi(2)).sum()
}

fn engval1(x: &[f64]) -> f64 {
    pairs(x, |a, b| (a * a + b * b).powi(2) - 4.0 * a + 3.0)
}

fn nondia(x: &[f64]) -> f64 {
    let others = x[..x.len() - 1].iter().map(|y| 100.0 * (x[0] - y * y).powi(2));
    (x[0] - 1.0).powi(2) + others.sum::<f64>()
}

fn edensch(x: &[f64]) -> f64 {
    16.0 + pairs(x, |a, b| (a - 2.0).powi(4) + (a * b - 2.0 * b).powi(2) + (b + 1.0).powi(2))
}

fn woods(x: &[f64]) -> f64 {
    let of = |x: &[f64]| {
        100.0 * (x[1] - x[0].powi(2)).powi(2)
            + (1.0 - x[0]).powi(2)
            + 90.0 * (x[3] - x[2].powi(2)).powi(2)
            + (1.0 - x[2]).powi(2)
            + 10.0 * (x[1] + x[3] - 2.0).powi(2)
            + 0.1 * (x[1] - x[3]).powi(2)
    };
    x.chunks_exact(4).map(of).sum()
}

fn fletchcr(x: &[f64]) -> f64 {
    pairs(x, |a, b| 100.0 * (b - a + 1.0 - a * a).powi(2))
}

fn humps(x: &[f64]) -> f64 {
    pairs(x, |a, b| ((2.0 * a).sin() * (2.0 * b).sin()).powi(2) + 0.05 * (a * a + b * b))
}

fn ellipsoid(x: &[f64]) -> f64 {
    let n = x.len();
    x.iter().enumerate().map(|(i, x)| 1e4_f64.powf(along(i, n)) * x * x).sum()
}

/// Normal deviates of this standard deviation.
pub(super) fn deviates(count: usize, seed: u64, deviation: f64) -> Vec<f64> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..count).map(|_| deviation * random.sample::<f64, _>(StandardNormal)).collect()
}

/// Mean logistic loss of 2 n samples whose features have standard deviations from 1 to 0.1 and whose classes follow a
/// random weight vector with noise, plus 10⁻³/2 times the squared weights.
fn logistic(n: usize) -> Function {
    let samples = 2 * n;
    let (features, weights, noise) =
        (deviates(n * samples, 1, 1.0), deviates(n, 2, 1.0), deviates(samples, 3, 1.0));
    let rows: Vec<Vec<f64>> = features
        .chunks_exact(n)
        .zip(noise)
        .map(|(row, noise)| {
            let row: Vec<f64> = row.iter().enumerate().map(|(i, z)| z * 0.1_f64.powf(along(i, n))).collect();
            let score: f64 = row.iter().zip(&weights).map(|(z, w)| z * w).sum();
            let class = (score + noise).signum();
            row.into_iter().map(|z| class * z).collect()
        })
        .collect();
    Arc::new(move |x: &[f64]| {
        let loss = |row: &Vec<f64>| {
            let margin: f64 = row.iter().zip(x).map(|(z, w)| z * w).sum();
            // ln (1 + exp(-m)) without overflow.
            (-margin.abs()).exp().ln_1p() + (-margin).max(0.0)
        };
        let ridge: f64 = x.iter().map(|w| w * w).sum();
        rows.iter().map(loss).sum::<f64>() / rows.len() as f64 + 0.5e-3 * ridge
    })
}

/// Mean squared error of the net of [`tanh_errors`], plus 10⁻⁴ times the mean square of its weights.
fn tanh_net(_: usize) -> Function {
    let errors = tanh_errors();
    Arc::new(move |x: &[f64]| {
        let errors = errors(x);
        let ridge = x.iter().map(|w| w * w).sum::<f64>() / x.len() as f64;
        errors.iter().map(|error| error.powi(2)).sum::<f64>() / errors.len() as f64 + 1e-4 * ridge
    })
}

/// The errors of a net with two inputs and n / 4 tanh units on 60 samples of `sin(3a) cos(2b) + ab`. A unit has two weights, a
/// bias and an output weight.
pub(super) fn tanh_errors() -> impl Fn(&[f64]) -> Vec<f64> + Send + Sync {
    let inputs = deviates(120, 4, 1.0);
    let samples: Vec<(f64, f64, f64)> = inputs
        .chunks_exact(2)
        .map(|z| (z[0], z[1], (3.0 * z[0]).sin() * (2.0 * z[1]).cos() + z[0] * z[1]))
        .collect();
    move |x: &[f64]| {
        let error = |&(a, b, target): &(f64, f64, f64)| {
            let output: f64 = x.chunks_exact(4).map(|w| w[3] * (w[0] * a + w[1] * b + w[2]).tanh()).sum();
            output - target
        };
        samples.iter().map(error).collect()
    }
}
