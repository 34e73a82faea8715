//! A network with its weights and its data scaling.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use crate::{Error, ForwardPass, LayerParameters, Rows, Scaling, Topology, Transfer, flatten, unflatten};

/// A feed-forward network: its shape, its flat vector of biases and weights, and the scaling of its
/// inputs and outputs.
///
/// The flat vector always has the length that the shape requires, and only finite numbers. Data contain all
/// rows, including those that the scaling removes; the shape counts only the rows that are kept.
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
    input_scaling: Scaling,
    output_scaling: Scaling,
    parameters: Vec<f64>,
}

/// What a file says, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    topology: Topology,
    input_scaling: Scaling,
    output_scaling: Scaling,
    parameters: Vec<f64>,
}

impl TryFrom<Unchecked> for Network {
    type Error = Error;

    fn try_from(unchecked: Unchecked) -> Result<Self, Error> {
        let Unchecked { topology, input_scaling, output_scaling, parameters } = unchecked;
        // Check first, before sizes from a file allocate memory.
        topology.check_parameters(&parameters)?;
        let network = Network::with_scaling(topology, input_scaling, output_scaling)?;
        Ok(Network { parameters, ..network })
    }
}

impl Network {
    /// A network without scaling, with all parameters zero.
    pub fn new(topology: Topology) -> Self {
        Network {
            input_scaling: Scaling::identity(topology.inputs()),
            output_scaling: Scaling::identity(topology.outputs()),
            parameters: vec![0.0; topology.parameter_count()],
            topology,
        }
    }

    /// MATLAB's `configure(feedforwardnet(hidden), inputs, targets)` up to the start values: sizes and
    /// scalings come from the data (features × samples and outputs × samples), `tansig` hidden layers,
    /// `purelin` output, all parameters zero.
    ///
    /// On both sides constant rows are removed (`removeconstantrows`), so that they have no weights, and the
    /// others are mapped to `[-1, 1]` (`mapminmax`). The network's outputs contain all rows: a constant
    /// target is its constant.
    ///
    /// ```
    /// use ndarray::array;
    /// use netcore::Network;
    ///
    /// let inputs = array![[0.0, 1.0, 3.0], [2023.0, 2023.0, 2023.0]];
    /// let network = Network::feedforward(&[2], &inputs, &array![[1.0, 2.0, 2.5]])?;
    /// assert_eq!(network.topology().to_string(), "1-2-1");
    /// assert_eq!(network.input_scaling().removed()[0].row, 1);
    /// assert_eq!(network.outputs(&inputs)?.dim(), (1, 3)); // data have both rows
    /// # Ok::<(), netcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::EmptyTopology`] or [`Error::TooLarge`] for impossible sizes, [`Error::NoSamples`] for
    /// data without columns, [`Error::Constant`] if all inputs or all targets are constant, as with a single sample.
    #[doc(alias = "feedforwardnet")]
    #[doc(alias = "configure")]
    pub fn feedforward(hidden: &[usize], inputs: &Array2<f64>, targets: &Array2<f64>) -> Result<Self, Error> {
        let (input, output) = (varying("inputs", inputs)?, varying("targets", targets)?);
        let topology = Topology::feedforward(input.min_max().len(), hidden, output.min_max().len())?;
        Network::with_scaling(topology, input, output)
    }

    /// MATLAB's `configure(patternnet(hidden), inputs, targets)` up to the start values: `tansig` hidden layers, and
    /// outputs that are the probabilities of classes. The targets (classes × samples) are 1 for the class of a sample
    /// and 0 for the others. The output layer is `softmax`; of a single row, where it would always be 1, `logsig`.
    ///
    /// Inputs are scaled as by [`feedforward`](Network::feedforward), and outputs are not.
    ///
    /// ```
    /// use ndarray::array;
    /// use netcore::Network;
    ///
    /// let inputs = array![[0.0, 1.0, 2.0]];
    /// let targets = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// let network = Network::patternnet(&[10], &inputs, &targets)?;
    /// assert_eq!(format!("{:#}", network.topology()), "1-10-3 (tansig, softmax)");
    /// let outputs = network.outputs(&inputs)?; // each column sums to 1
    /// assert!((outputs.column(0).sum() - 1.0).abs() < 1e-15);
    /// # Ok::<(), netcore::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`feedforward`](Network::feedforward); constant targets are none.
    pub fn patternnet(hidden: &[usize], inputs: &Array2<f64>, targets: &Array2<f64>) -> Result<Self, Error> {
        let input = varying("inputs", inputs)?;
        let shape = Topology::feedforward(input.min_max().len(), hidden, targets.nrows())?;
        let mut layers = shape.layers().to_vec();
        if let Some(last) = layers.last_mut() {
            last.transfer = if last.units == 1 { Transfer::Logsig } else { Transfer::Softmax };
        }
        let topology = Topology::new(shape.inputs(), layers)?;
        Network::with_scaling(topology, input, Scaling::identity(targets.nrows()))
    }

    /// A network with the given scaling on both sides; all parameters zero.
    ///
    /// # Errors
    /// [`Error::Shape`] if a scaling keeps another number of rows than the network has inputs or outputs,
    /// [`Error::TooLarge`] if there is no memory for the parameters.
    pub fn with_scaling(
        topology: Topology,
        input_scaling: impl Into<Scaling>,
        output_scaling: impl Into<Scaling>,
    ) -> Result<Self, Error> {
        let (input_scaling, output_scaling) = (input_scaling.into(), output_scaling.into());
        let sides = [
            ("the input scaling", input_scaling.min_max().len(), topology.inputs()),
            ("the output scaling", output_scaling.min_max().len(), topology.outputs()),
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
    pub fn input_scaling(&self) -> &Scaling {
        &self.input_scaling
    }

    /// The scaling between targets and the last layer.
    pub fn output_scaling(&self) -> &Scaling {
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

    /// The network's outputs (outputs × samples) for data (inputs × samples), both in original units.
    ///
    /// # Errors
    /// [`Error::Shape`] for another number of inputs.
    #[doc(alias = "sim")]
    pub fn outputs(&self, inputs: &Array2<f64>) -> Result<Array2<f64>, Error> {
        let scaled = self.input_scaling.apply(inputs)?;
        let mut pass = ForwardPass::new(&self.topology, inputs.ncols());
        self.output_scaling.reverse(&pass.run(&self.parameters, &Rows::from(scaled.view())).view().to_owned())
    }
}

/// The scaling of data in which not every row is constant.
fn varying(what: &'static str, data: &Array2<f64>) -> Result<Scaling, Error> {
    let scaling = Scaling::fit(data)?;
    let varies = data.nrows() == 0 || !scaling.min_max().is_empty();
    if varies { Ok(scaling) } else { Err(Error::Constant { what, samples: data.ncols() }) }
}
