//! What the crate promises: one module for each subject.

mod flat_vector;
mod networks;
mod scaling;
mod tables;
mod transfer_functions;
