//! Problems of Hock and Schittkowski with nonlinear constraints.

use crate::Case;
use crate::suites::statement::{Statement, Values};

/// Problems of Hock & Schittkowski (1981, "Test examples for nonlinear programming codes", Lecture Notes in
/// Economics and Mathematical Systems 187) with nonlinear constraints, with the starts, bounds and optimal
/// values of the book: 10 to 12, 15, 18, 22, 29, 43, 65, 66, 93, 100 and 113 have only inequalities; 6, 7,
/// 26, 27, 39, 40 and 42 have only equalities; 14 and 71 have both. The book's `g(x) >= 0` is `-g(x) <= 0`
/// here; linear constraints are written like the others.
///
/// ```
/// let cases = compare::suites::hock_schittkowski_nonlinear();
/// let hs71 = cases.iter().find(|case| case.name() == "hs71").expect("one of them").problem(0)?;
/// assert_eq!(hs71.nonlinear_constraints(), Some(search::ConstraintCount::new(1, 1)));
/// # Ok::<(), search::Error>(())
/// ```
pub fn hock_schittkowski_nonlinear() -> Vec<Case<'static>> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    let free = |n: usize| (vec![low; n], vec![high; n]);
    let within = |lower: &[f64], upper: &[f64]| (lower.to_vec(), upper.to_vec());
    let root = f64::sqrt;
    vec![
        case("hs6", hs6, (0, 1), &[-1.2, 1.0], free(2), 0.0),
        case("hs7", hs7, (0, 1), &[2.0, 2.0], free(2), -root(3.0)),
        case("hs10", hs10, (1, 0), &[-10.0, 10.0], free(2), -1.0),
        case("hs11", hs11, (1, 0), &[4.9, 0.1], free(2), -8.498464223),
        case("hs12", hs12, (1, 0), &[0.0, 0.0], free(2), -30.0),
        case("hs14", hs14, (1, 1), &[2.0, 2.0], free(2), 9.0 - 2.875 * root(7.0)),
        case("hs15", hs15, (2, 0), &[-2.0, 1.0], within(&[low; 2], &[0.5, high]), 306.5),
        case("hs18", hs18, (2, 0), &[2.0, 2.0], within(&[2.0, 0.0], &[50.0; 2]), 5.0),
        case("hs22", hs22, (2, 0), &[2.0, 2.0], free(2), 1.0),
        case("hs26", hs26, (0, 1), &[-2.6, 2.0, 2.0], free(3), 0.0),
        case("hs27", hs27, (0, 1), &[2.0, 2.0, 2.0], free(3), 0.04),
        case("hs29", hs29, (1, 0), &[1.0, 1.0, 1.0], free(3), -16.0 * root(2.0)),
        case("hs39", hs39, (0, 2), &[2.0; 4], free(4), -1.0),
        case("hs40", hs40, (0, 3), &[0.8; 4], free(4), -0.25),
        case("hs42", hs42, (0, 2), &[1.0; 4], free(4), 28.0 - 10.0 * root(2.0)),
        case("hs43", hs43, (3, 0), &[0.0; 4], free(4), -44.0),
        case(
            "hs65",
            hs65,
            (1, 0),
            &[-5.0, 5.0, 0.0],
            within(&[-4.5, -4.5, -5.0], &[4.5, 4.5, 5.0]),
            0.9535288567,
        ),
        case("hs66", hs66, (2, 0), &[0.0, 1.05, 2.9], within(&[0.0; 3], &[100.0, 100.0, 10.0]), 0.5181632741),
        case("hs71", hs71, (1, 1), &[1.0, 5.0, 5.0, 1.0], within(&[1.0; 4], &[5.0; 4]), 17.0140173),
        case(
            "hs93",
            hs93,
            (2, 0),
            &[5.54, 4.4, 12.02, 11.82, 0.702, 0.852],
            within(&[0.0; 6], &[high; 6]),
            135.075961,
        ),
        case("hs100", hs100, (4, 0), &[1.0, 2.0, 0.0, 4.0, 0.0, 1.0, 1.0], free(7), 680.6300573),
        case(
            "hs113",
            hs113,
            (8, 0),
            &[2.0, 3.0, 5.0, 5.0, 1.0, 2.0, 7.0, 3.0, 6.0, 10.0],
            free(10),
            24.3062091,
        ),
    ]
}

fn case(
    name: &str,
    values: fn(&[f64]) -> Values,
    count: (usize, usize),
    start: &[f64],
    (lower, upper): (Vec<f64>, Vec<f64>),
    optimum: f64,
) -> Case<'static> {
    Statement::new(name, start, optimum).within(lower, upper).subject_to(count, values)
}

fn hs6(x: &[f64]) -> Values {
    ((1.0 - x[0]).powi(2), vec![], vec![10.0 * (x[1] - x[0] * x[0])])
}

fn hs7(x: &[f64]) -> Values {
    let square = x[0] * x[0];
    (square.ln_1p() - x[1], vec![], vec![(1.0 + square).powi(2) + x[1] * x[1] - 4.0])
}

fn hs10(x: &[f64]) -> Values {
    (x[0] - x[1], vec![3.0 * x[0] * x[0] - 2.0 * x[0] * x[1] + x[1] * x[1] - 1.0], vec![])
}

fn hs11(x: &[f64]) -> Values {
    ((x[0] - 5.0).powi(2) + x[1] * x[1] - 25.0, vec![x[0] * x[0] - x[1]], vec![])
}

fn hs12(x: &[f64]) -> Values {
    let f = 0.5 * x[0] * x[0] + x[1] * x[1] - x[0] * x[1] - 7.0 * x[0] - 7.0 * x[1];
    (f, vec![4.0 * x[0] * x[0] + x[1] * x[1] - 25.0], vec![])
}

pub(crate) fn hs14(x: &[f64]) -> Values {
    let inequality = 0.25 * x[0] * x[0] + x[1] * x[1] - 1.0;
    ((x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2), vec![inequality], vec![x[0] - 2.0 * x[1] + 1.0])
}

fn hs15(x: &[f64]) -> Values {
    let f = 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    (f, vec![1.0 - x[0] * x[1], -x[0] - x[1] * x[1]], vec![])
}

fn hs18(x: &[f64]) -> Values {
    let constraints = vec![25.0 - x[0] * x[1], 25.0 - x[0] * x[0] - x[1] * x[1]];
    (0.01 * x[0] * x[0] + x[1] * x[1], constraints, vec![])
}

pub(crate) fn hs22(x: &[f64]) -> Values {
    let f = (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
    (f, vec![x[0] + x[1] - 2.0, x[0] * x[0] - x[1]], vec![])
}

fn hs26(x: &[f64]) -> Values {
    let f = (x[0] - x[1]).powi(2) + (x[1] - x[2]).powi(4);
    (f, vec![], vec![(1.0 + x[1] * x[1]) * x[0] + x[2].powi(4) - 3.0])
}

fn hs27(x: &[f64]) -> Values {
    let f = 0.01 * (x[0] - 1.0).powi(2) + (x[1] - x[0] * x[0]).powi(2);
    (f, vec![], vec![x[0] + x[2] * x[2] + 1.0])
}

fn hs29(x: &[f64]) -> Values {
    let constraint = x[0] * x[0] + 2.0 * x[1] * x[1] + 4.0 * x[2] * x[2] - 48.0;
    (-x[0] * x[1] * x[2], vec![constraint], vec![])
}

fn hs39(x: &[f64]) -> Values {
    let constraints = vec![x[1] - x[0].powi(3) - x[2] * x[2], x[0] * x[0] - x[1] - x[3] * x[3]];
    (-x[0], vec![], constraints)
}

fn hs40(x: &[f64]) -> Values {
    let constraints = vec![x[0].powi(3) + x[1] * x[1] - 1.0, x[0] * x[0] * x[3] - x[2], x[3] * x[3] - x[1]];
    (-x[0] * x[1] * x[2] * x[3], vec![], constraints)
}

pub(crate) fn hs42(x: &[f64]) -> Values {
    let f = x.iter().zip([1.0, 2.0, 3.0, 4.0]).map(|(x, i)| (x - i).powi(2)).sum();
    (f, vec![], vec![x[0] - 2.0, x[2] * x[2] + x[3] * x[3] - 2.0])
}

pub(crate) fn hs43(x: &[f64]) -> Values {
    let [a, b, c, d] = [0, 1, 2, 3].map(|i| x[i] * x[i]);
    let f = a + b + 2.0 * c + d - 5.0 * x[0] - 5.0 * x[1] - 21.0 * x[2] + 7.0 * x[3];
    let constraints = vec![
        a + b + c + d + x[0] - x[1] + x[2] - x[3] - 8.0,
        a + 2.0 * b + c + 2.0 * d - x[0] - x[3] - 10.0,
        2.0 * a + b + c + 2.0 * x[0] - x[1] - x[3] - 5.0,
    ];
    (f, constraints, vec![])
}

fn hs65(x: &[f64]) -> Values {
    let f = (x[0] - x[1]).powi(2) + (x[0] + x[1] - 10.0).powi(2) / 9.0 + (x[2] - 5.0).powi(2);
    (f, vec![x.iter().map(|x| x * x).sum::<f64>() - 48.0], vec![])
}

fn hs66(x: &[f64]) -> Values {
    (0.2 * x[2] - 0.8 * x[0], vec![x[0].exp() - x[1], x[1].exp() - x[2]], vec![])
}

fn hs71(x: &[f64]) -> Values {
    let f = x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2];
    (f, vec![25.0 - x.iter().product::<f64>()], vec![x.iter().map(|x| x * x).sum::<f64>() - 40.0])
}

fn hs93(x: &[f64]) -> Values {
    let (first, second) = (x[0] * x[3] * (x[0] + x[1] + x[2]), x[1] * x[2] * (x[0] + 1.57 * x[1] + x[3]));
    let (fifth, sixth) = (x[4] * x[4], x[5] * x[5]);
    let f = (0.0204 + 0.0607 * fifth) * first + (0.0187 + 0.0437 * sixth) * second;
    let constraints = vec![
        2.07 - 0.001 * x.iter().product::<f64>(),
        0.00062 * first * fifth + 0.00058 * second * sixth - 1.0,
    ];
    (f, constraints, vec![])
}

pub(crate) fn hs100(x: &[f64]) -> Values {
    let f = (x[0] - 10.0).powi(2)
        + 5.0 * (x[1] - 12.0).powi(2)
        + x[2].powi(4)
        + 3.0 * (x[3] - 11.0).powi(2)
        + 10.0 * x[4].powi(6)
        + 7.0 * x[5] * x[5]
        + x[6].powi(4)
        - 4.0 * x[5] * x[6]
        - 10.0 * x[5]
        - 8.0 * x[6];
    let constraints = vec![
        2.0 * x[0] * x[0] + 3.0 * x[1].powi(4) + x[2] + 4.0 * x[3] * x[3] + 5.0 * x[4] - 127.0,
        7.0 * x[0] + 3.0 * x[1] + 10.0 * x[2] * x[2] + x[3] - x[4] - 282.0,
        23.0 * x[0] + x[1] * x[1] + 6.0 * x[5] * x[5] - 8.0 * x[6] - 196.0,
        4.0 * x[0] * x[0] + x[1] * x[1] - 3.0 * x[0] * x[1] + 2.0 * x[2] * x[2] + 5.0 * x[5] - 11.0 * x[6],
    ];
    (f, constraints, vec![])
}

pub(crate) fn hs113(x: &[f64]) -> Values {
    let squared = |i: usize, from: f64| (x[i] - from).powi(2);
    let f = x[0] * x[0] + x[1] * x[1] + x[0] * x[1] - 14.0 * x[0] - 16.0 * x[1]
        + squared(2, 10.0)
        + 4.0 * squared(3, 5.0)
        + squared(4, 3.0)
        + 2.0 * squared(5, 1.0)
        + 5.0 * squared(6, 0.0)
        + 7.0 * squared(7, 11.0)
        + 2.0 * squared(8, 10.0)
        + squared(9, 7.0)
        + 45.0;
    let constraints = vec![
        4.0 * x[0] + 5.0 * x[1] - 3.0 * x[6] + 9.0 * x[7] - 105.0,
        10.0 * x[0] - 8.0 * x[1] - 17.0 * x[6] + 2.0 * x[7],
        -8.0 * x[0] + 2.0 * x[1] + 5.0 * x[8] - 2.0 * x[9] - 12.0,
        3.0 * squared(0, 2.0) + 4.0 * squared(1, 3.0) + 2.0 * x[2] * x[2] - 7.0 * x[3] - 120.0,
        5.0 * x[0] * x[0] + 8.0 * x[1] + squared(2, 6.0) - 2.0 * x[3] - 40.0,
        0.5 * squared(0, 8.0) + 2.0 * squared(1, 4.0) + 3.0 * x[4] * x[4] - x[5] - 30.0,
        x[0] * x[0] + 2.0 * squared(1, 2.0) - 2.0 * x[0] * x[1] + 14.0 * x[4] - 6.0 * x[5],
        -3.0 * x[0] + 6.0 * x[1] + 12.0 * squared(8, 8.0) - 7.0 * x[9],
    ];
    (f, constraints, vec![])
}
