//! Carrying out a study: what is not stored yet, several runs at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use search::{Budget, Error, Minimizer, Problem};

use super::stepped::in_units_of_start;
use super::{Entry, Manifest, Row, Store, StoreError};
use crate::runs::Task;
use crate::{Case, Record};

/// A part of a study, for several machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

/// Suites of problems, solvers, seeds and a budget.
pub struct Study {
    /// The suites, by name.
    pub suites: Vec<(String, Vec<Case<'static>>)>,
    /// The solvers.
    pub solvers: Vec<Entry>,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// The budget of each run, in simplex gradients: n + 1 evaluations for n coordinates.
    pub simplex_gradients: u64,
    /// Runs at the same time.
    pub threads: usize,
    /// Which part of all runs; the whole by default.
    pub shard: Shard,
}

/// What making runs again has shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many are the same to the bit.
    pub same: usize,
    /// Those that differ.
    pub different: Vec<String>,
    /// Those whose suite, problem or solver this build does not have.
    pub unknown: Vec<String>,
}

/// A run that is not stored yet.
struct Open<'s> {
    suite: &'s str,
    case: &'s Case<'static>,
    solver: &'s dyn Minimizer,
    seed: u64,
}

impl Study {
    /// What is needed to make the study again.
    ///
    /// # Errors
    /// What a solver's constructor refuses.
    pub fn manifest(&self) -> Result<Manifest, Error> {
        let suites = self.suites.iter().map(|(name, _)| name.clone()).collect();
        let settings = |entry: &Entry| Ok((entry.name.to_owned(), entry.minimizer()?.settings()));
        let solvers = self.solvers.iter().map(settings).collect::<Result<_, Error>>()?;
        Ok(Manifest::now(suites, solvers, self.simplex_gradients, self.seeds.clone()))
    }

    /// Makes all runs that the store does not have, and stores each as it ends. `progress` hears how many of how
    /// many have been made; when it says `false`, no more are begun.
    ///
    /// # Errors
    /// [`StoreError::OtherStudy`] if the store's manifest is of other settings; what the database refuses.
    pub fn run(
        &self,
        store: &Mutex<Store>,
        progress: impl Fn(usize, usize) -> bool + Sync,
    ) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
        let manifest = self.manifest()?;
        let solvers = self.solvers.iter().map(Entry::minimizer).collect::<Result<Vec<_>, Error>>()?;
        let open = {
            let store = lock(store);
            store.join(manifest)?;
            self.open(&solvers, &store)?
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build()?;
        let (done, stopped) = (Mutex::new(0), AtomicBool::new(false));
        pool.install(|| {
            open.par_iter().with_max_len(1).try_for_each(|run| {
                if stopped.load(Ordering::Relaxed) {
                    return Ok::<(), StoreError>(());
                }
                let (record, overhead) = self.carry_out(run);
                lock(store).insert(&Row::of(run.suite, &record, overhead))?;
                let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *done += 1;
                if !progress(*done, open.len()) {
                    stopped.store(true, Ordering::Relaxed);
                }
                Ok(())
            })
        })?;
        let done = *done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(done)
    }

    /// Makes a sample of the stored runs again, spread evenly over all of this study's, and gives back those that differ in
    /// a bit of history, value or point.
    ///
    /// # Errors
    /// As for [`run`](Study::run).
    pub fn verify(
        &self,
        store: &Store,
        sample: usize,
    ) -> Result<Verified, Box<dyn std::error::Error + Send + Sync>> {
        let solvers = self.solvers.iter().map(Entry::minimizer).collect::<Result<Vec<_>, Error>>()?;
        let stored = store.rows()?;
        let every = stored.len().div_ceil(sample.max(1)).max(1);
        let mut verified = Verified::default();
        for row in stored.iter().step_by(every) {
            let suite = self.suites.iter().find(|(name, _)| *name == row.suite);
            let case =
                suite.and_then(|(_, cases)| cases.iter().find(|case| case.name() == row.history.problem));
            let solver = solvers.iter().find(|solver| solver.name() == row.history.solver);
            let name = format!(
                "{} {} {} seed {}",
                row.suite, row.history.problem, row.history.solver, row.history.seed
            );
            let (Some(case), Some(solver)) = (case, solver) else {
                verified.unknown.push(name);
                continue;
            };
            let (suite, solver) = (row.suite.as_str(), solver.as_ref());
            let (record, _) = self.carry_out(&Open { suite, case, solver, seed: row.history.seed });
            let again = Row::of(suite, &record, None);
            let same = again.history == row.history && again.value == row.value && again.x == row.x;
            if same { verified.same += 1 } else { verified.different.push(name) }
        }
        Ok(verified)
    }

    /// The runs of this shard that are not stored, in the order of suites, problems, solvers and seeds.
    fn open<'s>(
        &'s self,
        solvers: &'s [Box<dyn Minimizer>],
        store: &Store,
    ) -> Result<Vec<Open<'s>>, StoreError> {
        let mut open = Vec::new();
        let mut number = 0;
        for (suite, cases) in &self.suites {
            for case in cases {
                for solver in solvers {
                    for &seed in crate::runs::seeds_that_matter(case, solver.as_ref(), &self.seeds) {
                        number += 1;
                        let mine = (number - 1) % self.shard.of == self.shard.number - 1;
                        if mine && !store.has(suite, case.name(), &solver.name(), seed)? {
                            open.push(Open { suite, case, solver: solver.as_ref(), seed });
                        }
                    }
                }
            }
        }
        Ok(open)
    }

    fn carry_out(&self, run: &Open<'_>) -> (Record, Option<f64>) {
        let task = Task { case: run.case, minimizer: run.solver, seed: run.seed };
        let budget = |n: usize| Budget::evaluations(self.simplex_gradients * (n as u64 + 1));
        let record = task.record(budget, in_units_of_start);
        let overhead = run.case.problem(run.seed).ok().and_then(|problem| overhead(&record, &problem));
        (record, overhead)
    }
}

/// Seconds per evaluation beyond the objective's own, which is timed at the start point: 200 calls, fewer of one that takes
/// long.
fn overhead(record: &Record, problem: &Problem<'_>) -> Option<f64> {
    const CALLS: u32 = 200;
    const ENOUGH: Duration = Duration::from_millis(20);
    let outcome = record.result.as_ref().ok()?;
    let began = Instant::now();
    let mut calls = 0;
    while calls < CALLS && (calls == 0 || began.elapsed() < ENOUGH) {
        let _ = std::hint::black_box(problem.objective().value(std::hint::black_box(problem.start())));
        calls += 1;
    }
    let own = began.elapsed().as_secs_f64() / f64::from(calls);
    let beyond = outcome.seconds / outcome.counts.evaluations as f64 - own;
    (beyond > 0.0).then_some(beyond)
}

fn lock(store: &Mutex<Store>) -> std::sync::MutexGuard<'_, Store> {
    store.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
