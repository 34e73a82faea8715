//! What the crate promises: one module for each subject.

mod flat_vector;
mod models;
mod networks;
mod onnx;
mod scaling;
mod sheets;
mod tables;
mod transfer_functions;
