//! Kinks computed by hand, and steps that change the value by a given amount.

use super::{Kinks, Seen, slope_and_curvature};

fn step_of_change(seen: &[Seen], change: f64) -> f64 {
    super::step_of_change(slope_and_curvature(seen), change)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

/// `2 |x - 1.3|` seen from 1: a rise of 0.8 at 2 and of 2 at 0.
#[test]
fn of_two_points_the_steeper_one_shows_how_steep_a_kink_is_and_the_other_where() {
    for seen in [[(1.0, 0.8), (-1.0, 2.0)], [(-1.0, 2.0), (1.0, 0.8)]] {
        let mut kinks = Kinks::unknown(2);
        kinks.learn(1, 1.0, &seen);
        assert!(
            close(kinks.at[1], 1.3) && close(kinks.steepness[1], 2.0) && close(kinks.reach, 0.3),
            "{kinks:?}"
        );
        assert_eq!((kinks.slope[1], kinks.at[0], kinks.steepness[0]), (0.0, 0.0, 0.0));
    }
    // A nearer kink of another coordinate leaves the reach unchanged; on the other side its distance counts.
    let mut kinks = Kinks::unknown(2);
    kinks.learn(0, 1.0, &[(1.0, 2.0), (-1.0, 0.8)]);
    kinks.learn(1, 1.0, &[(0.5, 0.9), (-0.5, 1.0)]);
    assert!(close(kinks.at[0], 0.7) && close(kinks.reach, 0.3) && close(kinks.at[1], 1.025), "{kinks:?}");
    // Unequal distances: 2 |x - 1.3| rises by 0.4 at 1.8 and by 4 at -1.
    kinks.learn(0, 1.0, &[(0.8, 0.4), (-2.0, 4.0)]);
    assert!(close(kinks.at[0], 1.3), "{kinks:?}");
}

#[test]
fn a_kink_is_between_the_points_that_have_seen_it() {
    let mut kinks = Kinks::unknown(1);
    // Falls more steeply than it rises on the other side: the kink is at most at the point.
    kinks.learn(0, 0.0, &[(1.0, -3.0), (-1.0, 2.0)]);
    assert!(close(kinks.at[0], 1.0) && close(kinks.reach, 1.0), "{kinks:?}");
}

#[test]
fn one_point_alone_shows_where_a_kink_of_known_steepness_is_or_else_a_slope() {
    let mut kinks = Kinks { steepness: vec![2.0, 0.0, 2.0], ..Kinks::unknown(3) };
    kinks.learn(0, 1.0, &[(1.0, 0.8)]);
    kinks.learn(1, 1.0, &[(-2.0, 3.0)]);
    kinks.learn(2, 5.0, &[]);
    assert!(close(kinks.at[0], 1.3) && close(kinks.slope[1], -1.5) && close(kinks.at[2], 5.0), "{kinks:?}");
    // Two points that both fall show no kink, but a slope, that of the steeper one.
    let mut kinks = Kinks::unknown(1);
    kinks.learn(0, 0.0, &[(1.0, -4.0), (-1.0, -1.0)]);
    assert_eq!((kinks.steepness[0], kinks.slope[0]), (0.0, -4.0));
}

/// `2 |x - 1| + 3 |y + 1| - 0.5 z`.
#[test]
fn kinks_add_up_to_the_change_between_two_points_and_lead_to_all_of_them() {
    let kinks = Kinks {
        at: vec![1.0, -1.0, 0.0],
        steepness: vec![2.0, 3.0, 0.0],
        slope: vec![0.0, 0.0, -0.5],
        reach: 1.0,
    };
    // From 2 · 1 + 3 · 1 - 0 to 2 · 2 + 3 · 3 - 2.
    assert_eq!(kinks.change(&[0.0, 0.0, 0.0], &[3.0, 2.0, 4.0]), 6.0);
    assert_eq!(kinks.step_from(&[4.0, 4.0, 4.0]).as_slice(), [-3.0, -5.0, 0.0]);
    let predicted = |change: f64| kinks.have_predicted(&[0.0, 0.0, 0.0], &[3.0, 2.0, 4.0], change);
    // The tolerance is a tenth of both: |6 - c| < 0.1 (6 + c) for c from 4.91 to 7.33.
    let expected = [(4.9, false), (4.92, true), (6.0, true), (7.3, true), (7.4, false), (-6.0, false)];
    expected.into_iter().for_each(|(change, is)| assert_eq!(predicted(change), is, "{change}"));
}

#[test]
fn kinks_are_usual_where_at_least_half_of_the_coordinates_have_one() {
    let usual = |steepness: &[f64]| {
        Kinks { steepness: steepness.to_vec(), ..Kinks::unknown(steepness.len()) }.are_usual()
    };
    assert!(usual(&[1.0, 0.0]) && usual(&[1.0, 1.0, 0.0]) && !usual(&[1.0, 0.0, 0.0]) && !usual(&[0.0]));
}

#[test]
fn a_step_of_change_solves_slope_and_half_the_curvature_for_the_change() {
    // 3 t + 2 t² is 27 at t = 3; seen from both sides at equal and at unequal distances.
    assert!(close(step_of_change(&[(1.0, 5.0), (-1.0, -1.0)], 27.0), 3.0));
    assert!(close(step_of_change(&[(2.0, 14.0), (-1.0, -1.0)], 27.0), 3.0));
    // Only absolute slope and curvature count: -3 t - 2 t² gives the same step.
    assert!(close(step_of_change(&[(1.0, -5.0), (-1.0, 1.0)], 27.0), 3.0));
    // A slope of 2 alone: 10 at 5; the step is at least 1.
    assert!(close(step_of_change(&[(2.0, 4.0)], 10.0), 5.0));
    assert_eq!(step_of_change(&[(2.0, 4.0)], 1.0), 1.0);
    // Nothing seen, no change wanted, or no change possible.
    assert_eq!((step_of_change(&[], 7.0), step_of_change(&[(1.0, 0.0)], 0.0)), (1.0, 1.0));
    assert_eq!(step_of_change(&[(1.0, 0.0), (-1.0, 0.0)], 3.0), f64::INFINITY);
}

/// From 0.99 of the sweep's size on, the next sweep goes 2 / 0.3 times as far.
#[test]
fn a_kink_at_the_end_of_a_sweep_is_looked_for_further_away() {
    for (reach, expected) in [(0.5, 0.5), (0.99, 0.99), (1.0, 2.0 / 0.3), (7.0, 2.0 / 0.3)] {
        let mut kinks = Kinks { reach, ..Kinks::unknown(1) };
        kinks.look_beyond(1.0);
        assert!(close(kinks.reach(), expected), "{reach}: {kinks:?}");
    }
}
