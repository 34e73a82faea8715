//! The tighter limit holds, and a search counts from its own beginning.

use std::time::Duration;

use super::Limits;
use crate::{Budget, Cancellation, Status};

#[test]
fn the_tighter_of_two_limits_holds() {
    let mut limits = Limits::of(&Budget::evaluations(10));
    assert_eq!((limits.evaluations_after(3), limits.evaluations_after(12)), (7, 0));
    limits.tighten(20, None);
    assert_eq!(limits.evaluations_after(3), 7);
    limits.tighten(5, None);
    assert_eq!(limits.evaluations_after(3), 2);
    let admitted = [4, 5, 6].map(|evaluations| limits.admit_one_after(evaluations));
    assert_eq!(admitted, [Ok(()), Err(Status::EvaluationLimit), Err(Status::EvaluationLimit)]);
    assert_eq!(
        [16, 4, 5].map(|evaluations| limits.admit_trial_after(evaluations).is_ok()),
        [false, true, false]
    );
    assert_eq!(Limits::of(&Budget::unlimited()).evaluations_after(1), u64::MAX - 1);
}

#[test]
fn a_search_has_its_own_evaluations_within_those_of_the_budget() {
    let mut limits = Limits::of(&Budget::evaluations(10));
    limits.begin_after(4, 3);
    assert_eq!((limits.evaluations_after(4), limits.evaluations_after(7)), (3, 0));
    limits.tighten(2, None);
    assert_eq!(limits.evaluations_after(4), 2, "the solver's own limit counts from there as well");
    assert!(limits.admit_budget_after(9) && !limits.admit_budget_after(10));
    // The limits of one search do not apply to the next.
    limits.begin_after(6, 100);
    assert_eq!(limits.evaluations_after(6), 4);
}

#[test]
fn no_time_and_a_cancellation_let_the_start_be_evaluated_and_nothing_after_it() {
    let limits = Limits::of(&Budget { time: Some(Duration::ZERO), ..Budget::unlimited() });
    assert_eq!([0, 1].map(|count| limits.admit_one_after(count)), [Ok(()), Err(Status::TimeLimit)]);
    // Trials read the clock before every 16th only.
    assert_eq!([15, 16].map(|count| limits.admit_trial_after(count)), [Ok(()), Err(Status::TimeLimit)]);
    assert!(!limits.admit_budget_after(0));
    let cancellation = Cancellation::default();
    let mut limits = Limits::of(&Budget::unlimited().cancelled_by(&cancellation));
    cancellation.cancel();
    assert_eq!([0, 1].map(|count| limits.admit_one_after(count)), [Ok(()), Err(Status::Cancelled)]);
    assert_eq!(limits.admit_trial_after(3), Err(Status::Cancelled));
    limits.tighten(u64::MAX, Some(0.0));
    assert_eq!(limits.admit_one_after(1), Err(Status::Cancelled), "which comes before the time");
}
