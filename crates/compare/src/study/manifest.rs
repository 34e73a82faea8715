//! What a figure needs to be made again.

use std::process::Command;

use serde::{Deserialize, Serialize};

use super::StoreError;

/// Versions, settings and machine of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The suites.
    pub suites: Vec<String>,
    /// The solvers with their options, as JSON.
    pub solvers: Vec<(String, serde_json::Value)>,
    /// The budget of each run, in simplex gradients (n + 1 evaluations).
    pub simplex_gradients: u64,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Version of this crate.
    pub version: String,
    /// The revision of the working tree, with `-dirty` where it had changes; empty where git does not know.
    pub revision: String,
    /// Operating system, architecture and number of processors.
    pub machine: String,
    /// Seconds since 1970 at which the study began.
    pub began: u64,
}

impl Manifest {
    /// The manifest of a study that begins now, here.
    pub fn now(
        suites: Vec<String>,
        solvers: Vec<(String, serde_json::Value)>,
        simplex_gradients: u64,
        seeds: Vec<u64>,
    ) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let began = std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_secs());
        Manifest {
            suites,
            solvers,
            simplex_gradients,
            seeds,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: revision(),
            machine: format!(
                "{} {}, {processors} processors, {}",
                std::env::consts::OS,
                std::env::consts::ARCH,
                processor()
            ),
            began,
        }
    }

    /// Both in one: the suites, solvers and seeds of either, for a study that has grown or was made in parts. Machine and
    /// moment stay those of the first.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] naming the first setting that differs, where one must not: the budget, the version, the
    /// revision, the options of a solver.
    pub fn joined(mut self, other: Manifest) -> Result<Self, StoreError> {
        self.check_same_study(&other)?;
        let new = |name: &String| !self.suites.contains(name);
        let suites: Vec<_> = other.suites.into_iter().filter(new).collect();
        let new = |(name, _): &(String, _)| !self.solvers.iter().any(|(known, _)| known == name);
        let solvers: Vec<_> = other.solvers.into_iter().filter(new).collect();
        self.suites.extend(suites);
        self.solvers.extend(solvers);
        self.seeds.extend(other.seeds);
        self.seeds.sort_unstable();
        self.seeds.dedup();
        Ok(self)
    }

    fn check_same_study(&self, other: &Manifest) -> Result<(), StoreError> {
        let same = |key: &str, stored: &dyn ToString, given: &dyn ToString| {
            let (stored, given) = (stored.to_string(), given.to_string());
            if stored == given {
                return Ok(());
            }
            Err(StoreError::OtherStudy { key: key.to_owned(), stored, given })
        };
        same("the budget", &self.simplex_gradients, &other.simplex_gradients)?;
        same("the version", &self.version, &other.version)?;
        same("the revision", &self.revision, &other.revision)?;
        for (name, options) in &self.solvers {
            if let Some((_, theirs)) = other.solvers.iter().find(|(solver, _)| solver == name) {
                same(&format!("the options of {name}"), options, theirs)?;
            }
        }
        Ok(())
    }
}

/// The git revision, if there is one to be had.
fn revision() -> String {
    let described = Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]).output();
    let described = described.ok().filter(|output| output.status.success());
    described.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// The processor's name where the system tells it.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    name.trim_start_matches(['\t', ' ', ':']).to_owned()
}
