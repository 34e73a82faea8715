//! Tables as people have them: named columns of numbers or text, some cells missing.

mod answer;
mod choice;
mod feature;
mod read;

pub use answer::Answer;
pub use choice::{Choice, Missing, Prepared};
pub use feature::{Encoding, Feature, Features};
pub use read::Format;

use crate::table::fault::shown;
use crate::table::header::check_distinct;
use crate::{Cell, TableError, TableFault};

/// A table as people have it: columns with names, of numbers or of text, in which cells may be missing.
///
/// It says nothing about what the columns are for: a [`Choice`] does. It comes from a file
/// ([`read`](Sheet::read)) or from arrays ([`new`](Sheet::new)).
///
/// ```
/// use netcore::{Format, Sheet, Values};
///
/// let csv = "income;region;debt\n1200,5;north;\n900;south;3\n";
/// let format = Format { decimal_comma: true, ..Format::default() };
/// let sheet = Sheet::from_reader("loans.csv", csv.as_bytes(), &format)?;
/// assert_eq!(sheet.column("income"), Some(&Values::Numbers(vec![1200.5, 900.0])));
/// let Some(Values::Numbers(debts)) = sheet.column("debt") else { panic!() };
/// assert!(debts[0].is_nan()); // missing
/// # Ok::<(), netcore::TableError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    name: String,
    columns: Vec<(String, Values)>,
    /// Where each row stands.
    places: Vec<Place>,
    /// For each column of text in which some cells are numbers, the first that is not.
    mixed: Vec<Cell>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    /// Its number, from 1.
    row: u64,
    /// The line of the file on which it begins, from 1; of arrays, its number.
    line: u64,
}

/// The cells of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Finite numbers; NaN where the cell is missing.
    Numbers(Vec<f64>),
    /// Texts; `None` where the cell is missing.
    Text(Vec<Option<String>>),
}

impl Values {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Values::Numbers(numbers) => numbers.len(),
            Values::Text(texts) => texts.len(),
        }
    }

    /// Returns `true` if there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the cell of this row, from 0, is missing.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Numbers(numbers) => numbers[row].is_nan(),
            Values::Text(texts) => texts[row].is_none(),
        }
    }

    /// The text of a cell, empty where it is missing.
    fn text(&self, row: usize) -> String {
        match self {
            Values::Numbers(numbers) if numbers[row].is_nan() => String::new(),
            Values::Numbers(numbers) => (numbers[row] + 0.0).to_string(), // 0 and -0 are one number
            Values::Text(texts) => texts[row].clone().unwrap_or_default(),
        }
    }
}

impl Sheet {
    /// Makes a sheet of columns; `name` stands for the file in errors.
    ///
    /// # Errors
    /// A [`TableError`] for no columns or rows, for columns without a unique name, of different lengths, or
    /// with an infinite number.
    ///
    /// ```
    /// use netcore::{Sheet, Values};
    ///
    /// let columns = vec![
    ///     ("age".to_owned(), Values::Numbers(vec![30.0, f64::NAN])),
    ///     ("region".to_owned(), Values::Text(vec![Some("north".to_owned()), None])),
    /// ];
    /// assert_eq!(Sheet::new("people", columns)?.rows(), 2);
    /// # Ok::<(), netcore::TableError>(())
    /// ```
    pub fn new(name: &str, columns: Vec<(String, Values)>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        let places = (1..=rows as u64).map(|row| Place { row, line: row }).collect();
        let sheet = Sheet { name: name.to_owned(), columns, places, mixed: Vec::new() };
        sheet.check().map_err(|fault| sheet.error(fault))?;
        Ok(sheet)
    }

    fn check(&self) -> Result<(), TableFault> {
        if self.columns.is_empty() {
            return Err(TableFault::Empty);
        }
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        check_distinct(&names)?;
        for (name, values) in &self.columns {
            if values.len() != self.rows() {
                let (column, given, expected) = (name.clone(), values.len(), self.rows());
                return Err(TableFault::ColumnLength { column, given, expected });
            }
            if let Values::Numbers(numbers) = values
                && let Some(row) = numbers.iter().position(|number| number.is_infinite())
            {
                return Err(TableFault::NotFinite { cell: self.cell(name, values, row) });
            }
        }
        if self.rows() == 0 { Err(TableFault::HeaderOnly) } else { Ok(()) }
    }

    /// The name given, or the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names of the columns, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The cells of the column with this name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|(other, _)| other == name).map(|(_, values)| values)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.places.len()
    }

    /// The column with this name, or the fault that it is not there for this role.
    fn required(&self, name: &str, role: &'static str) -> Result<&Values, TableFault> {
        self.column(name).ok_or_else(|| TableFault::UnknownColumn {
            role,
            name: name.to_owned(),
            columns: self.names().collect::<Vec<_>>().join(", "),
        })
    }

    fn cell(&self, column: &str, values: &Values, row: usize) -> Cell {
        let Place { row: number, line } = self.places[row];
        Cell { row: number, line, column: column.to_owned(), value: shown(&values.text(row)) }
    }

    /// The first cell of a column that is no number, if others are.
    fn mixed_cell(&self, column: &str) -> Option<&Cell> {
        self.mixed.iter().find(|cell| cell.column == column)
    }

    /// The fault of a column of text where numbers are expected.
    fn not_numbers(&self, column: &str, values: &Values, row: usize) -> TableFault {
        let cell = self.mixed_cell(column).cloned();
        TableFault::NotANumber { cell: cell.unwrap_or_else(|| self.cell(column, values, row)) }
    }

    fn error(&self, fault: TableFault) -> TableError {
        TableError { file: self.name.clone(), fault }
    }
}

/// Texts with commas between them, for an error message; the first ten of many.
fn listed(texts: &[String]) -> String {
    let first: Vec<String> = texts.iter().take(10).map(|text| format!("`{}`", shown(text))).collect();
    first.join(", ") + if texts.len() > 10 { ", ..." } else { "" }
}
