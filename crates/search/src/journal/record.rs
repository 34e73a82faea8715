//! The records of a journal. The bytes of a record are its length, its number, a checksum of number and
//! content, and its content.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use crate::evaluations::{Standing, Values};
use crate::{Failure, Iteration};

/// The number of bytes before a record's content.
const FRAME: usize = 12;

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Record {
    /// A successful evaluation, with the checksum of its point.
    Value { point: u32, value: f64 },
    /// A successful evaluation with values of the constraints or residuals.
    Several { point: u32, values: Values },
    /// An evaluation that failed.
    Failed { point: u32, failure: Failure },
    /// The state of the run at the end of an iteration.
    Snapshot(Box<Snapshot>),
    /// An evaluation with its point, in a journal of every value.
    Whole(Box<Spare>),
    /// A value that arrived before its turn. At its turn, the evaluation gets a record of its own.
    Spare(Box<Spare>),
}

/// An evaluation with its point, by which a value that arrived before its turn is looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spare {
    pub(crate) x: Vec<f64>,
    pub(crate) values: Result<Values, Failure>,
}

/// The state of a run at the end of an iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) standing: Standing,
    /// The rows of the trace since the previous snapshot; all rows after reading.
    pub(crate) trace: Vec<Iteration>,
    /// The solver's own state.
    pub(crate) solver: Vec<u8>,
}

impl Record {
    pub(super) fn of(x: &[f64], attempt: &Result<Values, Failure>) -> Self {
        let point = checksum_of_point(x);
        match attempt {
            Ok(values) if values.is_bare() => Record::Value { point, value: values.value },
            Ok(values) => Record::Several { point, values: values.clone() },
            Err(failure) => Record::Failed { point, failure: failure.clone() },
        }
    }

    pub(super) fn whole(x: &[f64], attempt: &Result<Values, Failure>) -> Self {
        Record::Whole(Box::new(Spare { x: x.to_vec(), values: attempt.clone() }))
    }

    /// Returns the recorded evaluation, if the record is of this point.
    pub(super) fn attempt_at(&self, x: &[f64]) -> Option<Result<Values, Failure>> {
        let expected = checksum_of_point(x);
        match self {
            Record::Value { point, value } if *point == expected => Some(Ok(Values::from(*value))),
            Record::Several { point, values } if *point == expected => Some(Ok(values.clone())),
            Record::Failed { point, failure } if *point == expected => Some(Err(failure.clone())),
            Record::Whole(whole) if same_bits(&whole.x, x) => Some(whole.values.clone()),
            _ => None,
        }
    }

    /// Appends the record with this number. Records are numbered from 0 to detect duplicated, missing and
    /// misplaced ones.
    pub(super) fn append_to(&self, bytes: &mut Vec<u8>, number: u32) {
        let frame = bytes.len();
        bytes.extend([0; FRAME]);
        let mut small = [0; 32];
        match postcard::to_slice(self, &mut small) {
            Ok(content) => bytes.extend_from_slice(content),
            // The record does not fit the buffer for the common case of a value.
            Err(_) => bytes.extend(postcard::to_stdvec(self).expect("memory is all that can be missing")),
        }
        let length = (bytes.len() - frame - FRAME) as u32;
        let checksum = checksum(number, &bytes[frame + FRAME..]);
        for (place, word) in [length, number, checksum].into_iter().enumerate() {
            bytes[frame + 4 * place..frame + 4 * (place + 1)].copy_from_slice(&word.to_le_bytes());
        }
    }

    /// Reads the record with this number, and returns it with its size in bytes; `None` if it is not there or
    /// damaged. Reads at most `left` bytes, and allocates no more, whatever length is claimed.
    pub(super) fn read_from(
        reader: &mut impl Read,
        left: u64,
        number: u32,
    ) -> io::Result<Option<(Record, u64)>> {
        let Some((found, record, bytes)) = Record::read_any(reader, left)? else { return Ok(None) };
        Ok((found == number).then_some((record, bytes)))
    }

    /// Whether an intact record with any number begins anywhere in these bytes.
    pub(super) fn stands_in(bytes: &[u8]) -> bool {
        (0..bytes.len()).any(|place| {
            let mut reader = &bytes[place..];
            let left = reader.len() as u64;
            matches!(Record::read_any(&mut reader, left), Ok(Some(_)))
        })
    }

    /// Reads the next record, and returns its number, the record and its size in bytes; `None` if it is not
    /// intact.
    fn read_any(reader: &mut impl Read, left: u64) -> io::Result<Option<(u32, Record, u64)>> {
        if left < FRAME as u64 {
            return Ok(None);
        }
        let mut word = || -> io::Result<u32> {
            let mut bytes = [0; 4];
            reader.read_exact(&mut bytes)?;
            Ok(u32::from_le_bytes(bytes))
        };
        let (length, number, expected) = (word()?, word()?, word()?);
        if u64::from(length) > left - FRAME as u64 {
            return Ok(None);
        }
        let mut content = vec![0; length as usize];
        reader.read_exact(&mut content)?;
        let whole = checksum(number, &content) == expected;
        let record = whole.then(|| postcard::from_bytes(&content).ok()).flatten();
        Ok(record.map(|record| (number, record, FRAME as u64 + u64::from(length))))
    }
}

fn same_bits(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn checksum(number: u32, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(content);
    hasher.finalize()
}

/// Returns a checksum of the bits of a point.
pub(super) fn checksum_of_point(x: &[f64]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    // In blocks, because the checksum is faster on many bytes at once.
    for block in x.chunks(32) {
        let mut bytes = [0; 256];
        for (bytes, value) in bytes.chunks_exact_mut(8).zip(block) {
            bytes.copy_from_slice(&value.to_bits().to_le_bytes());
        }
        hasher.update(&bytes[..8 * block.len()]);
    }
    hasher.finalize()
}
