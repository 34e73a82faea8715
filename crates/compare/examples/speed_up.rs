//! Speed-up by the clock: the time to a tolerance with workers and batches, on objectives that sleep.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example speed_up -- hybrid 16 10
//! cargo run --release -p patternsearch-compare --example speed_up -- hybrid 16 10 10 5 quadratic
//! ```
//!
//! Arguments are the solver, the number of workers and of points at once (default 16), and the milliseconds of an
//! evaluation (default 10). With a fourth argument s, times are spread by s: from the milliseconds divided by √s to those
//! multiplied by √s, with a uniform logarithm that a hash of the point decides. The fifth is the number of runs in batches
//! of each kind, of which the median counts (default 1); the sixth chooses the functions whose names begin with it. Each
//! run ends at the first point with at most `τ f(x₀)`, τ = 1e-5; the least value is 0. A sleeping objective needs no
//! processor, so that few do.
//!
//! "Asynchronous" runs have the option of this name. A run that ends elsewhere is "not reached", and slower than any other.

use std::error::Error;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use search::{Budget, Event, Observer, Problem, Run};
use serde_json::json;

/// The tolerance.
const TOLERANCE: f64 = 1e-5;

/// The number of coordinates.
const N: usize = 10;

/// Stops the run at the first value that is small enough.
struct Until(f64);

impl Observer for Until {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Improvement { value, .. } if *value <= self.0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

type Function = fn(&[f64]) -> f64;

/// Functions whose least value is 0.
const FUNCTIONS: [(&str, Function); 3] =
    [("quadratic", quadratic), ("chained rosenbrock", rosenbrock), ("absolute values", absolute)];

fn quadratic(x: &[f64]) -> f64 {
    let of = |k: usize| x[k] - 0.5 * x[(k + 1) % x.len()] - 0.3;
    (0..x.len()).map(|k| (k + 1) as f64 * of(k).powi(2)).sum()
}

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum()
}

fn absolute(x: &[f64]) -> f64 {
    x.iter().zip(1..).map(|(x, k)| f64::from(k) * (x - 0.37).abs()).sum()
}

/// A number from 0 to 1 that depends on the bits of the point.
fn hash(x: &[f64]) -> f64 {
    let mix = |hash: u64, x: &f64| (hash ^ x.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    (x.iter().fold(1, mix) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A way to use workers: points at once, workers, and whether values are taken as they arrive.
type Way = (usize, usize, bool);

/// A run: its seconds, if it has reached the target, evaluations and rounds.
#[derive(Clone, Copy)]
struct Ran {
    seconds: Option<f64>,
    evaluations: u64,
    rounds: u64,
}

fn run(problem: &Problem<'_>, solver: &str, way: Way, target: f64) -> Result<Ran, search::Error> {
    let (batch, threads, asynchronous) = way;
    let mut options = json!({ "batch": batch });
    if asynchronous {
        options["asynchronous"] = json!(true);
    }
    let search = search::solver(solver, &options)?;
    let began = Instant::now();
    let run = Run::within(&Budget::unlimited()).on_threads(threads);
    let outcome = search.run(problem, &run, &mut Until(target))?;
    let seconds = Some(began.elapsed().as_secs_f64()).filter(|_| outcome.value <= target);
    Ok(Ran { seconds, evaluations: outcome.counts.evaluations, rounds: outcome.counts.rounds })
}

/// The run of the median time.
fn median(mut runs: Vec<Ran>) -> Ran {
    let seconds = |ran: &Ran| ran.seconds.unwrap_or(f64::INFINITY);
    runs.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    runs[runs.len() / 2]
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, default: f64| words.get(k).map_or(Ok(default), |word| word.parse::<f64>());
    let solver = words.first().map_or("hybrid", String::as_str);
    let (workers, milliseconds, spread) = (number(1, 16.0)? as usize, number(2, 10.0)?, number(3, 1.0)?);
    let (runs, name_begins) = (number(4, 1.0)?.max(1.0) as usize, words.get(5).map_or("", String::as_str));
    let has_arrivals = search::solver(solver, &json!({ "batch": 2, "asynchronous": true })).is_ok();
    println!("| {solver}, n = {N} | q | workers | evaluations | rounds | seconds | times faster |");
    println!("|---|---|---|---|---|---|---|");
    for (name, function) in FUNCTIONS.into_iter().filter(|(name, _)| name.starts_with(name_begins)) {
        let f = |x: &[f64]| {
            let times = spread.powf(hash(x) - 0.5);
            std::thread::sleep(Duration::from_secs_f64(1e-3 * milliseconds * times));
            function(x)
        };
        let start = vec![-1.2; N];
        let target = TOLERANCE * function(&start);
        let problem = Problem::new(f, start)?;
        let ways = [(1, 1, false), (1, workers, false), (workers, workers, false), (workers, workers, true)];
        let mut alone = None;
        for way in ways.into_iter().filter(|way| has_arrivals || !way.2) {
            let (batch, threads, asynchronous) = way;
            let repeated = if batch == 1 { 1 } else { runs };
            let ran = (0..repeated).map(|_| run(&problem, solver, way, target)).collect::<Result<_, _>>()?;
            let Ran { seconds, evaluations, rounds } = median(ran);
            alone = alone.or(seconds);
            let times = match (seconds, alone) {
                (Some(seconds), Some(alone)) => format!("{seconds:.2} | {:.1}", alone / seconds),
                _ => "not reached | -".to_owned(),
            };
            let how = if asynchronous { ", asynchronous" } else { "" };
            println!("| {name}{how} | {batch} | {threads} | {evaluations} | {rounds} | {times} |");
        }
    }
    Ok(())
}
