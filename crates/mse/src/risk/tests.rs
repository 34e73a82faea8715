//! The values of the losses in closed form, and their gradients beside differences of values.

use ndarray::{Array2, array};
use netcore::Topology;
use search::{Gradient, Objective};

use super::Risk;
use crate::Loss;

/// A net whose only output is its bias: the loss of a constant.
fn of_constant(loss: Loss, targets: Array2<f64>, weights: &[f64], outputs: &[f64]) -> f64 {
    let topology = Topology::feedforward(1, &[], targets.nrows()).unwrap();
    let inputs = Array2::zeros((1, targets.ncols()));
    let risk = Risk::new(&topology, (&inputs, targets), weights.to_vec(), loss, 0.0, None);
    risk.value(&[outputs, &vec![0.0; outputs.len()]].concat()).unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-14 * expected.abs().max(1.0), "{found} instead of {expected}");
}

#[test]
fn the_losses_of_a_constant_are_those_of_their_formulas() {
    let t = array![[0.0, 3.0]];
    close(of_constant(Loss::Squares, t.clone(), &[1.0, 1.0], &[1.0]), (1.0 + 4.0) / 2.0);
    close(of_constant(Loss::Squares, t.clone(), &[3.0, 1.0], &[1.0]), (3.0 * 1.0 + 4.0) / 4.0);
    close(of_constant(Loss::Absolute, t.clone(), &[1.0, 1.0], &[1.0]), 1.5);
    // Errors 1 and -2 with δ = 1.5: 1/2, and 1.5 (2 - 0.75).
    close(of_constant(Loss::Huber(1.5), t, &[1.0, 1.0], &[1.0]), (0.5 + 1.875) / 2.0);
    // p = 1 / (1 + exp(-ln 3)) = 3/4, for one sample of the second class and one of the first.
    let log = of_constant(Loss::CrossEntropy, array![[1.0, 0.0]], &[1.0, 1.0], &[3.0_f64.ln()]);
    close(log, -(0.75_f64.ln() + 0.25_f64.ln()) / 2.0);
    // Probabilities 1/4, 2/4, 1/4, for a sample of the second class.
    let classes = array![[0.0], [1.0], [0.0]];
    close(of_constant(Loss::CrossEntropy, classes.clone(), &[1.0], &[0.0, 2.0_f64.ln(), 0.0]), 2.0_f64.ln());
    close(of_constant(Loss::ZeroOne, classes, &[1.0], &[0.0, 2.0, 3.0]), 1.0);
    close(of_constant(Loss::ZeroOne, array![[1.0, 0.0, 0.0]], &[1.0; 3], &[0.5]), 2.0 / 3.0);
}

/// Far from 0 the exponentials overflow: the loss does not.
#[test]
fn cross_entropy_stays_finite_at_large_net_inputs() {
    close(of_constant(Loss::CrossEntropy, array![[0.0]], &[1.0], &[1e4]), 1e4);
    close(of_constant(Loss::CrossEntropy, array![[1.0]], &[1.0], &[1e4]), 0.0);
    close(of_constant(Loss::CrossEntropy, array![[1.0], [0.0]], &[1.0], &[-1e4, 1e4]), 2e4);
}

#[test]
fn gradients_are_the_slopes_of_values_with_weights_and_penalty() {
    let topology = Topology::feedforward(2, &[3, 2], 2).unwrap();
    let inputs = array![[0.3, -1.0, 0.7, 2.0], [1.0, 0.2, -0.4, 0.1]];
    let numbers = array![[0.5, -1.0, 2.0, 0.1], [0.0, 1.0, -3.0, 0.4]];
    let classes = array![[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]];
    let x: Vec<f64> = (0..topology.parameter_count()).map(|i| ((i * 7 % 11) as f64 - 5.0) / 6.0).collect();
    for (loss, targets) in [
        (Loss::Squares, &numbers),
        (Loss::Absolute, &numbers),
        (Loss::Huber(0.7), &numbers),
        (Loss::CrossEntropy, &classes),
    ] {
        let weights = vec![1.0, 2.0, 0.5, 3.0];
        let risk = Risk::new(&topology, (&inputs, targets.clone()), weights, loss.clone(), 0.1, None);
        let mut gradient = vec![0.0; x.len()];
        risk.gradient_at(&x, &mut gradient).unwrap();
        for (i, slope) in gradient.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = x.clone();
                moved[i] += step;
                risk.value(&moved).unwrap()
            };
            let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!(
                (slope - difference).abs() < 1e-8,
                "{loss}, parameter {i}: {slope}, by differences {difference}"
            );
        }
    }
}
