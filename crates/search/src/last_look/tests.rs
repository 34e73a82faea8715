//! Worthwhile gains, inward directions, and differences that show a kink.

use super::{Around, LastLook, Place, is_above, is_seen};
use crate::{Bounds, Budget, Evaluations, Problem};

#[test]
fn a_gain_is_worthwhile_by_all_that_was_gained_before_or_by_the_value() {
    let look = LastLook::of_a_search_from(1001.0, true);
    // After a gain of 1000, a ten-millionth is 1e-4; a thousandth of the value 1 is more.
    let worthwhile = |gain: f64| look.is_worthwhile(gain, 1.0);
    assert!(worthwhile(1.01e-4) && !worthwhile(0.99e-4));
    // By the value, 1.01e-3 of 0.999: both apply here.
    let look = LastLook::of_a_search_from(1e6, true);
    assert!(!look.is_worthwhile(0.9e-3, 1.0) && look.is_worthwhile(1.1e-3, 1.0));
    // After a start of 1e20 a value of 1 is rounding error, but not one of 1e6.
    let look = LastLook::of_a_search_from(1e20, true);
    assert!(!look.is_worthwhile(0.5, 1.0) && look.is_worthwhile(1e5, 1e6));
    // From a start without a value only the value counts.
    let look = LastLook::of_a_search_from(f64::INFINITY, true);
    assert!(look.is_worthwhile(1.1e-3, 1.0) && !look.is_worthwhile(0.9e-3, 1.0));
}

#[test]
fn a_look_that_is_not_wanted_is_over_at_once() {
    assert!(
        LastLook::of_a_search_from(1.0, false).is_over() && !LastLook::of_a_search_from(1.0, true).is_over()
    );
}

#[test]
fn a_difference_is_seen_above_64_roundings_of_the_value() {
    let rounding = f64::EPSILON * 5.0;
    assert!(
        is_seen(65.0 * rounding, -5.0) && is_seen(-65.0 * rounding, 5.0) && !is_seen(64.0 * rounding, 5.0)
    );
    assert!(!is_seen(f64::INFINITY, 5.0) && !is_seen(f64::NAN, 5.0));
    assert!(is_above(2.0, 3.0 * rounding, 5.0) && !is_above(4.0, 3.0 * rounding, 5.0));
}

fn with_place<T>(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    x: [f64; 2],
    act: impl FnOnce(&mut Around<'_, '_, '_, '_>) -> T,
) -> T {
    let value = f(&x);
    let bounds = Bounds::uniform(2, 0.0, 10.0).expect("lower below upper");
    let problem =
        Problem::new(f, x.to_vec()).and_then(|problem| problem.bounded(bounds)).expect("two coordinates");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let place = Place { x: &x, value, steps: &[0.0625, 0.125] };
    act(&mut Around { place: &place, evaluations: &mut evaluations })
}

/// Steps of 1/16 and 1/8: 32 of them are 2 and 4.
#[test]
fn the_way_inwards_is_away_from_a_bound_within_so_many_steps() {
    let ways =
        |x: [f64; 2]| with_place(|_| 0.0, x, |around| around.place.ways_inwards(32.0, around.evaluations));
    assert_eq!(ways([1.99, 3.99]), [1.0, 1.0]);
    assert_eq!(ways([2.0, 6.01]), [0.0, -1.0]);
    assert_eq!(ways([8.01, 6.0]), [-1.0, 0.0]);
    let room = |x: [f64; 2]| {
        with_place(|_| 0.0, x, |around| [0, 1].map(|i| around.place.has_room(i, 32.0, around.evaluations)))
    };
    assert_eq!([room([2.0, 6.0]), room([1.9, 6.1])], [[true, true], [false, false]]);
    // 0 if both bounds are near.
    let both = with_place(|_| 0.0, [5.0, 5.0], |around| around.place.ways_inwards(41.0, around.evaluations));
    assert_eq!(both, [0.0, 0.0]);
}

#[test]
fn second_differences_that_grow_as_the_distance_show_a_kink_and_as_its_square_none() {
    let bends = |f: fn(f64, f64) -> f64| {
        with_place(move |x| f(x[0] - 5.0, x[1] - 5.0), [5.0, 5.0], |around| around.bends().expect("no limit"))
    };
    assert!(bends(|x, y| (x + 2.0 * y).abs()) && bends(|x, y| (x - y).abs() + 0.01 * x * x));
    assert!(
        !bends(|x, y| x * x + 3.0 * x * y) && !bends(|x, y| x.powi(4) + y.powi(4)) && !bends(|x, y| x + y)
    );
    let difference = with_place(
        |x| (x[0] - 5.0).powi(2) + 7.0 * x[1],
        [5.0, 5.0],
        |around| around.second_difference(&[1.0, -0.5], 16.0).expect("no limit"),
    );
    assert_eq!(difference, 2.0, "by steps of 1/16, sixteen of them are 1: twice its square");
}

/// At the corner (0, 0), |x - y| is not additive, x + y is; the threshold is a tenth of the rises.
#[test]
fn rises_from_a_corner_that_do_not_add_up_show_a_kink() {
    let bends = |f: fn(f64, f64) -> f64| {
        with_place(
            move |x| f(x[0], x[1]),
            [0.0, 0.0],
            |around| {
                let blocked = around.blocked();
                assert_eq!(blocked, [(0, 1.0), (1, 1.0)]);
                around.bends_at_bounds(&blocked).expect("no limit")
            },
        )
    };
    assert!(bends(|x, y| (x - y).abs()) && !bends(|x, y| x + 2.0 * y));
    // Four steps are 1/4 and 1/2: separately they rise by 3/4, jointly by c/8 more.
    assert!(bends(|x, y| x + y + 0.7 * x * y) && !bends(|x, y| x + y + 0.5 * x * y));
}

/// Steps of 1/16 and 1/8 from (5, 5).
#[test]
fn a_poll_along_the_axes_finds_the_best_of_its_points_if_it_is_better() {
    let poll = |f: fn(f64, f64) -> f64, x: [f64; 2]| {
        with_place(
            move |x| f(x[0], x[1]),
            x,
            |around| {
                let better = super::axes::poll(around.place, around.evaluations).expect("no limit");
                (better, around.evaluations.count())
            },
        )
    };
    // Down the first coordinate by 1/16, and by 3/16 up the second.
    assert_eq!(poll(|x, y| x - 1.5 * y, [5.0, 5.0]), (Some((vec![5.0, 5.125], 5.0 - 1.5 * 5.125)), 4));
    assert_eq!(poll(|x, y| (x - 5.0).abs() + (y - 5.0).abs(), [5.0, 5.0]), (None, 4));
    // No point beyond the bounds at 0 and 10.
    assert_eq!(poll(|x, y| x - y, [0.0, 10.0]), (None, 2));
}

#[test]
fn a_poll_along_the_axes_is_spared_if_the_last_poll_was_one() {
    let mut look = LastLook::of_a_search_from(1.0, true);
    let evaluations = |look: &LastLook| {
        with_place(
            |_| 0.0,
            [5.0, 5.0],
            |around| {
                look.poll_axes(around.place, around.evaluations).expect("no limit");
                around.evaluations.count()
            },
        )
    };
    assert_eq!(evaluations(&look), 4);
    look.learn(1.0, &[1.0; 4], 0.0);
    assert_eq!(evaluations(&look), 0);
    look.learn(0.5, &[], 0.0);
    assert_eq!(evaluations(&look), 4);
}
