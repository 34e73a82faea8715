//! Solvers of other crates as minimizers, for comparison or for use: each behind the cargo feature with the name of
//! its crate, all off by default.
//!
//! | feature | minimizer | algorithms | licence of the crate |
//! |---|---|---|---|
//! | `basin` | `Basin` | MADS, BOBYQA, CMA-ES | MIT or Apache-2.0 |
//! | `bobyqa` | `Bobyqa` | BOBYQA | MIT or Apache-2.0, with PRIMA's BSD notice |
//! | `cmaes` | `CmaEs` | CMA-ES | MIT or Apache-2.0 |
//! | `cobyla` | `Cobyla` | COBYLA | MIT |
//! | `nlopt` | `Nlopt` | BOBYQA, COBYLA, PRAXIS, Nelder-Mead, Sbplx, DIRECT-L, CRS2, ISRES, ESCH | MIT; it builds NLopt (C, with `cmake`), whose parts under the LGPL bind a program that links them |
//!
//! They share the guarantees of every solver, since all their points pass through the same evaluations:
//!
//! - The start is evaluated before the peer begins. If the peer evaluates it too, it gets that value.
//! - A point outside the bounds is projected onto them.
//! - A peer sees a failed evaluation as 1e30, and no value of larger size in either direction, in units of the value
//!   at the start.
//! - Reported convergence is checked: 2 n points are evaluated, on both sides along each axis, at a distance of ten
//!   of the peer's last steps and at least 1e-5 units. If one is better by more than rounding, the peer starts again
//!   there.
//! - A stop ends the peer, or leaves it with constant values until it ends by itself; the objective is no longer
//!   evaluated. After a panic inside a peer, the run ends as one that gave up.
//! - `Cobyla` and `Nlopt` with `cobyla` take rows and nonlinear constraints: as such, without a scale, an equality with
//!   both signs. Their points may violate them; the best point is one that does not, if there is one. Convergence is not
//!   checked there, since a step along an axis leaves the constraints.
//! - An iteration of the trace is n + 1 evaluations, for n coordinates; its incumbent is the best point so far.
//! - Time and cancellation are checked before each evaluation, not in the peer's own computations between two:
//!   `max_coordinates` limits these if they take O(n^3) time, and a problem that needs more than 4 GiB is rejected.
//!
//! # Units
//!
//! A peer sees only the coordinates with room between their bounds, each in its own unit, a power of two: the size of
//! the start; for a start at zero, that of a box with finite bounds, otherwise 1; and small enough to leave four
//! initial steps between the bounds. Values are in units of the first one's size. A change of units therefore does
//! not change the problem for a peer: millimetres or metres, bounds 1e-3 apart, or a start at 1e300, do no harm.
//! Lengths in the options (`initial_step`, `step_tolerance`) are in these units. A coordinate with about a hundred or
//! fewer numbers between its bounds has no room; it is only checked at the end.
//!
//! # Not included
//!
//! - NLopt's NEWUOA with bounds rejects one coordinate and takes minutes for 100; NEWUOA itself has no bounds.
//! - NLopt's MLSL and AUGLAG need a second algorithm; StoGO and AGS are not built into the crate.
//! - `egobox-ego` and `scirs2-optimize` add more than a hundred crates each.

#[cfg_attr(
    not(any(feature = "cobyla", feature = "nlopt")),
    allow(dead_code, reason = "two peers take constraints")
)]
mod constraints;
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
