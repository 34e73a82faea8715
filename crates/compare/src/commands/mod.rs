//! The commands.

mod export;
mod formats;
mod import;
mod list;
mod merge;
mod report;
mod run;
mod verify;

use std::path::Path;

use compare::study::Store;

pub(crate) use export::export;
pub(crate) use import::import;
pub(crate) use list::list;
pub(crate) use merge::merge;
pub(crate) use report::{freeze, report};
pub(crate) use run::run;
pub(crate) use verify::verify;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The suite of a user's own problems.
const OWN: &str = "own";

/// Opens an existing study to read it.
fn existing(runs: &Path) -> Result<Store, Failure> {
    if !runs.exists() {
        return Err(format!("{} does not exist; `compare run --out {0}` makes it", runs.display()).into());
    }
    Store::read(runs).map_err(|error| format!("{}: {error}", runs.display()).into())
}

/// Returns `true` if two paths lead to the same file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
