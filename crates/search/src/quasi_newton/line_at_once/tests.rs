use super::{Ahead, Descent, around_one};
use crate::quasi_newton::at_zero::at_zero;
use crate::quasi_newton::differences::Sides;
use crate::quasi_newton::place::Place;

/// Searches from 0 along a direction. Returns the end, its value, the differences around it, and the points.
fn along(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    direction: &[f64],
    batch: usize,
) -> (Place, Option<Ahead>, Vec<Vec<f64>>) {
    let ((place, ahead), points) = at_zero(direction.len(), f, |place, evaluations| {
        let from = place.clone();
        let mut descent = Descent::at(place, None);
        let fall = descent.search_at_once(place, direction, batch, evaluations).expect("no limit");
        assert_eq!(fall, from.rise(place.value, from.value));
        (place.clone(), descent.ahead.take())
    });
    (place, ahead, points)
}

fn bowl(x: &[f64]) -> f64 {
    (x[0] - 1.0).powi(2) + 2.0 * (x[1] + 1.0).powi(2) + 0.25 * (x[0] - x[1])
}

#[test]
fn lengths_are_around_one() {
    assert_eq!(around_one(5), [1.0, 0.5, 2.0, 0.25, 4.0]);
}

#[test]
fn the_best_of_several_lengths_is_taken_and_the_differences_around_the_first_are_known_ahead() {
    // Of 1, ½ and 2 the first is best, with the slopes ¼ and -¼ there.
    let (place, ahead, points) = along(bowl, &[1.0, -1.0], 5);
    assert_eq!((place.x.as_slice(), points.len()), (&[1.0, -1.0][..], 5));
    let shown = ahead.expect("the first length won").at(&place, Sides::One).expect("it is there");
    let (slopes, unit) = (&shown.slopes, place.rise(0.0, 1.0));
    assert!((slopes[0] - 0.25 * unit).abs() < 1e-6 && (slopes[1] + 0.25 * unit).abs() < 1e-6, "{slopes:?}");
    // Half of the direction is the best of 1, ½ and 2, around which nothing is known.
    let (place, ahead, _) = along(bowl, &[2.0, -2.0], 5);
    assert!(place.x == [1.0, -1.0] && ahead.is_none());
    // Without room for differences all are lengths.
    let (_, ahead, points) = along(bowl, &[2.0, -2.0], 2);
    assert!(points == [[2.0, -2.0], [1.0, -1.0]] && ahead.is_none());
}

#[test]
fn differences_are_those_of_another_place_or_of_other_sides_for_no_one() {
    let (place, ahead, _) = along(bowl, &[1.0, -1.0], 5);
    let ahead = ahead.expect("the first length won");
    let elsewhere = place.at_point(vec![1.0, -1.5]);
    assert!(ahead.clone().at(&elsewhere, Sides::One).is_none() && ahead.at(&place, Sides::Both).is_none());
}

#[test]
fn it_goes_on_beyond_the_longest_and_below_the_shortest() {
    let (place, _, points) = along(|x| -x[0].min(11.0), &[1.0], 3);
    // 1 with a difference, and ½; then 2 and 4; then 8 and 16.
    assert_eq!(place.x, [16.0]);
    assert_eq!(points.len(), 9);
    let wall = |x: &[f64]| if x[0] > 0.1 { f64::NAN } else { -x[0] };
    let (place, _, _) = along(wall, &[1.0], 2);
    // 1; ½; ¼ with a difference each.
    assert_eq!(place.x, [0.0]);
    let (place, _, _) = along(wall, &[1.0], 4);
    // 1 and ½; ¼ and ⅛; then 1/16.
    assert_eq!(place.x, [0.0625]);
}

#[test]
fn a_point_beside_without_a_value_leaves_no_differences() {
    let holes = |x: &[f64]| if x[1] != 0.0 { f64::NAN } else { (x[0] - 1.0).powi(2) };
    let (place, ahead, _) = along(holes, &[1.0, 0.0], 4);
    assert!(place.x == [1.0, 0.0] && ahead.is_none());
}
