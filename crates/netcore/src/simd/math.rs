//! `exp` and `tanh` of eight values.
//!
//! Both reduce the argument to `r = x - k ln 2` with `|r| <= ln 2 / 2` and use the rational
//! approximation `exp r = (Q(r²) + r P(r²)) / (Q(r²) - r P(r²))` with the coefficients that S. Moshier
//! published with his Cephes library (`exp`, double precision, relative error 2e-16). The reduction is
//! that of Cody & Waite 1980, "Software Manual for the Elementary Functions", chapter 6.

use fearless_simd::{Simd, SimdBase, SimdFloat, f64x8, prelude::*, u64x8};

const P: [f64; 3] = [1.261_771_930_748_105_9e-4, 3.029_944_077_074_419_6e-2, 1.0];
const Q: [f64; 4] = [3.001_985_051_386_644_6e-6, 2.524_483_403_496_841e-3, 2.272_655_482_081_550_3e-1, 2.0];

/// ln 2 in two parts: products of the first one with whole numbers up to 2^11 are exact.
const LN_2_HIGH: f64 = 6.931_457_519_531_25e-1;
const LN_2_LOW: f64 = 1.428_606_820_309_417_2e-6;

/// 1.5 · 2^52: adding it rounds to the nearest whole number, which then stands in the lowest bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Beyond this `tanh` is 1 to the last digit.
pub(crate) const TANH_IS_ONE: f64 = 20.0;

/// `x / ln 2` rounded to a whole number: the number, and its bits behind [`ROUNDER`].
#[inline(always)]
fn halvings<S: Simd>(simd: S, x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let shifted = x.mul_add(std::f64::consts::LOG2_E, f64x8::splat(simd, ROUNDER));
    (shifted - ROUNDER, shifted)
}

/// 2 to the whole number whose bits stand behind [`ROUNDER`]; between -1022 and 1023.
#[inline(always)]
fn power_of_two<S: Simd>(simd: S, shifted: f64x8<S>) -> f64x8<S> {
    let bits: u64x8<S> = shifted.to_bits();
    f64x8::from_bits((bits + u64x8::splat(simd, 1023)) << 52)
}

/// `r P(r²)` and `Q(r²)` for what is left of `x` after so many halvings.
#[inline(always)]
fn rational<S: Simd>(simd: S, x: f64x8<S>, halvings: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let r = halvings.mul_add(-LN_2_LOW, halvings.mul_add(-LN_2_HIGH, x));
    let square = r * r;
    let p = square.mul_add(P[0], f64x8::splat(simd, P[1])).mul_add(square, f64x8::splat(simd, P[2]));
    let q = square.mul_add(Q[0], f64x8::splat(simd, Q[1])).mul_add(square, f64x8::splat(simd, Q[2]));
    (r * p, q.mul_add(square, f64x8::splat(simd, Q[3])))
}

/// The hyperbolic tangent, to 4 units in the last place; `±0`, `±1` at the infinities and NaN are kept.
///
/// With `2x = k ln 2 + r` and `s = 2^k` one division gives
/// `tanh x = ((s - 1) q + (s + 1) p) / ((s + 1) q + (s - 1) p)`, which for small `x` is `p / q` and
/// keeps all digits there. It is odd to the bit.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
    let far = f64x8::splat(simd, 2.0 * TANH_IS_ONE);
    let doubled = (x + x).min(far).max(-far);
    let (k, shifted) = halvings(simd, doubled);
    let (p, q) = rational(simd, doubled, k);
    let s = power_of_two(simd, shifted);
    let (less, more) = (s - 1.0, s + 1.0);
    let tanh = less.mul_add(q, more * p) / more.mul_add(q, less * p);
    // A number whose square is not above 0 is too small to differ from its image, or NaN.
    (x * x).simd_gt(f64x8::splat(simd, 0.0)).select(tanh, x)
}

/// The exponential function, to 2 units in the last place, gradual underflow included; NaN is kept.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
    // Beyond these it is 0 or infinite.
    let held = x.min(f64x8::splat(simd, 710.0)).max(f64x8::splat(simd, -746.0));
    let (k, _) = halvings(simd, held);
    let (p, q) = rational(simd, held, k);
    let exp = (p / (q - p)).mul_add(f64x8::splat(simd, 2.0), f64x8::splat(simd, 1.0));
    // In two factors, each of which is a number; only the second product rounds.
    let half = k.mul_add(0.5, f64x8::splat(simd, ROUNDER));
    let rest = k - (half - ROUNDER) + ROUNDER;
    let exp = exp * power_of_two(simd, half) * power_of_two(simd, rest);
    x.simd_eq(x).select(exp, x)
}
