//! The records of a journal, and their bytes: length, checksum, content.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use crate::evaluations::{Standing, Values};
use crate::{ConstraintValues, Failure, Iteration};

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Record {
    /// An evaluation that gave a value, with the checksum of its point.
    Value { point: u32, value: f64 },
    /// An evaluation that gave a value and those of the constraints.
    Constrained { point: u32, value: f64, constraints: ConstraintValues },
    /// An evaluation that failed.
    Failed { point: u32, failure: Failure },
    /// The state of the run at the end of an iteration.
    Snapshot(Box<Snapshot>),
}

/// The state of a run at the end of an iteration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) standing: Standing,
    /// The rows of the trace since the snapshot before; all of them after reading.
    pub(crate) trace: Vec<Iteration>,
    /// The solver's own state.
    pub(crate) solver: Vec<u8>,
}

impl Record {
    pub(super) fn of(x: &[f64], attempt: &Result<Values, Failure>) -> Self {
        let point = checksum_of_point(x);
        match attempt {
            Ok(Values { value, constraints: None }) => Record::Value { point, value: *value },
            Ok(Values { value, constraints: Some(constraints) }) => {
                Record::Constrained { point, value: *value, constraints: (**constraints).clone() }
            }
            Err(failure) => Record::Failed { point, failure: failure.clone() },
        }
    }

    /// The recorded evaluation, if the record is of this point.
    pub(super) fn attempt_at(self, x: &[f64]) -> Option<Result<Values, Failure>> {
        let expected = checksum_of_point(x);
        match self {
            Record::Value { point, value } if point == expected => {
                Some(Ok(Values { value, constraints: None }))
            }
            Record::Constrained { point, value, constraints } if point == expected => {
                Some(Ok(Values { value, constraints: Some(Box::new(constraints)) }))
            }
            Record::Failed { point, failure } if point == expected => Some(Err(failure)),
            _ => None,
        }
    }

    pub(super) fn append_to(&self, bytes: &mut Vec<u8>) {
        let frame = bytes.len();
        bytes.extend([0; 8]);
        let mut small = [0; 32];
        match postcard::to_slice(self, &mut small) {
            Ok(content) => bytes.extend_from_slice(content),
            // Too long for the common case of a value.
            Err(_) => bytes.extend(postcard::to_stdvec(self).expect("memory is all that can be missing")),
        }
        let length = (bytes.len() - frame - 8) as u32;
        let checksum = crc32fast::hash(&bytes[frame + 8..]);
        bytes[frame..frame + 4].copy_from_slice(&length.to_le_bytes());
        bytes[frame + 4..frame + 8].copy_from_slice(&checksum.to_le_bytes());
    }

    /// Reads the next record and the bytes it takes, or `None` where no whole record stands. At most
    /// `left` bytes are read, and no memory is taken for a length that is only claimed.
    pub(super) fn read_from(reader: &mut impl Read, left: u64) -> io::Result<Option<(Record, u64)>> {
        if left < 8 {
            return Ok(None);
        }
        let mut frame = [0; 8];
        reader.read_exact(&mut frame)?;
        let [a, b, c, d, rest @ ..] = frame;
        let (length, checksum) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes(rest));
        if u64::from(length) > left - 8 {
            return Ok(None);
        }
        let mut content = vec![0; length as usize];
        reader.read_exact(&mut content)?;
        let whole = crc32fast::hash(&content) == checksum;
        let record = whole.then(|| postcard::from_bytes(&content).ok()).flatten();
        Ok(record.map(|record| (record, 8 + u64::from(length))))
    }
}

/// A checksum over the bits of a point.
fn checksum_of_point(x: &[f64]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    // In blocks: the checksum is fast on many bytes at once.
    for block in x.chunks(32) {
        let mut bytes = [0; 256];
        for (bytes, value) in bytes.chunks_exact_mut(8).zip(block) {
            bytes.copy_from_slice(&value.to_bits().to_le_bytes());
        }
        hasher.update(&bytes[..8 * block.len()]);
    }
    hasher.finalize()
}
