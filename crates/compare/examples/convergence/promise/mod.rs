//! The claims of convergence, and the points at which they are made.

pub(crate) mod judge;
pub(crate) mod problems;
pub(crate) mod solvers;

use rayon::prelude::*;
use search::{Budget, Minimizer};

use judge::Verdict;
use problems::Sample;

/// Evaluations of a run, times n + 1.
const SIMPLEX_GRADIENTS: u64 = 500;

/// A run that takes longer has not converged.
const SECONDS: f64 = 30.0;

/// A run that reported convergence.
pub(crate) struct Claim<'s> {
    pub(crate) sample: &'s Sample,
    pub(crate) flag: i32,
    pub(crate) evaluations: u64,
    pub(crate) x: Vec<f64>,
    pub(crate) value: f64,
    pub(crate) verdict: Verdict,
}

/// The results of a solver.
pub(crate) struct Record<'s> {
    pub(crate) solver: &'s str,
    /// Problems that it accepts.
    pub(crate) runs: usize,
    pub(crate) claims: Vec<Claim<'s>>,
}

impl Record<'_> {
    /// The claims that do not hold.
    pub(crate) fn broken(&self) -> impl Iterator<Item = &Claim<'_>> {
        self.claims.iter().filter(|claim| !claim.verdict.holds())
    }
}

/// Runs each solver on each problem that it accepts, and checks each of its claims.
///
/// # Panics
/// If a solver refuses a problem that it accepts.
pub(crate) fn records<'s>(
    solvers: &'s [(String, Box<dyn Minimizer>)],
    samples: &'s [Sample],
) -> Vec<Record<'s>> {
    let record = |(name, solver): &'s (String, Box<dyn Minimizer>)| {
        let accepted: Vec<_> =
            samples.iter().filter(|sample| solver.accepts(&sample.problem).is_ok()).collect();
        let claims = accepted.par_iter().filter_map(|sample| claim(name, solver.as_ref(), sample));
        Record { solver: name, runs: accepted.len(), claims: claims.collect() }
    };
    solvers.iter().map(record).collect()
}

fn claim<'s>(name: &str, solver: &dyn Minimizer, sample: &'s Sample) -> Option<Claim<'s>> {
    let evaluations = SIMPLEX_GRADIENTS * (sample.problem.dimension() as u64 + 1);
    let budget = Budget::evaluations(evaluations).within_seconds(SECONDS);
    let outcome = solver.minimize(&sample.problem, &budget, &mut ());
    let outcome = outcome.unwrap_or_else(|error| panic!("{name} on {}: {error}", sample.name()));
    outcome.converged().then(|| Claim {
        sample,
        flag: outcome.exit_flag(),
        evaluations: outcome.counts.evaluations,
        verdict: judge::judge(sample, &outcome.x),
        x: outcome.x,
        value: outcome.value,
    })
}
