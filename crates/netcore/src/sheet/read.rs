//! From a file to a sheet.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Place, Sheet, Values};
use crate::table::cells::Records;
use crate::table::fault::shown;
use crate::table::header::check_distinct;
use crate::table::parse::text_of;
use crate::{Cell, TableError, TableFault};

/// How the text of a table is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// The character between cells; by default, of comma, semicolon, tab and bar, the one that the header
    /// has most often outside of quotes (the first of equals; no comma if numbers have decimal commas).
    pub delimiter: Option<char>,
    /// Whether numbers have a comma before their fraction, as in `0,5`; a point is then no part of a number.
    /// Default `false`.
    pub decimal_comma: bool,
    /// Texts of missing cells, compared character by character. By default the empty cell, `NA`, `N/A`,
    /// `NaN`, `nan`, `null`, `NULL`, `None` and `?`.
    pub missing: Vec<String>,
    /// Columns whose cells are text even if they look like numbers, such as postal codes. Default none.
    pub text: Vec<String>,
}

impl Default for Format {
    fn default() -> Self {
        let missing = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"].map(str::to_owned);
        Format { delimiter: None, decimal_comma: false, missing: missing.to_vec(), text: Vec::new() }
    }
}

/// The characters that may stand between cells where none is given.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

impl Sheet {
    /// Reads a file with a header row and one row for each sample, in UTF-8: see [`Format`]. Cells with
    /// delimiters, line ends or quotes stand in quotes, with their own quotes doubled. Blanks around cells and
    /// blank lines are ignored.
    ///
    /// A column is of numbers if all its cells that are not missing are numbers; otherwise it is text.
    ///
    /// # Errors
    /// A [`TableError`] that names the file and, if there is one, the row, column and value.
    pub fn read(path: impl AsRef<Path>, format: &Format) -> Result<Self, TableError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Sheet::from_reader(&name, file, format),
            Err(error) => Err(TableError { file: name, fault: TableFault::Io(error) }),
        }
    }

    /// Like [`read`](Sheet::read), from any reader; `name` stands for the file in errors.
    ///
    /// # Errors
    /// As for [`read`](Sheet::read).
    pub fn from_reader(name: &str, mut reader: impl Read, format: &Format) -> Result<Self, TableError> {
        let fault = |fault| TableError { file: name.to_owned(), fault };
        let text = text_of(&mut reader).map_err(fault)?;
        let delimiter = format.delimiter_in(&text).map_err(fault)?;
        let sheet = parse(name, Records::delimited_by(delimiter, &text), format).map_err(fault)?;
        sheet.check().map_err(fault)?;
        Ok(sheet)
    }
}

impl Format {
    fn delimiter_in(&self, text: &str) -> Result<char, TableFault> {
        let decimal_comma = self.decimal_comma;
        if let Some(delimiter) = self.delimiter {
            let fits = !(delimiter.is_alphanumeric() || "\"\n\r.-+ ".contains(delimiter));
            let free = fits && !(decimal_comma && delimiter == ',');
            return if free {
                Ok(delimiter)
            } else {
                Err(TableFault::Delimiter { delimiter, decimal_comma })
            };
        }
        let header = text.trim_start().lines().next().unwrap_or_default();
        // Every other part is inside quotes.
        let outside: String = header.split('"').step_by(2).collect();
        let mut most = (if decimal_comma { ';' } else { ',' }, 0);
        for delimiter in DELIMITERS.into_iter().filter(|&delimiter| !(decimal_comma && delimiter == ',')) {
            let count = outside.matches(delimiter).count();
            if count > most.1 {
                most = (delimiter, count);
            }
        }
        Ok(most.0)
    }

    fn is_missing(&self, cell: &str) -> bool {
        self.missing.iter().any(|word| word == cell)
    }

    /// The number that a cell is; infinite if it is too large.
    fn number(&self, cell: &str) -> Option<f64> {
        let text = match self.decimal_comma {
            true if cell.contains('.') => return None,
            true => Cow::Owned(cell.replace(',', ".")),
            false => Cow::Borrowed(cell),
        };
        text.parse().ok().filter(|number: &f64| !number.is_nan())
    }
}

/// The cells of a column as they are read: their texts one after another.
#[derive(Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    fn push(&mut self, cell: &str) {
        self.text += cell;
        self.ends.push(self.text.len());
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end])
    }

    fn values(&self, format: &Format, is_text: bool) -> Values {
        let number = |cell| if format.is_missing(cell) { Some(f64::NAN) } else { format.number(cell) };
        let numbers = || self.iter().map(number).collect::<Option<Vec<f64>>>();
        if !is_text && let Some(numbers) = numbers() {
            return Values::Numbers(numbers);
        }
        Values::Text(self.iter().map(|cell| (!format.is_missing(cell)).then(|| cell.to_owned())).collect())
    }
}

fn parse(name: &str, mut records: Records<'_>, format: &Format) -> Result<Sheet, TableFault> {
    let header = records.next().ok_or(TableFault::Empty)??;
    let names: Vec<String> = header.cells.into_iter().map(String::from).collect();
    // Numbers with a decimal comma are no names either.
    if names.iter().all(|name| format.number(name).is_some()) {
        return Err(TableFault::NoHeader { first: shown(&names[0]) });
    }
    check_distinct(&names)?;
    let mut cells: Vec<Cells> = names.iter().map(|_| Cells::default()).collect();
    let mut places = Vec::new();
    for record in records {
        let record = record?;
        let (row, line, found) = (places.len() as u64 + 1, record.line, record.cells.len());
        if found != names.len() {
            return Err(TableFault::Ragged { row, line, found, expected: names.len() });
        }
        cells.iter_mut().zip(&record.cells).for_each(|(column, cell)| column.push(cell));
        places.push(Place { row, line });
    }
    let as_text = |name: &String| format.text.contains(name);
    if let Some(unknown) = format.text.iter().find(|&name| !names.contains(name)) {
        let (role, name) = ("text", unknown.clone());
        return Err(TableFault::UnknownColumn { role, name, columns: names.join(", ") });
    }
    let values: Vec<Values> =
        names.iter().zip(&cells).map(|(name, cells)| cells.values(format, as_text(name))).collect();
    let columns = names.into_iter().zip(values).collect();
    let mut sheet = Sheet { name: name.to_owned(), columns, places, mixed: Vec::new() };
    sheet.mixed = mixed(&sheet, &cells, format);
    Ok(sheet)
}

/// For each column of text in which some cells are numbers, the first that is not.
fn mixed(sheet: &Sheet, cells: &[Cells], format: &Format) -> Vec<Cell> {
    let of_column = |((name, values), cells): (&(String, Values), &Cells)| {
        let given = || cells.iter().filter(|cell| !format.is_missing(cell));
        let as_text = matches!(values, Values::Numbers(_)) || format.text.contains(name);
        if as_text || !given().any(|cell| format.number(cell).is_some()) {
            return None;
        }
        let is_text = |cell: &str| !format.is_missing(cell) && format.number(cell).is_none();
        cells.iter().position(is_text).map(|row| sheet.cell(name, values, row))
    };
    sheet.columns.iter().zip(cells).filter_map(of_column).collect()
}
