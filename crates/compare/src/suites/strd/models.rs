//! The models, as the files state them: parameters `b1` ..., predictors `x`.

use std::f64::consts::{PI, TAU};

pub(super) fn bennett5(b: &[f64], x: &[f64]) -> f64 {
    b[0] * (b[1] + x[0]).powf(-1.0 / b[2])
}

/// BoxBOD and Misra1a.
pub(super) fn saturation(b: &[f64], x: &[f64]) -> f64 {
    b[0] * (1.0 - (-b[1] * x[0]).exp())
}

pub(super) fn chwirut(b: &[f64], x: &[f64]) -> f64 {
    (-b[0] * x[0]).exp() / (b[1] + b[2] * x[0])
}

pub(super) fn danwood(b: &[f64], x: &[f64]) -> f64 {
    b[0] * x[0].powf(b[1])
}

pub(super) fn eckerle4(b: &[f64], x: &[f64]) -> f64 {
    b[0] / b[1] * (-0.5 * ((x[0] - b[2]) / b[1]).powi(2)).exp()
}

pub(super) fn enso(b: &[f64], x: &[f64]) -> f64 {
    let wave = |cosine: f64, sine: f64, period: f64| {
        let angle = TAU * x[0] / period;
        cosine * angle.cos() + sine * angle.sin()
    };
    b[0] + wave(b[1], b[2], 12.0) + wave(b[4], b[5], b[3]) + wave(b[7], b[8], b[6])
}

pub(super) fn gauss(b: &[f64], x: &[f64]) -> f64 {
    let peak = |height: f64, at: f64, width: f64| height * (-(x[0] - at).powi(2) / width.powi(2)).exp();
    b[0] * (-b[1] * x[0]).exp() + peak(b[2], b[3], b[4]) + peak(b[5], b[6], b[7])
}

/// Hahn1 and Thurber.
pub(super) fn cubics(b: &[f64], x: &[f64]) -> f64 {
    polynomial(&b[..4], x[0]) / (1.0 + x[0] * polynomial(&b[4..], x[0]))
}

pub(super) fn kirby2(b: &[f64], x: &[f64]) -> f64 {
    polynomial(&b[..3], x[0]) / (1.0 + x[0] * polynomial(&b[3..], x[0]))
}

/// By Horner's rule, the constant first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

pub(super) fn lanczos(b: &[f64], x: &[f64]) -> f64 {
    b.chunks(2).map(|term| term[0] * (-term[1] * x[0]).exp()).sum()
}

pub(super) fn mgh09(b: &[f64], x: &[f64]) -> f64 {
    let square = x[0] * x[0];
    b[0] * (square + x[0] * b[1]) / (square + x[0] * b[2] + b[3])
}

pub(super) fn mgh10(b: &[f64], x: &[f64]) -> f64 {
    b[0] * (b[1] / (x[0] + b[2])).exp()
}

pub(super) fn mgh17(b: &[f64], x: &[f64]) -> f64 {
    b[0] + b[1] * (-x[0] * b[3]).exp() + b[2] * (-x[0] * b[4]).exp()
}

pub(super) fn misra1b(b: &[f64], x: &[f64]) -> f64 {
    b[0] * (1.0 - (1.0 + b[1] * x[0] / 2.0).powi(-2))
}

pub(super) fn misra1c(b: &[f64], x: &[f64]) -> f64 {
    b[0] * (1.0 - (1.0 + 2.0 * b[1] * x[0]).powf(-0.5))
}

pub(super) fn misra1d(b: &[f64], x: &[f64]) -> f64 {
    b[0] * b[1] * x[0] / (1.0 + b[1] * x[0])
}

/// Of the logarithm of the response.
pub(super) fn nelson(b: &[f64], x: &[f64]) -> f64 {
    b[0] - b[1] * x[0] * (-b[2] * x[1]).exp()
}

pub(super) fn rat42(b: &[f64], x: &[f64]) -> f64 {
    b[0] / (1.0 + (b[1] - b[2] * x[0]).exp())
}

pub(super) fn rat43(b: &[f64], x: &[f64]) -> f64 {
    b[0] / (1.0 + (b[1] - b[2] * x[0]).exp()).powf(1.0 / b[3])
}

pub(super) fn roszman1(b: &[f64], x: &[f64]) -> f64 {
    b[0] - b[1] * x[0] - (b[2] / (x[0] - b[3])).atan() / PI
}
