//! The shortest vector in a polyhedron.

use nalgebra::{DMatrix, DVector};

/// Returns the shortest vector in `conv(V) + cone(W)`, where V are the `averaged` vectors and W the `added` ones.
///
/// With A the matrix of the columns `[v; 1]` and `[w; 0]`, it is a multiple of the first components of A α for the
/// solution of the nonnegative least squares problem `min ‖A α - (0, 1)‖, α ≥ 0`; dividing by Σ αᵢ over V normalizes
/// it. (Lawson & Hanson 1974, "Solving least squares problems", chapter 23, problem LDP.)
pub(super) fn least_norm(averaged: &[DVector<f64>], added: &[DVector<f64>]) -> DVector<f64> {
    let n = averaged.first().map_or(0, DVector::len);
    let columns: Vec<DVector<f64>> = averaged
        .iter()
        .map(|vector| vector.clone().push(1.0))
        .chain(added.iter().map(|vector| vector.clone().push(0.0)))
        .collect();
    let mut target = DVector::zeros(n + 1);
    target[n] = 1.0;
    let matrix = DMatrix::from_columns(&columns);
    let weights = nonnegative_least_squares(&matrix, &target);
    let total: f64 = weights.rows(0, averaged.len()).sum();
    if total == 0.0 { DVector::zeros(n) } else { (&matrix * weights).rows(0, n) / total }
}

/// Solves `min ‖A x - b‖` over `x >= 0` by Lawson and Hanson's algorithm NNLS (chapter 23).
pub(crate) fn nonnegative_least_squares(matrix: &DMatrix<f64>, target: &DVector<f64>) -> DVector<f64> {
    let count = matrix.ncols();
    let (mut x, mut passive) = (DVector::zeros(count), vec![false; count]);
    let enough = 1e-12 * matrix.norm();
    for _ in 0..3 * count {
        // Dual w = Aᵀ(b - A x); x is optimal if w ≤ 0 outside the passive set.
        let dual = matrix.tr_mul(&(target - matrix * &x));
        let candidates = (0..count).filter(|&k| !passive[k] && dual[k] > enough);
        let Some(entering) = candidates.max_by(|&a, &b| dual[a].total_cmp(&dual[b])) else { break };
        passive[entering] = true;
        loop {
            let free: Vec<usize> = (0..count).filter(|&k| passive[k]).collect();
            let solution = matrix.select_columns(&free).svd(true, true).solve(target, 1e-14);
            let Ok(solution) = solution else { return x };
            if solution.iter().all(|&value| value > 0.0) {
                x.fill(0.0);
                free.iter().zip(solution.iter()).for_each(|(&k, &value)| x[k] = value);
                break;
            }
            // Moves towards the solution until a weight is 0; weights of 0 leave the passive set.
            let blocking = free.iter().zip(solution.iter()).filter(|(_, value)| **value <= 0.0);
            let part = blocking.map(|(&k, &value)| x[k] / (x[k] - value)).fold(1.0, f64::min);
            let before = free.len();
            for (&k, &value) in free.iter().zip(solution.iter()) {
                x[k] += part * (value - x[k]);
                if x[k] <= 0.0 || (value <= 0.0 && x[k] < 1e-14) {
                    (x[k], passive[k]) = (0.0, false);
                }
            }
            if passive.iter().filter(|&&is_passive| is_passive).count() == before {
                return x;
            }
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::least_norm;

    fn of(parts: [f64; 2]) -> DVector<f64> {
        DVector::from_column_slice(&parts)
    }

    #[test]
    fn the_shortest_average_is_that_of_a_hand_calculation() {
        // The foot of the perpendicular from 0 onto the segment from (1, 2) to (1, -1) is (1, 0); for the segment
        // from (1, 2) to (3, 1) the nearest point is the end (1, 2).
        let foot = least_norm(&[of([1.0, 2.0]), of([1.0, -1.0])], &[]);
        assert!((foot - of([1.0, 0.0])).norm() < 1e-12);
        let end = least_norm(&[of([1.0, 2.0]), of([3.0, 1.0])], &[]);
        assert!((end - of([1.0, 2.0])).norm() < 1e-12);
        // 0 is in a triangle around it.
        let triangle = [of([1.0, 0.0]), of([-1.0, 1.0]), of([-1.0, -1.0])];
        assert!(least_norm(&triangle, &[]).norm() < 1e-12);
        // Multiples of (-1, 0) cancel the first coordinate of (3, 4), but not that of (-3, 4).
        assert!((least_norm(&[of([3.0, 4.0])], &[of([-1.0, 0.0])]) - of([0.0, 4.0])).norm() < 1e-12);
        let kept = least_norm(&[of([-3.0, 4.0])], &[of([-1.0, 0.0])]);
        assert!((kept - of([-3.0, 4.0])).norm() < 1e-12);
    }

    /// The shortest vector `g` is the one with `g·v >= ‖g‖²` for each averaged and `g·w >= 0` for each added vector.
    #[test]
    fn the_shortest_average_meets_the_conditions_of_optimality() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        let mut vector = |n: usize| DVector::from_fn(n, |_, _| random.random_range(-1.0..1.0) + 0.2);
        for n in 1..8 {
            for count in 1..10 {
                let averaged: Vec<_> = (0..count).map(|_| vector(n)).collect();
                let added: Vec<_> = (0..n / 2).map(|_| vector(n)).collect();
                let shortest = least_norm(&averaged, &added);
                let squared = shortest.norm_squared();
                assert!(averaged.iter().all(|v| shortest.dot(v) >= squared - 1e-9), "{n} {count}");
                assert!(added.iter().all(|w| shortest.dot(w) >= -1e-9), "{n} {count}");
            }
        }
    }
}
