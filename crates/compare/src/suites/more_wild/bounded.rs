//! The 53 problems within bounds, some of which are active at the solution.

use search::{Bounds, Error, Problem};

use super::functions::Function;
use super::{Kind, cases};
use crate::Case;

/// The [problems of Moré & Wild](super::more_wild) within bounds on every other coordinate. Named `mw1-bounded` and so on.
///
/// There is no agreed bounded form of these problems. This one follows the rule of Karmitsa & Mäkelä (2010,
/// "Limited memory bundle method for large bound constrained nonsmooth optimization: convergence analysis",
/// Optim. Methods Softw. 25, 895-916): near a minimizer x* of the problem without bounds, each odd coordinate
/// is cut off on one side,
///
/// `x*_i + 0.1 s_i <= x_i <= x*_i + 1.1 s_i` for i = 1, 3, 5, ...,
///
/// and a start outside is moved to the bound. The rule has `s_i = 1`; here `s_i = max(1, |x*_i|)`, as some of
/// these minimizers have coordinates of thousands. x* is the minimizer of the smooth form nearest to the
/// standard start that least squares found, in six digits. It is used only for the bounds, which are the same
/// for all kinds and for the starts ten times as far. Least values are not known; those of a study are the
/// least that any solver has found.
///
/// ```
/// use compare::suites::{Kind, more_wild_bounded};
///
/// // Rosenbrock's function, whose minimizer is (1, 1).
/// let problem = more_wild_bounded(Kind::Smooth)[6].problem(0)?;
/// assert_eq!((problem.bounds().lower(), problem.bounds().upper()), (&[1.1, f64::NEG_INFINITY][..], &[2.1, f64::INFINITY][..]));
/// assert_eq!(problem.start(), [1.1, 1.0]);
/// # Ok::<(), search::Error>(())
/// ```
pub fn more_wild_bounded(kind: Kind) -> Vec<Case<'static>> {
    cases(kind, "-bounded", within_bounds)
}

fn within_bounds(problem: Problem<'static>, function: Function) -> Result<Problem<'static>, Error> {
    let n = problem.dimension();
    let (mut lower, mut upper) = (vec![f64::NEG_INFINITY; n], vec![f64::INFINITY; n]);
    for (i, x) in minimizer(function, n).into_iter().enumerate().step_by(2) {
        let unit = x.abs().max(1.0);
        (lower[i], upper[i]) = (x + 0.1 * unit, x + 1.1 * unit);
    }
    let bounds = Bounds::new(lower, upper)?;
    let mut start = problem.start().to_vec();
    bounds.project(&mut start);
    Problem::shared(problem.shared_objective(), start)?.bounded(bounds)
}

/// A minimizer of the smooth form without bounds; of the two linear functions of rank 1, whose minimizers fill a
/// hyperplane, the one nearest to the start.
pub(super) fn minimizer(function: Function, n: usize) -> Vec<f64> {
    // On a hyperplane Σ a_i x_i = b, from a start of ones.
    let nearest = |a: &dyn Fn(usize) -> f64, b: f64| -> Vec<f64> {
        let sum = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>();
        let step = (sum(a) - b) / sum(&|i| a(i) * a(i));
        (0..n).map(|i| 1.0 - step * a(i)).collect()
    };
    let index = |i: usize| (i + 1) as f64;
    match (function, n) {
        (Function::LinearFullRank, _) => vec![-1.0; n],
        // 3 / (2 m + 1) and 3 / (2 m - 3) for m = 35: Moré, Garbow & Hillstrom, functions 33 and 34.
        (Function::LinearRank1, _) => nearest(&index, 3.0 / 71.0),
        (Function::LinearRank1Zeros, _) => {
            nearest(&|i| if i == 0 || i == n - 1 { 0.0 } else { index(i) }, 3.0 / 67.0)
        }
        (Function::Rosenbrock | Function::Cube | Function::BrownAlmostLinear, _) => vec![1.0; n],
        (Function::HelicalValley, _) => vec![1.0, 0.0, 0.0],
        (Function::PowellSingular, _) => vec![0.0; 4],
        (Function::FreudensteinRoth, _) => vec![11.4128, -0.896805],
        (Function::Bard, _) => vec![0.0824106, 1.13304, 2.3437],
        (Function::KowalikOsborne, _) => vec![0.192807, 0.191282, 0.123057, 0.136062],
        (Function::Meyer, _) => vec![0.00560964, 6181.35, 345.224],
        (Function::Watson, 6) => vec![-0.0157251, 1.01243, -0.232992, 1.26043, -1.51373, 0.992996],
        (Function::Watson, 9) => {
            vec![-1.5307e-5, 0.99979, 0.0147639, 0.146343, 1.00082, -2.61773, 4.1044, -3.14361, 1.05263]
        }
        (Function::Watson, _) => vec![
            -6.63812e-9,
            1.0,
            -0.000563933,
            0.347821,
            -0.156732,
            1.05282,
            -3.24727,
            7.28844,
            -10.2718,
            9.07411,
            -4.54138,
            1.01201,
        ],
        (Function::Box3D, _) => vec![1.0, 10.0, 1.0],
        (Function::JennrichSampson, _) => vec![0.257825, 0.257825],
        (Function::BrownDennis, _) => vec![-11.5944, 13.2036, -0.40344, 0.236779],
        (Function::Chebyquad, 6) => vec![0.0668766, 0.288741, 0.366682, 0.633318, 0.711259, 0.933123],
        (Function::Chebyquad, 7) => vec![0.0580691, 0.235172, 0.338044, 0.5, 0.661956, 0.764828, 0.941931],
        (Function::Chebyquad, 8) => {
            vec![0.0431528, 0.193091, 0.266329, 0.5, 0.5, 0.733671, 0.806909, 0.956847]
        }
        (Function::Chebyquad, 9) => {
            vec![0.0442053, 0.199491, 0.235619, 0.416047, 0.5, 0.583953, 0.764381, 0.800509, 0.955795]
        }
        (Function::Chebyquad, 10) => vec![
            0.0596199, 0.166708, 0.239171, 0.398884, 0.398884, 0.601116, 0.601116, 0.760829, 0.833292,
            0.94038,
        ],
        (Function::Chebyquad, _) => vec![
            0.0299588, 0.137311, 0.188366, 0.358843, 0.358843, 0.5, 0.641157, 0.641157, 0.811634, 0.862689,
            0.970041,
        ],
        (Function::Osborne1, _) => vec![0.37541, 1.93585, -1.46469, 0.0128675, 0.0221227],
        (Function::Osborne2, _) => vec![
            1.30998, 0.431554, 0.633662, 0.599431, 0.754183, 0.904289, 1.36581, 4.8237, 2.39868, 4.56887,
            5.67534,
        ],
        (Function::Bdqrtic, 8) => vec![0.616075, 0.486177, 0.391903, 0.326351, 0.0, 0.0, 0.0, 0.0],
        (Function::Bdqrtic, 10) => {
            vec![0.625536, 0.485101, 0.367194, 0.285188, 0.330167, 0.377572, 0.0, 0.0, 0.0, 0.0]
        }
        (Function::Bdqrtic, 11) => {
            vec![0.625142, 0.48582, 0.37125, 0.283504, 0.316947, 0.338733, 0.375921, 0.0, 0.0, 0.0, 0.0]
        }
        (Function::Bdqrtic, _) => vec![
            0.6248, 0.485377, 0.371659, 0.285972, 0.31552, 0.325372, 0.337819, 0.37402, 0.0, 0.0, 0.0, 0.0,
        ],
        (Function::Mancino, 5) => vec![84.2829, 79.206, 74.3364, 69.6711, 65.2072],
        (Function::Mancino, 8) => {
            vec![84.4333, 79.3345, 74.4439, 69.7593, 65.2785, 60.9989, 56.9169, 53.0288]
        }
        (Function::Mancino, 10) => {
            vec![84.5343, 79.4208, 74.516, 69.8184, 65.3264, 61.0375, 56.9487, 53.0561, 49.3547, 45.8389]
        }
        (Function::Mancino, _) => vec![
            84.6359, 79.5076, 74.5886, 69.8779, 65.3744, 61.0763, 56.9805, 53.0834, 49.3798, 45.8638,
            42.5284, 39.3661,
        ],
        (Function::Heart8, _) => {
            vec![-0.311627, -0.378373, 0.328244, -0.372244, -1.28223, 2.4943, 1.55487, -1.38464]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ROWS;
    use super::*;

    /// The least sums of squares of Moré, Garbow & Hillstrom (1981) for their functions, that local one of
    /// Freudenstein & Roth to which the standard start leads; zero for those of equations; for bdqrtic, and Chebyquad
    /// in 11 coordinates, where nothing is published, `scipy.optimize.least_squares` of SciPy 1.17.1.
    fn least(function: Function, n: usize) -> f64 {
        match (function, n) {
            (Function::LinearFullRank, _) => 36.0,
            (Function::LinearRank1, _) => 35.0 * 34.0 / 142.0,
            (Function::LinearRank1Zeros, _) => (35.0 * 35.0 + 105.0 - 6.0) / 134.0,
            (Function::FreudensteinRoth, _) => 48.9842,
            (Function::Bard, _) => 8.21487e-3,
            (Function::KowalikOsborne, _) => 3.07505e-4,
            (Function::Meyer, _) => 87.9458,
            (Function::Watson, 6) => 2.28767e-3,
            (Function::Watson, 9) => 1.39976e-6,
            (Function::Watson, _) => 4.72238e-10,
            (Function::JennrichSampson, _) => 124.362,
            (Function::BrownDennis, _) => 85822.2,
            (Function::Chebyquad, 8) => 3.51687e-3,
            (Function::Chebyquad, 10) => 6.50395e-3,
            (Function::Chebyquad, 11) => 2.79976e-3,
            (Function::Osborne1, _) => 5.46489e-5,
            (Function::Osborne2, _) => 4.01377e-2,
            (Function::Bdqrtic, 8) => 10.238973,
            (Function::Bdqrtic, 10) => 18.281162,
            (Function::Bdqrtic, 11) => 22.260592,
            (Function::Bdqrtic, _) => 26.272766,
            _ => 0.0,
        }
    }

    #[test]
    fn the_minimizers_have_the_published_least_values() {
        for (function, n, m, _) in ROWS {
            let value = |x: &[f64]| function.residuals(x, m).iter().map(|r| r * r).sum::<f64>();
            let (reached, start) = (value(&minimizer(function, n)), value(&function.start(n)));
            // Six digits of the point are eleven or so of the decrease.
            let error = (reached - least(function, n)).abs();
            assert!(
                error <= 1e-8 * start + 2e-6 * least(function, n),
                "{function:?} {n}: {reached}, {error}"
            );
        }
    }
}
