//! The Cholesky factorization in panels of four rows, and solutions with it.

use super::panels::{Block, Four, Panels, Triangle, block, dot, products, start};

/// L of `A = L Lᵀ`. (Golub & Van Loan 2013, "Matrix computations", section 4.2.)
pub(super) struct Factor {
    /// L, with 0 above the diagonal.
    lower: Triangle,
    /// One over each element of the diagonal.
    inverse: Vec<Four>,
}

impl Factor {
    /// Factorizes a symmetric matrix plus a diagonal. Returns `None` if it is not positive definite.
    pub(super) fn of(matrix: &Triangle, diagonal: &[Four]) -> Option<Self> {
        let mut lower: Vec<Four> = Vec::with_capacity(start(diagonal.len()));
        let mut inverse: Vec<Four> = Vec::with_capacity(diagonal.len());
        for (i, added) in diagonal.iter().enumerate() {
            let rows = matrix.panel(i);
            for (j, inverse) in inverse.iter().enumerate() {
                let of_j = &lower[start(j)..start(j + 1)];
                let rest = less(&rows[4 * j..], products(&lower[start(i)..], &of_j[..4 * j]));
                lower.extend_from_slice(&divided(rest, &of_j[4 * j..], inverse));
            }
            let mut rest = less(&rows[4 * i..], products(&lower[start(i)..], &lower[start(i)..]));
            (0..4).for_each(|k| rest[k][k] += added[k]);
            let (corner, inverse_of_corner) = corner(rest)?;
            lower.extend_from_slice(&corner);
            inverse.push(inverse_of_corner);
        }
        Some(Factor { lower: Triangle::of(lower), inverse })
    }

    /// Returns `L⁻¹ b`.
    pub(super) fn forward(&self, b: &[Four]) -> Vec<Four> {
        let mut solution: Vec<Four> = Vec::with_capacity(b.len());
        for (i, (b, inverse)) in b.iter().zip(&self.inverse).enumerate() {
            let (before, corner) = self.lower.panel(i).split_at(4 * i);
            let mut rest = *b;
            for (column, known) in before.iter().zip(solution.as_flattened()) {
                rest.iter_mut().zip(column).for_each(|(rest, element)| *rest -= element * known);
            }
            for k in 0..4 {
                rest[k] *= inverse[k];
                for later in k + 1..4 {
                    rest[later] -= corner[k][later] * rest[k];
                }
            }
            solution.push(rest);
        }
        solution
    }

    /// Returns `L⁻ᵀ b`.
    pub(super) fn backward(&self, b: &[Four]) -> Vec<Four> {
        let mut solution = b.to_vec();
        for (i, inverse) in self.inverse.iter().enumerate().rev() {
            let (before, corner) = self.lower.panel(i).split_at(4 * i);
            let mut rest = solution[i];
            for k in (0..4).rev() {
                for later in k + 1..4 {
                    rest[k] -= corner[k][later] * rest[later];
                }
                rest[k] *= inverse[k];
            }
            solution[i] = rest;
            for (unknown, column) in solution.as_flattened_mut().iter_mut().zip(before) {
                *unknown -= dot(column, &rest);
            }
        }
        solution
    }

    /// Returns `X L⁻ᵀ`, which is `L⁻¹` times each row of X.
    pub(super) fn forward_rows(&self, x: &Panels) -> Panels {
        x.map(|rows, all| {
            let first = all.len();
            for (j, inverse) in self.inverse.iter().enumerate() {
                let (before, corner) = self.lower.panel(j).split_at(4 * j);
                let rest = less(&rows[4 * j..], products(&all[first..], before));
                all.extend_from_slice(&divided(rest, corner, inverse));
            }
        })
    }

    /// Returns `X L⁻¹`, which is `L⁻ᵀ` times each row of X.
    pub(super) fn backward_rows(&self, x: &Panels) -> Panels {
        x.map(|rows, all| {
            let first = all.len();
            all.extend_from_slice(rows);
            let solution = &mut all[first..];
            for (j, inverse) in self.inverse.iter().enumerate().rev() {
                let (before, corner) = self.lower.panel(j).split_at(4 * j);
                let mut rest = block(&solution[4 * j..]);
                for k in (0..4).rev() {
                    for later in k + 1..4 {
                        (0..4).for_each(|row| rest[k][row] -= rest[later][row] * corner[k][later]);
                    }
                    (0..4).for_each(|row| rest[k][row] *= inverse[k]);
                }
                solution[4 * j..4 * j + 4].copy_from_slice(&rest);
                for (unknown, column) in solution.iter_mut().zip(before) {
                    for (known, factor) in rest.iter().zip(column) {
                        unknown.iter_mut().zip(known).for_each(|(unknown, known)| *unknown -= known * factor);
                    }
                }
            }
        })
    }

    /// Returns `A⁻¹ b`.
    pub(super) fn solve(&self, b: &[Four]) -> Vec<Four> {
        self.backward(&self.forward(b))
    }
}

/// Returns the difference of a block and products.
#[inline]
fn less(columns: &[Four], products: Block) -> Block {
    let mut rest = block(columns);
    for (rest, products) in rest.as_flattened_mut().iter_mut().zip(products.as_flattened()) {
        *rest -= products;
    }
    rest
}

/// Returns `B C⁻ᵀ` for a corner C, a lower triangle, and one over each element of its diagonal.
#[inline]
fn divided(mut b: Block, corner: &[Four], inverse: &Four) -> Block {
    for k in 0..4 {
        (0..4).for_each(|row| b[k][row] *= inverse[k]);
        for later in k + 1..4 {
            (0..4).for_each(|row| b[later][row] -= b[k][row] * corner[k][later]);
        }
    }
    b
}

/// Returns C of `C Cᵀ` for a block, and one over each element of its diagonal. `None` if it is not positive definite.
#[inline]
fn corner(mut block: Block) -> Option<(Block, Four)> {
    let mut inverse = [0.0; 4];
    for k in 0..4 {
        let pivot = block[k][k];
        // Also where it is NaN.
        if pivot.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
            return None;
        }
        inverse[k] = 1.0 / pivot.sqrt();
        (0..4).for_each(|row| block[k][row] *= inverse[k]);
        block[k][..k].fill(0.0);
        for later in k + 1..4 {
            for row in later..4 {
                block[later][row] -= block[k][row] * block[k][later];
            }
        }
    }
    Some((block, inverse))
}

#[cfg(test)]
mod tests;
