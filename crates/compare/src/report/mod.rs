//! What the runs of a study say, as Markdown and CSV.

mod csv;
mod markdown;
mod summary;

pub use csv::csv;
pub use markdown::markdown;
pub use summary::{BUDGETS, SolverSummary, SuiteSummary, TOLERANCES, summarize};
