//! The evaluations in a journal, for those who want to look at them.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use super::record::Record;
use super::{JournalError, JournalFault};
use crate::{ConstraintValues, Failure};

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
}

/// As [`Journal::entries`](super::Journal::entries).
pub(super) fn entries(path: &Path) -> Result<Vec<JournalEntry>, JournalError> {
    let error = |fault| JournalError { path: path.to_owned(), fault };
    let bytes = fs::read(path).map_err(|wrong| error(wrong.into()))?;
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let header = end.and_then(|end| serde_json::from_slice::<serde_json::Value>(&bytes[..end]).ok());
    let Some((end, _)) = end.zip(header.filter(|header| header.get("search journal").is_some())) else {
        return Err(error(JournalFault::NotAJournal));
    };
    let length = bytes.len() as u64;
    let mut reader = Cursor::new(bytes);
    reader.set_position(end as u64 + 1);
    let (mut entries, mut evaluations, mut number) = (Vec::new(), 0, 0);
    loop {
        let left = length - reader.position();
        let read = Record::read_from(&mut reader, left, number).map_err(|wrong| error(wrong.into()))?;
        let Some((record, _)) = read else { return Ok(entries) };
        number += 1;
        let (evaluation, whole) = match record {
            Record::Whole(whole) => {
                evaluations += 1;
                (Some(evaluations), whole)
            }
            Record::Spare(spare) => (None, spare),
            _ => continue,
        };
        let (value, constraints) = match whole.values {
            Ok(values) => (Ok(values.value), values.constraints.map(|constraints| *constraints)),
            Err(failure) => (Err(failure), None),
        };
        entries.push(JournalEntry { evaluation, x: whole.x, value, constraints });
    }
}
