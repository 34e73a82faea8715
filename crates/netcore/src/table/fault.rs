//! What can be wrong with a table, and where.

use std::io;

use thiserror::Error as ThisError;

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
    /// A header without rows below it.
    #[error("there is a header but no sample; expected at least one row below it")]
    HeaderOnly,
    /// A quote that is never closed.
    #[error("line {line}, cell {cell}: the quote that opens here is never closed")]
    OpenQuote {
        /// Line of the quote, from 1.
        line: u64,
        /// Number of the cell in its row, from 1.
        cell: usize,
    },
    /// A quote inside a cell that is not quoted as a whole, or text after the closing quote. An earlier quote
    /// of the cell may be closed in the wrong place.
    #[error(
        "line {line}, cell {cell}: found `{value}`; expected quotes around the whole cell or none, and a quote within them doubled"
    )]
    StrayQuote {
        /// Line on which the cell begins, from 1.
        line: u64,
        /// Number of the cell in its row, from 1.
        cell: usize,
        /// Text of the cell with its quotes, cut after 40 characters.
        value: String,
    },
    /// A column whose header is empty, such as the index of a data frame.
    #[error(
        "column {column} has no name; expected a header for each column (an index is no feature: leave it out)"
    )]
    UnnamedColumn {
        /// The column, from 1.
        column: usize,
    },
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
        /// The names in the header.
        columns: String,
    },
    /// Only one column, which leaves no features.
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
    /// Text instead of a number.
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
    /// An empty target cell.
    #[error(
        "the target of row {row} (line {line}), column `{column}`, is empty; expected a number or a label"
    )]
    EmptyTarget {
        /// Row below the header, from 1.
        row: u64,
        /// Line of the file, from 1.
        line: u64,
        /// The target's header.
        column: String,
    },
    /// A target column of numbers and text together.
    #[error(
        "{cell}: text in a target column that starts with numbers, or the reverse; expected all numbers, all text, or a column read as classes"
    )]
    MixedTarget {
        /// The first cell of the other type.
        cell: Cell,
    },
    /// A header that is a row of data: all its cells but one, or all of them, are numbers.
    #[error(
        "the first row, which begins with `{first}`, is a sample: all its cells, or all but one, are numbers; expected a header row above the samples (if it is one, name the target's column)"
    )]
    NoHeader {
        /// Its first cell, cut after 40 characters.
        first: String,
    },
    /// Too many classes for a target matrix: the column probably contains a name for each sample.
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
    /// A target of numbers that are all the same.
    #[error(
        "column `{column}` is {value} in each of the {samples} samples; expected a target with at least two different values"
    )]
    ConstantTarget {
        /// The target's header; of several targets, all of them.
        column: String,
        /// The value of the first target.
        value: f64,
        /// Number of samples.
        samples: usize,
    },
    /// A column that is asked for and is not there.
    #[error("there is no column `{name}` for {role}; the columns are: {columns}")]
    UnknownColumn {
        /// What it was to be: `the target`, `a feature`, ...
        role: &'static str,
        /// The name asked for.
        name: String,
        /// The names of the columns.
        columns: String,
    },
    /// A column with two roles, such as a target that is ignored.
    #[error("column `{name}` is given as {first} and as {second}; expected one of them")]
    TwoRoles {
        /// Name of the column.
        name: String,
        /// Its first role.
        first: &'static str,
        /// Its second role.
        second: &'static str,
    },
    /// A delimiter that has another meaning.
    #[error(
        "`{delimiter}` cannot stand between the cells{}; expected another character, such as `;`",
        if *decimal_comma { " of numbers with a decimal comma" } else { "" }
    )]
    Delimiter {
        /// The character.
        delimiter: char,
        /// Whether numbers have a decimal comma.
        decimal_comma: bool,
    },
    /// A missing cell where none is allowed.
    #[error(
        "row {}, column `{}`: the cell is missing (empty, or a word for it); expected a value, or a choice of what becomes of missing cells (drop, mean, indicator)",
        cell.place(), cell.column
    )]
    MissingCell {
        /// The cell.
        cell: Cell,
    },
    /// A feature of numbers and text together.
    #[error(
        "{cell}: text in a column with numbers; expected numbers alone, a word for a missing cell, or a column read as text"
    )]
    MixedFeature {
        /// The first cell that is not a number.
        cell: Cell,
    },
    /// A text feature with more values than one-hot rows are good for.
    #[error(
        "column `{column}` has {values} different texts; expected at most {most}; ignore it, or give the order of its values"
    )]
    TooManyValues {
        /// Name of the column.
        column: String,
        /// Number of different texts.
        values: usize,
        /// The most.
        most: usize,
    },
    /// A text that the encoding does not know.
    #[error("{cell}: expected one of {known}")]
    UnknownValue {
        /// The cell.
        cell: Cell,
        /// The values of the encoding.
        known: String,
    },
    /// An order of values with a value twice, or with fewer than two.
    #[error("the order of column `{column}` is {order}; expected two or more different values")]
    Order {
        /// Name of the column.
        column: String,
        /// The order given.
        order: String,
    },
    /// Several targets of which one is not a column of numbers, or classes of several columns.
    #[error("the targets {columns} are several; expected numbers in each of them, or one column of classes")]
    SeveralTargets {
        /// Their names.
        columns: String,
    },
    /// No row without a missing cell.
    #[error("each of the {rows} rows has a missing cell; expected at least one complete row")]
    NoRowLeft {
        /// Number of rows.
        rows: usize,
    },
    /// Columns of different lengths.
    #[error("column `{column}` has {given} values; expected {expected} as in the first column")]
    ColumnLength {
        /// Name of the column.
        column: String,
        /// Its length.
        given: usize,
        /// The length of the first column.
        expected: usize,
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
    /// Text of the cell, cut after 40 characters, control characters escaped.
    pub value: String,
}

/// A cell's text for an error message.
pub(crate) fn shown(value: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    value.chars().take(40).map(escaped).collect()
}

impl Cell {
    fn place(&self) -> String {
        format!("{} (line {})", self.row, self.line)
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cell { column, value, .. } = self;
        write!(f, "row {}, column `{column}`: ", self.place())?;
        if value.is_empty() { f.write_str("the cell is empty") } else { write!(f, "found `{value}`") }
    }
}
