//! Classes and monotonicity of fitted networks.

use mse::{Confusion, Error, Monotonicity, classify, monotonicity};
use ndarray::{Array2, array};
use netcore::{Layer, Network, Table, Target, Topology, Transfer};
use proptest::prelude::*;

#[test]
fn classes_are_asked_of_class_tables_only_and_nan_is_no_class() {
    let real = Table::from_reader("t.csv", "a,y\n1,2\n3,4\n".as_bytes(), &Target::last()).unwrap();
    let network = Network::new(Topology::feedforward(1, &[1], 1).unwrap());
    let error = Confusion::of(&network, &real).unwrap_err();
    assert!(matches!(&error, Error::NoClasses { target } if target == "y"), "{error}");

    // 1/n of an infinite sum minus itself: the output is NaN.
    let layers =
        vec![Layer { units: 2, transfer: Transfer::Netinv }, Layer { units: 1, transfer: Transfer::Purelin }];
    let mut network = Network::new(Topology::new(1, layers).unwrap());
    network.set_parameters(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, -1.0]).unwrap();
    let error = classify(&network, &array![[1.0]]).unwrap_err();
    assert!(matches!(error, Error::NoAnswer { output: 0, sample: 0 }), "{error}");
}

proptest! {
    /// A proof must hold: moving one input up by any amount lowers no output.
    #[test]
    fn what_is_called_nondecreasing_never_falls(
        hidden in prop::collection::vec((1_usize..4, 0..Transfer::ALL.len()), 0..3),
        numbers in prop::collection::vec(prop_oneof![Just(0.0), -1.0_f64..1.0, 0.0_f64..1.0], 61),
        nonnegative in any::<bool>(),
        steps in prop::collection::vec(0.0_f64..3.0, 8),
    ) {
        let mut layers: Vec<Layer> =
            hidden.iter().map(|&(units, t)| Layer { units, transfer: Transfer::ALL[t] }).collect();
        layers.push(Layer { units: 2, transfer: Transfer::Purelin });
        let mut network = Network::new(Topology::new(3, layers).unwrap());
        let n = network.topology().parameter_count();
        let flat: Vec<f64> = numbers.iter().cycle().take(n).map(|&v| if nonnegative { v.abs() } else { v }).collect();
        network.set_parameters(&flat).unwrap();

        let data = Array2::from_shape_fn((3, 8), |(r, s)| 3.0 * numbers[(r * 8 + s) % 61]);
        let before = network.outputs(&data).unwrap();
        for (input, found) in monotonicity(&network, &data).unwrap().into_iter().enumerate() {
            let mut moved = data.clone();
            for (s, step) in steps.iter().enumerate() {
                moved[[input, s]] += step;
            }
            let after = network.outputs(&moved).unwrap();
            match found {
                Monotonicity::NonDecreasing => {
                    for (&b, &a) in before.iter().zip(&after) {
                        let fell = a < b - 1e-12 * b.abs().max(1.0);
                        prop_assert!(!fell, "input {input}: {b} -> {a}");
                    }
                }
                Monotonicity::Decreasing(fall) => {
                    let at = |value: f64| {
                        let mut one = data.clone();
                        one[[input, fall.sample]] = value;
                        network.outputs(&one).unwrap()[[fall.output, fall.sample]]
                    };
                    prop_assert!(fall.input[0] < fall.input[1] && at(fall.input[1]) < at(fall.input[0]));
                    prop_assert_eq!(fall.answer, [at(fall.input[0]), at(fall.input[1])]);
                }
                Monotonicity::Unknown => {}
            }
        }
    }
}

/// Inputs 0 and 2 are constant, and so is output 1: nothing moves the answer by the former, nor the latter at all.
#[test]
fn constant_rows_are_told_of_as_all_others() {
    let inputs = array![[3.0, 3.0, 3.0], [0.0, 1.0, 2.0], [-1.0, -1.0, -1.0], [1.0, 0.0, 5.0]];
    let targets = array![[0.0, 1.0, 0.0], [0.5, 0.5, 0.5], [1.0, 0.0, 1.0]];
    let mut network = Network::feedforward(&[1], &inputs, &targets).unwrap();
    assert_eq!(network.topology().to_string(), "2-1-2");
    // b1, IW (rising, falling), b2, LW.
    network.set_parameters(&[0.0, 1.0, -1.0, 0.0, 0.0, 1.0, 2.0]).unwrap();
    let found = monotonicity(&network, &inputs).unwrap();
    assert_eq!(
        found[..3],
        [Monotonicity::NonDecreasing, Monotonicity::NonDecreasing, Monotonicity::NonDecreasing]
    );
    let Monotonicity::Decreasing(fall) = &found[3] else { panic!("{found:?}") };
    assert_eq!(fall.output, 0);
    // The last output falls only if its weight alone is there.
    network.set_parameters(&[0.0, 1.0, -1.0, 0.0, 0.0, 0.0, 2.0]).unwrap();
    let found = monotonicity(&network, &inputs).unwrap();
    assert!(matches!(&found[3], Monotonicity::Decreasing(fall) if fall.output == 2), "{found:?}");
    // Classes are rows of the whole answer.
    network.set_parameters(&[0.0, 0.0, 0.0, -9.0, -8.0, 0.0, 0.0]).unwrap();
    assert_eq!(classify(&network, &inputs).unwrap(), [1, 1, 1]);
}

#[test]
fn nonnegative_weights_prove_it_whatever_the_biases() {
    let topology = Topology::feedforward(2, &[3, 2], 2).unwrap();
    let mut network = Network::new(topology.clone());
    let bounds = mse::nonnegative_weights(&topology);
    let flat: Vec<f64> = bounds.lower().iter().map(|low| if *low == 0.0 { 0.5 } else { -0.7 }).collect();
    network.set_parameters(&flat).unwrap();
    let found = monotonicity(&network, &array![[0.0, 1.0], [0.0, 1.0]]).unwrap();
    assert_eq!(found, [Monotonicity::NonDecreasing, Monotonicity::NonDecreasing]);
}

#[test]
fn nonnegative_weights_prove_it_for_every_nondecreasing_transfer_function() {
    for transfer in Transfer::ALL {
        let layers = vec![Layer { units: 3, transfer }, Layer { units: 1, transfer: Transfer::Purelin }];
        let mut network = Network::new(Topology::new(2, layers).unwrap());
        network.set_parameters(&[0.3; 13]).unwrap();
        let found = monotonicity(&network, &array![[0.0, 1.0], [0.0, 1.0]]).unwrap();
        let proved = found.iter().all(|input| *input == Monotonicity::NonDecreasing);
        assert_eq!(proved, transfer.is_nondecreasing(), "{transfer}: {found:?}");
    }
}
