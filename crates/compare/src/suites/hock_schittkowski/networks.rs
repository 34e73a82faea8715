//! Flows in networks, and the largest small polygon: problems with six and nine variables.

use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    vec![hs87(), hs107(), hs108(), hs109()]
}

/// The objective jumps at 300, 100 and 200.
fn hs87() -> Case<'static> {
    Statement::new("hs87", [390.0, 1000.0, 419.5, 340.5, 198.175, 0.5], 8927.5977)
        .within([0.0, 0.0, 340.0, 340.0, -1000.0, 0.0], [400.0, 1000.0, 420.0, 420.0, 1000.0, 0.5236])
        .subject_to((0, 4), |x| {
            let first = if x[0] < 300.0 { 30.0 } else { 31.0 };
            let second = match x[1] {
                flow if flow < 100.0 => 28.0,
                flow if flow < 200.0 => 29.0,
                _ => 30.0,
            };
            let between = x[2] * x[3] / 131.078;
            let own = |i: usize| 0.90798 * x[i] * x[i] / 131.078;
            let (sine, cosine) = 1.47588_f64.sin_cos();
            let h = vec![
                300.0 - x[0] - between * (1.48577 - x[5]).cos() + own(2) * cosine,
                -x[1] - between * (1.48577 + x[5]).cos() + own(3) * cosine,
                -x[4] - between * (1.48577 + x[5]).sin() + own(3) * sine,
                200.0 - between * (1.48577 - x[5]).sin() + own(2) * sine,
            ];
            (first * x[0] + second * x[1], vec![], h)
        })
}

fn hs107() -> Case<'static> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    Statement::new("hs107", [0.8, 0.8, 0.2, 0.2, 1.0454, 1.0454, 1.0454, 0.0, 0.0], 5055.011803)
        .within(
            [0.0, 0.0, low, low, 0.90909, 0.90909, 0.90909, low, low],
            [high, high, high, high, 1.0909, 1.0909, 1.0909, high, high],
        )
        .subject_to((0, 6), |x| {
            let f = 3000.0 * x[0] + 1000.0 * x[0].powi(3) + 2000.0 * x[1] + 666.667 * x[1].powi(3);
            let size = 48.4 / 50.176;
            let (c, d) = (size * 0.25_f64.sin(), size * 0.25_f64.cos());
            let ((y1, y2), (y3, y4), (y5, y6)) = (x[7].sin_cos(), x[8].sin_cos(), (x[7] - x[8]).sin_cos());
            let (v12, v13, v23) = (x[4] * x[5], x[4] * x[6], x[5] * x[6]);
            let h = vec![
                0.4 - x[0] + 2.0 * c * x[4] * x[4] - v12 * (d * y1 + c * y2) - v13 * (d * y3 + c * y4),
                0.4 - x[1] + 2.0 * c * x[5] * x[5] + v12 * (d * y1 - c * y2) + v23 * (d * y5 - c * y6),
                0.8 + 2.0 * c * x[6] * x[6] + v13 * (d * y3 - c * y4) - v23 * (d * y5 + c * y6),
                0.2 - x[2] + 2.0 * d * x[4] * x[4] + v12 * (c * y1 - d * y2) + v13 * (c * y3 - d * y4),
                0.2 - x[3] + 2.0 * d * x[5] * x[5] - v12 * (c * y1 + d * y2) - v23 * (c * y5 + d * y6),
                -0.337 + 2.0 * d * x[6] * x[6] - v13 * (c * y3 + d * y4) + v23 * (c * y5 - d * y6),
            ];
            (f, vec![], h)
        })
}

/// The largest hexagon of diameter 1, in the book's form.
fn hs108() -> Case<'static> {
    let low = f64::NEG_INFINITY;
    Statement::new("hs108", [1.0; 9], -0.75_f64.sqrt())
        .within([low, low, low, low, low, low, low, low, 0.0], [f64::INFINITY; 9])
        .with_nonnegative((13, 0), |x| {
            // 1 minus the squared distance of two points.
            let near = |a: [f64; 2], b: [f64; 2]| 1.0 - (a[0] - b[0]).powi(2) - (a[1] - b[1]).powi(2);
            let [p, q, r, s] = [0, 2, 4, 6].map(|i| [x[i], x[i + 1]]);
            let (origin, top) = ([0.0, 0.0], [0.0, x[8]]);
            let cross = |a: [f64; 2], b: [f64; 2]| a[0] * b[1] - a[1] * b[0];
            let g = vec![
                near(q, origin),
                near(top, origin),
                near(r, origin),
                near(p, top),
                near(p, r),
                near(p, s),
                near(q, r),
                near(q, s),
                near(s, top),
                cross(p, q),
                x[2] * x[8],
                -x[4] * x[8],
                cross(r, s),
            ];
            let f = -0.5 * (cross(p, q) + x[2] * x[8] - x[4] * x[8] + cross(r, s));
            (f, g, vec![])
        })
}

fn hs109() -> Case<'static> {
    let high = f64::INFINITY;
    let angles = [0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    Statement::new("hs109", [0.0; 9], 5362.06928)
        .within(
            [0.0, 0.0, -0.55, -0.55, 196.0, 196.0, 196.0, -400.0, -400.0],
            [high, high, 0.55, 0.55, 252.0, 252.0, 252.0, 800.0, 800.0],
        )
        .at_least([angles, angles.map(|a| -a)], [-0.55; 2])
        .with_nonnegative((2, 6), |x| {
            const A: f64 = 50.176;
            let f = 3.0 * x[0] + 1e-6 * x[0].powi(3) + 2.0 * x[1] + 0.522074e-6 * x[1].powi(3);
            let g = vec![2.25e6 - x[0] * x[0] - x[7] * x[7], 2.25e6 - x[1] * x[1] - x[8] * x[8]];
            let (b, c) = 0.25_f64.sin_cos();
            let (v12, v13, v23) = (x[4] * x[5], x[4] * x[6], x[5] * x[6]);
            let sine = |angle: f64| (angle - 0.25).sin();
            let cosine = |angle: f64| (angle - 0.25).cos();
            // What a node's own voltage takes up.
            let own = |i: usize| (0.7533e-3 * A - 2.0 * c) * x[i] * x[i];
            let h = vec![
                v12 * sine(-x[2]) + v13 * sine(-x[3]) + 2.0 * b * x[4] * x[4] - A * x[0] + 400.0 * A,
                v12 * sine(x[2]) + v23 * sine(x[2] - x[3]) + 2.0 * b * x[5] * x[5] - A * x[1] + 400.0 * A,
                v13 * sine(x[3]) + v23 * sine(x[3] - x[2]) + 2.0 * b * x[6] * x[6] + 881.779 * A,
                A * x[7] + v12 * cosine(-x[2]) + v13 * cosine(-x[3]) - 200.0 * A + own(4),
                A * x[8] + v12 * cosine(x[2]) + v23 * cosine(x[2] - x[3]) - 200.0 * A + own(5),
                v13 * cosine(x[3]) + v23 * cosine(x[3] - x[2]) + 22.938 * A + own(6),
            ];
            (f, g, h)
        })
}
