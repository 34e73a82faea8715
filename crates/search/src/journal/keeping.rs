//! Where a run keeps its journal: in a file, or in memory.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::reader::Contents;
use super::record::Record;
use super::recording::Recording;
use super::{Header, Journal, JournalError, JournalFault, Opened};

/// The path reported for a journal in memory.
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

    pub(super) fn replace(&self, bytes: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    pub(super) fn cut_at(&self, end: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).truncate(end as usize);
    }
}

/// Where a run keeps its journal, with the header of the run.
pub(crate) enum Keeping<'a> {
    /// A file, with an optional copy in memory.
    File(&'a Journal, Header, Option<&'a Bytes>),
    Memory(&'a Bytes, Header),
}

impl Keeping<'_> {
    pub(crate) fn open(self) -> Result<Opened, JournalError> {
        match self {
            Keeping::File(journal, header, copy) => {
                let opened = Recording::open(journal, &header, copy);
                opened.map_err(|fault| JournalError { path: journal.path.clone(), fault })
            }
            Keeping::Memory(bytes, header) => {
                let opened = in_memory(bytes, &header);
                opened.map_err(|fault| JournalError { path: PathBuf::from(IN_MEMORY), fault })
            }
        }
    }
}

/// Resumes from bytes in memory; an incomplete record at the end is cut off, as in a file.
fn in_memory(bytes: &Bytes, header: &Header) -> Result<Opened, JournalFault> {
    let mut held = bytes.copy();
    let begin = match held.iter().position(|&byte| byte == b'\n') {
        Some(end) => {
            header.check(&held[..=end])?;
            end + 1
        }
        None if held.is_empty() => {
            held = header.line().into_bytes();
            bytes.replace(held.clone());
            held.len()
        }
        None => return Err(JournalFault::NotAJournal),
    };
    let length = held.len() as u64;
    let contents = Contents::read(Box::new(Cursor::new(held)), begin as u64, length)?;
    if Record::stands_in(&contents.rest) {
        return Err(JournalFault::Damaged { at: contents.end, behind: contents.rest.len() as u64 });
    }
    bytes.cut_at(contents.end);
    Ok(Recording::in_memory(bytes.clone(), IN_MEMORY, contents))
}
