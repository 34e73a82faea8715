//! What a fit minimizes.

use std::sync::Arc;

use netcore::{Network, Table};
use search::Objective;

use crate::{CrossEntropy, Error, MeanSquaredError, Regularized};

/// What a fit minimizes: MATLAB's `performFcn`.
#[doc(alias = "performFcn")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Performance {
    /// `mse`: the mean squared error, with a share of squared parameters ([`Regularized`]).
    Mse {
        /// MATLAB's `performParam.regularization`, from 0 to 1; default 0.
        regularization: f64,
    },
    /// `crossentropy`, for the networks of [`Network::patternnet`] ([`CrossEntropy`]).
    CrossEntropy,
}

impl Default for Performance {
    fn default() -> Self {
        Performance::Mse { regularization: 0.0 }
    }
}

impl Performance {
    pub(super) fn objective(
        self,
        network: &Network,
        table: &Table,
        error: &Arc<MeanSquaredError>,
    ) -> Result<Arc<dyn Objective>, Error> {
        Ok(match self {
            Performance::Mse { regularization: 0.0 } => Arc::clone(error) as _,
            Performance::Mse { regularization } => {
                Arc::new(Regularized::new(Arc::clone(error), regularization)?)
            }
            Performance::CrossEntropy => {
                Arc::new(CrossEntropy::new(network, table.inputs(), table.targets())?)
            }
        })
    }

    pub(super) fn check_solved(self) -> Result<(), Error> {
        if self == Performance::default() {
            return Ok(());
        }
        let expected = "the mean squared error alone where the output layer is solved for";
        Err(Error::Training { argument: "performance", value: format!("{self:?}"), expected })
    }
}
