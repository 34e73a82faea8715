//! The transfer functions of a layer, and their derivatives.

mod backward;
mod forward;
mod log_sums;

pub use forward::UnitRows;
pub use log_sums::{softmax_with_log_sums, softplus};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A transfer function, which a layer applies to its net input `n = W a + b`.
///
/// The names are MATLAB's, in code and in files (`"tansig"`); the formulas are those of the
/// documentation pages of the same names. [`Softmax`](Self::Softmax), [`Compet`](Self::Compet) and
/// [`Radbasn`](Self::Radbasn) couple the units of a layer; all others act on each unit alone.
///
/// ```
/// use netcore::Transfer;
/// use ndarray::array;
///
/// let mut layer = array![[0.0, 0.5], [-1.0, 2.0]]; // units × samples
/// Transfer::Poslin.apply(layer.view_mut());
/// assert_eq!(layer, array![[0.0, 0.5], [0.0, 2.0]]);
/// assert_eq!("tansig".parse::<Transfer>()?, Transfer::Tansig);
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transfer {
    /// `2 / (1 + exp(-2n)) - 1`, computed as the identical `tanh n`, which keeps all digits near 0.
    Tansig,
    /// `1 / (1 + exp(-n))`.
    Logsig,
    /// `n`.
    Purelin,
    /// `max(0, n)`.
    Poslin,
    /// `n` clamped to `[0, 1]`.
    Satlin,
    /// `n` clamped to `[-1, 1]`.
    Satlins,
    /// 1 where `n >= 0`, else 0.
    Hardlim,
    /// 1 where `n >= 0`, else -1.
    Hardlims,
    /// `exp(-n²)`.
    Radbas,
    /// `exp(-n²)` divided by its sum over the units of the layer.
    Radbasn,
    /// `max(0, 1 - |n|)`.
    Tribas,
    /// `exp(n)` divided by its sum over the units of the layer.
    Softmax,
    /// 1 for the unit with the largest net input (the first of equals), 0 for the others.
    Compet,
    /// `n / (1 + |n|)`.
    Elliotsig,
    /// `n |n| / (1 + n²)`.
    Elliot2sig,
    /// `1 / n`, infinite at 0.
    Netinv,
}

impl Transfer {
    /// Every transfer function.
    pub const ALL: [Transfer; 16] = [
        Transfer::Tansig,
        Transfer::Logsig,
        Transfer::Purelin,
        Transfer::Poslin,
        Transfer::Satlin,
        Transfer::Satlins,
        Transfer::Hardlim,
        Transfer::Hardlims,
        Transfer::Radbas,
        Transfer::Radbasn,
        Transfer::Tribas,
        Transfer::Softmax,
        Transfer::Compet,
        Transfer::Elliotsig,
        Transfer::Elliot2sig,
        Transfer::Netinv,
    ];

    /// MATLAB's name, for example `"tansig"`.
    pub fn name(self) -> &'static str {
        match self {
            Transfer::Tansig => "tansig",
            Transfer::Logsig => "logsig",
            Transfer::Purelin => "purelin",
            Transfer::Poslin => "poslin",
            Transfer::Satlin => "satlin",
            Transfer::Satlins => "satlins",
            Transfer::Hardlim => "hardlim",
            Transfer::Hardlims => "hardlims",
            Transfer::Radbas => "radbas",
            Transfer::Radbasn => "radbasn",
            Transfer::Tribas => "tribas",
            Transfer::Softmax => "softmax",
            Transfer::Compet => "compet",
            Transfer::Elliotsig => "elliotsig",
            Transfer::Elliot2sig => "elliot2sig",
            Transfer::Netinv => "netinv",
        }
    }

    /// Returns `true` if each unit's output depends only on its own net input and never falls as it rises, in
    /// exact arithmetic. (Rounding may lower `elliotsig` and `elliot2sig` by their last digit.)
    pub fn is_nondecreasing(self) -> bool {
        use Transfer::*;
        match self {
            Tansig | Logsig | Purelin | Poslin | Satlin | Satlins => true,
            Hardlim | Hardlims | Elliotsig | Elliot2sig => true,
            Radbas | Radbasn | Tribas | Softmax | Compet | Netinv => false,
        }
    }

    /// Returns `true` if each unit's output depends only on its own net input.
    pub fn acts_on_each_unit_alone(self) -> bool {
        !matches!(self, Transfer::Softmax | Transfer::Radbasn | Transfer::Compet)
    }

    /// Returns `true` if a small change of the net input makes only a small change of the output. This is
    /// false for the steps `hardlim`, `hardlims` and `compet`, and for `netinv` with its pole.
    pub fn is_continuous(self) -> bool {
        use Transfer::*;
        !matches!(self, Hardlim | Hardlims | Compet | Netinv)
    }

    /// Returns `true` if the derivative is useful. This is false for the steps `hardlim`, `hardlims` and
    /// `compet`, whose derivative is zero wherever it exists.
    pub fn has_useful_derivative(self) -> bool {
        !matches!(self, Transfer::Hardlim | Transfer::Hardlims | Transfer::Compet)
    }
}

impl fmt::Display for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Transfer {
    type Err = Error;

    /// Reads MATLAB's name of the function.
    ///
    /// # Errors
    /// [`Error::UnknownTransfer`] with the list of names.
    fn from_str(name: &str) -> Result<Self, Error> {
        Transfer::ALL
            .into_iter()
            .find(|transfer| transfer.name() == name)
            .ok_or_else(|| Error::UnknownTransfer { name: name.to_owned() })
    }
}
