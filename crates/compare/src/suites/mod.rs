//! Sets of problems with published solutions.

mod hock_schittkowski;
mod more_wild;

pub use hock_schittkowski::hock_schittkowski;
pub use more_wild::{Kind, more_wild};
