//! argmin's solvers as minimizers.

mod door;
mod nelder_mead;

pub use nelder_mead::{NelderMead, NelderMeadOptions};
