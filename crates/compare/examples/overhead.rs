//! The cost of the solvers themselves per evaluation, at n = 10, 35 and 100.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example overhead --features basin,bobyqa,cmaes,cobyla,nlopt
//! cargo run --release -p patternsearch-compare --example overhead -- --batch=16
//! cargo run --release -p patternsearch-compare --example overhead -- hybrid quasi-newton
//! ```
//!
//! Names take some of the solvers; those that refuse a problem of values alone are left out.
//! With `--batch=16` the searches that ask for so many points at once take the place of the others, by rounds and, where
//! they can, asynchronously; values then arrive in the order asked.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use compare::study::solvers;
use search::{Budget, Minimizer, Problem};
use serde_json::json;

/// Numbers of coordinates.
const DIMENSIONS: [usize; 3] = [10, 35, 100];

/// Evaluations of a run, per coordinate.
const EVALUATIONS: usize = 20;

/// A run that takes longer is stopped; its evaluations until then count.
const SECONDS: f64 = 5.0;

/// Runs, of which the fastest counts.
const RUNS: usize = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let columns = DIMENSIONS.map(|n| format!("us per evaluation, n = {n}"));
    table.set_header(["solver".to_owned()].into_iter().chain(columns));
    let words: Vec<String> = std::env::args().skip(1).collect();
    let named = match words.iter().find_map(|word| word.strip_prefix("--batch=")) {
        Some(batch) => in_batches(batch.parse()?),
        None => solvers()
            .into_iter()
            .map(|entry| Ok((entry.name.clone(), (entry.make)()?)))
            .collect::<Result<_, search::Error>>()?,
    };
    let wanted: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    let plain = Problem::new(rosenbrock, vec![-1.2; DIMENSIONS[0]])?;
    let is_taken = |name: &String, solver: &dyn Minimizer| {
        (wanted.is_empty() || wanted.contains(&name)) && solver.accepts(&plain).is_ok()
    };
    for (name, solver) in named.into_iter().filter(|(name, solver)| is_taken(name, solver.as_ref())) {
        let mut row = vec![name];
        for n in DIMENSIONS {
            let problem = Problem::new(rosenbrock, vec![-1.2; n])?;
            let budget = Budget::evaluations((EVALUATIONS * n) as u64).within_seconds(SECONDS);
            let mut least = f64::INFINITY;
            for _ in 0..RUNS {
                let began = Instant::now();
                let evaluations = solver.minimize(&problem, &budget, &mut ())?.counts.evaluations;
                let beyond = began.elapsed().saturating_sub(bare(n, evaluations));
                least = least.min(beyond.as_secs_f64() * 1e6 / evaluations as f64);
            }
            row.push(format!("{least:.3}"));
        }
        table.add_row(row);
    }
    println!("{table}\n");
    println!(
        "Chained Rosenbrock function, {EVALUATIONS} n evaluations; what the evaluations take is subtracted."
    );
    Ok(())
}

/// The searches that can ask for several points at once.
fn in_batches(batch: u64) -> Vec<(String, Box<dyn Minimizer>)> {
    let mut found = Vec::new();
    for name in search::solver_names() {
        found
            .extend(search::solver(name, &json!({ "batch": batch })).map(|solver| (name.to_owned(), solver)));
        let asynchronous = search::solver(name, &json!({ "batch": batch, "asynchronous": true }));
        found.extend(asynchronous.map(|solver| (format!("{name}, asynchronous"), solver)));
    }
    found
}

/// The time of this many evaluations without a solver.
fn bare(n: usize, evaluations: u64) -> Duration {
    let x = vec![-1.2; n];
    let began = Instant::now();
    for _ in 0..evaluations {
        black_box(rosenbrock(black_box(&x)));
    }
    began.elapsed()
}

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2)).sum()
}
