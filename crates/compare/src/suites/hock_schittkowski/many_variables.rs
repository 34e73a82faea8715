//! Problems with ten to sixteen variables.

use super::linear::{A, B, C, D, E};
use super::nonlinear::hs113;
use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    let first_rows = [
        [4.0, 5.0, 0.0, 0.0, 0.0, 0.0, -3.0, 9.0, 0.0, 0.0],
        [10.0, -8.0, 0.0, 0.0, 0.0, 0.0, -17.0, 2.0, 0.0, 0.0],
        [-8.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, -2.0],
    ];
    vec![
        hs111(),
        hs112(),
        Statement::new("hs113", [2.0, 3.0, 5.0, 5.0, 1.0, 2.0, 7.0, 3.0, 6.0, 10.0], 24.3062091)
            .at_most(first_rows, [105.0, 0.0, 12.0])
            .subject_to((5, 0), |x| {
                let (f, c, _) = hs113(x);
                (f, c[3..].to_vec(), vec![])
            }),
        hs114(),
        hs116(),
        hs117(),
        hs118(),
        hs119(),
    ]
}

/// The free energies of problems 111 and 112.
const ENERGIES: [f64; 10] =
    [-6.089, -17.164, -34.054, -5.914, -24.721, -14.986, -24.1, -10.708, -26.662, -22.179];

/// The atoms of hydrogen, nitrogen and oxygen in each substance.
const ATOMS: [[f64; 10]; 3] = [
    [1.0, 2.0, 2.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
    [0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 1.0],
];

/// The amounts of the atoms.
const AMOUNTS: [f64; 3] = [2.0, 1.0, 1.0];

fn free_energy(amounts: &[f64]) -> f64 {
    let whole: f64 = amounts.iter().sum();
    amounts.iter().zip(ENERGIES).map(|(amount, energy)| amount * (energy + (amount / whole).ln())).sum()
}

/// The chemical equilibrium with logarithms of amounts.
fn hs111() -> Case<'static> {
    Statement::new("hs111", [-2.3; 10], -47.76109026).within([-100.0; 10], [100.0; 10]).subject_to(
        (0, 3),
        |x| {
            let amounts: Vec<f64> = x.iter().map(|x| x.exp()).collect();
            let left = |row: [f64; 10]| row.iter().zip(&amounts).map(|(a, x)| a * x).sum::<f64>();
            let h = ATOMS.iter().zip(AMOUNTS).map(|(row, amount)| left(*row) - amount).collect();
            (free_energy(&amounts), vec![], h)
        },
    )
}

/// The same with amounts. The book's -47.707579 is not the least value, which is that of problem 111.
fn hs112() -> Case<'static> {
    Statement::new("hs112", [0.1; 10], -47.76109026)
        .within([1e-6; 10], [f64::INFINITY; 10])
        .equal(ATOMS, AMOUNTS)
        .minimizing(free_energy)
}

/// Alkylation (Bracken & McCormick 1968).
fn hs114() -> Case<'static> {
    const A: f64 = 0.99;
    const B: f64 = 0.9;
    let coordinates = |pairs: &[(usize, f64)]| {
        let mut row = [0.0; 10];
        pairs.iter().for_each(|&(i, a)| row[i] = a);
        row
    };
    // The pairs of rows 35.82 - 0.222 x10 - b x9 and -133 + 3 x7 - a x10, between 0 and a share of x9 and of x10.
    let rows = [
        coordinates(&[(9, -0.222), (8, -B)]),
        coordinates(&[(6, 3.0), (9, -A)]),
        coordinates(&[(9, 0.222), (8, 1.0 / B)]),
        coordinates(&[(6, -3.0), (9, 1.0 / A)]),
    ];
    Statement::new(
        "hs114",
        [1745.0, 12000.0, 110.0, 3048.0, 1974.0, 89.2, 92.8, 8.0, 3.6, 145.0],
        -1768.80696,
    )
    .within(
        [1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 85.0, 90.0, 3.0, 1.2, 145.0],
        [2000.0, 16000.0, 120.0, 5000.0, 2000.0, 93.0, 95.0, 12.0, 4.0, 162.0],
    )
    .at_least(rows, [-35.82, 133.0, 35.82, -133.0])
    .equal([coordinates(&[(3, 1.22), (0, -1.0), (4, -1.0)])], [0.0])
    .with_nonnegative((4, 2), |x| {
        let f = 5.04 * x[0] + 0.035 * x[1] + 10.0 * x[2] + 3.36 * x[4] - 0.063 * x[3] * x[6];
        let fifth = 1.12 * x[0] + 0.13167 * x[0] * x[7] - 0.00667 * x[0] * x[7] * x[7] - A * x[3];
        let sixth = 57.425 + 1.098 * x[7] - 0.038 * x[7] * x[7] + 0.325 * x[5] - A * x[6];
        let share = 1.0 / A - A;
        let h = vec![98000.0 * x[2] / (x[3] * x[8] + 1000.0 * x[2]) - x[5], (x[1] + x[4]) / x[0] - x[7]];
        (f, vec![fifth, sixth, share * x[3] - fifth, share * x[6] - sixth], h)
    })
}

/// A membrane separation in three stages (Dembo 1976). The book's 97.588409 is not the least value.
fn hs116() -> Case<'static> {
    const STEP: f64 = 0.002;
    let mut rows = [[0.0; 13]; 5];
    (rows[0][2], rows[0][1]) = (1.0, -1.0);
    (rows[1][1], rows[1][0]) = (1.0, -1.0);
    (rows[2][7], rows[2][6]) = (STEP, -STEP);
    rows[3][10..].fill(1.0);
    rows[4][10..].fill(-1.0);
    Statement::new(
        "hs116",
        [0.5, 0.8, 0.9, 0.1, 0.14, 0.5, 489.0, 80.0, 650.0, 450.0, 150.0, 150.0, 150.0],
        97.5875095580,
    )
    .within(
        [0.1, 0.1, 0.1, 1e-4, 0.1, 0.1, 0.1, 0.1, 500.0, 0.1, 1.0, 1e-4, 1e-4],
        [1.0, 1.0, 1.0, 0.1, 0.9, 0.9, 1000.0, 1000.0, 1000.0, 500.0, 150.0, 150.0, 150.0],
    )
    .at_least(rows, [0.0, 0.0, -1.0, 50.0, -250.0])
    .with_nonnegative((10, 0), |x| {
        let permeate = |flow: usize, feed: usize, part: usize| {
            x[flow] - 1.262626 * x[feed] + 1.231059 * x[part] * x[feed]
        };
        let stage = |out: usize, part: usize| {
            x[out] - 0.03475 * x[part] - 0.975 * x[part] * x[out] + 0.00975 * x[part] * x[part]
        };
        let g = vec![
            permeate(12, 9, 2),
            permeate(11, 8, 1),
            permeate(10, 7, 0),
            stage(3, 0),
            stage(4, 1),
            stage(5, 2),
            x[4] * x[6] - x[0] * x[7] - x[3] * x[6] + x[3] * x[7],
            1.0 - STEP * (x[1] * x[8] + x[4] * x[7] - x[0] * x[7] - x[5] * x[8]) - x[4] - x[5],
            x[1] * x[8] - x[2] * x[9] - x[5] * x[8] - 500.0 * x[1] + 500.0 * x[5] + x[1] * x[9],
            x[1] - 0.9 - STEP * (x[1] * x[9] - x[2] * x[9]),
        ];
        (x[10] + x[11] + x[12], g, vec![])
    })
}

/// The dual of problem 86.
fn hs117() -> Case<'static> {
    let mut start = [0.001; 15];
    start[6] = 60.0;
    Statement::new("hs117", start, 32.34867897).nonnegative().with_nonnegative((5, 0), |x| {
        let (u, y) = x.split_at(10);
        let g = (0..5).map(|j| {
            let quadratic: f64 = (0..5).map(|k| C[k][j] * y[k]).sum();
            let rows: f64 = (0..10).map(|k| A[k][j] * u[k]).sum();
            2.0 * quadratic + 3.0 * D[j] * y[j] * y[j] + E[j] - rows
        });
        let rows: f64 = B.iter().zip(u).map(|(b, u)| b * u).sum();
        let of_y = |j: usize| (0..5).map(|k| C[k][j] * y[k] * y[j]).sum::<f64>() + 2.0 * D[j] * y[j].powi(3);
        ((0..5).map(of_y).sum::<f64>() - rows, g.collect(), vec![])
    })
}

/// Production of three goods over five months.
fn hs118() -> Case<'static> {
    let (mut rows, mut limits) = (Vec::new(), Vec::new());
    for month in 1..5 {
        for (good, most) in [6.0, 7.0, 6.0].into_iter().enumerate() {
            let mut change = [0.0; 15];
            (change[3 * month + good], change[3 * month + good - 3]) = (1.0, -1.0);
            rows.extend([change, change.map(|a| -a)]);
            limits.extend([-7.0, -most]);
        }
    }
    for (month, least) in [60.0, 50.0, 70.0, 85.0, 100.0].into_iter().enumerate() {
        let mut sum = [0.0; 15];
        sum[3 * month..3 * month + 3].fill(1.0);
        rows.push(sum);
        limits.push(least);
    }
    let mut low = [0.0; 15];
    low[..3].copy_from_slice(&[8.0, 43.0, 3.0]);
    let high = [21.0, 57.0, 16.0].into_iter().chain([90.0, 120.0, 60.0].into_iter().cycle().take(12));
    let start = [20.0, 55.0, 15.0].into_iter().chain([20.0, 60.0, 20.0].into_iter().cycle().take(12));
    Statement::new("hs118", start.collect::<Vec<_>>(), 664.82045)
        .within(low, high.collect::<Vec<_>>())
        .at_least(rows, limits)
        .minimizing(|x| {
            let cost = |(i, x): (usize, &f64)| {
                let (linear, square) = [(2.3, 1e-4), (1.7, 1e-4), (2.2, 1.5e-4)][i % 3];
                linear * x + square * x * x
            };
            x.iter().enumerate().map(cost).sum()
        })
}

/// Colville's seventh problem.
fn hs119() -> Case<'static> {
    /// The pairs of variables whose terms are multiplied, from 1.
    const PAIRS: [(usize, &[usize]); 16] = [
        (1, &[1, 4, 7, 8, 16]),
        (2, &[2, 3, 7, 10]),
        (3, &[3, 7, 9, 10, 14]),
        (4, &[4, 7, 11, 15]),
        (5, &[5, 6, 10, 12, 16]),
        (6, &[6, 8, 15]),
        (7, &[7, 11, 13]),
        (8, &[8, 10, 15]),
        (9, &[9, 12, 16]),
        (10, &[10, 14]),
        (11, &[11, 13]),
        (12, &[12, 14]),
        (13, &[13, 14]),
        (14, &[14]),
        (15, &[15]),
        (16, &[16]),
    ];
    /// The first eight columns of the rows; the others have a 1 for each row, and one further number.
    const COLUMNS: [[f64; 8]; 8] = [
        [0.22, -1.46, 1.29, -1.1, 0.0, 0.0, 1.12, 0.0],
        [0.2, 0.0, -0.89, -1.06, 0.0, -1.72, 0.0, 0.45],
        [0.19, -1.3, 0.0, 0.95, 0.0, -0.33, 0.0, 0.26],
        [0.25, 1.82, 0.0, -0.54, -1.43, 0.0, 0.31, -1.1],
        [0.15, -1.15, -1.16, 0.0, 1.51, 1.62, 0.0, 0.58],
        [0.11, 0.0, -0.96, -1.78, 0.59, 1.24, 0.0, 0.0],
        [0.12, 0.8, 0.0, -0.41, -0.33, 0.21, 1.12, -1.03],
        [0.13, 0.0, -0.49, 0.0, -0.43, -0.26, 0.0, 0.1],
    ];
    let rows: Vec<Vec<f64>> = (0..8)
        .map(|i| {
            let mut row: Vec<f64> = COLUMNS.iter().map(|column| column[i]).collect();
            row.extend((0..8).map(|j| if i == j { 1.0 } else { 0.0 }));
            if i == 6 {
                row[8] = -0.36;
            }
            row
        })
        .collect();
    Statement::new("hs119", [10.0; 16], 244.899698)
        .within([0.0; 16], [5.0; 16])
        .equal(rows, [2.5, 1.1, -3.1, -3.5, 1.3, 2.1, 2.3, -1.5])
        .minimizing(|x| {
            let term = |i: usize| x[i - 1] * x[i - 1] + x[i - 1] + 1.0;
            PAIRS.iter().map(|(i, with)| term(*i) * with.iter().map(|j| term(*j)).sum::<f64>()).sum()
        })
}
