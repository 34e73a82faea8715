//! What the runs of a study say, as one HTML page, Markdown and CSV.

mod csv;
mod html;
mod markdown;
mod summary;

pub use csv::csv;
pub use html::html;
pub use markdown::markdown;
pub use summary::{BUDGETS, SolverSummary, SuiteSummary, TOLERANCES, summarize};
