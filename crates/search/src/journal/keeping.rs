//! Where a run keeps its records: in a file, or in memory.

use std::io::{BufReader, Cursor, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::record::Record;
use super::recording::Recording;
use super::{Header, Journal, JournalError, JournalFault, Opened};

/// What stands for the file of a journal in memory.
const IN_MEMORY: &str = "(in memory)";

/// The bytes of a journal in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bytes(Arc<Mutex<Vec<u8>>>);

impl Bytes {
    pub(crate) fn holding(bytes: &[u8]) -> Self {
        Bytes(Arc::new(Mutex::new(bytes.to_vec())))
    }

    pub(crate) fn copy(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn append(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    fn replace(&self, bytes: &[u8]) {
        bytes.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Where a run keeps its journal, and whose it is.
pub(crate) enum Keeping<'a> {
    File(&'a Journal, Header),
    Memory(&'a Bytes, Header),
}

impl Keeping<'_> {
    pub(crate) fn open(self) -> Result<Opened, JournalError> {
        match self {
            Keeping::File(journal, header) => {
                let opened = Recording::open(journal, &header);
                opened.map_err(|fault| JournalError { path: journal.path.clone(), fault })
            }
            Keeping::Memory(bytes, header) => {
                let opened = in_memory(bytes, &header);
                opened.map_err(|fault| JournalError { path: PathBuf::from(IN_MEMORY), fault })
            }
        }
    }
}

/// Goes on from bytes in memory; a record that is torn at their end is cut off, as in a file.
fn in_memory(bytes: &Bytes, header: &Header) -> Result<Opened, JournalFault> {
    let held = bytes.copy();
    let begin = match held.iter().position(|&byte| byte == b'\n') {
        Some(end) => {
            header.check(&held[..=end])?;
            end + 1
        }
        None if held.is_empty() => {
            bytes.append(header.line().as_bytes());
            0
        }
        None => return Err(JournalFault::NotAJournal),
    };
    let length = held.len() as u64;
    let mut reader = BufReader::new(Cursor::new(held));
    reader.seek(SeekFrom::Start(begin as u64))?;
    let contents = super::reader::Contents::read(Box::new(reader), begin as u64, length)?;
    if Record::stands_in(&contents.rest) {
        return Err(JournalFault::Damaged { at: contents.end, behind: contents.rest.len() as u64 });
    }
    if !contents.rest.is_empty() {
        let whole = bytes.copy();
        bytes.replace(&whole[..contents.end as usize]);
    }
    Ok(Recording::in_memory(bytes.clone(), IN_MEMORY, contents))
}
