//! Scores in closed form, and folds.

use mse::{Link, Samples, Scores, folds};
use ndarray::{Array2, array};

#[test]
fn scores_of_numbers_are_those_of_their_formulas() {
    let samples = Samples::new(Array2::zeros((1, 4)), array![[1.0, 2.0, 3.0, 6.0]]).unwrap();
    let Scores::Numbers { mse, rmse, mae, r2 } =
        Scores::of(Link::Numbers, &array![[1.0, 3.0, 3.0, 4.0]], &samples)
    else {
        panic!()
    };
    // Errors 0, 1, 0, -2; the targets' mean is 3, their squares about it 4, 1, 0, 9.
    assert_eq!((mse, mae[0], r2[0]), (1.25, 0.75, 1.0 - 5.0 / 14.0));
    assert!((rmse[0] * rmse[0] - 1.25).abs() < 1e-15);
    let weighted = samples.weighted(vec![1.0, 0.0, 0.0, 1.0]).unwrap();
    let scores = Scores::of(Link::Numbers, &array![[1.0, 3.0, 3.0, 4.0]], &weighted);
    assert_eq!(scores.loss(), 2.0);
}

#[test]
fn scores_of_classes_are_those_of_their_formulas() {
    let two = Samples::new(Array2::zeros((1, 3)), array![[1.0, 0.0, 1.0]]).unwrap();
    let Scores::Classes { accuracy, log_loss, confusion } =
        Scores::of(Link::Probabilities, &array![[0.8, 0.6, 0.5]], &two)
    else {
        panic!()
    };
    // Of equal probabilities the first class is chosen.
    assert!((accuracy - 1.0 / 3.0).abs() < 1e-15);
    assert!((log_loss + (0.8_f64.ln() + 0.4_f64.ln() + 0.5_f64.ln()) / 3.0).abs() < 1e-15);
    assert_eq!(confusion, array![[0, 1], [1, 1]]);
    let sure = Scores::of(Link::Probabilities, &array![[0.0, 0.0, 1.0]], &two);
    assert!((sure.loss() + 1e-15_f64.ln() / 3.0).abs() < 1e-12); // finite

    let three = Samples::new(Array2::zeros((1, 2)), array![[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]).unwrap();
    let scores = Scores::of(Link::Probabilities, &array![[0.2, 0.5], [0.2, 0.3], [0.6, 0.2]], &three);
    let Scores::Classes { accuracy, confusion, .. } = scores else { panic!() };
    assert_eq!((accuracy, confusion), (1.0, array![[1, 0, 0], [0, 0, 0], [0, 0, 1]]));
}

#[test]
fn each_sample_is_in_one_fold_and_each_fold_has_its_share_of_each_class() {
    let targets = Array2::from_shape_fn((1, 50), |(_, s)| if s < 10 { 1.0 } else { 0.0 });
    let samples = Samples::new(Array2::zeros((1, 50)), targets).unwrap();
    let parts = folds(&samples, Link::Probabilities, 5, 3).unwrap();
    let mut all: Vec<usize> = parts.concat();
    all.sort_unstable();
    assert_eq!(all, (0..50).collect::<Vec<_>>());
    for part in &parts {
        assert_eq!((part.len(), part.iter().filter(|&&sample| sample < 10).count()), (10, 2));
    }
    assert_eq!(parts, folds(&samples, Link::Probabilities, 5, 3).unwrap());
    assert_ne!(parts, folds(&samples, Link::Probabilities, 5, 4).unwrap());
    for count in [0, 1, 51] {
        let said = folds(&samples, Link::Numbers, count, 0).unwrap_err().to_string();
        assert_eq!(said, format!("folds is {count}; expected at least 2, and no more than samples"));
    }
}
