//! Answers: what a network says of a sample, with the names of targets or classes.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::{Sheet, Values, listed};
use crate::{TableError, TableFault};

/// What the outputs of a network are: numbers, or the probabilities of classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// One number for each target.
    Numbers {
        /// Names of the target columns.
        targets: Vec<String>,
    },
    /// One of the classes of a target.
    Classes {
        /// Name of the target column.
        target: String,
        /// The classes, two or more: numbers sorted by value, texts by their characters.
        classes: Vec<String>,
    },
}

impl Answer {
    /// Number of rows of the target matrix: one for each number; for two classes one row, which is 1 where the
    /// sample is of the second class; for more, a row for each.
    pub fn rows(&self) -> usize {
        match self {
            Answer::Numbers { targets } => targets.len(),
            Answer::Classes { classes, .. } if classes.len() == 2 => 1,
            Answer::Classes { classes, .. } => classes.len(),
        }
    }

    /// Names of the target columns.
    pub fn targets(&self) -> &[String] {
        match self {
            Answer::Numbers { targets } => targets,
            Answer::Classes { target, .. } => std::slice::from_ref(target),
        }
    }

    /// The classes; none if the answers are numbers.
    pub fn classes(&self) -> &[String] {
        match self {
            Answer::Numbers { .. } => &[],
            Answer::Classes { classes, .. } => classes,
        }
    }

    /// The targets (rows × samples) in a sheet with their columns.
    ///
    /// # Errors
    /// A [`TableError`] for a column that is not there, a missing cell, text where numbers are expected, or a
    /// class that is none of these.
    pub fn encode(&self, sheet: &Sheet) -> Result<Array2<f64>, TableError> {
        self.rows_of(sheet).map_err(|fault| sheet.error(fault))
    }

    fn rows_of(&self, sheet: &Sheet) -> Result<Array2<f64>, TableFault> {
        let mut rows = Array2::zeros((self.rows(), sheet.rows()));
        for (place, name) in self.targets().iter().enumerate() {
            let values = sheet.required(name, "the target")?;
            for sample in 0..sheet.rows() {
                let cell = || sheet.cell(name, values, sample);
                if values.is_missing(sample) {
                    return Err(TableFault::MissingCell { cell: cell() });
                }
                match (self, values) {
                    (Answer::Numbers { .. }, Values::Numbers(numbers)) => {
                        rows[[place, sample]] = numbers[sample];
                    }
                    (Answer::Numbers { .. }, Values::Text(_)) => {
                        return Err(sheet.not_numbers(name, values, sample));
                    }
                    (Answer::Classes { classes, .. }, _) => {
                        let text = values.text(sample);
                        let class = classes.iter().position(|class| *class == text);
                        let unknown = || TableFault::UnknownValue { cell: cell(), known: listed(classes) };
                        match (class.ok_or_else(unknown)?, classes.len()) {
                            (class, 2) => rows[[0, sample]] = class as f64,
                            (class, _) => rows[[class, sample]] = 1.0,
                        }
                    }
                }
            }
        }
        Ok(rows)
    }
}
