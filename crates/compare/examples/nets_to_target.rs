//! The evaluations and seconds that derivative-free searches need to fit nets with non-negative weights.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example nets_to_target --features basin,bobyqa,cmaes,cobyla,nlopt
//! ```

use std::collections::HashSet;
use std::error::Error;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use compare::study::solvers;
use compare::suites::{nets, nets_projected};
use compare::{Case, Comparison, Labelled, Plan, Record, compare};
use search::{Budget, CoordinateOptions, CoordinateSearch, Minimizer};

/// Nets with more weights are left out: a run of some peers would take minutes.
const MOST_WEIGHTS: usize = 110;

const BUDGET: u64 = 10_000;
const SECONDS: f64 = 10.0;
const SEEDS: u64 = 6;

/// A target is the least error that any run has found, plus this fraction of it.
const BEYOND_LEAST: [f64; 2] = [0.2, 0.05];

const SOLVERS: [&str; 11] = [
    "patternsearch",
    "coordinate",
    "hybrid",
    "nelder-mead",
    "bobyqa",
    "cobyla",
    "cma-es",
    "basin-mads",
    "nlopt-bobyqa",
    "nlopt-sbplx",
    "nlopt-praxis",
];

/// The solvers that also run with the output layer solved for.
const PROJECTED: [&str; 8] = [
    "coordinate",
    "hybrid",
    "hybrid-restarts",
    "nelder-mead",
    "bobyqa",
    "nlopt-bobyqa",
    "nlopt-sbplx",
    "nlopt-praxis",
];

fn main() -> Result<(), Box<dyn Error>> {
    let cases = small_and_nonnegative(nets());
    let projected = small_and_nonnegative(nets_projected());
    let budget = Budget::evaluations(BUDGET).within_seconds(SECONDS);
    let plan = Plan { budget, seeds: (1..=SEEDS).collect(), ..Plan::default() };
    let whole = compare(&cases, &minimizers(&SOLVERS)?, &plan)?;
    let hidden = compare(&projected, &minimizers(&PROJECTED)?, &plan)?;

    for beyond in BEYOND_LEAST {
        let target = |case: &Case<'static>| least([&whole, &hidden], case.name()) * (1.0 + beyond);
        let targets: Vec<f64> = cases.iter().map(target).collect();
        println!("{:.0} % above the least error of all runs.\n", 100.0 * beyond);
        println!("All weights searched:\n\n{}\n", table(&whole, &minimizers(&SOLVERS)?, &cases, &targets));
        let projected = table(&hidden, &minimizers(&PROJECTED)?, &projected, &targets);
        println!("The output layer solved for:\n\n{projected}\n");
    }
    println!(
        "Expected evaluations and seconds to the target: the sum over all {SEEDS} starts, at most {BUDGET} evaluations and {SECONDS} \
         seconds each, divided by the number (in brackets) that reach it;\nif none does, the median error; \
         and the number of different runs, if several starts led to the same run."
    );
    Ok(())
}

fn small_and_nonnegative(cases: Vec<Case<'static>>) -> Vec<Case<'static>> {
    let small =
        |case: &Case<'static>| case.problem(1).is_ok_and(|problem| problem.dimension() <= MOST_WEIGHTS);
    cases.into_iter().filter(|case| case.name().ends_with("-nonnegative") && small(case)).collect()
}

fn minimizers(names: &[&str]) -> Result<Vec<Box<dyn Minimizer>>, Box<dyn Error>> {
    let mut minimizers = vec![restarting()?];
    for entry in solvers().into_iter().filter(|entry| names.contains(&entry.name.as_str())) {
        minimizers.push(entry.minimizer()?);
    }
    #[cfg(feature = "nlopt")]
    minimizers.push(bobyqa_of_small_steps()?);
    Ok(minimizers)
}

fn table(
    comparison: &Comparison,
    minimizers: &[Box<dyn Minimizer>],
    cases: &[Case<'static>],
    targets: &[f64],
) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let columns = cases.iter().zip(targets).map(|(case, target)| format!("{} to {target:.4}", case.name()));
    table.set_header(["solver".to_owned()].into_iter().chain(columns));
    for minimizer in minimizers {
        let name = minimizer.name();
        let cells = cases.iter().zip(targets).map(|(case, &target)| {
            let records: Vec<&Record> = comparison.of(case.name(), &name).collect();
            cell(&records, target)
        });
        table.add_row([name.clone()].into_iter().chain(cells));
    }
    table
}

/// The search of `mse::fit`: `coordinate`, restarted until the budget is spent.
fn restarting() -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
    let options = CoordinateOptions {
        restarts: u64::MAX,
        scale_mesh: false,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        ..CoordinateOptions::default()
    };
    Ok(Box::new(Labelled::new("coordinate, restarts", CoordinateSearch::new(options)?)))
}

/// BOBYQA moves a coordinate that is closer to a bound than its first step. With a first step of 1, which all
/// others have, it begins at the same point whatever the start. With a tenth of it the starts count.
#[cfg(feature = "nlopt")]
fn bobyqa_of_small_steps() -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
    let options = search::peers::NloptOptions {
        algorithm: search::peers::NloptAlgorithm::Bobyqa,
        initial_step: 0.1,
        max_function_evaluations: Some(u64::MAX),
        ..Default::default()
    };
    Ok(Box::new(Labelled::new("nlopt-bobyqa, step 0.1", search::peers::Nlopt::new(options)?)))
}

fn least(comparisons: [&Comparison; 2], problem: &str) -> f64 {
    let records = comparisons.into_iter().flat_map(Comparison::records);
    let values =
        records.filter(|record| record.problem == problem).map(|record| record.value_after(u64::MAX));
    values.fold(f64::INFINITY, f64::min)
}

fn median_error(records: &[&Record]) -> f64 {
    let mut errors: Vec<f64> = records.iter().map(|record| record.value_after(u64::MAX)).collect();
    errors.sort_by(f64::total_cmp);
    errors[errors.len() / 2]
}

/// The expected running time: the total cost of all runs until the target or their end, divided by the number
/// of runs that reach it. (Hansen, Auger, Ros, Mersmann, Tušar & Brockhoff 2021, "COCO: a platform for
/// comparing continuous optimizers in a black-box setting".)
fn cell(records: &[&Record], target: f64) -> String {
    let (mut evaluations, mut seconds, mut reached) = (0.0, 0.0, 0.0);
    for record in records {
        let hit = record.history().find(|new| new.value <= target).map(|new| (new.evaluations, new.seconds));
        // A failed run counts as having spent its whole budget.
        let end =
            record.result.as_ref().map_or((BUDGET, SECONDS), |end| (end.counts.evaluations, end.seconds));
        let spent = hit.unwrap_or(end);
        evaluations += spent.0 as f64;
        seconds += spent.1;
        reached += f64::from(u8::from(hit.is_some()));
    }
    let runs = match distinct(records) {
        all if all == records.len() => String::new(),
        1 => "; 1 run".to_owned(),
        some => format!("; {some} runs"),
    };
    if reached == 0.0 {
        return format!("never, {:.4}{runs}", median_error(records));
    }
    format!("{:.0}, {:.4} s ({reached}{runs})", evaluations / reached, seconds / reached)
}

/// Number of runs that end with different values. If the first step leads to the bounds from any start, all
/// runs are the same from there on.
fn distinct(records: &[&Record]) -> usize {
    let ends = records.iter().map(|record| record.value_after(u64::MAX).to_bits());
    ends.collect::<HashSet<u64>>().len()
}
