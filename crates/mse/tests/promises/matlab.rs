//! What MATLAB's words mean: divisions of samples, regularization, cross-entropy, several outputs.

use std::sync::Arc;

use mse::{
    CrossEntropy, Error, MeanSquaredError, Outputs, Performance, Ratios, Regularized, divideblock, dividerand,
};
use ndarray::{Array2, array};
use netcore::{Network, Table, Target};
use search::{CheckIncremental, CoordinateSearch, Minimizer, Objective, Problem};

fn ratios(train: f64, validation: f64, test: f64) -> Ratios {
    Ratios { train, validation, test }
}

#[test]
fn blocks_follow_each_other_and_random_sets_are_those_of_the_seed() {
    let blocks = divideblock(10, ratios(3.0, 1.0, 1.0)).unwrap();
    assert_eq!(blocks.train, [0, 1, 2, 3, 4, 5]);
    assert_eq!((blocks.validation, blocks.test), (vec![6, 7], vec![8, 9]));
    let none = divideblock(7, ratios(1.0, 0.0, 0.0)).unwrap();
    assert_eq!((none.train.len(), none.validation.len(), none.test.len()), (7, 0, 0));

    let drawn = dividerand(100, Ratios::default(), 3).unwrap();
    assert_eq!([&drawn.train, &drawn.validation, &drawn.test].map(Vec::len), [70, 15, 15]);
    let mut all = [drawn.train.clone(), drawn.validation.clone(), drawn.test.clone()].concat();
    all.sort_unstable();
    assert_eq!(all, (0..100).collect::<Vec<_>>());
    assert_eq!(dividerand(100, Ratios::default(), 3).unwrap(), drawn);
    assert_ne!(dividerand(100, Ratios::default(), 4).unwrap(), drawn);
    // Of 3 samples two sets of half round up to 2 each: no sample is in both.
    let halves = divideblock(3, ratios(0.0, 1.0, 1.0)).unwrap();
    assert_eq!((halves.train.len(), halves.validation.len(), halves.test.len()), (0, 1, 2));

    let said = divideblock(3, ratios(0.5, -0.5, 1.0)).unwrap_err().to_string();
    assert_eq!(said, "ratios is [0.5, -0.5, 1.0]; expected finite numbers, at least 0, one above 0");
    assert!(
        divideblock(3, ratios(0.0, 0.0, 0.0)).is_err()
            && dividerand(3, ratios(f64::NAN, 1.0, 1.0), 0).is_err()
    );
}

/// Two outputs over five samples, with a net of two hidden units.
fn net() -> (Network, Array2<f64>, Array2<f64>) {
    let x = array![[0.0, 1.0, 2.0, 3.0, 4.0]];
    let t = array![[1.0, 0.5, 2.0, 2.5, 4.0], [3.0, 2.0, 2.0, 1.0, -1.0]];
    let mut network = Network::feedforward(&[2], &x, &t).unwrap();
    let v: Vec<f64> = (0..network.topology().parameter_count()).map(|i| (i as f64 * 0.7).sin()).collect();
    network.set_parameters(&v).unwrap();
    (network, x, t)
}

/// (1 - ρ) MSE + ρ/n Σ v², with its slopes, residuals, and one parameter at a time.
#[test]
fn regularization_counts_squared_parameters_in_every_form_of_the_objective() {
    let (network, x, t) = net();
    let (v, share) = (network.parameters(), 0.3);
    let error = MeanSquaredError::new(&network, &x, &t).unwrap();
    let mse = error.value(v).unwrap();
    let performance = Regularized::new(error, share).unwrap();
    let msw = v.iter().map(|v| v * v).sum::<f64>() / v.len() as f64;
    let value = performance.value(v).unwrap();
    assert!((value - (0.7 * mse + 0.3 * msw)).abs() < 1e-14, "{value}");

    let mut gradient = vec![0.0; v.len()];
    performance.gradient().unwrap().gradient_at(v, &mut gradient).unwrap();
    for (i, slope) in gradient.iter().enumerate() {
        let at = |step: f64| {
            let mut moved = v.to_vec();
            moved[i] += step;
            performance.value(&moved).unwrap()
        };
        let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((slope - difference).abs() < 1e-8, "parameter {i}: {slope}, by differences {difference}");
    }

    let residuals = performance.residuals().unwrap();
    let mut values = vec![0.0; residuals.form().count()];
    assert_eq!(residuals.residuals_at(v, &mut values).unwrap().to_bits(), value.to_bits());
    let squares: f64 = values.iter().map(|r| r * r).sum();
    assert!((squares - value).abs() < 1e-14, "{squares}");

    // A search one parameter at a time, each of whose values is compared with a whole evaluation.
    let checked = Arc::new(CheckIncremental::of(performance));
    let problem = Problem::shared(Arc::clone(&checked) as _, v.to_vec()).unwrap();
    let outcome = CoordinateSearch::default().minimize(&problem, &search::Budget::evaluations(3000), &mut ());
    assert!(outcome.unwrap().value < value);
    let worst = checked.worst().expect("trials were made");
    assert!(worst.relative < 1e-12, "{worst}");
}

#[test]
fn a_larger_regularization_gives_smaller_weights_and_a_share_out_of_range_is_refused() {
    let csv = "x,y\n0,0\n1,1\n2,4\n3,9\n";
    let table = Table::from_reader("squares.csv", csv.as_bytes(), &Target::last()).unwrap();
    let mut network = Network::feedforward(&[2], table.inputs(), table.targets()).unwrap();
    network.set_parameters(&mse::recipe_start(network.topology(), 1)).unwrap();
    let with = |regularization| mse::fit(&network, &table).performance(Performance::Mse { regularization });
    let squares = |regularization| {
        let fitted = with(regularization).run().unwrap();
        (fitted.network.parameters().iter().map(|w| w * w).sum::<f64>(), fitted.mse())
    };
    let (none, some, all) = (squares(0.0), squares(0.5), squares(1.0));
    assert!(none.0 > some.0 && some.0 > all.0 && all.0 < 1e-10, "{none:?} {some:?} {all:?}");
    assert!(none.1 < some.1 && some.1 < all.1, "{none:?} {some:?} {all:?}");

    let said = with(1.5).run().unwrap_err().to_string();
    assert_eq!(said, "regularization is 1.5; expected a number from 0 to 1");
    assert!(matches!(with(f64::NAN).run(), Err(Error::Training { .. })));
    assert!(matches!(with(0.1).outputs(Outputs::Solved).run(), Err(Error::Training { .. })));
}

/// MATLAB's mean is over all elements of `-t ln y`; of a single row it has both terms.
#[test]
fn cross_entropy_is_the_mean_over_all_elements() {
    let x = array![[0.0, 1.0, 2.0]];
    let t = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut network = Network::patternnet(&[2], &x, &t).unwrap();
    let v: Vec<f64> = (0..network.topology().parameter_count()).map(|i| (i as f64 * 0.7).sin()).collect();
    network.set_parameters(&v).unwrap();
    let y = network.outputs(&x).unwrap();
    let expected = -(0..3).map(|k| y[[k, k]].ln()).sum::<f64>() / 9.0;
    let performance = CrossEntropy::new(&network, &x, &t).unwrap();
    assert!((performance.value(&v).unwrap() - expected).abs() < 1e-15);

    let t = array![[1.0, 0.0, 1.0]];
    let mut network = Network::patternnet(&[], &x, &t).unwrap();
    network.set_parameters(&[0.3, -0.8]).unwrap();
    let y = network.outputs(&x).unwrap();
    let expected = -(y[[0, 0]].ln() + (1.0 - y[[0, 1]]).ln() + y[[0, 2]].ln()) / 3.0;
    let performance = CrossEntropy::new(&network, &x, &t).unwrap();
    assert!((performance.value(&[0.3, -0.8]).unwrap() - expected).abs() < 1e-15);
    let mut gradient = [0.0; 2];
    performance.gradient().unwrap().gradient_at(&[0.3, -0.8], &mut gradient).unwrap();
    let at = |v: [f64; 2]| performance.value(&v).unwrap();
    let differences =
        [at([0.3 + 1e-5, -0.8]) - at([0.3 - 1e-5, -0.8]), at([0.3, -0.8 + 1e-5]) - at([0.3, -0.8 - 1e-5])];
    assert!(gradient.iter().zip(differences).all(|(slope, twice)| (slope - twice / 2e-5).abs() < 1e-9));
}

#[test]
fn cross_entropy_refuses_networks_and_targets_that_are_no_probabilities() {
    let (network, x, t) = net();
    let said = CrossEntropy::new(&network, &x, &t).map(|_| ()).unwrap_err().to_string();
    assert!(said.starts_with("the network is 1-2-2 (tansig, purelin); expected softmax outputs"), "{said}");
    let classes = Network::patternnet(&[2], &x, &t).unwrap();
    let said = CrossEntropy::new(&classes, &x, &t).map(|_| ()).unwrap_err().to_string();
    assert!(said.starts_with("the targets is [1, 3] in sample 0; expected probabilities"), "{said}");
    let other = CrossEntropy::new(&classes, &x, &array![[1.0, 0.0, 1.0, 0.0, 1.0]]);
    assert!(matches!(other, Err(Error::Network(_))));
}

/// Each target has its own scaling, and the mean is over all of them.
#[test]
fn several_outputs_are_fitted_together() {
    let csv = "x,twice,minus\n0,0,1\n1,2,0\n2,4,-1\n3,6,-2\n";
    let sheet = netcore::Sheet::from_reader("t", csv.as_bytes(), &netcore::Format::default()).unwrap();
    let prepared = netcore::Choice::targets(["twice", "minus"]).prepare(&sheet).unwrap();
    let network = Network::feedforward(&[], &prepared.inputs, &prepared.targets).unwrap();
    assert_eq!(network.topology().to_string(), "1-2");
    let error = MeanSquaredError::new(&network, &prepared.inputs, &prepared.targets).unwrap();
    let problem = Problem::of(error, network.parameters().to_vec()).unwrap();
    let outcome =
        CoordinateSearch::default().minimize(&problem, &search::Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.value < 1e-12, "{outcome}");
}
