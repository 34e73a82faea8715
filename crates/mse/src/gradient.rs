//! Backpropagation: the gradient of a function of a network's outputs with respect to its flat vector.

use netcore::{ForwardPass, Rows, Topology};

/// Carries `outer`, the gradient with respect to the network's outputs (O × N), back through the
/// layers of a forward pass that kept its net inputs, and adds the gradient with respect to the flat vector.
/// (Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".)
pub(crate) fn backpropagate(
    topology: &Topology,
    pass: &ForwardPass,
    parameters: &[f64],
    inputs: &Rows,
    outer: Rows,
    gradient: &mut [f64],
) {
    let mut delta = outer;
    let blocks: Vec<_> = topology.blocks().collect();
    for (k, block) in blocks.iter().enumerate().rev() {
        let transfer = topology.layers()[k].transfer;
        transfer.backward(pass.net_inputs(k), pass.activations(k), delta.view_mut());
        let source = if k == 0 { inputs } else { pass.layer(k - 1) };
        block.add_slopes(&delta, source, gradient);
        if k > 0 {
            delta = block.slopes_of_sources(parameters, &delta);
        }
    }
}
