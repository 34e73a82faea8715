//! What the crate promises: one module for each subject.

mod answers;
mod constraints;
mod fitting;
mod incremental;
mod journal;
mod matlab;
mod objective;
mod projection;
mod quasi_newton;
mod report;
mod scores;
mod training;
