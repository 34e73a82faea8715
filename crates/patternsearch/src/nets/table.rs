//! Small tables as text, and rows of a CSV file.

use std::fmt::Display;

/// The confusion matrix: true classes in rows, chosen ones in columns.
pub(crate) fn text_table<C: Display>(classes: &[String], rows: impl Iterator<Item = Vec<C>>) -> String {
    let mut cells =
        vec![std::iter::once("true \\ chosen".to_owned()).chain(classes.iter().cloned()).collect()];
    for (class, row) in classes.iter().zip(rows) {
        let counts = row.iter().map(ToString::to_string);
        cells.push(std::iter::once(class.clone()).chain(counts).collect::<Vec<String>>());
    }
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=classes.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let padded: Vec<String> =
            row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}")).collect();
        format!("             {}\n", padded.join("  ").trim_end())
    };
    cells.iter().map(line).collect()
}

/// A row of a CSV file with commas.
pub(crate) fn csv_row<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let quoted = |cell: &str| {
        let special = cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell;
        if special { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    };
    cells.map(quoted).collect::<Vec<_>>().join(",") + "\n"
}
