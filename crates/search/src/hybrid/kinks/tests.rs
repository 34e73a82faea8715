//! Detection of kinks, and the Wolfe conditions.

use nalgebra::{DMatrix, DVector};

use super::super::quadratic::Quadratic;
use super::{Place, Towards, VariableMetric, departure};
use crate::hybrid::HybridOptions;
use crate::hybrid::space::Space;
use crate::{Bounds, Budget, Evaluations, Problem};

/// Acts at 0, with evaluated points at 1 and -1.
fn with_place<T>(
    f: impl Fn(f64) -> f64 + Send + Sync,
    act: impl FnOnce(&mut Place, &mut Evaluations<'_>) -> T,
) -> T {
    let mut place = Place::at(vec![0.0], f(0.0), 1.0, Space::of(&[1.0], &Bounds::free(1)));
    place.cloud.add(vec![1.0], f(1.0), &[0.0]);
    place.cloud.add(vec![-1.0], f(-1.0), &[0.0]);
    let problem = Problem::new(move |x: &[f64]| f(x[0]), vec![0.0]).expect("one coordinate");
    act(&mut place, &mut Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start"))
}

/// Returns the slope at 0 if a kink is found on the way to 1.
fn seen(f: impl Fn(f64) -> f64 + Send + Sync + Copy) -> Option<f64> {
    with_place(f, |place, evaluations| {
        match place.look_towards(&[1.0], f(1.0), evaluations).expect("no limit") {
            Towards::Kink(slope) => Some(slope.value),
            Towards::Smooth | Towards::Noise => None,
        }
    })
}

#[test]
fn a_kink_is_seen_where_the_mean_slope_is_not_that_of_both_ends_or_the_value_rises_steadily() {
    // Slopes -1 and 1, mean 0.4; 1 and 1, mean 1.
    assert!(seen(|x| (x - 0.3).abs()).is_some_and(|slope| (slope + 1.0).abs() < 1e-6));
    assert!(seen(f64::abs).is_some_and(|slope| (slope - 1.0).abs() < 1e-6));
    // On a quadratic the mean slope is that of both ends.
    assert!(seen(|x| (x - 0.3).powi(2)).is_none() && seen(|x| x * x).is_none());
    // The tolerance is a twentieth of both slopes: the mean of -x³/10 + x² - x is off by 0.05, and the slopes sum to
    // 1.7.
    assert!(seen(|x| x * x - x - 0.1 * x.powi(3)).is_none());
    assert!(seen(|x| x * x - x - 0.3 * x.powi(3)).is_some());
}

#[test]
fn a_slope_ten_times_that_towards_all_points_nearby_is_noise() {
    let steep = |x: f64| if x == 0.0 { 0.0 } else { 1.0 };
    with_place(steep, |place, evaluations| {
        let towards = place.look_towards(&[1.0], 1.0, evaluations).expect("no limit");
        assert!(matches!(towards, Towards::Noise));
    });
}

/// Searches from 0 along a slope of -1. Returns whether it succeeded, the end point and the number of evaluations.
fn searched(f: impl Fn(f64) -> f64 + Send + Sync, options: &HybridOptions) -> (bool, f64, u64) {
    let model = Quadratic { gradient: DVector::zeros(1), hessian: DMatrix::identity(1, 1) };
    let metric = VariableMetric::of(&model, &DVector::from_element(1, -1.0));
    with_place(f, |place, evaluations| {
        let slope = place.search_line(&metric, options, evaluations).expect("no limit");
        (slope.is_some(), place.x[0], evaluations.count())
    })
}

/// Lewis & Overton 2013, algorithm 2.6: doubles while the slope is below half of the first, bisects where the
/// decrease is less than a tenth of the predicted one. Each point takes one evaluation, and one more for the slope if
/// the decrease suffices.
#[test]
fn a_line_search_doubles_while_it_is_steep_and_halves_where_it_gains_too_little() {
    let options = HybridOptions::default();
    // At 16, beyond the kink at 9, the decrease is 2 of a predicted 16.
    assert_eq!(searched(|x| (x - 9.0).abs(), &options), (true, 16.0, 10));
    // With the kink at 8.5 it is 1 of 16, too little: bisects between 8 and 16.
    assert_eq!(searched(|x| (x - 8.5).abs(), &options), (true, 12.0, 11));
    // A slope of -0.51 is still too steep, -0.49 is not.
    let slower = |rest: f64| move |x: f64| if x < 0.5 { -x } else { -0.5 - rest * (x - 0.5) };
    assert_eq!(searched(slower(0.49), &options).1, 1.0);
    let short = HybridOptions { max_mesh_size: Some(1.0), ..options.clone() };
    assert!(searched(slower(0.51), &short).1 > 1.0e3);
    // The first step is at most the largest radius.
    let shorter = HybridOptions { max_mesh_size: Some(0.25), ..options.clone() };
    assert_eq!(searched(|x| -x.min(0.2), &shorter), (true, 0.25, 2));
    // No decrease anywhere.
    assert_eq!(searched(f64::abs, &options), (false, 0.0, 20));
}

/// From -1 to 2: `x²` rises by 3 with the slopes -2 and 4 times 3, as the trapezoid says; `|x|` rises by 1 with -3 and 3.
#[test]
fn a_parabola_does_not_depart_from_its_slopes_and_a_kink_does() {
    assert_eq!(departure(3.0, -6.0, 12.0), 0.0);
    assert_eq!(departure(1.0, -3.0, 3.0), 1.0 / 6.0);
    assert_eq!(departure(-1.0, -3.0, 3.0), 1.0 / 6.0);
}
