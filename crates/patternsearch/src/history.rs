//! Evaluations and iterations as CSV.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::Duration;

use search::{
    AskTell, ConstraintCount, ConstraintValues, Event, Failure, Journal, JournalEntry, LeastSquares,
    Observer, Outcome, ProblemFile, Values,
};

use crate::exit::{Exit, Trouble};
use crate::output::say;
use crate::watch::Progress;

/// One line per iteration, the start first, with all digits; the mesh size is empty for solvers without mesh.
pub(crate) fn trace(outcome: &Outcome) -> String {
    let mut text = "iteration,evaluations,value,mesh_size,method\n".to_owned();
    for row in &outcome.trace {
        let mesh_size = row.mesh_size.map_or_else(String::new, |size| format!("{size:?}"));
        let (iteration, evaluations, value) = (row.iteration, row.evaluations, row.value);
        let _ = writeln!(text, "{iteration},{evaluations},{value:?},{mesh_size},{}", row.method);
    }
    text
}

/// The calls of the program: which worker made each, and how long it took.
#[derive(Default)]
pub(crate) struct Calls {
    workers: HashMap<ThreadId, usize>,
    of_points: HashMap<Vec<u64>, (usize, Duration)>,
}

impl Calls {
    /// Records a call that this thread has made.
    pub(crate) fn add(&mut self, x: &[f64], time: Duration) {
        let next = self.workers.len() + 1;
        let worker = *self.workers.entry(thread::current().id()).or_insert(next);
        self.of_points.insert(bits(x), (worker, time));
    }
}

fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// An observer that keeps every evaluation as a line of CSV.
pub(crate) struct History {
    table: Table,
    progress: Arc<Progress>,
}

impl History {
    pub(crate) fn new(file: &ProblemFile, progress: Arc<Progress>) -> Self {
        let outputs = file.outputs();
        let residuals = outputs.fit().map_or(0, LeastSquares::count);
        let table = Table::new(file.variables(), outputs.count(), residuals, &["worker", "seconds"]);
        History { table, progress }
    }

    /// Adds an evaluation. One that comes from the journal has no worker and no time.
    pub(crate) fn add(&mut self, evaluation: u64, x: &[f64], values: &Result<Values, Failure>) {
        let calls = self.progress.calls();
        let call = calls.of_points.get(&bits(x));
        let call = call.map(|(worker, time)| [worker.to_string(), format!("{:.6}", time.as_secs_f64())]);
        let value = values.as_ref().map(Values::value);
        let of_x = values.as_ref().ok();
        let more = (of_x.and_then(Values::constraints), of_x.and_then(Values::residuals));
        self.table.add(Some(evaluation), x, value, more, &call.unwrap_or_default());
    }

    pub(crate) fn into_csv(self) -> String {
        self.table.text
    }
}

impl Observer for History {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let Event::Evaluation { evaluation, x, values, .. } = event {
            self.add(*evaluation, x, values);
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}

/// Evaluations as CSV.
struct Table {
    text: String,
    count: ConstraintCount,
    residuals: usize,
}

impl Table {
    fn new(names: &[String], count: ConstraintCount, residuals: usize, more: &[&str]) -> Self {
        let ConstraintCount { inequalities, equalities } = count;
        let c = (1..=inequalities).map(|i| format!("c{i}"));
        let ceq = (1..=equalities).map(|i| format!("ceq{i}"));
        let r = (1..=residuals).map(|i| format!("r{i}"));
        let fixed = ["evaluation", "value"].map(str::to_owned).into_iter();
        let names = names.iter().map(|name| quoted(name));
        let more = ["failure"].iter().chain(more).map(|name| (*name).to_owned());
        let columns: Vec<String> = fixed.chain(names).chain(c).chain(ceq).chain(r).chain(more).collect();
        Table { text: columns.join(",") + "\n", count, residuals }
    }

    fn add(
        &mut self,
        evaluation: Option<u64>,
        x: &[f64],
        value: Result<f64, &Failure>,
        (constraints, residuals): (Option<&ConstraintValues>, Option<&[f64]>),
        more: &[String],
    ) {
        let cells = |numbers: Option<Vec<f64>>, all: usize| match numbers {
            Some(numbers) => numbers.iter().map(|number| format!("{number:?}")).collect(),
            None => vec![String::new(); all],
        };
        let constraints = constraints.map(|c| [c.inequalities.as_slice(), &c.equalities].concat());
        let constraints = cells(constraints, self.count.inequalities + self.count.equalities);
        let residuals = cells(residuals.map(<[f64]>::to_vec), self.residuals);
        let (number, failure) = match value {
            Ok(value) if value.is_finite() => (format!("{value:?}"), String::new()),
            Ok(value) => (String::new(), Failure::NotFinite(value).to_string()),
            Err(failure) => (String::new(), failure.to_string()),
        };
        let evaluation = evaluation.map_or_else(String::new, |number| number.to_string());
        let cells = [evaluation, number].into_iter().chain(x.iter().map(|x| format!("{x:?}")));
        let cells =
            cells.chain(constraints).chain(residuals).chain([quoted(&failure)]).chain(more.iter().cloned());
        self.text += &cells.collect::<Vec<_>>().join(",");
        self.text.push('\n');
    }

    fn add_entry(&mut self, entry: &JournalEntry) {
        let more = (entry.constraints.as_ref(), entry.residuals.as_deref());
        self.add(entry.evaluation, &entry.x, entry.value.as_ref().copied(), more, &[]);
    }
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// The evaluations that an ask-and-tell search has been told, as CSV.
pub(crate) fn told(session: &AskTell, file: &ProblemFile) -> String {
    let residuals = file.outputs().fit().map_or(0, LeastSquares::count);
    let mut table = Table::new(file.variables(), file.outputs().count(), residuals, &[]);
    for entry in session.entries().iter().filter(|entry| entry.evaluation.is_some()) {
        table.add_entry(entry);
    }
    table.text
}

/// `patternsearch journal`: prints the evaluations in a journal as CSV, with the names of a problem file. Those that
/// arrived before their turn have no number.
pub(crate) fn journal(path: &Path, problem: Option<&Path>) -> Result<Exit, Trouble> {
    let entries = Journal::new(path).entries().map_err(search::Error::from)?;
    let n = entries.first().map_or(0, |entry| entry.x.len());
    let counts = entries.iter().filter_map(|entry| entry.constraints.as_ref());
    let count =
        counts.map(|values| ConstraintCount::new(values.inequalities.len(), values.equalities.len())).next();
    let names = match problem {
        Some(file) => names(file, n)?,
        None => (1..=n).map(|i| format!("x{i}")).collect(),
    };
    let residuals = entries.iter().find_map(|entry| entry.residuals.as_ref()).map_or(0, Vec::len);
    let mut table = Table::new(&names, count.unwrap_or_default(), residuals, &[]);
    for entry in &entries {
        table.add_entry(entry);
    }
    say(&table.text)?;
    Ok(Exit::Converged)
}

/// The names of the variables of a problem file, of which there must be n; any number for a journal without points.
fn names(file: &Path, n: usize) -> Result<Vec<String>, Trouble> {
    let names = ProblemFile::read(file)?.variables().to_vec();
    if n == 0 || names.len() == n {
        return Ok(names);
    }
    let (file, count) = (file.display(), names.len());
    Err(Trouble::usage(format!(
        "--problem {file} has {count} variables; expected {n}, as the journal's points"
    )))
}
