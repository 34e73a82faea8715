//! Reports on the runs of a study: HTML, Markdown, LaTeX, CSV and SVG; with the feature `pictures` also PDF and PNG.

mod csv;
mod html;
mod latex;
mod markdown;
#[cfg(feature = "pictures")]
mod pictures;
mod summary;
mod svg;
mod tables;
mod text;

pub use csv::csv;
pub use html::html;
pub use latex::{LatexTable, latex};
pub use markdown::markdown;
#[cfg(feature = "pictures")]
pub use pictures::{PictureError, pdf, png};
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
