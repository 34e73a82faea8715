//! Minimizing without derivatives, within bounds and under constraints: MATLAB's `patternsearch`, and one interface for every
//! other solver.
//!
//! [`minimize`] takes a function and a start. Everything else has a default, and is said where it matters:
//!
//! ```
//! // Rosenbrock's function, cut off at x1 <= 0.5.
//! let outcome = search::minimize(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2), [-1.0, 1.0])
//!     .within([-2.0, -2.0], [0.5, 2.0])
//!     .evaluations(5_000)
//!     .run()?;
//! assert!(outcome.converged(), "{outcome}");
//! assert_eq!(outcome.x[0], 0.5); // on the bound, to the bit
//! assert!((outcome.x[1] - 0.25).abs() < 1e-6);
//! # Ok::<(), search::Error>(())
//! ```
//!
//! The same in its parts, to keep a problem, to compare solvers, or to set a solver's options: a [`Problem`] joins an
//! [`Objective`], a start and [`Bounds`]. A [`Minimizer`] minimizes it within a [`Budget`] and returns an [`Outcome`]: the best
//! point, its value, why the run ended, what it cost.
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
//! # Which solver when
//! 1. Nothing known: [`Automatic`], which [`minimize`] takes. It looks at the problem, and knows all constraints and grids.
//! 2. As MATLAB does it, step by step: [`PatternSearch`] with its defaults.
//! 3. Gradients known, or cheap: [`GradientSearch`]; under bounds that many coordinates end on, [`ProjectedGradient`].
//! 4. Many local minima: [`Multistart`] around any solver, or [`ParticleSwarm`] in a box. One coordinate: [`ScalarSearch`].
//!
//! # Solvers
//! | type | what it does | names in [`solver`] |
//! |---|---|---|
//! | [`Automatic`] | chooses among the next three | `automatic` |
//! | [`HybridSearch`] | quadratic models and polls; bounds, up to some dozen coordinates | `hybrid` |
//! | [`CoordinateSearch`] | one step per coordinate; bounds, many coordinates | `coordinate` |
//! | [`PatternSearch`] | polls on a mesh, MATLAB's; all constraints, grids | `patternsearch` |
//! | [`NelderMead`] | a simplex | `nelder-mead` |
//! | [`GradientSearch`] | line searches and trust regions on gradients, the objective's or differences | `steepest-descent`, `conjugate-gradient`, `bfgs`, `l-bfgs`, `trust-region` |
//! | [`ProjectedGradient`] | gradient steps, clipped at the bounds | `projected-gradient`, `spectral-gradient` |
//! | [`Adam`] | the same with momentum | `adam` |
//! | [`ParticleSwarm`] | a swarm in a box, random | `particle-swarm` |
//! | [`SimulatedAnnealing`] | random moves, cooled down | `simulated-annealing` |
//! | [`ScalarSearch`] | one coordinate between two bounds | `brent`, `golden-section` |
//! | [`Multistart`] | any solver, from several starts | |
//! | [`PatternSolver`] | the pattern search as a solver of the `argmin` crate | |
//! | `peers`, with the features `basin`, `bobyqa`, `cmaes`, `cobyla`, `nlopt` | solvers of other crates | [`solver_names`] |
//! | [`Solver`] | one's own: a name and a loop | |
//!
//! # Everything else
//! | subject | items |
//! |---|---|
//! | the front door | [`minimize`], [`minimize_mut`], [`Minimization`]; [`prelude`] |
//! | what to minimize | [`Problem`], [`Objective`], [`IntoValue`], [`Failure`]; [`with_gradient`], [`Gradient`]; [`Program`]; [`Incremental`], [`Parabola`], [`CheckIncremental`] |
//! | where | [`IntoPoint`] (arrays, slices, vectors; features `ndarray`, `nalgebra`), [`Bounds`], [`Grid`], [`LinearConstraints`], [`ConstraintCount`], [`ConstraintValues`] |
//! | how | [`Run`]: [`Budget`], [`Cancellation`], threads or another [`Evaluator`] ([`Delivery`], [`SharedEvaluator`], [`Values`]), [`Journal`] |
//! | ask and tell | [`AskTell`] |
//! | result | [`Outcome`], [`Status`], [`Counts`], [`Iteration`], [`JournalReport`]; [`Error`] |
//! | watching | [`Observer`], [`Event`], [`IterativeDisplay`], [`History`]; feature `plot`: `plot::convergence`, `plot::comparison`, `plot::LivePlot`; feature `progress`: `Progress` |
//! | options | [`pattern::Options`], [`pattern::SearchStep`], ..., one struct for each solver; as text [`options_from_json`], [`options_from_toml`]; [`Within`], how solvers without bounds are kept in them; [`Differences`] |
//! | solvers by name | [`solver`], [`solvers`], [`solver_names`], [`SolverKind`] |
//! | solvers of one's own | [`Solver`], [`Evaluations`], [`Stop`], [`Method`], [`Lookahead`] |

// What only wrapped solvers use stays beside what all use.
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
#[cfg(all(feature = "program", feature = "toml"))]
mod problem_file;
#[cfg(feature = "program")]
mod program;
mod registry;
mod restarts;
mod run;
mod stepwise;
mod wrapped;

pub use ask_tell::{AskTell, Asked, TellError};
pub use automatic::{Automatic, AutomaticOptions};
pub use coordinate::{CoordinateOptions, CoordinateSearch};
pub use error::Error;
pub use evaluations::{Differences, Evaluations, Lookahead, Seen, Stop, TinyDecrease, Values};
pub use evaluator::{Delivery, Evaluator, SharedEvaluator};
pub use hybrid::{HybridOptions, HybridParts, HybridSearch};
pub use journal::{Journal, JournalError, JournalFault, JournalReport};
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
pub use problem::linear::{ConstraintRow, LinearConstraints};
pub use problem::objective::{Failure, Gradient, IntoValue, Objective, WithGradient, with_gradient};
pub use problem::point::IntoPoint;
#[cfg(all(feature = "program", feature = "toml"))]
pub use problem_file::{ProblemFile, ProblemFileError};
#[cfg(feature = "program")]
pub use program::{OutputForm, Outputs, Program};
pub use registry::{SolverKind, solver, solver_names, solvers};
pub use run::Run;
pub use run::budget::{Budget, Cancellation};
pub use run::display::{DisplayLevel, IterativeDisplay};
pub use run::format::{exact, general, shown};
pub use run::history::History;
pub use run::observer::{Event, Observer};
pub use run::outcome::{Counts, FailedEvaluation, Iteration, Method, Outcome, Status};
#[cfg(feature = "progress")]
pub use run::progress::Progress;
pub use stepwise::Iterative;
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
