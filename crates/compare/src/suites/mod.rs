//! Sets of problems with published solutions.

mod hock_schittkowski;
mod linear_constraints;

pub use hock_schittkowski::hock_schittkowski;
pub use linear_constraints::linear_constraints;
