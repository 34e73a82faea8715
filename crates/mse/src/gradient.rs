//! Backpropagation: the gradient of a function of a network's outputs with respect to its flat vector.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, ShapeBuilder};
use netcore::{ForwardPass, Topology};

/// Carries `outer`, the gradient with respect to the network's outputs (O × N), back through the
/// layers of a forward pass that kept its net inputs, and adds the gradient with respect to the flat vector. (Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating
/// errors".)
pub(crate) fn backpropagate(
    topology: &Topology,
    pass: &ForwardPass,
    parameters: &[f64],
    inputs: ArrayView2<'_, f64>,
    outer: Array2<f64>,
    gradient: &mut [f64],
) {
    let mut delta = outer;
    let blocks: Vec<_> = topology.blocks().collect();
    for (k, block) in blocks.iter().enumerate().rev() {
        let transfer = topology.layers()[k].transfer;
        transfer.backward(pass.net_inputs(k), pass.activations(k), delta.view_mut());

        let source = if k == 0 { inputs } else { pass.activations(k - 1) };
        let mut biases = ArrayViewMut1::from(&mut gradient[block.biases.clone()]);
        biases += &delta.sum_axis(Axis(1));
        let shape = (block.units, block.fan_in).f();
        let mut weights = ArrayViewMut2::from_shape(shape, &mut gradient[block.weights.clone()])
            .expect("a block's range has units × fan_in places");
        general_mat_mul(1.0, &delta, &source.t(), 1.0, &mut weights);

        if k > 0 {
            delta = block.weights_of(parameters).t().dot(&delta);
        }
    }
}
