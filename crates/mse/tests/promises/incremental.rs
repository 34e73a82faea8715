//! One weight at a time: the values agree with whole evaluations, and no drift adds up.

use mse::MeanSquaredError;
use ndarray::Array2;
use netcore::{Layer, MinMax, Network, Table, Target, Topology, Transfer};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::Objective;

/// A net with data, both at random.
fn random_error(
    layers: &[(usize, Transfer)],
    samples: usize,
    generator: &mut Xoshiro256PlusPlus,
) -> MeanSquaredError {
    let layers: Vec<Layer> = layers.iter().map(|&(units, transfer)| Layer { units, transfer }).collect();
    let outputs = layers.last().unwrap().units;
    let topology = Topology::new(3, layers).unwrap();
    let mut data =
        |rows: usize| Array2::from_shape_fn((rows, samples), |_| generator.random_range(-3.0..3.0));
    let (inputs, targets) = (data(3), data(outputs));
    let (input, output) = (MinMax::fit(&inputs).unwrap(), MinMax::fit(&targets).unwrap());
    let network = Network::with_scaling(topology, input, output).unwrap();
    MeanSquaredError::new(&network, &inputs, &targets).unwrap()
}

fn agree(incremental: f64, whole: f64) -> bool {
    incremental == whole || (incremental - whole).abs() <= 1e-12 * whole.abs()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Nets of up to three hidden layers with every transfer function, steps from 1e-12 to 1e6, moves in
    /// between: a trial, its opposite, their canonical values, the parabola, and the value after a move.
    #[test]
    fn incremental_values_agree_with_whole_evaluations(
        hidden in prop::collection::vec((1_usize..6, 0..Transfer::ALL.len()), 1..4),
        output in prop_oneof![3 => Just(2_usize), 1 => 0..Transfer::ALL.len()],
        samples in 1_usize..40,
        seed in any::<u64>(),
    ) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut layers: Vec<_> = hidden.iter().map(|&(units, t)| (units, Transfer::ALL[t])).collect();
        layers.push((2, Transfer::ALL[output]));
        let error = random_error(&layers, samples, &mut generator);
        let mut x: Vec<f64> = (0..error.dimension()).map(|_| generator.random_range(-2.0..2.0)).collect();
        let Ok(start) = error.value(&x) else { return Ok(()) };
        // A pole of `netinv` at a sample: no view begins there.
        prop_assume!(start.is_finite());

        let mut view = error.incremental().unwrap();
        prop_assert_eq!(view.begin(&x).unwrap().to_bits(), start.to_bits(), "canonical");
        for _ in 0..60 {
            let i = generator.random_range(0..x.len());
            let size = if generator.random::<bool>() {
                2_f64.powi(generator.random_range(-40..20))
            } else {
                10_f64.powf(generator.random_range(-12.0..6.0))
            };
            for d in [size, -size] {
                let mut moved = x.clone();
                moved[i] += d;
                let (value, whole) = (view.try_value(i, moved[i]).unwrap(), error.value(&moved).unwrap());
                prop_assert!(!whole.is_finite() || agree(value, whole), "{layers:?}: {i} by {d}: {value} {whole}");
                if whole.is_finite() && generator.random_bool(0.25) {
                    let canonical = view.canonical_value(i, moved[i]).unwrap().unwrap();
                    prop_assert_eq!(canonical.to_bits(), whole.to_bits(), "canonical");
                }
            }
            if let Some(line) = view.line(i) {
                // One step along the parabola, in units in which it is well rounded.
                let mut moved = x.clone();
                moved[i] += 1.0;
                let (value, whole) = (line.value + line.slope + line.curvature, error.value(&moved).unwrap());
                let terms = line.value + line.slope.abs() + line.curvature;
                prop_assert!((value - whole).abs() <= 1e-12 * terms, "{layers:?}: line {i}: {value} {whole}");
            }
            // Moves stay near enough that rounding is not multiplied by huge weights.
            let to = x[i] + generator.random_range(-0.5..0.5);
            let mut moved = x.clone();
            moved[i] = to;
            if error.value(&moved).is_ok_and(f64::is_finite) {
                view.accept(i, to);
                x = moved;
                if generator.random_bool(0.25) {
                    prop_assert_eq!(view.begin(&x).unwrap().to_bits(), error.value(&x).unwrap().to_bits());
                }
            }
        }
        let begun = view.begin(&x).unwrap();
        prop_assert_eq!(begun.to_bits(), error.value(&x).unwrap().to_bits());
    }

    /// Steps that change nothing, shorter ones after longer ones and between moves that end the saturation.
    #[test]
    fn trials_of_saturated_units_agree_with_whole_evaluations(
        units in 1_usize..4,
        depth in 1_usize..3,
        transfer in 0..Transfer::ALL.len(),
        seed in any::<u64>(),
    ) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut layers = vec![(units, Transfer::ALL[transfer]); depth];
        layers.push((2, Transfer::Purelin));
        let error = random_error(&layers, 20, &mut generator);
        let mut x: Vec<f64> = (0..error.dimension()).map(|_| generator.random_range(-60.0..60.0)).collect();
        let mut view = error.incremental().unwrap();
        prop_assume!(view.begin(&x).is_ok_and(f64::is_finite));
        for _ in 0..40 {
            for i in 0..x.len() {
                let longest = 2_f64.powi(generator.random_range(-2..7));
                for d in [longest, longest / 2.0, -longest, -longest / 2.0, longest / 8.0] {
                    let mut moved = x.clone();
                    moved[i] += d;
                    let (value, whole) = (view.try_value(i, moved[i]).unwrap(), error.value(&moved).unwrap());
                    prop_assert!(!whole.is_finite() || agree(value, whole), "{layers:?}: {i} by {d}: {value} {whole}");
                }
                if generator.random_bool(0.1) {
                    // Whether or not there is a value: the centre stays.
                    let _ = view.canonical_value(i, x[i] + longest);
                }
            }
            let i = generator.random_range(0..x.len());
            let mut moved = x.clone();
            moved[i] = generator.random_range(-60.0..60.0);
            if error.value(&moved).is_ok_and(f64::is_finite) {
                view.accept(i, moved[i]);
                x = moved;
            }
            if generator.random::<bool>() {
                prop_assert_eq!(view.begin(&x).unwrap().to_bits(), error.value(&x).unwrap().to_bits());
            }
        }
    }
}

fn iris() -> (Table, Network) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/iris.csv");
    let table = Table::read(path, &Target::last()).unwrap();
    let network = Network::feedforward(&[4], table.inputs(), table.targets()).unwrap();
    (table, network)
}

#[test]
fn nothing_drifts_over_a_hundred_thousand_moves() {
    let (table, network) = iris();
    let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap();
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut x: Vec<f64> = (0..35).map(|_| generator.random_range(-1.0..1.0)).collect();
    let mut view = error.incremental().unwrap();
    view.begin(&x).unwrap();
    for _ in 0..100_000 {
        let i = generator.random_range(0..35);
        // Back towards zero from far away, so that weights keep their size.
        let d = 2_f64.powi(generator.random_range(-10..0));
        let to = if x[i] > 0.0 { x[i] - d } else { x[i] + d };
        view.accept(i, to);
        x[i] = to;
    }
    // The smallest of changes shows the value at the centre.
    let (value, whole) = (view.try_value(0, x[0].next_up()).unwrap(), error.value(&x).unwrap());
    assert!(agree(value, whole), "{value} {whole}");
}

#[test]
fn blocks_hold_every_coordinate_once_unit_by_unit() {
    let (table, network) = iris();
    let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap();
    let blocks = error.incremental().unwrap().blocks();
    assert_eq!(blocks.len(), 4 + 3);
    assert_eq!(blocks[1], [1, 5, 9, 13, 17]); // b1[2], IW[2,1..4]
    assert_eq!(blocks[4], [20, 23, 26, 29, 32]); // b2[1], LW2[1,1..4]
    let mut all: Vec<usize> = blocks.into_iter().flatten().collect();
    all.sort_unstable();
    assert_eq!(all, (0..35).collect::<Vec<_>>());
}

/// One tanh unit and one output, both with biases, over inputs from -1 to 1: b1, IW, b2, LW.
fn small(samples: usize) -> MeanSquaredError {
    let layers =
        [(1, Transfer::Tansig), (1, Transfer::Purelin)].map(|(units, transfer)| Layer { units, transfer });
    let inputs = Array2::from_shape_fn((1, samples), |(_, k)| 2.0 * k as f64 / (samples - 1) as f64 - 1.0);
    let targets = inputs.mapv(|x: f64| x.sin() + 0.1 * x * x);
    MeanSquaredError::new(&Network::new(Topology::new(1, layers.to_vec()).unwrap()), &inputs, &targets)
        .unwrap()
}

/// The output's bias comes from 2^30 by halves: each value is a quarter of the one before, and nothing of the first one's digits is
/// left in the last if they are taken over.
#[test]
fn sums_are_renewed_before_a_long_way_down_has_taken_their_digits() {
    let error = small(20);
    for weights in [2, 3] {
        // By the bias; by the weight of a unit that is 1 everywhere.
        let mut x = vec![20.0, 0.0, 0.0, 0.0];
        x[weights] = 2_f64.powi(30);
        let mut view = error.incremental().unwrap();
        view.begin(&x).unwrap();
        for _ in 0..36 {
            x[weights] /= 2.0;
            view.accept(weights, x[weights]);
        }
        let (value, whole) = (view.line(2).unwrap().value, error.value(&x).unwrap());
        assert!(agree(value, whole), "{value} {whole}");
    }
}

/// The same by the bias of a hidden unit, whose output weight is large: it comes back from where the unit is saturated.
#[test]
fn sums_are_renewed_after_moves_of_hidden_units_too() {
    let error = small(20);
    let mut x = vec![1.0, 1e-9, 0.0, 2_f64.powi(30)];
    let mut view = error.incremental().unwrap();
    view.begin(&x).unwrap();
    for _ in 0..36 {
        x[0] /= 2.0;
        view.accept(0, x[0]);
    }
    let (value, whole) = (view.line(2).unwrap().value, error.value(&x).unwrap());
    assert!((value - whole).abs() <= 1e-9 * whole, "{value} {whole}");
}

/// The least point along the weight of such a unit would be a weight beyond all measure.
#[test]
fn a_unit_whose_mean_square_is_below_the_machine_epsilon_is_silent_and_has_no_parabola() {
    let error = small(20);
    // ε = 2.22e-16 is the square of 1.49e-8; whether there are parabolas for the bias and the weight.
    for (output, bends) in [(0.5, true), (1.6e-8, true), (1.4e-8, false), (1e-12, false), (0.0, false)] {
        let mut view = error.incremental().unwrap();
        view.begin(&[output, 0.0, 0.3, 1.0]).unwrap();
        assert_eq!((view.line(2).is_some(), view.line(3).is_some()), (true, bends), "{output}");
    }
}
