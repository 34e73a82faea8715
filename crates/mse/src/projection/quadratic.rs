//! Least squares within bounds, from the normal equations: an active-set method.

use nalgebra::{DMatrix, DVector};

/// A gradient below this fraction of its terms counts as zero.
const ZERO_GRADIENT: f64 = 1e-11;

/// The ridge that is added to the diagonal, relative to it, if the matrix is not positive definite to
/// rounding.
const RIDGE: f64 = 1e-10;

/// A pivot below this fraction of the diagonal is rounding: the column is a combination of those before it.
const SINGULAR: f64 = 1e-12;

/// A column whose sum of squares is below this fraction of the largest one counts as zeros.
const NEGLIGIBLE: f64 = f64::EPSILON;

/// Bounds on each unknown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Box<'b> {
    pub(super) lower: &'b [f64],
    pub(super) upper: &'b [f64],
}

/// A least value, the sum of the sizes of its terms, and whether columns were so similar that another start
/// may give other unknowns, with the same value only up to the size of the ridge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Least {
    pub(super) value: f64,
    pub(super) terms: f64,
    pub(super) singular: bool,
}

/// Minimizes `wᵀ G w - 2 rᵀ w` for `lower <= w <= upper`, with `G` the positive semidefinite Gram matrix of a
/// least-squares problem and `r` its right-hand side, starting from `w`, and returns the least value.
///
/// The active-set method of Stark & Parker 1995 ("Bounded-variable least-squares", BVLS), which extends that
/// of Lawson & Hanson 1974 (chapter 23, NNLS) to two-sided bounds: it releases unknowns at a bound one by one
/// where the value falls from the bound inwards, solves for the free ones, and moves them only as far as the
/// first bound in the way.
pub(super) fn minimize(gram: &DMatrix<f64>, rhs: &[f64], bounds: Box<'_>, w: &mut [f64]) -> Least {
    let n = w.len();
    let largest = gram.diagonal().max();
    // A column of zeros does not matter, and has no solution.
    let matters: Vec<bool> = (0..n).map(|i| gram[(i, i)] > NEGLIGIBLE * largest).collect();
    let mut free = vec![false; n];
    for i in 0..n {
        let from = if matters[i] { w[i] } else { 0.0 };
        w[i] = from.clamp(bounds.lower[i], bounds.upper[i]);
        free[i] = w[i] > bounds.lower[i] && w[i] < bounds.upper[i] && matters[i];
    }
    // Released without being able to move: rounding contradicts itself in the gradient and the step.
    let mut refused = vec![false; n];
    let closed = |free: &[bool], refused: &[bool]| -> Vec<bool> {
        (0..n).map(|i| free[i] || refused[i] || !matters[i]).collect()
    };
    // Each round lowers the value, so no set of free unknowns occurs twice; the limit guards against
    // rounding.
    let mut singular = false;
    for _ in 0..20 * n + 20 {
        if solve_free(gram, rhs, bounds, w, &mut free, &mut singular) {
            refused.fill(false);
        }
        let Some(released) = most_wrong(gram, rhs, bounds, w, &closed(&free, &refused)) else { break };
        (free[released], refused[released]) = (true, true);
    }
    let mut least = Least { value: 0.0, terms: 0.0, singular };
    for i in 0..n {
        let products = || (0..n).map(|j| gram[(i, j)] * w[j]);
        least.value += w[i] * (products().sum::<f64>() - 2.0 * rhs[i]);
        least.terms += w[i].abs() * (products().map(f64::abs).sum::<f64>() + 2.0 * rhs[i].abs());
    }
    least
}

/// Solves for the free unknowns, and again after each one that meets a bound. Returns `true` if any moved.
fn solve_free(
    gram: &DMatrix<f64>,
    rhs: &[f64],
    bounds: Box<'_>,
    w: &mut [f64],
    free: &mut [bool],
    singular: &mut bool,
) -> bool {
    let mut moved = false;
    loop {
        let unknowns: Vec<usize> = (0..w.len()).filter(|&i| free[i]).collect();
        if unknowns.is_empty() {
            return moved;
        }
        let (target, ridged) = unconstrained(gram, rhs, w, &unknowns, free);
        *singular |= ridged;
        let mut part = 1.0;
        let mut blocking = None;
        for (&i, &to) in unknowns.iter().zip(&target) {
            let bound = if to < bounds.lower[i] {
                bounds.lower[i]
            } else if to > bounds.upper[i] {
                bounds.upper[i]
            } else {
                continue;
            };
            let reached = (bound - w[i]) / (to - w[i]);
            if blocking.is_none() || reached < part {
                (part, blocking) = (reached, Some((i, bound)));
            }
        }
        for (&i, &to) in unknowns.iter().zip(&target) {
            let before = w[i];
            w[i] = if part == 1.0 { to } else { w[i] + part * (to - w[i]) };
            w[i] = w[i].clamp(bounds.lower[i], bounds.upper[i]);
            moved |= w[i] != before;
        }
        let Some((i, bound)) = blocking else { return moved };
        (w[i], free[i]) = (bound, false);
    }
}

/// The minimizer over some unknowns with the others fixed, and whether it needed a ridge.
fn unconstrained(
    gram: &DMatrix<f64>,
    rhs: &[f64],
    w: &[f64],
    unknowns: &[usize],
    free: &[bool],
) -> (Vec<f64>, bool) {
    let m = unknowns.len();
    let kept = |i: usize| (0..w.len()).filter(|&j| !free[j]).map(|j| gram[(i, j)] * w[j]).sum::<f64>();
    let right = DVector::from_iterator(m, unknowns.iter().map(|&i| rhs[i] - kept(i)));
    let matrix = |ridge: f64| {
        DMatrix::from_fn(m, m, |a, b| {
            let entry = gram[(unknowns[a], unknowns[b])];
            if a == b { entry + ridge * entry } else { entry }
        })
    };
    let solution = [0.0, RIDGE].into_iter().find_map(|ridge| {
        let matrix = matrix(ridge);
        let diagonal = matrix.diagonal();
        let factor = matrix.cholesky()?;
        let pivots = factor.l_dirty().diagonal();
        if pivots.iter().zip(&diagonal).any(|(pivot, entry)| pivot * pivot <= SINGULAR * entry) {
            return None;
        }
        let solution = factor.solve(&right);
        let finite = solution.iter().all(|value| value.is_finite());
        finite.then(|| (solution.iter().copied().collect(), ridge > 0.0))
    });
    // No solution at all (overflow): stay.
    solution.unwrap_or_else(|| (unknowns.iter().map(|&i| w[i]).collect(), true))
}

/// The unknown at a bound, of those not closed, from which the value falls fastest inwards.
fn most_wrong(
    gram: &DMatrix<f64>,
    rhs: &[f64],
    bounds: Box<'_>,
    w: &[f64],
    closed: &[bool],
) -> Option<usize> {
    let mut most = (0.0, None);
    for i in (0..w.len()).filter(|&i| !closed[i]) {
        let terms = || (0..w.len()).map(|j| gram[(i, j)] * w[j]);
        let slope = terms().sum::<f64>() - rhs[i];
        let size = terms().map(f64::abs).sum::<f64>() + rhs[i].abs();
        let inwards = if slope < 0.0 { w[i] < bounds.upper[i] } else { w[i] > bounds.lower[i] };
        let wrong = slope.abs() / gram[(i, i)].sqrt();
        if inwards && slope.abs() > ZERO_GRADIENT * size && wrong > most.0 {
            most = (wrong, Some(i));
        }
    }
    most.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Orthogonal columns (1, 1, 1, 1) and (1, -1, 1, -1) and the data (1, 3, 1, 3): by hand w = (2, -1), and
    /// bounds cut each unknown off on its own.
    #[test]
    fn a_problem_solved_by_hand() {
        let gram = DMatrix::from_row_slice(2, 2, &[4.0, 0.0, 0.0, 4.0]);
        let rhs = [8.0, -4.0];
        let solve = |lower: [f64; 2], upper: [f64; 2]| {
            let mut w = [0.0; 2];
            let least = minimize(&gram, &rhs, Box { lower: &lower, upper: &upper }, &mut w);
            (w, least.value)
        };
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(solve([low; 2], [high; 2]), ([2.0, -1.0], -20.0));
        assert_eq!(solve([0.0; 2], [high; 2]), ([2.0, 0.0], -16.0));
        assert_eq!(solve([low, 0.0], [1.5, high]), ([1.5, 0.0], -15.0));
        assert_eq!(solve([3.0, -0.5], [3.0, 0.0]), ([3.0, -0.5], -15.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// The conditions of Karush, Kuhn and Tucker hold: the gradient is zero for free unknowns and points
        /// outwards at bounds; also with repeated and with zero columns, from any start.
        #[test]
        fn the_optimality_conditions_hold(
            columns in prop::collection::vec(prop::collection::vec(-2.0_f64..2.0, 12), 1..7),
            repeated in any::<bool>(),
            zero in any::<bool>(),
            alike in prop_oneof![Just(0.0), Just(0.9), Just(0.999)],
            data in prop::collection::vec(-3.0_f64..3.0, 12),
            bounds in prop::collection::vec((-1.0_f64..1.0, 0.0_f64..2.0, 0..4_u8), 7),
            start in prop::collection::vec(-2.0_f64..2.0, 7),
        ) {
            let mut columns = columns;
            if repeated {
                columns.push(columns[0].clone());
            }
            // Units of a net are often nearly the same.
            let first = columns[0].clone();
            for column in &mut columns[1..] {
                column.iter_mut().zip(&first).for_each(|(value, first)| *value += alike * (first - *value));
            }
            if zero {
                columns[0].fill(0.0);
            }
            let n = columns.len();
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let gram = DMatrix::from_fn(n, n, |i, j| dot(&columns[i], &columns[j]));
            let rhs: Vec<f64> = columns.iter().map(|column| dot(column, &data)).collect();
            let lower: Vec<f64> =
                bounds[..n].iter().map(|&(low, _, kind)| if kind < 2 { low } else { f64::NEG_INFINITY }).collect();
            let upper: Vec<f64> = bounds[..n]
                .iter()
                .map(|&(low, width, kind)| if kind % 2 == 0 { low + width } else { f64::INFINITY })
                .collect();
            let mut w = start[..n].to_vec();
            let least = minimize(&gram, &rhs, Box { lower: &lower, upper: &upper }, &mut w);

            let residual: Vec<f64> =
                (0..12).map(|s| (0..n).map(|i| columns[i][s] * w[i]).sum::<f64>() - data[s]).collect();
            let expected = dot(&residual, &residual) - dot(&data, &data);
            prop_assert!((least.value - expected).abs() < 1e-12 * (1.0 + least.terms + dot(&data, &data)));
            for i in 0..n {
                prop_assert!(w[i] >= lower[i] && w[i] <= upper[i]);
                let slope = dot(&columns[i], &residual);
                // If columns are similar, a ridge moves the gradient by this fraction of its terms.
                let terms: f64 = (0..n).map(|j| (gram[(i, j)] * w[j]).abs()).sum();
                let scale = 1e-7 * (1.0 + dot(&columns[i], &columns[i])) + 10.0 * RIDGE * terms;
                prop_assert!(slope > -scale || w[i] == upper[i], "{i}: {slope} {w:?}");
                prop_assert!(slope < scale || w[i] == lower[i], "{i}: {slope} {w:?}");
            }
        }
    }
}
