//! The normal of an edge, computed by hand, and how far a step is repeated.

use nalgebra::DVector;

use crate::hybrid::HybridOptions;
use crate::hybrid::place::Place;
use crate::hybrid::space::Space;
use crate::{Bounds, Budget, Evaluations, Problem};

/// At the origin, with a mesh size of 1.
fn place(n: usize) -> Place {
    Place::at(vec![0.0; n], 0.0, 1.0, Space::of(&vec![1.0; n], &Bounds::free(n)))
}

/// A failed point along (1, 0), values along (0, 1) and (0.6, -0.8): least squares with the ridge 0.1 are
/// [1.46 -0.48; -0.48 1.74] w = (0.4, -0.2), and w is along (6, -1).
#[test]
fn the_way_out_is_the_linear_function_nearest_to_1_at_failed_directions_and_to_minus_1_at_the_others() {
    let mut place = place(2);
    let here = [0.0, 0.0];
    place.cloud.add_failed(vec![2.0, 0.0], 1.0, &here);
    place.cloud.add(vec![0.0, 1.0], 1.0, &here);
    place.cloud.add(vec![3.0, -4.0], 1.0, &here);
    // Further away than ten mesh sizes.
    place.cloud.add(vec![-10.1, 0.0], 1.0, &here);
    let outwards = place.outwards().expect("a failed point");
    let expected = DVector::from_column_slice(&[6.0, -1.0]) / 37_f64.sqrt();
    assert!((&outwards - expected).norm() < 1e-12, "{outwards}");
    // On a finer mesh the failed point is too far away.
    place.mesh_size = 0.19;
    assert!(place.outwards().is_none());
}

/// From 0 by 2, 4, 8 and so on to 126, where |x - 100| is less than at 62; the next step, by 128, fails.
#[test]
fn a_step_is_repeated_twice_as_long_as_long_as_it_improves() {
    let problem = Problem::new(|x: &[f64]| (x[0] - 100.0).abs(), vec![0.0]).expect("one coordinate");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let mut place = place(1);
    place.value = 100.0;
    let options = HybridOptions::default();
    place.repeat(&DVector::from_element(1, 1.0), &options, &mut evaluations).expect("no limit");
    assert_eq!((place.x[0], place.value, evaluations.count()), (126.0, 26.0, 7));
    // A single step is at most the largest radius.
    let options = HybridOptions { max_mesh_size: Some(4.0), ..options };
    let (mut place, before) = (self::place(1), evaluations.count());
    place.value = 100.0;
    place.repeat(&DVector::from_element(1, 1.0), &options, &mut evaluations).expect("no limit");
    assert_eq!((place.x[0], evaluations.count() - before), (6.0, 2));
}
