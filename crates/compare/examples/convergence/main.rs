//! "Converged" is a promise: a solver that reports it (exit flags 1 to 4) must be at a local minimum. This
//! program tests all solvers of this build on random problems: smooth ones, kinks, bounds, grids, units from
//! 1e-12 to 1e12.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example convergence --features basin,bobyqa,cmaes,cobyla,nlopt
//! cargo run --release -p patternsearch-compare --example convergence -- hybrid coordinate  # these alone, with broken promises
//! cargo run --release -p patternsearch-compare --example convergence -- 24 hybrid          # on as many problems of each kind
//! ```

mod promise;

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use promise::judge::PART;
use promise::problems::samples;
use promise::solvers::solvers;
use promise::{Claim, Record, records};

/// The default number of problems of each kind.
const OF_EACH_KIND: u64 = 100;

fn main() {
    let mut chosen: Vec<String> = std::env::args().skip(1).collect();
    let number = chosen.first().and_then(|first| first.parse().ok());
    if number.is_some() {
        chosen.remove(0);
    }
    let samples = samples(number.unwrap_or(OF_EACH_KIND));
    let mut solvers = solvers();
    solvers.retain(|(name, _)| chosen.is_empty() || chosen.contains(name));
    let records = records(&solvers, &samples);
    println!(
        "{} problems; not at a minimum: more than {PART} of the possible decrease is left,",
        samples.len()
    );
    println!("or a neighbour on the grid is better\n\n{}\n", summary(&records));
    println!("Not at a minimum, by kind of problem\n\n{}", by_kind(&records));
    if !chosen.is_empty() {
        println!("\nEvaluations of the runs that converged, on average\n\n{}", evaluations(&records));
        records.iter().for_each(|record| record.broken().for_each(|claim| tell(record.solver, claim)));
    }
}

fn summary(records: &[Record<'_>]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["solver", "runs", "flag 1", "2", "3", "4", "not at a minimum", "the worst"]);
    for record in records {
        let with_flag = |flag| record.claims.iter().filter(|claim| claim.flag == flag).count().to_string();
        let flags = [1, 2, 3, 4].map(with_flag);
        let mut row = vec![record.solver.to_owned(), record.runs.to_string()];
        row.extend(flags);
        row.push(record.broken().count().to_string());
        let worst = record.broken().max_by(|a, b| a.verdict.lacking.total_cmp(&b.verdict.lacking));
        row.push(worst.map_or_else(String::new, |claim| {
            format!("{}: {:.1e}", claim.sample.name(), claim.verdict.lacking)
        }));
        table.add_row(row);
    }
    table
}

/// The broken promises of each solver that broke any.
fn by_kind(records: &[Record<'_>]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["solver", "kind: not at a minimum (seeds)"]);
    for record in records.iter().filter(|record| record.broken().count() > 0) {
        let mut kinds: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for claim in record.broken() {
            kinds.entry(claim.sample.kind).or_default().push(claim.sample.seed);
        }
        let told = kinds.iter().map(|(kind, seeds)| {
            let first: Vec<String> = seeds.iter().take(4).map(u64::to_string).collect();
            let more = if seeds.len() > 4 { ", ..." } else { "" };
            format!("{kind}: {} ({}{more})", seeds.len(), first.join(", "))
        });
        table.add_row([record.solver.to_owned(), told.collect::<Vec<_>>().join("; ")]);
    }
    table
}

/// Evaluations of the claims on each kind of problem, on average.
fn evaluations(records: &[Record<'_>]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let solvers = records.iter().map(|record| record.solver.to_owned());
    table.set_header(std::iter::once("kind".to_owned()).chain(solvers));
    let kinds: BTreeSet<&str> =
        records.iter().flat_map(|record| &record.claims).map(|claim| claim.sample.kind).collect();
    for kind in kinds {
        let mean = |record: &Record<'_>| {
            let claims = record.claims.iter().filter(|claim| claim.sample.kind == kind);
            let (sum, runs) = claims.fold((0, 0), |(sum, runs), claim| (sum + claim.evaluations, runs + 1));
            if runs == 0 { String::new() } else { format!("{:.0} ({runs})", sum as f64 / f64::from(runs)) }
        };
        table.add_row(std::iter::once(kind.to_owned()).chain(records.iter().map(mean)));
    }
    table
}

/// All of a broken promise.
fn tell(solver: &str, claim: &Claim<'_>) {
    let sample = claim.sample;
    let problem = &sample.problem;
    println!("\n{} on {}: flag {}", solver, sample.name(), claim.flag);
    println!("  after {} evaluations at {:?}: {:e}", claim.evaluations, claim.x, claim.value);
    println!("  start {:?}: {:e}", problem.start(), sample.value(problem.start()));
    println!("  bounds {:?} to {:?}", problem.bounds().lower(), problem.bounds().upper());
    if let Some(grid) = problem.grid() {
        println!("  granularity {:?}", grid.granularity());
    }
    let (lacking, better) = (claim.verdict.lacking, claim.verdict.better_neighbour);
    println!("  units {:?}, least value {:?}", sample.units, sample.least);
    println!("  lacks {lacking:.1e} of the possible decrease; a neighbour on the grid is better: {better}");
}
