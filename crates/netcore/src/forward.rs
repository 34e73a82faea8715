//! The forward pass over all samples at once.

use ndarray::ArrayView2;

use crate::{LayerBlock, Rows, Topology, Transfer};

/// The forward pass of a network over a fixed number of samples. It owns its memory and allocates nothing
/// after [`new`](ForwardPass::new).
///
/// It takes scaled inputs and returns scaled outputs; [`Network::outputs`](crate::Network::outputs) adds the
/// scaling on both sides. It sweeps over eight samples at a time with the widest instructions of the
/// processor ([`instructions`](crate::instructions)), whatever it was compiled for.
///
/// ```
/// use ndarray::array;
/// use netcore::{ForwardPass, Layer, Rows, Topology, Transfer};
///
/// let topology = Topology::new(2, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let mut pass = ForwardPass::new(&topology, 3);
/// let inputs = Rows::from(array![[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]].view()); // inputs × samples
/// let outputs = pass.run(&[0.5, 2.0, -1.0], &inputs); // b1, IW[1,1], IW[1,2]
/// assert_eq!(outputs.view(), array![[-2.5, -1.5, -0.5]]);
/// # Ok::<(), netcore::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ForwardPass {
    topology: Topology,
    blocks: Vec<LayerBlock>,
    samples: usize,
    /// Outputs of each layer, units × samples.
    activations: Vec<Rows>,
    /// Net inputs of each layer, if they are kept. A linear output layer has none here: its net inputs are
    /// its outputs.
    net_inputs: Option<Vec<Rows>>,
}

impl ForwardPass {
    /// Memory for one pass over `samples` samples.
    pub fn new(topology: &Topology, samples: usize) -> Self {
        let blocks = topology.blocks().collect();
        let activations = matrices(topology, samples);
        ForwardPass { topology: topology.clone(), blocks, samples, activations, net_inputs: None }
    }

    /// Memory for one pass that also keeps the net inputs, which a gradient needs.
    pub fn keeping_net_inputs(topology: &Topology, samples: usize) -> Self {
        let mut net_inputs = matrices(topology, samples);
        if topology.layers().last().is_some_and(|layer| layer.transfer == Transfer::Purelin) {
            net_inputs.pop();
        }
        ForwardPass { net_inputs: Some(net_inputs), ..ForwardPass::new(topology, samples) }
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Where each layer stands in the flat vector.
    pub fn blocks(&self) -> &[LayerBlock] {
        &self.blocks
    }

    /// Runs all samples (inputs × samples) through the network with the given flat vector and returns
    /// the outputs of the last layer (outputs × samples).
    ///
    /// # Panics
    /// If the vector's length is not the topology's parameter count, or the matrix is not
    /// inputs × samples.
    pub fn run(&mut self, parameters: &[f64], inputs: &Rows) -> &Rows {
        self.run_layers(0, parameters, inputs)
    }

    /// Runs the layers from layer `first` (from 0) on, with the outputs that the previous layer had in the
    /// last run.
    ///
    /// # Panics
    /// As for [`run`](ForwardPass::run), or if there is no such layer.
    pub fn run_from(&mut self, first: usize, parameters: &[f64], inputs: &Rows) -> &Rows {
        let source = if first == 0 { Some(inputs) } else { None };
        self.layers_from(first, parameters, source)
    }

    /// Runs the layers from layer `first` (from 0) on with this source: the network's inputs, or the outputs
    /// of the previous layer in another pass.
    ///
    /// # Panics
    /// As for [`run`](ForwardPass::run), or if there is no such layer.
    pub fn run_layers(&mut self, first: usize, parameters: &[f64], source: &Rows) -> &Rows {
        let expected = (self.blocks[first].fan_in, self.samples);
        assert_eq!((source.rows(), source.samples()), expected, "sources × samples");
        self.layers_from(first, parameters, Some(source))
    }

    fn layers_from(&mut self, first: usize, parameters: &[f64], source: Option<&Rows>) -> &Rows {
        assert_eq!(parameters.len(), self.topology.parameter_count(), "length of the flat vector");
        for (k, block) in self.blocks.iter().enumerate().skip(first) {
            let (before, from_here) = self.activations.split_at_mut(k);
            let source = source.filter(|_| k == first).unwrap_or_else(|| &before[k - 1]);
            let layer = &mut from_here[0];
            block.net_inputs(parameters, 0..block.units, source, layer);
            if let Some(kept) = self.net_inputs.as_mut().and_then(|kept| kept.get_mut(k)) {
                kept.all_mut().copy_from_slice(layer.all());
            }
            self.topology.layers()[k].transfer.apply_to_rows(layer);
        }
        &self.activations[self.activations.len() - 1]
    }

    /// The outputs of layer `k` (from 0) in the last run.
    ///
    /// # Panics
    /// If there is no such layer.
    #[inline]
    pub fn layer(&self, k: usize) -> &Rows {
        &self.activations[k]
    }

    /// Mutable outputs of layer `k` (from 0).
    ///
    /// # Panics
    /// If there is no such layer.
    #[inline]
    pub fn layer_mut(&mut self, k: usize) -> &mut Rows {
        &mut self.activations[k]
    }

    /// The outputs of layer `k` (from 0) in the last run, units × samples.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn activations(&self, k: usize) -> ArrayView2<'_, f64> {
        self.activations[k].view()
    }

    /// The net inputs of layer `k` (from 0) in the last run.
    ///
    /// # Panics
    /// If there is no such layer, or the pass does not keep net inputs.
    #[inline]
    pub fn net_rows(&self, k: usize) -> &Rows {
        let kept = self.net_inputs.as_ref().expect("a pass made by keeping_net_inputs");
        kept.get(k).unwrap_or_else(|| &self.activations[k])
    }

    /// Mutable net inputs of layer `k` (from 0); those of a linear output layer are its outputs.
    ///
    /// # Panics
    /// If there is no such layer, or the pass does not keep net inputs.
    #[inline]
    pub fn net_rows_mut(&mut self, k: usize) -> &mut Rows {
        let kept = self.net_inputs.as_mut().expect("a pass made by keeping_net_inputs");
        kept.get_mut(k).unwrap_or_else(|| &mut self.activations[k])
    }

    /// The net inputs of layer `k` (from 0) in the last run, units × samples.
    ///
    /// # Panics
    /// If there is no such layer, or the pass does not keep net inputs.
    pub fn net_inputs(&self, k: usize) -> ArrayView2<'_, f64> {
        self.net_rows(k).view()
    }
}

fn matrices(topology: &Topology, samples: usize) -> Vec<Rows> {
    topology.layers().iter().map(|layer| Rows::zeros(layer.units, samples)).collect()
}
