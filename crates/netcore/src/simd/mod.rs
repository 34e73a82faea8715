//! Arithmetic on eight samples at a time, with the widest instructions that the processor has.
//!
//! The instructions are detected at run time (AVX-512, AVX2 with FMA, SSE, NEON, or plain arithmetic), so a
//! program built for any processor of a family is fast on this one. The crate `fearless_simd` makes the
//! instructions available in safe code; nothing here is unsafe.
//!
//! A vector always has eight lanes, whatever the width of the registers, and its lanes are added up in the
//! same order. With fused multiplication and addition (all of the above but SSE and plain arithmetic) the
//! bits are the same on every processor.

mod affine;
mod math;
mod products;
#[cfg(test)]
mod tests;

pub(crate) use affine::affine;
pub(crate) use math::{exp, ln_1p_of_part, tanh};
pub(crate) use products::add_products;

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, f64x8, prelude::*};

use crate::activation::UnitRows;

/// Samples that are processed at once.
pub(crate) const LANES: usize = 8;

/// The instructions that the transfer functions and sweeps of this process use: `avx512`, `avx2`,
/// `sse4.2`, `sse2`, `neon`, or `scalar`.
///
/// The last bits of a network's output depend on whether the instructions fuse multiplication and addition;
/// all but the SSE ones and `scalar` do. A published figure should name them.
///
/// ```
/// assert!(["avx512", "avx2", "sse4.2", "sse2", "neon", "scalar"].contains(&netcore::instructions()));
/// ```
pub fn instructions() -> &'static str {
    match Level::new() {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx512(_) => "avx512",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Avx2(_) => "avx2",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Sse4_2(_) => "sse4.2",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Level::Sse2(_) => "sse2",
        #[cfg(target_arch = "aarch64")]
        Level::Neon(_) => "neon",
        _ => "scalar",
    }
}

/// A function of one lane each, for any instructions.
pub(crate) trait Lanewise {
    fn of<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S>;
}

/// Replaces each value of a slice by its image.
#[inline(always)]
pub(crate) fn map<S: Simd, F: Lanewise>(simd: S, values: &mut [f64]) {
    let (blocks, rest) = values.as_chunks_mut::<LANES>();
    for block in blocks {
        *block = F::of(simd, f64x8::load_array_ref(simd, block)).into();
    }
    if !rest.is_empty() {
        let mut block = [0.0; LANES];
        block[..rest.len()].copy_from_slice(rest);
        let image: [f64; LANES] = F::of(simd, f64x8::load_array(simd, block)).into();
        rest.copy_from_slice(&image[..rest.len()]);
    }
}

/// The sums `Σ weights Δ` and `Σ Δ²` over the `samples`, where `Δ` is the image of `base + factor · source`
/// minus `before`. All slices hold whole blocks.
#[inline(always)]
pub(crate) fn change_by_step<S: Simd, F: Lanewise>(simd: S, factor: f64, unit: UnitRows<'_>) -> [f64; 2] {
    // Cut to one length, so that no loop has to find the shortest slice.
    let blocks = unit.samples.div_ceil(LANES);
    let (base, source) = (&as_blocks(unit.net_inputs)[..blocks], &as_blocks(unit.source)[..blocks]);
    let (before, weights) = (&as_blocks(unit.outputs)[..blocks], &as_blocks(unit.weights)[..blocks]);
    let factor = f64x8::splat(simd, factor);
    let whole = unit.samples / LANES;
    let mut sums = [f64x8::splat(simd, 0.0); 2];
    for k in 0..whole {
        let net_inputs = stepped(simd, &base[k], factor, &source[k]);
        let change = F::of(simd, net_inputs) - f64x8::load_array_ref(simd, &before[k]);
        add_change(simd, &mut sums, &weights[k], change);
    }
    if whole < blocks {
        let places = f64x8::load_array(simd, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        let samples = places.simd_lt(f64x8::splat(simd, (unit.samples % LANES) as f64));
        // The padding behind the samples must not prevent the block from being saturated.
        let far = f64x8::splat(simd, f64::INFINITY);
        let net_inputs = samples.select(stepped(simd, &base[whole], factor, &source[whole]), far);
        let change = F::of(simd, net_inputs) - f64x8::load_array_ref(simd, &before[whole]);
        add_change(simd, &mut sums, &weights[whole], samples.select(change, f64x8::splat(simd, 0.0)));
    }
    [sums[0].reduce_sum(), sums[1].reduce_sum()]
}

/// `base + factor · source` of a block.
#[inline(always)]
fn stepped<S: Simd>(simd: S, base: &[f64; LANES], factor: f64x8<S>, source: &[f64; LANES]) -> f64x8<S> {
    f64x8::load_array_ref(simd, source).mul_add(factor, f64x8::load_array_ref(simd, base))
}

/// Adds the changes of a block to the two sums.
#[inline(always)]
fn add_change<S: Simd>(simd: S, sums: &mut [f64x8<S>; 2], weights: &[f64; LANES], change: f64x8<S>) {
    sums[0] = f64x8::load_array_ref(simd, weights).mul_add(change, sums[0]);
    sums[1] = change.mul_add(change, sums[1]);
}

#[inline(always)]
fn as_blocks(row: &[f64]) -> &[[f64; LANES]] {
    row.as_chunks().0
}
