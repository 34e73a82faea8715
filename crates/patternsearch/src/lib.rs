//! Derivative-free minimization with bounds and constraints: the library of the program `patternsearch`. This
//! crate re-exports all of `search`, from the package `patternsearch-search`, under the name `patternsearch`.
//! The documentation of `search` applies here: read `patternsearch::` where an example has `search::`.
//!
//! ```
//! // Rosenbrock's function with x1 <= 0.5.
//! let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
//! let outcome = patternsearch::minimize(rosenbrock, [-1.0, 1.0])
//!     .within([-2.0, -2.0], [0.5, 2.0])
//!     .evaluations(5_000)
//!     .run()?;
//! assert!(outcome.converged(), "{outcome}");
//! assert_eq!(outcome.x[0], 0.5); // on the bound, to the bit
//! # Ok::<(), patternsearch::Error>(())
//! ```
//! The feature `cli`, which is on by default, builds the program. To use the library only, turn it off:
//!
//! ```toml
//! [dependencies]
//! patternsearch = { version = "0.1", default-features = false }
//! ```
//! Neural networks and their fits are in `patternsearch-netcore` and `patternsearch-mse`, and studies of
//! solvers in `patternsearch-compare`.

#[doc(inline)]
pub use search::*;
