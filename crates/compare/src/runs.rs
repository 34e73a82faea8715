//! Carrying out the runs of a comparison.

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use search::{Budget, Error, Minimizer, Run};

use crate::record::Noting;
use crate::truth::{Judged, improvements};
use crate::{Case, Comparison, Record};

/// How a comparison is carried out.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The budget of each run; default 1000 evaluations.
    pub budget: Budget,
    /// The seeds, of the problems and of the minimizers' random numbers; default 0 alone. A minimizer without random
    /// numbers runs once on a problem that is the same for each seed.
    pub seeds: Vec<u64>,
    /// Runs at the same time, at least 1; default 1. Only times depend on it.
    pub threads: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { budget: Budget::evaluations(1000), seeds: vec![0], threads: 1 }
    }
}

/// One run to be made.
struct Task<'t, 'o> {
    case: &'t Case<'o>,
    minimizer: &'t dyn Minimizer,
    seed: u64,
}

/// Runs each minimizer on each problem from each seed. Minimizers that are to be told apart need names of their own
/// ([`Labelled`](crate::Labelled)).
///
/// A run that ends in an error is a record like any other. The records stand in the order of problems,
/// minimizers and seeds.
///
/// # Errors
/// [`Error::Threads`] for threads that cannot be had.
pub fn compare(
    cases: &[Case<'_>],
    minimizers: &[Box<dyn Minimizer>],
    plan: &Plan,
) -> Result<Comparison, Error> {
    let refused = |reason| Error::Threads { threads: plan.threads, reason };
    if plan.threads == 0 {
        return Err(refused("expected at least 1".to_owned()));
    }
    let pool = ThreadPoolBuilder::new().num_threads(plan.threads).build();
    let pool = pool.map_err(|error| refused(error.to_string()))?;

    let mut tasks = Vec::new();
    for case in cases {
        for minimizer in minimizers {
            let depends_on_seed = case.is_seeded() || minimizer.with_seed(0).is_some();
            let seeds = if depends_on_seed { plan.seeds.len() } else { plan.seeds.len().min(1) };
            let task = |&seed| Task { case, minimizer: minimizer.as_ref(), seed };
            tasks.extend(plan.seeds[..seeds].iter().map(task));
        }
    }
    let records = pool.install(|| tasks.par_iter().map(|task| task.record(&plan.budget)).collect());
    let optima = cases.iter().filter_map(|case| Some((case.name().to_owned(), case.optimum()?))).collect();
    Ok(Comparison::new(records, optima))
}

impl Task<'_, '_> {
    fn record(&self, budget: &Budget) -> Record {
        let Task { case, minimizer, seed } = *self;
        let mut record = Record {
            problem: case.name().to_owned(),
            minimizer: minimizer.name(),
            seed,
            dimension: 0,
            improvements: Vec::new(),
            truth: None,
            result: Err(Error::NoBudget),
        };
        let problem = match case.problem(seed) {
            Ok(problem) => problem,
            Err(error) => {
                record.result = Err(error);
                return record;
            }
        };
        record.dimension = problem.dimension();
        let seeded = minimizer.with_seed(seed);
        let minimizer = seeded.as_deref().unwrap_or(minimizer);
        let mut noting = Noting::from_now();
        let (problem, notes) = match case.truth() {
            None => (problem, None),
            Some(truth) => {
                let judged = Judged::new(problem.shared_objective(), truth.clone());
                let notes = judged.notes();
                (problem.with_objective(Arc::new(judged)), Some(notes))
            }
        };
        record.result = minimizer.run(&problem, &Run::within(budget), &mut noting);
        record.truth = notes.map(|notes| improvements(&notes));
        if let Ok(outcome) = &mut record.result {
            outcome.trace = Vec::new();
        }
        record.improvements = noting.improvements;
        record
    }
}
