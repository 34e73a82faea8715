//! From the bytes of a CSV file to a table.

use std::io::Read;

use ndarray::Array2;

use super::cells::{Record, Records, line_ends};
use super::fault::{Cell, TableFault, shown};
use super::header::find_target;
use super::labels::{Label, read_target};
use super::{Table, Target};

pub(super) fn parse(mut reader: impl Read, target: &Target) -> Result<Table, TableFault> {
    let text = text_of(&mut reader)?;
    let mut records = Records::of(&text);
    let header = records.next().ok_or(TableFault::Empty)??;
    let headers: Vec<String> = header.cells.into_iter().map(String::from).collect();
    let target_column = find_target(&headers, target)?;

    let mut samples = Samples { headers: &headers, target_column, features: Vec::new(), labels: Vec::new() };
    for record in records {
        samples.push(record?)?;
    }
    let Samples { features, labels, .. } = samples;
    if labels.is_empty() {
        return Err(TableFault::HeaderOnly);
    }

    let by_sample = Array2::from_shape_vec((labels.len(), headers.len() - 1), features)
        .expect("all rows have one length");
    let (classes, targets) = read_target(&headers[target_column], &labels, target)?;
    let mut features = headers;
    let target = features.remove(target_column);
    let inputs = by_sample.t().as_standard_layout().into_owned();
    Ok(Table { features, target, classes, inputs, targets })
}

/// All that a reader has, as text.
pub(crate) fn text_of(reader: &mut impl Read) -> Result<String, TableFault> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]);
        TableFault::NotText { line: 1 + line_ends(&before) }
    })
}

/// The samples read so far.
struct Samples<'h> {
    headers: &'h [String],
    target_column: usize,
    /// Features, sample by sample.
    features: Vec<f64>,
    labels: Vec<Label>,
}

impl Samples<'_> {
    fn push(&mut self, Record { line, cells }: Record<'_>) -> Result<(), TableFault> {
        let row = self.labels.len() as u64 + 1;
        if cells.len() != self.headers.len() {
            return Err(TableFault::Ragged { row, line, found: cells.len(), expected: self.headers.len() });
        }
        for (column, (name, value)) in self.headers.iter().zip(cells).enumerate() {
            if column == self.target_column {
                self.labels.push(Label { row, line, value: value.into_owned() });
            } else {
                let cell = || Cell { row, line, column: name.clone(), value: shown(&value) };
                self.features.push(number(&value, cell)?);
            }
        }
        Ok(())
    }
}

pub(super) fn number(value: &str, cell: impl Fn() -> Cell) -> Result<f64, TableFault> {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(TableFault::NotFinite { cell: cell() }),
        Err(_) => Err(TableFault::NotANumber { cell: cell() }),
    }
}
