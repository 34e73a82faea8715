use nalgebra::DVector;

use super::{flat_direction, flat_directions};
use crate::hybrid::constrained::points::{Known, Points};

fn at(y: [f64; 3]) -> Known {
    Known { x: y.to_vec(), y: DVector::from_column_slice(&y), values: vec![0.0] }
}

fn around_zero(all: &[[f64; 3]]) -> Points {
    let mut points = Points::default();
    all.iter().for_each(|y| points.add(at(*y), &DVector::zeros(3)));
    points
}

/// Points extend by 1 along the first axis, by 0.05 along the second (0.0025 squared, below 0.01) and not along the third.
#[test]
fn directions_without_extent_are_flat_and_the_flattest_comes_first() {
    let here = at([0.0; 3]);
    let points = around_zero(&[[1.0, 0.0, 0.0], [0.0, 0.05, 0.0]]);
    let flat = flat_directions(&points, &here, 1.0, None);
    assert_eq!(flat.len(), 2);
    assert!((flat[0][2].abs() - 1.0).abs() < 1e-12 && (flat[1][1].abs() - 1.0).abs() < 1e-12, "{flat:?}");
    assert_eq!(flat_direction(&points, &here, 1.0, None).as_ref(), flat.first());
    // In a region of a tenth of the size the second extends by a half.
    let smaller = flat_directions(&points, &here, 0.1, None);
    assert_eq!(smaller.len(), 2);
    assert!(smaller.iter().all(|direction| direction[1].abs() < 1e-12), "{smaller:?}");
    let whole = around_zero(&[[1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, -0.2]]);
    assert!(flat_directions(&whole, &here, 1.0, None).is_empty());
}
