//! Solvers of other crates as minimizers, to compare with or to use: each behind the cargo feature of its crate's name,
//! all of them off by default.
//!
//! | feature | minimizer | algorithms | licence of the crate |
//! |---|---|---|---|
//! | `basin` | `Basin` | MADS, BOBYQA, CMA-ES | MIT or Apache-2.0 |
//! | `bobyqa` | `Bobyqa` | BOBYQA | MIT or Apache-2.0, with PRIMA's BSD notice |
//! | `cmaes` | `CmaEs` | CMA-ES | MIT or Apache-2.0 |
//! | `cobyla` | `Cobyla` | COBYLA | MIT |
//! | `nlopt` | `Nlopt` | BOBYQA, COBYLA, PRAXIS, Nelder-Mead, Sbplx, DIRECT-L, CRS2, ISRES, ESCH | MIT; it builds NLopt (C, with `cmake`), whose parts under the LGPL bind a program that links them |
//!
//! They keep what the crate promises for every solver, since each of their points passes the one door:
//!
//! - The start is evaluated before the peer begins. A peer that asks for it gets that value.
//! - A point outside the bounds is projected onto them.
//! - A failed evaluation is shown to the peer as 1e30, and no value is shown as larger, in either direction.
//! - A stop ends the peer, or leaves it with constant values until it ends by itself; the objective is not evaluated
//!   any more. A panic inside a peer ends the run as one that gave up.
//! - An iteration of the trace is n + 1 evaluations, for n coordinates; its incumbent is the best point so far.
//! - Time and cancellation are looked at before each evaluation, not in the peer's own computations between two:
//!   `max_coordinates` bounds those where they take time as n^3.
//!
//! # Units
//!
//! A peer sees only the coordinates with room between their bounds, each in a unit of its own: the largest power of two
//! that is neither above `max(1, |x0_i|)` nor leaves less than four initial steps between the bounds. A start near
//! zero within wide bounds is therefore seen as it is; bounds 1e-3 apart, or a start at 1e300, do no harm. Lengths in
//! the options (`initial_step`, `step_tolerance`) are in these units.
//!
//! # Left out
//!
//! - NLopt's NEWUOA with bounds refuses one coordinate, and takes minutes for 100; NEWUOA itself knows no bounds.
//! - NLopt's MLSL and AUGLAG take another algorithm inside; StoGO and AGS are not built into the crate.
//! - `egobox-ego` and `scirs2-optimize` bring more than a hundred crates each.

mod door;

#[cfg(feature = "basin")]
mod basin;
#[cfg(feature = "bobyqa")]
mod bobyqa;
#[cfg(feature = "cmaes")]
mod cmaes;
#[cfg(feature = "cobyla")]
mod cobyla;
#[cfg(feature = "nlopt")]
mod nlopt;

#[cfg(feature = "basin")]
pub use basin::{Basin, BasinAlgorithm, BasinOptions};
#[cfg(feature = "bobyqa")]
pub use bobyqa::{Bobyqa, BobyqaOptions};
#[cfg(feature = "cmaes")]
pub use cmaes::{CmaEs, CmaEsOptions};
#[cfg(feature = "cobyla")]
pub use cobyla::{Cobyla, CobylaOptions};
#[cfg(feature = "nlopt")]
pub use nlopt::{Nlopt, NloptAlgorithm, NloptOptions};
