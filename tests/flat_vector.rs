//! The order of the flat vector, proved with the example of MATLAB's `setwb` page.

use ndarray::array;
use netcore::{Network, Topology};

/// Page `setwb` (Deep Learning Toolbox): `net = setwb(net, rand(10,1))` on a 1-3-1 network prints
/// `IW{1,1} = [0.1576; 0.9706; 0.9572]` and `b{1} = [0.5469; 0.9575; 0.9649]`. The ten numbers are
/// those of MATLAB's default generator (mt19937ar, seed 5489) after the seven draws that initialised
/// the network: 0.5469 0.9575 0.9649 0.1576 0.9706 0.9572 0.4854 0.8003 0.1419 0.4218. So the
/// biases come before the input weights.
#[test]
fn the_order_is_that_of_the_setwb_page() {
    let draws = [0.5469, 0.9575, 0.9649, 0.1576, 0.9706, 0.9572, 0.4854, 0.8003, 0.1419, 0.4218];
    let topology = Topology::feedforward(1, &[3], 1).unwrap();
    let mut network = Network::new(topology.clone());
    network.set_parameters(&draws).unwrap();

    let layers = network.layers();
    assert_eq!(layers[0].weights, array![[0.1576], [0.9706], [0.9572]], "IW{{1,1}} as published");
    assert_eq!(layers[0].biases, array![0.5469, 0.9575, 0.9649], "b{{1}} as published");
    // The page does not print the second layer; the rule continues.
    assert_eq!(layers[1].biases, array![0.4854]);
    assert_eq!(layers[1].weights, array![[0.8003, 0.1419, 0.4218]]);

    let names: Vec<String> = topology.parameters().map(|p| p.to_string()).collect();
    assert_eq!(
        names,
        [
            "b1[1]", "b1[2]", "b1[3]", "IW[1,1]", "IW[2,1]", "IW[3,1]", "b2[1]", "LW2[1,1]", "LW2[1,2]",
            "LW2[1,3]"
        ]
    );
}
