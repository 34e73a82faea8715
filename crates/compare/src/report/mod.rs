//! Reports on the runs of a study: HTML, Markdown, CSV and SVG.

mod csv;
mod html;
mod markdown;
mod summary;
mod svg;
mod text;

pub use csv::csv;
pub use html::html;
pub use markdown::markdown;
pub use summary::{BUDGETS, LeftOut, SolverSummary, SuiteSummary, TOLERANCES, summarize};
pub use svg::svg;
pub use text::{counted, one_line};

use crate::study::Gap;

/// What an unfinished suite lacks, in words.
fn incomplete(Gap { suite, stored, planned }: &Gap) -> String {
    format!(
        "{suite} is incomplete: {stored} of {planned} runs are stored. Instances that some solver has not run on are in no figure."
    )
}
