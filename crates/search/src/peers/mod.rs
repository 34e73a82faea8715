//! Solvers of other crates as minimizers, each behind the cargo feature of its crate's name.

mod door;

#[cfg(feature = "bobyqa")]
mod bobyqa;
#[cfg(feature = "cobyla")]
mod cobyla;

#[cfg(feature = "bobyqa")]
pub use bobyqa::{Bobyqa, BobyqaOptions};
#[cfg(feature = "cobyla")]
pub use cobyla::{Cobyla, CobylaOptions};
#[cfg(feature = "basin")]
mod basin;
#[cfg(feature = "basin")]
pub use basin::{Basin, BasinAlgorithm, BasinOptions};
#[cfg(feature = "cmaes")]
mod cmaes;
#[cfg(feature = "cmaes")]
pub use cmaes::{CmaEs, CmaEsOptions};
#[cfg(feature = "nlopt")]
mod nlopt;
#[cfg(feature = "nlopt")]
pub use nlopt::{Nlopt, NloptAlgorithm, NloptOptions};
