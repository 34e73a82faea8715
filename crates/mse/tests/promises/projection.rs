//! Variable projection: the output layer solved for, and what a search makes of it.

use std::sync::Arc;

use mse::{Error, MeanSquaredError, VariableProjection};
use ndarray::{Array2, array};
use netcore::{Layer, MinMax, Network, Topology, Transfer};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::pattern::SearchStep;
use search::{Bounds, Budget, CheckIncremental, CoordinateSearch, Minimizer, Objective, Problem};

fn random(hidden: &[(usize, Transfer)], seed: u64) -> (Arc<MeanSquaredError>, Xoshiro256PlusPlus) {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut layers: Vec<Layer> = hidden.iter().map(|&(units, transfer)| Layer { units, transfer }).collect();
    layers.push(Layer { units: 2, transfer: Transfer::Purelin });
    let mut data = |rows: usize| Array2::from_shape_fn((rows, 30), |_| generator.random_range(-3.0..3.0));
    let (inputs, targets) = (data(3), data(2));
    let (input, output) = (MinMax::fit(&inputs).unwrap(), MinMax::fit(&targets).unwrap());
    let network = Network::with_scaling(Topology::new(3, layers).unwrap(), input, output).unwrap();
    (Arc::new(MeanSquaredError::new(&network, &inputs, &targets).unwrap()), generator)
}

/// Bounds that are two-sided for some parameters, one-sided for others.
fn some_bounds(n: usize, generator: &mut Xoshiro256PlusPlus) -> Bounds {
    let lower: Vec<f64> =
        (0..n).map(|_| if generator.random::<bool>() { -0.3 } else { f64::NEG_INFINITY }).collect();
    let upper: Vec<f64> =
        (0..n).map(|_| if generator.random::<bool>() { 0.4 } else { f64::INFINITY }).collect();
    Bounds::new(lower, upper).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// No other output layer within the bounds has a smaller error, and the value is that of the whole vector.
    #[test]
    fn the_output_layer_is_the_best_within_its_bounds(
        hidden in prop::collection::vec((1_usize..5, 0..Transfer::ALL.len()), 1..3),
        seed in any::<u64>(),
    ) {
        let hidden: Vec<_> = hidden.into_iter().map(|(units, t)| (units, Transfer::ALL[t])).collect();
        let (error, mut generator) = random(&hidden, seed);
        let n = error.dimension();
        let bounds = some_bounds(n, &mut generator);
        let projection = VariableProjection::new(error.clone(), &bounds).unwrap();
        let h = projection.dimension();
        let x: Vec<f64> = (0..h).map(|_| generator.random_range(-2.0..2.0)).collect();
        let Ok(value) = projection.value(&x) else { return Ok(()) };
        let whole = projection.complete(&x).unwrap();
        prop_assert_eq!(value.to_bits(), error.value(&whole).unwrap().to_bits());
        prop_assert_eq!(&whole[..h], &x[..]);
        for i in h..n {
            prop_assert!(bounds.admit(i, whole[i]), "{i}: {}", whole[i]);
            for step in [1e-3, -1e-3, 0.1, -0.1] {
                let mut moved = whole.clone();
                moved[i] = (moved[i] + step).clamp(bounds.lower()[i], bounds.upper()[i]);
                prop_assert!(error.value(&moved).unwrap() >= value * (1.0 - 1e-9), "{i} by {step}");
            }
        }
        prop_assert_eq!(projection.propose(&whole, value, &bounds), vec![whole.clone()]);
    }

    /// One hidden weight at a time, compared with whole evaluations while a search moves.
    #[test]
    fn incremental_values_agree_with_whole_evaluations(
        transfer in 0..Transfer::ALL.len(),
        deeper in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let transfer = Transfer::ALL[transfer];
        let hidden = if deeper { vec![(3, Transfer::Tansig), (4, transfer)] } else { vec![(4, transfer)] };
        let (error, mut generator) = random(&hidden, seed);
        let bounds = Bounds::nonnegative(error.dimension());
        let projection = VariableProjection::new(error, &bounds).unwrap();
        let start: Vec<f64> = (0..projection.dimension()).map(|_| generator.random_range(0.0..1.0)).collect();
        let bounds = Bounds::nonnegative(start.len());
        let checked = Arc::new(CheckIncremental::of(projection));
        let problem = Problem::shared(checked.clone(), start).unwrap().bounded(bounds).unwrap();
        let search = CoordinateSearch::default();
        let outcome = search.minimize(&problem, &Budget::evaluations(400), &mut ());
        prop_assume!(outcome.is_ok());
        let worst = checked.worst().unwrap();
        prop_assert!(worst.relative <= 1e-9, "{transfer}: {worst}");
    }
}

#[test]
fn a_net_without_a_linear_output_layer_after_a_hidden_one_is_refused() {
    let data = array![[0.0, 1.0, 2.0]];
    for layers in [
        vec![Layer { units: 1, transfer: Transfer::Purelin }],
        vec![Layer { units: 2, transfer: Transfer::Tansig }, Layer { units: 1, transfer: Transfer::Logsig }],
    ] {
        let network = Network::new(Topology::new(1, layers).unwrap());
        let error = Arc::new(MeanSquaredError::new(&network, &data, &data).unwrap());
        let bounds = Bounds::free(error.dimension());
        assert!(matches!(VariableProjection::new(error, &bounds), Err(Error::NotLinear { .. })));
    }
    let network = Network::new(Topology::feedforward(1, &[2], 1).unwrap());
    let error = Arc::new(MeanSquaredError::new(&network, &data, &data).unwrap());
    let text = VariableProjection::new(error, &Bounds::free(3)).unwrap_err().to_string();
    assert!(text.contains("3 coordinates; expected 7"), "{text}");
}
