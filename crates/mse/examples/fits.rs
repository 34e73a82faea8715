//! Fits nets with all weights and biases >= 0 by several searches, to show what each ingredient is worth and
//! what free biases gain: the table of `docs/fitting-nets.md`, in about a minute.
//!
//! ```text
//! cargo run --release --example fits
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use cpu_time::ProcessTime;
use mse::{MeanSquaredError, Outputs, VariableProjection};
use netcore::{Network, Table, Target, Topology};
use search::pattern::Options;
use search::{Bounds, Budget, CoordinateOptions, CoordinateSearch, Minimizer, PatternSearch};

/// A data set, the units of its hidden layer, budgets, and seeds.
struct Case(&'static str, usize, &'static [u64], u64);

const CASES: [Case; 3] = [
    Case("iris", 4, &[1_000, 7_000, 35_000], 10),
    Case("wine", 6, &[35_000], 5),
    Case("breast_cancer", 8, &[35_000], 5),
];

/// One way to fit: its name, and its changes to the default.
struct Way {
    name: &'static str,
    /// Those of a coordinate search; none for MATLAB's.
    options: Option<fn(&Network) -> CoordinateOptions>,
    outputs: Outputs,
    /// Whether the output layer is solved for before each sweep, as a search step.
    output_step: bool,
    bounds: fn(&Topology) -> Bounds,
}

/// Weights and biases.
fn all(topology: &Topology) -> Bounds {
    Bounds::nonnegative(topology.parameter_count())
}

impl Way {
    const fn searching(name: &'static str, options: fn(&Network) -> CoordinateOptions) -> Self {
        Way { name, options: Some(options), outputs: Outputs::Searched, output_step: false, bounds: all }
    }

    const fn solving(name: &'static str, options: fn(&Network) -> CoordinateOptions) -> Self {
        Way { outputs: Outputs::Solved, ..Way::searching(name, options) }
    }
}

fn ours(network: &Network) -> CoordinateOptions {
    CoordinateOptions { restarts: u64::MAX, ..mse::fit_options(network.topology()) }
}

const WAYS: [Way; 12] = [
    Way { options: None, ..Way::searching("classic (MATLAB)", ours) },
    Way::searching("coordinate (the default)", ours),
    Way::searching("... without restarts", |net| CoordinateOptions { restarts: 0, ..ours(net) }),
    Way::searching("... without the parabola step", |net| CoordinateOptions {
        parabola_step: false,
        ..ours(net)
    }),
    Way::searching("... without the pattern move", |net| CoordinateOptions {
        pattern_move: false,
        ..ours(net)
    }),
    Way::searching("... with a first step of 1", |net| CoordinateOptions {
        initial_mesh_size: 1.0,
        ..ours(net)
    }),
    Way::searching("... with steps scaled by the start", |net| CoordinateOptions {
        scale_mesh: true,
        ..ours(net)
    }),
    Way { output_step: true, ..Way::searching("... with the output layer as search step", ours) },
    Way::solving("... with the output layer solved for", ours),
    Way::solving("... solved for, without restarts", |net| CoordinateOptions { restarts: 0, ..ours(net) }),
    Way { bounds: mse::nonnegative_weights, ..Way::searching("biases free: coordinate", ours) },
    Way { bounds: mse::nonnegative_weights, ..Way::solving("biases free: ... solved for", ours) },
];

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    let columns =
        CASES.iter().flat_map(|Case(name, _, budgets, _)| budgets.iter().map(move |b| format!("{name} {b}")));
    text.set_header(
        ["weights and biases >= 0".to_owned()].into_iter().chain(columns).chain(["us".to_owned()]),
    );
    for way in &WAYS {
        let mut row = vec![way.name.to_owned()];
        let (began, mut evaluations) = (ProcessTime::now(), 0);
        for Case(name, hidden, budgets, seeds) in &CASES {
            for &budget in *budgets {
                let mut errors = Vec::new();
                for seed in 1..=*seeds {
                    let (error, used) = fit(way, name, *hidden, budget, seed)?;
                    errors.push(error);
                    evaluations += used;
                }
                errors.sort_by(f64::total_cmp);
                let median = (errors[(errors.len() - 1) / 2] + errors[errors.len() / 2]) / 2.0;
                row.push(format!("{median:.4} [{:.4}, {:.4}]", errors[0], errors[errors.len() - 1]));
            }
        }
        row.push(format!("{:.1}", 1e6 * began.elapsed().as_secs_f64() / evaluations as f64));
        text.add_row(row);
    }
    println!("{text}");
    println!(
        "\nMSE after the given evaluations: median [least, largest] over seeds 1 to 10 (iris) or 1 to 5, starts of the recipe.\n\
         us: microseconds of processor time per evaluation over all runs."
    );
    Ok(())
}

/// The search, without limits of its own.
fn search(
    way: &Way,
    network: &Network,
    table: &Table,
    bounds: &Bounds,
    seed: u64,
) -> Result<Box<dyn Minimizer>, Box<dyn Error>> {
    let (max_iterations, max_function_evaluations) = (Some(u64::MAX), Some(u64::MAX));
    let Some(options) = way.options else {
        let options = Options { max_iterations, max_function_evaluations, ..Options::default() };
        return Ok(Box::new(PatternSearch::new(options)?));
    };
    let options = CoordinateOptions { seed, max_iterations, max_function_evaluations, ..options(network) };
    let search = CoordinateSearch::new(options)?;
    if !way.output_step {
        return Ok(Box::new(search));
    }
    let error = Arc::new(MeanSquaredError::new(network, table.inputs(), table.targets())?);
    Ok(Box::new(search.with_search_step(VariableProjection::new(error, bounds)?)))
}

/// The error and the evaluations of one fit.
fn fit(way: &Way, name: &str, hidden: usize, budget: u64, seed: u64) -> Result<(f64, u64), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(format!("{name}.csv"));
    let table = Table::read(path, &Target::last())?;
    let mut network = Network::feedforward(&[hidden], table.inputs(), table.targets())?;
    network.set_parameters(&mse::recipe_start(network.topology(), seed))?;
    let bounds = (way.bounds)(network.topology());
    let search = search(way, &network, &table, &bounds, seed)?;
    let fitted = mse::fit(&network, &table)
        .bounds(bounds)
        .minimizer(search.as_ref())
        .outputs(way.outputs)
        .budget(Budget::evaluations(budget))
        .run()?;
    Ok((fitted.mse(), fitted.outcome.counts.evaluations))
}
