//! Data scaling: MATLAB's `mapminmax` and its inverse.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Maps each row of a matrix from its own range onto one common range: MATLAB's `mapminmax`.
///
/// `y = (high - low) (x - min) / (max - min) + low`, with `min` and `max` taken per row from the data given
/// to [`fit`](MinMax::fit); the default range is `[-1, 1]`. A row whose range is zero or not finite passes
/// unchanged, as MATLAB's documentation states, and so does a row whose range is too small to divide by
/// (below 5.6e-309). New data outside the fitted range map outside `[low, high]`.
/// ([`Scaling`](crate::Scaling) removes constant rows before it maps the others.)
///
/// ```
/// use ndarray::array;
/// use netcore::MinMax;
///
/// let x = array![[1.0, 2.0, 4.0], [5.0, 5.0, 5.0]];
/// let scaling = MinMax::fit(&x)?;
/// let y = scaling.apply(&x)?;
/// assert!((y[[0, 1]] - -1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(y.row(1), x.row(1)); // constant: unchanged
/// assert_eq!(scaling.reverse(&y)?, x);
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct MinMax {
    low: f64,
    high: f64,
    rows: Vec<Row>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unchecked {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) rows: Vec<Row>,
}

impl TryFrom<Unchecked> for MinMax {
    type Error = Error;

    fn try_from(Unchecked { low, high, rows }: Unchecked) -> Result<Self, Error> {
        check_interval(low, high)?;
        match rows.iter().filter_map(|row| row.0).find(|range| !range.is_useful()) {
            None => Ok(MinMax { low, high, rows }),
            Some(RowRange { minimum, maximum }) => Err(Error::Range { low: minimum, high: maximum }),
        }
    }
}

fn check_interval(low: f64, high: f64) -> Result<(), Error> {
    if low < high && (high - low).is_finite() { Ok(()) } else { Err(Error::Range { low, high }) }
}

/// The range of one row; `None` for a row that passes unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row(Option<RowRange>);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct RowRange {
    minimum: f64,
    maximum: f64,
}

impl RowRange {
    fn width(self) -> f64 {
        self.maximum - self.minimum
    }

    fn is_useful(self) -> bool {
        self.width().is_finite() && self.width().recip().is_finite()
    }
}

impl MinMax {
    /// Learns the range of each row and maps it onto `[-1, 1]`.
    ///
    /// # Errors
    /// [`Error::NoSamples`] for a matrix without columns.
    pub fn fit(data: &Array2<f64>) -> Result<Self, Error> {
        Self::fit_to(data, -1.0, 1.0)
    }

    /// Learns the range of each row and maps it onto `[low, high]`.
    ///
    /// # Errors
    /// [`Error::NoSamples`] for a matrix without columns; [`Error::Range`] unless `low < high`, both
    /// finite.
    pub fn fit_to(data: &Array2<f64>, low: f64, high: f64) -> Result<Self, Error> {
        if data.ncols() == 0 {
            return Err(Error::NoSamples { what: "the data to scale" });
        }
        check_interval(low, high)?;
        let row = |values: ArrayView1<'_, f64>| {
            let minimum = values.fold(f64::INFINITY, |least, &value| least.min(value));
            let maximum = values.fold(f64::NEG_INFINITY, |most, &value| most.max(value));
            let range = RowRange { minimum, maximum };
            let useful = values.iter().all(|value| value.is_finite()) && range.is_useful();
            Row(useful.then_some(range))
        };
        Ok(MinMax { low, high, rows: data.rows().into_iter().map(row).collect() })
    }

    /// Leaves each of `rows` rows as it is.
    pub fn identity(rows: usize) -> Self {
        MinMax { low: -1.0, high: 1.0, rows: vec![Row(None); rows] }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns `true` if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Maps data (rows × samples) into the common range.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of rows.
    pub fn apply(&self, data: &Array2<f64>) -> Result<Array2<f64>, Error> {
        self.check(data.view())?;
        let mut mapped = data.to_owned();
        self.each_row(mapped.view_mut(), |range, x| {
            (self.high - self.low) * ((x - range.minimum) / range.width()) + self.low
        });
        Ok(mapped)
    }

    /// Maps data (rows × samples) back to the original ranges.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of rows.
    pub fn reverse(&self, data: &Array2<f64>) -> Result<Array2<f64>, Error> {
        self.check(data.view())?;
        let mut mapped = data.to_owned();
        self.reverse_in_place(mapped.view_mut());
        Ok(mapped)
    }

    /// [`reverse`](MinMax::reverse) without a new matrix.
    ///
    /// # Panics
    /// If the number of rows differs.
    pub fn reverse_in_place(&self, data: ArrayViewMut2<'_, f64>) {
        assert_eq!(data.nrows(), self.len(), "rows of the data and of the scaling");
        self.each_row(data, |range, y| {
            (y - self.low) / (self.high - self.low) * range.width() + range.minimum
        });
    }

    /// By how much the original value rises when the mapped one rises by 1, for each row.
    pub fn reverse_gain(&self) -> Array1<f64> {
        let gain = |row: &Row| row.0.map_or(1.0, |range| range.width() / (self.high - self.low));
        self.rows.iter().map(gain).collect()
    }

    /// For each row the terms `minimum`, `width`, `high - low` and `low` of the mapping, which of a row that passes
    /// unchanged are 0, 1, 1 and 0.
    pub(crate) fn terms(&self) -> [Vec<f64>; 4] {
        let of_row = |row: &Row| match row.0 {
            None => [0.0, 1.0, 1.0, 0.0],
            Some(range) => [range.minimum, range.width(), self.high - self.low, self.low],
        };
        let rows: Vec<[f64; 4]> = self.rows.iter().map(of_row).collect();
        [0, 1, 2, 3].map(|term| rows.iter().map(|terms| terms[term]).collect())
    }

    fn each_row(&self, mut data: ArrayViewMut2<'_, f64>, map: impl Fn(RowRange, f64) -> f64) {
        for (mut values, row) in data.axis_iter_mut(Axis(0)).zip(&self.rows) {
            if let Row(Some(range)) = *row {
                values.mapv_inplace(|value| map(range, value));
            }
        }
    }

    fn check(&self, data: ArrayView2<'_, f64>) -> Result<(), Error> {
        if data.nrows() == self.len() {
            return Ok(());
        }
        Err(Error::Shape {
            what: "the data to scale".to_owned(),
            given: data.dim(),
            expected: (self.len(), data.ncols()),
        })
    }
}
