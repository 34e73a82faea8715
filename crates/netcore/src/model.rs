//! A model: networks with the names of what they read and what they answer, in one file.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::{Array2, ArrayView2, Axis, concatenate};
use serde::{Deserialize, Serialize};
use thiserror::Error as ThisError;

use crate::{Answer, Error, Features, Network, Sheet, TableError};

/// Networks that answer together, with the names, encodings and scalings of what they read, and the names of
/// what they answer. The answer is the mean of the networks' outputs.
///
/// Its file has everything that new data need: their columns may come in another order, and other columns
/// may stand between them; a column that is not there, or a value that the model does not know, is an error.
///
/// ```
/// use netcore::{Choice, Format, Layer, Model, Network, Scaling, Sheet, Topology, Transfer};
///
/// let sheet = Sheet::from_reader("a.csv", "x,y\n1,2\n2,4\n".as_bytes(), &Format::default())?;
/// let prepared = Choice::targets(["y"]).prepare(&sheet)?;
/// let line = Topology::new(1, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let mut network = Network::new(line);
/// network.set_parameters(&[0.0, 2.0])?; // y = 2 x
/// let model = Model::new(prepared.features, prepared.answer, Vec::new(), vec![network])?;
///
/// let new = Sheet::from_reader("b.csv", "other;x\na;3\n".as_bytes(), &Format::default())?;
/// assert_eq!(model.outputs(&new)?, ndarray::array![[6.0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Model {
    features: Features,
    answer: Answer,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    monotone: Vec<Monotone>,
    networks: Vec<Network>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    features: Features,
    answer: Answer,
    #[serde(default)]
    monotone: Vec<Monotone>,
    networks: Vec<Network>,
}

/// A feature in which the answers were asked to be monotone. Of classes, the probability of the second is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monotone {
    /// Name of the feature.
    pub feature: String,
    /// The direction of the answer when the feature rises.
    pub direction: Direction,
}

/// A direction in which an answer may move when a feature rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// It never falls.
    Increasing,
    /// It never rises.
    Decreasing,
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Direction::Increasing => "increasing",
            Direction::Decreasing => "decreasing",
        })
    }
}

/// What can be wrong with a model, its file or the data it is asked about.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum ModelError {
    /// A model without networks.
    #[error("the model has no network; expected at least one")]
    NoNetwork,
    /// A network of another size than the names say.
    #[error("network {network} has {given} {what}; expected {expected}, as the model's names say")]
    Size {
        /// The network, from 1.
        network: usize,
        /// `inputs` or `outputs`.
        what: &'static str,
        /// Their number.
        given: usize,
        /// The number that the names say.
        expected: usize,
    },
    /// A monotone feature that is none of the model's.
    #[error("`{feature}` is said to be monotone and is no feature; the features are: {features}")]
    UnknownFeature {
        /// The name.
        feature: String,
        /// The features.
        features: String,
    },
    /// Classes asked of a model that answers numbers.
    #[error("the model answers numbers ({targets}); classes and probabilities need a target of classes")]
    NoClasses {
        /// The targets.
        targets: String,
    },
    /// What an ONNX file cannot express.
    #[error("{what} `{value}` cannot be written to ONNX; expected {expected}")]
    Onnx {
        /// `the name` or `the feature`.
        what: &'static str,
        /// Its name.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// The sheet that is to be answered.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A network.
    #[error(transparent)]
    Network(#[from] Error),
    /// A file that cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file that is no model.
    #[error("{path} is not a model file: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// Where reading failed.
        source: serde_json::Error,
    },
}

impl ModelError {
    /// Checks that there are networks, all of this many inputs and outputs.
    pub(crate) fn check_sizes(networks: &[Network], inputs: usize, outputs: usize) -> Result<(), ModelError> {
        if networks.is_empty() {
            return Err(ModelError::NoNetwork);
        }
        for (place, network) in networks.iter().enumerate() {
            let sizes = [
                ("inputs", network.input_scaling().rows(), inputs),
                ("outputs", network.output_scaling().rows(), outputs),
            ];
            if let Some((what, given, expected)) =
                sizes.into_iter().find(|(_, given, expected)| given != expected)
            {
                return Err(ModelError::Size { network: place + 1, what, given, expected });
            }
        }
        Ok(())
    }
}

impl TryFrom<Unchecked> for Model {
    type Error = ModelError;

    fn try_from(Unchecked { features, answer, monotone, networks }: Unchecked) -> Result<Self, ModelError> {
        Model::new(features, answer, monotone, networks)
    }
}

impl Model {
    /// A model of networks that read these features and give this answer.
    ///
    /// # Errors
    /// [`ModelError::NoNetwork`], [`ModelError::Size`] or [`ModelError::UnknownFeature`].
    pub fn new(
        features: Features,
        answer: Answer,
        monotone: Vec<Monotone>,
        networks: Vec<Network>,
    ) -> Result<Self, ModelError> {
        ModelError::check_sizes(&networks, features.rows(), answer.rows())?;
        let is_feature = |name: &str| features.all().iter().any(|feature| feature.name == name);
        if let Some(Monotone { feature, .. }) =
            monotone.iter().find(|monotone| !is_feature(&monotone.feature))
        {
            let names: Vec<&str> = features.all().iter().map(|feature| feature.name.as_str()).collect();
            return Err(ModelError::UnknownFeature { feature: feature.clone(), features: names.join(", ") });
        }
        Ok(Model { features, answer, monotone, networks })
    }

    /// What it reads.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// What it answers.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The features in which it was asked to be monotone.
    pub fn monotone(&self) -> &[Monotone] {
        &self.monotone
    }

    /// Its networks.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// The mean of the networks' outputs (rows of [`Answer::rows`] × samples) for the rows of a sheet.
    ///
    /// # Errors
    /// [`ModelError::Table`] for columns or values that the model does not know.
    pub fn outputs(&self, sheet: &Sheet) -> Result<Array2<f64>, ModelError> {
        self.outputs_of(&self.features.encode(sheet)?)
    }

    /// The same for encoded inputs (rows of [`Features::rows`] × samples).
    ///
    /// # Errors
    /// [`ModelError::Network`] for another number of rows.
    pub fn outputs_of(&self, inputs: &Array2<f64>) -> Result<Array2<f64>, ModelError> {
        let mut sum = Array2::zeros((self.answer.rows(), inputs.ncols()));
        for network in &self.networks {
            sum += &network.outputs(inputs)?;
        }
        Ok(sum / self.networks.len() as f64)
    }

    /// The probability of each class (classes × samples) from the model's outputs: of two classes, the output
    /// is the probability of the second.
    ///
    /// # Errors
    /// [`ModelError::NoClasses`] if the model answers numbers.
    ///
    /// # Panics
    /// If there are not as many outputs as the answer has rows.
    pub fn probabilities(&self, outputs: ArrayView2<'_, f64>) -> Result<Array2<f64>, ModelError> {
        assert_eq!(outputs.nrows(), self.answer.rows(), "rows of the outputs");
        match self.answer.classes().len() {
            0 => Err(ModelError::NoClasses { targets: self.answer.targets().join(", ") }),
            2 => Ok(concatenate![Axis(0), outputs.mapv(|second| 1.0 - second), outputs]),
            _ => Ok(outputs.to_owned()),
        }
    }

    /// Writes the model to a JSON file, replacing what was there.
    ///
    /// # Errors
    /// [`ModelError::File`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        let path = path.as_ref();
        let text = serde_json::to_string_pretty(self)
            .map_err(|source| ModelError::Format { path: path.to_owned(), source })?;
        fs::write(path, text + "\n").map_err(|source| ModelError::File { path: path.to_owned(), source })
    }

    /// Reads a model that [`save`](Model::save) wrote, the same to the bit.
    ///
    /// # Errors
    /// [`ModelError::File`] if the file cannot be read, [`ModelError::Format`] if it holds no valid model.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let text = fs::read(path).map_err(|source| ModelError::File { path: path.to_owned(), source })?;
        serde_json::from_slice(&text).map_err(|source| ModelError::Format { path: path.to_owned(), source })
    }
}
