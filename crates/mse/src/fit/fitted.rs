//! What a fit returns.

use netcore::Network;
use search::Outcome;

/// A fitted network and the run that fitted it.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The network with the best parameters found.
    pub network: Network,
    /// The outcome of the run. Its value is the performance, by default the mean squared error; its point is the whole
    /// flat vector.
    /// Everything else is as the solver saw it: if the output layer was solved for, it refers to the hidden
    /// parameters, and the output layer was solved for at the start as well.
    pub outcome: Outcome,
    pub(super) mse: f64,
    pub(super) mse_before: f64,
}

impl Fitted {
    /// Mean squared error after the fit, in squared units of the target.
    pub fn mse(&self) -> f64 {
        self.mse
    }

    /// Mean squared error at the start; infinite if it was not finite.
    pub fn mse_before(&self) -> f64 {
        self.mse_before
    }
}
