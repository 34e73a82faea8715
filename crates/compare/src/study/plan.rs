//! The runs of a study, and limits on their number.

use std::collections::HashSet;

use search::{Error, Minimizer};

use super::{Entry, Manifest, Study, StudyError};
use crate::Case;
use crate::runs::seeds_that_matter;

/// The most runs of a study.
pub(super) const MOST_RUNS: u64 = 10_000_000;

/// The most evaluations of a run: up to this number doubles are exact.
pub(super) const MOST_EVALUATIONS: u64 = 1 << 53;

/// The most runs at the same time.
pub(super) const MOST_THREADS: usize = 1024;

/// A run of a study.
pub(super) struct Planned<'s> {
    pub(super) suite: &'s str,
    pub(super) case: &'s Case<'static>,
    pub(super) solver: &'s dyn Minimizer,
    pub(super) seed: u64,
}

/// Refuses more runs than a study may have. Call it before making a list of the seeds, which may itself
/// exhaust the memory.
///
/// ```
/// use compare::study::check_runs;
///
/// assert!(check_runs(53, 20, 5).is_ok());
/// let refused = check_runs(1, 1, 100_000_000_000).unwrap_err().to_string();
/// assert!(refused.contains("100000000000 runs; expected at most 10000000"));
/// ```
///
/// # Errors
/// [`StudyError::Runs`].
pub fn check_runs(problems: usize, solvers: usize, seeds: u64) -> Result<(), StudyError> {
    let (problems, solvers) = (problems as u64, solvers as u64);
    let runs = problems.checked_mul(solvers).and_then(|runs| runs.checked_mul(seeds));
    match runs {
        Some(runs) if runs <= MOST_RUNS => Ok(()),
        _ => Err(StudyError::Runs { problems, solvers, seeds }),
    }
}

impl Study {
    /// The manifest of the study.
    ///
    /// # Errors
    /// An error of a solver's constructor.
    pub fn manifest(&self) -> Result<Manifest, Error> {
        let suites = self.suites.iter().map(|(name, _)| name.clone()).collect();
        let settings = |entry: &Entry| Ok((entry.name.clone(), entry.minimizer()?.settings()));
        let solvers = self.solvers.iter().map(settings).collect::<Result<_, Error>>()?;
        let problems = self.cases().filter_map(|(suite, case)| {
            Some((suite.to_owned(), case.name().to_owned(), case.settings()?.clone()))
        });
        let manifest = Manifest::now(suites, solvers, self.simplex_gradients, self.seeds.clone());
        Ok(Manifest { problems: problems.collect(), ..manifest })
    }

    /// The problems of all suites.
    pub(super) fn cases(&self) -> impl Iterator<Item = (&str, &Case<'static>)> {
        self.suites.iter().flat_map(|(suite, cases)| cases.iter().map(move |case| (suite.as_str(), case)))
    }

    /// All runs of all shards, in the order of suites, problems, solvers and seeds.
    pub(super) fn plan<'s>(&'s self, solvers: &'s [Box<dyn Minimizer>]) -> Vec<Planned<'s>> {
        let mut plan = Vec::new();
        for (suite, case) in self.cases() {
            for solver in solvers {
                let solver = solver.as_ref();
                let seeds = seeds_that_matter(case, solver, &self.seeds);
                plan.extend(seeds.iter().map(|&seed| Planned { suite, case, solver, seed }));
            }
        }
        plan
    }

    /// Refuses a study that cannot be carried out, before anything is planned. [`run`](Study::run) does so,
    /// too.
    ///
    /// # Errors
    /// [`StudyError::Threads`], [`StudyError::Runs`], [`StudyError::SameName`], [`StudyError::Budget`].
    pub fn check(&self) -> Result<(), StudyError> {
        if !(1..=MOST_THREADS).contains(&self.threads) {
            let reason = "out of range".to_owned();
            return Err(StudyError::Threads { threads: self.threads, reason });
        }
        check_runs(self.cases().count(), self.solvers.len(), self.seeds.len() as u64)?;
        differ("suites", self.suites.iter().map(|(name, _)| name.as_str()))?;
        differ("solvers", self.solvers.iter().map(|entry| entry.name.as_str()))?;
        for (_, cases) in &self.suites {
            differ("problems", cases.iter().map(Case::name))?;
        }
        self.cases().try_for_each(|(_, case)| self.check_budget(case))
    }

    fn check_budget(&self, case: &Case<'static>) -> Result<(), StudyError> {
        // A problem that cannot be constructed is not run; its error is stored.
        let problem = self.seeds.first().and_then(|&seed| case.problem(seed).ok());
        let Some(dimension) = problem.map(|problem| problem.dimension()) else { return Ok(()) };
        let evaluations = self.simplex_gradients.checked_mul(dimension as u64 + 1);
        if evaluations.is_some_and(|evaluations| evaluations <= MOST_EVALUATIONS) {
            return Ok(());
        }
        let simplex_gradients = self.simplex_gradients;
        Err(StudyError::Budget { simplex_gradients, problem: case.name().to_owned(), dimension })
    }
}

/// Refuses a name that occurs twice.
fn differ<'n>(what: &'static str, mut names: impl Iterator<Item = &'n str>) -> Result<(), StudyError> {
    let mut seen = HashSet::new();
    match names.find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(StudyError::SameName { what, name: name.to_owned() }),
    }
}
