//! Constrained problems with kinks.

use super::hock_schittkowski::hock_schittkowski_constrained;
use super::statement::Statement;
use crate::Case;

/// Problems with kinks, in three forms:
///
/// - `…-joined`: problems of [`hock_schittkowski_constrained`] with at least two nonlinear inequalities, which are
///   joined to one, their maximum. Solutions and least values stay the same.
/// - `cb2-above`, `cb3-above` (Charalambous & Conn 1978), `rosen-suzuki-above`: the least maximum of functions as a
///   coordinate that must not lie below it; one inequality with kinks. The least values are those of the maximum
///   (1.9522245, 2, -44; Lukšan & Vlček 2000).
/// - `mad1`, `mad2` (Madsen & Schjær-Jacobsen 1978; Lukšan & Vlček 2000): a maximum as objective under a row;
///   `sum-of-distances-n`: a sum of absolute values under rows, with the least value by its multipliers.
pub fn constrained_nonsmooth() -> Vec<Case<'static>> {
    let mut cases: Vec<_> = hock_schittkowski_constrained().iter().filter_map(joined).collect();
    cases.push(Statement::new("cb2-above", [1.0, -0.1, 6.0], 1.9522245).subject_to((1, 0), |x| {
        let parts = [
            x[0] * x[0] + x[1].powi(4),
            (2.0 - x[0]).powi(2) + (2.0 - x[1]).powi(2),
            2.0 * (x[1] - x[0]).exp(),
        ];
        (x[2], vec![greatest(&parts) - x[2]], vec![])
    }));
    cases.push(Statement::new("cb3-above", [2.0, 2.0, 20.0], 2.0).subject_to((1, 0), |x| {
        let parts = [
            x[0].powi(4) + x[1] * x[1],
            (2.0 - x[0]).powi(2) + (2.0 - x[1]).powi(2),
            2.0 * (x[1] - x[0]).exp(),
        ];
        (x[2], vec![greatest(&parts) - x[2]], vec![])
    }));
    cases.push(Statement::new("rosen-suzuki-above", [0.0, 0.0, 0.0, 0.0, 0.0], -44.0).subject_to(
        (1, 0),
        |x| {
            let (f, c, _) = super::hock_schittkowski::hs43(x);
            // The penalty 10 is above the sum of the multipliers of problem 43 (1, 0 and 2), so that it is exact.
            (x[4], vec![f + 10.0 * greatest(&c).max(0.0) - x[4]], vec![])
        },
    ));
    let mad = |name: &str, start: [f64; 2], row: [f64; 2], least: f64, optimum: f64| {
        Statement::new(name, start, optimum).at_least([row], [least]).minimizing(|x| {
            greatest(&[x[0] * x[0] + x[1] * x[1] + x[0] * x[1] - 1.0, x[0].sin(), -x[1].cos()])
        })
    };
    cases.push(mad("mad1", [1.0, 2.0], [1.0, 1.0], 0.5, -0.38965952));
    cases.push(mad("mad2", [-2.0, -1.0], [-3.0, -1.0], 2.5, -0.33035714));
    cases.extend([3, 6, 12].map(sum_of_distances));
    cases
}

/// The problem with one nonlinear inequality in place of several.
fn joined(case: &Case<'static>) -> Option<Case<'static>> {
    let problem = case.problem(0).ok()?;
    let count = problem.nonlinear_constraints().filter(|count| count.inequalities > 1)?;
    let functions = case.functions()?.clone();
    let rows = case.rows().cloned().unwrap_or_default();
    let statement = Statement::new(format!("{}-joined", case.name()), problem.start(), case.optimum()?)
        .within(problem.bounds().lower(), problem.bounds().upper())
        .with_rows(rows);
    Some(statement.subject_to((1, count.equalities), move |x| {
        let (f, c, h) = functions(x);
        (f, vec![greatest(&c)], h)
    }))
}

fn greatest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// `Σ w_i |x_i - t_i|` with `w_i = i`, `t_i = 1 + i / n` under `Σ x_i = Σ t_i - 1` and `x >= 0`: moving the coordinate of
/// the least weight from its target by 1 costs least, so that the least value is `w_1 = 1` (for any x the sum of
/// `|x_i - t_i|` is at least 1). It begins at the origin.
fn sum_of_distances(n: usize) -> Case<'static> {
    let targets: Vec<f64> = (1..=n).map(|i| 1.0 + i as f64 / n as f64).collect();
    Statement::new(format!("sum-of-distances-{n}"), vec![0.0; n], 1.0)
        .nonnegative()
        .equal([vec![1.0; n]], [targets.iter().sum::<f64>() - 1.0])
        .minimizing(move |x| {
            (1..).zip(x.iter().zip(&targets)).map(|(i, (x, t))| f64::from(i) * (x - t).abs()).sum()
        })
}
