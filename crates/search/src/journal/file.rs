//! Checks the first line of a journal file, and cuts off what follows its last intact record.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use super::record::Record;
use super::{Header, Journal, JournalFault};

/// Whether the file begins with a complete header, which must be that of this run. Returns `false` if the
/// file ends within the header of this run.
pub(super) fn holds_a_header(file: &File, line: &str, header: &Header) -> Result<bool, JournalFault> {
    let mut found = Vec::new();
    // The header of another run may be longer, but a file without line ends is not a journal.
    let most = 10 * line.len() as u64 + (1 << 20);
    let mut reader = BufReader::new(Read::take(file, most));
    reader.read_until(b'\n', &mut found)?;
    if found.ends_with(b"\n") {
        header.check(&found)?;
        Ok(true)
    } else if line.as_bytes().starts_with(&found) {
        Ok(false)
    } else {
        Err(JournalFault::NotAJournal)
    }
}

/// Copies `rest`, the bytes after the last intact record, which ends at byte `end`, into a file next to the
/// journal. Returns the name of that file, or `None` if `rest` is empty. A killed process leaves no intact
/// records in `rest`; if there are some, returns an error unless `journal.cut_damage` is set.
pub(super) fn cut_off(rest: &[u8], end: u64, journal: &Journal) -> Result<Option<PathBuf>, JournalFault> {
    if rest.is_empty() {
        return Ok(None);
    }
    if !journal.cut_damage && Record::stands_in(rest) {
        return Err(JournalFault::Damaged { at: end, behind: rest.len() as u64 });
    }
    let mut name = journal.path.as_os_str().to_owned();
    name.push(format!(".cut-{end}"));
    fs::write(&name, rest)?;
    Ok(Some(name.into()))
}
