//! The names that most programs need. None of them shadows a name of the standard library.
//!
//! ```
//! use search::prelude::*;
//!
//! let problem = Problem::new(|x| x[0] * x[0], [3.0])?.bounded(Bounds::new([1.0], [5.0])?)?;
//! let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(100), &mut ())?;
//! assert_eq!((outcome.x[0], outcome.status.converged()), (1.0, true));
//! # Ok::<(), search::Error>(())
//! ```

pub use crate::{
    Adam, Automatic, Bounds, Budget, ConstraintCount, CoordinateSearch, DisplayLevel, Evaluations,
    HybridSearch, IterativeDisplay, Journal, LinearConstraints, Minimizer, Multistart, Objective, Observer,
    Outcome, PatternSearch, Problem, ProjectedGradient, Run, Solver, Status, Stop, minimize, minimize_mut,
    with_gradient,
};
#[cfg(feature = "argmin")]
pub use crate::{GradientSearch, NelderMead, ParticleSwarm, ScalarSearch, SimulatedAnnealing};
