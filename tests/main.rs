//! What crosses the crates: one module for each subject.

mod example;
mod example_process;
mod flat_vector;
mod iris_fits;
mod killed_and_resumed;
mod matlab_conformance;
