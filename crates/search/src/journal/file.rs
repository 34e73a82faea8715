//! The file of a journal: its first line, and what stands behind its last whole record.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use super::record::Record;
use super::{Header, Journal, JournalFault};

/// Whether the file begins with a whole header, which must be that of this run.
pub(super) fn holds_a_header(file: &File, line: &str, header: &Header) -> Result<bool, JournalFault> {
    let mut found = Vec::new();
    // The header of another run may be longer; a file without line ends is none.
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

/// Copies what stands behind the last whole record, at byte `end`, into a file beside the journal, and tells its name; `None` for
/// nothing. Where whole records are in it, it is more than a kill can leave, and is refused unless the journal is to be cut.
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
