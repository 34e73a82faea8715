//! "Converged" is a promise: whoever says so (exit flags 1 to 4) must be at a local minimum. All solvers of this build on
//! some hundred random problems: smooth ones, kinks, bounds, grids, units from 1e-12 to 1e12.
//!
//! ```text
//! cargo run --release -p compare --example convergence --features basin,bobyqa,cmaes,cobyla,nlopt
//! cargo run --release -p compare --example convergence -- hybrid coordinate   # these alone, and each broken promise
//! ```

mod promise;

use std::collections::BTreeMap;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use promise::judge::PART;
use promise::problems::samples;
use promise::solvers::solvers;
use promise::{Claim, Record, records};

/// Problems of each kind.
const OF_EACH_KIND: u64 = 24;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let samples = samples(OF_EACH_KIND);
    let mut solvers = solvers();
    solvers.retain(|(name, _)| chosen.is_empty() || chosen.contains(name));
    let records = records(&solvers, &samples);
    println!(
        "{} problems; not at a minimum: more than {PART} of what the start lacks is left,",
        samples.len()
    );
    println!("or a neighbour on the grid is better\n\n{}\n", summary(&records));
    println!("Not at a minimum, by kind of problem\n\n{}", by_kind(&records));
    if !chosen.is_empty() {
        records.iter().flat_map(Record::broken).for_each(tell);
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

/// Broken promises of each solver that broke any.
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

/// All of a broken promise.
fn tell(claim: &Claim<'_>) {
    let sample = claim.sample;
    let problem = &sample.problem;
    println!("\n{} on {}: flag {}", claim.solver, sample.name(), claim.flag);
    println!("  after {} evaluations at {:?}: {:e}", claim.evaluations, claim.x, claim.value);
    println!("  start {:?}: {:e}", problem.start(), sample.value(problem.start()));
    println!("  bounds {:?} to {:?}", problem.bounds().lower(), problem.bounds().upper());
    if let Some(grid) = problem.grid() {
        println!("  granularity {:?}", grid.granularity());
    }
    let (lacking, better) = (claim.verdict.lacking, claim.verdict.better_neighbour);
    println!("  units {:?}, least value {:?}", sample.units, sample.least);
    println!("  lacks {lacking:.1e} of what the start lacks; a neighbour on the grid is better: {better}");
}
