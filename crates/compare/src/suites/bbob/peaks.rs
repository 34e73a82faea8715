//! Gallagher's functions: the greatest of many Gaussian peaks (f21 and f22 of RR-6829).

use nalgebra::{DMatrix, DVector};

use super::draw::{Draw, order, uniform};
use super::function::Shape;
use super::transform::{along, oscillated, penalty};

/// What distinguishes the two functions.
struct Peaks {
    count: usize,
    /// α of the highest peak; those of the others are `1000^(2j / (count - 2))`, j from 0 in random order.
    alpha: f64,
    /// The centres are in `[-width, width]^n` before they are turned, that of the highest peak in 0.8 times this.
    width: f64,
}

/// f21: 101 peaks.
pub(super) fn gallagher_101(draw: Draw) -> Shape {
    gallagher(&Peaks { count: 101, alpha: 1e3, width: 5.0 }, draw)
}

/// f22: 21 peaks, the highest of them narrower.
pub(super) fn gallagher_21(draw: Draw) -> Shape {
    gallagher(&Peaks { count: 21, alpha: 1e6, width: 4.9 }, draw)
}

/// A peak `h exp(-1/(2n) (R x - c)ᵀ C (R x - c))` with a diagonal C and a turned centre c.
struct Peak {
    height: f64,
    centre: DVector<f64>,
    diagonal: DVector<f64>,
}

impl Peak {
    fn at(&self, turned: &DVector<f64>) -> f64 {
        let away = turned - &self.centre;
        let square = away.component_mul(&away).dot(&self.diagonal);
        self.height * (-square / (2.0 * away.len() as f64)).exp()
    }
}

/// `T_osz(10 - max_k peak_k(x))² + f_pen(x)`
fn gallagher(peaks: &Peaks, draw: Draw) -> Shape {
    let r = draw.rotation();
    let centres = centres(peaks, draw);
    let alphas = alphas(peaks, draw);
    let peaks: Vec<Peak> = (0..peaks.count)
        .map(|k| Peak {
            height: height(k, peaks.count),
            centre: &r * centres.column(k),
            diagonal: diagonal(alphas[k], Draw { seed: draw.seed.wrapping_add(1000 * k as u64), ..draw }),
        })
        .collect();
    Shape::new(centres.column(0).into_owned(), move |x| {
        let turned = &r * x;
        let highest = peaks.iter().map(|peak| peak.at(&turned)).fold(0.0, f64::max);
        oscillated(10.0 - highest).powi(2) + penalty(x.as_slice())
    })
}

/// 10 for the first peak, for the others from 1.1 to 9.1 in equal steps.
fn height(k: usize, count: usize) -> f64 {
    if k == 0 { 10.0 } else { 1.1 + 8.0 * along(k - 1, count - 1) }
}

/// The centres before they are turned, one a column.
fn centres(peaks: &Peaks, draw: Draw) -> DMatrix<f64> {
    let deviates = uniform(draw.n * peaks.count, draw.seed);
    let mut centres = DMatrix::from_vec(draw.n, peaks.count, deviates);
    centres.apply(|u| *u = peaks.width * (2.0 * *u - 1.0));
    centres.column_mut(0).scale_mut(0.8);
    centres
}

/// α of each peak.
fn alphas(peaks: &Peaks, draw: Draw) -> Vec<f64> {
    let others = order(&uniform(peaks.count - 1, draw.seed));
    let alpha = |j: usize| 1e6_f64.powf(along(j, peaks.count - 1));
    std::iter::once(peaks.alpha).chain(others.into_iter().map(alpha)).collect()
}

/// The diagonal of C: that of `Λ^α / α^(1/4)` in random order.
fn diagonal(alpha: f64, draw: Draw) -> DVector<f64> {
    let order = order(&uniform(draw.n, draw.seed));
    DVector::from_fn(draw.n, |i, _| alpha.powf(along(order[i], draw.n) / 2.0 - 0.25))
}
