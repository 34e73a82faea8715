//! The shape of a network: the number of inputs, and the layers in order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Transfer};

/// One layer: how many units, and their transfer function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Layer {
    /// Number of units, at least 1.
    pub units: usize,
    /// What each unit does to its net input.
    pub transfer: Transfer,
}

/// The shape of a feed-forward network: inputs, then layers, each fed by the one before it.
///
/// A topology is never empty: it has at least one input, one layer, and one unit in each layer.
///
/// ```
/// use netcore::Topology;
///
/// let topology = Topology::feedforward(4, &[4], 3)?; // tansig hidden, purelin output
/// assert_eq!(topology.to_string(), "4-4-3");
/// assert_eq!(topology.parameter_count(), 4 + 4 * 4 + 3 + 3 * 4);
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Topology {
    inputs: usize,
    layers: Vec<Layer>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    inputs: usize,
    layers: Vec<Layer>,
}

impl TryFrom<Unchecked> for Topology {
    type Error = Error;

    fn try_from(unchecked: Unchecked) -> Result<Self, Error> {
        Topology::new(unchecked.inputs, unchecked.layers)
    }
}

impl Topology {
    /// A network of any depth.
    ///
    /// # Errors
    /// [`Error::EmptyTopology`] without inputs, layers or units; [`Error::TooLarge`] when the
    /// parameters cannot be counted.
    pub fn new(inputs: usize, layers: Vec<Layer>) -> Result<Self, Error> {
        let missing = |what: &str| Err(Error::EmptyTopology { what: what.to_owned() });
        if inputs == 0 {
            return missing("input");
        }
        if layers.is_empty() {
            return missing("layer");
        }
        if let Some(empty) = layers.iter().position(|layer| layer.units == 0) {
            return missing(&format!("unit in layer {}", empty + 1));
        }
        let topology = Topology { inputs, layers };
        let mut total = 0_usize;
        for (fan_in, layer) in topology.fan_ins().zip(&topology.layers) {
            let counted = fan_in
                .checked_add(1)
                .and_then(|per_unit| per_unit.checked_mul(layer.units))
                .and_then(|count| count.checked_add(total))
                .filter(|&count| count <= isize::MAX as usize / size_of::<f64>());
            total = counted.ok_or_else(|| Error::TooLarge { sizes: topology.to_string() })?;
        }
        Ok(topology)
    }

    /// MATLAB's `feedforwardnet`: `tansig` in the hidden layers, `purelin` at the output.
    ///
    /// # Errors
    /// As for [`Topology::new`].
    pub fn feedforward(inputs: usize, hidden: &[usize], outputs: usize) -> Result<Self, Error> {
        let hidden = hidden.iter().map(|&units| Layer { units, transfer: Transfer::Tansig });
        let output = Layer { units: outputs, transfer: Transfer::Purelin };
        Topology::new(inputs, hidden.chain([output]).collect())
    }

    /// Number of inputs R.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs O: the units of the last layer.
    pub fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].units
    }

    /// The layers, from the first hidden one to the output.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// For each layer, the number of values that feed each of its units.
    pub fn fan_ins(&self) -> impl Iterator<Item = usize> + '_ {
        let before = self.layers.iter().map(|layer| layer.units);
        std::iter::once(self.inputs).chain(before).take(self.layers.len())
    }

    /// Length of the flat vector of all biases and weights.
    pub fn parameter_count(&self) -> usize {
        self.fan_ins().zip(&self.layers).map(|(fan_in, layer)| layer.units * (fan_in + 1)).sum()
    }
}

impl fmt::Display for Topology {
    /// The sizes joined by dashes, `4-4-3`; with `{:#}` the transfer functions as well,
    /// `4-4-3 (tansig, purelin)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inputs)?;
        self.layers.iter().try_for_each(|layer| write!(f, "-{}", layer.units))?;
        if f.alternate() {
            let transfers: Vec<&str> = self.layers.iter().map(|layer| layer.transfer.name()).collect();
            write!(f, " ({})", transfers.join(", "))?;
        }
        Ok(())
    }
}
