//! Reading a journal back: which records are whole, and where a resume begins.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::record::{Record, Snapshot};

/// What a journal holds below its header.
pub(super) struct Contents {
    /// The last snapshot, with the whole trace up to it.
    pub(super) snapshot: Option<Snapshot>,
    /// The evaluations after it.
    pub(super) known: Known,
    /// The end of the last whole record.
    pub(super) end: u64,
    /// How many records there are up to there.
    pub(super) records: u32,
    /// What stands behind them.
    pub(super) rest: Vec<u8>,
}

/// The recorded evaluations that have not been used yet, read as they are needed.
pub(super) struct Known {
    reader: BufReader<File>,
    left: u64,
    /// The number of the next one.
    number: u32,
    /// Bytes up to the end of the last whole record.
    bytes: u64,
}

impl Contents {
    /// Goes through all records from `start` to the first that is not whole, or not the next one.
    pub(super) fn read(file: &File, start: u64) -> io::Result<Self> {
        let length = file.metadata()?.len();
        let mut reader = BufReader::new(file.try_clone()?);
        reader.seek(SeekFrom::Start(start))?;
        let (mut end, mut begin, mut values, mut records) = (start, start, 0, 0);
        let mut snapshot: Option<Snapshot> = None;
        while let Some((record, bytes)) = Record::read_from(&mut reader, length.saturating_sub(end), records)?
        {
            end += bytes;
            records += 1;
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
        let mut rest = Vec::new();
        reader.seek(SeekFrom::Start(end))?;
        reader.read_to_end(&mut rest)?;
        reader.seek(SeekFrom::Start(begin))?;
        let number = records - values as u32;
        let known = Known { reader, left: values, number, bytes: end - begin };
        Ok(Contents { snapshot, known, end, records, rest })
    }
}

impl Known {
    /// How many are left.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn next(&mut self) -> io::Result<Record> {
        let (record, bytes) = Record::read_from(&mut self.reader, self.bytes, self.number)?
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        self.bytes -= bytes;
        (self.left, self.number) = (self.left - 1, self.number + 1);
        Ok(record)
    }
}
