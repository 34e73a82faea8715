//! What the runs of a study say, as Markdown and CSV.

mod markdown;
mod summary;

pub use markdown::markdown;
pub use summary::{SolverSummary, SuiteSummary, TOLERANCES, summarize};
