//! Known points from the journal of another run.

#[cfg(feature = "tables")]
use std::path::Path;

use serde_json::Value;

use super::Known;
use crate::journal::{entries_in, label_in};
use crate::{Error, Journal, JournalEntry, JournalError, JournalFault, Problem, Values};

/// The keys in which the labels of two runs of one problem may differ.
const OF_THE_RUN: [&str; 3] = ["start", "lower", "upper"];

impl Problem<'_> {
    /// Adds the points of a file: of a [table](Problem::knowing_table) if its name ends in `.csv`, else of a
    /// [journal](Problem::knowing_journal) with this label.
    ///
    /// # Errors
    /// As for these two.
    #[cfg(feature = "tables")]
    pub fn knowing_file(self, path: &Path, names: &[String], label: &str) -> Result<Self, Error> {
        if is_table(path) {
            self.knowing_table(path, names)
        } else {
            self.knowing_journal(&Journal::new(path).labelled(label))
        }
    }

    /// Adds the points of a journal of the same objective: one with another start, other bounds, another solver
    /// or another budget. It must have recorded [every value](Journal::of_every_value). Its failed evaluations
    /// are left out.
    ///
    /// The labels of the journal in the file and of `journal` must be equal; those that are JSON objects may
    /// differ in `start`, `lower` and `upper`.
    ///
    /// # Errors
    /// [`Error::Journal`] for a file that cannot be read, that is no journal or has no points, or whose label
    /// differs; [`Error::Known`] as for [`knowing`](Problem::knowing).
    pub fn knowing_journal(mut self, journal: &Journal) -> Result<Self, Error> {
        let entries = self
            .entries_of(journal)
            .map_err(|fault| Error::Journal(JournalError { path: journal.path.clone(), fault }))?;
        self.known = self.known.iter().cloned().chain(with_values(entries)).collect();
        self.check_known()?;
        Ok(self)
    }

    fn entries_of(&self, journal: &Journal) -> Result<Vec<JournalEntry>, JournalFault> {
        let bytes = std::fs::read(&journal.path)?;
        let theirs = label_in(&bytes)?;
        if !are_of_one_problem(&theirs, &journal.label) {
            let (what, run) = ("label".to_owned(), journal.label.clone());
            return Err(JournalFault::OtherRun { what, journal: theirs, run });
        }
        points_in(bytes)
    }
}

/// Whether a file is a table by the ending of its name.
#[cfg(feature = "tables")]
pub(in crate::problem) fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// Returns the points of a journal with any label, without its failed evaluations.
#[cfg(feature = "tables")]
pub(in crate::problem) fn journal_of_any(path: &Path) -> Result<Vec<Known>, Error> {
    let wrong = |fault| Error::Journal(JournalError { path: path.to_owned(), fault });
    let bytes = std::fs::read(path).map_err(|error| wrong(error.into()))?;
    Ok(with_values(points_in(bytes).map_err(wrong)?).collect())
}

/// Returns the evaluations in a journal, of which there must be some.
fn points_in(journal: Vec<u8>) -> Result<Vec<JournalEntry>, JournalFault> {
    let entries = entries_in(journal)?;
    if entries.is_empty() { Err(JournalFault::NoPoints) } else { Ok(entries) }
}

/// Returns the points whose evaluations succeeded.
fn with_values(entries: Vec<JournalEntry>) -> impl Iterator<Item = Known> {
    entries.into_iter().filter_map(|JournalEntry { x, value, constraints, residuals, .. }| {
        let values = Values {
            value: value.ok()?,
            constraints: constraints.map(Box::new),
            residuals: residuals.map(Box::from),
        };
        Some(Known { x, values })
    })
}

fn are_of_one_problem(a: &str, b: &str) -> bool {
    let of_the_problem = |label: &str| match serde_json::from_str(label) {
        Ok(Value::Object(mut entries)) => {
            entries.retain(|key, _| !OF_THE_RUN.contains(&key.as_str()));
            Some(entries)
        }
        _ => None,
    };
    a == b || of_the_problem(a).is_some_and(|a| of_the_problem(b) == Some(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_problem_differ_in_its_start_and_bounds_alone() {
        let (a, b) =
            (r#"{"program": ["f"], "start": [1]}"#, r#"{"start": [2], "upper": [3], "program": ["f"]}"#);
        assert!(are_of_one_problem(a, b) && are_of_one_problem("wing", "wing"));
        assert!(!are_of_one_problem(a, r#"{"program": ["g"], "start": [1]}"#));
        assert!(
            !are_of_one_problem("wing", "tail")
                && !are_of_one_problem("[1]", "[2]")
                && !are_of_one_problem(a, "")
        );
    }
}
