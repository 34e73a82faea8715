//! A flow in a network and the largest small hexagon: problems with nine variables.

use crate::Case;
use crate::suites::statement::Statement;

pub(super) fn problems() -> Vec<Case<'static>> {
    vec![hs107(), hs108()]
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
