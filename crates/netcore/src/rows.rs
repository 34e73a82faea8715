//! A matrix made for sweeps over samples: one contiguous row per feature or unit.

use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder, s};

use crate::simd::LANES;

/// Bytes of a cache line. Each row starts at one.
const LINE: usize = 64;

/// Values for each feature or unit (rows) and each sample (columns). Each row is contiguous and padded with
/// zeros to a multiple of eight. A sweep therefore needs no special case for the end of a row, and the zeros
/// do not change its sums.
///
/// ```
/// use ndarray::array;
/// use netcore::Rows;
///
/// let rows = Rows::from(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].view());
/// assert_eq!(rows.row(1), [4.0, 5.0, 6.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
/// assert_eq!(rows.view(), array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
/// ```
#[derive(Debug)]
pub struct Rows {
    data: Vec<f64>,
    /// Where the first row begins: at a cache line.
    first: usize,
    rows: usize,
    samples: usize,
    stride: usize,
}

impl Rows {
    /// All zero.
    pub fn zeros(rows: usize, samples: usize) -> Self {
        let stride = samples.next_multiple_of(LANES);
        let data = vec![0.0; rows * stride + LINE / size_of::<f64>() - 1];
        let first = data.as_ptr().align_offset(LINE).min(LINE / size_of::<f64>() - 1);
        Rows { data, first, rows, samples, stride }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Length of a row with the zeros at its end.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// One row, with the zeros at its end.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f64] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        &self.data[self.first + row * self.stride..][..self.stride]
    }

    /// One row to write to; the zeros at its end must stay zero.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        &mut self.data[self.first + row * self.stride..][..self.stride]
    }

    /// All rows with the zeros at their ends, one after another.
    pub fn all(&self) -> &[f64] {
        &self.data[self.first..][..self.rows * self.stride]
    }

    /// All rows to write to; the zeros at their ends must stay zero.
    pub fn all_mut(&mut self) -> &mut [f64] {
        &mut self.data[self.first..][..self.rows * self.stride]
    }

    /// The values without the zeros at the ends, rows × samples.
    pub fn view(&self) -> ArrayView2<'_, f64> {
        if self.rows == 0 {
            return ArrayView2::from_shape((0, self.samples), &[]).expect("no rows");
        }
        ArrayView2::from_shape((self.rows, self.samples).strides((self.stride, 1)), self.all())
            .expect("rows lie one after another")
    }

    /// The values to write to, rows × samples.
    pub fn view_mut(&mut self) -> ArrayViewMut2<'_, f64> {
        if self.rows == 0 {
            return ArrayViewMut2::from_shape((0, self.samples), &mut []).expect("no rows");
        }
        let shape = (self.rows, self.samples).strides((self.stride, 1));
        ArrayViewMut2::from_shape(shape, self.all_mut()).expect("rows lie one after another")
    }

    /// Resets the padding behind the samples to zero.
    pub(crate) fn clear_padding(&mut self) {
        let (samples, stride) = (self.samples, self.stride);
        if samples < stride {
            self.all_mut().chunks_exact_mut(stride).for_each(|row| row[samples..].fill(0.0));
        }
    }
}

impl Clone for Rows {
    fn clone(&self) -> Self {
        // The copy's memory may begin elsewhere within a cache line.
        let mut copy = Rows::zeros(self.rows, self.samples);
        copy.all_mut().copy_from_slice(self.all());
        copy
    }
}

impl From<ArrayView2<'_, f64>> for Rows {
    fn from(values: ArrayView2<'_, f64>) -> Self {
        let mut rows = Rows::zeros(values.nrows(), values.ncols());
        rows.view_mut().slice_mut(s![.., ..]).assign(&values);
        rows
    }
}
