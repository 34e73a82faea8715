//! The flat vector: there and back to the bit, names, refusals.

use netcore::{Error, Layer, Network, Parameter, Topology, Transfer, flatten, unflatten};
use proptest::prelude::*;

fn topology() -> impl Strategy<Value = Topology> {
    let layer = (1_usize..5, 0..Transfer::ALL.len())
        .prop_map(|(units, transfer)| Layer { units, transfer: Transfer::ALL[transfer] });
    (1_usize..5, prop::collection::vec(layer, 1..4))
        .prop_map(|(inputs, layers)| Topology::new(inputs, layers).unwrap())
}

fn with_vector() -> impl Strategy<Value = (Topology, Vec<f64>)> {
    topology().prop_flat_map(|topology| {
        let n = topology.parameter_count();
        let finite = any::<f64>().prop_filter("finite", |v| v.is_finite());
        (Just(topology), prop::collection::vec(finite, n))
    })
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

proptest! {
    #[test]
    fn flatten_undoes_unflatten_to_the_bit((topology, flat) in with_vector()) {
        let layers = unflatten(&topology, &flat).unwrap();
        prop_assert_eq!(bits(&flatten(&layers)), bits(&flat));

        let mut network = Network::new(topology);
        network.set_layers(&layers).unwrap();
        prop_assert_eq!(bits(network.parameters()), bits(&flat));
        prop_assert_eq!(network.layers(), layers);
    }

    #[test]
    fn each_element_stands_where_its_name_says((topology, flat) in with_vector()) {
        let layers = unflatten(&topology, &flat).unwrap();
        prop_assert_eq!(topology.parameters().count(), flat.len());
        for (parameter, value) in topology.parameters().zip(&flat) {
            let there = match parameter {
                Parameter::Bias { layer, unit } => layers[layer].biases[unit],
                Parameter::Weight { layer, unit, source } => layers[layer].weights[[unit, source]],
            };
            prop_assert_eq!(there.to_bits(), value.to_bits(), "{}", parameter);
        }
    }
}

#[test]
fn wrong_lengths_and_values_are_refused_by_name() {
    let mut network = Network::new(Topology::feedforward(4, &[4], 3).unwrap());
    let message = network.set_parameters(&[0.0; 34]).unwrap_err().to_string();
    assert!(message.contains("34") && message.contains("35") && message.contains("4-4-3"), "{message}");

    let mut flat = vec![0.5; 35];
    flat[4 + 9] = f64::NAN; // third column of IW, second unit
    let message = network.set_parameters(&flat).unwrap_err().to_string();
    assert!(message.contains("IW[2,3]") && message.contains("NaN"), "{message}");
    assert!(network.parameters().iter().all(|&v| v == 0.0), "unchanged after a refusal");

    let mut layers = network.layers();
    layers[1].weights = ndarray::Array2::zeros((3, 5));
    let message = network.set_layers(&layers).unwrap_err().to_string();
    assert!(message.contains("layer 2") && message.contains("3×5") && message.contains("3×4"), "{message}");
}

#[test]
fn impossible_topologies_are_refused() {
    let layer = |units| Layer { units, transfer: Transfer::Tansig };
    assert!(
        matches!(Topology::new(0, vec![layer(1)]), Err(Error::EmptyTopology { what }) if what == "input")
    );
    assert!(matches!(Topology::new(1, vec![]), Err(Error::EmptyTopology { what }) if what == "layer"));
    let error = Topology::new(1, vec![layer(2), layer(0)]).unwrap_err();
    assert!(error.to_string().contains("unit in layer 2"), "{error}");
    for huge in [usize::MAX, usize::MAX / 8, 1 << 40] {
        let error = Topology::new(huge, vec![layer(1 << 30)]).unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
}
