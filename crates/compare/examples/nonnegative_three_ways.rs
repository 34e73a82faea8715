//! The three ways to non-negative weights, and what they cost: nets fitted to iris, wine and breast cancer by
//! pattern search with zero lower bounds, by L-BFGS over squares, exponentials and softplus of free variables, and by
//! gradient descent clipped at zero, biases bounded as well; beside them, the same nets with free biases, and without bounds.
//! A minute.
//!
//! ```text
//! cargo run --release --example nonnegative_three_ways
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use compare::{Case, Labelled, Plan, Record, compare};
use cpu_time::ProcessTime;
use mse::{Confusion, MeanSquaredError, Monotonicity, monotonicity, recipe_start};
use netcore::{Network, Table, Target};
use search::pattern::Options;
use search::{
    Adam, AdamOptions, Bounds, Budget, CoordinateOptions, CoordinateSearch, GradientOptions, GradientSearch,
    Minimizer, PatternSearch, Problem, ProjectedGradient, ProjectedGradientOptions, StepLength, Within,
};

/// Data sets, and the units of the hidden layer.
const NETS: [(&str, usize); 3] = [("iris", 4), ("wine", 6), ("breast_cancer", 8)];

/// Evaluations of each run, the start included. Gradients are counted separately.
const EVALUATIONS: u64 = 20_000;

/// Evaluations of the pattern search that take about as long as a fit by gradients.
const LONGER: (&str, u64) = ("1 pattern search, a million evaluations", 1_000_000);

const SEEDS: u64 = 5;

type Ways = Vec<Box<dyn Minimizer>>;

fn pattern_search(network: &Network) -> Result<Box<dyn Minimizer>, search::Error> {
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(u64::MAX));
    let by_default = mse::fit_options(network.topology());
    let options =
        CoordinateOptions { restarts: u64::MAX, max_iterations, max_function_evaluations, ..by_default };
    Ok(Box::new(CoordinateSearch::new(options)?))
}

/// MATLAB's, which only the budget ends.
fn classic() -> Result<PatternSearch, search::Error> {
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(u64::MAX));
    PatternSearch::new(Options { max_iterations, max_function_evaluations, ..Options::default() })
}

/// L-BFGS over free variables, mapped into the bounds in this way.
fn lbfgs(within: Within) -> Result<GradientSearch, search::Error> {
    GradientSearch::new(GradientOptions { within, ..GradientOptions::default() })
}

fn clipped(step_length: StepLength) -> Result<ProjectedGradient, search::Error> {
    ProjectedGradient::new(ProjectedGradientOptions { step_length, ..ProjectedGradientOptions::default() })
}

fn adam() -> Result<Adam, search::Error> {
    Adam::new(AdamOptions { learning_rate: 0.01, ..AdamOptions::default() })
}

fn nonnegative(network: &Network) -> Result<Ways, search::Error> {
    Ok(vec![
        Box::new(Labelled::new("1 pattern search, one weight at a time", pattern_search(network)?)),
        Box::new(Labelled::new("1 pattern search, MATLAB's", classic()?)),
        Box::new(Labelled::new("2 L-BFGS over squares", lbfgs(Within::Square)?)),
        Box::new(Labelled::new("2 L-BFGS over exponentials", lbfgs(Within::Exponential)?)),
        Box::new(Labelled::new("2 L-BFGS over softplus", lbfgs(Within::Softplus)?)),
        Box::new(Labelled::new("3 projected gradient, plain", clipped(StepLength::Plain)?)),
        Box::new(Labelled::new("3 projected gradient, spectral", clipped(StepLength::Spectral)?)),
        Box::new(Labelled::new("3 projected Adam", adam()?)),
    ])
}

/// The same net with bounds on its weights only.
fn biases_free(network: &Network) -> Result<Ways, search::Error> {
    Ok(vec![Box::new(Labelled::new("biases free: pattern search", pattern_search(network)?))])
}

fn unconstrained(network: &Network) -> Result<Ways, search::Error> {
    Ok(vec![
        Box::new(Labelled::new("free: pattern search", pattern_search(network)?)),
        Box::new(Labelled::new("free: L-BFGS", lbfgs(Within::Project)?)),
        Box::new(Labelled::new("free: Adam", adam()?)),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    text.set_header([
        "net",
        "way",
        "MSE: median",
        "least",
        "accuracy",
        "evaluations",
        "gradients",
        "seconds",
        "least weight",
        "never falls",
        "converged",
    ]);
    for (name, hidden) in NETS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../datasets/{name}.csv"));
        let table = Table::read(path, &Target::last().as_classes())?;
        let network = Network::feedforward(&[hidden], table.inputs(), table.targets())?;
        let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets())?);
        let n = error.dimension();
        let longer = Labelled::new(LONGER.0, pattern_search(&network)?);
        for (bounds, ways, evaluations) in [
            (Bounds::nonnegative(n), vec![Box::new(longer) as Box<dyn Minimizer>], LONGER.1),
            (Bounds::nonnegative(n), nonnegative(&network)?, EVALUATIONS),
            (mse::nonnegative_weights(network.topology()), biases_free(&network)?, EVALUATIONS),
            (Bounds::free(n), unconstrained(&network)?, EVALUATIONS),
        ] {
            let budget = Budget::evaluations(evaluations);
            let plan = Plan { budget, seeds: (1..=SEEDS).collect(), ..Plan::default() };
            let start = |seed| recipe_start(network.topology(), seed);
            let problem = |seed| Problem::shared(error.clone(), start(seed))?.bounded(bounds.clone());
            let case = Case::seeded(name, problem);
            for way in ways {
                let began = ProcessTime::now();
                let comparison = compare(std::slice::from_ref(&case), &[way], &plan)?;
                let seconds = began.elapsed().as_secs_f64() / SEEDS as f64;
                text.add_row(row(&network, &table, comparison.records(), seconds)?);
            }
        }
    }
    println!("{text}");
    println!(
        "\n{SEEDS} seeds, at most {EVALUATIONS} evaluations each; every column but the second is a median (least weight: \
         the least of all; seconds: the mean, of processor time).\nNever falls: no output falls when an input rises, as proved by the signs of the weights \
         or refuted by a sample."
    );
    Ok(())
}

fn row(
    network: &Network,
    table: &Table,
    runs: &[Record],
    seconds: f64,
) -> Result<Vec<String>, Box<dyn Error>> {
    let mut columns = vec![Vec::new(); 4];
    let (mut least_weight, mut monotone, mut converged) = (f64::INFINITY, Vec::new(), 0);
    for run in runs {
        let outcome = run.result.as_ref().map_err(Clone::clone)?;
        let mut fitted = network.clone();
        fitted.set_parameters(&outcome.x)?;
        let accuracy = Confusion::of(&fitted, table)?.accuracy();
        let counts = outcome.counts;
        let values = [outcome.value, accuracy, counts.evaluations as f64, counts.gradients as f64];
        columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        let weights = fitted.layers().into_iter().flat_map(|layer| layer.weights);
        least_weight = weights.fold(least_weight, f64::min);
        monotone.push(never_falls(&fitted, table)?);
        converged += usize::from(outcome.converged());
    }
    let least = columns[0].iter().copied().fold(f64::INFINITY, f64::min);
    let medians: Vec<f64> = columns.into_iter().map(median).collect();
    let monotone = if monotone.iter().all(|word| *word == monotone[0]) { monotone[0] } else { "mixed" };
    Ok(vec![
        runs[0].problem.clone(),
        runs[0].minimizer.clone(),
        format!("{:.4}", medians[0]),
        format!("{least:.4}"),
        format!("{:.1} %", 100.0 * medians[1]),
        format!("{:.0}", medians[2]),
        format!("{:.0}", medians[3]),
        format!("{seconds:.3}"),
        format!("{least_weight:.2}"),
        monotone.to_owned(),
        format!("{converged}/{}", runs.len()),
    ])
}

fn never_falls(network: &Network, table: &Table) -> Result<&'static str, Box<dyn Error>> {
    let found = monotonicity(network, table.inputs())?;
    Ok(match () {
        () if found.iter().all(|input| *input == Monotonicity::NonDecreasing) => "yes",
        () if found.iter().any(|input| matches!(input, Monotonicity::Decreasing(_))) => "no",
        () => "unknown",
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    0.5 * (values[(values.len() - 1) / 2] + values[values.len() / 2])
}
