//! Larger nets, one core, seconds of processor time: digits with 2,314 and with about 10,000 weights, free and >= 0,
//! fitted by the pattern search one weight at a time, by the same search on whole evaluations, and by a gradient method.
//!
//! ```text
//! cargo run --release --example scale               # 1, 3 and 10 seconds each, four minutes in all
//! cargo run --release --example scale -- --seconds 1
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use clap::Parser;
use comfy_table::Table as TextTable;
use comfy_table::presets::ASCII_MARKDOWN;
use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressStyle};
use mse::{MeanSquaredError, VariableProjection, classify};
use ndarray::{Array2, Axis};
use netcore::{Network, Table, Target};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{
    Bounds, Budget, Cancellation, CoordinateOptions, CoordinateSearch, Event, Minimizer, Objective, Problem,
};

/// Compares searches on digits with every fifth sample held out.
#[derive(Parser)]
struct Arguments {
    /// Times at which to report each fit, in seconds of processor time, ascending
    #[arg(long, value_delimiter = ',', default_value = "1,3,10")]
    seconds: Vec<f64>,
    /// Units of the hidden layer, one net for each number
    #[arg(long, value_delimiter = ',', default_value = "32,133")]
    hidden: Vec<usize>,
    /// Seed of the free starts, and of the restarts
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Samples to fit and samples held out.
struct Data {
    inputs: [Array2<f64>; 2],
    targets: [Array2<f64>; 2],
}

/// A planned fit.
struct Task {
    network: Network,
    error: Arc<MeanSquaredError>,
    start: Vec<f64>,
    bounds: Bounds,
    seconds: f64,
}

/// Intermediate results: seconds, and the best point by then.
type Progression = Vec<(f64, Vec<f64>)>;

type Fit = fn(&Task) -> Result<Progression, Box<dyn Error>>;

const WAYS: [(&str, Fit); 5] = [
    ("one weight at a time", one_weight_at_a_time),
    ("... output layer as search step", with_output_step),
    ("... output layer solved for", solved),
    ("the same on whole evaluations", whole_evaluations),
    ("projected Adam, our gradient", projected_adam),
];

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { seconds, hidden, seed } = Arguments::parse();
    let data = Data::read()?;
    let last = seconds.iter().fold(0.0, |last: f64, &s| last.max(s));
    let mut text = TextTable::new();
    text.load_style(ASCII_MARKDOWN);
    let times = seconds.iter().map(|s| format!("after {s} s"));
    text.set_header(["net", "weights", "search"].map(str::to_owned).into_iter().chain(times));
    let fits = (hidden.len() * 2 * WAYS.len()) as u64;
    let bar = ProgressBar::new(fits)
        .with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} fits, {msg}; about {eta} left")?);
    for &units in &hidden {
        for nonnegative in [false, true] {
            let mut network = Network::feedforward(&[units], &data.inputs[0], &data.targets[0])?;
            let n = network.topology().parameter_count();
            network.set_parameters(&start(&network, nonnegative, seed))?;
            for (name, fit) in WAYS {
                bar.set_message(name);
                let bounds = if nonnegative { Bounds::nonnegative(n) } else { Bounds::free(n) };
                let error = Arc::new(MeanSquaredError::new(&network, &data.inputs[0], &data.targets[0])?);
                let start = network.parameters().to_vec();
                let task = Task { network: network.clone(), error, start, bounds, seconds: last };
                let points = fit(&task)?;
                let signs = if nonnegative { format!("{n}, >= 0") } else { format!("{n}, free") };
                let mut row = vec![network.topology().to_string(), signs, name.to_owned()];
                for &at in &seconds {
                    let point = points.iter().rev().find(|(time, _)| *time <= at);
                    row.push(point.map_or_else(|| Ok("-".to_owned()), |(_, x)| data.told(&task, x))?);
                }
                text.add_row(row);
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    println!("{text}");
    println!(
        "\nMSE on the samples fitted, and accuracy on the fifth held out, of the best point so far. Seconds are of processor time. Adam: full batch,\nstep 0.01, clipped at zero after each step where weights are >= 0 (projected gradient)."
    );
    Ok(())
}

impl Data {
    fn read() -> Result<Self, Box<dyn Error>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/digits.csv");
        let table = Table::read(path, &Target::last().as_classes())?;
        let (held, fitted): (Vec<usize>, Vec<usize>) = (0..table.samples()).partition(|s| s % 5 == 0);
        let select = |rows: &Array2<f64>| [rows.select(Axis(1), &fitted), rows.select(Axis(1), &held)];
        Ok(Data { inputs: select(table.inputs()), targets: select(table.targets()) })
    }

    fn told(&self, task: &Task, x: &[f64]) -> Result<String, Box<dyn Error>> {
        let mut network = task.network.clone();
        network.set_parameters(x)?;
        let chosen = classify(&network, &self.inputs[1])?;
        let right =
            chosen.iter().enumerate().filter(|&(s, &class)| self.targets[1][[class, s]] == 1.0).count();
        let error = task.error.value(x).map_err(|failure| failure.to_string())?;
        Ok(format!("{error:.4}  {:.1} %", 100.0 * right as f64 / chosen.len() as f64))
    }
}

/// The recipe's start for weights >= 0, normal deviates of 0.3 for free ones.
fn start(network: &Network, nonnegative: bool, seed: u64) -> Vec<f64> {
    if nonnegative {
        return mse::recipe_start(network.topology(), seed);
    }
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    // The sum of twelve uniform deviates is nearly normal, which suffices for a start.
    let mut deviate = || 0.3 * ((0..12).map(|_| generator.random::<f64>()).sum::<f64>() - 6.0);
    (0..network.topology().parameter_count()).map(|_| deviate()).collect()
}

/// Runs a search and records its best points.
fn search(
    search: &CoordinateSearch,
    problem: &Problem<'_>,
    seconds: f64,
) -> Result<Progression, Box<dyn Error>> {
    let began = ProcessTime::now();
    let mut points = vec![(0.0, problem.start().to_vec())];
    let mut noted = 0.0;
    let mut note = |event: &Event<'_>| {
        if let Event::Iteration { x, .. } = event {
            let now = began.elapsed().as_secs_f64();
            // Not all of the thousands per second.
            if now - noted > 0.02 {
                points.push((now, x.to_vec()));
                noted = now;
            }
        }
        ControlFlow::Continue(())
    };
    let cancellation = Cancellation::default();
    let budget = Budget::unlimited().cancelled_by(&cancellation);
    let outcome =
        cancelled_after(seconds, began, &cancellation, || search.minimize(problem, &budget, &mut note))?;
    points.push((seconds, outcome.x));
    Ok(points)
}

/// Cancels the work after these seconds of processor time.
fn cancelled_after<T>(
    seconds: f64,
    began: ProcessTime,
    cancellation: &Cancellation,
    work: impl FnOnce() -> T,
) -> T {
    let (done, is_done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while is_done.recv_timeout(Duration::from_millis(2)) == Err(RecvTimeoutError::Timeout) {
                if began.elapsed().as_secs_f64() >= seconds {
                    cancellation.cancel();
                }
            }
        });
        let result = work();
        drop(done);
        result
    })
}

fn pattern_search(task: &Task) -> Result<CoordinateSearch, search::Error> {
    CoordinateSearch::new(CoordinateOptions {
        restarts: u64::MAX,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        ..mse::fit_options(task.network.topology())
    })
}

fn one_weight_at_a_time(task: &Task) -> Result<Progression, Box<dyn Error>> {
    let problem = Problem::shared(task.error.clone(), task.start.clone())?.bounded(task.bounds.clone())?;
    search(&pattern_search(task)?, &problem, task.seconds)
}

fn with_output_step(task: &Task) -> Result<Progression, Box<dyn Error>> {
    let problem = Problem::shared(task.error.clone(), task.start.clone())?.bounded(task.bounds.clone())?;
    let step = VariableProjection::new(task.error.clone(), &task.bounds)?;
    search(&pattern_search(task)?.with_search_step(step), &problem, task.seconds)
}

fn solved(task: &Task) -> Result<Progression, Box<dyn Error>> {
    let projection = Arc::new(VariableProjection::new(task.error.clone(), &task.bounds)?);
    let hidden = projection.dimension();
    let (lower, upper) = (task.bounds.lower()[..hidden].to_vec(), task.bounds.upper()[..hidden].to_vec());
    let problem = Problem::shared(projection.clone(), task.start[..hidden].to_vec())?
        .bounded(Bounds::new(lower, upper)?)?;
    let points = search(&pattern_search(task)?, &problem, task.seconds)?;
    points.into_iter().map(|(time, hidden)| Ok((time, projection.complete(&hidden)?))).collect()
}

fn whole_evaluations(task: &Task) -> Result<Progression, Box<dyn Error>> {
    let error = task.error.clone();
    let problem =
        Problem::new(move |x: &[f64]| error.value(x), task.start.clone())?.bounded(task.bounds.clone())?;
    search(&pattern_search(task)?, &problem, task.seconds)
}

/// Adam (Kingma & Ba 2015) on the whole batch, with projection onto the bounds after each step.
fn projected_adam(task: &Task) -> Result<Progression, Box<dyn Error>> {
    const RATE: f64 = 0.01;
    let began = ProcessTime::now();
    let gradient = task.error.gradient().ok_or("a net without a gradient")?;
    let mut x = task.start.clone();
    let (mut slope, mut first, mut second) = (vec![0.0; x.len()], vec![0.0; x.len()], vec![0.0; x.len()]);
    let mut points = vec![(0.0, x.clone())];
    let mut least = f64::INFINITY;
    for step in 1_i32.. {
        let now = began.elapsed().as_secs_f64();
        // A step does not need the value; computing every tenth costs little.
        if step % 10 == 1 || now > task.seconds {
            let error = task.error.value(&x)?;
            if error < least {
                least = error;
                points.push((now, x.clone()));
            }
        }
        if now > task.seconds {
            break;
        }
        gradient.gradient_at(&x, &mut slope)?;
        let (away, further) = (1.0 - 0.9_f64.powi(step), 1.0 - 0.999_f64.powi(step));
        for i in 0..x.len() {
            first[i] = 0.9 * first[i] + 0.1 * slope[i];
            second[i] = 0.999 * second[i] + 0.001 * slope[i] * slope[i];
            x[i] -= RATE * (first[i] / away) / ((second[i] / further).sqrt() + 1e-8);
        }
        task.bounds.project(&mut x);
    }
    Ok(points)
}
