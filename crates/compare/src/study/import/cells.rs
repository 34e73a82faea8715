//! The cells of a file of histories.

use std::collections::BTreeMap;
use std::path::Path;

use super::ImportError;

const NEEDED: [&str; 5] = ["problem", "solver", "seed", "evaluation", "value"];

const OPTIONAL: [&str; 5] = ["suite", "violation", "n", "seconds", "round"];

/// The places of the columns.
pub(super) struct Columns(BTreeMap<&'static str, usize>);

impl Columns {
    pub(super) fn of(path: &Path, names: &csv::StringRecord) -> Result<Self, ImportError> {
        let wrong = |reason: String| ImportError::Columns { path: path.to_owned(), reason };
        let mut columns = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            let known = NEEDED.into_iter().chain(OPTIONAL).find(|known| *known == name);
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
pub(super) struct Cells<'c> {
    pub(super) path: &'c Path,
    pub(super) row: u64,
    pub(super) record: &'c csv::StringRecord,
    pub(super) columns: &'c Columns,
}

/// What a row says of its evaluation.
pub(super) struct Evaluation {
    /// From 1; 0 for a run without evaluations.
    pub(super) number: u64,
    /// The value; `None` where the evaluation failed.
    pub(super) value: Option<f64>,
    /// The violation, if it is known.
    pub(super) violation: Option<f64>,
    /// Seconds since the run began.
    pub(super) seconds: Option<f64>,
    pub(super) round: Option<u64>,
}

impl Cells<'_> {
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        self.columns.0.get(column).and_then(|place| self.record.get(*place))
    }

    pub(super) fn wrong(&self, column: &'static str, expected: &str) -> ImportError {
        let value = search::shown(self.get(column).unwrap_or_default(), 60);
        let (path, row, expected) = (self.path.to_owned(), self.row, expected.to_owned());
        ImportError::Cell { path, row, column, value, expected }
    }

    pub(super) fn name(&self, column: &'static str) -> Result<String, ImportError> {
        let name = self.get(column).unwrap_or_default();
        if name.is_empty() || name.contains(char::is_control) {
            return Err(self.wrong(column, "at least one character, and no control characters"));
        }
        Ok(name.to_owned())
    }

    pub(super) fn count(&self, column: &'static str, least: u64) -> Result<u64, ImportError> {
        let number = self.get(column).and_then(|cell| cell.parse().ok()).filter(|number| *number >= least);
        number.ok_or_else(|| self.wrong(column, &format!("a whole number, at least {least}")))
    }

    pub(super) fn evaluation(&self) -> Result<Evaluation, ImportError> {
        let value = self.value()?;
        // A run without evaluations has no value.
        let number = self.count("evaluation", u64::from(value.is_some()))?;
        let (violation, seconds, round) = (self.violation()?, self.seconds()?, self.round()?);
        Ok(Evaluation { number, value, violation, seconds, round })
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

    /// The violation, infinite where it is NaN, if it is known.
    fn violation(&self) -> Result<Option<f64>, ImportError> {
        match self.get("violation").unwrap_or_default() {
            "" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(violation) if violation.is_nan() => Ok(Some(f64::INFINITY)),
                Ok(violation) if violation >= 0.0 => Ok(Some(violation)),
                _ => Err(self.wrong("violation", "a number, at least 0, or nothing where it is not known")),
            },
        }
    }

    /// The round, if it is known.
    fn round(&self) -> Result<Option<u64>, ImportError> {
        match self.get("round").unwrap_or_default() {
            "" => Ok(None),
            _ => self.count("round", 0).map(Some),
        }
    }

    /// The seconds, if they are known.
    fn seconds(&self) -> Result<Option<f64>, ImportError> {
        match self.get("seconds").unwrap_or_default() {
            "" => Ok(None),
            cell => match cell.parse::<f64>() {
                Ok(seconds) if seconds >= 0.0 && seconds.is_finite() => Ok(Some(seconds)),
                _ => Err(self.wrong("seconds", "a number, at least 0, or nothing where it is not known")),
            },
        }
    }
}
