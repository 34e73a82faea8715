//! Histories made elsewhere, read from CSV.

mod cells;
mod error;
mod reading;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use serde_json::json;

use self::cells::{Cells, Columns};
use self::reading::Reading;
use super::{Manifest, Store};
use crate::Case;
use crate::analysis::History;

pub use self::error::ImportError;

/// The relative difference at which a first value is not that of the start.
const ANOTHER_VALUE: f64 = 1e-6;

/// Histories in a CSV file, and what is known about them.
///
/// The columns, in any order, are `problem`, `solver`, `seed`, `evaluation` (from 1, rising in each run; 0 stands for a run
/// without evaluations), `value` (empty or NaN where the evaluation failed), and optionally
///
/// - `suite`: rows of other suites are left out;
/// - `violation`: the largest of a constraint, at least 0; a value with more than [`TOLERANCE`](crate::TOLERANCE) does not
///   count, one with an empty cell does;
/// - `n`: the number of coordinates, which is needed where the suite is not one of the given problems;
/// - `seconds`: since the run began, empty where not known;
/// - `round`: how often the search has waited for values, this evaluation included; empty where not known.
///
/// Evaluation 1 is at the problem's start, or where that is outside the bounds or off the grid, at the nearest point there.
/// Where it violates linear constraints, solvers may begin elsewhere, and its value is not checked.
/// [`histories_csv`](super::histories_csv) writes such a file.
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

impl Import<'_> {
    /// Reads the histories and adds them to a study, all or none of them.
    ///
    /// # Errors
    /// [`ImportError`]; [`StoreError::Disagreement`] where the study has another run of the same problem, solver and seed,
    /// and [`StoreError::OtherStudy`] if its budget or the provenance of a solver differs.
    ///
    /// [`StoreError::Disagreement`]: super::StoreError::Disagreement
    /// [`StoreError::OtherStudy`]: super::StoreError::OtherStudy
    pub fn into_study(self, store: &Store) -> Result<Imported, ImportError> {
        if self.provenance.trim().is_empty() {
            return Err(ImportError::Provenance);
        }
        let (readings, beyond_budget) = self.read()?;
        if readings.is_empty() {
            return Err(ImportError::NoRow { path: self.path.to_owned(), suite: self.suite.to_owned() });
        }
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
            read.insert(&reading.row(self.suite, self.provenance))?;
        }
        Ok(Imported { runs: store.merge(&read)?, beyond_budget })
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
            if self.is_of_suite(&cells)? {
                beyond_budget += u64::from(!self.take(&cells, &mut readings)?);
            }
        }
        Ok((readings, beyond_budget))
    }

    /// Takes a row. Returns `false` if it is beyond the budget.
    fn take(&self, cells: &Cells<'_>, readings: &mut BTreeMap<Key, Reading>) -> Result<bool, ImportError> {
        let (problem, solver) = (cells.name("problem")?, cells.name("solver")?);
        let seed = cells.count("seed", 0)?;
        let evaluation = cells.evaluation()?;
        let reading = match readings.entry((problem.clone(), solver.clone(), seed)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let dimension = self.dimension(cells, &problem, seed)?;
                let history =
                    History { problem: problem.clone(), solver, seed, dimension, values: Vec::new() };
                entry.insert(Reading::new(history))
            }
        };
        if let Some(last) = reading.last.filter(|last| evaluation.number <= *last) {
            let expected = format!("more than {last}, the one before it in this run");
            return Err(cells.wrong("evaluation", &expected));
        }
        reading.last = Some(evaluation.number);
        if evaluation.number == 1 {
            self.check_start(cells, &problem, seed, evaluation.value)?;
        }
        if evaluation.number > self.simplex_gradients.saturating_mul(reading.history.dimension as u64 + 1) {
            return Ok(false);
        }
        reading.note(&evaluation);
        Ok(true)
    }

    /// Returns `false` for a row whose column `suite` names another.
    fn is_of_suite(&self, cells: &Cells<'_>) -> Result<bool, ImportError> {
        match cells.get("suite") {
            None => Ok(true),
            Some(_) => Ok(cells.name("suite")? == self.suite),
        }
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
        let mut start = known.start().to_vec();
        known.bounds().project(&mut start);
        if let Some(grid) = known.grid() {
            grid.round(&mut start);
        }
        if known.linear().is_some_and(|rows| rows.violation(&start) > 0.0) {
            return Ok(());
        }
        match (known.objective().value(&start), value) {
            (Ok(expected), Some(value))
                if (value - expected).abs() > ANOTHER_VALUE * expected.abs().max(1.0) =>
            {
                let at = format!("evaluation 1, which is at the start of {problem}, within its bounds");
                Err(cells.wrong("value", &format!("{expected} in {at}")))
            }
            _ => Ok(()),
        }
    }
}
