//! Known points from a table in a file.

use std::collections::HashMap;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::Known;
use crate::{ConstraintCount, ConstraintValues, Error, Problem, Values};

impl<'o> Problem<'o> {
    /// Adds the points of a CSV file. Its first line has the names of the columns: the variables (`names`, or
    /// `x1`, `x2`, ... if that is empty), `value`, the constraints `c1`, ..., `ceq1`, ..., and the residuals
    /// `r1`, ... of a fit, which need no `value`. Other columns are ignored, and so are lines whose value is
    /// empty, as those of failed evaluations are. The histories that the program `patternsearch` writes are
    /// such files.
    ///
    /// # Errors
    /// [`Error::Table`] with the line for a file that cannot be read, a column that is missing, or a cell that is
    /// no number; [`Error::Known`] as for [`knowing`](Problem::knowing).
    pub fn knowing_table(mut self, path: impl AsRef<Path>, names: &[String]) -> Result<Self, Error> {
        let more = self.table_of(path.as_ref(), names)?;
        self.known = self.known.iter().cloned().chain(more).collect();
        self.check_known()?;
        Ok(self)
    }

    /// Reads the points of a CSV file and their values.
    pub(in crate::problem) fn table_of(&self, path: &Path, names: &[String]) -> Result<Vec<Known>, Error> {
        let wrong = |line: u64, reason: String| Error::Table { path: path.to_owned(), line, reason };
        let reader = ReaderBuilder::new().trim(Trim::All).from_path(path);
        let mut reader = reader.map_err(|error| wrong(0, error.to_string()))?;
        let header = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
        let columns = Columns::of(self, names, &header).map_err(|reason| wrong(1, reason))?;
        let mut known = Vec::new();
        for row in reader.records() {
            let row = row
                .map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
            let line = row.position().map_or(0, csv::Position::line);
            if let Some((x, values)) = columns.read(self, &row).map_err(|reason| wrong(line, reason))? {
                known.push(Known { x, values });
            }
        }
        Ok(known)
    }
}

/// Where in a line the numbers are.
struct Columns {
    point: Vec<usize>,
    /// The value, or the residuals.
    value: Vec<usize>,
    inequalities: Vec<usize>,
    equalities: Vec<usize>,
    header: StringRecord,
}

impl Columns {
    fn of(problem: &Problem<'_>, names: &[String], header: &StringRecord) -> Result<Self, String> {
        let places: HashMap<&str, usize> = header.iter().zip(0..).collect();
        let find = |name: &str| {
            let place = places.get(name).copied();
            place.ok_or_else(|| format!("there is no column `{name}`; the columns are {}", list(header)))
        };
        let numbered = |prefix: &str, count| {
            (1..=count).map(|i| find(&format!("{prefix}{i}"))).collect::<Result<Vec<_>, _>>()
        };
        let ConstraintCount { inequalities, equalities } =
            problem.nonlinear_constraints().unwrap_or_default();
        Ok(Columns {
            point: match names {
                [] => numbered("x", problem.dimension())?,
                names => names.iter().map(|name| find(name)).collect::<Result<_, _>>()?,
            },
            value: match problem.fit() {
                Some(form) => numbered("r", form.count())?,
                None => vec![find("value")?],
            },
            inequalities: numbered("c", inequalities)?,
            equalities: numbered("ceq", equalities)?,
            header: header.clone(),
        })
    }

    /// Returns the point and the values of a line; `None` for a failed evaluation.
    fn read(&self, problem: &Problem<'_>, row: &StringRecord) -> Result<Option<(Vec<f64>, Values)>, String> {
        if self.value.iter().all(|&place| row.get(place).is_none_or(str::is_empty)) {
            return Ok(None);
        }
        let numbers = |places: &[usize]| {
            places.iter().map(|&place| self.number(row, place)).collect::<Result<Vec<f64>, String>>()
        };
        let values = match problem.fit() {
            Some(form) => form.values(numbers(&self.value)?),
            None => Values::from(self.number(row, self.value[0])?),
        };
        let values = match problem.nonlinear_constraints() {
            Some(_) => values.constrained(ConstraintValues {
                inequalities: numbers(&self.inequalities)?,
                equalities: numbers(&self.equalities)?,
            }),
            None => values,
        };
        Ok(Some((numbers(&self.point)?, values)))
    }

    fn number(&self, row: &StringRecord, place: usize) -> Result<f64, String> {
        let (cell, name) = (row.get(place).unwrap_or_default(), self.header.get(place).unwrap_or_default());
        cell.parse().map_err(|_| format!("{name} is `{cell}`; expected a number"))
    }
}

fn list(header: &StringRecord) -> String {
    header.iter().collect::<Vec<_>>().join(", ")
}
