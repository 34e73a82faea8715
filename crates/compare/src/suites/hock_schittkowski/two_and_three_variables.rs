//! Problems with two and three variables.

use super::nonlinear::{hs14, hs22};
use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    let infinite = f64::INFINITY;
    let root = f64::sqrt;
    let narrow = |name: &str, optimum: f64| {
        Statement::new(name, [-2.0, 1.0], optimum).within([-0.5, -infinite], [0.5, 1.0])
    };
    vec![
        Statement::new("hs13", [-2.0, -2.0], 1.0).nonnegative().with_nonnegative((1, 0), |x| {
            ((x[0] - 2.0).powi(2) + x[1] * x[1], vec![(1.0 - x[0]).powi(3) - x[1]], vec![])
        }),
        Statement::new("hs14", [2.0, 2.0], 9.0 - 2.875 * root(7.0)).equal([[1.0, -2.0]], [-1.0]).subject_to(
            (1, 0),
            |x| {
                let (f, c, _) = hs14(x);
                (f, c, vec![])
            },
        ),
        narrow("hs16", 0.25).with_nonnegative((2, 0), |x| {
            (rosenbrock(x), vec![x[0] + x[1] * x[1], x[0] * x[0] + x[1]], vec![])
        }),
        narrow("hs17", 1.0).with_nonnegative((2, 0), |x| {
            (rosenbrock(x), vec![x[1] * x[1] - x[0], x[0] * x[0] - x[1]], vec![])
        }),
        Statement::new("hs19", [20.1, 5.84], -6961.81381)
            .within([13.0, 0.0], [100.0, 100.0])
            .with_nonnegative((2, 0), |x| {
                let g = vec![
                    (x[0] - 5.0).powi(2) + (x[1] - 5.0).powi(2) - 100.0,
                    82.81 - (x[1] - 5.0).powi(2) - (x[0] - 6.0).powi(2),
                ];
                ((x[0] - 10.0).powi(3) + (x[1] - 20.0).powi(3), g, vec![])
            }),
        Statement::new("hs20", [-2.0, 1.0], 81.5 - 25.0 * root(3.0))
            .within([-0.5, -infinite], [0.5, infinite])
            .with_nonnegative((3, 0), |x| {
                let [a, b] = [x[0] * x[0], x[1] * x[1]];
                (rosenbrock(x), vec![x[0] + b, a + x[1], a + b - 1.0], vec![])
            }),
        Statement::new("hs22", [2.0, 2.0], 1.0).at_most([[1.0, 1.0]], [2.0]).subject_to((1, 0), |x| {
            let (f, c, _) = hs22(x);
            (f, c[1..].to_vec(), vec![])
        }),
        Statement::new("hs23", [3.0, 1.0], 2.0)
            .within([-50.0; 2], [50.0; 2])
            .at_least([[1.0, 1.0]], [1.0])
            .with_nonnegative((4, 0), |x| {
                let [a, b] = [x[0] * x[0], x[1] * x[1]];
                (a + b, vec![a + b - 1.0, 9.0 * a + b - 9.0, a - x[1], b - x[0]], vec![])
            }),
        Statement::new("hs30", [1.0; 3], 1.0)
            .within([1.0, -10.0, -10.0], [10.0; 3])
            .with_nonnegative((1, 0), |x| (squares(x), vec![squares(&x[..2]) - 1.0], vec![])),
        Statement::new("hs31", [1.0; 3], 6.0)
            .within([-10.0, 1.0, -10.0], [10.0, 10.0, 1.0])
            .with_nonnegative((1, 0), |x| {
                (9.0 * x[0] * x[0] + x[1] * x[1] + 9.0 * x[2] * x[2], vec![x[0] * x[1] - 1.0], vec![])
            }),
        Statement::new("hs32", [0.1, 0.7, 0.2], 1.0).nonnegative().equal([[1.0; 3]], [1.0]).with_nonnegative(
            (1, 0),
            |x| {
                let f = (x[0] + 3.0 * x[1] + x[2]).powi(2) + 4.0 * (x[0] - x[1]).powi(2);
                (f, vec![6.0 * x[1] + 4.0 * x[2] - x[0].powi(3) - 3.0], vec![])
            },
        ),
        Statement::new("hs33", [0.0, 0.0, 3.0], root(2.0) - 6.0)
            .within([0.0; 3], [infinite, infinite, 5.0])
            .with_nonnegative((2, 0), |x| {
                let f = (x[0] - 1.0) * (x[0] - 2.0) * (x[0] - 3.0) + x[2];
                (f, vec![x[2] * x[2] - squares(&x[..2]), squares(x) - 4.0], vec![])
            }),
        Statement::new("hs34", [0.0, 1.05, 2.9], -10.0_f64.ln().ln())
            .within([0.0; 3], [100.0, 100.0, 10.0])
            .with_nonnegative((2, 0), |x| (-x[0], vec![x[1] - x[0].exp(), x[2] - x[1].exp()], vec![])),
        hs57(),
        Statement::new("hs60", [2.0; 3], 0.03256820025).within([-10.0; 3], [10.0; 3]).subject_to(
            (0, 1),
            |x| {
                let f = (x[0] - 1.0).powi(2) + (x[0] - x[1]).powi(2) + (x[1] - x[2]).powi(4);
                let h = x[0] * (1.0 + x[1] * x[1]) + x[2].powi(4) - 4.0 - 3.0 * 2.0_f64.sqrt();
                (f, vec![], vec![h])
            },
        ),
        Statement::new("hs61", [0.0; 3], -143.6461422).subject_to((0, 2), |x| {
            let f = 4.0 * x[0] * x[0] + 2.0 * x[1] * x[1] + 2.0 * x[2] * x[2] - 33.0 * x[0] + 16.0 * x[1]
                - 24.0 * x[2];
            let h = vec![3.0 * x[0] - 2.0 * x[1] * x[1] - 7.0, 4.0 * x[0] - x[2] * x[2] - 11.0];
            (f, vec![], h)
        }),
        Statement::new("hs63", [2.0; 3], 961.7151721)
            .nonnegative()
            .equal([[8.0, 14.0, 7.0]], [56.0])
            .subject_to((0, 1), |x| {
                let f = 1000.0 - x[0] * x[0] - 2.0 * x[1] * x[1] - x[2] * x[2] - x[0] * x[1] - x[0] * x[2];
                (f, vec![], vec![squares(x) - 25.0])
            }),
        Statement::new("hs64", [1.0; 3], 6299.842428).within([1e-5; 3], [infinite; 3]).with_nonnegative(
            (1, 0),
            |x| {
                let f = 5.0 * x[0] + 5e4 / x[0] + 20.0 * x[1] + 7.2e4 / x[1] + 10.0 * x[2] + 1.44e5 / x[2];
                (f, vec![1.0 - 4.0 / x[0] - 32.0 / x[1] - 120.0 / x[2]], vec![])
            },
        ),
    ]
}

pub(super) fn squares(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

/// The fraction of chlorine left in a product after some weeks (Smith & Dubey 1964).
fn hs57() -> Case<'static> {
    /// The weeks, and the fractions found after them.
    const FOUND: [(f64, &[f64]); 18] = [
        (8.0, &[0.49, 0.49]),
        (10.0, &[0.48, 0.47, 0.48, 0.47]),
        (12.0, &[0.46, 0.46, 0.45, 0.43]),
        (14.0, &[0.45, 0.43, 0.43]),
        (16.0, &[0.44, 0.43, 0.43]),
        (18.0, &[0.46, 0.45]),
        (20.0, &[0.42, 0.42, 0.43]),
        (22.0, &[0.41, 0.41, 0.40]),
        (24.0, &[0.42, 0.40, 0.40]),
        (26.0, &[0.41, 0.40, 0.41]),
        (28.0, &[0.41, 0.40]),
        (30.0, &[0.40, 0.40, 0.38]),
        (32.0, &[0.41, 0.40]),
        (34.0, &[0.40]),
        (36.0, &[0.41, 0.38]),
        (38.0, &[0.40, 0.40]),
        (40.0, &[0.39]),
        (42.0, &[0.39]),
    ];
    Statement::new("hs57", [0.42, 5.0], 0.02845966972)
        .within([0.4, -4.0], [f64::INFINITY; 2])
        .with_nonnegative((1, 0), |x| {
            let model = |week: f64| x[0] + (0.49 - x[0]) * (-x[1] * (week - 8.0)).exp();
            let of_week = |(week, found): &(f64, &[f64])| -> f64 {
                found.iter().map(|fraction| (fraction - model(*week)).powi(2)).sum()
            };
            (FOUND.iter().map(of_week).sum(), vec![0.49 * x[1] - x[0] * x[1] - 0.09], vec![])
        })
}
