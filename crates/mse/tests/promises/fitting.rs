//! The options of fits by default, and the search that `Automatic` takes for them.

use mse::{MeanSquaredError, fit_options};
use ndarray::array;
use netcore::{Layer, Network, Topology, Transfer};
use search::{Automatic, Budget, Minimizer, Problem};

fn step(inputs: usize, hidden: &[usize]) -> f64 {
    fit_options(&Topology::feedforward(inputs, hidden, 3).unwrap()).initial_mesh_size
}

/// 2/√R is 2, 1.15, 1, 0.67, 0.5, 0.37 and 0.25; by ratio 0.37 is nearer to 1/2 than to 1/4, 0.35 is not.
#[test]
fn the_first_step_is_the_power_of_two_nearest_to_2_over_the_root_of_the_most_sources_of_a_hidden_unit() {
    let steps = [1, 3, 4, 9, 16, 30, 33, 64].map(|inputs| step(inputs, &[5]));
    assert_eq!(steps, [2.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]);
    // Of several hidden layers the one with the most; the output layer's sources do not count.
    assert_eq!((step(4, &[16, 2]), step(4, &[64])), (0.5, 1.0));
    let alone = Topology::new(16, vec![Layer { units: 1, transfer: Transfer::Purelin }]).unwrap();
    assert_eq!(fit_options(&alone).initial_mesh_size, 0.5);
}

#[test]
fn a_fit_has_32_restarts_and_no_units() {
    let options = fit_options(&Topology::feedforward(4, &[2], 1).unwrap());
    assert_eq!((options.restarts, options.scale_mesh), (32, false));
}

/// Nets have residuals and a view of one weight at a time; the view is worth more.
#[test]
fn automatic_changes_one_weight_of_a_net_at_a_time() {
    let (inputs, targets) = (array![[0.0, 1.0, 2.0, 3.0]], array![[0.0, 1.0, 4.0, 9.0]]);
    let network = Network::feedforward(&[2], &inputs, &targets).unwrap();
    let error = MeanSquaredError::new(&network, &inputs, &targets).unwrap();
    let problem = Problem::of(error, vec![0.1; 7]).unwrap();
    let outcome = Automatic::default().minimize(&problem, &Budget::evaluations(50), &mut ()).unwrap();
    assert_eq!(outcome.solver, "automatic (coordinate)");
}
