//! Networks and weights as JSON files.
//!
//! Numbers are written with enough digits to read the same bits back.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Network, Topology};

/// The flat vector of a network, with the shape to which it belongs.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
struct Weights {
    topology: Topology,
    parameters: Vec<f64>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    topology: Topology,
    parameters: Vec<f64>,
}

impl TryFrom<Unchecked> for Weights {
    type Error = Error;

    fn try_from(Unchecked { topology, parameters }: Unchecked) -> Result<Self, Error> {
        topology.check_parameters(&parameters)?;
        Ok(Weights { topology, parameters })
    }
}

impl Network {
    /// Writes shape, scaling and weights to a JSON file, replacing what was there.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        write(path.as_ref(), self, "network")
    }

    /// Reads a network that [`save`](Network::save) wrote, the same to the bit.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be read, [`Error::Format`] if it holds no valid network.
    ///
    /// ```
    /// use netcore::{Network, Topology};
    /// # let folder = std::env::temp_dir().join(format!("netcore-doc-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let path = folder.join("net.json");
    /// let network = Network::new(Topology::feedforward(4, &[4], 3)?);
    /// network.save(&path)?;
    /// assert_eq!(Network::load(&path)?, network);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        read(path.as_ref(), "network")
    }

    /// Writes only the flat vector, with the shape to which it belongs, to a JSON file.
    ///
    /// # Errors
    /// [`Error::File`] if the file cannot be written.
    pub fn save_weights(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let weights = Weights { topology: self.topology().clone(), parameters: self.parameters().to_vec() };
        write(path.as_ref(), &weights, "weights")
    }

    /// Takes the flat vector from a file that [`save_weights`](Network::save_weights) wrote.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Format`] as for [`load`](Network::load);
    /// [`Error::OtherTopology`], naming both sizes, if the file belongs to a network of another shape.
    /// The network is then unchanged.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let Weights { topology, parameters } = read(path, "weights")?;
        if topology != *self.topology() {
            let expected = self.topology().clone();
            return Err(Error::OtherTopology { path: path.to_owned(), found: topology, expected });
        }
        self.set_parameters(&parameters)
    }
}

fn write(path: &Path, content: &impl Serialize, expected: &'static str) -> Result<(), Error> {
    let format = |source| Error::Format { path: path.to_owned(), expected, source };
    let text = serde_json::to_string_pretty(content).map_err(format)?;
    fs::write(path, text + "\n").map_err(|source| Error::File { path: path.to_owned(), source })
}

fn read<T: DeserializeOwned>(path: &Path, expected: &'static str) -> Result<T, Error> {
    let text = fs::read(path).map_err(|source| Error::File { path: path.to_owned(), source })?;
    serde_json::from_slice(&text).map_err(|source| Error::Format { path: path.to_owned(), expected, source })
}
