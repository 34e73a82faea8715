//! What the crate promises: one module for each subject.

mod answers;
mod constraints;
mod fitting;
mod incremental;
mod objective;
mod projection;
mod quasi_newton;
mod scores;
mod training;
