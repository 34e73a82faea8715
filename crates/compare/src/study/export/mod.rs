//! The histories of a study as tables that other programs read.

mod csv;
#[cfg(feature = "parquet")]
mod parquet;

pub use csv::histories_csv;
#[cfg(feature = "parquet")]
pub use parquet::histories_parquet;

use super::Row;

/// The best value that counts after an evaluation of a run.
struct Best<'r> {
    run: &'r Row,
    evaluation: u64,
    /// `None` where no value counts.
    value: Option<f64>,
    /// Seconds since the run began, if they are known.
    seconds: Option<f64>,
    /// The violation at the point of the value, if there is a value and it is known.
    violation: Option<f64>,
    /// The round of the evaluation, if it is known.
    round: Option<u64>,
}

/// A row for each new best value of a run, and one for its end: the last evaluation, or 0 for a run without evaluations.
fn bests(run: &Row) -> Vec<Best<'_>> {
    let values = run.history.values.iter().enumerate();
    let new = |(at, &(evaluation, value)): (usize, &(u64, f64))| Best {
        run,
        evaluation,
        value: Some(value),
        seconds: run.times.get(at).copied(),
        violation: run.violations.get(at).copied(),
        round: run.rounds.get(at).copied(),
    };
    let mut bests: Vec<Best<'_>> = values.map(new).collect();
    let last = bests.last().map(|best| best.evaluation);
    if last.is_none_or(|last| last < run.counts[0]) {
        let (value, violation) = bests.last().map_or((None, None), |best| (best.value, best.violation));
        let seconds = Some(run.seconds).filter(|seconds| *seconds > 0.0);
        let round = run.rounds.last().copied();
        bests.push(Best { run, evaluation: run.counts[0], value, seconds, violation, round });
    }
    bests
}

/// The runs whose problem could be constructed.
fn constructed(runs: &[Row]) -> impl Iterator<Item = &Row> {
    runs.iter().filter(|run| run.history.dimension > 0)
}
