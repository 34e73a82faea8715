//! The mean squared error and its gradient, for nets of any depth.

use mse::{Error, MeanSquaredError};
use ndarray::{Array2, array};
use netcore::{Layer, MinMax, Network, Topology, Transfer};
use proptest::prelude::*;
use search::{Failure, Objective};

/// Transfer functions with a continuous second derivative, so that central differences approach the
/// derivative at second order everywhere. (Those of `elliotsig` and `elliot2sig` jump at 0.)
const SMOOTH: [Transfer; 6] = [
    Transfer::Tansig,
    Transfer::Logsig,
    Transfer::Purelin,
    Transfer::Radbas,
    Transfer::Radbasn,
    Transfer::Softmax,
];

proptest! {
    #[test]
    fn the_value_is_the_mean_over_all_outputs_and_samples(
        flat in prop::collection::vec(-2.0_f64..2.0, 4 * 3 + 3 + 3 * 2 + 2),
        data in prop::collection::vec(-5.0_f64..5.0, 30),
    ) {
        let inputs = Array2::from_shape_fn((4, 5), |(r, s)| data[(r * 5 + s) % 30]);
        let targets = Array2::from_shape_fn((2, 5), |(r, s)| data[(r * 5 + s + 20) % 30]);
        let mut network = Network::feedforward(&[3], &inputs, &targets).unwrap();
        network.set_parameters(&flat).unwrap();
        let error = MeanSquaredError::new(&network, &inputs, &targets).unwrap();
        let outputs = network.outputs(&inputs).unwrap();
        let expected = outputs.iter().zip(&targets).map(|(y, t)| (y - t).powi(2)).sum::<f64>() / 10.0;
        let value = error.value(&flat).unwrap();
        prop_assert!((value - expected).abs() <= 1e-13 * (1.0 + expected), "{value} {expected}");
        prop_assert_eq!(error.value(&flat).unwrap().to_bits(), value.to_bits(), "the same bits again");
    }

    #[test]
    fn the_gradient_agrees_with_central_differences(
        hidden in prop::collection::vec((1_usize..5, 0..SMOOTH.len()), 0..4),
        output in 0..SMOOTH.len(),
        numbers in prop::collection::vec(-1.0_f64..1.0, 97),
    ) {
        let mut layers: Vec<Layer> = hidden.iter().map(|&(units, t)| Layer { units, transfer: SMOOTH[t] }).collect();
        layers.push(Layer { units: 2, transfer: SMOOTH[output] });
        let topology = Topology::new(3, layers).unwrap();
        let inputs = Array2::from_shape_fn((3, 6), |(r, s)| numbers[(r * 6 + s) % 97]);
        let targets = Array2::from_shape_fn((2, 6), |(r, s)| 10.0 * numbers[(r * 6 + s + 31) % 97]);
        let (input, output) = (MinMax::fit(&inputs).unwrap(), MinMax::fit(&targets).unwrap());
        let network = Network::with_scaling(topology, input, output).unwrap();
        let error = MeanSquaredError::new(&network, &inputs, &targets).unwrap();
        let flat: Vec<f64> = (0..error.dimension()).map(|i| numbers[(5 * i + 3) % 97]).collect();

        let mut gradient = vec![f64::NAN; flat.len()];
        error.gradient().unwrap().gradient_at(&flat, &mut gradient).unwrap();
        let scale = gradient.iter().fold(1.0_f64, |most, g| most.max(g.abs()));
        for i in 0..flat.len() {
            let moved = |by: f64| {
                let mut flat = flat.clone();
                flat[i] += by;
                error.value(&flat).unwrap()
            };
            let step = 1e-5;
            let difference = (moved(step) - moved(-step)) / (2.0 * step);
            prop_assert!((gradient[i] - difference).abs() < 1e-6 * scale, "{i}: {} {difference}", gradient[i]);
        }
    }
}

#[test]
fn step_functions_have_a_value_but_no_gradient() {
    let (inputs, targets) = (array![[0.0, 1.0]], array![[0.0, 1.0]]);
    for transfer in [Transfer::Hardlim, Transfer::Hardlims, Transfer::Compet] {
        let layers = vec![Layer { units: 2, transfer }, Layer { units: 1, transfer: Transfer::Purelin }];
        let network = Network::new(Topology::new(1, layers).unwrap());
        let error = MeanSquaredError::new(&network, &inputs, &targets).unwrap();
        assert!(error.value(&vec![0.1; error.dimension()]).unwrap().is_finite());
        assert!(error.gradient().is_none());
    }
}

#[test]
fn bad_data_and_points_are_refused() {
    let network = Network::new(Topology::feedforward(1, &[2], 1).unwrap());
    let new = |x: &Array2<f64>, t: &Array2<f64>| MeanSquaredError::new(&network, x, t);
    let one = array![[1.0, 2.0]];
    assert!(matches!(new(&one, &array![[1.0]]), Err(Error::Samples { inputs: 2, targets: 1 })));
    let error = new(&one, &array![[1.0, f64::NAN]]).unwrap_err();
    assert_eq!(error.to_string(), "target[0,1] is NaN; expected a finite number");
    assert!(matches!(new(&array![[f64::INFINITY, 0.0]], &one), Err(Error::NotFinite { what: "input", .. })));
    assert!(matches!(new(&one, &array![[1.0, 2.0], [3.0, 4.0]]), Err(Error::Network(_))));
    assert!(matches!(new(&array![[1.0, 2.0], [3.0, 4.0]], &one), Err(Error::Network(_))));
    let empty = Array2::zeros((1, 0));
    assert!(matches!(new(&empty, &empty), Err(Error::Network(_))));

    let error = new(&one, &one).unwrap();
    assert!(matches!(error.value(&[0.0; 6]), Err(Failure::Error(text)) if text.contains("7 parameters")));
}

#[test]
fn threads_share_an_objective_without_changing_its_values() {
    let inputs = Array2::from_shape_fn((2, 50), |(r, s)| ((r + 1) * s) as f64 / 50.0);
    let targets = Array2::from_shape_fn((1, 50), |(_, s)| (s as f64 / 8.0).sin());
    let network = Network::feedforward(&[4], &inputs, &targets).unwrap();
    let error = MeanSquaredError::new(&network, &inputs, &targets).unwrap();
    let value = |k: usize| error.value(&vec![k as f64 / 100.0; error.dimension()]).unwrap().to_bits();
    let alone: Vec<u64> = (0..400).map(value).collect();
    let together: Vec<u64> = std::thread::scope(|scope| {
        let quarter = |q: usize| scope.spawn(move || (100 * q..100 * (q + 1)).map(value).collect::<Vec<_>>());
        let threads: Vec<_> = (0..4).map(quarter).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(alone, together);
}
