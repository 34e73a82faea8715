//! The points that a filter keeps.

use super::{Filter, dominates};
use crate::{ConstraintValues, Seen};

fn seen(value: f64, c: f64) -> Seen {
    let constraints = ConstraintValues { inequalities: vec![c], equalities: Vec::new() };
    Seen { x: vec![value, c], value, constraints, ..Seen::default() }
}

fn pairs(filter: &Filter) -> Vec<(f64, f64)> {
    filter.infeasible.iter().map(|point| (point.value, point.h)).collect()
}

#[test]
fn a_pair_dominates_another_that_is_better_in_nothing_and_not_the_same() {
    assert!(dominates((1.0, 2.0), (1.0, 3.0)) && dominates((1.0, 2.0), (2.0, 2.0)));
    assert!(!dominates((1.0, 2.0), (1.0, 2.0)) && !dominates((1.0, 2.0), (0.0, 3.0)));
}

#[test]
fn it_keeps_infeasible_points_that_none_dominates_and_the_best_feasible_one() {
    let mut filter = Filter::within(0.5);
    // h is (c - 1/2)²: 4 at 2.5, 1 at 1.5, 16 at 4.5.
    filter.take(vec![seen(5.0, 2.5), seen(6.0, 2.5), seen(7.0, 1.5), seen(5.0, 2.5), seen(3.0, 4.5)]);
    assert_eq!(pairs(&filter), [(5.0, 4.0), (7.0, 1.0), (3.0, 16.0)]);
    // This point dominates the second and the first.
    filter.take(vec![seen(5.0, 1.5)]);
    assert_eq!(pairs(&filter), [(3.0, 16.0), (5.0, 1.0)]);
    // A point within the tolerance is feasible; the first of equals stays.
    filter.take(vec![seen(9.0, 0.5), seen(8.0, -3.0), seen(8.0, 0.0), seen(8.5, 0.0)]);
    let feasible = filter.feasible().expect("one within the tolerance");
    assert_eq!((feasible.value, feasible.x.as_slice(), feasible.h), (8.0, &[8.0, -3.0][..], 0.0));
    assert_eq!(pairs(&filter).len(), 2);
}

#[test]
fn it_knows_the_least_value_within_a_threshold_the_least_violation_and_the_next_below() {
    let mut filter = Filter::within(0.0);
    filter.take(vec![seen(3.0, 4.0), seen(5.0, 2.0), seen(7.0, 1.0)]);
    let within = |threshold: f64| filter.least_value_within(threshold).map(|point| point.value);
    let of = [16.0, 15.9, 4.0, 1.0, 0.9].map(within);
    assert_eq!(of, [Some(3.0), Some(5.0), Some(5.0), Some(7.0), None]);
    assert_eq!(filter.least_violation().map(|point| point.violation), Some(1.0));
    let below = [17.0, 16.0, 4.0, 1.0].map(|h| filter.largest_violation_below(h));
    assert_eq!(below, [Some(16.0), Some(4.0), Some(1.0), None]);
    assert!(
        filter.is_dominated((5.0, 4.1))
            && !filter.is_dominated((5.0, 4.0))
            && !filter.is_dominated((4.0, 4.1))
    );
}
