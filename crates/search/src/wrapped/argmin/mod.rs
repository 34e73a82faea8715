//! argmin's solvers as minimizers, and the pattern search as an argmin solver.

mod door;
mod drive;
mod gradient_search;
mod nelder_mead;
mod particle_swarm;
mod pattern_solver;
mod scalar_search;
mod simulated_annealing;

pub use gradient_search::{GradientMethod, GradientOptions, GradientSearch};
pub use nelder_mead::{NelderMead, NelderMeadOptions};
pub use particle_swarm::{ParticleSwarm, ParticleSwarmOptions};
pub use pattern_solver::PatternSolver;
pub use scalar_search::{ScalarMethod, ScalarOptions, ScalarSearch};
pub use simulated_annealing::{SimulatedAnnealing, SimulatedAnnealingOptions};
