//! The first line of a journal: which run it belongs to.

use serde_json::{Value, json};

use super::JournalFault;
use crate::{LinearConstraints, Problem, Solver};

/// Raised with every change of the format, and of where a search goes: a resumed run would be half one search and half
/// another.
const VERSION: u32 = 14;

/// What identifies a run, as a JSON object.
pub(crate) struct Header(Value);

impl Header {
    pub(crate) fn of(solver: &(impl Solver + ?Sized), problem: &Problem<'_>, label: &str) -> Self {
        // JSON has no infinities; as text every number keeps all its bits.
        let numbers = |values: &[f64]| values.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>();
        let mut header = json!({
            "search journal": VERSION,
            "library": env!("CARGO_PKG_VERSION"),
            "solver": solver.name(),
            "options": solver.settings(),
            "label": label,
            "dimension": problem.dimension(),
            "lower": numbers(problem.bounds().lower()),
            "upper": numbers(problem.bounds().upper()),
            "linear": problem.linear().map(LinearConstraints::to_json),
            "start": numbers(problem.start()),
        });
        if let Some(count) = problem.nonlinear_constraints() {
            header["nonlinear constraints"] = json!(count);
        }
        if let Some(grid) = problem.grid() {
            header["granularity"] = json!(numbers(grid.granularity()));
        }
        Header(header)
    }

    /// The line, its end included.
    pub(super) fn line(&self) -> String {
        format!("{}\n", self.0)
    }

    /// Checks that a journal's first line, its end included, is that of this run.
    pub(super) fn check(&self, line: &[u8]) -> Result<(), JournalFault> {
        let theirs: Value = serde_json::from_slice(line).map_err(|_| JournalFault::NotAJournal)?;
        if theirs.get("search journal").is_none() {
            return Err(JournalFault::NotAJournal);
        }
        match first_difference("", &theirs, &self.0) {
            None => Ok(()),
            Some((what, journal, run)) => Err(JournalFault::OtherRun { what, journal, run }),
        }
    }
}

/// The first place where two values differ, and what stands there in each.
fn first_difference(place: &str, a: &Value, b: &Value) -> Option<(String, String, String)> {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let names = b.keys().chain(a.keys().filter(|name| !b.contains_key(*name)));
            let absent = Value::Null;
            names.into_iter().find_map(|name| {
                let (a, b) = (a.get(name).unwrap_or(&absent), b.get(name).unwrap_or(&absent));
                first_difference(&below(name), a, b)
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.into_iter().find_map(|(i, (a, b))| first_difference(&format!("{place}[{i}]"), a, b))
        }
        _ if a == b => None,
        _ => Some((place.to_owned(), a.to_string(), b.to_string())),
    }
}
