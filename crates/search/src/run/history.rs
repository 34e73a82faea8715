//! Writes the history of a run as CSV.

use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::{Event, Iteration, Observer};

/// An observer that writes the history of a run as CSV, row by row, as MATLAB's `psoutputfile` does.
///
/// Numbers have all their digits and read back to the same bits. An infinite value is `inf`; the mesh size of
/// a solver without a mesh is an empty field. With nonlinear constraints there is one more column before the
/// point: `max_constraint`, or `feasible` for improvements.
///
/// ```
/// use search::{Budget, History, Minimizer, PatternSearch, Problem};
///
/// let problem = Problem::new(|x| x[0] * x[0] + x[1] * x[1], [2.0, 0.5])?;
/// let mut history = History::of_iterations(Vec::new());
/// PatternSearch::default().minimize(&problem, &Budget::evaluations(4), &mut history)?;
/// let text = String::from_utf8(history.into_inner()?)?;
/// assert_eq!(text, "\
/// iteration,evaluations,value,mesh_size,method,x1,x2
/// 0,1,4.25,1.0,,2.0,0.5
/// 1,4,0.25,2.0,Successful Poll,0.0,0.5
/// ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct History<W> {
    rows: Rows,
    /// Whether the problem has nonlinear constraints.
    constrained: bool,
    out: W,
    failed: Option<io::Error>,
}

/// What a row records.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rows {
    Iterations,
    Improvements,
}

impl<W: Write> History<W> {
    /// Creates a history with one row per iteration, the start first:
    /// `iteration,evaluations,value,mesh_size,method,x1,x2,…`. If a run resumes from a snapshot in its
    /// journal, the rows up to the snapshot come first, without points.
    pub fn of_iterations(out: W) -> Self {
        History { rows: Rows::Iterations, constrained: false, out, failed: None }
    }

    /// Creates a history with one row per improvement of the best value: `evaluations,value,x1,x2,…`.
    pub fn of_improvements(out: W) -> Self {
        History { rows: Rows::Improvements, constrained: false, out, failed: None }
    }

    /// Returns the writer after flushing it.
    ///
    /// # Errors
    /// The first write error. Nothing was written after it, and the run went on.
    pub fn into_inner(mut self) -> io::Result<W> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.out.flush().map(|()| self.out),
        }
    }

    fn write(&mut self, event: &Event<'_>) -> io::Result<()> {
        match (event, self.rows) {
            (Event::Start { problem, restored, .. }, rows) => {
                self.out.write_all(match rows {
                    Rows::Iterations => b"iteration,evaluations,value,mesh_size,method",
                    Rows::Improvements => b"evaluations,value",
                })?;
                self.constrained = problem.nonlinear_constraints().is_some();
                if self.constrained {
                    self.out.write_all(match rows {
                        Rows::Iterations => b",max_constraint",
                        Rows::Improvements => b",feasible",
                    })?;
                }
                (1..=problem.dimension()).try_for_each(|i| write!(self.out, ",x{i}"))?;
                writeln!(self.out)?;
                if rows == Rows::Iterations {
                    for row in *restored {
                        self.iteration(row)?;
                        writeln!(self.out, "{}", ",".repeat(problem.dimension()))?;
                    }
                }
                Ok(())
            }
            (Event::Iteration { row, x, .. }, Rows::Iterations) => {
                self.iteration(row)?;
                self.point(x)
            }
            (Event::Improvement { evaluations, x, value, feasible, .. }, Rows::Improvements) => {
                write!(self.out, "{evaluations},{value:?}")?;
                if self.constrained {
                    write!(self.out, ",{feasible}")?;
                }
                self.point(x)
            }
            (Event::End(_) | Event::NoOutcome(_), _) => self.out.flush(),
            _ => Ok(()),
        }
    }

    fn iteration(&mut self, row: &Iteration) -> io::Result<()> {
        let Iteration { iteration, evaluations, value, mesh_size, method, max_constraint } = row;
        let optional = |number: &Option<f64>| number.map(|number| format!("{number:?}")).unwrap_or_default();
        let mesh_size = optional(mesh_size);
        write!(self.out, "{iteration},{evaluations},{value:?},{mesh_size},{method}")?;
        if self.constrained {
            write!(self.out, ",{}", optional(max_constraint))?;
        }
        Ok(())
    }

    fn point(&mut self, x: &[f64]) -> io::Result<()> {
        x.iter().try_for_each(|x| write!(self.out, ",{x:?}"))?;
        writeln!(self.out)
    }
}

impl<W: Write + Send> Observer for History<W> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if self.failed.is_none() {
            self.failed = self.write(event).err();
        }
        ControlFlow::Continue(())
    }
}
