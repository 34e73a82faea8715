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
