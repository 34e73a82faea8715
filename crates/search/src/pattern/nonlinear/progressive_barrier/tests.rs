//! Which incumbent is polled first, and how an iteration changes mesh and threshold.

use super::{Progress, State, TRIGGER};
use crate::pattern::Options;
use crate::{Budget, ConstraintCount, ConstraintValues, Evaluations, Problem, Seen};

fn seen(value: f64, h: f64) -> Seen {
    let constraints = ConstraintValues { inequalities: vec![h.sqrt()], equalities: Vec::new() };
    Seen { x: vec![value], value, constraints, ..Seen::default() }
}

/// A state whose filter has these points.
fn state(points: &[(f64, f64)]) -> State {
    let start = f64::NAN;
    let problem = Problem::new(move |_: &[f64]| start, vec![0.0]).expect("one coordinate");
    let constraints = |_: &[f64]| ([1.0], []);
    let problem = problem.constrained(ConstraintCount::new(1, 0), constraints);
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    let options = Options { constraint_tolerance: 0.0, ..Options::default() };
    let mut state = State::at_start(&options, &mut evaluations).expect("no limit");
    state.filter.take(points.iter().map(|&(value, h)| seen(value, h)).collect());
    state
}

fn values(state: &State) -> Vec<f64> {
    state.centres().iter().map(|point| point.value).collect()
}

/// Audet & Dennis 2009, section 2.3: the primary poll centre is the infeasible incumbent if `f(x_F) - ρ > f(x_I)`,
/// with ρ = 0.1 |f(x_F)|.
#[test]
fn the_infeasible_incumbent_is_polled_first_where_it_is_better_by_more_than_the_trigger() {
    assert_eq!(TRIGGER, 0.1);
    assert_eq!(values(&state(&[(10.0, 0.0), (8.9, 1.0)])), [8.9, 10.0]);
    assert_eq!(values(&state(&[(10.0, 0.0), (9.0, 1.0)])), [10.0, 9.0]);
    assert_eq!(values(&state(&[(10.0, 0.0), (9.1, 1.0)])), [10.0, 9.1]);
    assert_eq!(values(&state(&[(10.0, 0.0), (11.0, 1.0)])), [10.0, 11.0]);
    assert_eq!(values(&state(&[(-10.0, 0.0), (-10.9, 1.0)])), [-10.0, -10.9]);
    assert_eq!(values(&state(&[(-10.0, 0.0), (-11.1, 1.0)])), [-11.1, -10.0]);
}

#[test]
fn infeasible_points_beyond_the_threshold_are_no_centres_but_where_there_are_no_others() {
    let mut both = state(&[(10.0, 0.0), (1.0, 4.0), (2.0, 1.0)]);
    both.threshold = 2.0;
    assert_eq!(values(&both), [2.0, 10.0]);
    both.threshold = 0.5;
    assert_eq!(values(&both), [10.0]);
    let mut beyond = state(&[(1.0, 4.0), (2.0, 1.0)]);
    beyond.threshold = 0.5;
    assert_eq!(values(&beyond), [2.0]);
    assert_eq!(values(&state(&[(1.0, 4.0)])), [1.0]);
    assert_eq!(values(&state(&[])), [f64::INFINITY]);
}

/// Equation 2.4: after an improving iteration the threshold is the largest violation below that of the incumbent,
/// otherwise the incumbent's own.
#[test]
fn an_iteration_sets_mesh_and_threshold_by_what_it_has_achieved() {
    let after = |found: &[(f64, f64)]| {
        let mut state = state(&[(5.0, 4.0)]);
        let infeasible = state.filter.least_value_within(state.threshold).cloned();
        state.filter.take(found.iter().map(|&(value, h)| seen(value, h)).collect());
        let progress = state.progress(infeasible.as_ref());
        (progress, state.mesh.size(), state.threshold)
    };
    assert!(matches!(after(&[(4.0, 3.0)]), (Progress::Dominating, 2.0, 4.0)));
    assert!(matches!(after(&[(99.0, 0.0)]), (Progress::Dominating, 2.0, 4.0)), "the first feasible point");
    assert!(matches!(after(&[(6.0, 2.25), (7.0, 1.0)]), (Progress::Improving, 1.0, 2.25)));
    assert!(matches!(after(&[(3.0, 9.0)]), (Progress::None, 0.5, 4.0)), "more violation, less value");
    assert!(matches!(after(&[]), (Progress::None, 0.5, 4.0)));
}

#[test]
fn without_an_infeasible_incumbent_a_better_feasible_point_is_all_that_counts() {
    let mut state = state(&[(5.0, 0.0)]);
    state.feasible_value = 5.0;
    assert!(matches!(state.progress(None), Progress::None));
    assert_eq!((state.mesh.size(), state.threshold), (0.5, f64::INFINITY));
    state.feasible_value = 5.5;
    assert!(matches!(state.progress(None), Progress::Dominating));
    assert_eq!(state.mesh.size(), 1.0);
}
