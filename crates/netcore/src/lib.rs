//! Feed-forward nets, as MATLAB's shallow-network functions define them.
//!
//! A [`Table`] turns a CSV file into inputs and targets, one column per sample. [`Scaling`] maps them to the
//! numbers that a network works on. A [`Network`] of any depth holds all its biases and weights in **one flat
//! vector**, in the order of MATLAB's `getwb` and `setwb`, so that any optimizer can change it.
//!
//! ```
//! use netcore::{Network, Table, Target};
//!
//! let csv = "size,colour,kind\n1.0,0.2,apple\n2.5,0.9,pear\n1.2,0.3,apple\n";
//! let table = Table::from_reader("fruit.csv", csv.as_bytes(), &Target::last())?;
//! let mut network = Network::feedforward(&[3], table.inputs(), table.targets())?;
//! let mut weights = network.parameters().to_vec(); // getwb
//! weights[0] = 0.5; // the first bias
//! network.set_parameters(&weights)?; // setwb
//! assert_eq!(network.outputs(table.inputs())?.dim(), (2, 3)); // outputs × samples
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | subject | items |
//! |---|---|
//! | data | [`Table`], [`Target`], [`Scaling`], [`MinMax`] |
//! | tables as people have them | [`Sheet`], [`Format`]; [`Choice`], [`Missing`], [`Prepared`]; [`Features`], [`Answer`] |
//! | nets with names | [`Model`], [`Monotone`] |
//! | for other programs | [`Model::to_onnx`], [`to_onnx`], [`ClassNames`] |
//! | shape | [`Topology`], [`Layer`], [`Transfer`] |
//! | the flat vector | [`Parameter`], [`LayerBlock`], [`flatten`], [`unflatten`] |
//! | answers | [`Network`], [`ForwardPass`], [`Rows`], [`UnitRows`], [`instructions`] |
//! | cross-entropies | [`softplus`], [`softmax_with_log_sums`] |

mod activation;
mod error;
mod forward;
mod minmax;
mod model;
mod network;
mod onnx;
mod parameters;
mod rows;
mod scaling;
mod sheet;
mod simd;
mod storage;
mod table;
mod topology;

pub use activation::{Transfer, UnitRows, softmax_with_log_sums, softplus};
pub use error::Error;
pub use forward::ForwardPass;
pub use minmax::MinMax;
pub use model::{Direction, Model, ModelError, Monotone};
pub use network::Network;
pub use onnx::{ClassNames, to_onnx};
pub use parameters::{LayerBlock, LayerParameters, Parameter, flatten, unflatten};
pub use rows::Rows;
pub use scaling::{RemovedRow, Scaling};
pub use sheet::{Answer, Choice, Encoding, Feature, Features, Format, Missing, Prepared, Sheet, Values};
pub use simd::instructions;
pub use table::{Cell, Table, TableError, TableFault, Target};
pub use topology::{Layer, Topology};
