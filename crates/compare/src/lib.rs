//! Comparing optimizers: problems × minimizers × seeds under one budget.
//!
//! [`compare`] runs each [`Minimizer`](search::Minimizer) on each [`Case`] from each seed, several runs at
//! once, and returns a [`Record`] of each run: the best value by evaluations and by seconds, why the run
//! ended, and what failed. A record contains what `search` evaluated, never what a solver reports.
//!
//! ```
//! use compare::{Case, Plan, compare};
//! use search::{Bounds, Budget, Minimizer, NelderMead, ParticleSwarm, PatternSearch, Problem};
//!
//! let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
//! let problem = Problem::new(rosenbrock, vec![-1.2, 1.0])?.bounded(Bounds::uniform(2, -2.0, 2.0)?)?;
//! let cases = [Case::new("rosenbrock", problem).with_optimum(0.0)];
//! let minimizers: Vec<Box<dyn Minimizer>> = vec![
//!     Box::new(PatternSearch::default()),
//!     Box::new(NelderMead::default()),
//!     Box::new(ParticleSwarm::default()),
//! ];
//!
//! let plan = Plan { budget: Budget::evaluations(400), seeds: vec![1, 2, 3], ..Plan::default() };
//! let comparison = compare(&cases, &minimizers, &plan)?;
//! println!("{comparison}");
//! let swarm = comparison.of("rosenbrock", "particle-swarm").next().expect("it was run");
//! assert!(swarm.value_after(400) <= swarm.value_after(40));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | subject | items |
//! |---|---|
//! | what to compare | [`Case`], [`suites`], [`Labelled`] |
//! | comparing | [`compare`], [`Plan`] |
//! | results | [`Comparison`], [`Record`], [`Improvement`] |
//! | stored as they end | [`study`]: suites × solvers × seeds in an SQLite file |
//! | evaluation of results | [`analysis`]: profiles, areas, bands, paired tests |

pub mod analysis;
mod case;
mod comparison;
mod feasible;
mod labelled;
mod record;
pub mod report;
mod residuals;
mod rows;
mod runs;
pub mod study;
pub mod suites;
mod truth;

pub use case::Case;
pub use comparison::Comparison;
pub use feasible::TOLERANCE;
pub use labelled::Labelled;
pub use record::{Improvement, Record};
pub use rows::{LinearRow, Rows};
pub use runs::{Plan, compare};

/// The examples of the README and of the book's chapters run as documentation tests, where these are: the package
/// does not contain them.
#[cfg(all(doctest, repository))]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../../../docs/rust.md")]
#[doc = include_str!("../../../docs/solvers.md")]
#[doc = include_str!("../../../docs/hybrid.md")]
#[doc = include_str!("../../../docs/many-coordinates.md")]
#[doc = include_str!("../../../docs/fits.md")]
#[doc = include_str!("../../../docs/argmin.md")]
#[doc = include_str!("../../../docs/journals.md")]
#[doc = include_str!("../../../docs/workers.md")]
struct Pages;
