//! Losses: how bad the answers of a network are, and their slopes.

mod sums;

use std::fmt;
use std::sync::Arc;

use ndarray::ArrayView2;
use netcore::{Rows, Transfer};

use sums::{absolute, elementwise, huber, logistic, softmax, squares, wrong};

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

    /// Returns `true` if samples of equal inputs count by their mean target alone.
    pub(crate) fn is_linear_in_targets(&self) -> bool {
        matches!(self, Loss::CrossEntropy)
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
    /// × samples. Writes the slopes `ω dℓ/dn` if the loss has any. The weights are padded as rows are.
    pub(crate) fn sum(&self, n: &Rows, t: &Rows, weights: &[f64], slopes: &mut Rows) -> f64 {
        let per_target = 1.0 / n.rows() as f64;
        match self {
            Loss::Squares => elementwise(n, t, weights, per_target, slopes, squares),
            Loss::Absolute => elementwise(n, t, weights, per_target, slopes, absolute),
            Loss::Huber(delta) => elementwise(n, t, weights, per_target, slopes, |n, t| huber(n, t, *delta)),
            Loss::CrossEntropy if n.rows() == 1 => logistic(n, t, weights, slopes),
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
