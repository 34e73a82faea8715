//! Solvers of other crates behind the common interface, and projected gradient methods built in the same way.

#[cfg(feature = "argmin")]
pub(crate) mod argmin;
#[cfg(any(feature = "basin", feature = "bobyqa", feature = "cmaes", feature = "cobyla", feature = "nlopt"))]
pub mod peers;
pub(crate) mod projected;
pub(crate) mod promise;
pub(crate) mod stationary;
pub(crate) mod within;
pub(crate) mod working_memory;
