//! Derivative-free optimization within bounds and under nonlinear constraints: MATLAB's `patternsearch`, and an interface for every
//! other solver.
//!
//! A [`Problem`] joins an [`Objective`] (a closure will do), a start and [`Bounds`]. A [`Minimizer`]
//! minimizes it within a [`Budget`] and returns an [`Outcome`]: the best point, its value, why the
//! run ended, what it cost.
//!
//! ```
//! use search::{Bounds, Budget, Minimizer, PatternSearch, Problem};
//!
//! // Rosenbrock's function, cut off at x1 <= 0.5.
//! let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
//! let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, 2.0])?;
//! let problem = Problem::new(rosenbrock, vec![-1.0, 1.0])?.bounded(bounds)?;
//!
//! let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(5_000), &mut ())?;
//! assert!(outcome.converged(), "{}", outcome.message());
//! assert_eq!(outcome.x, [0.5, 0.25]); // on the bound, to the bit
//! # Ok::<(), search::Error>(())
//! ```
//!
//! What holds for every solver, because every value of the objective passes one door
//! ([`Evaluations`]):
//!
//! - each evaluated point satisfies the bounds to the bit, and linear constraints up to a tolerance;
//! - the evaluation budget is met exactly;
//! - an objective that fails (an error, NaN, an infinity, a panic) neither ends a run nor wins: the
//!   failure is counted, and the first one kept (a panic needs `panic = "unwind"`, the default);
//! - the best point ever evaluated is the one returned; under nonlinear constraints the best feasible one;
//! - on one machine, the same problem, options and seed give the same bits, on any number of threads ([`Run`]), by
//!   any [`Evaluator`], and
//!   after any interruption ([`Journal`]).
//!
//! | subject | items |
//! |---|---|
//! | what to minimize | [`Problem`], [`Objective`], [`with_gradient`], [`Bounds`], [`LinearConstraints`], [`ConstraintCount`], [`ConstraintValues`], [`Program`], [`Incremental`], [`CheckIncremental`] |
//! | solvers | [`PatternSearch`] with its [`pattern::Options`] and [`pattern::SearchStep`]s, [`NelderMead`]; features `basin`, `bobyqa`, `cmaes`, `cobyla`, `nlopt`: `peers`; [`Solver`] for one's own |
//! | solvers by name | [`solver`], [`solvers`], [`solver_names`]; options as text: [`options_from_json`], [`options_from_toml`] |
//! | under argmin | [`PatternSolver`]: the pattern search as a solver of the `argmin` crate |
//! | limits | [`Budget`], [`Cancellation`] |
//! | threads, other evaluators, journals | [`Run`], [`Evaluator`], [`Delivery`], [`SharedEvaluator`], [`Values`], [`Journal`] |
//! | ask and tell | [`AskTell`] |
//! | result | [`Outcome`], [`Status`], [`Counts`], [`Iteration`] |
//! | watching | [`Observer`], [`Event`], [`Display`], [`History`]; feature `plot`: `plot::convergence`, `plot::comparison`, `plot::LivePlot`; feature `progress`: `Progress` |

mod argmin;
mod ask_tell;
mod bounds;
mod budget;
mod carry_out;
mod check;
mod constraints;
mod display;
mod error;
mod evaluations;
mod evaluator;
mod explain;
mod format;
mod grid;
mod history;
mod incremental;
mod journal;
mod linear;
mod minimizer;
mod multistart;
mod objective;
mod observer;
mod option;
mod options_file;
mod outcome;
pub mod pattern;
#[cfg(any(feature = "basin", feature = "bobyqa", feature = "cmaes", feature = "cobyla", feature = "nlopt"))]
pub mod peers;
#[cfg(feature = "plot")]
pub mod plot;
mod problem;
mod program;
#[cfg(feature = "progress")]
mod progress;
mod projected;
mod promise;
mod registry;
mod run;
mod stationary;
mod unit;
mod within;
mod working_memory;

pub use argmin::{
    GradientMethod, GradientOptions, GradientSearch, NelderMead, NelderMeadOptions, ParticleSwarm,
    ParticleSwarmOptions, PatternSolver, ScalarMethod, ScalarOptions, ScalarSearch, SimulatedAnnealing,
    SimulatedAnnealingOptions,
};
pub use ask_tell::{AskTell, Asked, TellError};
pub use bounds::Bounds;
pub use budget::{Budget, Cancellation};
pub use check::{CheckIncremental, WorstDifference};
pub use constraints::{ConstraintCount, ConstraintValues, IntoConstraints, IntoValueAndConstraints};
pub use display::{Display, DisplayLevel};
pub use error::Error;
pub use evaluations::{Differences, Evaluations, Lookahead, Seen, Stop, TinyDecrease, Values};
pub use evaluator::{Delivery, Evaluator, SharedEvaluator};
pub use format::{exact, general, shown};
pub use grid::Grid;
pub use history::History;
pub use incremental::{Incremental, Parabola};
pub use journal::{Journal, JournalError, JournalFault, JournalReport};
pub use linear::{ConstraintRow, LinearConstraints};
pub use minimizer::{Minimizer, Solver};
pub use multistart::{Multistart, MultistartOptions};
pub use objective::{Failure, Gradient, IntoValue, Objective, WithGradient, with_gradient};
pub use observer::{Event, Observer};
pub use options_file::{options_from_json, options_from_toml};
pub use outcome::{Counts, FailedEvaluation, Iteration, Method, Outcome, Status};
pub use pattern::PatternSearch;
pub use problem::Problem;
pub use program::Program;
#[cfg(feature = "progress")]
pub use progress::Progress;
pub use projected::{Adam, AdamOptions, ProjectedGradient, ProjectedGradientOptions, StepLength};
pub use registry::{SolverKind, solver, solver_names, solvers};
pub use run::Run;
pub use within::Within;
