//! What the crate promises: one module for each subject.

mod answers;
mod fitting;
mod incremental;
mod objective;
mod projection;
