//! The manifest: everything that is needed to reproduce a figure.

use serde::{Deserialize, Serialize};

use super::StoreError;

/// A problem with settings: its suite, its name, and its settings as JSON.
pub type ProblemSettings = (String, String, serde_json::Value);

/// Versions, settings and machine of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The suites.
    pub suites: Vec<String>,
    /// The solvers with their options, as JSON.
    pub solvers: Vec<(String, serde_json::Value)>,
    /// The problems with settings ([`Case::with_settings`](crate::Case::with_settings)); empty in files of
    /// older versions.
    #[serde(default)]
    pub problems: Vec<ProblemSettings>,
    /// The budget of each run, in simplex gradients (n + 1 evaluations).
    pub simplex_gradients: u64,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Version of this crate.
    pub version: String,
    /// The revision of the sources that this program was built from, with `-dirty` if they had changes; the
    /// version if it was built without git.
    pub revision: String,
    /// Operating system, architecture and number of processors.
    pub machine: String,
    /// Seconds since 1970 at which the study began.
    pub began: u64,
}

impl Manifest {
    /// The manifest of a study that begins now on this machine, without problems with settings.
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
            problems: Vec::new(),
            simplex_gradients,
            seeds,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: env!("COMPARE_REVISION").to_owned(),
            machine: format!(
                "{} {}, {processors} processors, {}",
                std::env::consts::OS,
                std::env::consts::ARCH,
                processor()
            ),
            began,
        }
    }

    /// Joins two manifests: the suites, solvers, problems and seeds of both, for a study that has grown or
    /// was made in parts. Machine and time stay those of the first.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] naming the first setting that differs although it must not: the budget, the
    /// version, the revision, the options of a solver, the settings of a problem.
    pub fn joined(mut self, other: Manifest) -> Result<Self, StoreError> {
        self.check_same_study(&other)?;
        let new = |name: &String| !self.suites.contains(name);
        let suites: Vec<_> = other.suites.into_iter().filter(new).collect();
        let new = |(name, _): &(String, _)| !self.solvers.iter().any(|(known, _)| known == name);
        let solvers: Vec<_> = other.solvers.into_iter().filter(new).collect();
        let new = |(suite, name, _): &ProblemSettings| self.problem(suite, name).is_none();
        let problems: Vec<_> = other.problems.into_iter().filter(new).collect();
        self.suites.extend(suites);
        self.solvers.extend(solvers);
        self.problems.extend(problems);
        self.seeds.extend(other.seeds);
        self.seeds.sort_unstable();
        self.seeds.dedup();
        Ok(self)
    }

    fn check_same_study(&self, other: &Manifest) -> Result<(), StoreError> {
        same("the budget", &self.simplex_gradients, &other.simplex_gradients)?;
        same("the version", &self.version, &other.version)?;
        same("the revision", &self.revision, &other.revision)?;
        self.check_same_settings(other)
    }

    /// Checks that solvers and problems in both have the same settings.
    pub(super) fn check_same_settings(&self, other: &Manifest) -> Result<(), StoreError> {
        for (name, options) in &self.solvers {
            if let Some((_, theirs)) = other.solvers.iter().find(|(solver, _)| solver == name) {
                same(&format!("the options of {name}"), options, theirs)?;
            }
        }
        for (suite, name, settings) in &self.problems {
            if let Some(theirs) = other.problem(suite, name) {
                same(&format!("the problem {name} of the suite {suite}"), settings, theirs)?;
            }
        }
        Ok(())
    }

    /// The settings of a problem.
    fn problem(&self, suite: &str, name: &str) -> Option<&serde_json::Value> {
        let found = self.problems.iter().find(|(of, problem, _)| of == suite && problem == name);
        found.map(|(_, _, settings)| settings)
    }
}

/// Checks that a setting is the same in the database and in what should join it.
fn same(key: &str, stored: &dyn ToString, given: &dyn ToString) -> Result<(), StoreError> {
    let (stored, given) = (stored.to_string(), given.to_string());
    if stored == given {
        return Ok(());
    }
    Err(StoreError::OtherStudy { key: key.to_owned(), stored, given })
}

/// The processor's name, if the system provides it.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = told.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    name.trim_start_matches(['\t', ' ', ':']).to_owned()
}
