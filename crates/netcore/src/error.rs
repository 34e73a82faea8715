//! What can be wrong with a network, its numbers or its file.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::{Topology, Transfer};

/// An error of the network side of the crate; tables have [`TableError`](crate::TableError).
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// An unknown name of a transfer function.
    #[error("`{name}` is not a transfer function; expected one of {}", names())]
    UnknownTransfer {
        /// The name given.
        name: String,
    },
    /// A network without inputs, without layers or with an empty layer.
    #[error("a network needs at least one {what}")]
    EmptyTopology {
        /// What is missing: `input`, `layer`, or `unit in layer k`.
        what: String,
    },
    /// More parameters than there is memory for.
    #[error("the network {sizes} has more parameters than this machine has memory for")]
    TooLarge {
        /// The layer sizes.
        sizes: String,
    },
    /// A flat vector or a file of weights for a network of another size.
    #[error(
        "{given} parameters do not fit a {topology} network, which has {expected}: per layer the biases, \
         then the weights column by column"
    )]
    ParameterCount {
        /// Length given.
        given: usize,
        /// Length needed.
        expected: usize,
        /// The network for which they were meant.
        topology: String,
    },
    /// A parameter that is NaN or infinite.
    #[error("parameter {index} ({name}) is {value}; expected a finite number")]
    ParameterNotFinite {
        /// Place in the flat vector, from 0.
        index: usize,
        /// The element's name, for example `IW[2,3]`.
        name: String,
        /// The value given.
        value: f64,
    },
    /// A matrix of the wrong size.
    #[error("{what} is {}×{}; expected {}×{}", given.0, given.1, expected.0, expected.1)]
    Shape {
        /// Which matrix.
        what: String,
        /// Rows and columns given.
        given: (usize, usize),
        /// Rows and columns needed.
        expected: (usize, usize),
    },
    /// Data without samples.
    #[error("{what} has no samples; expected at least one column")]
    NoSamples {
        /// Which matrix.
        what: &'static str,
    },
    /// Data in which all rows are constant, so that no row is left for the network.
    #[error("all {what} are constant over the {samples} samples; expected at least one row that varies")]
    Constant {
        /// `inputs` or `targets`.
        what: &'static str,
        /// Number of samples.
        samples: usize,
    },
    /// A removed row of [`Scaling`](crate::Scaling) that does not exist, is out of order or has no finite
    /// value.
    #[error(
        "removed row {row} with value {value} is not one of {rows} rows in ascending order, with a finite value"
    )]
    RemovedRow {
        /// The row, from 0.
        row: usize,
        /// Its value.
        value: f64,
        /// Number of all rows.
        rows: usize,
    },
    /// A range of [`MinMax`](crate::MinMax) that is empty or not finite.
    #[error("the range [{low}, {high}] is not an interval; expected finite low < high")]
    Range {
        /// Lower end given.
        low: f64,
        /// Upper end given.
        high: f64,
    },
    /// A file of weights that belongs to another network.
    #[error(
        "{path} holds the weights of a {found:#} network ({} parameters); this network is {expected:#} ({} parameters)",
        found.parameter_count(), expected.parameter_count()
    )]
    OtherTopology {
        /// The file.
        path: PathBuf,
        /// The network the file was written for.
        found: Topology,
        /// The network for which they were meant.
        expected: Topology,
    },
    /// A file that cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file with other contents than expected.
    #[error("{path} is not a {expected} file: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// The contents expected: `network` or `weights`.
        expected: &'static str,
        /// Where reading failed.
        source: serde_json::Error,
    },
}

fn names() -> String {
    Transfer::ALL.map(Transfer::name).join(", ")
}
