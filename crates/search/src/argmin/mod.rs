//! argmin's solvers as minimizers, and the pattern search as a solver of argmin's.

mod door;
mod nelder_mead;
mod pattern_solver;

pub use nelder_mead::{NelderMead, NelderMeadOptions};
pub use pattern_solver::PatternSolver;
