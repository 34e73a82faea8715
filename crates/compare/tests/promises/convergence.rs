//! "Converged" is a promise: on random problems of all kinds whoever says so is at a minimum.

#[path = "../../examples/convergence/promise/mod.rs"]
mod promise;

use promise::problems::samples;
use promise::records;
use promise::solvers::solvers;

/// Problems of each kind; the example of the same name has more, and all solvers.
const OF_EACH_KIND: u64 = 16;

#[test]
fn searches_are_at_a_minimum_where_they_say_so() {
    let mut solvers = solvers();
    solvers
        .retain(|(name, _)| ["hybrid", "automatic", "coordinate", "patternsearch"].contains(&name.as_str()));
    let samples = samples(OF_EACH_KIND);
    for record in records(&solvers, &samples) {
        let (solver, runs, claims) = (record.solver, record.runs, record.claims.len());
        // Most runs converge within the budget, few in valleys with polls alone: the promise is not kept by silence.
        let least = if solver == "patternsearch" { 0.7 } else { 0.9 };
        assert!(claims as f64 > least * runs as f64, "{solver}: {claims} of {runs}");
        let evaluations: u64 = record.claims.iter().map(|claim| claim.evaluations).sum();
        println!(
            "{solver}: {claims} of {runs} runs have converged, after {} evaluations on average",
            evaluations / claims as u64
        );
        if let Some(claim) = record.broken().next() {
            let (flag, value, x, lacking) = (claim.flag, claim.value, &claim.x, claim.verdict.lacking);
            let better = claim.verdict.better_neighbour;
            panic!(
                "{solver} on {}: flag {flag} at {x:?}: {value:e}; lacks {lacking:.1e}, {better}",
                claim.sample.name()
            );
        }
    }
}
