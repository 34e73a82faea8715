//! Reads a journal back: finds the intact records, and where a resumed run begins.

use std::collections::HashMap;
use std::io::{self, BufRead, Read, Seek, SeekFrom};

use super::Spare;
use super::record::{Record, Snapshot, checksum_of_point};

/// A source of records.
pub(super) trait Source: BufRead + Seek + Send {}

impl<R: BufRead + Seek + Send> Source for R {}

/// The contents of a journal after its header.
pub(super) struct Contents {
    /// The last snapshot, with the whole trace up to it.
    pub(super) snapshot: Option<Snapshot>,
    /// The evaluations after the snapshot.
    pub(super) known: Known,
    /// Values after the snapshot that arrived before their turn and have not been used.
    pub(super) spares: Vec<Spare>,
    /// The position of the end of the last intact record.
    pub(super) end: u64,
    /// The number of intact records.
    pub(super) records: u32,
    /// The bytes after them.
    pub(super) rest: Vec<u8>,
}

/// The recorded evaluations that have not been used yet, read on demand.
pub(super) struct Known {
    reader: Box<dyn Source>,
    left: u64,
    /// The number of the next record.
    number: u32,
    /// The number of bytes up to the end of the last intact record.
    bytes: u64,
}

impl Contents {
    /// Reads all records from `start` to the first that is damaged or out of sequence. The source has
    /// `length` bytes.
    pub(super) fn read(mut reader: Box<dyn Source>, start: u64, length: u64) -> io::Result<Self> {
        reader.seek(SeekFrom::Start(start))?;
        let (mut end, mut begin, mut values, mut records, mut number) = (start, start, 0, 0, 0);
        let mut snapshot: Option<Snapshot> = None;
        let mut spares = Unused::default();
        while let Some((record, bytes)) = Record::read_from(&mut reader, length.saturating_sub(end), records)?
        {
            end += bytes;
            records += 1;
            match record {
                Record::Snapshot(next) => {
                    let mut trace = snapshot.take().map(|snapshot| snapshot.trace).unwrap_or_default();
                    trace.extend(next.trace);
                    snapshot = Some(Snapshot { trace, ..*next });
                    (begin, values, number) = (end, 0, records);
                    spares = Unused::default();
                }
                Record::Spare(spare) => spares.add(*spare),
                Record::Whole(whole) => {
                    values += 1;
                    spares.use_one_at(checksum_of_point(&whole.x));
                }
                Record::Value { point, .. }
                | Record::Several { point, .. }
                | Record::Failed { point, .. } => {
                    values += 1;
                    spares.use_one_at(point);
                }
            }
        }
        let mut rest = Vec::new();
        reader.seek(SeekFrom::Start(end))?;
        reader.read_to_end(&mut rest)?;
        reader.seek(SeekFrom::Start(begin))?;
        let known = Known { reader, left: values, number, bytes: end - begin };
        Ok(Contents { snapshot, known, spares: spares.left(), end, records, rest })
    }
}

/// Values that arrived before their turn and that no evaluation has used.
#[derive(Default)]
struct Unused {
    spares: Vec<Option<Spare>>,
    /// Their indices, by the checksums of their points.
    places: HashMap<u32, usize>,
}

impl Unused {
    fn add(&mut self, spare: Spare) {
        self.places.insert(checksum_of_point(&spare.x), self.spares.len());
        self.spares.push(Some(spare));
    }

    /// Removes the value of a point that has now been evaluated, if there is one.
    fn use_one_at(&mut self, point: u32) {
        if let Some(place) = self.places.remove(&point) {
            self.spares[place] = None;
        }
    }

    fn left(self) -> Vec<Spare> {
        self.spares.into_iter().flatten().collect()
    }
}

impl Known {
    /// The number of evaluations left.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn next(&mut self) -> io::Result<Record> {
        loop {
            let (record, bytes) = Record::read_from(&mut self.reader, self.bytes, self.number)?
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            self.bytes -= bytes;
            self.number += 1;
            if !matches!(record, Record::Spare(_)) {
                self.left -= 1;
                return Ok(record);
            }
        }
    }
}
