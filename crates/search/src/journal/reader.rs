//! Reading a journal back: which records are whole, and where a resume begins.

use std::fs::File;
use std::io::{self, BufReader, Seek, SeekFrom};

use super::record::{Record, Snapshot};

/// What a journal holds below its header.
pub(super) struct Contents {
    /// The last snapshot, with the whole trace up to it.
    pub(super) snapshot: Option<Snapshot>,
    /// The evaluations after it.
    pub(super) known: Known,
    /// The end of the last whole record.
    pub(super) end: u64,
}

/// The recorded evaluations that have not been used yet, read as they are needed.
pub(super) struct Known {
    reader: BufReader<File>,
    left: u64,
    /// Bytes up to the end of the last whole record.
    bytes: u64,
}

impl Contents {
    /// Goes through all records from `start` to the first that is not whole.
    pub(super) fn read(file: &File, start: u64) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut reader = BufReader::new(file.try_clone()?);
        reader.seek(SeekFrom::Start(start))?;
        let (mut end, mut begin, mut values) = (start, start, 0);
        let mut snapshot: Option<Snapshot> = None;
        while let Some((record, bytes)) = Record::read_from(&mut reader, length.saturating_sub(end))? {
            end += bytes;
            match record {
                Record::Snapshot(next) => {
                    let mut trace = snapshot.take().map(|snapshot| snapshot.trace).unwrap_or_default();
                    trace.extend(next.trace);
                    snapshot = Some(Snapshot { trace, ..*next });
                    (begin, values) = (end, 0);
                }
                Record::Value { .. } | Record::Constrained { .. } | Record::Failed { .. } => values += 1,
            }
        }
        reader.seek(SeekFrom::Start(begin))?;
        Ok(Contents { snapshot, known: Known { reader, left: values, bytes: end - begin }, end })
    }
}

impl Known {
    /// How many are left.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn next(&mut self) -> io::Result<Record> {
        let (record, bytes) =
            Record::read_from(&mut self.reader, self.bytes)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.bytes -= bytes;
        self.left -= 1;
        Ok(record)
    }
}
