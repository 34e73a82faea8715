//! The MATLAB recipe: `patternsearch` fits a 4-4-3 net to the iris data with all 35 weights and biases
//! bounded below by zero. After it, the same net fitted by `coordinate`, for comparison.
//!
//! ```text
//! cargo run --release --example iris_patternsearch
//! cargo run --release --example iris_patternsearch -- --help
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use mse::{Confusion, Monotonicity, Outputs};
use netcore::{Network, Table, Target};
use search::pattern::Options;
use search::{
    Bounds, Budget, Cancellation, CoordinateOptions, CoordinateSearch, DisplayLevel, Journal, JournalReport,
    PatternSearch, Progress, Status,
};

/// Fits a net with non-negative weights by MATLAB's pattern search.
///
/// The defaults are the recipe: iris, one hidden layer of 4 tansig units, weights from 1/16 and 1/12,
/// random biases, bounds [0, 1e10], opportunistic polls, 100 iterations, display `iter`.
#[derive(Parser)]
struct Arguments {
    /// Seed of the random start, and of a random poll order unless --options sets that [default: 1]
    #[arg(long)]
    seed: Option<u64>,
    /// Most iterations [default: 100, or the value in --options]
    #[arg(long)]
    max_iter: Option<u64>,
    /// Units of each hidden layer, separated by commas
    #[arg(long, default_value = "4", value_delimiter = ',')]
    hidden: Vec<usize>,
    /// Data set: iris, wine, breast_cancer, digits, diabetes, or a CSV file with the target in its last
    /// column
    #[arg(long, default_value = "iris")]
    dataset: String,
    /// Read the target column as class labels, even if it contains numbers
    #[arg(long)]
    classes: bool,
    /// JSON file with options of the pattern search, in MATLAB's spelling or ours; it replaces all options of
    /// the recipe, including the limit of 100 iterations and the display
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
    /// Record the run in this file, so that it can be resumed
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Resume the run from the journal
    #[arg(long, requires = "journal")]
    resume: bool,
    /// Most seconds of work that a kill may lose
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds, requires = "journal")]
    flush_interval: Duration,
    /// Threads that evaluate points ahead of their turn; the result is the same on any number
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Draw best value and mesh size over the iterations in this file
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Write the fitted net to this file
    #[arg(long, value_name = "FILE.json")]
    save: Option<PathBuf>,
}

/// Evaluations of each of the better fits.
const EVALUATIONS: u64 = 7_000;

fn main() {
    if let Err(error) = run(&Arguments::parse()) {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let table = read(&arguments.dataset, arguments.classes)?;
    let mut network = Network::feedforward(&arguments.hidden, table.inputs(), table.targets())?;
    let n = network.topology().parameter_count();
    let seed = arguments.seed.unwrap_or(1);
    network.set_parameters(&mse::recipe_start(network.topology(), seed))?;
    let search = PatternSearch::new(options(arguments)?)?;

    say(&format!(
        "{}: {} samples, {} inputs, target {} ({})\n\
         net {:#}: {n} weights and biases, all in [0, 1e10]; seed {seed}\n\n",
        arguments.dataset,
        table.samples(),
        table.features().len(),
        table.target(),
        if table.classes().is_empty() {
            "a number".to_owned()
        } else {
            format!("{} classes", table.classes().len())
        },
        network.topology(),
    ))?;
    if let Some(constant) = constant_columns(&network, &table) {
        say(&format!("without weights, since constant: {constant}\n\n"))?;
    }
    let mut fit = mse::fit(&network, &table)
        .bounds(Bounds::uniform(n, 0.0, 1e10)?)
        .minimizer(&search)
        .budget(Budget::unlimited().cancelled_by(&on_ctrl_c()?))
        .on_threads(arguments.threads);
    if let Some(path) = &arguments.journal {
        fit = fit.with_journal(journal(path, arguments));
    }
    // The rows of the display show the progress.
    let mut progress = (search.options().display != DisplayLevel::Iter).then(|| Progress::up_to(None));
    if let Some(progress) = &mut progress {
        fit = fit.observer(progress);
    }
    let fitted = fit.run()?;

    // Files first: they are written even if the reader closes the pipe.
    let mut report = report(&fitted, &table)?;
    if let Some(path) = &arguments.journal
        && fitted.outcome.status == Status::Cancelled
    {
        writeln!(report, "to go on: the same command with --journal {} --resume", path.display())?;
    }
    if let Some(path) = &arguments.plot {
        let title = format!("{} {}, seed {seed}", arguments.dataset, network.topology());
        let svg = search::plot::convergence(&title, &fitted.outcome)?;
        std::fs::write(path, svg).map_err(|error| format!("{}: {error}", path.display()))?;
        writeln!(report, "plot written to {}", path.display())?;
    }
    if let Some(path) = &arguments.save {
        fitted.network.save(path)?;
        writeln!(report, "net written to {}", path.display())?;
    }
    let ended = fitted.outcome.status != Status::Cancelled;
    if is_the_recipe(arguments) && ended {
        report += &better_fits(&network, &table, seed, &fitted)?;
    }
    say(&report)
}

/// Prints; a closed pipe is not an error.
fn say(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn is_the_recipe(arguments: &Arguments) -> bool {
    let Arguments { dataset, hidden, options, max_iter, .. } = arguments;
    dataset == "iris" && *hidden == [4] && options.is_none() && max_iter.is_none()
}

/// The recipe's fit beside better ones: the same net, from the same start, fitted by `coordinate`, the default search
/// of `mse::fit`. The example `iris_nonnegative` has more of them.
fn better_fits(
    network: &Network,
    table: &Table,
    seed: u64,
    recipe: &mse::Fitted,
) -> Result<String, Box<dyn Error>> {
    let coordinate =
        CoordinateSearch::new(CoordinateOptions { seed, ..mse::fit_options(network.topology()) })?;
    let fit = || mse::fit(network, table).minimizer(&coordinate).budget(Budget::evaluations(EVALUATIONS));
    let same_bounds = fit().nonnegative().run()?;
    let solved = fit().nonnegative_weights().outputs(Outputs::Solved).run()?;

    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    text.set_header(["search", "lower bound 0 on", "evaluations", "MSE", "accuracy", "largest"]);
    for (search, bounded, fitted) in [
        ("patternsearch, as above", "weights and biases", recipe),
        ("coordinate", "weights and biases", &same_bounds),
        ("coordinate, output layer solved for", "weights", &solved),
    ] {
        let accuracy = Confusion::of(&fitted.network, table)?.accuracy();
        let largest = fitted.outcome.x.iter().fold(0.0, |most: f64, &w| most.max(w.abs()));
        text.add_row([
            search.to_owned(),
            bounded.to_owned(),
            fitted.outcome.counts.evaluations.to_string(),
            format!("{:.4}", fitted.mse()),
            format!("{:.1} %", 100.0 * accuracy),
            search::general(largest, 3),
        ]);
    }
    Ok(format!(
        "\nThis is MATLAB's recipe: one mesh size for all weights, doubled by each success. Some weights become so large that\n\
         the hidden units saturate. A converged run (--max-iter 5000) ends at an MSE near 0.19. `coordinate`, the default\n\
         search of `mse::fit`, has a step for each weight. The same net from the same start:\n\n{text}\n\n\
         All three nets are monotone in each input; non-negative weights suffice for that. For more fits and a plot:\n\
         cargo run --release --example iris_nonnegative\n"
    ))
}

fn read(dataset: &str, classes: bool) -> Result<Table, netcore::TableError> {
    let built_in = |file: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(file);
    match dataset {
        "iris" | "wine" | "breast_cancer" | "diabetes" => {
            Table::read(built_in(&format!("{dataset}.csv")), &Target::last())
        }
        // Its classes are the numbers 0 to 9.
        "digits" => Table::read(built_in("digits.csv"), &Target::last().as_classes()),
        path if classes => Table::read(path, &Target::last().as_classes()),
        path => Table::read(path, &Target::last()),
    }
}

/// The recipe's options, or those of a file; `--max-iter` and `--seed` take precedence.
fn options(arguments: &Arguments) -> Result<Options, Box<dyn Error>> {
    let mut options = match &arguments.options {
        None => Options { max_iterations: Some(100), display: DisplayLevel::Iter, ..Options::default() },
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Options::from_json(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    options.max_iterations = arguments.max_iter.or(options.max_iterations);
    options.seed = arguments.seed.unwrap_or(options.seed);
    Ok(options)
}

fn journal(path: &Path, arguments: &Arguments) -> Journal {
    Journal {
        resume: arguments.resume,
        flush_interval: arguments.flush_interval,
        label: format!("{}, net {:?}", arguments.dataset, arguments.hidden),
        ..Journal::new(path)
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "expected a number of seconds, at least 0".to_owned())
}

/// The first Ctrl-C ends the run, which then reports its result; a second one ends the process at once.
fn on_ctrl_c() -> Result<Cancellation, ctrlc::Error> {
    let cancellation = Cancellation::default();
    let run = cancellation.clone();
    ctrlc::set_handler(move || {
        if run.is_cancelled() {
            std::process::exit(130);
        }
        run.cancel();
    })?;
    Ok(cancellation)
}

fn report(fitted: &mse::Fitted, table: &Table) -> Result<String, Box<dyn Error>> {
    let outcome = &fitted.outcome;
    let mut text = String::new();
    writeln!(text, "\nMSE              {:.6} -> {:.6}", fitted.mse_before(), fitted.mse())?;
    if !table.classes().is_empty() {
        let confusion = Confusion::of(&fitted.network, table)?;
        let accuracy = 100.0 * confusion.accuracy();
        writeln!(text, "accuracy         {accuracy:.1} % of the samples it was fitted to")?;
        writeln!(text, "{}", drawn(&confusion, table.classes()))?;
    }
    let verdict = if outcome.converged() { "converged" } else { "not converged" };
    writeln!(text, "exit flag        {}: {verdict}, because {}", outcome.exit_flag(), outcome.status)?;
    writeln!(text, "iterations       {}", outcome.iterations)?;
    writeln!(text, "evaluations      {} ({} failed)", outcome.counts.evaluations, outcome.counts.failed)?;
    if outcome.counts.speculative > 0 {
        let speculative = outcome.counts.speculative;
        writeln!(text, "speculative      {speculative} more, evaluated ahead of their turn and not needed")?;
    }
    if let Some(JournalReport { path, known, values, snapshots, .. }) = &outcome.journal {
        let path = path.display();
        writeln!(
            text,
            "journal          {path}: {known} evaluations known before, {values} written, {snapshots} snapshots"
        )?;
    }
    writeln!(text, "seconds          {:.3}", outcome.seconds)?;
    writeln!(text, "smallest element {}", outcome.x.iter().fold(f64::INFINITY, |least, &w| least.min(w)))?;
    writeln!(text, "monotone         {}", monotone(fitted, table)?)?;
    Ok(text)
}

fn drawn(confusion: &Confusion, classes: &[String]) -> TextTable {
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    text.set_header(std::iter::once("true \\ chosen").chain(classes.iter().map(String::as_str)));
    for (class, row) in classes.iter().zip(confusion.counts().rows()) {
        text.add_row(std::iter::once(class.clone()).chain(row.iter().map(u64::to_string)));
    }
    text
}

/// The names of the features that have no weights.
fn constant_columns(network: &Network, table: &Table) -> Option<String> {
    let removed = network.input_scaling().removed();
    let names: Vec<&str> = removed.iter().map(|gone| table.features()[gone.row].as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The inputs in which the net never falls.
fn monotone(fitted: &mse::Fitted, table: &Table) -> Result<String, mse::Error> {
    let found = mse::monotonicity(&fitted.network, table.inputs())?;
    if found.iter().all(|input| *input == Monotonicity::NonDecreasing) {
        return Ok(format!("non-decreasing in each of the {} inputs", found.len()));
    }
    let named =
        table.features().iter().zip(&found).filter(|(_, input)| **input != Monotonicity::NonDecreasing);
    Ok(format!("not in {}", named.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")))
}
