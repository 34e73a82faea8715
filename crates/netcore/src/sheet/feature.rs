//! Features: columns of a sheet as rows of numbers for a network, the same way for data to fit and new data.

use ndarray::{Array2, ArrayViewMut2, s};
use serde::{Deserialize, Serialize};

use super::{Sheet, Values, listed};
use crate::{TableError, TableFault};

/// What a network reads of a sheet: its features by name, each with its encoding. Columns may come in any
/// order, and others may stand between them.
///
/// [`Choice::prepare`](crate::Choice::prepare) makes it, or [`numbers`](Features::numbers); a [`Model`](crate::Model)
/// keeps it in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Features(pub(super) Vec<Feature>);

/// One feature: a column, and the rows of numbers it becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Name of the column.
    pub name: String,
    /// How its values become numbers.
    pub encoding: Encoding,
    /// What stands in the feature's rows where the cell is missing; `None` if none may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Vec<f64>>,
    /// Whether one more row is 1 where the cell is missing and 0 elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub indicator: bool,
}

/// How the values of a column become numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Encoding {
    /// The numbers themselves, in one row.
    Number,
    /// A row for each value, 1 where the cell has it and 0 elsewhere.
    OneHot(Vec<String>),
    /// The place of the value in this order, from 0, in one row.
    Ordinal(Vec<String>),
}

impl Encoding {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Encoding::Number | Encoding::Ordinal(_) => 1,
            Encoding::OneHot(values) => values.len(),
        }
    }

    /// Writes the rows of one sample; `false` if the value is unknown.
    fn write(&self, values: &Values, sample: usize, mut rows: ArrayViewMut2<'_, f64>) -> bool {
        if let (Encoding::Number, Values::Numbers(numbers)) = (self, values) {
            rows[[0, sample]] = numbers[sample];
            return true;
        }
        let text = values.text(sample);
        let place = |known: &[String]| known.iter().position(|value| *value == text);
        match self {
            Encoding::Number => false,
            Encoding::OneHot(known) => place(known).map(|place| rows[[place, sample]] = 1.0).is_some(),
            Encoding::Ordinal(known) => place(known).map(|place| rows[[0, sample]] = place as f64).is_some(),
        }
    }
}

impl Feature {
    /// Number of rows of numbers, with that of the indicator.
    pub fn rows(&self) -> usize {
        self.encoding.rows() + usize::from(self.indicator)
    }

    /// Names of the rows: `age`, `region=north`, `age missing`.
    pub fn row_names(&self) -> impl Iterator<Item = String> + '_ {
        let name = &self.name;
        let values: Vec<String> = match &self.encoding {
            Encoding::Number | Encoding::Ordinal(_) => vec![name.clone()],
            Encoding::OneHot(values) => values.iter().map(|value| format!("{name}={value}")).collect(),
        };
        values.into_iter().chain(self.indicator.then(|| format!("{name} missing")))
    }

    /// Writes the feature's rows (rows × samples, all zero before) from its column.
    pub(super) fn encode(&self, sheet: &Sheet, mut rows: ArrayViewMut2<'_, f64>) -> Result<(), TableFault> {
        let values = sheet.required(&self.name, "a feature")?;
        for sample in 0..sheet.rows() {
            let cell = || sheet.cell(&self.name, values, sample);
            if values.is_missing(sample) {
                let Some(fill) = &self.fill else { return Err(TableFault::MissingCell { cell: cell() }) };
                fill.iter().enumerate().for_each(|(row, &value)| rows[[row, sample]] = value);
                if self.indicator {
                    rows[[fill.len(), sample]] = 1.0;
                }
            } else if !self.encoding.write(values, sample, rows.view_mut()) {
                return Err(match &self.encoding {
                    Encoding::Number => sheet.not_numbers(&self.name, values, sample),
                    Encoding::OneHot(known) | Encoding::Ordinal(known) => {
                        TableFault::UnknownValue { cell: cell(), known: listed(known) }
                    }
                });
            }
        }
        Ok(())
    }
}

impl Features {
    /// Features of numbers with these names, none of which may be missing.
    ///
    /// ```
    /// let features = netcore::Features::numbers(["age", "income"]);
    /// assert_eq!(features.row_names(), ["age", "income"]);
    /// ```
    pub fn numbers<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let feature =
            |name: N| Feature { name: name.into(), encoding: Encoding::Number, fill: None, indicator: false };
        Features(names.into_iter().map(feature).collect())
    }

    /// The features, in the order of their rows.
    pub fn all(&self) -> &[Feature] {
        &self.0
    }

    /// Number of rows of numbers: the network's inputs.
    pub fn rows(&self) -> usize {
        self.0.iter().map(Feature::rows).sum()
    }

    /// Names of the rows, in their order.
    pub fn row_names(&self) -> Vec<String> {
        self.0.iter().flat_map(Feature::row_names).collect()
    }

    /// The inputs of a network (rows × samples) from the columns of a sheet with the features' names.
    ///
    /// # Errors
    /// A [`TableError`] for a column that is not there, a missing cell where there was none in the data of the
    /// fit, text where numbers are expected, or a text that the encoding does not know.
    pub fn encode(&self, sheet: &Sheet) -> Result<Array2<f64>, TableError> {
        let mut inputs = Array2::zeros((self.rows(), sheet.rows()));
        let mut first = 0;
        for feature in &self.0 {
            let last = first + feature.rows();
            let rows = inputs.slice_mut(s![first..last, ..]);
            feature.encode(sheet, rows).map_err(|fault| sheet.error(fault))?;
            first = last;
        }
        Ok(inputs)
    }
}
