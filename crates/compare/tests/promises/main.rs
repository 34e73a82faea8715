//! What the crate promises: one module for each subject.

mod analysis;
mod bbob;
mod bridges;
mod comparisons;
mod constrained_suites;
mod convergence;
mod exported;
mod imported;
mod integrity;
mod known_optima;
mod more_wild;
mod own_problems;
mod own_solvers;
mod own_studies;
mod profiles;
mod program;
mod report_files;
mod report_page;
mod residuals;
mod strd;
mod studies;
mod unfinished;
