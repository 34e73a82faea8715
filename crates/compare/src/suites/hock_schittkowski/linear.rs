//! Problems of Hock and Schittkowski under linear constraints.

use crate::Case;
use crate::suites::statement::Statement;

/// Problems of Hock & Schittkowski (1981, "Test examples for nonlinear programming codes", Lecture Notes in Economics and
/// Mathematical Systems 187) whose constraints are linear, and bounds: numbers 9, 21, 24, 28, 35, 36, 37, 41, 44, 48 to 53,
/// 62, 76 and 86, with the starts and optimal values of the book. Some of its starts are not feasible.
///
/// Problem 44 has several minima; so has 9, all of one value. 24, 36 and 37 are not convex.
///
/// ```
/// let cases = compare::suites::linear_constraints();
/// let problem = cases[1].problem(0)?;
/// assert_eq!((cases[1].name(), problem.start()), ("hs21", &[-1.0, -1.0][..]));
/// assert!(problem.linear().is_some());
/// # Ok::<(), search::Error>(())
/// ```
pub fn linear_constraints() -> Vec<Case<'static>> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    let positive = |n: usize| (vec![0.0; n], vec![high; n]);
    let free = |n: usize| (vec![low; n], vec![high; n]);
    let within = |l: &[f64], u: &[f64]| (l.to_vec(), u.to_vec());
    let sums_of_50: [&[f64]; 3] =
        [&[1.0, 2.0, 3.0, 0.0, 0.0], &[0.0, 1.0, 2.0, 3.0, 0.0], &[0.0, 0.0, 1.0, 2.0, 3.0]];
    let pairs: [&[f64]; 3] =
        [&[1.0, 3.0, 0.0, 0.0, 0.0], &[0.0, 0.0, 1.0, 1.0, -2.0], &[0.0, 1.0, 0.0, 0.0, -1.0]];
    let root_3 = 3.0_f64.sqrt();
    vec![
        case("hs9", hs9, &[0.0, 0.0], free(2), &[], &[], &[&[4.0, -3.0]], &[0.0], -0.5),
        case(
            "hs21",
            hs21,
            &[-1.0, -1.0],
            within(&[2.0, -50.0], &[50.0; 2]),
            &[&[-10.0, 1.0]],
            &[-10.0],
            &[],
            &[],
            -99.96,
        ),
        case(
            "hs24",
            hs24,
            &[1.0, 0.5],
            positive(2),
            &[&[-1.0 / root_3, 1.0], &[-1.0, -root_3], &[1.0, root_3]],
            &[0.0, 0.0, 6.0],
            &[],
            &[],
            -1.0,
        ),
        case("hs28", hs28, &[-4.0, 1.0, 1.0], free(3), &[], &[], &[&[1.0, 2.0, 3.0]], &[1.0], 0.0),
        case("hs35", hs35, &[0.5; 3], positive(3), &[&[1.0, 1.0, 2.0]], &[3.0], &[], &[], 1.0 / 9.0),
        case(
            "hs36",
            hs36,
            &[10.0; 3],
            within(&[0.0; 3], &[20.0, 11.0, 42.0]),
            &[&[1.0, 2.0, 2.0]],
            &[72.0],
            &[],
            &[],
            -3300.0,
        ),
        case(
            "hs37",
            hs36,
            &[10.0; 3],
            within(&[0.0; 3], &[42.0; 3]),
            &[&[1.0, 2.0, 2.0], &[-1.0, -2.0, -2.0]],
            &[72.0, 0.0],
            &[],
            &[],
            -3456.0,
        ),
        case(
            "hs41",
            hs41,
            &[2.0; 4],
            within(&[0.0; 4], &[1.0, 1.0, 1.0, 2.0]),
            &[],
            &[],
            &[&[1.0, 2.0, 2.0, -1.0]],
            &[0.0],
            52.0 / 27.0,
        ),
        case(
            "hs44",
            hs44,
            &[0.0; 4],
            positive(4),
            &[
                &[1.0, 2.0, 0.0, 0.0],
                &[4.0, 1.0, 0.0, 0.0],
                &[3.0, 4.0, 0.0, 0.0],
                &[0.0, 0.0, 2.0, 1.0],
                &[0.0, 0.0, 1.0, 2.0],
                &[0.0, 0.0, 1.0, 1.0],
            ],
            &[8.0, 12.0, 12.0, 8.0, 8.0, 5.0],
            &[],
            &[],
            -15.0,
        ),
        case(
            "hs48",
            hs48,
            &[3.0, 5.0, -3.0, 2.0, -2.0],
            free(5),
            &[],
            &[],
            &[&[1.0; 5], &[0.0, 0.0, 1.0, -2.0, -2.0]],
            &[5.0, -3.0],
            0.0,
        ),
        case(
            "hs49",
            hs49,
            &[10.0, 7.0, 2.0, -3.0, 0.8],
            free(5),
            &[],
            &[],
            &[&[1.0, 1.0, 1.0, 4.0, 0.0], &[0.0, 0.0, 1.0, 0.0, 5.0]],
            &[7.0, 6.0],
            0.0,
        ),
        case("hs50", hs50, &[35.0, -31.0, 11.0, 5.0, -5.0], free(5), &[], &[], &sums_of_50, &[6.0; 3], 0.0),
        case("hs51", hs51, &[2.5, 0.5, 2.0, -1.0, 0.5], free(5), &[], &[], &pairs, &[4.0, 0.0, 0.0], 0.0),
        case("hs52", hs52, &[2.0; 5], free(5), &[], &[], &pairs, &[0.0; 3], 1859.0 / 349.0),
        case(
            "hs53",
            hs51,
            &[2.0; 5],
            within(&[-10.0; 5], &[10.0; 5]),
            &[],
            &[],
            &pairs,
            &[0.0; 3],
            176.0 / 43.0,
        ),
        case(
            "hs62",
            hs62,
            &[0.7, 0.2, 0.1],
            within(&[0.0; 3], &[1.0; 3]),
            &[],
            &[],
            &[&[1.0; 3]],
            &[1.0],
            -26272.51448,
        ),
        case(
            "hs76",
            hs76,
            &[0.5; 4],
            positive(4),
            &[&[1.0, 2.0, 1.0, 1.0], &[3.0, 1.0, 2.0, -1.0], &[0.0, -1.0, -4.0, 0.0]],
            &[5.0, 4.0, -1.5],
            &[],
            &[],
            -4.681818181,
        ),
        hs86(),
    ]
}

#[allow(clippy::too_many_arguments, reason = "the book's table, line by line")]
fn case(
    name: &str,
    f: fn(&[f64]) -> f64,
    start: &[f64],
    (lower, upper): (Vec<f64>, Vec<f64>),
    a: &[&[f64]],
    b: &[f64],
    aeq: &[&[f64]],
    beq: &[f64],
    optimum: f64,
) -> Case<'static> {
    let rows = |rows: &[&[f64]]| rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
    Statement::new(name, start, optimum)
        .within(lower, upper)
        .at_most(rows(a), b)
        .equal(rows(aeq), beq)
        .minimizing(f)
}

fn hs9(x: &[f64]) -> f64 {
    let pi = std::f64::consts::PI;
    (pi * x[0] / 12.0).sin() * (pi * x[1] / 16.0).cos()
}

fn hs21(x: &[f64]) -> f64 {
    0.01 * x[0] * x[0] + x[1] * x[1] - 100.0
}

fn hs24(x: &[f64]) -> f64 {
    ((x[0] - 3.0).powi(2) - 9.0) * x[1].powi(3) / (27.0 * 3.0_f64.sqrt())
}

fn hs28(x: &[f64]) -> f64 {
    (x[0] + x[1]).powi(2) + (x[1] + x[2]).powi(2)
}

fn hs35(x: &[f64]) -> f64 {
    9.0 - 8.0 * x[0] - 6.0 * x[1] - 4.0 * x[2]
        + 2.0 * x[0] * x[0]
        + 2.0 * x[1] * x[1]
        + x[2] * x[2]
        + 2.0 * x[0] * x[1]
        + 2.0 * x[0] * x[2]
}

fn hs36(x: &[f64]) -> f64 {
    -x[0] * x[1] * x[2]
}

fn hs41(x: &[f64]) -> f64 {
    2.0 - x[0] * x[1] * x[2]
}

fn hs44(x: &[f64]) -> f64 {
    x[0] - x[1] - x[2] - x[0] * x[2] + x[0] * x[3] + x[1] * x[2] - x[1] * x[3]
}

fn hs48(x: &[f64]) -> f64 {
    (x[0] - 1.0).powi(2) + (x[1] - x[2]).powi(2) + (x[3] - x[4]).powi(2)
}

fn hs49(x: &[f64]) -> f64 {
    (x[0] - x[1]).powi(2) + (x[2] - 1.0).powi(2) + (x[3] - 1.0).powi(4) + (x[4] - 1.0).powi(6)
}

fn hs50(x: &[f64]) -> f64 {
    (x[0] - x[1]).powi(2) + (x[1] - x[2]).powi(2) + (x[2] - x[3]).powi(4) + (x[3] - x[4]).powi(2)
}

fn hs51(x: &[f64]) -> f64 {
    (x[0] - x[1]).powi(2) + (x[1] + x[2] - 2.0).powi(2) + (x[3] - 1.0).powi(2) + (x[4] - 1.0).powi(2)
}

fn hs52(x: &[f64]) -> f64 {
    (4.0 * x[0] - x[1]).powi(2) + (x[1] + x[2] - 2.0).powi(2) + (x[3] - 1.0).powi(2) + (x[4] - 1.0).powi(2)
}

fn hs62(x: &[f64]) -> f64 {
    let rest = |from: usize| x[from..].iter().sum::<f64>() + 0.03;
    let term = |i: usize, share: f64| ((rest(i)) / (share * x[i] + rest(i + 1))).ln();
    -32.174 * (255.0 * term(0, 0.09) + 280.0 * term(1, 0.07) + 290.0 * term(2, 0.13))
}

pub(crate) fn hs76(x: &[f64]) -> f64 {
    x[0] * x[0] + 0.5 * x[1] * x[1] + x[2] * x[2] + 0.5 * x[3] * x[3] - x[0] * x[2] + x[2] * x[3]
        - x[0]
        - 3.0 * x[1]
        + x[2]
        - x[3]
}

/// The numbers of problems 86 and 117.
pub(super) const E: [f64; 5] = [-15.0, -27.0, -36.0, -18.0, -12.0];
/// See [`E`].
pub(super) const C: [[f64; 5]; 5] = [
    [30.0, -20.0, -10.0, 32.0, -10.0],
    [-20.0, 39.0, -6.0, -31.0, 32.0],
    [-10.0, -6.0, 10.0, -6.0, -10.0],
    [32.0, -31.0, -6.0, 39.0, -20.0],
    [-10.0, 32.0, -10.0, -20.0, 30.0],
];
/// See [`E`].
pub(super) const D: [f64; 5] = [4.0, 8.0, 10.0, 6.0, 2.0];
/// The rows `A x >= B` of problem 86.
pub(super) const A: [[f64; 5]; 10] = [
    [-16.0, 2.0, 0.0, 1.0, 0.0],
    [0.0, -2.0, 0.0, 4.0, 2.0],
    [-3.5, 0.0, 2.0, 0.0, 0.0],
    [0.0, -2.0, 0.0, -4.0, -1.0],
    [0.0, -9.0, -2.0, 1.0, -2.8],
    [2.0, 0.0, -4.0, 0.0, 0.0],
    [-1.0, -1.0, -1.0, -1.0, -1.0],
    [-1.0, -2.0, -3.0, -2.0, -1.0],
    [1.0, 2.0, 3.0, 4.0, 5.0],
    [1.0, 1.0, 1.0, 1.0, 1.0],
];
/// See [`E`].
pub(super) const B: [f64; 10] = [-40.0, -2.0, -0.25, -4.0, -4.0, -1.0, -40.0, -60.0, 5.0, 1.0];

fn hs86() -> Case<'static> {
    fn f(x: &[f64]) -> f64 {
        let terms = (0..5).map(|j| {
            let quadratic: f64 = (0..5).map(|i| C[i][j] * x[i] * x[j]).sum();
            E[j] * x[j] + quadratic + D[j] * x[j].powi(3)
        });
        terms.sum()
    }
    let a: Vec<Vec<f64>> = A.iter().map(|row| row.iter().map(|a| -a).collect()).collect();
    let a: Vec<&[f64]> = a.iter().map(Vec::as_slice).collect();
    let b = B.map(|b| -b);
    let bounds = (vec![0.0; 5], vec![f64::INFINITY; 5]);
    case("hs86", f, &[0.0, 0.0, 0.0, 0.0, 1.0], bounds, &a, &b, &[], &[], -32.34867897)
}
