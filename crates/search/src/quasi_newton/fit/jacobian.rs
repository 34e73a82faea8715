//! The slopes of residuals, and steps that follow from them.

use super::envelope::Envelope;

/// The most times that coordinates are stopped at bounds before a step is taken as it is.
const ROUNDS: usize = 5;

/// The entries that a matrix may have at most.
const MOST_ENTRIES: usize = 1 << 24;

/// A damped coordinate has at least this part of the largest curvature.
const LEAST: f64 = 1e-12;

/// Residuals that a coordinate changes, in increasing order, each with a number.
pub(super) type Column = Vec<(usize, f64)>;

/// The residuals at a place, and their slopes along each coordinate, in units. The value is the sum of their squares.
pub(in super::super) struct Jacobian {
    pub(super) residuals: Vec<f64>,
    /// The slopes along each coordinate.
    pub(super) columns: Vec<Column>,
}

impl Jacobian {
    /// Takes another unit of the value, by whose square root residuals change.
    pub(in super::super) fn rescale(&mut self, factor: f64) {
        let root = factor.sqrt();
        let slopes = self.columns.iter_mut().flatten().map(|(_, slope)| slope);
        self.residuals.iter_mut().chain(slopes).for_each(|number| *number *= root);
    }

    /// The gradient of the value: `2 Jᵀ r`.
    pub(super) fn gradient(&self) -> Vec<f64> {
        half_gradient(&self.columns, &self.residuals).map(|half| 2.0 * half).collect()
    }

    /// The curvatures along the coordinates if residuals were linear: `2 |J_i|²`.
    pub(super) fn curvatures(&self) -> Vec<f64> {
        self.columns
            .iter()
            .map(|column| 2.0 * column.iter().map(|(_, slope)| slope * slope).sum::<f64>())
            .collect()
    }

    /// Changes the slopes by as little as possible so that they explain the residuals after a step d: in each row i, on the
    /// coordinates j of its pattern,
    ///
    /// `J_ij ← J_ij + (r_i⁺ - r_i - J_i d) d_j / Σ_k d_k²`
    ///
    /// (Broyden 1965, "A class of methods for solving nonlinear simultaneous equations"; with a pattern Schubert 1970).
    pub(super) fn explain(&mut self, d: &[f64], residuals: &[f64]) {
        let mut missing: Vec<f64> =
            residuals.iter().zip(&self.residuals).map(|(after, before)| after - before).collect();
        let mut squares = vec![0.0; residuals.len()];
        for (column, d) in self.columns.iter().zip(d).filter(|(_, d)| **d != 0.0) {
            for &(row, slope) in column {
                missing[row] -= slope * d;
                squares[row] += d * d;
            }
        }
        for (column, d) in self.columns.iter_mut().zip(d).filter(|(_, d)| **d != 0.0) {
            column.iter_mut().for_each(|(row, slope)| *slope += missing[*row] * d / squares[*row]);
        }
    }

    /// Returns the step d from the place that solves
    ///
    /// `(JᵀJ + λ D) d = -Jᵀr`, `D_ii = sqrt(C_ii max_k C_kk)` with `C = JᵀJ`,
    ///
    /// for the damping λ: D is halfway between the multiple of the identity of Levenberg (1944) and the diagonal of Marquardt
    /// (1963, "An algorithm for least-squares estimation of nonlinear parameters"), which stretches steps along coordinates
    /// that hardly count. Coordinates that would leave their room are stopped at its end, and the others solved for anew.
    /// `None` if the matrix is too large, or not positive definite to rounding.
    pub(super) fn step(&self, order: &[usize], damping: f64, room: &[(f64, f64)]) -> Option<Vec<f64>> {
        let matrix = self.normal_matrix(order, damping)?;
        let half: Vec<f64> = half_gradient(&self.columns, &self.residuals).collect();
        let mut d = vec![0.0; order.len()];
        // Those at a bound that the value presses against.
        let is_pressed =
            |i: usize| (room[i].0 == 0.0 && half[i] > 0.0) || (room[i].1 == 0.0 && half[i] < 0.0);
        let mut stopped: Vec<bool> = (0..d.len()).map(is_pressed).collect();
        for _ in 0..ROUNDS {
            let free = self.free_steps(&matrix, order, &stopped, &d)?;
            let leaves = |i: usize| !stopped[i] && !(room[i].0..=room[i].1).contains(&free[i]);
            let out: Vec<usize> = (0..d.len()).filter(|&i| leaves(i)).collect();
            if out.is_empty() {
                return Some(d.iter().zip(&free).map(|(d, free)| d + free).collect());
            }
            for i in out {
                (stopped[i], d[i]) = (true, free[i].clamp(room[i].0, room[i].1));
            }
        }
        Some(d)
    }

    /// The steps of the coordinates that are not stopped, and 0 for those that are, with their steps d.
    fn free_steps(
        &self,
        matrix: &Envelope,
        order: &[usize],
        stopped: &[bool],
        d: &[f64],
    ) -> Option<Vec<f64>> {
        let mut residuals = self.residuals.clone();
        for (column, d) in self.columns.iter().zip(d).filter(|(_, d)| **d != 0.0) {
            column.iter().for_each(|&(row, slope)| residuals[row] += slope * d);
        }
        let half: Vec<f64> = half_gradient(&self.columns, &residuals).collect();
        let left_out: Vec<bool> = order.iter().map(|&i| stopped[i]).collect();
        let mut x: Vec<f64> = order.iter().map(|&i| if stopped[i] { 0.0 } else { -half[i] }).collect();
        matrix.without(&left_out).factor()?.solve(&mut x);
        let mut steps = vec![0.0; x.len()];
        order.iter().zip(x).for_each(|(&i, x)| steps[i] = x);
        Some(steps)
    }

    /// `JᵀJ + λ D` in this order of the coordinates.
    fn normal_matrix(&self, order: &[usize], damping: f64) -> Option<Envelope> {
        let mut rows = vec![Vec::new(); self.residuals.len()];
        for (position, &i) in order.iter().enumerate() {
            self.columns[i].iter().for_each(|&(row, slope)| rows[row].push((position, slope)));
        }
        let mut first: Vec<usize> = (0..order.len()).collect();
        for row in &rows {
            let Some(&(least, _)) = row.first() else { continue };
            row.iter().for_each(|&(position, _)| first[position] = first[position].min(least));
        }
        let entries: usize = first.iter().enumerate().map(|(i, first)| i + 1 - first).sum();
        if entries > MOST_ENTRIES {
            return None;
        }
        let mut matrix = Envelope::zero(&first);
        for row in &rows {
            for (k, &(i, a)) in row.iter().enumerate() {
                row[..=k].iter().for_each(|&(j, b)| matrix.add(i, j, a * b));
            }
        }
        let largest = (0..order.len()).map(|i| matrix.diagonal(i)).fold(0.0, f64::max);
        for i in 0..order.len() {
            let entry = matrix.diagonal(i);
            matrix.add(i, i, (damping * (entry * largest).sqrt()).max(LEAST * largest));
        }
        Some(matrix)
    }
}

/// `Jᵀ r`
fn half_gradient<'a>(columns: &'a [Column], residuals: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
    columns.iter().map(|column| column.iter().map(|&(row, slope)| slope * residuals[row]).sum())
}
