//! Small problems with whole and granular coordinates under constraints.

use crate::Case;
use crate::suites::statement::{Statement, Values};

/// Small mixed-integer problems whose least values are found by enumeration: of all grid points, or of all values of
/// the granular coordinates with SciPy's SLSQP over the others (`scripts/certify_mixed_integer.py`).
///
/// - `floudas-1`, `-2`, `-3`: Floudas 1995, "Nonlinear and mixed-integer optimization", examples of chapter 6, as in
///   Costa & Oliveira 2001, with 2, 1 and 3 whole coordinates among 2 to 6;
/// - `knapsack`: rows over five whole coordinates and a concave value; `ball`: the point of a ball nearest to a target,
///   whole; `halves`: three coordinates in halves under an ellipsoid and a row;
/// - `hs43-integer`, `hs76-integer`, `hs100-integer`, `hs113-integer`: Hock & Schittkowski's problems with every other
///   coordinate whole, within a box.
pub fn mixed_integer() -> Vec<Case<'static>> {
    let first = Statement::new("floudas-1", [0.5, 0.0], 2.0).within([0.0; 2], [1.6, 1.0]);
    let second = Statement::new("floudas-2", [0.6, 0.0, 1.0], 1.076543083)
        .within([0.2, -2.22554, 0.0], [1.0, -1.0, 1.0]);
    vec![
        first
            .granular([0.0, 1.0])
            .at_most([[1.0, 1.0]], [1.6])
            .subject_to((1, 0), |x| (2.0 * x[0] + x[1], vec![1.25 - x[0] * x[0] - x[1]], vec![])),
        second
            .granular([0.0, 0.0, 1.0])
            .at_most([[1.0, 0.0, -1.2], [0.0, 1.0, 1.1]], [0.2, -1.0])
            .subject_to((1, 0), |x| {
                let f = 5.0 * (x[0] - 0.5).powi(2) - 0.7 * x[2] + 0.8;
                (f, vec![-(x[0] - 0.2).exp() - x[1]], vec![])
            }),
        floudas_3(),
        knapsack(),
        Statement::new("ball", [0.0; 4], 9.25).within([-9.0; 4], [9.0; 4]).granular([1.0; 4]).subject_to(
            (1, 0),
            |x| {
                let far = [7.4, -3.3, 2.6, 5.2];
                let f = x.iter().zip(far).map(|(x, far)| (x - far).powi(2)).sum();
                (f, vec![x.iter().map(|x| x * x).sum::<f64>() - 50.0], vec![])
            },
        ),
        Statement::new("halves", [1.0; 3], 2.1825)
            .within([-5.0; 3], [5.0; 3])
            .granular([0.5; 3])
            .at_most([[1.0, 1.0, 1.0]], [2.25])
            .subject_to((1, 0), |x| {
                let f = (x[0] - 2.3).powi(2) + 2.0 * (x[1] - 1.2).powi(2) + (x[2] - x[0] * x[1]).powi(2);
                (f, vec![x[0] * x[0] + 2.0 * x[1] * x[1] + x[2] * x[2] - 8.0], vec![])
            }),
        alternate("hs43-integer", [0.0; 4], 5.0, -44.0, (3, 0), super::hock_schittkowski::hs43),
        Statement::new("hs76-integer", [0.5; 4], -4.6)
            .within([0.0; 4], [5.0; 4])
            .granular([1.0, 0.0, 1.0, 0.0])
            .at_most([[1.0, 2.0, 1.0, 1.0], [3.0, 1.0, 2.0, -1.0], [0.0, -1.0, -4.0, 0.0]], [5.0, 4.0, -1.5])
            .minimizing(super::hock_schittkowski::hs76),
        alternate(
            "hs100-integer",
            [1.0, 2.0, 0.0, 4.0, 0.0, 1.0, 1.0],
            6.0,
            688.993189337,
            (4, 0),
            super::hock_schittkowski::hs100,
        ),
        alternate(
            "hs113-integer",
            [2.0, 3.0, 5.0, 5.0, 1.0, 2.0, 7.0, 3.0, 6.0, 10.0],
            12.0,
            28.531822377,
            (8, 0),
            super::hock_schittkowski::hs113,
        ),
    ]
}

/// A problem with every other coordinate whole, from the first, and a box of this half width.
fn alternate<const N: usize>(
    name: &str,
    start: [f64; N],
    limit: f64,
    optimum: f64,
    count: (usize, usize),
    values: fn(&[f64]) -> Values,
) -> Case<'static> {
    let granularity: Vec<f64> = (0..N).map(|i| if i % 2 == 0 { 1.0 } else { 0.0 }).collect();
    Statement::new(name, start, optimum)
        .within([-limit; N], [limit; N])
        .granular(granularity)
        .subject_to(count, values)
}

fn floudas_3() -> Case<'static> {
    let rows = [
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0],
        [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ];
    let high = f64::INFINITY;
    Statement::new("floudas-3", [0.0; 7], 4.579582403)
        .within([0.0; 7], [high, high, high, 1.0, 1.0, 1.0, 1.0])
        .granular([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
        .at_most(rows, [5.0, 1.2, 1.8, 2.5, 1.2])
        .subject_to((4, 0), |x| {
            let f = (x[3] - 1.0).powi(2) + (x[4] - 2.0).powi(2) + (x[5] - 1.0).powi(2) - (x[6] + 1.0).ln()
                + (x[0] - 1.0).powi(2)
                + (x[1] - 2.0).powi(2)
                + (x[2] - 3.0).powi(2);
            let square = |i: usize| x[i] * x[i];
            let c = vec![
                square(5) + square(0) + square(1) + square(2) - 5.5,
                square(4) + square(1) - 1.64,
                square(5) + square(2) - 4.25,
                square(4) + square(2) - 4.64,
            ];
            (f, c, vec![])
        })
}

fn knapsack() -> Case<'static> {
    Statement::new("knapsack", [0.0; 5], -42.641138582410)
        .within([0.0; 5], [10.0; 5])
        .granular([1.0; 5])
        .at_most([[3.0, 5.0, 2.0, 7.0, 4.0], [4.0, 1.0, 6.0, 3.0, 5.0]], [61.0, 57.0])
        .minimizing(|x| {
            let worth = [5.0, 7.0, 4.0, 9.0, 6.5];
            -x.iter().zip(worth).map(|(x, worth)| worth * (1.0 + x).ln()).sum::<f64>()
        })
}
