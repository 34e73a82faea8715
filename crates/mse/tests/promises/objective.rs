//! The mean squared error and its gradient, for nets of any depth.

use std::sync::Arc;

use mse::{Error, MeanSquaredError, VariableProjection};
use ndarray::{Array2, array};
use netcore::{Layer, MinMax, Network, Topology, Transfer};
use proptest::prelude::*;
use search::{Bounds, Failure, Objective};

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

/// Constant inputs have no weights, and constant targets no error where they are constant: whole values, gradients,
/// trials of one weight and the output layer solved for are those of the varying rows, spread over all errors.
#[test]
fn constant_rows_change_nothing_but_the_count_of_errors() {
    let spread = |rows: usize, by: f64| {
        Array2::from_shape_fn((rows, 12), |(r, s)| ((r + 1) as f64 * s as f64 * by + r as f64).sin())
    };
    let (few_inputs, few_targets) = (spread(2, 0.7), spread(2, 0.3));
    let with_constant = |few: &Array2<f64>, at: usize| {
        let mut all = Array2::from_elem((3, 12), 2023.0);
        for (r, row) in few.rows().into_iter().enumerate() {
            all.row_mut(if r < at { r } else { r + 1 }).assign(&row);
        }
        all
    };
    let (inputs, targets) = (with_constant(&few_inputs, 1), with_constant(&few_targets, 0));
    let network = Network::feedforward(&[3], &inputs, &targets).unwrap();
    let few = Network::feedforward(&[3], &few_inputs, &few_targets).unwrap();
    let whole = Arc::new(MeanSquaredError::new(&network, &inputs, &targets).unwrap());
    let part = Arc::new(MeanSquaredError::new(&few, &few_inputs, &few_targets).unwrap());
    assert_eq!(whole.dimension(), part.dimension());
    // The same net elsewhere, where the constant target is 2 off in one sample, and the constant input in all.
    let mut other = targets.clone();
    other[[0, 5]] += 2.0;
    let mut elsewhere_inputs = inputs.clone();
    elsewhere_inputs.row_mut(1).fill(2024.0);
    let elsewhere = Arc::new(MeanSquaredError::new(&network, &elsewhere_inputs, &other).unwrap());

    let x: Vec<f64> = (0..whole.dimension()).map(|i| (1.3 * i as f64).cos()).collect();
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs();
    let offset = 4.0 / 36.0;
    for (error, offset) in [(&whole, 0.0), (&elsewhere, offset)] {
        let expected = |value: f64| value * 24.0 / 36.0 + offset;
        assert!(close(error.value(&x).unwrap(), expected(part.value(&x).unwrap())));
        let gradient = |error: &MeanSquaredError| {
            let mut gradient = vec![0.0; x.len()];
            error.gradient().unwrap().gradient_at(&x, &mut gradient).unwrap();
            gradient
        };
        for (ours, theirs) in gradient(error).into_iter().zip(gradient(&part)) {
            assert!(close(ours, theirs * 24.0 / 36.0));
        }
        let (mut ours, mut theirs) = (error.incremental().unwrap(), part.incremental().unwrap());
        assert!(close(ours.begin(&x).unwrap(), expected(theirs.begin(&x).unwrap())));
        for (i, from) in x.iter().enumerate() {
            let to = from + 0.25;
            assert!(close(ours.try_value(i, to).unwrap(), expected(theirs.try_value(i, to).unwrap())), "{i}");
            if let (Some(ours), Some(theirs)) = (ours.line(i), theirs.line(i)) {
                assert!(close(ours.value, expected(theirs.value)), "{i}");
                assert!(close(ours.curvature, theirs.curvature * 24.0 / 36.0), "{i}");
            }
        }
        ours.accept(2, x[2] - 0.5);
        theirs.accept(2, x[2] - 0.5);
        assert!(close(ours.try_value(0, 0.1).unwrap(), expected(theirs.try_value(0, 0.1).unwrap())));

        let bounds = Bounds::nonnegative(x.len());
        let solved =
            |error: &Arc<MeanSquaredError>| VariableProjection::new(Arc::clone(error), &bounds).unwrap();
        let (ours, theirs) = (solved(error), solved(&part));
        let hidden = &x[..ours.dimension()];
        assert!(close(ours.value(hidden).unwrap(), expected(theirs.value(hidden).unwrap())));
        let mut view = ours.incremental().unwrap();
        view.begin(hidden).unwrap();
        let mut moved = hidden.to_vec();
        moved[4] += 0.25;
        assert!(close(view.try_value(4, moved[4]).unwrap(), ours.value(&moved).unwrap()));
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

/// The errors over sqrt(N·O), whose squares sum to the mean squared error; a constant target has one residual for all.
#[test]
fn the_residuals_are_the_scaled_errors() {
    let inputs = Array2::from_shape_fn((2, 11), |(r, s)| (r as f64 + 1.0) * (s as f64 * 0.7).sin());
    let varied = Array2::from_shape_fn((2, 11), |(r, s)| (r as f64 - 0.5) * (s as f64).cos() + s as f64);
    let mut with_constant = Array2::from_elem((3, 11), 4.0);
    with_constant.slice_mut(ndarray::s![..2, ..]).assign(&varied);
    for targets in [varied, with_constant] {
        let network = Network::feedforward(&[3], &inputs, &targets).unwrap();
        let mut shifted = targets.clone();
        shifted += 0.25;
        let error = MeanSquaredError::new(&network, &inputs, &shifted).unwrap();
        let flat: Vec<f64> = (0..error.dimension()).map(|i| ((i * i) as f64).sin()).collect();
        let own = error.residuals().unwrap();
        let mut residuals = vec![0.0; own.form().count()];
        let value = own.residuals_at(&flat, &mut residuals).unwrap();
        assert_eq!(error.value(&flat).unwrap().to_bits(), value.to_bits());
        let mut network = network;
        network.set_parameters(&flat).unwrap();
        let errors = network.outputs(&inputs).unwrap() - &shifted;
        let root = (errors.len() as f64).sqrt();
        for (residual, error) in residuals.iter().zip(errors.iter().take(22)) {
            assert!((residual - error / root).abs() < 1e-13 * (1.0 + error.abs()), "{residual} {error}");
        }
        let removed = errors.iter().skip(22).map(|e| e * e).sum::<f64>() / errors.len() as f64;
        assert_eq!(residuals.len(), 22 + usize::from(removed > 0.0));
        assert!((residuals[22..].iter().map(|r| r * r).sum::<f64>() - removed).abs() < 1e-15);
        let sum: f64 = residuals.iter().map(|r| r * r).sum();
        assert!((sum - value).abs() <= 1e-14 * value, "{sum} {value}");
    }
}
