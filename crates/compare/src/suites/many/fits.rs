//! Fits of any number of coordinates, whose residuals a solver may ask for.
//!
//! "MGH", "CUTE" and "Andrei" are as in the modules of the other families.

use std::sync::Arc;

use rand::RngExt;
use search::{Error, Problem};

use super::classes::{NOISE, within_boxes};
use super::smooth::{brown_almost_linear, deviates, penalty_1, tanh_errors};
use super::{Class, Half, along, repeated};
use crate::Case;
use crate::suites::more_garbow_hillstrom::{
    broyden_banded, broyden_tridiagonal, discrete_boundary_value, discrete_integral_equation,
    extended_powell_singular, extended_rosenbrock, parabola, trigonometric, variably_dimensioned,
};
use crate::suites::more_wild::at_point;
use crate::suites::rotated;
use crate::suites::squares::Squares;

/// Residuals of n coordinates.
type Residuals = Arc<dyn Fn(&[f64]) -> Vec<f64> + Send + Sync>;

/// A family of fits.
struct FitFamily {
    name: &'static str,
    make: fn(usize) -> Residuals,
    start: fn(usize) -> Vec<f64>,
}

const fn fit(name: &'static str, make: fn(usize) -> Residuals, start: fn(usize) -> Vec<f64>) -> FitFamily {
    FitFamily { name, make, start }
}

fn plain(residuals: fn(&[f64]) -> Vec<f64>) -> Residuals {
    Arc::new(residuals)
}

/// Those on which constants were chosen.
fn chosen() -> Vec<FitFamily> {
    vec![
        fit("chained-rosenbrock", |_| plain(chained_rosenbrock), |n| repeated(n, &[-1.2, 1.0])),
        fit("broyden-tridiagonal", |_| plain(broyden_tridiagonal), |n| vec![-1.0; n]),
        fit("broyden-banded", |_| plain(broyden_banded), |n| vec![-1.0; n]),
        fit("powell-singular", |_| plain(extended_powell_singular), |n| repeated(n, &[3.0, -1.0, 0.0, 1.0])),
        fit("penalty-1", |_| plain(penalty_1), |n| (1..=n).map(|j| j as f64).collect()),
        fit(
            "variably-dimensioned",
            |_| plain(variably_dimensioned),
            |n| (1..=n).map(|j| 1.0 - j as f64 / n as f64).collect(),
        ),
        fit("trigonometric", |_| plain(trigonometric), |n| vec![1.0 / n as f64; n]),
        fit("brown-almost-linear", |_| plain(brown_almost_linear), |n| vec![0.5; n]),
        fit("discrete-boundary-value", |_| plain(discrete_boundary_value), parabola),
        fit("discrete-integral", |_| plain(discrete_integral_equation), parabola),
        fit("srosenbr", |_| plain(extended_rosenbrock), |n| repeated(n, &[-1.2, 1.0])),
        fit("tanh-net", tanh_net, |n| deviates(n, 7, 0.5)),
    ]
}

/// Those that judge.
fn judging() -> Vec<FitFamily> {
    vec![
        // CUTE.
        fit("liarwhd", |_| plain(liarwhd), |n| vec![4.0; n]),
        fit("nondquar", |_| plain(nondquar), |n| repeated(n, &[1.0, -1.0])),
        fit("freuroth", |_| plain(freuroth), |n| [0.5, -2.0].into_iter().chain(vec![0.0; n - 2]).collect()),
        fit("tquartic", |_| plain(tquartic), |n| vec![0.1; n]),
        fit("cragglvy", |_| plain(cragglvy), |n| [1.0].into_iter().chain(vec![2.0; n - 1]).collect()),
        fit("bdqrtic", |_| plain(bdqrtic), |n| vec![1.0; n]),
        fit("bratu", |_| plain(bratu), |n| vec![0.0; n]),
        // Andrei.
        fit("white-holst", |_| plain(white_holst), |n| repeated(n, &[-1.2, 1.0])),
        fit("himmelblau", |_| plain(himmelblau), |n| vec![1.0; n]),
        fit("dixon-price", |_| plain(dixon_price), |n| vec![2.0; n]),
        // MGH 24 and 35.
        fit("penalty-2", |_| plain(penalty_2), |n| vec![0.5; n]),
        fit("chebyquad", |_| plain(chebyquad), |n| (1..=n).map(|j| j as f64 / (n + 1) as f64).collect()),
        fit("spectrum", spectrum, |n| {
            (0..n / 4).flat_map(|k| [0.5, 3.0 * k as f64 + 0.5, 1.5, 0.0]).collect()
        }),
        fit("shared-decay", shared_decay, |n| vec![0.5; n]),
    ]
}

/// The fits of a class with n coordinates, n a multiple of 4 and at least 8, as [`many`](super::many) has them: in classes
/// smooth, rotated, noisy (a factor `1 + 10⁻³ u` on each residual, with u uniform in ±1) and bounded. No case for the others.
///
/// ```
/// use compare::suites::{Class, Half, many_fits};
///
/// let cases = many_fits(Class::Smooth, Half::Chosen, 20);
/// let problem = cases[0].problem(1)?;
/// assert_eq!((cases[0].name(), problem.dimension()), ("chained-rosenbrock-20-fit", 20));
/// assert!(problem.shared_objective().residuals().is_some());
/// # Ok::<(), search::Error>(())
/// ```
pub fn many_fits(class: Class, half: Half, n: usize) -> Vec<Case<'static>> {
    if matches!(class, Class::Wavy | Class::Kinks) {
        return Vec::new();
    }
    let families = match half {
        Half::Chosen => chosen(),
        Half::Judging => judging(),
    };
    let cases =
        families.iter().enumerate().map(|(number, family)| case(class, family, number as u64, n)).collect();
    if class == Class::Rotated { rotated(cases) } else { cases }
}

fn case(class: Class, family: &FitFamily, number: u64, n: usize) -> Case<'static> {
    let name = match class {
        Class::Smooth | Class::Rotated => format!("{}-{n}-fit", family.name),
        _ => format!("{}-{n}-fit-{}", family.name, class.name()),
    };
    let (residuals, published) = ((family.make)(n), (family.start)(n));
    let (truth, count) = (residuals.clone(), residuals(&published).len());
    let case = Case::seeded(name, move |seed: u64| -> Result<Problem<'static>, Error> {
        let residuals = residuals.clone();
        let seen = move |x: &[f64]| -> Vec<f64> {
            let mut noise = at_point(x, seed);
            let factor = |r: f64| {
                if class == Class::Noisy { r * (1.0 + NOISE * noise.random_range(-1.0..=1.0)) } else { r }
            };
            residuals(x).into_iter().map(factor).collect()
        };
        within_boxes(class, Arc::new(Squares { count, residuals: seen }), &published, (seed, number))
    });
    if class == Class::Noisy {
        case.with_truth(move |x: &[f64]| truth(x).iter().map(|r| r * r).sum::<f64>())
    } else {
        case
    }
}

fn chained_rosenbrock(x: &[f64]) -> Vec<f64> {
    x.windows(2).flat_map(|w| [10.0 * (w[1] - w[0] * w[0]), 1.0 - w[0]]).collect()
}

fn liarwhd(x: &[f64]) -> Vec<f64> {
    x.iter().flat_map(|y| [2.0 * (y * y - x[0]), y - 1.0]).collect()
}

fn nondquar(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let chain = x[..n - 1].windows(2).map(|pair| (pair[0] + pair[1] + x[n - 1]).powi(2));
    chain.chain([x[0] - x[1], x[n - 2] + x[n - 1]]).collect()
}

fn freuroth(x: &[f64]) -> Vec<f64> {
    let of = |w: &[f64]| {
        let (a, b) = (w[0], w[1]);
        [a - 13.0 + ((5.0 - b) * b - 2.0) * b, a - 29.0 + ((b + 1.0) * b - 14.0) * b]
    };
    x.windows(2).flat_map(of).collect()
}

fn tquartic(x: &[f64]) -> Vec<f64> {
    [x[0] - 1.0].into_iter().chain(x[1..].iter().map(|y| x[0] * x[0] - y * y)).collect()
}

fn cragglvy(x: &[f64]) -> Vec<f64> {
    let of = |w: &[f64]| {
        let tangent = (w[2] - w[3]).tan();
        [
            (w[0].exp() - w[1]).powi(2),
            10.0 * (w[1] - w[2]).powi(3),
            tangent * tangent,
            w[0].powi(4),
            w[3] - 1.0,
        ]
    };
    x.windows(4).step_by(2).flat_map(of).collect()
}

fn bdqrtic(x: &[f64]) -> Vec<f64> {
    let last = x[x.len() - 1].powi(2);
    let of = |w: &[f64]| {
        let squares = (1..).zip(w).map(|(i, x)| f64::from(i) * x * x).sum::<f64>();
        [3.0 - 4.0 * w[0], squares + 5.0 * last]
    };
    x[..x.len() - 1].windows(4).flat_map(of).collect()
}

/// `-Δu = 4 exp u` on a grid of 4 by n / 4 inner points with u = 0 around it, by five points (problem BRATU2D of CUTE on
/// another grid).
fn bratu(x: &[f64]) -> Vec<f64> {
    let width = x.len() / 4;
    let h = 1.0 / (width + 1) as f64;
    let at = |row: isize, column: isize| {
        let is_inside = (0..4).contains(&row) && (0..width as isize).contains(&column);
        if is_inside { x[row as usize * width + column as usize] } else { 0.0 }
    };
    let of = |(row, column): (isize, isize)| {
        let around = at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1);
        4.0 * at(row, column) - around - 4.0 * h * h * at(row, column).exp()
    };
    (0..4).flat_map(|row| (0..width as isize).map(move |column| (row, column))).map(of).collect()
}

fn white_holst(x: &[f64]) -> Vec<f64> {
    x.windows(2).flat_map(|w| [10.0 * (w[1] - w[0].powi(3)), 1.0 - w[0]]).collect()
}

fn himmelblau(x: &[f64]) -> Vec<f64> {
    x.chunks_exact(2).flat_map(|w| [w[0] * w[0] + w[1] - 11.0, w[0] + w[1] * w[1] - 7.0]).collect()
}

fn dixon_price(x: &[f64]) -> Vec<f64> {
    let chain = x.windows(2).enumerate().map(|(i, w)| ((i + 2) as f64).sqrt() * (2.0 * w[1] * w[1] - w[0]));
    [x[0] - 1.0].into_iter().chain(chain).collect()
}

fn penalty_2(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let root = 1e-5_f64.sqrt();
    let chain = x.windows(2).enumerate().map(|(i, w)| {
        let y = (0.1 * (i + 2) as f64).exp() + (0.1 * (i + 1) as f64).exp();
        root * ((0.1 * w[1]).exp() + (0.1 * w[0]).exp() - y)
    });
    let others = x[1..].iter().map(|x| root * ((0.1 * x).exp() - (-0.1_f64).exp()));
    let weighted = x.iter().enumerate().map(|(j, x)| (n - j) as f64 * x * x).sum::<f64>() - 1.0;
    [x[0] - 0.2].into_iter().chain(chain).chain(others).chain([weighted]).collect()
}

/// The means of the Chebyshev polynomials of degree 1 to n on [0, 1] at the coordinates, less their integrals.
fn chebyquad(x: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut sums = vec![0.0; n];
    for x in x {
        let t = 2.0 * x - 1.0;
        let (mut before, mut now) = (1.0, t);
        for sum in &mut sums {
            *sum += now;
            (before, now) = (now, 2.0 * t * now - before);
        }
    }
    let integral = |i: usize| if i.is_multiple_of(2) { -1.0 / ((i * i) as f64 - 1.0) } else { 0.0 };
    sums.iter().enumerate().map(|(i, sum)| sum / n as f64 - integral(i + 1)).collect()
}

/// A spectrum of n / 4 lines three apart, each with a height, place, width and a background around it, on four samples per
/// unit with errors of 0.02.
fn spectrum(n: usize) -> Residuals {
    let shape = move |x: &[f64], t: f64| -> f64 {
        let line = |(k, w): (usize, &[f64])| {
            let background = w[3] * (-((t - 3.0 * k as f64) / 2.0).powi(2)).exp();
            w[0] * (-((t - w[1]) / w[2]).powi(2)).exp() + background
        };
        // What is further away than ten units changes nothing.
        x.chunks_exact(4).enumerate().filter(|(k, _)| (t - 3.0 * *k as f64).abs() < 10.0).map(line).sum()
    };
    let samples: Vec<f64> = (0..3 * n).map(|i| 0.25 * i as f64).collect();
    let heights = deviates(n, 8, 0.3);
    let truth: Vec<f64> = (0..n / 4)
        .flat_map(|k| {
            let w = &heights[4 * k..4 * k + 4];
            [1.0 + w[0], 3.0 * k as f64 + w[1], 1.0 + w[2].abs(), 0.2 * w[3]]
        })
        .collect();
    let errors = deviates(samples.len(), 9, 0.02);
    let data: Vec<f64> = samples.iter().zip(errors).map(|(t, error)| shape(&truth, *t) + error).collect();
    Arc::new(move |x: &[f64]| samples.iter().zip(&data).map(|(t, y)| shape(x, *t) - y).collect())
}

/// Curves `a_k exp(-s t) + b_k` with one rate s in common: n - 1 heights and backgrounds (the last curve has no background) on
/// eight samples each, with errors of 0.05.
fn shared_decay(n: usize) -> Residuals {
    let shape = |x: &[f64], k: usize, t: f64| {
        let background = x.get(2 * k + 2).copied().unwrap_or(0.0);
        x[2 * k + 1] * (-x[0] * t).exp() + background
    };
    let truth: Vec<f64> =
        (0..n).map(|i| if i == 0 { 1.3 } else { 1.0 + 2.0 * along(7 * i % n, n) }).collect();
    let errors = deviates(4 * n, 10, 0.05);
    let at = |i: usize| (i / 8, 0.4 * (i % 8) as f64);
    let data: Vec<f64> = (0..4 * n).map(|i| shape(&truth, at(i).0, at(i).1) + errors[i]).collect();
    Arc::new(move |x: &[f64]| {
        data.iter().enumerate().map(|(i, y)| shape(x, i / 8, 0.4 * (i % 8) as f64) - y).collect()
    })
}

/// The errors of the net of [`tanh_errors`], and its weights with a factor of 0.01.
fn tanh_net(_: usize) -> Residuals {
    let errors = tanh_errors();
    Arc::new(move |x: &[f64]| errors(x).into_iter().chain(x.iter().map(|w| 0.01 * w)).collect())
}
