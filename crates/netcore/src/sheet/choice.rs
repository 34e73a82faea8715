//! What the columns of a sheet are for, and the data of a fit that this makes of them.

use std::collections::BTreeSet;

use ndarray::Array2;

use super::{Answer, Encoding, Feature, Features, Sheet, Values};
use crate::{TableError, TableFault};

/// The most texts of a one-hot column.
const MOST_VALUES: usize = 64;

/// What the columns of a sheet are for. Every column that is neither a target nor ignored is a feature.
///
/// ```
/// use netcore::{Choice, Format, Missing, Sheet};
/// use ndarray::array;
///
/// let csv = "id,size,grade,price\n7,1,good,10\n8,,poor,6\n9,3,good,30\n";
/// let sheet = Sheet::from_reader("goods.csv", csv.as_bytes(), &Format::default())?;
/// let choice = Choice {
///     ignore: vec!["id".to_owned()],
///     orders: vec![("grade".to_owned(), vec!["poor".to_owned(), "good".to_owned()])],
///     missing: Missing::Mean,
///     ..Choice::targets(["price"])
/// };
/// let prepared = choice.prepare(&sheet)?;
/// assert_eq!(prepared.inputs, array![[1.0, 2.0, 3.0], [1.0, 0.0, 1.0]]);
/// assert_eq!(prepared.targets, array![[10.0, 6.0, 30.0]]);
/// # Ok::<(), netcore::TableError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Names of the target columns, at least one.
    pub targets: Vec<String>,
    /// Whether the target is read as classes even if it is a column of numbers; text always is. Default
    /// `false`.
    pub classes: bool,
    /// Columns that are neither features nor targets.
    pub ignore: Vec<String>,
    /// Columns whose values have an order, and the values in it; other columns of text are one-hot.
    pub orders: Vec<(String, Vec<String>)>,
    /// What becomes of missing cells. Default [`Missing::Refuse`].
    pub missing: Missing,
}

/// What becomes of missing cells of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// They are an error.
    #[default]
    Refuse,
    /// Rows with a missing cell are left out, also those whose target is missing. In new data they are an
    /// error, since each row is to have an answer.
    Drop,
    /// The mean of the feature's rows over the samples where it is there takes their place.
    Mean,
    /// The same, and a row of its own says for each feature with missing cells where they are.
    Indicator,
}

/// The data of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// How inputs come from a sheet.
    pub features: Features,
    /// What the outputs are.
    pub answer: Answer,
    /// Inputs, rows × samples.
    pub inputs: Array2<f64>,
    /// Targets, rows × samples.
    pub targets: Array2<f64>,
    /// The rows of the sheet, from 0, that are samples: all but those left out.
    pub samples: Vec<usize>,
}

impl Choice {
    /// These targets; all other columns are features.
    pub fn targets<N: Into<String>>(targets: impl IntoIterator<Item = N>) -> Self {
        Choice { targets: targets.into_iter().map(Into::into).collect(), ..Choice::default() }
    }

    /// Finds encodings and classes in a sheet, and makes the data of a fit of it.
    ///
    /// # Errors
    /// A [`TableError`] for columns that are not there or have two roles, no features, missing cells that are
    /// refused, a feature of numbers and text together or of more than 64 texts, fewer than two classes, or
    /// several targets that are not all numbers.
    pub fn prepare(&self, sheet: &Sheet) -> Result<Prepared, TableError> {
        self.prepared(sheet).map_err(|fault| sheet.error(fault))?
    }

    fn prepared(&self, sheet: &Sheet) -> Result<Result<Prepared, TableError>, TableFault> {
        self.check_roles(sheet)?;
        let names: Vec<&str> = sheet.names().filter(|name| self.is_feature(name)).collect();
        if names.is_empty() {
            return Err(TableFault::NoFeatures { name: self.targets.join(", ") });
        }
        let samples = self.samples(sheet, &names)?;
        let sheet = &sheet.select(&samples);
        let answer = self.answer(sheet)?;
        let features = names.iter().map(|name| self.feature(sheet, name)).collect::<Result<_, _>>()?;
        let features = Features(features);
        // These know the file.
        let encoded = features.encode(sheet).and_then(|inputs| Ok((inputs, answer.encode(sheet)?)));
        Ok(encoded.map(|(inputs, targets)| Prepared { features, answer, inputs, targets, samples }))
    }

    fn is_feature(&self, name: &str) -> bool {
        ![&self.targets, &self.ignore].into_iter().flatten().any(|other| other == name)
    }

    fn check_roles(&self, sheet: &Sheet) -> Result<(), TableFault> {
        let ordered = self.orders.iter().map(|(name, _)| (name, "ordered"));
        let roles = self.targets.iter().map(|name| (name, "the target"));
        let roles: Vec<_> =
            roles.chain(self.ignore.iter().map(|name| (name, "ignored"))).chain(ordered).collect();
        for (place, &(name, second)) in roles.iter().enumerate() {
            sheet.required(name, second)?;
            if let Some(&(_, first)) = roles[..place].iter().find(|(other, _)| *other == name) {
                return Err(TableFault::TwoRoles { name: name.clone(), first, second });
            }
        }
        for (column, order) in &self.orders {
            if order.len() < 2 || order.iter().collect::<BTreeSet<_>>().len() < order.len() {
                return Err(TableFault::Order { column: column.clone(), order: order.join(", ") });
            }
        }
        if self.targets.is_empty() {
            let columns = sheet.names().collect::<Vec<_>>().join(", ");
            return Err(TableFault::UnknownColumn { role: "the target", name: String::new(), columns });
        }
        Ok(())
    }

    /// The rows that are samples.
    fn samples(&self, sheet: &Sheet, features: &[&str]) -> Result<Vec<usize>, TableFault> {
        let all = 0..sheet.rows();
        if self.missing != Missing::Drop {
            return Ok(all.collect());
        }
        let used = features.iter().copied().chain(self.targets.iter().map(String::as_str));
        let used: Vec<&Values> = used.filter_map(|name| sheet.column(name)).collect();
        let complete = |&row: &usize| !used.iter().any(|values| values.is_missing(row));
        let samples: Vec<usize> = all.filter(complete).collect();
        if samples.is_empty() { Err(TableFault::NoRowLeft { rows: sheet.rows() }) } else { Ok(samples) }
    }

    fn answer(&self, sheet: &Sheet) -> Result<Answer, TableFault> {
        let is_text = |name: &String| matches!(sheet.column(name), Some(Values::Text(_)));
        if !self.classes && !self.targets.iter().any(is_text) {
            return Ok(Answer::Numbers { targets: self.targets.clone() });
        }
        let [target] = &self.targets[..] else {
            return Err(TableFault::SeveralTargets { columns: self.targets.join(", ") });
        };
        let values = sheet.required(target, "the target")?;
        if let (false, Some(cell)) = (self.classes, sheet.mixed_cell(target)) {
            return Err(TableFault::MixedTarget { cell: cell.clone() });
        }
        let classes = different(values);
        match &classes[..] {
            // A column without any value: the encoding reports its cells.
            [] => Err(TableFault::MissingCell { cell: sheet.cell(target, values, 0) }),
            [class] => Err(TableFault::OneClass { column: target.clone(), class: class.clone() }),
            classes if classes.len() > MOST_VALUES => Err(TableFault::TooManyClasses {
                column: target.clone(),
                classes: classes.len(),
                samples: sheet.rows(),
            }),
            _ => Ok(Answer::Classes { target: target.clone(), classes }),
        }
    }

    fn feature(&self, sheet: &Sheet, name: &str) -> Result<Feature, TableFault> {
        let values = sheet.required(name, "a feature")?;
        let order = self.orders.iter().find(|(column, _)| column == name).map(|(_, order)| order.clone());
        let encoding = match (order, values) {
            (Some(order), _) => Encoding::Ordinal(order),
            (None, Values::Numbers(_)) => Encoding::Number,
            (None, Values::Text(_)) => {
                if let Some(cell) = sheet.mixed_cell(name) {
                    return Err(TableFault::MixedFeature { cell: cell.clone() });
                }
                let known = different(values);
                if known.len() > MOST_VALUES {
                    let (column, values, most) = (name.to_owned(), known.len(), MOST_VALUES);
                    return Err(TableFault::TooManyValues { column, values, most });
                }
                Encoding::OneHot(known)
            }
        };
        let missing = (0..sheet.rows()).any(|row| values.is_missing(row));
        let mut feature = Feature { name: name.to_owned(), encoding, fill: None, indicator: false };
        if matches!(self.missing, Missing::Mean | Missing::Indicator) {
            feature.fill = Some(vec![0.0; feature.rows()]);
            feature.fill = Some(means(&feature, sheet, values)?);
            feature.indicator = missing && self.missing == Missing::Indicator;
        }
        Ok(feature)
    }
}

/// The means of a feature's rows over the samples where it is there; zero if there are none.
fn means(feature: &Feature, sheet: &Sheet, values: &Values) -> Result<Vec<f64>, TableFault> {
    let mut rows = Array2::zeros((feature.rows(), sheet.rows()));
    feature.encode(sheet, rows.view_mut())?;
    let there = (0..sheet.rows()).filter(|&row| !values.is_missing(row)).count().max(1) as f64;
    Ok(rows.rows().into_iter().map(|row| row.sum() / there).collect())
}

/// The different values of a column: numbers sorted by value, texts by their characters.
fn different(values: &Values) -> Vec<String> {
    match values {
        Values::Numbers(numbers) => {
            // 0 and -0 are one number.
            let mut sorted: Vec<f64> = numbers.iter().filter(|n| !n.is_nan()).map(|n| n + 0.0).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            sorted.dedup();
            sorted.iter().map(f64::to_string).collect()
        }
        Values::Text(texts) => texts.iter().flatten().collect::<BTreeSet<_>>().into_iter().cloned().collect(),
    }
}

impl Sheet {
    /// These rows of the sheet, which keep their lines in errors.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Sheet {
        let values = |values: &Values| match values {
            Values::Numbers(numbers) => Values::Numbers(rows.iter().map(|&row| numbers[row]).collect()),
            Values::Text(texts) => Values::Text(rows.iter().map(|&row| texts[row].clone()).collect()),
        };
        Sheet {
            name: self.name.clone(),
            columns: self.columns.iter().map(|(name, all)| (name.clone(), values(all))).collect(),
            places: rows.iter().map(|&row| self.places[row]).collect(),
            mixed: self.mixed.clone(),
        }
    }
}
