//! The evaluations and seconds of processor time that derivative-free searches need to fit nets with non-negative weights.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example nets_to_target --features basin,bobyqa,cmaes,cobyla,nlopt
//! ```

use std::collections::HashSet;
use std::error::Error;
use std::ops::ControlFlow;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use compare::study::solvers;
use compare::suites::{nets, nets_projected};
use compare::{Case, Labelled};
use cpu_time::ProcessTime;
use search::{Budget, Cancellation, CoordinateOptions, CoordinateSearch, Event, Minimizer};

/// Nets with more weights are left out: a run of some peers would take minutes.
const MOST_WEIGHTS: usize = 110;

const BUDGET: u64 = 10_000;
/// Of processor time.
const SECONDS: f64 = 10.0;
const SEEDS: u64 = 6;

/// A target is the least error that any run has found, plus this fraction of it.
const BEYOND_LEAST: [f64; 2] = [0.2, 0.05];

const SOLVERS: [&str; 13] = [
    "patternsearch",
    "coordinate",
    "hybrid-residuals",
    "hybrid",
    "quasi-newton",
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
const PROJECTED: [&str; 9] = [
    "coordinate",
    "hybrid",
    "hybrid-restarts",
    "quasi-newton",
    "nelder-mead",
    "bobyqa",
    "nlopt-bobyqa",
    "nlopt-sbplx",
    "nlopt-praxis",
];

/// A new best value.
struct Improvement {
    evaluations: u64,
    seconds: f64,
    value: f64,
}

/// One run, in which values improve.
struct Run {
    improvements: Vec<Improvement>,
    /// What it spent until it ended.
    spent: (u64, f64),
}

/// The runs of a solver on each net from each start; `None` if the solver takes no such problem.
struct Row {
    solver: String,
    runs: Vec<Option<Vec<Run>>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases = small_and_nonnegative(nets());
    let whole = rows(&cases, &SOLVERS)?;
    let hidden = rows(&small_and_nonnegative(nets_projected()), &PROJECTED)?;

    for beyond in BEYOND_LEAST {
        let least = |net: usize| {
            let runs = whole.iter().chain(&hidden).flat_map(|row| row.runs[net].iter().flatten());
            runs.map(Run::least).fold(f64::INFINITY, f64::min)
        };
        let targets: Vec<f64> = (0..cases.len()).map(|net| least(net) * (1.0 + beyond)).collect();
        println!("{:.0} % above the least error of all runs.\n", 100.0 * beyond);
        println!("All weights searched:\n\n{}\n", table(&whole, &cases, &targets));
        println!("The output layer solved for:\n\n{}\n", table(&hidden, &cases, &targets));
    }
    println!(
        "Expected evaluations and seconds to the target: the sum over all {SEEDS} starts, at most {BUDGET} evaluations and {SECONDS} \
         seconds of processor time each, divided by the number (in brackets) that reach it;\nif none does, the median error; \
         and the number of different runs, if several starts led to the same run. Refused: the solver takes no problem of \
         this size."
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

fn rows(cases: &[Case<'static>], names: &[&str]) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for minimizer in minimizers(names)? {
        let mut row = Row { solver: minimizer.name(), runs: Vec::new() };
        for case in cases {
            eprintln!("{} on {}", row.solver, case.name());
            let runs = (1..=SEEDS).map(|seed| Run::of(case, minimizer.as_ref(), seed));
            row.runs.push(match runs.collect() {
                Ok(runs) => Some(runs),
                Err(search::Error::Dimension { .. }) => None,
                Err(error) => return Err(error.into()),
            });
        }
        rows.push(row);
    }
    Ok(rows)
}

impl Run {
    fn of(case: &Case<'static>, minimizer: &dyn Minimizer, seed: u64) -> Result<Self, search::Error> {
        let problem = case.problem(seed)?;
        let seeded = minimizer.with_seed(seed);
        let minimizer = seeded.as_deref().unwrap_or(minimizer);
        let cancellation = Cancellation::default();
        let budget = Budget::evaluations(BUDGET).cancelled_by(&cancellation);
        let began = ProcessTime::now();
        let mut improvements = Vec::new();
        let mut note = |event: &Event<'_>| {
            if let Event::Improvement { evaluations, value, .. } = *event {
                let seconds = began.elapsed().as_secs_f64();
                improvements.push(Improvement { evaluations, seconds, value });
            }
            ControlFlow::Continue(())
        };
        let (done, is_done) = channel::<()>();
        let outcome = thread::scope(|scope| {
            scope.spawn(|| {
                let is_done = is_done;
                while is_done.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
                    if began.elapsed().as_secs_f64() >= SECONDS {
                        cancellation.cancel();
                    }
                }
            });
            let outcome = minimizer.minimize(&problem, &budget, &mut note);
            drop(done);
            outcome
        })?;
        let spent = (outcome.counts.evaluations, began.elapsed().as_secs_f64());
        Ok(Run { improvements, spent })
    }

    fn least(&self) -> f64 {
        self.improvements.last().map_or(f64::INFINITY, |last| last.value)
    }
}

fn table(rows: &[Row], cases: &[Case<'static>], targets: &[f64]) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let columns = cases.iter().zip(targets).map(|(case, target)| format!("{} to {target:.4}", case.name()));
    table.set_header(["solver".to_owned()].into_iter().chain(columns));
    for row in rows {
        let cells = row.runs.iter().zip(targets).map(|(runs, &target)| match runs {
            Some(runs) => cell(runs, target),
            None => "refused".to_owned(),
        });
        table.add_row([row.solver.clone()].into_iter().chain(cells));
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

fn median_error(runs: &[Run]) -> f64 {
    let mut errors: Vec<f64> = runs.iter().map(Run::least).collect();
    errors.sort_by(f64::total_cmp);
    errors[errors.len() / 2]
}

/// The expected running time: the total cost of all runs until the target or their end, divided by the number
/// of runs that reach it. (Hansen, Auger, Ros, Mersmann, Tušar & Brockhoff 2021, "COCO: a platform for
/// comparing continuous optimizers in a black-box setting".)
fn cell(runs: &[Run], target: f64) -> String {
    let (mut evaluations, mut seconds, mut reached) = (0.0, 0.0, 0.0);
    for run in runs {
        let hit = run.improvements.iter().find(|new| new.value <= target);
        let spent = hit.map_or(run.spent, |new| (new.evaluations, new.seconds));
        evaluations += spent.0 as f64;
        seconds += spent.1;
        reached += f64::from(u8::from(hit.is_some()));
    }
    let different = match distinct(runs) {
        all if all == runs.len() => String::new(),
        1 => "; 1 run".to_owned(),
        some => format!("; {some} runs"),
    };
    if reached == 0.0 {
        return format!("never, {:.4}{different}", median_error(runs));
    }
    format!("{:.0}, {:.4} s ({reached}{different})", evaluations / reached, seconds / reached)
}

/// Number of runs that end with different values. If the first step leads to the bounds from any start, all
/// runs are the same from there on.
fn distinct(runs: &[Run]) -> usize {
    runs.iter().map(|run| run.least().to_bits()).collect::<HashSet<u64>>().len()
}
