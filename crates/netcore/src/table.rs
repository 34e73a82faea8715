//! CSV tables: features and targets, with errors that point at the cell.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use ndarray::Array2;
use thiserror::Error as ThisError;

/// Which column of a table is the target, and how to read it.
///
/// By default a column of numbers becomes one real target, and a column of text becomes classes: one
/// target row per class, 1 for the samples of that class and 0 for the others (one-hot).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    column: Option<String>,
    reading: Reading,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Numbers if every cell is one, classes if none is.
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

    /// Reads every cell as the label of a class, also where it looks like a number.
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

/// What is wrong with a table, and in which file.
#[derive(Debug, ThisError)]
#[error("{file}: {fault}")]
pub struct TableError {
    /// The file, or the name given for a reader.
    pub file: String,
    /// What is wrong.
    #[source]
    pub fault: TableFault,
}

/// What can be wrong with a table. Rows count from 1 below the header; lines count from 1 as an
/// editor shows them. Long cell texts are cut.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum TableFault {
    /// The file cannot be opened or read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Nothing in the file.
    #[error("the file is empty; expected a header row and samples")]
    Empty,
    /// A header and nothing below it.
    #[error("there is a header but no sample; expected at least one row below it")]
    HeaderOnly,
    /// A header that occurs twice.
    #[error("columns {first} and {second} are both named `{name}`; expected distinct headers")]
    DuplicateHeader {
        /// The header.
        name: String,
        /// Its first column, from 1.
        first: usize,
        /// Its second column, from 1.
        second: usize,
    },
    /// The target column is not in the header.
    #[error("there is no column `{name}`; the columns are: {columns}")]
    UnknownTarget {
        /// The name asked for.
        name: String,
        /// The names there are.
        columns: String,
    },
    /// Only one column, so that nothing is left as a feature.
    #[error("the only column is the target `{name}`; expected at least one feature beside it, after a comma")]
    NoFeatures {
        /// The target's header.
        name: String,
    },
    /// A row with too few or too many cells.
    #[error("row {row} (line {line}) has {found} cells; expected {expected} as in the header")]
    Ragged {
        /// Row below the header, from 1.
        row: u64,
        /// Line of the file, from 1.
        line: u64,
        /// Cells found.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// Text where a number should be.
    #[error("{cell}: expected a number")]
    NotANumber {
        /// The cell.
        cell: Cell,
    },
    /// A NaN, an infinity, or a number too large for 64 bits.
    #[error("{cell}: expected a finite number")]
    NotFinite {
        /// The cell.
        cell: Cell,
    },
    /// A label that is empty.
    #[error("{cell}: expected the label of a class")]
    NoLabel {
        /// The cell.
        cell: Cell,
    },
    /// A target column of numbers and text together.
    #[error(
        "{cell}: text in a target column that starts with numbers, or the reverse; expected all numbers, all text, or a column read as classes"
    )]
    MixedTarget {
        /// The first cell of the other sort.
        cell: Cell,
    },
    /// A header that is a row of data.
    #[error("every cell of the first row is a number; expected a header row above the samples")]
    NoHeader,
    /// So many classes that their target matrix would be out of all proportion: the column is rather a
    /// name for each sample.
    #[error("column `{column}` has {classes} different labels over {samples} samples; expected classes")]
    TooManyClasses {
        /// The target's header.
        column: String,
        /// Number of labels.
        classes: usize,
        /// Number of samples.
        samples: usize,
    },
    /// Every sample in the same class.
    #[error("every sample of column `{column}` is of class `{class}`; expected at least two classes")]
    OneClass {
        /// The target's header.
        column: String,
        /// The only label.
        class: String,
    },
    /// Bytes that are not UTF-8 text.
    #[error("line {line} is not UTF-8 text")]
    NotText {
        /// Line of the file, from 1.
        line: u64,
    },
}

/// One cell of a table, for an error message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Row below the header, from 1.
    pub row: u64,
    /// Line of the file, from 1.
    pub line: u64,
    /// Header of the column.
    pub column: String,
    /// Text of the cell, cut after 40 characters.
    pub value: String,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cell { row, line, column, value } = self;
        write!(f, "row {row} (line {line}), column `{column}`: found `{value}`")
    }
}

impl Table {
    /// Reads a comma-separated file with one header row and one sample a row.
    ///
    /// UTF-8 with or without byte-order mark, any line ends, blanks around cells ignored.
    ///
    /// # Errors
    /// A [`TableError`] that names the file and, where there is one, row, column and value.
    pub fn read(path: impl AsRef<Path>, target: &Target) -> Result<Self, TableError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Table::from_reader(&name, file, target),
            Err(error) => Err(TableError { file: name, fault: TableFault::Io(error) }),
        }
    }

    /// [`read`](Table::read) from anything that gives bytes; `name` stands for the file in errors.
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

fn parse(mut reader: impl Read, target: &Target) -> Result<Table, TableFault> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| TableFault::NotText { line: line_at(&bytes, error.valid_up_to()) })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);

    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
    let target_column = find_target(&headers, target)?;

    let mut rows = Rows { text, headers: &headers, target_column, features: Vec::new(), labels: Vec::new() };
    for record in reader.records() {
        rows.push(&record.map_err(unreadable)?)?;
    }
    let Rows { features, labels, .. } = rows;
    if labels.is_empty() {
        return Err(TableFault::HeaderOnly);
    }

    let samples = labels.len();
    let by_sample =
        Array2::from_shape_vec((samples, headers.len() - 1), features).expect("all rows have one length");
    let (classes, targets) = read_target(&headers[target_column], labels, target.reading, text)?;
    let mut features = headers;
    let target = features.remove(target_column);
    let inputs = by_sample.t().as_standard_layout().into_owned();
    Ok(Table { features, target, classes, inputs, targets })
}

/// The text is in memory and known to be UTF-8, and rows of any length are taken: what is left for
/// the reader to refuse has no name here.
fn unreadable(error: csv::Error) -> TableFault {
    TableFault::Io(io::Error::other(error))
}

/// The line, from 1, of the first byte at or after `start` that does not end a line.
fn line_at(text: &[u8], start: usize) -> u64 {
    let blank = text[start..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let before = &text[..start + blank];
    let ends = before
        .iter()
        .enumerate()
        .filter(|&(i, &byte)| byte == b'\n' || (byte == b'\r' && before.get(i + 1) != Some(&b'\n')));
    1 + ends.count() as u64
}

fn find_target(headers: &[String], target: &Target) -> Result<usize, TableFault> {
    if headers.is_empty() {
        return Err(TableFault::Empty);
    }
    if headers.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(TableFault::NoHeader);
    }
    let mut seen = HashMap::new();
    for (column, name) in headers.iter().enumerate() {
        if let Some(first) = seen.insert(name, column) {
            return Err(TableFault::DuplicateHeader {
                name: name.clone(),
                first: first + 1,
                second: column + 1,
            });
        }
    }
    let column = match &target.column {
        None => headers.len() - 1,
        Some(name) => *seen
            .get(name)
            .ok_or_else(|| TableFault::UnknownTarget { name: name.clone(), columns: headers.join(", ") })?,
    };
    if headers.len() == 1 {
        return Err(TableFault::NoFeatures { name: headers[0].clone() });
    }
    Ok(column)
}

/// The samples read so far.
struct Rows<'h> {
    text: &'h str,
    headers: &'h [String],
    target_column: usize,
    /// Features, sample by sample.
    features: Vec<f64>,
    labels: Vec<Label>,
}

/// The target cell of one sample.
struct Label {
    place: Place,
    value: String,
}

/// Where a row stands.
#[derive(Clone, Copy)]
struct Place {
    /// Row below the header, from 1.
    row: u64,
    /// First byte of the row, or of blank lines before it.
    start: usize,
}

/// The place of a cell for an error message: the line is counted only then.
fn cell(text: &str, place: Place, column: &str, value: &str) -> Cell {
    let line = line_at(text.as_bytes(), place.start);
    Cell { row: place.row, line, column: column.to_owned(), value: value.chars().take(40).collect() }
}

impl Rows<'_> {
    fn push(&mut self, record: &csv::StringRecord) -> Result<(), TableFault> {
        // A line of blanks is no row.
        if record.len() == 1 && record[0].is_empty() {
            return Ok(());
        }
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let place = Place { row: self.labels.len() as u64 + 1, start };
        if record.len() != self.headers.len() {
            let (row, line) = (place.row, line_at(self.text.as_bytes(), start));
            return Err(TableFault::Ragged { row, line, found: record.len(), expected: self.headers.len() });
        }
        for (column, (name, value)) in self.headers.iter().zip(record).enumerate() {
            if column == self.target_column {
                self.labels.push(Label { place, value: value.to_owned() });
            } else {
                self.features.push(number(value, || cell(self.text, place, name, value))?);
            }
        }
        Ok(())
    }
}

fn number(value: &str, cell: impl Fn() -> Cell) -> Result<f64, TableFault> {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(TableFault::NotFinite { cell: cell() }),
        Err(_) => Err(TableFault::NotANumber { cell: cell() }),
    }
}

/// The classes, none for numbers, and the target matrix.
fn read_target(
    column: &str,
    labels: Vec<Label>,
    reading: Reading,
    text: &str,
) -> Result<(Vec<String>, Array2<f64>), TableFault> {
    let at = |label: &Label| cell(text, label.place, column, &label.value);
    let is_number = |label: &Label| label.value.parse::<f64>().is_ok();
    let numbers = match reading {
        Reading::Numbers => true,
        Reading::Classes => false,
        Reading::ByContent => is_number(&labels[0]),
    };
    let of_other_sort = |label: &&Label| reading == Reading::ByContent && is_number(label) != numbers;
    if let Some(empty) = labels.iter().find(|label| !numbers && label.value.is_empty()) {
        return Err(TableFault::NoLabel { cell: at(empty) });
    }
    if let Some(other) = labels.iter().find(of_other_sort) {
        return Err(TableFault::MixedTarget { cell: at(other) });
    }
    if numbers {
        let values: Result<Vec<f64>, _> = labels.iter().map(|l| number(&l.value, || at(l))).collect();
        let values = values?;
        return Ok((Vec::new(), Array2::from_shape_vec((1, values.len()), values).expect("one row")));
    }
    one_hot(column, labels.into_iter().map(|label| label.value).collect())
}

/// The most elements of a target matrix of classes: 1 GiB of memory.
const LARGEST_TARGETS: usize = 1 << 27;

fn one_hot(column: &str, labels: Vec<String>) -> Result<(Vec<String>, Array2<f64>), TableFault> {
    let mut classes = labels.clone();
    // Numbers by value, then text by its characters: a total order, whatever the mixture.
    classes.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (x, y) => y.is_ok().cmp(&x.is_ok()).then_with(|| a.cmp(b)),
    });
    classes.dedup();
    if let [class] = classes.as_slice() {
        return Err(TableFault::OneClass { column: column.to_owned(), class: class.clone() });
    }
    if classes.len().saturating_mul(labels.len()) > LARGEST_TARGETS {
        let (column, samples) = (column.to_owned(), labels.len());
        return Err(TableFault::TooManyClasses { column, classes: classes.len(), samples });
    }
    let rows: HashMap<&str, usize> =
        classes.iter().enumerate().map(|(row, class)| (class.as_str(), row)).collect();
    let mut targets = Array2::zeros((classes.len(), labels.len()));
    for (sample, label) in labels.iter().enumerate() {
        targets[[rows[label.as_str()], sample]] = 1.0;
    }
    Ok((classes, targets))
}
