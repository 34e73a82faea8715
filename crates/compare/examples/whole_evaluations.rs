//! Searches on whole evaluations of a net: the errors they reach on iris, 4-4-3, with no weight or bias below zero, from
//! ten starts. Three minutes.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example whole_evaluations --features bobyqa,cmaes,cobyla,nlopt
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use compare::study::solvers;
use compare::{Case, Labelled, Plan, Record, compare};
use cpu_time::ProcessTime;
use mse::{MeanSquaredError, recipe_start};
use netcore::{Network, Table, Target};
use search::{
    Automatic, AutomaticOptions, Bounds, Budget, CoordinateOptions, CoordinateSearch, Failure, HybridOptions,
    HybridSearch, Minimizer, Objective, Problem, QuasiNewtonOptions, QuasiNewtonSearch, Residuals,
};

/// The errors are read after these evaluations, the start included.
const EVALUATIONS: [u64; 2] = [1_000, 7_000];

/// The starts that reach this error are counted.
const GOOD: f64 = 0.148;

const SEEDS: u64 = 10;

const SOLVERS: [&str; 14] = [
    "patternsearch",
    "coordinate",
    "hybrid-residuals",
    "hybrid",
    "hybrid-restarts",
    "quasi-newton",
    "quasi-newton-restarts",
    "nelder-mead",
    "bobyqa",
    "cobyla",
    "cma-es",
    "nlopt-bobyqa",
    "nlopt-sbplx",
    "nlopt-praxis",
];

/// The error of a net without its view of one weight at a time.
struct Whole(Arc<MeanSquaredError>);

impl Objective for Whole {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.0.value(x)
    }

    fn residuals(&self) -> Option<&dyn Residuals> {
        self.0.residuals()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/iris.csv");
    let table = Table::read(path, &Target::last())?;
    let network = Network::feedforward(&[4], table.inputs(), table.targets())?;
    let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets())?);
    let case = Case::seeded("iris-4-4-3", |seed| {
        let start = recipe_start(network.topology(), seed);
        let bounds = Bounds::nonnegative(start.len());
        Problem::of(Whole(error.clone()), start)?.bounded(bounds)
    });

    let most = EVALUATIONS.into_iter().fold(0, u64::max);
    let plan = Plan { budget: Budget::evaluations(most), seeds: (1..=SEEDS).collect(), ..Plan::default() };
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    let columns = EVALUATIONS.map(|evaluations| format!("after {evaluations}"));
    text.set_header(["solver".to_owned()].into_iter().chain(columns).chain(["us".to_owned()]));
    for minimizer in minimizers()? {
        let began = ProcessTime::now();
        let comparison = compare(std::slice::from_ref(&case), std::slice::from_ref(&minimizer), &plan)?;
        text.add_row(row(comparison.records(), began.elapsed().as_secs_f64())?);
    }
    println!("{text}");
    println!(
        "\nMSE: median [least, largest] over seeds 1 to {SEEDS}, and the starts that reach {GOOD}. us: microseconds of \
         processor time per evaluation."
    );
    Ok(())
}

fn minimizers() -> Result<Vec<Box<dyn Minimizer>>, search::Error> {
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(u64::MAX));
    let restarting = CoordinateSearch::new(CoordinateOptions {
        restarts: u64::MAX,
        scale_mesh: false,
        max_iterations,
        max_function_evaluations,
        ..CoordinateOptions::default()
    })?;
    let reading = HybridSearch::new(HybridOptions {
        restarts: u64::MAX,
        max_iterations,
        max_function_evaluations,
        ..HybridOptions::default()
    })?;
    let quasi = QuasiNewtonSearch::new(QuasiNewtonOptions {
        restarts: u64::MAX,
        max_iterations,
        max_function_evaluations,
        ..QuasiNewtonOptions::default()
    })?;
    let automatic = || {
        Automatic::new(AutomaticOptions {
            max_iterations,
            max_function_evaluations,
            ..AutomaticOptions::default()
        })
    };
    let mut minimizers: Vec<Box<dyn Minimizer>> = vec![
        Box::new(Labelled::new("automatic, told of residuals", automatic()?)),
        Box::new(Labelled::new("automatic, not told", automatic()?).without_residuals()),
        Box::new(Labelled::new("coordinate, restarts", restarting)),
        Box::new(Labelled::new("hybrid-residuals, restarts", reading)),
        Box::new(Labelled::new("quasi-newton-residuals, restarts", quasi)),
    ];
    for entry in solvers().into_iter().filter(|entry| SOLVERS.contains(&entry.name.as_str())) {
        minimizers.push(entry.minimizer()?);
    }
    Ok(minimizers)
}

fn row(runs: &[Record], seconds: f64) -> Result<Vec<String>, Box<dyn Error>> {
    let mut row = vec![runs[0].minimizer.clone()];
    for evaluations in EVALUATIONS {
        let mut errors: Vec<f64> = runs.iter().map(|run| run.value_after(evaluations)).collect();
        errors.sort_by(f64::total_cmp);
        let good = errors.iter().filter(|&&error| error <= GOOD).count();
        row.push(format!(
            "{:.4} [{:.4}, {:.4}], {good}",
            median(&errors),
            errors[0],
            errors[errors.len() - 1]
        ));
    }
    let mut spent = 0;
    for run in runs {
        spent += run.result.as_ref().map_err(Clone::clone)?.counts.evaluations;
    }
    row.push(format!("{:.1}", 1e6 * seconds / spent as f64));
    Ok(row)
}

/// Of values in ascending order.
fn median(values: &[f64]) -> f64 {
    0.5 * (values[(values.len() - 1) / 2] + values[values.len() / 2])
}
