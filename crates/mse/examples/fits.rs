//! Fits nets with all weights and biases >= 0 by several searches, to show what each ingredient is worth and
//! what free biases gain: the table of `docs/fitting-nets.md`, in about a minute.
//!
//! ```text
//! cargo run --release --example fits
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use mse::{MeanSquaredError, Outputs, VariableProjection};
use netcore::{Network, Table, Target, Topology};
use search::pattern::Options;
use search::{Bounds, Budget, PatternSearch};

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
    options: fn(&Network) -> Options,
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
    const fn searching(name: &'static str, options: fn(&Network) -> Options) -> Self {
        Way { name, options, outputs: Outputs::Searched, output_step: false, bounds: all }
    }

    const fn solving(name: &'static str, options: fn(&Network) -> Options) -> Self {
        Way { name, options, outputs: Outputs::Solved, output_step: false, bounds: all }
    }
}

fn ours(network: &Network) -> Options {
    Options { restarts: u64::MAX, ..mse::fit_options(network.topology()) }
}

const WAYS: [Way; 12] = [
    Way::searching("classic (MATLAB)", |_| Options::default()),
    Way::searching("coordinate (the default)", ours),
    Way::searching("... without restarts", |net| Options { restarts: 0, ..ours(net) }),
    Way::searching("... without the parabola step", |net| Options { parabola_step: false, ..ours(net) }),
    Way::searching("... without the pattern move", |net| Options { pattern_move: false, ..ours(net) }),
    Way::searching("... with a first step of 1", |net| Options { initial_mesh_size: 1.0, ..ours(net) }),
    Way::searching("... with steps scaled by the start", |net| Options { scale_mesh: true, ..ours(net) }),
    Way { output_step: true, ..Way::searching("... with the output layer as search step", ours) },
    Way::solving("... with the output layer solved for", ours),
    Way::solving("... solved for, without restarts", |net| Options { restarts: 0, ..ours(net) }),
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
        let (began, mut evaluations) = (Instant::now(), 0);
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
         us: microseconds per evaluation over all runs."
    );
    Ok(())
}

/// The error and the evaluations of one fit.
fn fit(way: &Way, name: &str, hidden: usize, budget: u64, seed: u64) -> Result<(f64, u64), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(format!("{name}.csv"));
    let table = Table::read(path, &Target::last())?;
    let mut network = Network::feedforward(&[hidden], table.inputs(), table.targets())?;
    network.set_parameters(&mse::recipe_start(network.topology(), seed))?;
    let unlimited = Options {
        seed,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        ..(way.options)(&network)
    };
    let mut search = PatternSearch::new(unlimited)?;
    let bounds = (way.bounds)(network.topology());
    if way.output_step {
        let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets())?);
        search = search.with_search_step(VariableProjection::new(error, &bounds)?);
    }
    let fitted = mse::fit(&network, &table)
        .bounds(bounds)
        .minimizer(&search)
        .outputs(way.outputs)
        .budget(Budget::evaluations(budget))
        .run()?;
    Ok((fitted.mse(), fitted.outcome.counts.evaluations))
}
