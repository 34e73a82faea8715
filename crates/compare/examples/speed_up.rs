//! Speed-up by the clock: the time to a tolerance with workers and batches, on objectives that sleep.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example speed_up -- hybrid 16 10
//! ```
//!
//! Arguments are the solver, the number of workers and of points at once (default 16), and the milliseconds of an
//! evaluation (default 10); with a fourth argument, a number s, evaluations take up to s times as long, evenly spread by a
//! hash of the point. Each run ends at the first point with at most `τ f(x₀)`, τ = 1e-5; the least value is 0. A
//! sleeping objective needs no processor, so that few do.

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

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, default: f64| words.get(k).map_or(Ok(default), |word| word.parse::<f64>());
    let solver = words.first().map_or("hybrid", String::as_str);
    let (workers, milliseconds, spread) = (number(1, 16.0)? as usize, number(2, 10.0)?, number(3, 1.0)?);
    println!("| {solver}, n = {N} | q | workers | evaluations | rounds | seconds | times faster |");
    println!("|---|---|---|---|---|---|---|");
    for (name, function) in FUNCTIONS {
        let f = |x: &[f64]| {
            let longer = 1.0 + (spread - 1.0) * hash(x);
            std::thread::sleep(Duration::from_secs_f64(1e-3 * milliseconds * longer));
            function(x)
        };
        let start = vec![-1.2; N];
        let target = TOLERANCE * function(&start);
        let problem = Problem::new(f, start)?;
        let mut alone = None;
        for (batch, threads) in [(1, 1), (1, workers), (workers, workers)] {
            let search = search::solver(solver, &json!({ "batch": batch }))?;
            let run = Run::within(&Budget::unlimited()).on_threads(threads);
            let began = Instant::now();
            let outcome = search.run(&problem, &run, &mut Until(target))?;
            let seconds = began.elapsed().as_secs_f64();
            let (counts, alone) = (outcome.counts, *alone.get_or_insert(seconds));
            let end = if outcome.value <= target { "" } else { " (not reached)" };
            println!(
                "| {name}{end} | {batch} | {threads} | {} | {} | {seconds:.2} | {:.1} |",
                counts.evaluations,
                counts.rounds,
                alone / seconds
            );
        }
    }
    Ok(())
}
