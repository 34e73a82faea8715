//! CSV tables: features and targets, with errors that point at the cell.

pub(crate) mod cells;
pub(crate) mod fault;
pub(crate) mod header;
mod labels;
pub(crate) mod parse;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ndarray::Array2;

pub use fault::{Cell, TableError, TableFault};
use parse::parse;

/// Which column of a table is the target, and how to read it.
///
/// By default a column of numbers becomes one real target, and a column of text becomes classes: one
/// target row per class, 1 for the samples of that class and 0 for the others (one-hot).
///
/// Labels that are numbers are compared as numbers: `1`, `1.0` and `01` are one class, whose name is the
/// first spelling in the file. (Numbers of more than 15 digits, which 64 bits may not distinguish, are text.)
/// Text is compared character by character: `True` and `true` are two classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    column: Option<String>,
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Numbers if every cell is a number, classes if no cell is.
    ByContent,
    Numbers,
    Classes,
}

impl Target {
    /// The last column.
    pub fn last() -> Self {
        Target { column: None, reading: Reading::ByContent }
    }

    /// The column with this header.
    pub fn named(column: impl Into<String>) -> Self {
        Target { column: Some(column.into()), reading: Reading::ByContent }
    }

    /// Reads every cell as the label of a class, even if it looks like a number.
    #[must_use]
    pub fn as_classes(self) -> Self {
        Target { reading: Reading::Classes, ..self }
    }

    /// Reads every cell as a number.
    #[must_use]
    pub fn as_numbers(self) -> Self {
        Target { reading: Reading::Numbers, ..self }
    }
}

/// A table of samples: features as inputs, one column as target.
///
/// Samples are columns, as in MATLAB: [`inputs`](Table::inputs) is features × samples and
/// [`targets`](Table::targets) is outputs × samples, each row contiguous in memory.
///
/// ```
/// use netcore::{Table, Target};
/// use ndarray::array;
///
/// let csv = "width,height,kind\n1,2,b\n3,4,a\n";
/// let table = Table::from_reader("shapes.csv", csv.as_bytes(), &Target::last())?;
/// assert_eq!(table.inputs(), array![[1.0, 3.0], [2.0, 4.0]]);
/// assert_eq!(table.classes(), ["a", "b"]); // sorted
/// assert_eq!(table.targets(), array![[0.0, 1.0], [1.0, 0.0]]);
/// # Ok::<(), netcore::TableError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    features: Vec<String>,
    target: String,
    classes: Vec<String>,
    inputs: Array2<f64>,
    targets: Array2<f64>,
}

impl Table {
    /// Reads a comma-separated file with one header row and one sample a row.
    ///
    /// UTF-8 with or without byte-order mark, any line ends. Blanks around cells, inside and outside of
    /// quotes, and blank lines are ignored. A cell with a comma, a line end or a quote must be quoted, with
    /// its own quotes doubled.
    ///
    /// A first row with numbers in all cells but one is taken to be a sample of a table without a header, and
    /// refused. Such a header is accepted if the target is given by its name in it.
    ///
    /// # Errors
    /// A [`TableError`] that names the file and, if there is one, the row, column and value.
    pub fn read(path: impl AsRef<Path>, target: &Target) -> Result<Self, TableError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Table::from_reader(&name, file, target),
            Err(error) => Err(TableError { file: name, fault: TableFault::Io(error) }),
        }
    }

    /// Like [`read`](Table::read), from any reader; `name` replaces the file in errors.
    ///
    /// # Errors
    /// As for [`read`](Table::read).
    pub fn from_reader(name: &str, reader: impl Read, target: &Target) -> Result<Self, TableError> {
        parse(reader, target).map_err(|fault| TableError { file: name.to_owned(), fault })
    }

    /// Headers of the features, in the order of the input rows.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// Header of the target column.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The classes in the order of the target rows: sorted, numbers by value; empty for a real target.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Features × samples.
    pub fn inputs(&self) -> &Array2<f64> {
        &self.inputs
    }

    /// Outputs × samples: one row per class, or one row of real numbers.
    pub fn targets(&self) -> &Array2<f64> {
        &self.targets
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.inputs.ncols()
    }
}
