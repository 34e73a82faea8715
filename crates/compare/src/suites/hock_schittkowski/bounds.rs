//! Bound-constrained problems of Hock and Schittkowski.

use search::{Bounds, Problem};

use crate::Case;

/// The problems of Hock & Schittkowski (1981, "Test examples for nonlinear programming codes", Lecture Notes
/// in Economics and Mathematical Systems 187) with bounds and no other constraints: numbers 1 to 5, 25, 38
/// and 45, with the starts, bounds and optimal values of the book. Most optima lie on a bound.
///
/// Problem 2 has a second minimum, 4.94123 near (-1.22, 1.5); at the start of 25 the objective is all but flat.
///
/// ```
/// let cases = compare::suites::hock_schittkowski();
/// let problem = cases[0].problem(0)?;
/// assert_eq!((cases[0].name(), problem.start()), ("hs1", &[-2.0, 1.0][..]));
/// assert_eq!(problem.objective().value(&[1.0, 1.0]), Ok(cases[0].optimum().unwrap()));
/// # Ok::<(), search::Error>(())
/// ```
pub fn hock_schittkowski() -> Vec<Case<'static>> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    // The book's (598/1200)^(1/2) and 400 a³ for problem 2.
    let a = (598.0_f64 / 1200.0).sqrt();
    let second = 2.0 * a * ((1.0 / (400.0 * a.powi(3))).acos() / 3.0).cos();
    let pi = std::f64::consts::PI;
    vec![
        case("hs1", rosenbrock, &[-2.0, 1.0], &[low, -1.5], &[high; 2], 0.0),
        case("hs2", rosenbrock, &[-2.0, 1.0], &[low, 1.5], &[high; 2], rosenbrock(&[second, 1.5])),
        case("hs3", hs3, &[10.0, 1.0], &[low, 0.0], &[high; 2], 0.0),
        case("hs4", hs4, &[1.125, 0.125], &[1.0, 0.0], &[high; 2], 8.0 / 3.0),
        case("hs5", hs5, &[0.0, 0.0], &[-1.5, -3.0], &[4.0, 3.0], -0.5 * 3.0_f64.sqrt() - pi / 3.0),
        case("hs25", hs25, &[100.0, 12.5, 3.0], &[0.1, 0.0, 0.0], &[100.0, 25.6, 5.0], 0.0),
        case("hs38", hs38, &[-3.0, -1.0, -3.0, -1.0], &[-10.0; 4], &[10.0; 4], 0.0),
        case("hs45", hs45, &[2.0; 5], &[0.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0], 1.0),
    ]
}

fn case(
    name: &str,
    f: fn(&[f64]) -> f64,
    start: &[f64],
    lower: &[f64],
    upper: &[f64],
    optimum: f64,
) -> Case<'static> {
    let bounds = Bounds::new(lower.to_vec(), upper.to_vec());
    let problem = bounds.and_then(|bounds| Problem::new(f, start.to_vec())?.bounded(bounds));
    Case::new(name, problem.expect("the book's numbers")).with_optimum(optimum)
}

fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

fn hs3(x: &[f64]) -> f64 {
    x[1] + 1e-5 * (x[1] - x[0]).powi(2)
}

fn hs4(x: &[f64]) -> f64 {
    (x[0] + 1.0).powi(3) / 3.0 + x[1]
}

fn hs5(x: &[f64]) -> f64 {
    (x[0] + x[1]).sin() + (x[0] - x[1]).powi(2) - 1.5 * x[0] + 2.5 * x[1] + 1.0
}

fn hs25(x: &[f64]) -> f64 {
    let term = |i: u32| {
        let part = 0.01 * f64::from(i);
        let u = 25.0 + (-50.0 * part.ln()).powf(2.0 / 3.0);
        (-part + (-(u - x[1]).powf(x[2]) / x[0]).exp()).powi(2)
    };
    (1..=99).map(term).sum()
}

fn hs38(x: &[f64]) -> f64 {
    rosenbrock(&x[..2])
        + 90.0 * (x[3] - x[2] * x[2]).powi(2)
        + (1.0 - x[2]).powi(2)
        + 10.1 * ((x[1] - 1.0).powi(2) + (x[3] - 1.0).powi(2))
        + 19.8 * (x[1] - 1.0) * (x[3] - 1.0)
}

fn hs45(x: &[f64]) -> f64 {
    2.0 - x.iter().product::<f64>() / 120.0
}
