//! Units of the free coordinates.

use nalgebra::DVector;

use super::{Space, within_the_usual};
use crate::Bounds;

fn bounds() -> Bounds {
    Bounds::new(vec![-10.0, 3.0, 0.0], vec![10.0, 3.0, f64::INFINITY]).expect("lower not above upper")
}

#[test]
fn coordinates_whose_bounds_are_equal_are_left_out_and_the_others_are_in_units_of_their_scale() {
    let (space, bounds) = (Space::of(&[2.0, 8.0, 0.5], &bounds()), bounds());
    assert_eq!((space.dimension(), space.units(&[6.0, 3.0, 1.5])), (2, vec![3.0, 3.0]));
    let between = space.between(&[6.0, 3.0, 1.5], &[2.0, 3.0, 2.0]);
    assert_eq!(between.as_slice(), [-2.0, 1.0]);
    assert_eq!(space.point(&[6.0, 3.0, 1.5], &between, &bounds), [2.0, 3.0, 2.0]);
    let (lower, upper) = space.room(&[6.0, 3.0, 1.5], &bounds);
    assert_eq!((lower.as_slice(), upper.as_slice()), (&[-8.0, -3.0][..], &[2.0, f64::INFINITY][..]));
    let mut scale = [7.0; 3];
    space.write_scale(&mut scale);
    assert_eq!(scale, [2.0, 7.0, 0.5]);
}

#[test]
fn a_point_beyond_a_bound_is_moved_onto_it_and_a_coordinate_beyond_all_numbers_stays() {
    let (space, bounds) = (Space::of(&[2.0, 1.0, 1e300], &bounds()), bounds());
    let far = DVector::from_column_slice(&[100.0, 1e300]);
    assert_eq!(space.point(&[6.0, 3.0, 1.5], &far, &bounds), [10.0, 3.0, 1.5]);
}

#[test]
fn units_lengthen_by_powers_of_two_up_to_the_usual_unit() {
    let mut space = Space::of(&[1.0, 8.0, 0.5], &Bounds::free(3));
    assert_eq!(space.lengthen(&[3.1, 100.0, 100.0]), Some(vec![4.0, 1.0, 16.0]));
    assert_eq!(space.scale, [4.0, 8.0, 8.0]);
    assert_eq!(space.lengthen(&[1.0, 1.0, 50.0]), None);
}

#[test]
fn units_that_have_nothing_in_common_have_the_other_limit() {
    assert_eq!(within_the_usual(&[100.0; 3], &[0.5, 8.0, 256.0], 2.0), [2.0, 2.0, 1.0]);
    assert_eq!(within_the_usual(&[100.0; 3], &[0.5, 8.0, 256.0], 64.0), [64.0, 32.0, 1.0]);
    // Two of four units are alike, and the longest of them, 8, limits the shorter ones.
    assert_eq!(within_the_usual(&[100.0; 4], &[0.125, 1.0, 8.0, 256.0], 2.0), [64.0, 8.0, 2.0, 1.0]);
    assert_eq!(within_the_usual(&[100.0; 4], &[0.125, 0.5, 8.0, 256.0], 2.0), [4.0, 2.0, 2.0, 1.0]);
    // Two of five are not half of them.
    assert_eq!(
        within_the_usual(&[100.0; 5], &[0.125, 0.5, 8.0, 256.0, 8192.0], 2.0),
        [2.0, 2.0, 2.0, 2.0, 1.0]
    );
    assert_eq!(within_the_usual(&[100.0], &[4.0], 2.0), [1.0]);
}
