//! A better way than the MATLAB recipe: the same 4-4-3 net, start and bounds, fitted to iris by `coordinate`
//! and by `classic`, and the same with bounds on the weights only.
//!
//! ```text
//! cargo run --release --example iris_nonnegative
//! cargo run --release --example iris_nonnegative -- --seed 7 --evaluations 30000 --plot curves.svg
//! ```

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use mse::{Confusion, Fitted, Monotonicity, Outputs};
use netcore::{Network, Table, Target};
use search::pattern::Options;
use search::{Bounds, Budget, CoordinateOptions, CoordinateSearch, Minimizer, PatternSearch};

/// Fits iris with all 35 weights and biases in [0, 1e10], by MATLAB's pattern search and by `coordinate`, and
/// with free biases.
#[derive(Parser)]
struct Arguments {
    /// Seed of the random biases, and of the restarts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Evaluations of each fit
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u64).range(1..))]
    evaluations: u64,
    /// Draw the best value over the evaluations in this file
    #[arg(long, value_name = "FILE.svg", default_value = "iris_nonnegative.svg")]
    plot: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { seed, evaluations, plot } = Arguments::parse();
    let iris = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/iris.csv");
    let table = Table::read(iris, &Target::named("species"))?;
    let mut network = Network::feedforward(&[4], table.inputs(), table.targets())?;
    network.set_parameters(&mse::recipe_start(network.topology(), seed))?;

    // No limit but the budget, and restarts until it is spent.
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(u64::MAX));
    let classic =
        PatternSearch::new(Options { max_iterations, max_function_evaluations, ..Options::default() })?;
    let coordinate = CoordinateSearch::new(CoordinateOptions {
        restarts: u64::MAX,
        seed,
        max_iterations,
        max_function_evaluations,
        ..mse::fit_options(network.topology())
    })?;
    let all = Bounds::uniform(network.topology().parameter_count(), 0.0, 1e10)?;
    let weights = mse::nonnegative_weights(network.topology());
    let fit = |bounds: &Bounds, search: &dyn Minimizer, outputs: Outputs| {
        mse::fit(&network, &table)
            .bounds(bounds.clone())
            .minimizer(search)
            .outputs(outputs)
            .budget(Budget::evaluations(evaluations))
            .run()
    };
    let fits = [
        (WEIGHTS_AND_BIASES, "classic (MATLAB)", fit(&all, &classic, Outputs::Searched)?),
        (WEIGHTS_AND_BIASES, "coordinate", fit(&all, &coordinate, Outputs::Searched)?),
        (WEIGHTS_AND_BIASES, "coordinate, outputs solved", fit(&all, &coordinate, Outputs::Solved)?),
        (WEIGHTS, "coordinate", fit(&weights, &coordinate, Outputs::Searched)?),
        (WEIGHTS, "coordinate, outputs solved", fit(&weights, &coordinate, Outputs::Solved)?),
    ];

    println!("iris, net {:#}, seed {seed}\n", network.topology());
    println!("{}\n", summary(&fits, &table)?);
    let curves: Vec<_> = fits
        .iter()
        .map(|(bounded, name, fitted)| (format!("{name}; {bounded}"), fitted.outcome.trace.as_slice()))
        .collect();
    let curves: Vec<_> = curves.iter().map(|(name, trace)| (name.as_str(), *trace)).collect();
    let title = format!("Iris, {}, bounds at 0, seed {seed}", network.topology());
    std::fs::write(&plot, search::plot::comparison(&title, &curves)?)
        .map_err(|error| format!("{}: {error}", plot.display()))?;
    println!("curves drawn in {}", plot.display());
    println!(
        "\nWeights >= 0 make the net monotone: no output falls when an input rises, whatever the biases. With biases >= 0 as\n\
         well (the bounds of the MATLAB recipe) the least MSE found for such a net is 0.141, with 86 %. With free biases it is\n\
         0.102, with 97 %, but a single start often ends near 0.12. Without bounds the net fits iris completely. `classic`\n\
         has one mesh size for all weights, which doubles with each success until some weights (see the largest) saturate\n\
         the hidden units."
    );
    Ok(())
}

/// What is bounded, for the table.
const WEIGHTS_AND_BIASES: &str = "weights, biases >= 0";
const WEIGHTS: &str = "weights >= 0";

fn summary(fits: &[(&str, &str, Fitted)], table: &Table) -> Result<TextTable, Box<dyn Error>> {
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    text.set_header([
        "bounded",
        "search",
        "MSE at the start",
        "MSE",
        "accuracy",
        "evaluations",
        "ms",
        "largest",
        "monotone",
    ]);
    for (bounded, name, fitted) in fits {
        let accuracy = Confusion::of(&fitted.network, table)?.accuracy();
        let largest = fitted.outcome.x.iter().fold(0.0, |most: f64, &w| most.max(w.abs()));
        let monotone = mse::monotonicity(&fitted.network, table.inputs())?;
        let proved = monotone.iter().all(|input| *input == Monotonicity::NonDecreasing);
        text.add_row([
            (*bounded).to_owned(),
            (*name).to_owned(),
            format!("{:.4}", fitted.mse_before()),
            format!("{:.4}", fitted.mse()),
            format!("{:.1} %", 100.0 * accuracy),
            fitted.outcome.counts.evaluations.to_string(),
            format!("{:.1}", 1e3 * fitted.outcome.seconds),
            search::general(largest, 3),
            if proved { "proved" } else { "not proved" }.to_owned(),
        ]);
    }
    Ok(text)
}
