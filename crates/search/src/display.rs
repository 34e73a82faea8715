//! MATLAB's iterative display.

use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::format::general;
use crate::pattern::read::Word;
use crate::{Event, Iteration, JournalReport, Observer};

/// How much to print: MATLAB's `Display`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "Word")]
pub enum DisplayLevel {
    /// Nothing. The default here; MATLAB's is `final`, but a library does not print unasked.
    #[default]
    Off,
    /// The reason for stopping.
    Final,
    /// One row per iteration, and the reason for stopping.
    Iter,
}

impl TryFrom<Word> for DisplayLevel {
    type Error = String;

    fn try_from(word: Word) -> Result<Self, String> {
        let (off, last, iter) = (DisplayLevel::Off, DisplayLevel::Final, DisplayLevel::Iter);
        word.among(&[("off", off), ("none", off), ("final", last), ("iter", iter)])
    }
}

/// With nonlinear constraints there is one more column, the largest violation at the incumbent.
const CONSTRAINED_HEADER: &str = "                                      Max\n\
     Iter     Func-count       f(x)    Constraint      MeshSize     Method";

/// An observer that prints MATLAB's iterative display: number of the iteration, evaluations, value of
/// the incumbent (6 significant digits), mesh size (4), and what the iteration did.
///
/// ```
/// use search::{Budget, Display, DisplayLevel, Minimizer, PatternSearch, Problem};
///
/// let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![2.0])?;
/// let mut text = Vec::new();
/// let mut display = Display::new(DisplayLevel::Iter, &mut text);
/// PatternSearch::default().minimize(&problem, &Budget::evaluations(3), &mut display)?;
/// let text = String::from_utf8_lossy(&text);
/// assert!(text.starts_with("Iter     Func-count       f(x)      MeshSize     Method\n"));
/// # Ok::<(), search::Error>(())
/// ```
pub struct Display<W> {
    level: DisplayLevel,
    out: W,
}

impl Display<io::Stdout> {
    /// A display on standard output.
    pub fn to_stdout(level: DisplayLevel) -> Self {
        Display::new(level, io::stdout())
    }
}

impl<W: Write> Display<W> {
    /// A display on any writer. Once writing fails (a closed pipe), the display falls silent and the
    /// run goes on.
    pub fn new(level: DisplayLevel, out: W) -> Self {
        Display { level, out }
    }

    fn print(&mut self, event: &Event<'_>) -> io::Result<()> {
        let every_iteration = self.level == DisplayLevel::Iter;
        match event {
            Event::Start { problem, projected, journal, restored, .. } => {
                if *projected > 0 {
                    let plural = if *projected == 1 { "" } else { "s" };
                    let (place, there) = match problem.linear() {
                        None => ("outside its bounds", "its projection"),
                        Some(_) => ("not feasible", "the nearest point that is"),
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
            Event::End(outcome) => writeln!(self.out, "{}", outcome.message())?,
            // Who started the run gets the error, and says so.
            Event::Iteration { .. } | Event::Improvement { .. } | Event::NoOutcome(_) => {}
        }
        Ok(())
    }
}

fn resumed(journal: &JournalReport) -> String {
    let cut = match journal.cut {
        0 => String::new(),
        bytes => format!(" ({bytes} bytes of a torn record were cut off its end)"),
    };
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

impl<W: Write + Send> Observer for Display<W> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if self.level != DisplayLevel::Off && self.print(event).is_err() {
            self.level = DisplayLevel::Off;
        }
        ControlFlow::Continue(())
    }
}
