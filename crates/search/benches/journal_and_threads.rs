//! What a journal costs and what threads gain, as ratios of run times measured in turn: A B A B …
//!
//! `cargo bench -p patternsearch-search --bench journal_and_threads` prints the ratio of the least times (what the
//! work takes when nothing else disturbs it) and the median of the ratios of the pairs.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use search::pattern::Options;
use search::{Bounds, Budget, Journal, JournalReport, Minimizer, Outcome, PatternSearch, Problem, Run};

/// The times of `a` and `b`, measured in turn.
fn pairs(count: usize, mut a: impl FnMut(), mut b: impl FnMut()) -> Vec<(f64, f64)> {
    let seconds = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    };
    a();
    b();
    (0..count).map(|_| (seconds(&mut a), seconds(&mut b))).collect()
}

fn print(what: &str, pairs: &[(f64, f64)]) {
    let least = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).fold(f64::INFINITY, f64::min);
    let mut ratios: Vec<f64> = pairs.iter().map(|(a, b)| a / b).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "{what:<76} {:.4}   {:.4}",
        least(|pair| pair.0) / least(|pair| pair.1),
        ratios[ratios.len() / 2]
    );
}

/// A fixed amount of work: a chain of divisions, each some nanoseconds.
fn work(divisions: u32) -> f64 {
    (0..divisions).fold(black_box(1.5), |x, _| 1.0 + 1.0 / x)
}

/// How many divisions take so many seconds here.
fn divisions_in(seconds: f64) -> u32 {
    let trial = 1_000_000;
    let time = || {
        let began = Instant::now();
        black_box(work(trial));
        began.elapsed().as_secs_f64()
    };
    let least = (0..20).map(|_| time()).fold(f64::INFINITY, f64::min);
    (seconds / least * f64::from(trial)) as u32
}

/// A search whose polls all fail, so that each has 70 points, for so many evaluations.
fn search(complete: bool) -> PatternSearch {
    let options = Options {
        use_complete_poll: complete,
        mesh_tolerance: f64::MIN_POSITIVE,
        mesh_contraction_factor: 0.999,
        max_iterations: Some(u64::MAX),
        max_function_evaluations: Some(u64::MAX),
        ..Options::default()
    };
    PatternSearch::new(options).expect("valid options")
}

fn run(objective: impl Fn(&[f64]) -> f64 + Send + Sync, complete: bool, run: &Run) -> Outcome {
    run_from(0.0, objective, complete, run)
}

fn run_from(
    start: f64,
    objective: impl Fn(&[f64]) -> f64 + Send + Sync,
    complete: bool,
    run: &Run,
) -> Outcome {
    let bounds = Bounds::uniform(35, -1e10, 1e10).expect("an interval");
    let problem = Problem::new(objective, vec![start; 35]).expect("a start");
    let problem = problem.bounded(bounds).expect("35 bounds");
    black_box(search(complete).run(&problem, run, &mut ()).expect("an outcome"))
}

fn journal_cost(folder: &Path, count: usize, evaluations: u64, seconds: f64) {
    let divisions = divisions_in(seconds);
    let objective = |x: &[f64]| x[0] * x[0] + 0.0 * work(divisions);
    let path = folder.join("journal");
    let budget = Budget::evaluations(evaluations);
    let mut report = None;
    let times = pairs(
        count,
        || {
            let _ = std::fs::remove_file(&path);
            report = run(objective, false, &Run::within(&budget).with_journal(Journal::new(&path))).journal;
        },
        || drop(run(objective, false, &Run::within(&budget))),
    );
    let JournalReport { values, snapshots, .. } = report.expect("asked for");
    let cost = format!("{:.0} µs", seconds * 1e6);
    print(
        &format!("with / without journal, objective of {cost} ({values} records, {snapshots} snapshots)"),
        &times,
    );
}

fn main() {
    let folder = std::env::temp_dir().join(format!("journal-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the journals");
    println!("{:<76} of least  median", "ratio of run times, n = 35");
    journal_cost(&folder, 31, 4_000_000, 0.0);
    journal_cost(&folder, 31, 100_000, 2e-6);
    journal_cost(&folder, 31, 20_000, 10e-6);
    journal_cost(&folder, 15, 300, 1e-3);
    let _ = std::fs::remove_dir_all(&folder);

    let divisions = divisions_in(1e-3);
    let slow = |x: &[f64]| x.iter().map(|v| (v - 0.3) * (v - 0.3)).sum::<f64>() + 0.0 * work(divisions);
    for (what, complete) in [("complete polls", true), ("opportunistic polls", false)] {
        let on = |threads| Run::within(&Budget::evaluations(560)).on_threads(threads);
        let mut counts = None;
        let times = pairs(
            15,
            || drop(run_from(0.2, slow, complete, &on(1))),
            || counts = Some(run_from(0.2, slow, complete, &on(2)).counts),
        );
        let counts = counts.expect("run");
        let waste = 100.0 * counts.speculative as f64 / (counts.evaluations + counts.speculative) as f64;
        print(
            &format!("1 / 2 threads, objective of 1 ms, {what} ({waste:.1} % of calls not needed)"),
            &times,
        );
    }
}
