//! Networks: answers computed by hand, files there and back, files of another shape.

use ndarray::{Array2, array};
use netcore::{Error, Layer, MinMax, Network, Table, Target, Topology, Transfer};
use proptest::prelude::*;

/// A straightforward forward pass of one sample: loops over units and sources.
fn by_hand(network: &Network, sample: &[f64]) -> Vec<f64> {
    let mut values = sample.to_vec();
    for (layer, parameters) in network.topology().layers().iter().zip(network.layers()) {
        let unit = |u: usize| {
            let weights = parameters.weights.row(u);
            parameters.biases[u] + weights.iter().zip(&values).map(|(w, a)| w * a).sum::<f64>()
        };
        let mut net_input = Array2::from_shape_fn((layer.units, 1), |(u, _)| unit(u));
        layer.transfer.apply(net_input.view_mut());
        values = net_input.into_raw_vec_and_offset().0;
    }
    values
}

proptest! {
    #[test]
    fn all_samples_at_once_give_what_each_gives_alone(
        hidden in prop::collection::vec((1_usize..4, 0..Transfer::ALL.len()), 0..3),
        seed in prop::collection::vec(-2.0_f64..2.0, 64),
    ) {
        let mut layers: Vec<Layer> =
            hidden.iter().map(|&(units, t)| Layer { units, transfer: Transfer::ALL[t] }).collect();
        layers.push(Layer { units: 2, transfer: Transfer::Purelin });
        let topology = Topology::new(3, layers).unwrap();
        let flat: Vec<f64> = seed.iter().cycle().take(topology.parameter_count()).copied().collect();
        let mut network = Network::new(topology);
        network.set_parameters(&flat).unwrap();
        let inputs = Array2::from_shape_fn((3, 5), |(r, s)| seed[(7 * r + 11 * s) % 64]);

        let outputs = network.outputs(&inputs).unwrap();
        for s in 0..5 {
            let alone = by_hand(&network, &inputs.column(s).to_vec());
            for (o, &expected) in alone.iter().enumerate() {
                let ours = outputs[[o, s]];
                // Steps and inverses may magnify the last bit of a sum without bound.
                let tolerance = 1e-9 * (1.0 + expected.abs());
                prop_assert!((ours - expected).abs() < tolerance || ours.to_bits() == expected.to_bits(), "{ours} {expected}");
            }
        }
    }
}

#[test]
fn scaling_stands_on_both_sides() {
    // Inputs 0..10 map to -1..1; the output -1..1 maps back to 100..300.
    let topology = Topology::new(1, vec![Layer { units: 1, transfer: Transfer::Purelin }]).unwrap();
    let input = MinMax::fit(&array![[0.0, 10.0]]).unwrap();
    let output = MinMax::fit(&array![[100.0, 300.0]]).unwrap();
    let mut network = Network::with_scaling(topology, input, output).unwrap();
    network.set_parameters(&[0.0, 0.5]).unwrap();
    assert_eq!(network.outputs(&array![[0.0, 5.0, 10.0]]).unwrap(), array![[150.0, 200.0, 250.0]]);
}

fn fitted() -> Network {
    let inputs = array![[0.1, 0.7, 0.3], [5.0, 5.0, 5.0]];
    let targets = array![[1.0 / 3.0, -0.0, 1e-300]];
    let mut network = Network::feedforward(&[3, 2], &inputs, &targets).unwrap();
    let n = network.topology().parameter_count();
    let flat: Vec<f64> = (0..n).map(|i| if i == 3 { -0.0 } else { (i as f64 + 0.1).sqrt() / 3.0 }).collect();
    network.set_parameters(&flat).unwrap();
    network
}

/// As `feedforwardnet` does: `removeconstantrows`, then `mapminmax`, on both sides.
#[test]
fn constant_rows_have_no_weights_and_come_out_as_their_constants() {
    let inputs = array![[7.0, 7.0, 7.0], [0.1, 0.7, 0.3], [0.0, -0.0, 0.0], [1.0, 2.0, 5.0]];
    let targets = array![[1.0, 2.0, 2.5], [-3.5, -3.5, -3.5], [0.0, 1.0, 0.0]];
    let whole = Network::feedforward(&[4], &inputs, &targets).unwrap();
    let varying = (inputs.select(ndarray::Axis(0), &[1, 3]), targets.select(ndarray::Axis(0), &[0, 2]));
    let reduced = Network::feedforward(&[4], &varying.0, &varying.1).unwrap();
    assert_eq!(whole.topology(), reduced.topology());
    assert_eq!(whole.input_scaling().kept_rows().collect::<Vec<_>>(), [1, 3]);
    let removed = whole.output_scaling().removed();
    assert_eq!(removed, [netcore::RemovedRow { row: 1, value: -3.5 }]);

    let flat: Vec<f64> = (0..whole.topology().parameter_count()).map(|i| (i as f64).sin()).collect();
    let answer = |mut network: Network, inputs: &Array2<f64>| {
        network.set_parameters(&flat).unwrap();
        network.outputs(inputs)
    };
    let outputs = answer(whole.clone(), &inputs).unwrap();
    let expected = answer(reduced.clone(), &varying.0).unwrap();
    assert_eq!(outputs.row(0), expected.row(0));
    assert_eq!(outputs.row(1), array![-3.5, -3.5, -3.5]);
    assert_eq!(outputs.row(2), expected.row(1));
    // What a constant row holds later does not matter; that it is there does.
    let mut later = inputs.clone();
    later.row_mut(0).fill(8.0);
    assert_eq!(answer(whole.clone(), &later).unwrap(), outputs);
    let message = answer(whole, &varying.0).unwrap_err().to_string();
    assert_eq!(message, "the data to scale is 2×3; expected 4×3");
}

/// Three pixels of `digits` are 0 in every sample (`pixel_0_0`, `pixel_4_0`, `pixel_4_7`).
#[test]
fn digits_have_61_inputs_that_vary() {
    let path = format!("{}/../../datasets/digits.csv", env!("CARGO_MANIFEST_DIR"));
    let table = Table::read(path, &Target::last().as_classes()).unwrap();
    let network = Network::feedforward(&[32], table.inputs(), table.targets()).unwrap();
    assert_eq!(network.topology().to_string(), "61-32-10");
    assert_eq!(network.topology().parameter_count(), 32 * 62 + 10 * 33);
    let removed: Vec<&str> =
        network.input_scaling().removed().iter().map(|gone| table.features()[gone.row].as_str()).collect();
    assert_eq!(removed, ["pixel_0_0", "pixel_4_0", "pixel_4_7"]);
    assert_eq!(network.outputs(table.inputs()).unwrap().dim(), (10, 1797));
}

#[test]
fn data_in_which_nothing_varies_are_refused() {
    let (constant, varying) = (array![[1.0, 1.0], [2.0, 2.0]], array![[1.0, 2.0]]);
    let message = |inputs: &Array2<f64>, targets: &Array2<f64>| {
        Network::feedforward(&[2], inputs, targets).unwrap_err().to_string()
    };
    let says =
        |what| format!("all {what} are constant over the 2 samples; expected at least one row that varies");
    assert_eq!(message(&constant, &varying), says("inputs"));
    assert_eq!(message(&varying, &constant), says("targets"));
    assert!(message(&Array2::zeros((0, 2)), &varying).contains("at least one input"));
    assert!(message(&Array2::zeros((1, 0)), &varying).contains("no samples"));
}

/// Files from before constant rows were removed have no list of them.
#[test]
fn a_file_without_removed_rows_keeps_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.json");
    let network = Network::feedforward(&[2], &array![[0.0, 4.0]], &array![[1.0, 2.0]]).unwrap();
    network.save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("removed"), "{text}");
    assert_eq!(Network::load(&path).unwrap(), network);
}

#[test]
fn files_give_back_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let network = fitted();
    let path = folder.path().join("net.json");
    network.save(&path).unwrap();
    let read = Network::load(&path).unwrap();
    assert_eq!(read, network);
    let bits = |n: &Network| n.parameters().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read), bits(&network));

    let path = folder.path().join("weights.json");
    network.save_weights(&path).unwrap();
    let mut other = Network::new(network.topology().clone());
    other.load_weights(&path).unwrap();
    assert_eq!(bits(&other), bits(&network));
}

#[test]
fn weights_of_another_topology_are_refused_with_both_sizes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.json");
    fitted().save_weights(&path).unwrap();
    let mut other = Network::new(Topology::feedforward(4, &[4], 3).unwrap());
    let message = other.load_weights(&path).unwrap_err().to_string();
    for part in ["1-3-2-1", "17 parameters", "4-4-3", "35 parameters"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn broken_files_are_refused_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.json");
    fitted().save(&path).unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let too_few = {
        let mut value: serde_json::Value = serde_json::from_str(&good).unwrap();
        value["parameters"].as_array_mut().unwrap().pop();
        value.to_string()
    };
    for (text, says) in [
        ("", "EOF"),
        (&good[..good.len() / 2], "EOF"),
        ("[1, 2]", "invalid"),
        (&too_few, "16 parameters do not fit a 1-3-2-1 network"),
        (&good.replace("\"inputs\": 1", "\"inputs\": 0"), "at least one input"),
        (&good.replace("\"inputs\": 1", "\"inputs\": 1000000000000"), "parameters"),
        (&good.replace("\"topology\"", "\"shape\""), "unknown field `shape`"),
        (&good.replace("\"low\": -1.0", "\"low\": 1.0"), "[1, 1]"),
        (&good.replace("tansig", "tanh"), "unknown variant `tanh`"),
        (&good.replace("\"row\": 1", "\"row\": 2"), "removed row 2 with value 5 is not one of 2 rows"),
        (&good.replace("\"value\": 5.0", "\"value\": 5.0, \"unit\": 1"), "unknown field `unit`"),
        (&good.replace("\"removed\"", "\"dropped\""), "unknown field `dropped`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let message = Network::load(&path).unwrap_err().to_string();
        assert!(message.contains("net.json") && message.contains(says), "{says}: {message}");
    }
    let missing = Network::load(folder.path().join("none.json")).unwrap_err();
    assert!(matches!(missing, Error::File { .. }), "{missing}");
    let nowhere = fitted().save(folder.path().join("no/folder/net.json")).unwrap_err();
    assert!(matches!(nowhere, Error::File { .. }), "{nowhere}");
}
