//! The first line of a journal, which identifies its run.

use serde_json::{Value, json};

use super::JournalFault;
use crate::problem::known::Known;
use crate::{LinearConstraints, Problem, Solver};

/// The version, raised with every change of the format or of the path of a search. Otherwise a resumed run
/// would mix two searches.
const VERSION: u32 = 23;

/// The identity of a run as a JSON object.
pub(crate) struct Header(Value);

impl Header {
    pub(crate) fn of(solver: &(impl Solver + ?Sized), problem: &Problem<'_>, label: &str) -> Self {
        // Numbers are written as text, since JSON has no infinities.
        let numbers = |values: &[f64]| values.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>();
        let mut header = json!({
            "search journal": VERSION,
            "library": env!("CARGO_PKG_VERSION"),
            "solver": solver.name(),
            "options": without_limits(solver.settings()),
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
        if let Some(fit) = problem.fit() {
            header["residuals"] = json!(fit);
        }
        if !problem.known().is_empty() {
            header["known points"] =
                json!({ "count": problem.known().len(), "checksum": checksum_of(problem.known()) });
        }
        if !problem.hint().is_empty() {
            header["hint"] =
                json!({ "count": problem.hint().len(), "checksum": checksum_of(problem.hint()) });
        }
        if let Some(grid) = problem.grid() {
            header["granularity"] = json!(numbers(grid.granularity()));
        }
        Header(header)
    }

    /// Returns the header line, including the line end.
    pub(super) fn line(&self) -> String {
        format!("{}\n", self.0)
    }

    /// Checks that the first line of a journal, including the line end, is that of this run.
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

/// A checksum of points and their values.
fn checksum_of(points: &[Known]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for known in points {
        let values = postcard::to_stdvec(&(&known.x, &known.values));
        hasher.update(&values.expect("memory is all that can be missing"));
    }
    hasher.finalize()
}

/// The options that end a run, but do not change its path: as with the budget, a resumed run may have others.
const LIMITS: [&str; 3] = ["max_function_evaluations", "max_iterations", "max_time"];

fn without_limits(mut options: Value) -> Value {
    if let Some(options) = options.as_object_mut() {
        options.retain(|key, _| !LIMITS.contains(&key.as_str()));
    }
    options
}

/// Returns the first place where two values differ, and both values there.
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
