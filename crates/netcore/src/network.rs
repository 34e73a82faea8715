//! A network with its weights and its data scaling, ready to answer.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::{Error, ForwardPass, LayerParameters, MinMax, Rows, Topology, flatten, unflatten};

/// A feed-forward network: its shape, its flat vector of biases and weights, and the scaling of its
/// inputs and outputs.
///
/// The flat vector always has the length the shape asks for, and only finite numbers.
///
/// ```
/// use ndarray::array;
/// use netcore::Network;
///
/// let inputs = array![[0.0, 1.0, 2.0, 3.0]]; // inputs × samples
/// let targets = array![[0.0, 2.0, 4.0, 6.0]]; // outputs × samples
/// let mut network = Network::feedforward(&[3], &inputs, &targets)?;
/// network.set_parameters(&[0.1, 0.2, 0.3, 1.0, 1.0, 1.0, 0.0, 0.4, 0.4, 0.4])?;
/// assert_eq!(network.outputs(&inputs)?.dim(), (1, 4));
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Network {
    topology: Topology,
    input_scaling: MinMax,
    output_scaling: MinMax,
    parameters: Vec<f64>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    topology: Topology,
    input_scaling: MinMax,
    output_scaling: MinMax,
    parameters: Vec<f64>,
}

impl TryFrom<Unchecked> for Network {
    type Error = Error;

    fn try_from(unchecked: Unchecked) -> Result<Self, Error> {
        let Unchecked { topology, input_scaling, output_scaling, parameters } = unchecked;
        // Before any memory is taken for sizes that a file only claims.
        topology.check_parameters(&parameters)?;
        let network = Network::with_scaling(topology, input_scaling, output_scaling)?;
        Ok(Network { parameters, ..network })
    }
}

impl Network {
    /// A network that takes and gives its numbers unscaled; all parameters zero.
    pub fn new(topology: Topology) -> Self {
        Network {
            input_scaling: MinMax::identity(topology.inputs()),
            output_scaling: MinMax::identity(topology.outputs()),
            parameters: vec![0.0; topology.parameter_count()],
            topology,
        }
    }

    /// MATLAB's `configure(feedforwardnet(hidden), inputs, targets)` up to the start values: sizes and
    /// scalings (`mapminmax` to `[-1, 1]` on both sides) come from the data (features × samples and
    /// outputs × samples), `tansig` hidden layers, `purelin` output, all parameters zero.
    ///
    /// Unlike MATLAB it keeps constant rows: they pass unscaled.
    ///
    /// # Errors
    /// [`Error::EmptyTopology`] or [`Error::TooLarge`] for impossible sizes, [`Error::NoSamples`] for
    /// data without columns.
    #[doc(alias = "feedforwardnet")]
    #[doc(alias = "configure")]
    pub fn feedforward(hidden: &[usize], inputs: &Array2<f64>, targets: &Array2<f64>) -> Result<Self, Error> {
        let topology = Topology::feedforward(inputs.nrows(), hidden, targets.nrows())?;
        Network::with_scaling(topology, MinMax::fit(inputs)?, MinMax::fit(targets)?)
    }

    /// A network with the given scaling on both sides; all parameters zero.
    ///
    /// # Errors
    /// [`Error::Shape`] if a scaling has another number of rows than the network has inputs or outputs,
    /// [`Error::TooLarge`] if there is no memory for the parameters.
    pub fn with_scaling(
        topology: Topology,
        input_scaling: MinMax,
        output_scaling: MinMax,
    ) -> Result<Self, Error> {
        let sides = [
            ("the input scaling", input_scaling.len(), topology.inputs()),
            ("the output scaling", output_scaling.len(), topology.outputs()),
        ];
        for (what, given, expected) in sides {
            if given != expected {
                return Err(Error::Shape {
                    what: what.to_owned(),
                    given: (given, 1),
                    expected: (expected, 1),
                });
            }
        }
        let mut parameters = Vec::new();
        let enough = parameters.try_reserve_exact(topology.parameter_count());
        enough.map_err(|_| Error::TooLarge { sizes: topology.to_string() })?;
        parameters.resize(topology.parameter_count(), 0.0);
        Ok(Network { topology, input_scaling, output_scaling, parameters })
    }

    /// The shape.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The scaling from data to the first layer.
    pub fn input_scaling(&self) -> &MinMax {
        &self.input_scaling
    }

    /// The scaling between targets and the last layer.
    pub fn output_scaling(&self) -> &MinMax {
        &self.output_scaling
    }

    /// All biases and weights as one flat vector, in MATLAB's order: `getwb`.
    #[doc(alias = "getwb")]
    #[doc(alias = "flatten")]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// Takes all biases and weights from one flat vector: `setwb`.
    ///
    /// # Errors
    /// [`Error::ParameterCount`] or [`Error::ParameterNotFinite`]; the network is then unchanged.
    #[doc(alias = "setwb")]
    #[doc(alias = "unflatten")]
    pub fn set_parameters(&mut self, flat: &[f64]) -> Result<(), Error> {
        self.topology.check_parameters(flat)?;
        self.parameters.copy_from_slice(flat);
        Ok(())
    }

    /// The biases and weights of each layer as arrays of their own.
    pub fn layers(&self) -> Vec<LayerParameters> {
        unflatten(&self.topology, &self.parameters).expect("the vector fits the topology")
    }

    /// Takes the biases and weights of each layer from arrays.
    ///
    /// # Errors
    /// [`Error::Shape`] naming the layer whose arrays have another size, or the number of layers;
    /// [`Error::ParameterNotFinite`]. The network is then unchanged.
    pub fn set_layers(&mut self, layers: &[LayerParameters]) -> Result<(), Error> {
        if layers.len() != self.topology.layers().len() {
            return Err(Error::Shape {
                what: "the list of layers".to_owned(),
                given: (layers.len(), 1),
                expected: (self.topology.layers().len(), 1),
            });
        }
        for (k, (layer, block)) in layers.iter().zip(self.topology.blocks()).enumerate() {
            let shapes = [
                ("weight matrix", layer.weights.dim(), (block.units, block.fan_in)),
                ("bias vector", (layer.biases.len(), 1), (block.units, 1)),
            ];
            for (what, given, expected) in shapes {
                if given != expected {
                    let what = format!("the {what} of layer {}", k + 1);
                    return Err(Error::Shape { what, given, expected });
                }
            }
        }
        self.set_parameters(&flatten(layers))
    }

    /// The network's answer (outputs × samples) to data (inputs × samples), both in original units.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of inputs.
    #[doc(alias = "sim")]
    pub fn outputs(&self, inputs: &Array2<f64>) -> Result<Array2<f64>, Error> {
        let scaled = self.input_scaling.apply(inputs)?;
        let mut pass = ForwardPass::new(&self.topology, inputs.ncols());
        let mut outputs = pass.run(&self.parameters, &Rows::from(scaled.view())).view().to_owned();
        self.output_scaling.reverse_in_place(outputs.view_mut());
        Ok(outputs)
    }
}
