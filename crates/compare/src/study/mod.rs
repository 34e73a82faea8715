//! Studies: comparisons so large that they are stored as they go, and go on after an interruption.

mod manifest;
mod runner;
mod solvers;
mod stepped;
mod store;

pub use manifest::Manifest;
pub use runner::{Shard, Study, Verified};
pub use solvers::{Entry, ablation, solvers};
pub use store::{Row, Store, StoreError};
