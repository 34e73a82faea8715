//! The header row, and the target's column in it.

use std::collections::HashMap;

use super::Target;
use super::fault::{TableFault, shown};

/// The place of the target, from 0.
pub(super) fn find_target(headers: &[String], target: &Target) -> Result<usize, TableFault> {
    let named = target.column.as_ref().and_then(|name| headers.iter().position(|header| header == name));
    check_names(headers, named.is_some())?;
    let column = match (&target.column, named) {
        (None, _) => headers.len() - 1,
        (Some(_), Some(column)) => column,
        (Some(name), None) => {
            return Err(TableFault::UnknownTarget { name: name.clone(), columns: headers.join(", ") });
        }
    };
    match headers {
        [name] => Err(TableFault::NoFeatures { name: name.clone() }),
        _ => Ok(column),
    }
}

/// Refuses a row of data, and columns without a unique name. If the row contains the name of the target and a
/// cell that is not a number, it is a header.
fn check_names(headers: &[String], has_target: bool) -> Result<(), TableFault> {
    let numbers = headers.iter().filter(|name| name.parse::<f64>().is_ok()).count();
    let all_but_one = numbers > 0 && numbers + 1 == headers.len();
    if numbers == headers.len() || (all_but_one && !has_target) {
        return Err(TableFault::NoHeader { first: shown(&headers[0]) });
    }
    check_distinct(headers)
}

/// Refuses columns without a unique name.
pub(crate) fn check_distinct(headers: &[String]) -> Result<(), TableFault> {
    if let Some(column) = headers.iter().position(String::is_empty) {
        return Err(TableFault::UnnamedColumn { column: column + 1 });
    }
    let mut seen = HashMap::new();
    for (column, name) in headers.iter().enumerate() {
        if let Some(first) = seen.insert(name, column) {
            let (first, second) = (first + 1, column + 1);
            return Err(TableFault::DuplicateHeader { name: name.clone(), first, second });
        }
    }
    Ok(())
}
