//! The target column: numbers, or labels of classes.

use std::collections::HashMap;

use ndarray::Array2;

use super::fault::{Cell, TableFault, shown};
use super::parse::number;
use super::{Reading, Target};

/// The target cell of one sample.
pub(super) struct Label {
    /// Row below the header, from 1.
    pub(super) row: u64,
    /// Line of the file, from 1.
    pub(super) line: u64,
    pub(super) value: String,
}

impl Label {
    fn is_number(&self) -> bool {
        self.value.parse::<f64>().is_ok()
    }

    fn cell(&self, column: &str) -> Cell {
        Cell { row: self.row, line: self.line, column: column.to_owned(), value: shown(&self.value) }
    }
}

/// The classes (empty for numbers) and the target matrix.
pub(super) fn read_target(
    column: &str,
    labels: &[Label],
    target: &Target,
) -> Result<(Vec<String>, Array2<f64>), TableFault> {
    if let Some(Label { row, line, .. }) = labels.iter().find(|label| label.value.is_empty()) {
        return Err(TableFault::EmptyTarget { row: *row, line: *line, column: column.to_owned() });
    }
    let numbers = match target.reading {
        Reading::Numbers => true,
        Reading::Classes => false,
        Reading::ByContent => {
            let numbers = labels.first().is_some_and(Label::is_number);
            if let Some(other) = labels.iter().find(|label| label.is_number() != numbers) {
                return Err(TableFault::MixedTarget { cell: other.cell(column) });
            }
            numbers
        }
    };
    if !numbers {
        return one_hot(column, labels);
    }
    let values: Vec<f64> =
        labels.iter().map(|label| number(&label.value, || label.cell(column))).collect::<Result<_, _>>()?;
    Ok((Vec::new(), Array2::from_shape_vec((1, values.len()), values).expect("one row")))
}

/// The most elements of a target matrix of classes: 1 GiB of memory.
const LARGEST_TARGETS: usize = 1 << 27;

fn one_hot(column: &str, labels: &[Label]) -> Result<(Vec<String>, Array2<f64>), TableFault> {
    // The first of equal labels in the file names the class.
    let mut names: HashMap<Meaning<'_>, &str> = HashMap::new();
    for label in labels {
        names.entry(Meaning::of(&label.value)).or_insert(&label.value);
    }
    let mut classes: Vec<(Meaning<'_>, &str)> = names.into_iter().collect();
    classes.sort_unstable();
    if let [(_, class)] = classes[..] {
        return Err(TableFault::OneClass { column: column.to_owned(), class: class.to_owned() });
    }
    if classes.len().saturating_mul(labels.len()) > LARGEST_TARGETS {
        let (column, samples) = (column.to_owned(), labels.len());
        return Err(TableFault::TooManyClasses { column, classes: classes.len(), samples });
    }
    let rows: HashMap<Meaning<'_>, usize> =
        classes.iter().enumerate().map(|(row, &(meaning, _))| (meaning, row)).collect();
    let mut targets = Array2::zeros((classes.len(), labels.len()));
    for (sample, label) in labels.iter().enumerate() {
        targets[[rows[&Meaning::of(&label.value)], sample]] = 1.0;
    }
    Ok((classes.into_iter().map(|(_, class)| class.to_owned()).collect(), targets))
}

/// The key by which labels are the same class. Its order: numbers by value, then text by its characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Meaning<'l> {
    /// The bits of a number, ordered like its values.
    Number(i64),
    Text(&'l str),
}

impl<'l> Meaning<'l> {
    fn of(label: &'l str) -> Self {
        // 0 and -0 are one number.
        label.parse().ok().filter(|&value| tells(label, value)).map_or(Meaning::Text(label), |value: f64| {
            let bits = (value + 0.0).to_bits().cast_signed();
            Meaning::Number(if bits < 0 { bits ^ i64::MAX } else { bits })
        })
    }
}

/// Returns `true` if a double represents the decimal digits uniquely: doubles distinguish any two numbers of
/// 15 digits, but not longer ones, nor numbers that are nearly zero.
fn tells(label: &str, value: f64) -> bool {
    let digits = label.bytes().filter(u8::is_ascii_digit);
    value.is_normal() && digits.count() <= 15
        || value == 0.0 && !label.bytes().any(|b| (b'1'..=b'9').contains(&b))
}
