//! The rows of the table `runs`.

use serde::de::DeserializeOwned;

use crate::analysis::History;
use crate::study::{Row, StoreError};

/// SQLite's integers have a sign: the same bits.
pub(super) fn signed(number: u64) -> i64 {
    number as i64
}

/// A row of the table `runs`.
pub(super) fn row_of(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let unsigned = |column: &str| row.get::<_, i64>(column).map(|number| number as u64);
    let text: String = row.get("history")?;
    let values = serde_json::from_str(&text)
        .map_err(|error| StoreError::Content { what: "a history", reason: error.to_string() })?;
    let history = History {
        problem: row.get("problem")?,
        solver: row.get("solver")?,
        seed: unsigned("seed")?,
        dimension: unsigned("dimension")? as usize,
        values,
    };
    Ok(Row {
        suite: row.get("suite")?,
        history,
        value: row.get("value")?,
        counts: [unsigned("evaluations")?, unsigned("gradients")?, unsigned("failed")?],
        ended: row.get("ended")?,
        converged: row.get("converged")?,
        x: row.get("x")?,
        seconds: row.get("seconds")?,
        overhead: row.get("overhead")?,
        times: list_of(row, "times", "the seconds of a history")?,
        violations: list_of(row, "violations", "the violations of a history")?,
        rounds: list_of(row, "rounds", "the rounds of a history")?,
    })
}

/// A list beside a history, which files of older versions do not have.
fn list_of<T: DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<Vec<T>, StoreError> {
    let text = match row.get::<_, String>(column) {
        Err(rusqlite::Error::InvalidColumnName(_)) => return Ok(Vec::new()),
        text => text?,
    };
    serde_json::from_str(&text).map_err(|error| StoreError::Content { what, reason: error.to_string() })
}
