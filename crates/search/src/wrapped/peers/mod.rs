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
//! - A failed evaluation is shown to the peer as 1e30, and no value is shown as larger, in either direction, in units of
//!   the value at the start.
//! - A peer that says that it has converged is asked for proof: the points ten of its last steps away along each axis, and at
//!   least 1e-5 units, are evaluated, 2 n of them. Where one is better by more than rounding, the peer begins anew there.
//! - A stop ends the peer, or leaves it with constant values until it ends by itself; the objective is not evaluated
//!   any more. A panic inside a peer ends the run as one that gave up.
//! - An iteration of the trace is n + 1 evaluations, for n coordinates; its incumbent is the best point so far.
//! - Time and cancellation are looked at before each evaluation, not in the peer's own computations between two:
//!   `max_coordinates` bounds those where they take time as n^3, and a problem that would take more than 4 GiB is refused.
//!
//! # Units
//!
//! A peer sees only the coordinates with room between their bounds, each in a unit of its own, a power of two: the size of
//! the start; for a start at zero, the size of a box with finite bounds, else 1; and never so much that less than four initial
//! steps are left between the bounds. Values are in units of the first one's size. A problem in other units is
//! therefore the same problem to a peer: millimetres or metres, bounds 1e-3 apart, or a start at 1e300, do no harm. Lengths
//! in the options (`initial_step`, `step_tolerance`) are in these units. A box that holds some hundred numbers or fewer
//! along a coordinate is no room; such a coordinate is looked at in the end.
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
