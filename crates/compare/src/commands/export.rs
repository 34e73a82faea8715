//! `compare export`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use compare::report::counted;
use compare::study::{Row, histories_csv};

use super::{Failure, existing, is_same_file};
use crate::arguments::ExportArguments;
use crate::exit::Exit;
use crate::output::remark;

pub(crate) fn export(arguments: &ExportArguments) -> Result<Exit, Failure> {
    let ExportArguments { runs, out } = arguments;
    if is_same_file(runs, out) {
        return Err(format!("{} contains the runs; expected another output file", runs.display()).into());
    }
    let write = writer(out)?;
    let rows = existing(runs)?.rows()?;
    let file = File::create(out).map_err(|error| format!("{}: {error}", out.display()))?;
    write(&rows, BufWriter::new(file)).map_err(|error| format!("{}: {error}", out.display()))?;
    remark(&format!("the histories of {} written to {}", counted(rows.len(), "run"), out.display()));
    Ok(Exit::Done)
}

/// Writes histories into a file.
type Write = fn(&[Row], BufWriter<File>) -> Result<(), Failure>;

/// What writes the format of the file's ending.
fn writer(out: &Path) -> Result<Write, String> {
    let ending = out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "csv" => Ok(|rows, file| Ok(histories_csv(rows, file)?)),
        #[cfg(feature = "parquet")]
        "parquet" => Ok(|rows, file| Ok(compare::study::histories_parquet(rows, file)?)),
        #[cfg(not(feature = "parquet"))]
        "parquet" => Err(format!(
            "{}: this program is built without Parquet; expected the cargo feature `parquet`, or .csv",
            out.display()
        )),
        _ => Err(format!("{}: unknown format; expected the ending .csv or .parquet", out.display())),
    }
}
