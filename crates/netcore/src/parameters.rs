//! The flat vector of all biases and weights: its order, the names of its elements, and conversion from and
//! to arrays.
//!
//! The order is MATLAB's (`getwb`, `setwb`, `formwb`, `separatewb`): layer by layer the biases, then the
//! weight matrix column by column. For R inputs, H hidden units and O outputs that is `b1 (H), IW(:) (H·R),
//! b2 (O), LW(:) (O·H)`. The 1-3-1 example of the `setwb` documentation page shows this order; the
//! conformance tests repeat it.

use std::fmt;
use std::ops::Range;

use fearless_simd::{Level, dispatch};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ShapeBuilder};

use crate::simd::{add_products, affine};
use crate::{Error, Rows, Topology};

/// What one element of the flat vector is; indices count from 0.
///
/// Displays MATLAB's name, which counts from 1: `b1[2]`, `IW[2,3]` (unit 2, input 3), and
/// `LW2[1,3]` for the weight into layer 2, unit 1, from unit 3 of the layer before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// The bias of a unit.
    Bias {
        /// Layer of the unit.
        layer: usize,
        /// The unit.
        unit: usize,
    },
    /// The weight from a source (an input, or a unit of the layer before) to a unit.
    Weight {
        /// Layer of the unit.
        layer: usize,
        /// The unit: row of the weight matrix.
        unit: usize,
        /// The source: column of the weight matrix.
        source: usize,
    },
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Parameter::Bias { layer, unit } => write!(f, "b{}[{}]", layer + 1, unit + 1),
            Parameter::Weight { layer: 0, unit, source } => write!(f, "IW[{},{}]", unit + 1, source + 1),
            Parameter::Weight { layer, unit, source } => {
                write!(f, "LW{}[{},{}]", layer + 1, unit + 1, source + 1)
            }
        }
    }
}

/// The biases and weights of one layer, as arrays of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerParameters {
    /// One bias per unit.
    pub biases: Array1<f64>,
    /// One row per unit, one column per source.
    pub weights: Array2<f64>,
}

/// Where one layer stands in the flat vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerBlock {
    /// Units of the layer.
    pub units: usize,
    /// Values that feed each unit.
    pub fan_in: usize,
    /// Places of the biases.
    pub biases: Range<usize>,
    /// Places of the weights, column by column.
    pub weights: Range<usize>,
}

impl LayerBlock {
    /// The layer's biases inside a flat vector of the right length.
    ///
    /// # Panics
    /// If the vector is shorter than the network's parameters.
    pub fn biases_of<'v>(&self, flat: &'v [f64]) -> ArrayView1<'v, f64> {
        ArrayView1::from(&flat[self.biases.clone()])
    }

    /// The layer's weight matrix (units × sources) inside a flat vector of the right length, without
    /// a copy.
    ///
    /// # Panics
    /// If the vector is shorter than the network's parameters.
    pub fn weights_of<'v>(&self, flat: &'v [f64]) -> ArrayView2<'v, f64> {
        ArrayView2::from_shape((self.units, self.fan_in).f(), &flat[self.weights.clone()])
            .expect("a block's range has units × fan_in places")
    }

    /// The net inputs `W a + b` of a range of the layer's units for all samples, from the flat vector
    /// and the layer's sources, into the first rows of `sums`.
    ///
    /// The bits of a unit do not depend on which others are computed with it.
    ///
    /// # Panics
    /// If the vector is too short, the sources are not as many as the layer's fan-in, there are no such
    /// units, or `sums` has fewer rows or other samples.
    pub fn net_inputs(&self, flat: &[f64], units: Range<usize>, source: &Rows, sums: &mut Rows) {
        assert_eq!(source.rows(), self.fan_in, "sources of the layer");
        assert_eq!(source.samples(), sums.samples(), "samples of the sources and of the sums");
        let (biases, weights) = (&flat[self.biases.clone()], &flat[self.weights.clone()]);
        dispatch!(Level::new(), simd => affine(simd, biases, weights, units, source, sums));
    }

    /// Adds to the layer's part of a gradient: for the slopes `δ` of a loss with respect to the layer's net inputs
    /// (units × samples), `Σ_s δ[k, s]` to that of each bias and `Σ_s δ[k, s] a[j, s]` to that of each weight from
    /// source `j`. The padding of the slopes must be zero.
    ///
    /// ```
    /// use ndarray::array;
    /// use netcore::{Rows, Topology};
    ///
    /// let topology = Topology::feedforward(2, &[], 1)?;
    /// let block = topology.blocks().next().unwrap();
    /// let source = Rows::from(array![[1.0, 2.0], [3.0, 4.0]].view());
    /// let mut gradient = [0.0; 3];
    /// block.add_slopes(&Rows::from(array![[10.0, 1.0]].view()), &source, &mut gradient);
    /// assert_eq!(gradient, [11.0, 12.0, 34.0]); // bias, weights
    /// # Ok::<(), netcore::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the gradient is too short, or the slopes and sources have other rows or samples.
    pub fn add_slopes(&self, slopes: &Rows, source: &Rows, gradient: &mut [f64]) {
        let shapes = [slopes.rows(), source.rows(), source.samples()];
        assert_eq!(shapes, [self.units, self.fan_in, slopes.samples()], "units, sources and samples");
        for (bias, row) in gradient[self.biases.clone()].iter_mut().zip(slopes.view().rows()) {
            *bias += row.sum();
        }
        let weights = &mut gradient[self.weights.clone()];
        dispatch!(Level::new(), simd => add_products(simd, slopes, source, weights));
    }

    /// Writes the slopes of a loss with respect to the layer's sources (sources × samples), `Σ_k w[k, j] δ[k, s]`, from
    /// those with respect to its net inputs.
    ///
    /// # Panics
    /// If the vector is too short, or the slopes or sums have other rows or samples.
    pub fn slopes_of_sources(&self, flat: &[f64], slopes: &Rows, sums: &mut Rows) {
        let shapes = [slopes.rows(), sums.rows(), sums.samples()];
        assert_eq!(shapes, [self.units, self.fan_in, slopes.samples()], "units, sources and samples");
        let transposed: Vec<f64> = self.weights_of(flat).iter().copied().collect();
        let none = vec![0.0; self.fan_in];
        dispatch!(Level::new(), simd => affine(simd, &none, &transposed, 0..self.fan_in, slopes, sums));
    }
}

impl Topology {
    /// Where each layer stands in the flat vector.
    pub fn blocks(&self) -> impl Iterator<Item = LayerBlock> + '_ {
        let mut next = 0;
        self.fan_ins().zip(self.layers()).map(move |(fan_in, layer)| {
            let biases = next..next + layer.units;
            let weights = biases.end..biases.end + layer.units * fan_in;
            next = weights.end;
            LayerBlock { units: layer.units, fan_in, biases, weights }
        })
    }

    /// What each element of the flat vector is, in its order.
    ///
    /// ```
    /// let topology = netcore::Topology::feedforward(2, &[2], 1)?;
    /// let names: Vec<String> = topology.parameters().map(|p| p.to_string()).collect();
    /// assert_eq!(
    ///     names.join(" "),
    ///     "b1[1] b1[2] IW[1,1] IW[2,1] IW[1,2] IW[2,2] b2[1] LW2[1,1] LW2[1,2]"
    /// );
    /// # Ok::<(), netcore::Error>(())
    /// ```
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + '_ {
        self.blocks().enumerate().flat_map(|(layer, block)| {
            let LayerBlock { units, fan_in, .. } = block;
            let biases = (0..units).map(move |unit| Parameter::Bias { layer, unit });
            let weights = (0..fan_in).flat_map(move |source| {
                (0..units).map(move |unit| Parameter::Weight { layer, unit, source })
            });
            biases.chain(weights)
        })
    }

    /// Checks that a flat vector has one finite number per parameter.
    ///
    /// # Errors
    /// [`Error::ParameterCount`], or [`Error::ParameterNotFinite`] with the element's name.
    pub fn check_parameters(&self, flat: &[f64]) -> Result<(), Error> {
        self.check_length(flat.len())?;
        match flat.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(index) => Err(Error::ParameterNotFinite {
                index,
                name: self.parameters().nth(index).map(|p| p.to_string()).unwrap_or_default(),
                value: flat[index],
            }),
        }
    }

    fn check_length(&self, given: usize) -> Result<(), Error> {
        let expected = self.parameter_count();
        if given == expected {
            Ok(())
        } else {
            Err(Error::ParameterCount { given, expected, topology: self.to_string() })
        }
    }
}

/// Cuts a flat vector into the biases and weights of each layer: MATLAB's `separatewb`.
///
/// [`flatten`] undoes it to the bit.
///
/// # Errors
/// [`Error::ParameterCount`] if the length is not [`Topology::parameter_count`].
///
/// ```
/// use netcore::{Topology, flatten, unflatten};
///
/// let topology = Topology::feedforward(1, &[3], 1)?;
/// let flat: Vec<f64> = (0..10).map(f64::from).collect();
/// let layers = unflatten(&topology, &flat)?;
/// assert_eq!(layers[0].biases.to_vec(), [0.0, 1.0, 2.0]);
/// assert_eq!(flatten(&layers), flat);
/// # Ok::<(), netcore::Error>(())
/// ```
#[doc(alias = "separatewb")]
pub fn unflatten(topology: &Topology, flat: &[f64]) -> Result<Vec<LayerParameters>, Error> {
    topology.check_length(flat.len())?;
    let layer = |block: LayerBlock| LayerParameters {
        biases: block.biases_of(flat).to_owned(),
        weights: block.weights_of(flat).to_owned(),
    };
    Ok(topology.blocks().map(layer).collect())
}

/// Joins the biases and weights of all layers into one vector: MATLAB's `formwb`.
#[doc(alias = "formwb")]
pub fn flatten(layers: &[LayerParameters]) -> Vec<f64> {
    let mut flat = Vec::new();
    for layer in layers {
        flat.extend(layer.biases.iter());
        // Column by column is the row order of the transpose.
        flat.extend(layer.weights.t().iter());
    }
    flat
}
