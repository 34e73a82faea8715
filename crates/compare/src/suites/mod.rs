//! Sets of problems with published solutions.

mod hock_schittkowski;

pub use hock_schittkowski::hock_schittkowski;
