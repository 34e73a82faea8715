//! `exp`, `tanh` and `ln(1 + u)` against a reference in multiple precision, on every set of instructions that this
//! processor has.

use astro_float::{BigFloat, Consts, RoundingMode};
use fearless_simd::{Level, Simd, dispatch, f64x8};

use super::{Lanewise, map};

struct Tanh;
impl Lanewise for Tanh {
    #[inline(always)]
    fn of<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
        super::tanh(simd, x)
    }
}

struct Exp;
impl Lanewise for Exp {
    #[inline(always)]
    fn of<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
        super::exp(simd, x)
    }
}

struct Ln1p;
impl Lanewise for Ln1p {
    #[inline(always)]
    fn of<S: Simd>(simd: S, x: f64x8<S>) -> f64x8<S> {
        super::ln_1p_of_part(simd, x)
    }
}

/// All levels that this processor supports, the widest first.
fn levels() -> Vec<Level> {
    let best = Level::new();
    let mut levels = vec![best, Level::baseline()];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(best.as_avx2().map(Level::Avx2));
        levels.extend(best.as_sse4_2().map(Level::Sse4_2));
        levels.extend(best.as_sse2().map(Level::Sse2));
    }
    levels
}

fn tanh(level: Level, values: &mut [f64]) {
    dispatch!(level, simd => map::<_, Tanh>(simd, values));
}

fn exp(level: Level, values: &mut [f64]) {
    dispatch!(level, simd => map::<_, Exp>(simd, values));
}

fn ln_1p(level: Level, values: &mut [f64]) {
    dispatch!(level, simd => map::<_, Ln1p>(simd, values));
}

/// Points over every power of two between the bounds, on both sides of zero.
fn points(smallest: i32, largest: i32) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut mantissa = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1.0 + (state >> 12) as f64 / (1_u64 << 52) as f64
    };
    let exponents = (smallest..=largest).flat_map(|e| std::iter::repeat_n(e, if e > -60 { 200 } else { 4 }));
    // In two factors, so that subnormal numbers come out right.
    let point = |e: i32| mantissa() * 2_f64.powi(e / 2) * 2_f64.powi(e - e / 2);
    exponents.map(point).flat_map(|x| [x, -x]).collect()
}

const PRECISION: usize = 192;

/// The largest error in units of the last place of the exact value.
fn worst(images: &[f64], exact: impl Fn(usize) -> BigFloat) -> f64 {
    let error = |(i, &image): (usize, &f64)| {
        let exact = exact(i);
        let rounded = to_f64(&exact).abs();
        let place = rounded.next_up() - rounded;
        // Scaled up exactly: `from_f64` does not read subnormal numbers right.
        let scale = if rounded < 1e-200 { 2_f64.powi(300) } else { 1.0 };
        let big = |number: f64| BigFloat::from_f64(number, PRECISION);
        let (mode, exact) = (RoundingMode::ToEven, exact.mul(&big(scale), PRECISION, RoundingMode::ToEven));
        let difference = big(image * scale).sub(&exact, PRECISION, mode);
        to_f64(&difference.div(&big(place * scale), PRECISION, mode)).abs()
    };
    images.iter().enumerate().map(error).fold(0.0, f64::max)
}

fn to_f64(number: &BigFloat) -> f64 {
    number.to_string().parse().expect("a decimal number")
}

#[test]
fn tanh_is_right_to_four_units_in_the_last_place() {
    let mut consts = Consts::new().unwrap();
    let points = points(-1074, 6);
    // Of a subnormal number the hyperbolic tangent is the number itself.
    let (small, points): (Vec<f64>, Vec<f64>) = points.into_iter().partition(|x| x.abs() < f64::MIN_POSITIVE);
    for level in levels() {
        let mut images = small.clone();
        tanh(level, &mut images);
        assert!(small.len() > 100 && images == small, "{level:?}");
    }
    let exact: Vec<BigFloat> = points
        .iter()
        .map(|&x| BigFloat::from_f64(x, PRECISION).tanh(PRECISION, RoundingMode::ToEven, &mut consts))
        .collect();
    for level in levels() {
        let mut images = points.clone();
        tanh(level, &mut images);
        let worst = worst(&images, |i| exact[i].clone());
        println!("{level:?}: {worst} units in the last place");
        assert!(worst <= 4.0, "{level:?}: {worst}");
    }
}

#[test]
fn exp_is_right_to_two_units_in_the_last_place() {
    let mut consts = Consts::new().unwrap();
    let points: Vec<f64> = points(-60, 9).into_iter().filter(|x| (-745.1..709.78).contains(x)).collect();
    assert!(points.iter().any(|&x| x < -710.0), "some results are subnormal");
    let exact: Vec<BigFloat> = points
        .iter()
        .map(|&x| BigFloat::from_f64(x, PRECISION).exp(PRECISION, RoundingMode::ToEven, &mut consts))
        .collect();
    for level in levels() {
        let mut images = points.clone();
        exp(level, &mut images);
        let worst = worst(&images, |i| exact[i].clone());
        println!("{level:?}: {worst} units in the last place");
        assert!(worst <= 2.0, "{level:?}: {worst}");
    }
}

#[test]
fn the_logarithm_of_one_and_a_part_is_right_to_three_units_in_the_last_place() {
    let mut consts = Consts::new().unwrap();
    let mut points: Vec<f64> = points(-70, -1).into_iter().filter(|&u| u > 0.0).collect();
    points.push(1.0);
    let exact: Vec<BigFloat> = points
        .iter()
        .map(|&u| {
            let (mode, one) = (RoundingMode::ToEven, BigFloat::from_f64(1.0, PRECISION));
            one.add(&BigFloat::from_f64(u, PRECISION), PRECISION, mode).ln(PRECISION, mode, &mut consts)
        })
        .collect();
    for level in levels() {
        let mut images = points.clone();
        ln_1p(level, &mut images);
        let worst = worst(&images, |i| exact[i].clone());
        println!("{level:?}: {worst} units in the last place");
        assert!(worst <= 3.0, "{level:?}: {worst}");
        let mut special = [0.0, f64::from_bits(3), f64::NAN];
        ln_1p(level, &mut special);
        assert!(special[..2] == [0.0, f64::from_bits(3)] && special[2].is_nan(), "{level:?}: {special:?}");
    }
}

#[test]
fn special_values_are_kept() {
    let subnormal = f64::from_bits(3);
    for level in levels() {
        let mut values =
            [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, subnormal, -subnormal, 1e308];
        tanh(level, &mut values);
        let bits = values.map(f64::to_bits);
        let expected = [0.0_f64, -0.0, 1.0, -1.0, f64::NAN, subnormal, -subnormal, 1.0];
        assert!(values[4].is_nan(), "{level:?}");
        for i in [0, 1, 2, 3, 5, 6, 7] {
            assert_eq!(bits[i], expected[i].to_bits(), "{level:?}: {i}");
        }
        // Three more than a full set of lanes: the rest of a slice is processed differently.
        let mut values =
            [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, -746.0, 710.0, 1e-300, -1e308, 0.0, f64::NAN, 1.0];
        exp(level, &mut values);
        assert_eq!(
            &values[..9],
            [1.0, 1.0, f64::INFINITY, 0.0, 0.0, f64::INFINITY, 1.0, 0.0, 1.0],
            "{level:?}"
        );
        assert!(values[9].is_nan() && (values[10] - std::f64::consts::E).abs() < 5e-16, "{level:?}");
    }
}

/// Fused or not decides the last bits, the width of the registers does not.
#[test]
fn every_fused_width_gives_the_same_bits() {
    let fused = |level: &Level| format!("{level:?}").contains("Avx") || format!("{level:?}").contains("Neon");
    let images = |level: Level| {
        let mut images = points(-30, 6);
        tanh(level, &mut images);
        exp(level, &mut images);
        let mut parts = points(-30, -1);
        ln_1p(level, &mut parts);
        images.extend(parts);
        images.into_iter().map(f64::to_bits).collect::<Vec<_>>()
    };
    let all: Vec<_> = levels().into_iter().filter(fused).map(images).collect();
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
}
