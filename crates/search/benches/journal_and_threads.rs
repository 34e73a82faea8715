//! What a journal costs and what threads gain, as ratios of run times measured in turn: A B A B …
//!
//! `cargo bench -p search --bench journal_and_threads` prints the median of the ratios, with the least
//! and the greatest.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use search::pattern::Options;
use search::{Bounds, Budget, Journal, Minimizer, Outcome, PatternSearch, Problem, Run};

/// The ratios of the time of `a` to that of `b`, sorted.
fn ratios(pairs: usize, mut a: impl FnMut(), mut b: impl FnMut()) -> Vec<f64> {
    let seconds = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64()
    };
    seconds(&mut a);
    seconds(&mut b);
    let mut ratios: Vec<f64> = (0..pairs).map(|_| seconds(&mut a) / seconds(&mut b)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios
}

fn print(what: &str, ratios: &[f64]) {
    let (least, median, greatest) = (ratios[0], ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    println!("{what:<68} {median:.4}   [{least:.4} {greatest:.4}]");
}

/// Takes so long, without sleeping: a computation, as far as the processor can tell.
fn busy(duration: Duration) {
    let began = Instant::now();
    while began.elapsed() < duration {
        std::hint::spin_loop();
    }
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
    let bounds = Bounds::uniform(35, -1e10, 1e10).expect("an interval");
    let problem =
        Problem::new(objective, vec![0.0; 35]).expect("a start").bounded(bounds).expect("35 bounds");
    black_box(search(complete).run(&problem, run, &mut ()).expect("an outcome"))
}

fn journal_cost(folder: &Path, what: &str, pairs: usize, evaluations: u64, objective: fn(&[f64]) -> f64) {
    let path = folder.join("journal");
    let budget = Budget::evaluations(evaluations);
    let mut report = None;
    let ratios = ratios(
        pairs,
        || {
            let _ = std::fs::remove_file(&path);
            report = run(objective, false, &Run::within(&budget).with_journal(Journal::new(&path))).journal;
        },
        || drop(run(objective, false, &Run::within(&budget))),
    );
    let report = report.expect("asked for");
    print(
        &format!(
            "with / without journal, {what} ({} records, {} snapshots)",
            report.values, report.snapshots
        ),
        &ratios,
    );
}

fn main() {
    let folder = std::env::temp_dir().join(format!("journal-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the journals");
    println!("{:<68} median   [least  greatest]", "ratio of run times, n = 35");

    journal_cost(&folder, "objective of 1 ns", 15, 4_000_000, |x| x[0] * x[0]);
    journal_cost(&folder, "objective of 2 µs", 15, 100_000, |x| {
        busy(Duration::from_micros(2));
        x[0] * x[0]
    });
    journal_cost(&folder, "objective of 20 µs", 15, 10_000, |x| {
        busy(Duration::from_micros(20));
        x[0] * x[0]
    });
    journal_cost(&folder, "objective of 1 ms", 9, 300, |x| {
        busy(Duration::from_millis(1));
        x[0] * x[0]
    });
    let _ = std::fs::remove_dir_all(&folder);

    let slow = |x: &[f64]| {
        busy(Duration::from_millis(1));
        x.iter().map(|v| (v - 0.3) * (v - 0.3)).sum::<f64>()
    };
    for (what, complete) in [("complete polls", true), ("opportunistic polls", false)] {
        let on = |threads| Run::within(&Budget::evaluations(560)).on_threads(threads);
        let mut counts = None;
        let ratios = ratios(
            9,
            || drop(run(slow, complete, &on(1))),
            || counts = Some(run(slow, complete, &on(2)).counts),
        );
        let counts = counts.expect("run");
        let waste = 100.0 * counts.speculative as f64 / (counts.evaluations + counts.speculative) as f64;
        print(&format!("1 / 2 threads, 1 ms, {what} ({waste:.1} % of the calls not needed)"), &ratios);
    }
}
