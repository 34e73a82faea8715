//! Models: their files, their answers, and what is refused.

use ndarray::array;
use netcore::{
    Choice, Direction, Format, Layer, Model, ModelError, Monotone, Network, Prepared, Scaling, Sheet,
    Topology, Transfer,
};

fn prepared(csv: &str) -> Prepared {
    let sheet = Sheet::from_reader("t.csv", csv.as_bytes(), &Format::default()).unwrap();
    Choice::targets(["y"]).prepare(&sheet).unwrap()
}

fn line(bias: f64, weight: f64, transfer: Transfer) -> Network {
    let mut network = Network::new(Topology::new(1, vec![Layer { units: 1, transfer }]).unwrap());
    network.set_parameters(&[bias, weight]).unwrap();
    network
}

fn rising(feature: &str) -> Monotone {
    Monotone { feature: feature.to_owned(), direction: Direction::Increasing }
}

#[test]
fn the_answer_is_the_mean_of_the_networks() {
    let Prepared { features, answer, .. } = prepared("x,y\n1,2\n2,4\n");
    let networks = vec![line(0.0, 1.0, Transfer::Purelin), line(1.0, 3.0, Transfer::Purelin)];
    let model = Model::new(features, answer, vec![rising("x")], networks).unwrap();
    // (x + 1 + 3 x) / 2 at x = 2
    assert_eq!(model.outputs_of(&array![[2.0]]).unwrap(), array![[4.5]]);
    let none = model.probabilities(array![[4.5]].view()).unwrap_err();
    assert!(matches!(none, ModelError::NoClasses { .. }), "{none}");
}

#[test]
fn of_two_classes_the_output_is_the_probability_of_the_second() {
    let Prepared { features, answer, .. } = prepared("x,y\n1,bad\n2,good\n");
    let model = Model::new(features, answer, Vec::new(), vec![line(0.0, 1.0, Transfer::Logsig)]).unwrap();
    let outputs = model.outputs_of(&array![[3.0_f64.ln(), 0.0]]).unwrap();
    let probabilities = model.probabilities(outputs.view()).unwrap();
    // 1 / (1 + exp(-ln 3)) = 3/4
    assert!((&probabilities - &array![[0.25, 0.5], [0.75, 0.5]]).iter().all(|d| d.abs() < 1e-15));
}

#[test]
fn a_file_reads_back_to_the_bit() {
    let Prepared { features, answer, .. } = prepared("x,y\n1,0.1\n2,0.30000000000000004\n");
    let network = line(std::f64::consts::PI, 1.0 / 3.0, Transfer::Purelin);
    let model = Model::new(features, answer, vec![rising("x")], vec![network]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.json");
    model.save(&path).unwrap();
    assert_eq!(Model::load(&path).unwrap(), model);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"x\"", "\"z\"").replacen("\"z\"", "\"w\"", 1)).unwrap();
    let said = Model::load(&path).unwrap_err().to_string();
    assert!(said.contains("`z` is said to be monotone and is no feature; the features are: w"), "{said}");
    assert!(matches!(Model::load(folder.path().join("no.json")), Err(ModelError::File { .. })));
}

#[test]
fn networks_of_another_size_are_refused() {
    let Prepared { features, answer, .. } = prepared("x,z,y\n1,1,2\n2,3,4\n");
    let small =
        Model::new(features.clone(), answer.clone(), Vec::new(), vec![line(0.0, 1.0, Transfer::Purelin)]);
    assert_eq!(
        small.unwrap_err().to_string(),
        "network 1 has 1 inputs; expected 2, as the model's names say"
    );
    assert!(matches!(Model::new(features, answer, Vec::new(), Vec::new()), Err(ModelError::NoNetwork)));
}

/// mapstd: (x - mean) / σ with σ over all N samples, here mean 2, σ² = (4 + 0 + 0 + 4) / 4.
#[test]
fn standardized_rows_have_mean_0_and_deviation_1() {
    let data = array![[0.0, 2.0, 2.0, 4.0], [7.0, 7.0, 7.0, 7.0]];
    let scaling = Scaling::standardize(&data, &[1.0; 4]).unwrap();
    let root = 2.0_f64.sqrt();
    let scaled = scaling.apply(&data).unwrap();
    assert!((&scaled - &array![[-root, 0.0, 0.0, root]]).iter().all(|d| d.abs() < 1e-15), "{scaled}");
    let back = scaling.reverse(&scaled).unwrap();
    assert!((&back - &data).iter().all(|d| d.abs() < 1e-14), "{back}");
    // A weight of 2 is the sample twice.
    let twice = Scaling::standardize(&data, &[2.0, 0.5, 0.5, 2.0]).unwrap();
    assert_eq!(twice, Scaling::standardize(&array![[0.0, 0.0, 2.0, 4.0, 4.0], [7.0; 5]], &[1.0; 5]).unwrap());
}
