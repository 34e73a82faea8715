//! What the search is made of.

use serde::{Deserialize, Serialize};

use crate::options::spelling;

/// The parts of [`HybridSearch`](crate::HybridSearch), each of which can be left out to see what it is worth; default all.
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
    /// Whether the first iteration sweeps along the coordinates, moving at once; else it is a poll.
    #[serde(deserialize_with = "spelling::switch")]
    pub first_sweep: bool,
    /// Whether steps go to the kinks of all coordinates at once where most coordinates have one, as in sums of absolute values
    /// with nearly a coordinate to each. They are looked for after the first sweep and where a kink has been seen, so that
    /// without `first_sweep` or `variable_metric` there are fewer of these steps.
    #[serde(deserialize_with = "spelling::switch")]
    pub kink_step: bool,
    /// Whether the point where the model is least is tried before a poll.
    #[serde(deserialize_with = "spelling::switch")]
    pub model_step: bool,
    /// Whether polls go along the eigenvectors of the model's Hessian; else along the coordinates.
    #[serde(deserialize_with = "spelling::switch")]
    pub model_axes: bool,
    /// Whether models are fitted in three ways, which differ in how far points away from the incumbent are trusted, and
    /// the one is used that has predicted best of late; else in the way that suits smooth objectives.
    #[serde(deserialize_with = "spelling::switch")]
    pub several_fits: bool,
    /// Whether the mesh gets finer without a poll where the model's step is short and the one before was right.
    #[serde(deserialize_with = "spelling::switch")]
    pub skip_polls: bool,
    /// Whether steps of a variable metric (BFGS, on differences) take the lead where a kink has been seen; needs
    /// `several_fits`, by which kinks are expected.
    #[serde(deserialize_with = "spelling::switch")]
    pub variable_metric: bool,
    /// Whether a poll that fails where evaluations have failed nearby goes on along the edge of what has no value.
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
