//! MATLAB's iterative display.

use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::spelling::Word;
use crate::run::format::general;
use crate::{ConstraintCount, Counts, Event, Iteration, JournalReport, Observer, Problem};

/// How much to print (MATLAB's `Display`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
#[non_exhaustive]
pub enum DisplayLevel {
    /// Nothing; the default. (MATLAB's default is `final`, but a library should not print unasked.)
    #[default]
    Off,
    /// The reason for stopping.
    Final,
    /// One row per iteration, and the reason for stopping.
    Iter,
    /// The problem and the solver's options, then the same as `Iter`.
    Diagnose,
}

impl TryFrom<Word> for DisplayLevel {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        let (off, last, iter) = (DisplayLevel::Off, DisplayLevel::Final, DisplayLevel::Iter);
        let diagnose = DisplayLevel::Diagnose;
        word.among(&[("off", off), ("none", off), ("final", last), ("iter", iter), ("diagnose", diagnose)])
    }
}

/// The header with nonlinear constraints, which have one more column: the largest violation at the incumbent.
const CONSTRAINED_HEADER: &str = "                                      Max\n\
     Iter     Func-count       f(x)    Constraint      MeshSize     Method";

/// An observer that prints MATLAB's iterative display: the iteration, the number of evaluations, the value of
/// the incumbent (6 significant digits), the mesh size (4 significant digits), and what the iteration did.
///
/// ```
/// use search::{Budget, DisplayLevel, IterativeDisplay, Minimizer, PatternSearch, Problem};
///
/// let problem = Problem::new(|x| x[0] * x[0], [2.0])?;
/// let mut text = Vec::new();
/// let mut display = IterativeDisplay::new(DisplayLevel::Iter, &mut text);
/// PatternSearch::default().minimize(&problem, &Budget::evaluations(3), &mut display)?;
/// let text = String::from_utf8_lossy(&text);
/// assert!(text.starts_with("Iter     Func-count       f(x)      MeshSize     Method\n"));
/// # Ok::<(), search::Error>(())
/// ```
pub struct IterativeDisplay<W> {
    level: DisplayLevel,
    /// The options that [`DisplayLevel::Diagnose`] prints.
    settings: Value,
    out: W,
}

impl IterativeDisplay<io::Stdout> {
    /// Creates a display on standard output.
    pub fn to_stdout(level: DisplayLevel) -> Self {
        IterativeDisplay::new(level, io::stdout())
    }
}

impl<W: Write> IterativeDisplay<W> {
    /// Creates a display on any writer. After a write error, such as a closed pipe, the display prints
    /// nothing more and the run goes on.
    pub fn new(level: DisplayLevel, out: W) -> Self {
        IterativeDisplay { level, settings: Value::Null, out }
    }

    /// Sets the solver's options ([`Solver::settings`](crate::Solver::settings)), which
    /// [`DisplayLevel::Diagnose`] prints.
    #[must_use]
    pub fn with_settings(self, settings: Value) -> Self {
        IterativeDisplay { settings, ..self }
    }

    fn print(&mut self, event: &Event<'_>) -> io::Result<()> {
        let every_iteration = self.level == DisplayLevel::Iter || self.level == DisplayLevel::Diagnose;
        match event {
            Event::Start { solver, problem, projected, journal, restored } => {
                if self.level == DisplayLevel::Diagnose {
                    write!(self.out, "{}", diagnosis(solver, problem, &self.settings))?;
                }
                if *projected > 0 {
                    let plural = if *projected == 1 { "" } else { "s" };
                    let (place, there) = match (problem.linear(), problem.grid()) {
                        (None, None) => ("outside its bounds", "its projection"),
                        _ => ("not feasible", "the nearest feasible point"),
                    };
                    let moved = format!("{projected} coordinate{plural}");
                    writeln!(self.out, "The start was {place} in {moved}; the run begins at {there}.")?;
                }
                if let Some(journal) = journal.filter(|journal| journal.known > 0 || journal.cut > 0) {
                    writeln!(self.out, "{}", resumed(journal))?;
                }
                if every_iteration {
                    let header = match problem.nonlinear_constraints() {
                        None => "Iter     Func-count       f(x)      MeshSize     Method",
                        Some(_) => CONSTRAINED_HEADER,
                    };
                    writeln!(self.out, "{header}")?;
                    restored.iter().try_for_each(|row| writeln!(self.out, "{}", line(row)))?;
                }
            }
            Event::Iteration { row, .. } if every_iteration => writeln!(self.out, "{}", line(row))?,
            Event::End(outcome) => {
                writeln!(self.out, "{}", outcome.message())?;
                let Counts { evaluations, rounds, .. } = outcome.counts;
                if rounds != evaluations {
                    let rounds = outcome.counts.rounds_in_words();
                    writeln!(self.out, "{evaluations} evaluations were made{rounds}.")?;
                }
                if outcome.counts.cached > 0 {
                    writeln!(self.out, "{} values came from the cache.", outcome.counts.cached)?;
                }
            }
            // The caller of the run receives the error and reports it.
            Event::Iteration { .. }
            | Event::Evaluation { .. }
            | Event::Improvement { .. }
            | Event::NoOutcome(_) => {}
        }
        Ok(())
    }
}

/// Returns a description of the problem and of the solver's options.
fn diagnosis(solver: &str, problem: &Problem<'_>, settings: &Value) -> String {
    let (lower, upper) = (problem.bounds().lower(), problem.bounds().upper());
    let count = |is: fn(f64, f64) -> bool| lower.iter().zip(upper).filter(|(l, u)| is(**l, **u)).count();
    let mut text = format!("{solver}\n  variables: {}\n", problem.dimension());
    for (what, count) in [
        ("lower bounds", count(|lower, _| lower.is_finite())),
        ("upper bounds", count(|_, upper| upper.is_finite())),
        ("fixed", count(|lower, upper| lower == upper)),
    ] {
        text += &format!("  {what}: {count}\n");
    }
    if let Some(grid) = problem.grid() {
        let count = grid.granularity().iter().filter(|&&granularity| granularity > 0.0).count();
        text += &format!("  integer or granular: {count}\n");
    }
    if let Some(count) = problem.nonlinear_constraints() {
        let ConstraintCount { inequalities, equalities } = count;
        text += &format!("  nonlinear inequalities: {inequalities}\n  nonlinear equalities: {equalities}\n");
    }
    let options = settings.as_object().into_iter().flatten();
    options.for_each(|(name, value)| text += &format!("  {name}: {value}\n"));
    text
}

fn resumed(journal: &JournalReport) -> String {
    let cut = journal.cut_in_words().map(|text| format!(" ({text})")).unwrap_or_default();
    format!("Resumed from {}: {} evaluations known{cut}.", journal.path.display(), journal.known)
}

fn line(row: &Iteration) -> String {
    let value = general(row.value, 6);
    let mesh_size = row.mesh_size.map_or_else(String::new, |size| general(size, 4));
    let constraint = row.max_constraint.map_or_else(String::new, |c| format!(" {:>13}", general(c, 4)));
    let Iteration { iteration, evaluations, method, .. } = row;
    let text = format!("{iteration:5} {evaluations:8} {value:>14}{constraint} {mesh_size:>13}     {method}");
    text.trim_end().to_owned()
}

impl<W: Write + Send> Observer for IterativeDisplay<W> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if self.level != DisplayLevel::Off && self.print(event).is_err() {
            self.level = DisplayLevel::Off;
        }
        ControlFlow::Continue(())
    }
}
