//! Constraints: every net within the bounds keeps what they promise.

use mse::{Constraint, Proof, prove};
use ndarray::{Array2, array};
use netcore::{Direction, Network, Topology};
use proptest::prelude::*;

fn direction() -> impl Strategy<Value = Option<Direction>> {
    prop_oneof![Just(None), Just(Some(Direction::Increasing)), Just(Some(Direction::Decreasing))]
}

proptest! {
    #[test]
    fn any_net_within_the_bounds_is_proved_monotone_and_is(
        directions in prop::collection::vec(direction(), 3),
        hidden in prop::collection::vec(1_usize..5, 0..3),
        numbers in prop::collection::vec(-2.0_f64..2.0, 97),
        step in 0.0_f64..3.0,
    ) {
        let topology = Topology::feedforward(3, &hidden, 2).unwrap();
        let n = topology.parameter_count();
        let mut flat: Vec<f64> = numbers.iter().cycle().take(n).copied().collect();
        Constraint::Monotone(directions.clone()).bounds(&topology, &[0, 1, 2]).project(&mut flat);
        let mut network = Network::new(topology);
        network.set_parameters(&flat).unwrap();
        let data = Array2::from_shape_fn((3, 6), |(r, s)| numbers[r * 6 + s]);
        for (row, direction) in directions.iter().enumerate() {
            let Some(direction) = *direction else { continue };
            prop_assert_eq!(prove(&[&network], &data, row, direction).unwrap(), Proof::Holds);
            let mut moved = data.clone();
            moved.row_mut(row).mapv_inplace(|x| x + step);
            let sign = if direction == Direction::Increasing { 1.0 } else { -1.0 };
            let rise = sign * (network.outputs(&moved).unwrap() - network.outputs(&data).unwrap());
            prop_assert!(rise.iter().all(|&rise| rise > -1e-12), "{rise}");
        }
    }
}

/// A free input acts on monotone units, and on free units that no monotone input reaches.
#[test]
fn bounds_stand_where_the_table_says() {
    let topology = Topology::feedforward(3, &[2], 1).unwrap();
    let directions = vec![Some(Direction::Increasing), None, Some(Direction::Decreasing)];
    let bounds = Constraint::Monotone(directions).bounds(&topology, &[0, 1, 2]);
    let inf = f64::INFINITY;
    // b1 (2), IW by columns (unit 1 monotone, unit 2 free), b2, LW (1, 2)
    assert_eq!(bounds.lower(), [-inf, -inf, 0.0, 0.0, -inf, -inf, -inf, 0.0, -inf, 0.0, -inf]);
    assert_eq!(bounds.upper(), [inf, inf, inf, 0.0, inf, inf, 0.0, 0.0, inf, inf, inf]);
    let weights = Constraint::NonnegativeWeights.bounds(&topology, &[0, 1, 2]);
    assert_eq!(weights.lower(), [-inf, -inf, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -inf, 0.0, 0.0]);
    let both = Constraint::NonnegativeWeightsAndBiases.bounds(&topology, &[0, 1, 2]);
    assert!(both.lower().iter().all(|&lower| lower == 0.0));
}

#[test]
fn what_is_not_so_is_refuted_by_a_case_and_what_is_not_seen_is_unknown() {
    // tanh(x) - 0.001 tanh(3 x - 9): it rises up to 2 and falls near 3.
    let mut network = Network::new(Topology::feedforward(1, &[2], 1).unwrap());
    network.set_parameters(&[0.0, -9.0, 1.0, 3.0, 0.0, 1.0, -0.1]).unwrap();
    let prove = |data: &Array2<f64>| prove(&[&network], data, 0, Direction::Increasing).unwrap();
    assert_eq!(prove(&array![[-1.0, 1.0]]), Proof::Unknown);
    let Proof::Refuted(case) = prove(&array![[-1.0, 4.0]]) else { panic!() };
    assert!(case.input[0] < case.input[1] && case.answer[1] < case.answer[0], "{case:?}");
    let at = |x: f64| network.outputs(&array![[x]]).unwrap()[[0, 0]];
    assert_eq!([at(case.input[0]), at(case.input[1])], case.answer);
}

/// The mean of nets that rise by weights alone rises, even if one more net of the mean falls a little.
#[test]
fn nets_that_answer_together_are_judged_together() {
    let net = |weight: f64| {
        let mut network = Network::new(Topology::feedforward(1, &[1], 1).unwrap());
        network.set_parameters(&[0.0, 1.0, 0.0, weight]).unwrap();
        network
    };
    let (up, down) = (net(1.0), net(-0.5));
    let data = array![[-1.0, 0.0, 1.0]];
    assert_eq!(prove(&[&up, &up], &data, 0, Direction::Increasing).unwrap(), Proof::Holds);
    assert_eq!(prove(&[&up, &down], &data, 0, Direction::Increasing).unwrap(), Proof::Unknown);
    assert!(matches!(prove(&[&up, &down], &data, 0, Direction::Decreasing).unwrap(), Proof::Refuted(_)));
}
