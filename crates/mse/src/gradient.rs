//! Backpropagation: the gradient of a function of a network's outputs with respect to its flat vector.

use netcore::{ForwardPass, Rows, Topology};

/// The memory of a pass back through the layers of a network.
pub(crate) struct BackwardPass {
    /// The slopes with respect to the outputs of each layer, then to its net inputs, units × samples.
    slopes: Vec<Rows>,
}

impl BackwardPass {
    /// Memory for one pass over `samples` samples.
    pub(crate) fn new(topology: &Topology, samples: usize) -> Self {
        let slopes = topology.layers().iter().map(|layer| Rows::zeros(layer.units, samples)).collect();
        BackwardPass { slopes }
    }

    /// The slopes with respect to the network's outputs (O × N), to be written before [`run`](BackwardPass::run).
    pub(crate) fn outer(&mut self) -> &mut Rows {
        let last = self.slopes.len() - 1;
        &mut self.slopes[last]
    }

    /// Carries the slopes with respect to the network's outputs back through the layers of a forward pass that kept
    /// its net inputs, and adds the gradient with respect to the flat vector.
    /// (Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".)
    pub(crate) fn run(
        &mut self,
        topology: &Topology,
        pass: &ForwardPass,
        parameters: &[f64],
        inputs: &Rows,
        gradient: &mut [f64],
    ) {
        for (k, block) in pass.blocks().iter().enumerate().rev() {
            let (before, from_here) = self.slopes.split_at_mut(k);
            let slopes = &mut from_here[0];
            let transfer = topology.layers()[k].transfer;
            transfer.backward(pass.net_rows(k), pass.layer(k), slopes);
            let source = if k == 0 { inputs } else { pass.layer(k - 1) };
            block.add_slopes(slopes, source, gradient);
            if let Some(sources) = before.last_mut() {
                block.slopes_of_sources(parameters, slopes, sources);
            }
        }
    }
}
