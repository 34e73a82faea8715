//! The evaluations in a journal, for those who want to look at them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use super::record::Record;
use super::{JournalError, JournalFault};
use crate::{ConstraintValues, Failure, Values};

/// An evaluation in a journal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Its number in the run, from 1; `None` for a value that arrived before its turn.
    pub evaluation: Option<u64>,
    /// The point.
    pub x: Vec<f64>,
    /// The value of the objective, or why there is none.
    pub value: Result<f64, Failure>,
    /// The values of the nonlinear constraints, if there are any.
    pub constraints: Option<ConstraintValues>,
    /// The residuals, if the problem is a [fit](crate::LeastSquares).
    pub residuals: Option<Vec<f64>>,
}

/// As [`Journal::entries`](super::Journal::entries).
pub(super) fn entries(path: &Path) -> Result<Vec<JournalEntry>, JournalError> {
    let read = fs::read(path).map_err(JournalFault::from).and_then(entries_in);
    read.map_err(|fault| JournalError { path: path.to_owned(), fault })
}

/// The entries of a journal in memory.
pub(crate) fn entries_in(bytes: Vec<u8>) -> Result<Vec<JournalEntry>, JournalFault> {
    let (_, end) = header_of(&bytes)?;
    let length = bytes.len() as u64;
    let mut reader = Cursor::new(bytes);
    reader.set_position(end as u64 + 1);
    let (mut entries, mut evaluations, mut number) = (Vec::new(), 0, 0);
    loop {
        let left = length - reader.position();
        let Some((record, _)) = Record::read_from(&mut reader, left, number)? else { return Ok(entries) };
        number += 1;
        let (evaluation, whole) = match record {
            Record::Whole(whole) => {
                evaluations += 1;
                (Some(evaluations), whole)
            }
            Record::Spare(spare) => (None, spare),
            _ => continue,
        };
        let (value, constraints, residuals) = match whole.values {
            Ok(Values { value, constraints, residuals }) => {
                (Ok(value), constraints.map(|constraints| *constraints), residuals.map(Vec::from))
            }
            Err(failure) => (Err(failure), None, None),
        };
        entries.push(JournalEntry { evaluation, x: whole.x, value, constraints, residuals });
    }
}

/// The label of a journal in memory.
pub(crate) fn label_in(bytes: &[u8]) -> Result<String, JournalFault> {
    let (header, _) = header_of(bytes)?;
    Ok(header["label"].as_str().unwrap_or_default().to_owned())
}

/// Returns the first line of a journal, and where it ends.
fn header_of(bytes: &[u8]) -> Result<(serde_json::Value, usize), JournalFault> {
    let end = bytes.iter().position(|&byte| byte == b'\n').ok_or(JournalFault::NotAJournal)?;
    let header: Option<serde_json::Value> = serde_json::from_slice(&bytes[..end]).ok();
    let is_a_journal = |header: &serde_json::Value| header.get("search journal").is_some();
    header.filter(is_a_journal).map(|header| (header, end)).ok_or(JournalFault::NotAJournal)
}
