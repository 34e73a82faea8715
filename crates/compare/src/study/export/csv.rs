//! Histories as CSV.

use std::io::Write;

use super::{Best, bests, constructed};
use crate::analysis::History;
use crate::study::Row;

const COLUMNS: [&str; 10] =
    ["suite", "problem", "solver", "seed", "n", "evaluation", "value", "seconds", "violation", "round"];

/// Writes the histories of these runs, which [`Import`](crate::study::Import) reads.
///
/// The columns are `suite`, `problem`, `solver`, `seed`, `n` (the number of coordinates), `evaluation`, `value` (the best
/// that counts after this evaluation; empty where none does), `seconds` (since the run began), `violation` (the largest of a
/// constraint at the point of this value; 0 without constraints beyond bounds) and `round` (how often the search has waited
/// for values, this evaluation included). The last three are empty where not known. Each run has a row for each new best value, and one for its last evaluation, which is number 0 if there was none. Values
/// that count violate nothing by more than [`TOLERANCE`](crate::TOLERANCE); under noise they are the true ones. Runs of a
/// problem that could not be constructed are left out. Numbers are as short as they can be without losing a bit.
///
/// ```
/// use compare::study::histories_csv;
///
/// let mut table = Vec::new();
/// histories_csv(&[], &mut table)?;
/// assert_eq!(table, b"suite,problem,solver,seed,n,evaluation,value,seconds,violation,round\n");
/// # Ok::<(), csv::Error>(())
/// ```
///
/// # Errors
/// Those of the writer.
pub fn histories_csv(runs: &[Row], out: impl Write) -> Result<(), ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    // With an exponent where that is shorter.
    let number = |number: Option<f64>| number.map(|number| format!("{number:?}")).unwrap_or_default();
    for Best { run, evaluation, value, seconds, violation, round } in constructed(runs).flat_map(bests) {
        let History { problem, solver, seed, dimension, .. } = &run.history;
        let (seed, dimension) = (seed.to_string(), dimension.to_string());
        let (evaluation, value, seconds) = (evaluation.to_string(), number(value), number(seconds));
        let round = round.map(|round| round.to_string()).unwrap_or_default();
        writer.write_record([
            &run.suite,
            problem,
            solver,
            &seed,
            &dimension,
            &evaluation,
            &value,
            &seconds,
            &number(violation),
            &round,
        ])?;
    }
    Ok(writer.flush()?)
}
