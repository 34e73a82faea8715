//! `hybrid` without one ingredient.

use search::{Error, HybridOptions, HybridParts, Minimizer};

use super::Entry;
use super::ours::hybrid;

/// `hybrid` with one ingredient left out at a time, to see what each is worth.
///
/// ```
/// assert!(compare::study::ablation().iter().all(|entry| entry.name.starts_with("hybrid-without-")));
/// ```
pub fn ablation() -> Vec<Entry> {
    vec![
        Entry::new("hybrid-without-sweep", "hybrid, beginning with a poll", || {
            made_of(HybridParts { first_sweep: false, ..HybridParts::default() })
        }),
        Entry::new(
            "hybrid-without-kink-step",
            "hybrid, without steps to the kinks of all coordinates",
            || made_of(HybridParts { kink_step: false, ..HybridParts::default() }),
        ),
        Entry::new("hybrid-without-model-step", "hybrid, polls only", || {
            made_of(HybridParts { model_step: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-model-axes", "hybrid, polls along the coordinates", || {
            made_of(HybridParts { model_axes: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-several-fits", "hybrid, models for smooth functions only", || {
            made_of(HybridParts { several_fits: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-skipped-polls", "hybrid, without skipping polls", || {
            made_of(HybridParts { skip_polls: false, ..HybridParts::default() })
        }),
        Entry::new("hybrid-without-variable-metric", "hybrid, models and polls only at kinks", || {
            made_of(HybridParts { variable_metric: false, ..HybridParts::default() })
        }),
    ]
}

/// The hybrid search made of these parts.
fn made_of(parts: HybridParts) -> Result<Box<dyn Minimizer>, Error> {
    hybrid(HybridOptions { parts, ..HybridOptions::default() })
}
