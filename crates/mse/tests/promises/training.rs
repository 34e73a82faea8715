//! Training: known optima of each loss, constraints, early stopping, cross-validation, and what is refused.

use mse::{
    Constraint, EarlyStopping, Error, Link, Loss, Method, Samples, Size, Trained, Training, best,
    cross_validate,
};
use ndarray::{Array2, array};
use netcore::Direction;
use search::{Budget, Cancellation};

/// A net without hidden units or penalty: a linear model.
fn linear(training: Training) -> Training {
    Training { size: Size { hidden: Vec::new(), penalty: 0.0 }, ..training }
}

fn at(trained: &Trained, x: f64) -> Vec<f64> {
    trained.outputs(&array![[x]]).unwrap().column(0).to_vec()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() < tolerance, "{found} instead of {expected}");
}

/// Two groups of samples, at x = 0 and x = 1: a linear model fits each by its own best constant.
fn groups(targets: Array2<f64>, of_first: usize) -> Samples {
    let inputs = Array2::from_shape_fn((1, targets.ncols()), |(_, s)| if s < of_first { 0.0 } else { 1.0 });
    Samples::new(inputs, targets).unwrap()
}

#[test]
fn squares_end_at_means_absolute_errors_at_medians() {
    let samples = groups(array![[0.0, 1.0, 5.0, 10.0, 11.0, 12.0, 13.0, 24.0]], 3);
    let squares = linear(Training::numbers()).run(&samples).unwrap();
    close(at(&squares, 0.0)[0], 2.0, 1e-5);
    close(at(&squares, 1.0)[0], 14.0, 1e-5);
    // Squares of deviations: 14 and 130 from the means of the groups, 414 from that of all.
    close(squares.values[0], 144.0 / 414.0, 1e-9);
    let absolute = linear(Training { loss: Loss::Absolute, ..Training::numbers() }).run(&samples).unwrap();
    close(at(&absolute, 0.0)[0], 1.0, 0.02);
    close(at(&absolute, 1.0)[0], 12.0, 0.02);
    // For a large δ Huber's loss is half the square.
    let huber = linear(Training { loss: Loss::Huber(100.0), ..Training::numbers() }).run(&samples).unwrap();
    close(at(&huber, 1.0)[0], 14.0, 1e-4);
}

#[test]
fn cross_entropy_ends_at_the_shares_of_the_classes() {
    let two = groups(array![[1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0]], 4);
    let trained = linear(Training::classes()).run(&two).unwrap();
    close(at(&trained, 0.0)[0], 0.25, 1e-5);
    close(at(&trained, 1.0)[0], 0.8, 1e-5);
    let entropy = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
    close(trained.values[0], (4.0 * entropy(0.25) + 5.0 * entropy(0.8)) / 9.0, 1e-9);
    let classes = array![
        [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0],
        [0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    ];
    let three = linear(Training::classes()).run(&groups(classes, 4)).unwrap();
    for (found, share) in at(&three, 0.0).into_iter().zip([0.25, 0.5, 0.25]) {
        close(found, share, 1e-4);
    }
    close(at(&three, 1.0)[0], 2.0 / 3.0, 1e-3);
}

/// With one standardized input and target, the best weight of `mean (t - w x)² + λ w²` is `r / (1 + λ)`, with
/// their correlation r.
#[test]
fn the_penalty_shrinks_a_weight_as_ridge_regression_does() {
    let samples = Samples::new(array![[0.0, 1.0, 2.0, 3.0]], array![[1.0, 3.0, 2.0, 5.0]]).unwrap();
    // Deviations -1.5, -0.5, 0.5, 1.5 and -1.75, 0.25, -0.75, 2.25: r² = (5.5)² / (5 · 8.75).
    let r = 5.5 / (5.0_f64 * 8.75).sqrt();
    for penalty in [0.0, 0.5, 2.0] {
        let size = Size { hidden: Vec::new(), penalty };
        let trained = Training { size, ..Training::numbers() }.run(&samples).unwrap();
        close(trained.networks[0].parameters()[1], r / (1.0 + penalty), 1e-6);
    }
}

/// The pinball loss of Koenker & Bassett (1978) ends at a quantile; 0-1 has no slopes either.
#[test]
fn losses_without_slopes_are_searched_one_coordinate_at_a_time() {
    let pinball = Loss::user(|y, t| {
        y.iter().zip(&t).map(|(y, t)| if t > y { 0.7 * (t - y) } else { 0.3 * (y - t) }).sum::<f64>()
            / y.len() as f64
    });
    let samples = groups(array![[1.0, 2.0, 3.0, 4.0, 5.0, 20.0, 40.0, 60.0, 80.0, 100.0]], 5);
    let quantile = linear(Training { loss: pinball, ..Training::numbers() }).run(&samples).unwrap();
    // 0.7 of 5 samples are 3.5: the fourth.
    close(at(&quantile, 0.0)[0], 4.0, 0.01);
    close(at(&quantile, 1.0)[0], 80.0, 0.01);

    let inputs = array![[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]];
    let samples = Samples::new(inputs, array![[0.0, 0.0, 1.0, 1.0, 0.0, 0.0]]).unwrap();
    let wrong = Training { loss: Loss::ZeroOne, ..Training::classes() };
    let size = Size { hidden: vec![3], penalty: 0.0 };
    let trained = Training { size, starts: 5, ..wrong }.run(&samples).unwrap();
    assert_eq!(trained.values, [0.0]);
}

#[test]
fn the_coordinate_search_finds_what_gradients_find() {
    let samples = Samples::new(array![[0.0, 1.0, 2.0, 3.0]], array![[1.0, 3.0, 2.0, 5.0]]).unwrap();
    let with = |method| Training { method, ..linear(Training::numbers()) }.run(&samples).unwrap();
    let (newton, coordinate) = (with(Method::QuasiNewton), with(Method::Coordinate));
    close(at(&coordinate, 1.5)[0], at(&newton, 1.5)[0], 1e-4);
    assert!(newton.evaluations < coordinate.evaluations);
}

#[test]
fn a_weight_of_two_is_the_sample_twice_and_of_zero_none() {
    let inputs = array![[0.0, 1.0, 2.0, 3.0, 9.0]];
    let targets = array![[1.0, 3.0, 2.0, 5.0, -50.0]];
    let weighted = Samples::new(inputs, targets).unwrap().weighted(vec![1.0, 2.0, 1.0, 1.0, 0.0]).unwrap();
    let twice = Samples::new(array![[0.0, 1.0, 1.0, 2.0, 3.0]], array![[1.0, 3.0, 3.0, 2.0, 5.0]]).unwrap();
    let training = Training { size: Size { hidden: vec![2], penalty: 0.01 }, ..Training::numbers() };
    let (a, b) = (training.run(&weighted).unwrap(), training.run(&twice).unwrap());
    close(at(&a, 1.7)[0], at(&b, 1.7)[0], 1e-3);
}

/// Noisy data that rise and fall: the fit may not fall.
fn noisy() -> Samples {
    let inputs = Array2::from_shape_fn((2, 60), |(r, s)| ((s * (7 + 6 * r)) % 60) as f64 / 10.0);
    let noise = |s: usize| ((s * 29 % 17) as f64 - 8.0) / 4.0;
    let targets = Array2::from_shape_fn((1, 60), |(_, s)| {
        (inputs[[0, s]] - 3.0).tanh() + (2.0 * inputs[[1, s]]).sin() + noise(s)
    });
    Samples::new(inputs, targets).unwrap()
}

#[test]
fn a_monotone_fit_never_moves_against_its_direction() {
    let samples = noisy();
    let directions = vec![Some(Direction::Decreasing), None];
    let constraint = Constraint::Monotone(directions);
    let size = Size { hidden: vec![8, 4], penalty: 1e-5 };
    let trained = Training { constraint, size, nets: 2, ..Training::numbers() }.run(&samples).unwrap();
    let line = Array2::from_shape_fn((2, 100), |(r, s)| if r == 0 { s as f64 / 10.0 } else { 2.0 });
    let answers = trained.outputs(&line).unwrap();
    assert!(answers.row(0).windows(2).into_iter().all(|pair| pair[1] <= pair[0] + 1e-12));
    // The free input is used both ways.
    let line = Array2::from_shape_fn((2, 60), |(r, s)| if r == 1 { s as f64 / 10.0 } else { 2.0 });
    let answers = trained.outputs(&line).unwrap();
    let moves: Vec<f64> = answers.row(0).windows(2).into_iter().map(|pair| pair[1] - pair[0]).collect();
    assert!(moves.iter().any(|&m| m > 0.01) && moves.iter().any(|&m| m < -0.01), "{moves:?}");
}

#[test]
fn early_stopping_returns_the_point_that_is_best_on_the_samples_held_out() {
    let samples = noisy();
    let size = Size { hidden: vec![12], penalty: 0.0 };
    let long = Training { size, ..Training::numbers() };
    let short = Training { early_stopping: Some(EarlyStopping::default()), ..long.clone() };
    let (long, short) = (long.run(&samples).unwrap(), short.run(&samples).unwrap());
    assert!(short.evaluations < long.evaluations, "{} and {}", short.evaluations, long.evaluations);
    let largest =
        |trained: &Trained| trained.networks[0].parameters().iter().fold(0.0_f64, |m, w| m.max(w.abs()));
    assert!(largest(&short) < largest(&long));
}

#[test]
fn cross_validation_prefers_a_penalty_on_noise_and_none_on_a_curve() {
    let sizes = [1e-6, 1.0].map(|penalty| Size { hidden: vec![8], penalty });
    let noise = |s: usize| ((s * 29 % 17) as f64 - 8.0) * if s.is_multiple_of(2) { 1.0 } else { -1.0 };
    let inputs = Array2::from_shape_fn((1, 40), |(_, s)| s as f64);
    let of = |f: &dyn Fn(usize) -> f64| {
        let samples = Samples::new(inputs.clone(), Array2::from_shape_fn((1, 40), |(_, s)| f(s))).unwrap();
        let candidates = cross_validate(&Training::numbers(), &sizes, &samples, 5).unwrap();
        assert!(candidates.iter().all(|c| c.loss.is_finite() && c.error >= 0.0));
        best(&candidates).unwrap().size.penalty
    };
    assert_eq!(of(&noise), 1.0);
    assert_eq!(of(&|s| (s as f64 / 6.0).sin()), 1e-6);
}

#[test]
fn the_same_training_gives_the_same_bits_and_another_seed_another_net() {
    let samples = noisy();
    let training = Training { nets: 2, starts: 2, ..Training::numbers() };
    let networks = |seed| Training { seed, ..training.clone() }.run(&samples).unwrap().networks;
    assert_eq!(networks(1), networks(1));
    assert_ne!(networks(1), networks(2));
    assert_ne!(networks(1)[0], networks(1)[1]);
}

#[test]
fn iterations_are_limited_where_a_limit_is_given() {
    let with = |iterations| Training { iterations, ..Training::numbers() }.run(&noisy()).unwrap();
    let (three, by_default) = (with(Some(3)), with(None));
    assert!(three.evaluations < 20 && by_default.evaluations > 100, "{}", three.evaluations);
    assert!(by_default.values[0] < three.values[0]);
}

#[test]
fn a_cancelled_training_keeps_what_it_has() {
    let cancellation = Cancellation::default();
    let loss = Loss::user({
        let (cancellation, count) = (cancellation.clone(), std::sync::atomic::AtomicU64::new(0));
        move |y, t| {
            if count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 100 {
                cancellation.cancel();
            }
            y.iter().zip(&t).map(|(y, t)| (y - t).powi(2)).sum()
        }
    });
    let budget = Budget::unlimited().cancelled_by(&cancellation);
    let trained = Training { loss, budget, nets: 5, ..Training::numbers() }.run(&noisy()).unwrap();
    assert!(trained.cancelled && trained.networks.len() == 1 && trained.evaluations >= 100);
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let samples = noisy();
    let said = |training: Training| training.run(&samples).unwrap_err().to_string();
    let numbers = Training::numbers;
    assert_eq!(said(Training { starts: 0, ..numbers() }), "starts is 0; expected at least 1");
    assert_eq!(said(Training { nets: 0, ..numbers() }), "nets is 0; expected at least 1");
    let iterations = Some(0);
    assert_eq!(said(Training { iterations, ..numbers() }), "iterations is 0; expected at least 1");
    let size = Size { penalty: -1.0, ..Size::default() };
    assert_eq!(said(Training { size, ..numbers() }), "penalty is -1; expected a finite number, at least 0");
    let loss = Loss::Huber(0.0);
    assert!(said(Training { loss, ..numbers() }).starts_with("the delta of Huber's loss is 0; expected"));
    let loss = Loss::CrossEntropy;
    assert_eq!(
        said(Training { loss, ..numbers() }),
        "loss is cross-entropy; expected squares, absolute, huber or a user's for a target of numbers"
    );
    let constraint = Constraint::Monotone(vec![None]);
    assert_eq!(
        said(Training { constraint, ..numbers() }),
        "monotone is 1 entries; expected one direction or none for each input"
    );
    let early_stopping = Some(EarlyStopping { share: 0.001, ..EarlyStopping::default() });
    assert!(said(Training { early_stopping, ..numbers() }).contains("0.001 of 60 samples"));
    let classes = groups(array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 1);
    let constraint = Constraint::Monotone(vec![Some(Direction::Increasing)]);
    let refused = Training { constraint, ..Training::classes() }.run(&classes).unwrap_err();
    assert!(matches!(refused, Error::Training { argument: "monotone", .. }), "{refused}");
    let weights = samples.clone().weighted(vec![-1.0; 60]).unwrap_err().to_string();
    assert!(weights.contains("60 sample weights for 60 samples, of which number 0 is -1"), "{weights}");
    let constant = Samples::new(array![[1.0, 2.0]], array![[3.0, 3.0]]).unwrap();
    assert!(Training::numbers().run(&constant).unwrap_err().to_string().contains("all targets are constant"));
    let (huge, small) = (array![[2e150, -1e150, 0.0]], array![[1.0, 2.0, 3.0]]);
    let of = |inputs: &Array2<f64>, targets: &Array2<f64>| {
        Training::numbers()
            .run(&Samples::new(inputs.clone(), targets.clone()).unwrap())
            .unwrap_err()
            .to_string()
    };
    let expected = "expected at most 1e150 in size: take a larger unit";
    assert_eq!(of(&small, &huge), format!("a target is 2e150; {expected}"));
    assert_eq!(of(&huge, &small), format!("an input is 2e150; {expected}"));
    let largest = Samples::new(small, array![[1e150, -1e150, 0.0]]).unwrap();
    assert!(linear(Training::numbers()).run(&largest).is_ok());
    assert_eq!(Training::numbers().link, Link::Numbers);
}
