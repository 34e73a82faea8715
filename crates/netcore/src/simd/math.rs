//! `exp`, `tanh` and a logarithm of eight values.
//!
//! `exp` and `tanh` subtract the nearest multiple of `ln 2 / 2` from their argument. For the remainder `r` with `|r| <=
//! ln 2 / 4`, the quotient `p / q` with `p = r P(r²)` and `q = Q(r²)` is `tanh r`, and `(q + p) / (q - p)` is
//! `exp 2r`. `P` and `Q` have degree 1 and 3, are 1 at zero, and minimize the largest relative error, 1.2e-17
//! (E. Ya. Remez's exchange algorithm in 50 digits). The reduction is that of Cody & Waite 1980, "Software
//! Manual for the Elementary Functions", chapter 6.

use fearless_simd::{Simd, SimdBase, SimdFloat, f64x8, prelude::*, u64x8};

const P: f64 = 9.999_260_249_582_687e-2;
const Q: [f64; 3] = [-1.056_561_107_175_769e-4, 1.110_864_528_029_477_6e-2, 4.333_259_358_291_481_4e-1];

/// Half of ln 2, and the same in two parts: products of the first one with whole numbers up to 2^11 are exact.
const HALF: f64 = std::f64::consts::LN_2 / 2.0;
const HALF_HIGH: f64 = 6.931_457_519_531_25e-1 / 2.0;
const HALF_LOW: f64 = 1.428_606_820_309_417_2e-6 / 2.0;

/// 1.5 · 2^52 + 1023: adding it rounds to the nearest whole number `k`, and the lowest bits of the sum are
/// the exponent of `2^k`.
const ROUNDER: f64 = 6_755_399_441_055_744.0 + 1023.0;

/// From here on `tanh` is 1 to the last digit.
const TANH_IS_ONE: f64 = 20.0;

/// `x` in halves of ln 2, rounded to a whole number: the number, and its bits behind [`ROUNDER`].
#[inline(always)]
fn halves<S: Simd>(simd: S, x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let shifted = x.mul_add(2.0 * std::f64::consts::LOG2_E, f64x8::splat(simd, ROUNDER));
    (shifted - ROUNDER, shifted)
}

/// 2 to the power of the whole number in the bits of [`ROUNDER`], between -1022 and 1023.
#[inline(always)]
fn power_of_two<S: Simd>(shifted: f64x8<S>) -> f64x8<S> {
    let bits: u64x8<S> = shifted.to_bits();
    f64x8::from_bits(bits << 52)
}

/// `p` and `q` for the remainder of an argument.
#[inline(always)]
fn quotient<S: Simd>(simd: S, r: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let (square, one) = (r * r, f64x8::splat(simd, 1.0));
    let q = square.mul_add(Q[0], f64x8::splat(simd, Q[1])).mul_add(square, f64x8::splat(simd, Q[2]));
    (square.mul_add(P, one) * r, q.mul_add(square, one))
}

/// The hyperbolic tangent, to 4 units in the last place; `±0` and NaN are kept, and the infinities give `±1`.
///
/// With `x = k ln 2 / 2 + r` and `s = 2^k` one division gives
/// `tanh x = ((s - 1) q + (s + 1) p) / ((s + 1) q + (s - 1) p)`, which for small `x` is `p / q` and
/// keeps all digits there. It is odd to the bit.
#[inline(always)]
pub(crate) fn tanh<S: Simd>(simd: S, mut x: f64x8<S>) -> f64x8<S> {
    let far = f64x8::splat(simd, TANH_IS_ONE);
    let saturated = x.abs().simd_ge(far);
    if saturated.any_true() {
        // A unit that is saturated for all samples of the block costs one comparison; searches often visit
        // such units.
        if saturated.all_true() {
            return f64x8::splat(simd, 1.0).copysign(x);
        }
        x = saturated.select(far.copysign(x), x);
    }
    let (k, shifted) = halves(simd, x);
    // The rounding error of `HALF` does no harm: the larger `k` is, the flatter the curve.
    let (p, q) = quotient(simd, k.mul_add(-HALF, x));
    let s = power_of_two(shifted);
    // Negated, `1 - s` is -0 without halves, which keeps the sign of a zero `p`; `s - 1` would be 0.
    let (less, more) = (-(f64x8::splat(simd, 1.0) - s), s + 1.0);
    less.mul_add(q, more * p) / more.mul_add(q, less * p)
}

/// The exponential function, to 2 units in the last place, gradual underflow included; NaN is kept.
#[inline(always)]
pub(crate) fn exp<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
    // Beyond these it is 0 or infinite.
    let held = x.min(f64x8::splat(simd, 710.0)).max(f64x8::splat(simd, -746.0));
    let half = held * 0.5;
    let (k, _) = halves(simd, half);
    let (p, q) = quotient(simd, k.mul_add(-HALF_LOW, k.mul_add(-HALF_HIGH, half)));
    let exp = (p / (q - p)).mul_add(f64x8::splat(simd, 2.0), f64x8::splat(simd, 1.0));
    // In two factors, each of which is finite; only the second product rounds.
    let first = k.mul_add(0.5, f64x8::splat(simd, ROUNDER));
    let rest = k - (first - ROUNDER) + ROUNDER;
    let exp = exp * power_of_two(first) * power_of_two(rest);
    x.simd_eq(x).select(exp, x)
}

/// `ln(1 + u)` for u from 0 to 1, to 3 units in the last place; NaN is kept.
///
/// It is `2 artanh z` with `z = u / (2 + u)`, by the series `artanh z = z (1 + z²/3 + z⁴/5 + ...)`. As z is at most 1/3,
/// the terms from `z³²/33` on are below 2e-17.
#[inline(always)]
pub(crate) fn ln_1p_of_part<S: Simd>(simd: S, u: f64x8<S>) -> f64x8<S> {
    let twice = (u + u) / (u + 2.0);
    let square = twice * twice * 0.25;
    let mut sum = f64x8::splat(simd, 1.0 / 31.0);
    for term in (0..15_u8).rev() {
        sum = sum.mul_add(square, f64x8::splat(simd, 1.0 / f64::from(2 * term + 1)));
    }
    twice * sum
}
