//! Sums over the samples of the products of rows: how a loss moves with each weight of a layer.

use std::ops::Range;

use fearless_simd::{Simd, SimdBase, f64x8, prelude::*};

use super::{LANES, as_blocks};
use crate::Rows;

/// Blocks of samples that all pairs of rows process before the next ones, so that their values stay in the cache.
const STRIP: usize = 32;

/// Adds `Σ_s left[k, s] right[j, s]` to the element of row `k` and column `j` of `sums`, which is stored column by
/// column. The padding of one of both must be zero.
#[inline(always)]
pub(crate) fn add_products<S: Simd>(simd: S, left: &Rows, right: &Rows, sums: &mut [f64]) {
    let blocks = left.stride() / LANES;
    let mut block = 0;
    while block < blocks {
        let strip = block..blocks.min(block + STRIP);
        block = strip.end;
        for j in (0..right.rows()).step_by(2) {
            for k in (0..left.rows()).step_by(2) {
                let pairs = Pairs { left, right, strip: strip.clone(), k, j };
                match (left.rows() - k, right.rows() - j) {
                    (1, 1) => pairs.add::<S, 1, 1>(simd, sums),
                    (1, _) => pairs.add::<S, 1, 2>(simd, sums),
                    (_, 1) => pairs.add::<S, 2, 1>(simd, sums),
                    _ => pairs.add::<S, 2, 2>(simd, sums),
                }
            }
        }
    }
}

/// Pairs of rows from `k` and `j` on, at a strip of blocks.
struct Pairs<'r> {
    left: &'r Rows,
    right: &'r Rows,
    strip: Range<usize>,
    k: usize,
    j: usize,
}

impl Pairs<'_> {
    /// `K` rows times `J` rows at once: each value that is loaded serves several products.
    #[inline(always)]
    fn add<S: Simd, const K: usize, const J: usize>(self, simd: S, sums: &mut [f64]) {
        let count = self.strip.len();
        let mut tile = [[f64x8::splat(simd, 0.0); J]; K];
        let mut left: [&[[f64; LANES]]; K] = [&[]; K];
        for (k, row) in left.iter_mut().enumerate() {
            *row = &as_blocks(self.left.row(self.k + k))[self.strip.clone()][..count];
        }
        let mut right: [&[[f64; LANES]]; J] = [&[]; J];
        for (j, row) in right.iter_mut().enumerate() {
            *row = &as_blocks(self.right.row(self.j + j))[self.strip.clone()][..count];
        }
        for block in 0..count {
            // No closure here: a closure that is not inlined would be compiled without these instructions.
            let mut values = [f64x8::splat(simd, 0.0); J];
            for (value, row) in values.iter_mut().zip(&right) {
                *value = f64x8::load_array_ref(simd, &row[block]);
            }
            for (sums, row) in tile.iter_mut().zip(&left) {
                let factor = f64x8::load_array_ref(simd, &row[block]);
                for (sum, &value) in sums.iter_mut().zip(&values) {
                    *sum = factor.mul_add(value, *sum);
                }
            }
        }
        for (k, products) in tile.iter().enumerate() {
            for (j, product) in products.iter().enumerate() {
                sums[self.k + k + (self.j + j) * self.left.rows()] += product.reduce_sum();
            }
        }
    }
}
