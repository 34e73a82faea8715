//! The ingredients of the search.

use serde::{Deserialize, Serialize};

use crate::options::spelling;

/// The ingredients of [`HybridSearch`](crate::HybridSearch), each of which can be switched off to measure its effect;
/// default all.
///
/// ```
/// use search::{HybridOptions, HybridParts, HybridSearch};
///
/// let parts = HybridParts { model_axes: false, ..HybridParts::default() };
/// assert!(HybridSearch::new(HybridOptions { parts, ..HybridOptions::default() }).is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HybridParts {
    /// Whether the first iteration sweeps along the coordinates and moves as soon as a step improves; otherwise it
    /// polls.
    #[serde(deserialize_with = "spelling::switch")]
    pub first_sweep: bool,
    /// Whether the search steps to the kinks of all coordinates at once where most coordinates have one, as in sums
    /// of absolute values with about one term per coordinate. Kinks are looked for after the first sweep and where a
    /// kink has been detected, so there are fewer such steps without `first_sweep` or `variable_metric`.
    #[serde(deserialize_with = "spelling::switch")]
    pub kink_step: bool,
    /// Whether the minimizer of the model is evaluated before a poll.
    #[serde(deserialize_with = "spelling::switch")]
    pub model_step: bool,
    /// Whether polls go along the eigenvectors of the model's Hessian; otherwise along the coordinates.
    #[serde(deserialize_with = "spelling::switch")]
    pub model_axes: bool,
    /// Whether three models are fitted that differ in how much they trust distant points, and the one with the best
    /// recent predictions is used; otherwise only the fit for smooth objectives.
    #[serde(deserialize_with = "spelling::switch")]
    pub several_fits: bool,
    /// Whether the mesh is refined without a poll if the model's step is short and its last prediction was good.
    #[serde(deserialize_with = "spelling::switch")]
    pub skip_polls: bool,
    /// Whether steps of a variable metric (BFGS on finite differences) lead where a kink has been found; needs
    /// `several_fits`, which detects kinks.
    #[serde(deserialize_with = "spelling::switch")]
    pub variable_metric: bool,
    /// Whether a failed poll near failed evaluations continues along the edge of the domain.
    #[serde(deserialize_with = "spelling::switch")]
    pub follow_walls: bool,
}

impl Default for HybridParts {
    fn default() -> Self {
        HybridParts {
            first_sweep: true,
            kink_step: true,
            model_step: true,
            model_axes: true,
            several_fits: true,
            skip_polls: true,
            variable_metric: true,
            follow_walls: true,
        }
    }
}
