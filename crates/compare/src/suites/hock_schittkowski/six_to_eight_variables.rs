//! Problems with six to eight variables.

use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    let mut all = vec![hs54(), hs55(), hs56(), hs99(), hs104(), hs106()];
    // The right sides of problems 95 to 98.
    let right_sides = [
        ("hs95", [4.97, -1.88, -29.08, -78.02], 0.015619514),
        ("hs96", [4.97, -1.88, -69.08, -118.02], 0.015619514),
        ("hs97", [32.97, 25.12, -29.08, -78.02], 3.1358091),
        ("hs98", [32.97, 25.12, -124.08, -173.02], 3.1358091),
    ];
    all.extend(right_sides.map(|(name, right, optimum)| separation(name, right, optimum)));
    let exponents = [("hs101", -0.25, 1809.76476), ("hs102", 0.125, 911.880571), ("hs103", 0.5, 543.667958)];
    all.extend(exponents.map(|(name, a, optimum)| geometric(name, a, optimum)));
    all
}

/// The book's least value is `-exp(-27/280)`.
fn hs54() -> Case<'static> {
    Statement::new("hs54", [6e3, 1.5, 4e6, 2.0, 3e-3, 5e7], -(-27.0_f64 / 280.0).exp())
        .within([0.0, -10.0, 0.0, 0.0, -1.0, 0.0], [2e4, 10.0, 1e7, 20.0, 1.0, 2e8])
        .equal([[1.0, 4e3, 0.0, 0.0, 0.0, 0.0]], [1.76e4])
        .minimizing(|x| {
            let (a, b) = (x[0] - 1e4, x[1] - 1.0);
            let h = (a * a / 6.4e7 + a * b / 2e4 + b * b) / 0.96
                + (x[2] - 2e6).powi(2) / 4.9e13
                + (x[3] - 10.0).powi(2) / 2.5e3
                + (x[4] - 1e-3).powi(2) / 2.5e-3
                + (x[5] - 1e8).powi(2) / 2.5e17;
            -(-h / 2.0).exp()
        })
}

/// The rows depend on each other.
fn hs55() -> Case<'static> {
    let rows = [
        [1.0, 2.0, 0.0, 0.0, 5.0, 0.0],
        [1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0, 0.0, 0.0, 1.0],
    ];
    let high = f64::INFINITY;
    Statement::new("hs55", [1.0, 2.0, 0.0, 0.0, 0.0, 2.0], 19.0 / 3.0)
        .within([0.0; 6], [1.0, high, high, 1.0, high, high])
        .equal(rows, [6.0, 3.0, 2.0, 1.0, 2.0, 2.0])
        .minimizing(|x| x[0] + 2.0 * x[1] + 4.0 * x[4] + (x[0] * x[3]).exp())
}

fn hs56() -> Case<'static> {
    let (a, b) = ((1.0_f64 / 4.2).sqrt().asin(), (5.0_f64 / 7.2).sqrt().asin());
    Statement::new("hs56", [1.0, 1.0, 1.0, a, a, a, b], -3.456).subject_to((0, 4), |x| {
        let square = |i: usize| x[i].sin().powi(2);
        let h = vec![
            x[0] - 4.2 * square(3),
            x[1] - 4.2 * square(4),
            x[2] - 4.2 * square(5),
            x[0] + 2.0 * x[1] + 2.0 * x[2] - 7.2 * square(6),
        ];
        (-x[0] * x[1] * x[2], vec![], h)
    })
}

/// The angles of a rocket's thrust in seven stages.
fn hs99() -> Case<'static> {
    const THRUST: [f64; 7] = [50.0, 50.0, 75.0, 75.0, 75.0, 100.0, 100.0];
    const TIMES: [f64; 8] = [0.0, 25.0, 50.0, 100.0, 150.0, 200.0, 290.0, 380.0];
    Statement::new("hs99", [0.5; 7], -0.831079892e9).within([0.0; 7], [1.58; 7]).subject_to((0, 2), |x| {
        let (mut range, mut height, mut speed) = (0.0, 0.0, 0.0);
        for i in 0..7 {
            let time = TIMES[i + 1] - TIMES[i];
            let acceleration = THRUST[i] * x[i].sin() - 32.0;
            height += time * speed + 0.5 * time * time * acceleration;
            speed += time * acceleration;
            range += THRUST[i] * time * x[i].cos();
        }
        (-range * range, vec![], vec![height - 1e5, speed - 1e3])
    })
}

fn separation(name: &str, right: [f64; 4], optimum: f64) -> Case<'static> {
    Statement::new(name, [0.0; 6], optimum)
        .within([0.0; 6], [0.31, 0.046, 0.068, 0.042, 0.028, 0.0134])
        .with_nonnegative((4, 0), move |x| {
            let sum = |a: [f64; 6]| -> f64 { a.iter().zip(x).map(|(a, x)| a * x).sum() };
            let left = [
                sum([17.1, 38.2, 204.2, 212.3, 623.4, 1495.5])
                    - 169.0 * x[0] * x[2]
                    - 3580.0 * x[2] * x[4]
                    - 3810.0 * x[3] * x[4]
                    - 18500.0 * x[3] * x[5]
                    - 24300.0 * x[4] * x[5],
                sum([17.9, 36.8, 113.9, 169.7, 337.8, 1385.2])
                    - 139.0 * x[0] * x[2]
                    - 2450.0 * x[3] * x[4]
                    - 16600.0 * x[3] * x[5]
                    - 17200.0 * x[4] * x[5],
                sum([0.0, -273.0, 0.0, -70.0, -819.0, 0.0]) + 26000.0 * x[3] * x[4],
                sum([159.9, -311.0, 0.0, 587.0, 391.0, 2198.0]) - 14000.0 * x[0] * x[5],
            ];
            let g = left.iter().zip(right).map(|(left, right)| left - right).collect();
            (sum([4.3, 31.8, 63.3, 15.8, 68.5, 4.7]), g, vec![])
        })
}

/// A coefficient, and the exponents of the seven variables.
type Term = (f64, [f64; 7]);

/// The left sides of problems 101 to 103, each at most 1.
const POSYNOMIALS: [&[Term]; 4] = [
    &[
        (0.5, [0.5, 0.0, -1.0, 0.0, 0.0, -2.0, 1.0]),
        (0.7, [3.0, 1.0, -2.0, 0.0, 0.0, 1.0, 0.5]),
        (0.2, [0.0, -1.0, 1.0, -0.5, 0.0, 2.0 / 3.0, 0.25]),
    ],
    &[
        (1.3, [-0.5, 1.0, -1.0, 0.0, -1.0, 1.0, 0.0]),
        (0.8, [0.0, 0.0, 1.0, -1.0, -1.0, 2.0, 0.0]),
        (3.1, [-1.0, 0.5, 0.0, -2.0, -1.0, 1.0 / 3.0, 0.0]),
    ],
    &[
        (2.0, [1.0, 0.0, -1.5, 0.0, 1.0, -1.0, 1.0 / 3.0]),
        (0.1, [0.0, 1.0, -0.5, 0.0, 1.0, -1.0, -0.5]),
        (1.0, [-1.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.0]),
        (0.65, [0.0, -2.0, 1.0, 0.0, 1.0, -1.0, 1.0]),
    ],
    &[
        (0.2, [-2.0, 1.0, 0.0, -1.0, 0.5, 0.0, 1.0 / 3.0]),
        (0.3, [0.5, 2.0, 1.0, 1.0 / 3.0, -2.0 / 3.0, 0.0, 0.25]),
        (0.4, [-3.0, -2.0, 1.0, 0.0, 1.0, 0.0, 0.75]),
        (0.5, [0.0, 0.0, -2.0, 1.0, 0.0, 0.0, 0.5]),
    ],
];

/// A geometric program; `a` is the exponent of the last variable in the first term.
fn geometric(name: &str, a: f64, optimum: f64) -> Case<'static> {
    let objective = [
        (10.0, [1.0, -1.0, 0.0, 2.0, 0.0, -3.0, a]),
        (15.0, [-1.0, -2.0, 1.0, 1.0, -1.0, 0.0, -0.5]),
        (20.0, [-2.0, 1.0, 0.0, -1.0, -2.0, 1.0, 0.0]),
        (25.0, [2.0, 2.0, -1.0, 0.0, 0.5, -2.0, 1.0]),
    ];
    Statement::new(name, [6.0; 7], optimum)
        .within([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01], [10.0; 7])
        .with_nonnegative((6, 0), move |x| {
            let term = |(factor, powers): &Term| {
                factor * x.iter().zip(powers).map(|(x, power)| x.powf(*power)).product::<f64>()
            };
            let sum = |terms: &[Term]| terms.iter().map(term).sum::<f64>();
            let f = sum(&objective);
            let g = POSYNOMIALS.iter().map(|terms| 1.0 - sum(terms)).chain([f - 100.0, 3000.0 - f]);
            (f, g.collect(), vec![])
        })
}

fn hs104() -> Case<'static> {
    Statement::new("hs104", [6.0, 3.0, 0.4, 0.2, 6.0, 6.0, 1.0, 0.5], 3.9511634396)
        .within([0.1; 8], [10.0; 8])
        .with_nonnegative((6, 0), |x| {
            let share = |i: usize, j: usize| 0.4 * x[i].powf(0.67) * x[j].powf(-0.67);
            let f = share(0, 6) + share(1, 7) + 10.0 - x[0] - x[1];
            let reactor = |i: usize| {
                let (a, b, c) = (x[i], x[i + 2], x[i + 4]);
                1.0 - 4.0 * a / b - 2.0 * a.powf(-0.71) / b - 0.0588 * a.powf(-1.3) * c
            };
            let g = vec![
                1.0 - 0.0588 * x[4] * x[6] - 0.1 * x[0],
                1.0 - 0.0588 * x[5] * x[7] - 0.1 * x[0] - 0.1 * x[1],
                reactor(2),
                reactor(3),
                f - 1.0,
                4.2 - f,
            ];
            (f, g, vec![])
        })
}

/// The book's 7049.330923 is not the least value: 7049.2480205286 (problem g10 in Liang, Runarsson, Mezura-Montes,
/// Clerc, Suganthan, Coello & Deb 2006).
fn hs106() -> Case<'static> {
    let low = [100.0, 1000.0, 1000.0, 10.0, 10.0, 10.0, 10.0, 10.0];
    let high = [1e4, 1e4, 1e4, 1000.0, 1000.0, 1000.0, 1000.0, 1000.0];
    let rows = [
        [0.0, 0.0, 0.0, 0.0025, 0.0, 0.0025, 0.0, 0.0],
        [0.0, 0.0, 0.0, -0.0025, 0.0025, 0.0, 0.0025, 0.0],
        [0.0, 0.0, 0.0, 0.0, -0.01, 0.0, 0.0, 0.01],
    ];
    Statement::new("hs106", [5000.0, 5000.0, 5000.0, 200.0, 350.0, 150.0, 225.0, 425.0], 7049.2480205286)
        .within(low, high)
        .at_most(rows, [1.0; 3])
        .with_nonnegative((3, 0), |x| {
            let g = vec![
                x[0] * x[5] - 833.33252 * x[3] - 100.0 * x[0] + 83333.333,
                x[1] * x[6] - 1250.0 * x[4] - x[1] * x[3] + 1250.0 * x[3],
                x[2] * x[7] - 1.25e6 - x[2] * x[4] + 2500.0 * x[4],
            ];
            (x[..3].iter().sum(), g, vec![])
        })
}
