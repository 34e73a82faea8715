//! Derivative-free minimization with bounds and constraints: MATLAB's `patternsearch`, and a common interface
//! for other solvers. [`minimize`] takes a function and a start. Everything else has a default:
//!
//! ```
//! // Rosenbrock's function with x1 <= 0.5.
//! let outcome = search::minimize(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2), [-1.0, 1.0])
//!     .within([-2.0, -2.0], [0.5, 2.0])
//!     .evaluations(5_000)
//!     .run()?;
//! assert!(outcome.converged(), "{outcome}");
//! assert_eq!(outcome.x[0], 0.5); // on the bound, to the bit
//! assert!((outcome.x[1] - 0.25).abs() < 1e-6);
//! # Ok::<(), search::Error>(())
//! ```
//! To reuse a problem, to compare solvers or to set a solver's options, use the parts: a [`Problem`] combines
//! an [`Objective`], a start and [`Bounds`]. A [`Minimizer`] minimizes it within a [`Budget`] and returns an
//! [`Outcome`]: the best point, its value, why the run ended, and its cost.
//!
//! ```
//! use search::prelude::*;
//!
//! let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
//! let problem = Problem::new(rosenbrock, [-1.0, 1.0])?.bounded(Bounds::new([-2.0, -2.0], [0.5, 2.0])?)?;
//!
//! let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(5_000), &mut ())?;
//! assert_eq!(outcome.x, [0.5, 0.25]);
//! # Ok::<(), search::Error>(())
//! ```
//! All solvers evaluate the objective through [`Evaluations`], which guarantees:
//! - each evaluated point satisfies the bounds exactly, and linear constraints up to a tolerance;
//! - the evaluation budget is never exceeded;
//! - an objective that fails (by an error, NaN, an infinity or a panic) does not end a run, and a failed
//!   point is never accepted: failures are counted and the first one is kept (catching panics needs `panic =
//!   "unwind"`, the default);
//! - a run returns the best of all evaluated points; with nonlinear constraints, the best feasible one;
//! - on one machine, the same problem, options and seed give bit-identical results, on any number of threads
//!   ([`Run`]), with any [`Evaluator`], and after any interruption ([`Journal`]).
//! # Choosing a solver
//! 1. By default: [`Automatic`], which [`minimize`] uses. It chooses by the problem, and supports all
//!    constraints and grids.
//! 2. For MATLAB's algorithm, step by step: [`PatternSearch`] with its defaults.
//! 3. With known or cheap gradients: [`GradientSearch`]; if many coordinates end on their bounds,
//!    [`ProjectedGradient`].
//! 4. For many local minima: [`Multistart`] with any solver, or [`ParticleSwarm`] in a box. For one variable:
//!    [`ScalarSearch`].
//!
//! # Solvers
//! | type | what it does | names in [`solver`] |
//! |---|---|---|
//! | [`Automatic`] | chooses among the next four | `automatic` |
//! | [`HybridSearch`] | quadratic models and polls; bounds, up to a few dozen coordinates | `hybrid` |
//! | [`QuasiNewtonSearch`] | quasi-Newton steps on differences, and sweeps; bounds, many coordinates | `quasi-newton` |
//! | [`CoordinateSearch`] | a separate step size for each coordinate; bounds, cheap trials of one coordinate | `coordinate` |
//! | [`PatternSearch`] | polls on a mesh, as MATLAB does; all constraints, grids | `patternsearch` |
//! | [`NelderMead`] | a simplex | `nelder-mead` |
//! | [`GradientSearch`] | line searches and trust regions, with the objective's gradients or finite differences | `steepest-descent`, `conjugate-gradient`, `bfgs`, `l-bfgs`, `trust-region` |
//! | [`ProjectedGradient`] | gradient steps, clipped at the bounds | `projected-gradient`, `spectral-gradient` |
//! | [`Adam`] | the same with momentum | `adam` |
//! | [`ParticleSwarm`] | a random swarm in a box | `particle-swarm` |
//! | [`SimulatedAnnealing`] | random moves at a falling temperature | `simulated-annealing` |
//! | [`ScalarSearch`] | one variable between two bounds | `brent`, `golden-section` |
//! | [`Multistart`] | any solver, from several starts | |
//! | [`PatternSolver`] | the pattern search as a solver of the `argmin` crate | |
//! | `peers`, with the features `basin`, `bobyqa`, `cmaes`, `cobyla`, `nlopt` | solvers of other crates | [`solver_names`] |
//! | [`Solver`] | your own solver | |
//!
//! # Everything else
//! | subject | items |
//! |---|---|
//! | entry points | [`minimize`], [`minimize_mut`], [`Minimization`]; [`prelude`] |
//! | objectives | [`Problem`], [`Objective`], [`IntoValue`], [`Failure`]; [`with_gradient`], [`Gradient`]; [`Program`]; [`Incremental`], [`Parabola`], [`CheckIncremental`] |
//! | fits | [`Problem::least_squares`], [`LeastSquares`], [`Loss`], [`Residuals`] |
//! | known points | [`Problem::knowing`], [`Problem::knowing_journal`], feature `tables`: [`Problem::knowing_table`]; of a neighbouring problem: [`Problem::hinted`] |
//! | points and constraints | [`IntoPoint`] (arrays, slices, vectors; features `ndarray`, `nalgebra`), [`Bounds`], [`Grid`], [`LinearConstraints`], [`ConstraintCount`], [`ConstraintValues`] |
//! | settings of a run | [`Run`]: [`Budget`], [`Cancellation`], threads or another [`Evaluator`] ([`Delivery`], [`SharedEvaluator`], [`Values`]), [`Journal`] |
//! | ask and tell | [`AskTell`] |
//! | result | [`Outcome`], [`Status`], [`Counts`], [`Iteration`], [`JournalReport`]; [`Error`] |
//! | observers | [`Observer`], [`Event`], [`IterativeDisplay`], [`History`]; feature `plot`: `plot::convergence`, `plot::comparison`, `plot::LivePlot`; feature `progress`: `Progress` |
//! | options | [`pattern::Options`], [`pattern::SearchStep`], ..., one struct for each solver; from text [`options_from_json`], [`options_from_toml`]; [`Within`], how bounds are imposed on solvers without them; [`Differences`] |
//! | solvers by name | [`solver`], [`solvers`], [`solver_names`], [`SolverKind`] |
//! | writing a solver | [`Solver`], [`Evaluations`], [`Stop`], [`Method`], [`Lookahead`] |

// Code that only wrapped solvers use is kept next to shared code.
#![cfg_attr(
    not(any(
        feature = "argmin",
        feature = "basin",
        feature = "bobyqa",
        feature = "cmaes",
        feature = "cobyla",
        feature = "nlopt"
    )),
    allow(dead_code, reason = "wrapped solvers use it")
)]

mod ask_tell;
mod automatic;
mod coordinate;
mod error;
mod evaluations;
mod evaluator;
mod hybrid;
mod journal;
mod last_look;
mod minimize;
mod minimizer;
mod multistart;
mod options;
pub mod pattern;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
mod problem;
#[cfg(all(feature = "program", feature = "tables", feature = "toml"))]
mod problem_file;
#[cfg(feature = "program")]
mod program;
mod quasi_newton;
mod registry;
mod restarts;
mod run;
mod stepwise;
mod uncertainty;
mod wrapped;

pub use ask_tell::{AskTell, Asked, TellError};
pub use automatic::{Automatic, AutomaticOptions};
pub use coordinate::{CoordinateOptions, CoordinateSearch};
pub use error::Error;
pub use evaluations::{Differences, Evaluations, Lookahead, Seen, Stop, TinyDecrease, Values};
pub use evaluator::{Delivery, Evaluator, SharedEvaluator};
pub use hybrid::{HybridOptions, HybridParts, HybridSearch};
pub use journal::{Journal, JournalEntry, JournalError, JournalFault, JournalReport};
pub use minimize::{AnyThreads, Minimization, OneThread, minimize, minimize_mut};
pub use minimizer::{Minimizer, Solver};
pub use multistart::{Multistart, MultistartOptions};
pub use options::options_file::options_from_json;
#[cfg(feature = "toml")]
pub use options::options_file::options_from_toml;
pub use pattern::PatternSearch;
pub use problem::Problem;
pub use problem::bounds::Bounds;
pub use problem::check::{CheckIncremental, WorstDifference};
pub use problem::constraints::{ConstraintCount, ConstraintValues, IntoConstraints, IntoValueAndConstraints};
pub use problem::grid::Grid;
pub use problem::incremental::{Incremental, Parabola};
pub use problem::known::KnownFault;
pub use problem::linear::{ConstraintRow, LinearConstraints};
pub use problem::loss::Loss;
pub use problem::objective::{Failure, Gradient, IntoValue, Objective, WithGradient, with_gradient};
pub use problem::point::IntoPoint;
pub use problem::residuals::{IntoCompletion, LeastSquares, Residuals};
#[cfg(all(feature = "program", feature = "tables", feature = "toml"))]
pub use problem_file::{ProblemFile, ProblemFileError};
#[cfg(feature = "program")]
pub use program::{OutputForm, Outputs, Program, SolverProgram, Takes};
pub use quasi_newton::{QuasiNewtonOptions, QuasiNewtonSearch};
pub use registry::{SolverKind, solver, solver_names, solvers};
pub use run::Run;
pub use run::budget::{Budget, Cancellation};
pub use run::display::{DisplayLevel, IterativeDisplay};
pub use run::format::{exact, general, shown};
pub use run::history::History;
pub use run::observer::{Event, Observer};
pub use run::outcome::{Counts, FailedEvaluation, Iteration, Method, Multipliers, Outcome, Status};
#[cfg(feature = "progress")]
pub use run::progress::Progress;
pub use stepwise::Iterative;
pub use uncertainty::{Combination, FitUncertainty, Uncertainty};
#[cfg(feature = "argmin")]
pub use wrapped::argmin::{
    GradientMethod, GradientOptions, GradientSearch, NelderMead, NelderMeadOptions, ParticleSwarm,
    ParticleSwarmOptions, PatternSolver, ScalarMethod, ScalarOptions, ScalarSearch, SimulatedAnnealing,
    SimulatedAnnealingOptions,
};
#[cfg(any(
    feature = "basin",
    feature = "bobyqa",
    feature = "cmaes",
    feature = "cobyla",
    feature = "nlopt"
))]
pub use wrapped::peers;
pub use wrapped::projected::{Adam, AdamOptions, ProjectedGradient, ProjectedGradientOptions, StepLength};
pub use wrapped::within::Within;
