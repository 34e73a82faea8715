//! From the bytes of a CSV file to a table.

use std::collections::HashMap;
use std::io::{self, Read};

use ndarray::Array2;

use super::fault::{Cell, TableFault};
use super::{Reading, Table, Target};

pub(super) fn parse(mut reader: impl Read, target: &Target) -> Result<Table, TableFault> {
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
