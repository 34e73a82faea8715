//! Studies: large comparisons whose runs are stored as they end, and which continue after an interruption.

mod error;
mod export;
mod import;
mod manifest;
mod own;
mod plan;
mod row;
mod runner;
mod solvers;
mod stepped;
mod store;
mod verify;

pub use error::StudyError;
pub use export::histories_csv;
#[cfg(feature = "parquet")]
pub use export::histories_parquet;
pub use import::{Import, ImportError, Imported};
pub use manifest::{Manifest, ProblemSettings};
pub use own::{OwnSolverError, own_solver, own_solvers};
pub use plan::check_runs;
pub use row::{Ending, Row};
pub use runner::{Made, Shard, Study};
pub use solvers::{Entry, ablation, solvers};
pub use store::{Gap, Store, StoreError};
pub use verify::Verified;
