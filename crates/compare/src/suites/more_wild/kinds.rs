//! Smooth, nonsmooth and noisy forms of the same functions.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Failure, LeastSquares, Loss, Objective, Residuals};

use super::functions::Function;

/// The objective that is made of the residuals F(x) of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `f(x) = Σ F_i(x)²`.
    Smooth,
    /// `Σ |F_i(x)|`, with x clipped at zero from below for the functions 8, 9, 13, 16, 17 and 18, whose residuals
    /// behave badly there.
    Nonsmooth,
    /// `f(x) (1 + 10⁻³ φ(x))` with `φ = a (4 a² - 3)` and `a = 0.9 sin(100 ‖x‖₁) cos(100 ‖x‖_∞) + 0.1 cos ‖x‖₂`.
    DeterministicNoise,
    /// `Σ ((1 + 10⁻³ u_i) F_i(x))²` with u uniform in [-1, 1]. Drawn for each point, and the same for the
    /// same point and seed, as an objective's value must be. A search that averages over repeated values
    /// therefore gains nothing.
    StochasticNoise,
}

/// The relative size of noise.
const NOISE: f64 = 1e-3;

/// One of the problems.
pub(super) struct Objective53 {
    pub(super) function: Function,
    pub(super) residuals: usize,
    pub(super) kind: Kind,
    pub(super) seed: u64,
}

impl Objective53 {
    fn squares(&self, x: &[f64]) -> f64 {
        sum_of_squares(&self.function.residuals(x, self.residuals))
    }

    /// The residuals of the nonsmooth form.
    fn clipped_residuals(&self, x: &[f64]) -> Vec<f64> {
        if self.function.is_clipped() {
            let clipped: Vec<f64> = x.iter().map(|x| x.max(0.0)).collect();
            return self.function.residuals(&clipped, self.residuals);
        }
        self.function.residuals(x, self.residuals)
    }

    /// `(1 + 10⁻³ u_i) F_i(x)`
    fn noisy_residuals(&self, x: &[f64]) -> Vec<f64> {
        let mut random = at_point(x, self.seed);
        let mut noisy = |r: f64| (1.0 + NOISE * random.random_range(-1.0..=1.0)) * r;
        self.function.residuals(x, self.residuals).into_iter().map(&mut noisy).collect()
    }
}

fn sum_of_squares(residuals: &[f64]) -> f64 {
    residuals.iter().map(|r| r * r).sum()
}

impl Objective for Objective53 {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(match self.kind {
            Kind::Smooth => self.squares(x),
            Kind::Nonsmooth => self.clipped_residuals(x).iter().map(|r| r.abs()).sum(),
            Kind::DeterministicNoise => self.squares(x) * (1.0 + NOISE * wave(x)),
            Kind::StochasticNoise => sum_of_squares(&self.noisy_residuals(x)),
        })
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        Some(self)
    }
}

impl Residuals for Objective53 {
    fn form(&self) -> LeastSquares {
        let squares = LeastSquares::of(self.residuals);
        match self.kind {
            Kind::Nonsmooth => squares.with_loss(Loss::L1).expect("a loss without a scale"),
            _ => squares,
        }
    }

    fn residuals_at(&self, x: &[f64], residuals: &mut [f64]) -> Result<f64, Failure> {
        let written = match self.kind {
            Kind::StochasticNoise => self.noisy_residuals(x),
            Kind::Nonsmooth => self.clipped_residuals(x),
            _ => self.function.residuals(x, self.residuals),
        };
        residuals.copy_from_slice(&written);
        if self.kind == Kind::DeterministicNoise {
            // The squares of these sum to f (1 + 10⁻³ φ).
            let factor = (1.0 + NOISE * wave(x)).sqrt();
            residuals.iter_mut().for_each(|r| *r *= factor);
        }
        self.value(x)
    }
}

/// The deterministic noise φ, between -1 and 1.
pub(in crate::suites) fn wave(x: &[f64]) -> f64 {
    let one: f64 = x.iter().map(|x| x.abs()).sum();
    let largest = x.iter().map(|x| x.abs()).fold(0.0, f64::max);
    let two = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let a = 0.9 * (100.0 * one).sin() * (100.0 * largest).cos() + 0.1 * two.cos();
    a * (4.0 * a * a - 3.0)
}

/// Random numbers that depend on every bit of a point, and on the seed (FNV-1a over both).
pub(in crate::suites) fn at_point(x: &[f64], seed: u64) -> Xoshiro256PlusPlus {
    let bytes = x.iter().flat_map(|x| x.to_bits().to_le_bytes()).chain(seed.to_le_bytes());
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    Xoshiro256PlusPlus::seed_from_u64(bytes.fold(0xcbf2_9ce4_8422_2325, mix))
}
