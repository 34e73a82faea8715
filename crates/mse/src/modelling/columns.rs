//! What the columns of weights and targets must be.

use ndarray::Array2;
use netcore::{Answer, Choice, Sheet, TableError, TableFault};

/// Checks that the sheet has a column for the weights, and that the column is nothing else.
pub(super) fn check_weight(sheet: &Sheet, choice: &Choice, column: &str) -> Result<(), TableError> {
    let (role, name) = ("the weights", column.to_owned());
    let others = [(&choice.targets, "the target"), (&choice.ignore, "ignored")];
    let other = others.into_iter().find(|(columns, _)| columns.iter().any(|other| other == column));
    let fault = match other {
        Some((_, first)) => TableFault::TwoRoles { name, first, second: role },
        None if sheet.column(column).is_none() => {
            let columns = sheet.names().collect::<Vec<_>>().join(", ");
            TableFault::UnknownColumn { role, name, columns }
        }
        None => return Ok(()),
    };
    Err(TableError { file: sheet.name().to_owned(), fault })
}

/// The weights of these rows: a column of numbers, read as a target is.
pub(super) fn weights(sheet: &Sheet, column: &str, rows: &[usize]) -> Result<Vec<f64>, TableError> {
    let answer = Answer::Numbers { targets: vec![column.to_owned()] };
    Ok(answer.encode(&sheet.select(rows))?.row(0).to_vec())
}

/// Checks that numbers to fit (rows × samples) vary.
pub(super) fn check_targets(sheet: &Sheet, answer: &Answer, targets: &Array2<f64>) -> Result<(), TableError> {
    let Answer::Numbers { targets: names } = answer else { return Ok(()) };
    let varies = targets.rows().into_iter().any(|row| row.iter().any(|value| *value != row[0]));
    if varies {
        return Ok(());
    }
    let (column, value) = (names.join(", "), targets[[0, 0]]);
    let fault = TableFault::ConstantTarget { column, value, samples: targets.ncols() };
    Err(TableError { file: sheet.name().to_owned(), fault })
}
