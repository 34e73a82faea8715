//! Histories made elsewhere, read from CSV.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use serde_json::json;
use thiserror::Error as ThisError;

use super::{Manifest, Row, Store, StoreError};
use crate::analysis::History;
use crate::{Case, TOLERANCE};

/// The relative difference at which a first value is not that of the start.
const ANOTHER_VALUE: f64 = 1e-6;

/// Histories in a CSV file, and what is known about them.
///
/// The columns, in any order, are `problem`, `solver`, `seed`, `evaluation` (from 1, in order for each run), `value` (empty
/// or NaN where the evaluation failed), and optionally `violation` (the largest of a constraint, at least 0; a value with
/// more than [`TOLERANCE`] does not count) and `n` (the number of coordinates, which is needed where the suite is not one
/// of the given problems). Evaluation 1 is that of the problem's start.
pub struct Import<'i> {
    /// The file.
    pub path: &'i Path,
    /// The suite whose problems they are; the name of another set of problems if it is not known here.
    pub suite: &'i str,
    /// The problems of the suite, if it is known here.
    pub cases: &'i [Case<'static>],
    /// Where the histories come from, in words. The file of the study keeps it as the settings of their solvers.
    pub provenance: &'i str,
    /// The budget of the study, in simplex gradients. Later evaluations are left out.
    pub simplex_gradients: u64,
}

/// Why histories cannot be taken.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum ImportError {
    /// The file cannot be read, or is no CSV.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A column is missing, or not known.
    #[error("{}, row 1: {reason}; expected problem, solver, seed, evaluation, value, and optionally violation and n", path.display())]
    Columns {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A cell that cannot be.
    #[error("{}, row {row}, column {column}: is `{value}`; expected {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The row, from 1, which is that of the names.
        row: u64,
        /// The name of the column.
        column: &'static str,
        /// What it contains.
        value: String,
        /// What was expected.
        expected: String,
    },
    /// A file without a provenance.
    #[error("the provenance is empty; expected words that say where the histories come from")]
    Provenance,
    /// The file of the study.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Runs that the file of the study did not have.
    pub runs: usize,
    /// Evaluations beyond the budget, which were left out.
    pub beyond_budget: u64,
}

/// A run, by problem, solver and seed.
type Key = (String, String, u64);

/// A run as it is read.
struct Reading {
    history: History,
    /// The number of the last evaluation within the budget.
    evaluations: u64,
    failed: u64,
    /// The number of the last evaluation of all.
    last: u64,
}

impl Import<'_> {
    /// Reads the histories and adds them to a study, all or none of them.
    ///
    /// # Errors
    /// [`ImportError`]; [`StoreError::Disagreement`] where the study has another run of the same problem, solver and seed,
    /// and [`StoreError::OtherStudy`] if its budget or the provenance of a solver differs.
    pub fn into_study(self, store: &Store) -> Result<Imported, ImportError> {
        if self.provenance.trim().is_empty() {
            return Err(ImportError::Provenance);
        }
        let (readings, beyond_budget) = self.read()?;
        let mut seeds: Vec<u64> = readings.keys().map(|(_, _, seed)| *seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        let mut solvers: Vec<&String> = readings.keys().map(|(_, solver, _)| solver).collect();
        solvers.sort();
        solvers.dedup();
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let settings = json!({ "imported": { "file": file, "provenance": self.provenance } });
        let solvers = solvers.into_iter().map(|solver| (solver.clone(), settings.clone())).collect();
        let manifest = Manifest::now(vec![self.suite.to_owned()], solvers, self.simplex_gradients, seeds);

        let read = Store::open(":memory:")?;
        read.join(manifest)?;
        let keys = readings.keys();
        read.plan(keys.map(|(problem, solver, seed)| (self.suite, problem.as_str(), solver.clone(), *seed)))?;
        for reading in readings.into_values() {
            read.insert(&self.row(reading))?;
        }
        Ok(Imported { runs: store.merge(&read)?, beyond_budget })
    }

    fn row(&self, reading: Reading) -> Row {
        let Reading { history, evaluations, failed, .. } = reading;
        Row {
            suite: self.suite.to_owned(),
            value: history.values.last().map(|(_, value)| *value),
            counts: [evaluations, 0, failed],
            ended: format!("imported: {}", self.provenance),
            converged: false,
            x: String::new(),
            seconds: 0.0,
            overhead: None,
            history,
        }
    }

    fn read(&self) -> Result<(BTreeMap<Key, Reading>, u64), ImportError> {
        let wrong =
            |error: csv::Error| ImportError::File { path: self.path.to_owned(), reason: error.to_string() };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(self.path).map_err(wrong)?;
        let columns = Columns::of(self.path, reader.headers().map_err(wrong)?)?;
        let (mut readings, mut beyond_budget) = (BTreeMap::new(), 0);
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(wrong)? {
            let row = record.position().map_or(0, csv::Position::line);
            let cells = Cells { path: self.path, row, record: &record, columns: &columns };
            beyond_budget += u64::from(!self.take(&cells, &mut readings)?);
        }
        Ok((readings, beyond_budget))
    }

    /// Takes a row. Returns `false` if it is beyond the budget.
    fn take(&self, cells: &Cells<'_>, readings: &mut BTreeMap<Key, Reading>) -> Result<bool, ImportError> {
        let (problem, solver) = (cells.name("problem")?, cells.name("solver")?);
        let seed = cells.count("seed", 0)?;
        let evaluation = cells.count("evaluation", 1)?;
        let (value, violation) = (cells.value()?, cells.violation()?);
        let reading = match readings.entry((problem.clone(), solver.clone(), seed)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let dimension = self.dimension(cells, &problem, seed)?;
                let history =
                    History { problem: problem.clone(), solver, seed, dimension, values: Vec::new() };
                entry.insert(Reading { history, evaluations: 0, failed: 0, last: 0 })
            }
        };
        if evaluation <= reading.last {
            let expected = format!("more than {}, the one before it in this run", reading.last);
            return Err(cells.wrong("evaluation", &expected));
        }
        reading.last = evaluation;
        if evaluation == 1 {
            self.check_start(cells, &problem, seed, value)?;
        }
        if evaluation > self.simplex_gradients.saturating_mul(reading.history.dimension as u64 + 1) {
            return Ok(false);
        }
        reading.note(evaluation, value, violation);
        Ok(true)
    }

    /// The number of coordinates: that of the problem, which the column must not contradict, or the column's.
    fn dimension(&self, cells: &Cells<'_>, problem: &str, seed: u64) -> Result<usize, ImportError> {
        let case = self.cases.iter().find(|case| case.name() == problem);
        let known = case.and_then(|case| case.problem(seed).ok()).map(|problem| problem.dimension());
        if known.is_none() && !self.cases.is_empty() {
            return Err(cells.wrong("problem", &format!("a problem of the suite {}", self.suite)));
        }
        let given = cells.get("n").map(|_| cells.count("n", 1)).transpose()?.map(|n| n as usize);
        match (known, given) {
            (Some(known), Some(given)) if known != given => {
                Err(cells.wrong("n", &format!("{known}, as {problem} has it")))
            }
            (Some(n), _) | (None, Some(n)) => Ok(n),
            (None, None) => Err(ImportError::Columns {
                path: self.path.to_owned(),
                reason: format!("there is no column n, and {} is no suite of this program", self.suite),
            }),
        }
    }

    /// Refuses a first value that is not that of the start, of a problem that is known here and without noise.
    fn check_start(
        &self,
        cells: &Cells<'_>,
        problem: &str,
        seed: u64,
        value: Option<f64>,
    ) -> Result<(), ImportError> {
        let case = self.cases.iter().find(|case| case.name() == problem && case.truth().is_none());
        let Some(known) = case.and_then(|case| case.problem(seed).ok()) else { return Ok(()) };
        let at_start = known.objective().value(known.start());
        match (at_start, value) {
            (Ok(expected), Some(value))
                if (value - expected).abs() > ANOTHER_VALUE * expected.abs().max(1.0) =>
            {
                Err(cells.wrong(
                    "value",
                    &format!("{expected} in evaluation 1, which is at the start of {problem}"),
                ))
            }
            _ => Ok(()),
        }
    }
}

impl Reading {
    /// Takes an evaluation; a value counts if no constraint is violated by more than [`TOLERANCE`].
    fn note(&mut self, evaluation: u64, value: Option<f64>, violation: f64) {
        self.evaluations = evaluation;
        let Some(value) = value else {
            self.failed += 1;
            return;
        };
        let least = self.history.values.last().map_or(f64::INFINITY, |(_, least)| *least);
        if violation <= TOLERANCE && value < least {
            self.history.values.push((evaluation, value));
        }
    }
}

const NEEDED: [&str; 5] = ["problem", "solver", "seed", "evaluation", "value"];

/// The places of the columns.
struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    fn of(path: &Path, names: &csv::StringRecord) -> Result<Self, ImportError> {
        let wrong = |reason: String| ImportError::Columns { path: path.to_owned(), reason };
        let mut columns = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            let known = NEEDED.into_iter().chain(["violation", "n"]).find(|known| *known == name);
            let known = known.ok_or_else(|| wrong(format!("there is a column `{name}`")))?;
            if columns.insert(known, place).is_some() {
                return Err(wrong(format!("there are two columns {name}")));
            }
        }
        match NEEDED.iter().find(|name| !columns.contains_key(*name)) {
            Some(name) => Err(wrong(format!("there is no column {name}"))),
            None => Ok(Columns(columns)),
        }
    }
}

/// A row of the file.
struct Cells<'c> {
    path: &'c Path,
    row: u64,
    record: &'c csv::StringRecord,
    columns: &'c Columns,
}

impl Cells<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        self.columns.0.get(column).and_then(|place| self.record.get(*place))
    }

    fn wrong(&self, column: &'static str, expected: &str) -> ImportError {
        let value = search::shown(self.get(column).unwrap_or_default(), 60);
        let (path, row, expected) = (self.path.to_owned(), self.row, expected.to_owned());
        ImportError::Cell { path, row, column, value, expected }
    }

    fn name(&self, column: &'static str) -> Result<String, ImportError> {
        let name = self.get(column).unwrap_or_default();
        if name.is_empty() || name.contains(char::is_control) {
            return Err(self.wrong(column, "at least one character, and no control characters"));
        }
        Ok(name.to_owned())
    }

    fn count(&self, column: &'static str, least: u64) -> Result<u64, ImportError> {
        let number = self.get(column).and_then(|cell| cell.parse().ok()).filter(|number| *number >= least);
        number.ok_or_else(|| self.wrong(column, &format!("a whole number, at least {least}")))
    }

    /// The value; `None` for a failed evaluation.
    fn value(&self) -> Result<Option<f64>, ImportError> {
        match self.get("value").unwrap_or_default() {
            "" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(value) => Ok(Some(value).filter(|value| value.is_finite())),
                Err(_) => Err(self.wrong("value", "a number, or nothing where the evaluation failed")),
            },
        }
    }

    /// The violation; infinite where it is NaN.
    fn violation(&self) -> Result<f64, ImportError> {
        let Some(cell) = self.get("violation") else { return Ok(0.0) };
        match cell.parse::<f64>() {
            Ok(violation) if violation.is_nan() => Ok(f64::INFINITY),
            Ok(violation) if violation >= 0.0 => Ok(violation),
            _ => Err(self.wrong("violation", "a number, at least 0")),
        }
    }
}
