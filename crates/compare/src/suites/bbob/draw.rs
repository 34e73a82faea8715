//! The random numbers of an instance. COCO (Hansen, Auger, Ros, Mersmann, Tušar & Brockhoff 2021, "COCO: a platform for
//! comparing continuous optimizers in a black-box setting", Optim. Methods Softw. 36, 114-144) makes its instances of them,
//! and ours are the same.

use std::f64::consts::PI;

use nalgebra::{DMatrix, DVector};

use super::transform::conditioning;

/// The prime modulus `2³¹ - 1` and the multiplier of the "minimal standard" generator (Park & Miller 1988, Comm. ACM 31,
/// 1192-1201).
const MODULUS: u64 = (1 << 31) - 1;
const MULTIPLIER: u64 = 16807;

/// Numbers in the table of the shuffle, and how many numbers of the generator share a place of it.
const TABLE: usize = 32;
const SHARE: u64 = 67_108_865;

/// Numbers that are passed over before the table is filled.
const PASSED_OVER: usize = 8;

/// Uniform deviates between 0 and 1: the minimal standard generator with the shuffle of Bays & Durham (1976, ACM Trans.
/// Math. Softw. 2, 59-64).
pub(super) fn uniform(count: usize, seed: u64) -> Vec<f64> {
    let mut state = (seed % MODULUS).max(1);
    let mut next = || {
        state = MULTIPLIER * state % MODULUS;
        state
    };
    for _ in 0..PASSED_OVER {
        next();
    }
    let mut table = [0; TABLE];
    table.iter_mut().rev().for_each(|place| *place = next());
    let mut last = table[0];
    let deviate = |_| {
        let number = next();
        last = std::mem::replace(&mut table[(last / SHARE) as usize], number);
        last as f64 / MODULUS as f64
    };
    (0..count).map(deviate).collect()
}

/// Normal deviates, by Box & Muller (1958): `sqrt(-2 ln u_i) cos(2π u_{count+i})`.
pub(super) fn normal(count: usize, seed: u64) -> Vec<f64> {
    let deviates = uniform(2 * count, seed);
    let (radii, angles) = deviates.split_at(count);
    radii.iter().zip(angles).map(|(u, v)| (-2.0 * u.ln()).sqrt() * (2.0 * PI * v).cos()).collect()
}

/// The numbers from 0 that put the deviates in order.
pub(super) fn order(deviates: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..deviates.len()).collect();
    order.sort_by(|&a, &b| deviates[a].total_cmp(&deviates[b]));
    order
}

/// What an instance of a function with n coordinates is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Draw {
    pub(super) seed: u64,
    pub(super) n: usize,
}

impl Draw {
    /// The seed of a function's instance. Two functions share the seed of their simpler versions, 3 and 17.
    pub(super) fn of(number: usize, instance: u64, n: usize) -> Self {
        let shared = match number {
            4 => 3,
            18 => 17,
            number => number as u64,
        };
        Draw { seed: instance.wrapping_mul(10_000).wrapping_add(shared), n }
    }

    /// Another draw of the same instance, for the other of two rotations.
    pub(super) fn another(self) -> Self {
        Draw { seed: self.seed.wrapping_add(1_000_000), ..self }
    }

    /// The least value: a Cauchy deviate times 100, rounded to hundredths, between -1000 and 1000.
    pub(super) fn least(self) -> f64 {
        let [g, h] = [self.seed, self.seed.wrapping_add(1)].map(|seed| normal(1, seed)[0]);
        ((100.0 * 100.0 * g / h + 0.5).floor() / 100.0).clamp(-1000.0, 1000.0)
    }

    /// An optimal point in `[-4, 4]^n`, with four digits and no zero.
    pub(super) fn point(self) -> DVector<f64> {
        let coordinate = |u: &f64| match 8.0 * (1e4 * u).floor() / 1e4 - 4.0 {
            0.0 => -1e-5,
            x => x,
        };
        DVector::from_iterator(self.n, uniform(self.n, self.seed).iter().map(coordinate))
    }

    /// A sign for each coordinate.
    pub(super) fn signs(self) -> DVector<f64> {
        let sign = |u: &f64| if *u < 0.5 { -1.0 } else { 1.0 };
        DVector::from_iterator(self.n, uniform(self.n, self.seed).iter().map(sign))
    }

    /// An orthogonal matrix: normal deviates, made orthogonal column by column (Gram & Schmidt).
    pub(super) fn rotation(self) -> DMatrix<f64> {
        let mut rotation = DMatrix::from_vec(self.n, self.n, normal(self.n * self.n, self.seed));
        for i in 0..self.n {
            for j in 0..i {
                let before = rotation.column(j).into_owned();
                let along = rotation.column(i).dot(&before);
                rotation.column_mut(i).axpy(-along, &before, 1.0);
            }
            let length = rotation.column(i).norm();
            rotation.column_mut(i).unscale_mut(length);
        }
        rotation
    }

    /// `Q Λ^α R`, where R is the rotation of this draw and Q that of the other. In functions that turn the point before
    /// they distort it, the report calls them Q and R.
    pub(super) fn conditioned(self, alpha: f64) -> DMatrix<f64> {
        let diagonal = DMatrix::from_diagonal(&conditioning(alpha, self.n));
        self.another().rotation() * diagonal * self.rotation()
    }
}
