//! Every transfer function: known values, limits, and derivatives against central differences.

use ndarray::{Array2, array};
use netcore::{Rows, Transfer};
use proptest::prelude::*;

fn applied(transfer: Transfer, net_input: &Array2<f64>) -> Array2<f64> {
    let mut output = net_input.clone();
    transfer.apply(output.view_mut());
    output
}

fn single(transfer: Transfer, n: f64) -> f64 {
    applied(transfer, &array![[n]])[[0, 0]]
}

/// From the formulas of MATLAB's documentation pages, by hand.
#[test]
fn values_are_those_of_the_formulas() {
    let e = std::f64::consts::E;
    let cases = [
        (Transfer::Tansig, 0.5, 2.0 / (1.0 + (-1.0_f64).exp()) - 1.0),
        (Transfer::Logsig, 0.0, 0.5),
        (Transfer::Logsig, 1.0, e / (1.0 + e)),
        (Transfer::Purelin, -3.5, -3.5),
        (Transfer::Poslin, -1.0, 0.0),
        (Transfer::Poslin, 2.0, 2.0),
        (Transfer::Satlin, 1.5, 1.0),
        (Transfer::Satlin, -0.5, 0.0),
        (Transfer::Satlin, 0.25, 0.25),
        (Transfer::Satlins, -1.5, -1.0),
        (Transfer::Satlins, 0.25, 0.25),
        (Transfer::Hardlim, 0.0, 1.0),
        (Transfer::Hardlim, -1e-300, 0.0),
        (Transfer::Hardlims, 0.0, 1.0),
        (Transfer::Hardlims, -1e-300, -1.0),
        (Transfer::Radbas, 1.0, 1.0 / e),
        (Transfer::Tribas, 0.25, 0.75),
        (Transfer::Tribas, -2.0, 0.0),
        (Transfer::Elliotsig, -3.0, -0.75),
        (Transfer::Elliot2sig, 2.0, 0.8),
        (Transfer::Elliot2sig, -0.5, -0.2),
        (Transfer::Netinv, 4.0, 0.25),
    ];
    for (transfer, n, expected) in cases {
        let value = single(transfer, n);
        assert!((value - expected).abs() <= 4e-16, "{transfer}({n}) = {value}, expected {expected}");
    }
}

#[test]
fn coupled_functions_act_on_each_sample_over_its_units() {
    let net_input = array![[0.0, 1.0], [2.0_f64.ln(), 1.0]]; // units × samples
    let softmax = applied(Transfer::Softmax, &net_input);
    assert!((softmax[[0, 0]] - 1.0 / 3.0).abs() < 1e-15 && (softmax[[0, 1]] - 0.5).abs() < 1e-15);
    let radbasn = applied(Transfer::Radbasn, &array![[0.0], [2.0_f64.ln().sqrt()]]);
    assert!((radbasn[[0, 0]] - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(applied(Transfer::Compet, &net_input), array![[0.0, 1.0], [1.0, 0.0]]); // the first of equals
}

/// Where a formula written down naively would overflow or divide zero by zero.
#[test]
fn far_net_inputs_give_the_limits() {
    for (transfer, low, high) in [
        (Transfer::Tansig, -1.0, 1.0),
        (Transfer::Logsig, 0.0, 1.0),
        (Transfer::Satlin, 0.0, 1.0),
        (Transfer::Satlins, -1.0, 1.0),
        (Transfer::Hardlim, 0.0, 1.0),
        (Transfer::Hardlims, -1.0, 1.0),
        (Transfer::Radbas, 0.0, 0.0),
        (Transfer::Tribas, 0.0, 0.0),
        (Transfer::Elliotsig, -1.0, 1.0),
        (Transfer::Elliot2sig, -1.0, 1.0),
        (Transfer::Netinv, 0.0, 0.0),
    ] {
        for (n, limit) in
            [(-f64::MAX, low), (f64::MAX, high), (f64::NEG_INFINITY, low), (f64::INFINITY, high)]
        {
            let value = single(transfer, n);
            assert!((value - limit).abs() < 1e-300, "{transfer}({n}) = {value}, expected {limit}");
        }
    }
    for transfer in [Transfer::Softmax, Transfer::Radbasn] {
        let sum = applied(transfer, &array![[1e4], [9e3], [-1e4]]).sum();
        assert!((sum - 1.0).abs() < 1e-15, "{transfer}: {sum}");
    }
}

#[test]
fn nan_stays_nan() {
    for transfer in Transfer::ALL {
        assert!(single(transfer, f64::NAN).is_nan(), "{transfer}");
    }
}

#[test]
fn names_are_matlabs_and_unknown_ones_are_refused_with_the_list() {
    for transfer in Transfer::ALL {
        assert_eq!(transfer.name().parse::<Transfer>().unwrap(), transfer);
        let json = serde_json::to_string(&transfer).unwrap();
        assert_eq!(json, format!("\"{transfer}\""));
    }
    let error = "tanh".parse::<Transfer>().unwrap_err().to_string();
    assert!(error.contains("`tanh`") && error.contains("tansig"), "{error}");
}

proptest! {
    /// The derivative of `Σ c_us a_us` by `backward` against central differences, at points away
    /// from the kinks.
    #[test]
    fn derivatives_agree_with_central_differences(
        values in prop::collection::vec(-2.5_f64..2.5, 6),
        outer in prop::collection::vec(-1.0_f64..1.0, 6),
        index in 0_usize..Transfer::ALL.len(),
    ) {
        let transfer = Transfer::ALL[index];
        let kinks = [-1.0, 0.0, 1.0];
        let net_input = Array2::from_shape_vec((3, 2), values).unwrap()
            .mapv(|n| if kinks.iter().any(|k: &f64| (n - k).abs() < 0.05) { n + 0.11 } else { n });
        let outer = Array2::from_shape_vec((3, 2), outer).unwrap();
        let sum = |n: &Array2<f64>| (applied(transfer, n) * &outer).sum();

        let mut slopes = Rows::from(outer.view());
        let outputs = Rows::from(applied(transfer, &net_input).view());
        transfer.backward(&Rows::from(net_input.view()), &outputs, &mut slopes);
        prop_assert!(slopes.all().chunks(8).all(|row| row[2..] == [0.0; 6]), "{:?}", slopes.all());
        let gradient = slopes.view();
        let step = 1e-5;
        for place in [(0, 0), (1, 0), (2, 1)] {
            let moved = |by: f64| {
                let mut n = net_input.clone();
                n[place] += by;
                sum(&n)
            };
            let difference = (moved(step) - moved(-step)) / (2.0 * step);
            let bound = 1e-5 * (1.0 + difference.abs());
            // A step of `compet` between two close units is no derivative.
            if transfer.has_useful_derivative() {
                prop_assert!((gradient[place] - difference).abs() < bound, "{transfer} {place:?}: {} {difference}", gradient[place]);
            } else {
                prop_assert_eq!(gradient[place], 0.0);
            }
        }
    }

    #[test]
    fn functions_called_nondecreasing_never_fall(a in -50.0_f64..50.0, b in -50.0_f64..50.0) {
        for transfer in Transfer::ALL.into_iter().filter(|t| t.is_nondecreasing()) {
            prop_assert!(single(transfer, a.min(b)) <= single(transfer, a.max(b)), "{transfer}");
        }
    }
}
