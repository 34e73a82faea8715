//! Sets of problems with published solutions.

mod hock_schittkowski;
mod nonlinear;

pub use hock_schittkowski::hock_schittkowski;
pub use nonlinear::hock_schittkowski_nonlinear;
