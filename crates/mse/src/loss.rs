//! Losses: how bad the answers of a network are, and their slopes.

use std::fmt;
use std::sync::Arc;

use ndarray::{ArrayView2, ArrayViewMut2};
use netcore::Transfer;

/// What the outputs of a network are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Numbers: a linear output layer, with the targets scaled to mean 0 and standard deviation 1.
    Numbers,
    /// Probabilities of classes: `logsig` of one output for two classes, `softmax` of one for each of more.
    Probabilities,
}

impl Link {
    /// The transfer function of the output layer.
    pub(crate) fn transfer(self, rows: usize) -> Transfer {
        match self {
            Link::Numbers => Transfer::Purelin,
            Link::Probabilities if rows == 1 => Transfer::Logsig,
            Link::Probabilities => Transfer::Softmax,
        }
    }
}

/// How bad the answers of a network are: the mean over samples, weighted by the samples' weights.
///
/// With errors `e = y - t` in units of the targets' standard deviations, and net inputs n of the output layer:
///
/// | loss | of one sample | slope |
/// |---|---|---|
/// | `Squares` | mean over targets of `e²` | yes |
/// | `Absolute` | mean over targets of `|e|` | where `e ≠ 0` |
/// | `Huber(δ)` | mean of `e²/2` for `|e| <= δ`, else `δ (|e| - δ/2)` (Huber 1964) | yes |
/// | `CrossEntropy` | `ln(1 + exp(n)) - t n`; `ln Σ exp(n_k) - n_class` | yes |
/// | `ZeroOne` | 1 for a wrong class, else 0 | no |
#[derive(Clone)]
#[non_exhaustive]
pub enum Loss {
    /// The mean squared error.
    Squares,
    /// The mean absolute error, which outliers move less.
    Absolute,
    /// Squares for errors up to δ > 0 standard deviations of the target, absolute beyond.
    Huber(f64),
    /// The negative logarithm of the probability of the sample's class.
    CrossEntropy,
    /// The share of wrong classes.
    ZeroOne,
    /// Any function.
    User(UserLoss),
}

/// A loss of one's own: of all outputs and targets (rows × samples), in the units of the targets or as
/// probabilities. Sample weights do not enter it. A NaN or an infinity counts as a failed evaluation.
#[derive(Clone)]
pub struct UserLoss(Arc<UserFunction>);

type UserFunction = dyn Fn(ArrayView2<'_, f64>, ArrayView2<'_, f64>) -> f64 + Send + Sync;

impl UserLoss {
    pub(crate) fn value(&self, outputs: ArrayView2<'_, f64>, targets: ArrayView2<'_, f64>) -> f64 {
        (self.0)(outputs, targets)
    }
}

impl Loss {
    /// A loss of one's own: see [`UserLoss`].
    pub fn user(
        loss: impl Fn(ArrayView2<'_, f64>, ArrayView2<'_, f64>) -> f64 + Send + Sync + 'static,
    ) -> Self {
        Loss::User(UserLoss(Arc::new(loss)))
    }

    /// The default: squares for numbers, cross-entropy for probabilities.
    pub fn of(link: Link) -> Self {
        match link {
            Link::Numbers => Loss::Squares,
            Link::Probabilities => Loss::CrossEntropy,
        }
    }

    /// Returns `true` if a gradient method can minimize it.
    pub fn has_slopes(&self) -> bool {
        !matches!(self, Loss::ZeroOne | Loss::User(_))
    }

    /// Returns `true` if it fits the outputs.
    pub(crate) fn fits(&self, link: Link) -> bool {
        match self {
            Loss::Squares | Loss::Absolute | Loss::Huber(_) => link == Link::Numbers,
            Loss::CrossEntropy | Loss::ZeroOne => link == Link::Probabilities,
            Loss::User(_) => true,
        }
    }

    /// The weighted sum over samples (weights ω) of the loss of net inputs n against scaled targets t, all rows
    /// × samples, and the slopes `ω dℓ/dn` if they are asked for and there are any.
    pub(crate) fn sum(
        &self,
        n: ArrayView2<'_, f64>,
        t: ArrayView2<'_, f64>,
        weights: &[f64],
        slopes: Option<ArrayViewMut2<'_, f64>>,
    ) -> f64 {
        let per_target = 1.0 / n.nrows() as f64;
        match self {
            Loss::Squares => elementwise(n, t, weights, per_target, slopes, squares),
            Loss::Absolute => elementwise(n, t, weights, per_target, slopes, absolute),
            Loss::Huber(delta) => elementwise(n, t, weights, per_target, slopes, |n, t| huber(n, t, *delta)),
            Loss::CrossEntropy if n.nrows() == 1 => elementwise(n, t, weights, 1.0, slopes, logistic),
            Loss::CrossEntropy => softmax(n, t, weights, slopes),
            Loss::ZeroOne => wrong(n, t, weights),
            Loss::User(_) => unreachable!("it is called with outputs"),
        }
    }
}

impl fmt::Debug for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Loss::Squares => f.write_str("squares"),
            Loss::Absolute => f.write_str("absolute"),
            Loss::Huber(delta) => write!(f, "huber({delta})"),
            Loss::CrossEntropy => f.write_str("cross-entropy"),
            Loss::ZeroOne => f.write_str("zero-one"),
            Loss::User(_) => f.write_str("user's"),
        }
    }
}

/// `e²`, with `d/dn = 2 e`.
fn squares(n: f64, t: f64) -> (f64, f64) {
    let e = n - t;
    (e * e, 2.0 * e)
}

/// `|e|`, with `d/dn = sign e`, and 0 at 0.
fn absolute(n: f64, t: f64) -> (f64, f64) {
    let e = n - t;
    (e.abs(), if e == 0.0 { 0.0 } else { e.signum() })
}

/// `e²/2` up to `|e| = δ`, `δ (|e| - δ/2)` beyond, with `d/dn = e` clamped to `[-δ, δ]`.
fn huber(n: f64, t: f64, delta: f64) -> (f64, f64) {
    let e = n - t;
    let value = if e.abs() <= delta { 0.5 * e * e } else { delta * (e.abs() - 0.5 * delta) };
    (value, e.clamp(-delta, delta))
}

/// `ln(1 + exp(n)) - t n`, with `d/dn = 1 / (1 + exp(-n)) - t`.
fn logistic(n: f64, t: f64) -> (f64, f64) {
    let small = (-n.abs()).exp();
    let p = if n >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
    (n.max(0.0) + small.ln_1p() - t * n, p - t)
}

fn elementwise(
    n: ArrayView2<'_, f64>,
    t: ArrayView2<'_, f64>,
    weights: &[f64],
    factor: f64,
    mut slopes: Option<ArrayViewMut2<'_, f64>>,
    pair: impl Fn(f64, f64) -> (f64, f64),
) -> f64 {
    let mut sum = 0.0;
    for row in 0..n.nrows() {
        let losses = n.row(row).into_iter().zip(t.row(row)).zip(weights).map(|((&n, &t), &weight)| {
            let (value, slope) = pair(n, t);
            (weight * factor * value, weight * factor * slope)
        });
        match &mut slopes {
            None => losses.for_each(|(value, _)| sum += value),
            Some(slopes) => {
                for (target, (value, slope)) in slopes.row_mut(row).iter_mut().zip(losses) {
                    sum += value;
                    *target = slope;
                }
            }
        }
    }
    sum
}

/// `ln Σ exp(n_k) - Σ t_k n_k`, with `d/dn_k = exp(n_k) / Σ exp(n_j) - t_k`, for targets that sum to 1.
fn softmax(
    n: ArrayView2<'_, f64>,
    t: ArrayView2<'_, f64>,
    weights: &[f64],
    mut slopes: Option<ArrayViewMut2<'_, f64>>,
) -> f64 {
    let mut sum = 0.0;
    for (sample, &weight) in weights.iter().enumerate() {
        let (n, t) = (n.column(sample), t.column(sample));
        let most = n.fold(f64::NEG_INFINITY, |most, &n| most.max(n));
        let total: f64 = n.iter().map(|n| (n - most).exp()).sum();
        sum += weight * (most + total.ln() - n.dot(&t));
        if let Some(slopes) = &mut slopes {
            for (class, (n, t)) in n.iter().zip(t).enumerate() {
                slopes[[class, sample]] = weight * ((n - most).exp() / total - t);
            }
        }
    }
    sum
}

/// 1 for a sample whose largest net input (the first of equals; of one, 0 and less is the first class) is not
/// that of its class.
fn wrong(n: ArrayView2<'_, f64>, t: ArrayView2<'_, f64>, weights: &[f64]) -> f64 {
    let class = |values: ndarray::ArrayView1<'_, f64>, limit: f64| match values.len() {
        1 => usize::from(values[0] > limit),
        _ => crate::classes::first_largest(values.iter()),
    };
    let samples = n.columns().into_iter().zip(t.columns()).zip(weights);
    samples.map(|((n, t), weight)| if class(n, 0.0) == class(t, 0.5) { 0.0 } else { *weight }).sum()
}
