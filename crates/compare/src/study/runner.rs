//! Carries out a study: makes the runs that are not stored yet, several at once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use search::{Budget, Error, Problem};

use super::plan::Planned;
use super::stepped::in_units_of_start;
use super::{Ending, Entry, Row, Store, StoreError, StudyError};
use crate::runs::Task;
use crate::{Case, Record};

/// A part of a study, for several machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// The number of this part, from 1.
    pub number: usize,
    /// The number of all parts.
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
    /// The part of all runs; the whole by default.
    pub shard: Shard,
}

/// The result of carrying out a study.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Made {
    /// Runs that were made and stored.
    pub runs: usize,
    /// The number of these that a solver has refused.
    pub refused: usize,
    /// Runs without a value, because all their evaluations failed. They are made again the next time.
    pub without_value: Vec<Row>,
    /// Runs that are still missing because `progress` returned `false`.
    pub left: usize,
}

impl Study {
    /// Makes all runs that are not in the store, and again those without a value, and stores each run as it
    /// ends. `progress` receives the numbers of runs made and planned. If it returns `false`, no more runs
    /// begin.
    ///
    /// # Errors
    /// [`StudyError::SameName`], [`StudyError::Runs`], [`StudyError::Budget`], [`StudyError::Threads`] for a
    /// study that cannot be carried out; [`StoreError::OtherStudy`] if the store's manifest has other
    /// settings; errors of the database.
    pub fn run(
        &self,
        store: &Mutex<Store>,
        progress: impl Fn(usize, usize) -> bool + Sync,
    ) -> Result<Made, StudyError> {
        self.check()?;
        let manifest = self.manifest()?;
        let solvers = self.solvers.iter().map(Entry::minimizer).collect::<Result<Vec<_>, Error>>()?;
        let plan = self.plan(&solvers);
        let open = {
            let store = lock(store);
            store.join(manifest)?;
            let runs = plan.iter().map(|run| (run.suite, run.case.name(), run.solver.name(), run.seed));
            store.plan(runs)?;
            self.open(&plan, &store)?
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads).build();
        let pool =
            pool.map_err(|error| StudyError::Threads { threads: self.threads, reason: error.to_string() })?;
        let (made, stopped) = (Mutex::new(Made::default()), AtomicBool::new(false));
        pool.install(|| {
            open.par_iter().with_max_len(1).try_for_each(|run| {
                if stopped.load(Ordering::Relaxed) {
                    return Ok::<(), StoreError>(());
                }
                let (record, overhead) = self.carry_out(run);
                let row = Row::of(run.suite, &record, overhead);
                lock(store).insert(&row)?;
                let mut made = made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                made.note(row);
                if !progress(made.runs, open.len()) {
                    stopped.store(true, Ordering::Relaxed);
                }
                Ok(())
            })
        })?;
        let mut made = made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        made.left = open.len() - made.runs;
        Ok(made)
    }

    /// The runs of this shard that are not stored, or have no value.
    fn open<'p, 's>(
        &self,
        plan: &'p [Planned<'s>],
        store: &Store,
    ) -> Result<Vec<&'p Planned<'s>>, StoreError> {
        let mine = plan.iter().skip(self.shard.number - 1).step_by(self.shard.of);
        let mut open = Vec::new();
        for run in mine {
            if !store.has(run.suite, run.case.name(), &run.solver.name(), run.seed)? {
                open.push(run);
            }
        }
        Ok(open)
    }

    pub(super) fn carry_out(&self, run: &Planned<'_>) -> (Record, Option<f64>) {
        let task = Task { case: run.case, minimizer: run.solver, seed: run.seed };
        let budget = |n: usize| Budget::evaluations(self.simplex_gradients.saturating_mul(n as u64 + 1));
        let record = task.record(budget, in_units_of_start);
        let overhead = run.case.problem(run.seed).ok().and_then(|problem| overhead(&record, &problem));
        (record, overhead)
    }
}

impl Made {
    fn note(&mut self, row: Row) {
        self.runs += 1;
        match row.ending() {
            Ending::Value => {}
            Ending::Refused => self.refused += 1,
            Ending::NoValue => self.without_value.push(row),
        }
    }
}

/// Seconds per evaluation beyond the objective's own, which is timed at the start point: 200 calls, or fewer
/// if a call takes long.
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
