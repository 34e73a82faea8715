//! The forward pass over all samples at once.

use ndarray::{Array2, ArrayView2, linalg::general_mat_mul};

use crate::Topology;

/// The forward pass of a network over a fixed number of samples, with its own memory: nothing is
/// allocated after [`new`](ForwardPass::new).
///
/// It works on scaled inputs and gives scaled outputs; [`Network::outputs`](crate::Network::outputs)
/// adds the scaling on both sides.
///
/// ```
/// use ndarray::array;
/// use netcore::{ForwardPass, Layer, Topology, Transfer};
///
/// let topology = Topology::new(2, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let mut pass = ForwardPass::new(&topology, 3);
/// let inputs = array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]; // inputs × samples
/// let outputs = pass.run(&[0.5, 2.0, -1.0], inputs.view()); // b1, IW[1,1], IW[1,2]
/// assert_eq!(outputs, array![[-2.5, -1.5, -0.5]]);
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ForwardPass {
    topology: Topology,
    samples: usize,
    /// Outputs of each layer, units × samples.
    activations: Vec<Array2<f64>>,
    /// Net inputs of each layer, kept only for a gradient.
    net_inputs: Option<Vec<Array2<f64>>>,
}

impl ForwardPass {
    /// Memory for one pass over `samples` samples.
    pub fn new(topology: &Topology, samples: usize) -> Self {
        let activations = matrices(topology, samples);
        ForwardPass { topology: topology.clone(), samples, activations, net_inputs: None }
    }

    /// Memory for one pass that also keeps the net inputs, as a gradient needs them.
    pub fn keeping_net_inputs(topology: &Topology, samples: usize) -> Self {
        let net_inputs = Some(matrices(topology, samples));
        ForwardPass { net_inputs, ..ForwardPass::new(topology, samples) }
    }

    /// Runs all samples (inputs × samples) through the network with the given flat vector and returns
    /// the outputs of the last layer (outputs × samples).
    ///
    /// # Panics
    /// If the vector's length is not the topology's parameter count, or the matrix is not
    /// inputs × samples.
    pub fn run(&mut self, parameters: &[f64], inputs: ArrayView2<'_, f64>) -> ArrayView2<'_, f64> {
        assert_eq!(parameters.len(), self.topology.parameter_count(), "length of the flat vector");
        assert_eq!(inputs.dim(), (self.topology.inputs(), self.samples), "inputs × samples");
        for (k, (block, layer)) in self.topology.blocks().zip(self.topology.layers()).enumerate() {
            let (before, from_here) = self.activations.split_at_mut(k);
            let source = before.last().map_or(inputs, |outputs| outputs.view());
            let net_input = &mut from_here[0];
            for (mut row, &bias) in net_input.rows_mut().into_iter().zip(block.biases_of(parameters)) {
                row.fill(bias);
            }
            general_mat_mul(1.0, &block.weights_of(parameters), &source, 1.0, net_input);
            if let Some(kept) = &mut self.net_inputs {
                kept[k].assign(net_input);
            }
            layer.transfer.apply(net_input.view_mut());
        }
        self.activations[self.activations.len() - 1].view()
    }

    /// The outputs of layer `k` (from 0) in the last run, units × samples.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn activations(&self, k: usize) -> ArrayView2<'_, f64> {
        self.activations[k].view()
    }

    /// The net inputs of layer `k` (from 0) in the last run, units × samples.
    ///
    /// # Panics
    /// If there is no such layer, or the pass does not keep net inputs.
    pub fn net_inputs(&self, k: usize) -> ArrayView2<'_, f64> {
        let kept = self.net_inputs.as_ref().expect("a pass made by keeping_net_inputs");
        kept[k].view()
    }
}

fn matrices(topology: &Topology, samples: usize) -> Vec<Array2<f64>> {
    topology.layers().iter().map(|layer| Array2::zeros((layer.units, samples))).collect()
}
