//! Histories as Parquet.

use std::io::Write;
use std::sync::Arc;

use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;

use super::{Best, bests, constructed};
use crate::study::Row;

const SCHEMA: &str = "message histories {
    required binary suite (STRING);
    required binary problem (STRING);
    required binary solver (STRING);
    required int64 seed (INTEGER(64, false));
    required int64 n (INTEGER(64, false));
    required int64 evaluation (INTEGER(64, false));
    optional double value;
    optional double seconds;
    optional double violation;
    optional int64 round (INTEGER(64, false));
}";

/// The runs of a row group, which is in memory while it is written.
const RUNS: usize = 10_000;

/// Writes the histories of these runs with the columns of [`histories_csv`](super::histories_csv), uncompressed; what is
/// empty there is null here.
///
/// # Errors
/// Those of the writer.
pub fn histories_parquet(runs: &[Row], out: impl Write + Send) -> Result<(), ParquetError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut writer = SerializedFileWriter::new(out, schema, Arc::default())?;
    for runs in runs.chunks(RUNS) {
        let rows: Vec<Best<'_>> = constructed(runs).flat_map(bests).collect();
        let mut group = writer.next_row_group()?;
        words(&mut group, &rows, |row| &row.run.suite)?;
        words(&mut group, &rows, |row| &row.run.history.problem)?;
        words(&mut group, &rows, |row| &row.run.history.solver)?;
        counts(&mut group, &rows, |row| row.run.history.seed)?;
        counts(&mut group, &rows, |row| row.run.history.dimension as u64)?;
        counts(&mut group, &rows, |row| row.evaluation)?;
        numbers(&mut group, &rows, |row| row.value)?;
        numbers(&mut group, &rows, |row| row.seconds)?;
        numbers(&mut group, &rows, |row| row.violation)?;
        known_counts(&mut group, &rows, |row| row.round)?;
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

type Group<'g, W> = SerializedRowGroupWriter<'g, W>;

fn words<'r, W: Write + Send>(
    group: &mut Group<'_, W>,
    rows: &'r [Best<'_>],
    word: impl Fn(&'r Best<'_>) -> &'r str,
) -> Result<(), ParquetError> {
    let words: Vec<ByteArray> = rows.iter().map(|row| ByteArray::from(word(row))).collect();
    column::<ByteArrayType, W>(group, &words, None)
}

/// Whole numbers without a sign: the same bits.
fn counts<W: Write + Send>(
    group: &mut Group<'_, W>,
    rows: &[Best<'_>],
    count: impl Fn(&Best<'_>) -> u64,
) -> Result<(), ParquetError> {
    let counts: Vec<i64> = rows.iter().map(|row| count(row) as i64).collect();
    column::<Int64Type, W>(group, &counts, None)
}

/// The same, of which some are not known.
fn known_counts<W: Write + Send>(
    group: &mut Group<'_, W>,
    rows: &[Best<'_>],
    count: impl Fn(&Best<'_>) -> Option<u64>,
) -> Result<(), ParquetError> {
    let counts: Vec<i64> = rows.iter().filter_map(&count).map(|count| count as i64).collect();
    let known: Vec<i16> = rows.iter().map(|row| i16::from(count(row).is_some())).collect();
    column::<Int64Type, W>(group, &counts, Some(&known))
}

/// Numbers, of which some are not known.
fn numbers<W: Write + Send>(
    group: &mut Group<'_, W>,
    rows: &[Best<'_>],
    number: impl Fn(&Best<'_>) -> Option<f64>,
) -> Result<(), ParquetError> {
    let numbers: Vec<f64> = rows.iter().filter_map(&number).collect();
    let known: Vec<i16> = rows.iter().map(|row| i16::from(number(row).is_some())).collect();
    column::<DoubleType, W>(group, &numbers, Some(&known))
}

/// The next column of the schema; `known` has a 1 for each row with a value.
fn column<T: DataType, W: Write + Send>(
    group: &mut Group<'_, W>,
    values: &[T::T],
    known: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let mut column = group.next_column()?.expect("the schema has as many");
    column.typed::<T>().write_batch(values, known, None)?;
    column.close()
}
