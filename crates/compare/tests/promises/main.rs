//! What the crate promises: one module for each subject.

mod analysis;
mod comparisons;
mod constrained_suites;
mod convergence;
mod integrity;
mod known_optima;
mod more_wild;
mod own_problems;
mod profiles;
mod program;
mod report_page;
mod residuals;
mod strd;
mod studies;
mod unfinished;
