//! Carries out the runs of a comparison.

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use search::{Budget, Error, Minimizer, Outcome, Problem, Run};

use crate::feasible::Judge;
use crate::record::Noting;
use crate::truth::{Judged, improvements};
use crate::{Case, Comparison, Record};

/// How a comparison is carried out.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The budget of each run; default 1000 evaluations.
    pub budget: Budget,
    /// The seeds of the problems and of the minimizers' random numbers; default only 0. A minimizer without
    /// random numbers runs once on a problem that does not depend on the seed.
    pub seeds: Vec<u64>,
    /// Runs at the same time, at least 1; default 1. It affects only times.
    pub threads: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { budget: Budget::evaluations(1000), seeds: vec![0], threads: 1 }
    }
}

/// One run to be made.
pub(crate) struct Task<'t, 'o> {
    pub(crate) case: &'t Case<'o>,
    pub(crate) minimizer: &'t dyn Minimizer,
    pub(crate) seed: u64,
}

/// The seeds on which a run depends: all, or the first if neither problem nor minimizer uses them.
pub(crate) fn seeds_that_matter<'s>(
    case: &Case<'_>,
    minimizer: &dyn Minimizer,
    seeds: &'s [u64],
) -> &'s [u64] {
    let all = case.is_seeded() || minimizer.with_seed(0).is_some();
    if all { seeds } else { &seeds[..seeds.len().min(1)] }
}

/// Runs each minimizer on each problem from each seed. Minimizers need different names
/// ([`Labelled`](crate::Labelled)).
///
/// A run that ends in an error is a record like any other. The records stand in the order of problems,
/// minimizers and seeds.
///
/// # Errors
/// [`Error::Threads`] if the threads are not available.
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
            let minimizer = minimizer.as_ref();
            let seeds = seeds_that_matter(case, minimizer, &plan.seeds);
            tasks.extend(seeds.iter().map(|&seed| Task { case, minimizer, seed }));
        }
    }
    let records =
        pool.install(|| tasks.par_iter().map(|task| task.record(|_| plan.budget.clone(), Ok)).collect());
    let optima = cases.iter().filter_map(|case| Some((case.name().to_owned(), case.optimum()?))).collect();
    Ok(Comparison::new(records, optima))
}

impl<'o> Task<'_, 'o> {
    /// Makes the run within the budget for its dimension, on the problem in the form that `form` gives it.
    pub(crate) fn record(
        &self,
        budget: impl Fn(usize) -> Budget,
        form: impl Fn(Problem<'o>) -> Result<Problem<'o>, Error>,
    ) -> Record {
        let mut record = Record {
            problem: self.case.name().to_owned(),
            minimizer: self.minimizer.name(),
            seed: self.seed,
            dimension: 0,
            improvements: Vec::new(),
            truth: None,
            result: Err(Error::NoBudget),
        };
        record.result = self.run(budget, form, &mut record);
        record
    }

    fn run(
        &self,
        budget: impl Fn(usize) -> Budget,
        form: impl Fn(Problem<'o>) -> Result<Problem<'o>, Error>,
        record: &mut Record,
    ) -> Result<Outcome, Error> {
        let problem = self.case.problem(self.seed)?;
        let judge = Judge::of(self.case, &problem);
        let (problem, notes) = match self.case.truth().filter(|_| judge.is_none()) {
            None => (problem.clone(), None),
            Some(truth) => {
                let judged = Judged::new(problem.shared_objective(), truth.clone());
                let notes = judged.notes();
                (problem.clone().with_objective(Arc::new(judged)), Some(notes))
            }
        };
        let problem = form(problem)?;
        record.dimension = problem.dimension();
        let seeded = self.minimizer.with_seed(self.seed);
        let minimizer = seeded.as_deref().unwrap_or(self.minimizer);
        let true_values = judge.as_ref().is_some_and(Judge::has_truth);
        let noting = Noting::from_now(judge);
        let mut noting = if notes.is_some() { noting.with_rounds() } else { noting };
        let result = minimizer.run(&problem, &Run::within(&budget(record.dimension)), &mut noting);
        record.improvements = noting.improvements;
        record.truth = match notes {
            Some(notes) => Some(improvements(&notes, &noting.rounds.unwrap_or_default())),
            None => true_values.then(|| record.improvements.clone()),
        };
        result.map(|mut outcome| {
            outcome.trace = Vec::new();
            outcome
        })
    }
}
