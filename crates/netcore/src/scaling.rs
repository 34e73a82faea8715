//! The scaling of a network's data: constant rows are removed, the others are mapped onto one range.

use ndarray::{Array2, Axis};
use serde::{Deserialize, Serialize};

use crate::minmax::{self, Row};
use crate::{Error, MinMax};

/// Maps data to the numbers that a network works on, and back: MATLAB's `removeconstantrows` followed by
/// `mapminmax`, the default of `feedforwardnet` on both sides.
///
/// A row with the same finite value in every sample contains no information and has no range, so it is
/// removed and has no weights. The reverse mapping restores it as its constant. New data contain all rows;
/// the values of removed rows do not matter.
///
/// ```
/// use ndarray::array;
/// use netcore::Scaling;
///
/// let x = array![[1.0, 2.0, 3.0], [2023.0, 2023.0, 2023.0]];
/// let scaling = Scaling::fit(&x)?;
/// let y = scaling.apply(&x)?;
/// assert_eq!(y, array![[-1.0, 0.0, 1.0]]);
/// assert_eq!(scaling.reverse(&y)?, x);
/// # Ok::<(), netcore::Error>(())
/// ```
#[doc(alias = "removeconstantrows")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Scaling {
    /// The mapping of the rows that are kept.
    #[serde(flatten)]
    min_max: MinMax,
    /// In ascending order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removed: Vec<RemovedRow>,
}

/// A row of the data that was constant, and is removed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovedRow {
    /// Its place in the data, from 0.
    pub row: usize,
    /// Its value in every sample.
    pub value: f64,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    low: f64,
    high: f64,
    rows: Vec<Row>,
    #[serde(default)]
    removed: Vec<RemovedRow>,
}

impl TryFrom<Unchecked> for Scaling {
    type Error = Error;

    fn try_from(Unchecked { low, high, rows, removed }: Unchecked) -> Result<Self, Error> {
        let all = rows.len() + removed.len();
        let min_max = MinMax::try_from(minmax::Unchecked { low, high, rows })?;
        let mut free = 0..all;
        for &RemovedRow { row, value } in &removed {
            if !free.contains(&row) || !value.is_finite() {
                return Err(Error::RemovedRow { row, value, rows: all });
            }
            free.start = row + 1;
        }
        Ok(Scaling { min_max, removed })
    }
}

impl From<MinMax> for Scaling {
    /// All rows are kept.
    fn from(min_max: MinMax) -> Self {
        Scaling { min_max, removed: Vec::new() }
    }
}

impl Scaling {
    /// Learns which rows are constant, and maps each of the others from its own range onto `[-1, 1]`
    /// ([`MinMax::fit`]).
    ///
    /// # Errors
    /// [`Error::NoSamples`] for a matrix without columns.
    pub fn fit(data: &Array2<f64>) -> Result<Self, Error> {
        let constant = |row: usize| {
            let value = *data.row(row).first()?;
            let constant = value.is_finite() && data.row(row).iter().all(|&other| other == value);
            constant.then_some(RemovedRow { row, value })
        };
        let removed: Vec<RemovedRow> = (0..data.nrows()).filter_map(constant).collect();
        let kept: Vec<usize> = kept(data.nrows(), &removed).collect();
        Ok(Scaling { min_max: MinMax::fit(&data.select(Axis(0), &kept))?, removed })
    }

    /// Learns which rows are constant, and maps each of the others to mean 0 and standard deviation 1: MATLAB's
    /// `removeconstantrows` followed by `mapstd`.
    ///
    /// Each sample counts with its weight ω: `m = Σ ω x / Σ ω`, `σ² = Σ ω (x - m)² / Σ ω`. (`mapstd` divides by
    /// N - 1 samples.) The mapping is stored as the one of `[m - σ, m + σ]` onto `[-1, 1]`.
    ///
    /// ```
    /// use ndarray::array;
    /// use netcore::Scaling;
    ///
    /// let scaling = Scaling::standardize(&array![[1.0, 3.0, 1.0, 3.0]], &[1.0; 4])?;
    /// assert_eq!(scaling.apply(&array![[2.0, 3.0, 5.0]])?, array![[0.0, 1.0, 3.0]]);
    /// # Ok::<(), netcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoSamples`] for a matrix without columns, [`Error::Shape`] unless there is a weight for each
    /// sample.
    #[doc(alias = "mapstd")]
    pub fn standardize(data: &Array2<f64>, weights: &[f64]) -> Result<Self, Error> {
        if weights.len() != data.ncols() {
            return Err(Error::Shape {
                what: "the list of sample weights".to_owned(),
                given: (1, weights.len()),
                expected: (1, data.ncols()),
            });
        }
        let Scaling { removed, .. } = Scaling::fit(data)?;
        let kept: Vec<usize> = kept(data.nrows(), &removed).collect();
        let mut ends = Array2::zeros((kept.len(), 2));
        let total: f64 = weights.iter().sum();
        let mean_of = |values: &mut dyn Iterator<Item = f64>| {
            values.zip(weights).map(|(value, weight)| weight * value).sum::<f64>() / total
        };
        for (mut ends, &row) in ends.rows_mut().into_iter().zip(&kept) {
            let mean = mean_of(&mut data.row(row).iter().copied());
            let deviation = mean_of(&mut data.row(row).iter().map(|x| (x - mean).powi(2))).sqrt();
            ends.assign(&ndarray::arr1(&[mean - deviation, mean + deviation]));
        }
        Ok(Scaling { min_max: MinMax::fit(&ends)?, removed })
    }

    /// Leaves each of `rows` rows as it is.
    pub fn identity(rows: usize) -> Self {
        MinMax::identity(rows).into()
    }

    /// Number of rows of the data, with those that are removed.
    pub fn rows(&self) -> usize {
        self.min_max.len() + self.removed.len()
    }

    /// The places in the data, from 0, of the rows that are kept, in ascending order.
    pub fn kept_rows(&self) -> impl Iterator<Item = usize> + '_ {
        kept(self.rows(), &self.removed)
    }

    /// The rows that are removed, in ascending order.
    pub fn removed(&self) -> &[RemovedRow] {
        &self.removed
    }

    /// The mapping of the rows that are kept.
    pub fn min_max(&self) -> &MinMax {
        &self.min_max
    }

    /// Removes and maps: from data (rows × samples) to what the network works on (kept rows × samples).
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of rows.
    pub fn apply(&self, data: &Array2<f64>) -> Result<Array2<f64>, Error> {
        if data.nrows() != self.rows() {
            return Err(Error::Shape {
                what: "the data to scale".to_owned(),
                given: data.dim(),
                expected: (self.rows(), data.ncols()),
            });
        }
        if self.removed.is_empty() {
            return self.min_max.apply(data);
        }
        let kept: Vec<usize> = self.kept_rows().collect();
        self.min_max.apply(&data.select(Axis(0), &kept))
    }

    /// Maps back and restores the removed rows: from kept rows × samples to rows × samples.
    ///
    /// # Errors
    /// [`Error::Shape`] unless the data have one row for each row that is kept.
    pub fn reverse(&self, mapped: &Array2<f64>) -> Result<Array2<f64>, Error> {
        let kept = self.min_max.reverse(mapped)?;
        if self.removed.is_empty() {
            return Ok(kept);
        }
        let mut all = Array2::zeros((self.rows(), kept.ncols()));
        for (row, values) in self.kept_rows().zip(kept.rows()) {
            all.row_mut(row).assign(&values);
        }
        for &RemovedRow { row, value } in &self.removed {
            all.row_mut(row).fill(value);
        }
        Ok(all)
    }
}

/// The rows, of `rows` in all, that are not removed.
fn kept(rows: usize, removed: &[RemovedRow]) -> impl Iterator<Item = usize> + '_ {
    let is_removed = |row: usize| removed.binary_search_by_key(&row, |removed| removed.row).is_ok();
    (0..rows).filter(move |&row| !is_removed(row))
}
