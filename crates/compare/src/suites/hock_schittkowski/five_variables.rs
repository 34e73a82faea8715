//! Problems with five variables.

use super::two_and_three_variables::squares;
use crate::Case;
use crate::suites::statement::{Statement, Values};

pub(super) fn problems() -> Vec<Case<'static>> {
    let root_2 = 2.0_f64.sqrt();
    let box_of_80 = |name: &str, optimum: f64| {
        let limits = [2.3, 2.3, 3.2, 3.2, 3.2];
        Statement::new(name, [-2.0, 2.0, 2.0, -1.0, -1.0], optimum).within(limits.map(|limit| -limit), limits)
    };
    vec![
        Statement::new("hs46", [root_2 / 2.0, 1.75, 0.5, 2.0, 2.0], 0.0)
            .subject_to((0, 2), |x| sines(x, 1.0, 2.0)),
        Statement::new("hs77", [2.0; 5], 0.24150513).subject_to((0, 2), |x| {
            let root_2 = 2.0_f64.sqrt();
            let (_, _, h) = sines(x, 2.0 * root_2, 8.0 + root_2);
            let f = (x[0] - 1.0).powi(2)
                + (x[0] - x[1]).powi(2)
                + (x[2] - 1.0).powi(2)
                + (x[3] - 1.0).powi(4)
                + (x[4] - 1.0).powi(6);
            (f, vec![], h)
        }),
        Statement::new("hs78", [-2.0, 1.5, 2.0, -1.0, -1.0], -2.91970041)
            .subject_to((0, 3), |x| (product(x), vec![], three(x))),
        Statement::new("hs79", [2.0; 5], 0.0787768209).subject_to((0, 3), |x| {
            let root_2 = 2.0_f64.sqrt();
            let f = (x[0] - 1.0).powi(2)
                + (x[0] - x[1]).powi(2)
                + (x[1] - x[2]).powi(2)
                + (x[2] - x[3]).powi(4)
                + (x[3] - x[4]).powi(4);
            (f, vec![], chain(x, [2.0 + 3.0 * root_2, 2.0 * root_2 - 2.0, 2.0]))
        }),
        box_of_80("hs80", 0.0539498478).subject_to((0, 3), |x| (product(x).exp(), vec![], three(x))),
        box_of_80("hs81", 0.0539498478).subject_to((0, 3), |x| {
            let f = product(x).exp() - 0.5 * (x[0].powi(3) + x[1].powi(3) + 1.0).powi(2);
            (f, vec![], three(x))
        }),
        hs83(),
        hs84(),
    ]
}

fn product(x: &[f64]) -> f64 {
    x.iter().product()
}

/// The objective of problem 46, and the equalities of 46 and 77 with these right sides.
fn sines(x: &[f64], first: f64, second: f64) -> Values {
    let f = (x[0] - x[1]).powi(2) + (x[2] - 1.0).powi(2) + (x[3] - 1.0).powi(4) + (x[4] - 1.0).powi(6);
    let h =
        vec![x[0] * x[0] * x[3] + (x[3] - x[4]).sin() - first, x[1] + x[2].powi(4) * x[3] * x[3] - second];
    (f, vec![], h)
}

/// The equalities of problems 47 and 79.
fn chain(x: &[f64], right: [f64; 3]) -> Vec<f64> {
    vec![
        x[0] + x[1] * x[1] + x[2].powi(3) - right[0],
        x[1] - x[2] * x[2] + x[3] - right[1],
        x[0] * x[4] - right[2],
    ]
}

/// The equalities of problems 78, 80 and 81.
fn three(x: &[f64]) -> Vec<f64> {
    vec![squares(x) - 10.0, x[1] * x[2] - 5.0 * x[3] * x[4], x[0].powi(3) + x[1].powi(3) + 1.0]
}

/// Colville's third problem; the fourth of CEC 2006 has the same constraints and objective.
fn hs83() -> Case<'static> {
    Statement::new("hs83", [78.0, 33.0, 27.0, 27.0, 27.0], -30665.53867)
        .within([78.0, 33.0, 27.0, 27.0, 27.0], [102.0, 45.0, 45.0, 45.0, 45.0])
        .with_nonnegative((6, 0), |x| {
            let f = 5.3578547 * x[2] * x[2] + 0.8356891 * x[0] * x[4] + 37.293239 * x[0] - 40792.141;
            let u = 85.334407 + 0.0056858 * x[1] * x[4] + 0.0006262 * x[0] * x[3] - 0.0022053 * x[2] * x[4];
            let v = 80.51249 + 0.0071317 * x[1] * x[4] + 0.0029955 * x[0] * x[1] + 0.0021813 * x[2] * x[2];
            let w = 9.300961 + 0.0047026 * x[2] * x[4] + 0.0012547 * x[0] * x[2] + 0.0019085 * x[2] * x[3];
            (f, vec![u, 92.0 - u, v - 90.0, 110.0 - v, w - 20.0, 25.0 - w], vec![])
        })
}

/// Colville's fourth problem.
fn hs84() -> Case<'static> {
    /// Coefficients of `x1`, `x1 x2`, `x1 x3`, `x1 x4`, `x1 x5`.
    const OBJECTIVE: [f64; 5] = [-8720288.849, 150512.5253, -156.6950325, 476470.3222, 729482.8271];
    const CONSTRAINTS: [([f64; 5], f64); 3] = [
        ([-145421.402, 2931.1506, -40.427932, 5106.192, 15711.36], 294000.0),
        ([-155011.1084, 4360.53352, 12.9492344, 10236.884, 13176.786], 294000.0),
        ([-326669.5104, 7390.68412, -27.8986976, 16643.076, 30988.146], 277200.0),
    ];
    Statement::new("hs84", [2.52, 2.0, 37.5, 9.25, 6.8], -5280335.133)
        .within([0.0, 1.2, 20.0, 9.0, 6.5], [1000.0, 2.4, 60.0, 9.3, 7.0])
        .with_nonnegative((6, 0), |x| {
            let sum = |a: [f64; 5]| x[0] * (a[0] + a[1] * x[1] + a[2] * x[2] + a[3] * x[3] + a[4] * x[4]);
            let sums = CONSTRAINTS.map(|(a, limit)| (sum(a), limit));
            let g = sums.iter().flat_map(|&(sum, limit)| [sum, limit - sum]).collect();
            (24345.0 - sum(OBJECTIVE), g, vec![])
        })
}
