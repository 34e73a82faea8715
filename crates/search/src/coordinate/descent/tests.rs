//! Steps of single coordinates, parabola steps and pattern moves.

use std::sync::Mutex;

use super::{Closing, Descent};
use crate::{Bounds, Budget, CoordinateOptions, Evaluations, Problem};

fn at(steps: &[f64], value: f64) -> Descent {
    let x = vec![0.0; steps.len()];
    Descent { steps: steps.to_vec(), ..Descent::from(x, value, &CoordinateOptions::default()) }
}

/// Acts at 0, which has been evaluated; returns the points evaluated since.
fn with_door<T>(
    f: impl Fn(&[f64]) -> f64 + Send + Sync,
    n: usize,
    act: impl FnOnce(&mut Evaluations<'_>) -> T,
) -> (T, Vec<Vec<f64>>) {
    let points = Mutex::new(Vec::new());
    let recorded = |x: &[f64]| {
        points.lock().expect("no panic").push(x.to_vec());
        f(x)
    };
    let bounds = Bounds::uniform(n, -8.0, 3000.0).expect("lower below upper");
    let problem = Problem::new(recorded, vec![0.0; n])
        .and_then(|problem| problem.bounded(bounds))
        .expect("coordinates");
    let mut evaluations =
        Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start");
    evaluations.centre_at(&vec![0.0; n]).expect("no limit");
    let done = act(&mut evaluations);
    let points = points.lock().expect("no panic")[1..].to_vec();
    (done, points)
}

/// False decreases doubled the first step from 1 to 4; the second failed and shrank from 1/2 to 1/4.
#[test]
fn a_sweep_that_is_taken_back_leaves_the_shorter_of_both_steps_contracted() {
    let options = CoordinateOptions { mesh_contraction_factor: 0.25, ..CoordinateOptions::default() };
    let (descent, _) = with_door(
        |_| 0.0,
        2,
        |evaluations| {
            let mut descent = Descent { x: vec![5.0, 6.0], ..at(&[4.0, 0.25], -1.0) };
            descent.go_back(&[0.0, 0.0], 7.0, &[1.0, 0.5], &options, evaluations).expect("no limit");
            descent
        },
    );
    assert_eq!((descent.x, descent.value, descent.steps), (vec![0.0, 0.0], 7.0, vec![0.25, 0.0625]));
}

#[test]
fn a_step_doubles_after_a_success_up_to_1024_times_the_first_and_halves_after_a_failure() {
    let options = CoordinateOptions { initial_mesh_size: 2.0, ..CoordinateOptions::default() };
    let polled = |options: &CoordinateOptions, step: f64, f: fn(&[f64]) -> f64| {
        let (descent, _) = with_door(f, 1, |evaluations| {
            let mut descent = at(&[step], f(&[0.0]));
            let better = descent.poll(0, options, 1.0, &mut Vec::new(), evaluations).expect("no limit");
            (better, descent.steps[0], descent.x[0])
        });
        descent
    };
    assert_eq!(polled(&options, 1.0, |x| -x[0]), (true, 2.0, 1.0));
    assert_eq!(polled(&options, 1500.0, |x| -x[0]), (true, 2048.0, 1500.0));
    assert_eq!(polled(&options, 1.0, |x| x[0].abs()), (false, 0.5, 0.0));
    let limited = CoordinateOptions { max_mesh_size: Some(3.0), ..options };
    assert_eq!(polled(&limited, 2.0, |x| x[0]), (true, 3.0, -2.0));
}

/// `3 (x - s)²` with steps of 1/2 in units of 4: the parabola through three points is the function.
#[test]
fn the_parabola_through_a_failed_poll_is_least_where_the_quadratic_is() {
    for (least, expected) in [(0.25, vec![(0, 0.25)]), (-0.75, vec![(0, -0.75)]), (0.0, vec![])] {
        let f = move |x: &[f64]| 3.0 * (x[0] - least) * (x[0] - least) + 1.0;
        let (parabolas, points) = with_door(f, 1, |evaluations| {
            let mut parabolas = Vec::new();
            let mut descent = at(&[0.5], f(&[0.0]));
            descent
                .poll(0, &CoordinateOptions::default(), 4.0, &mut parabolas, evaluations)
                .expect("no limit");
            parabolas
        });
        assert_eq!((parabolas, points), (expected, vec![vec![2.0], vec![-2.0]]));
    }
    // Trials shortened by a bound do not determine a parabola.
    let (parabolas, _) = with_door(
        |x| x[0].abs(),
        1,
        |evaluations| {
            let mut parabolas = Vec::new();
            at(&[9.0], 0.0)
                .poll(0, &CoordinateOptions::default(), 1.0, &mut parabolas, evaluations)
                .expect("no limit");
            parabolas
        },
    );
    assert!(parabolas.is_empty());
}

#[test]
fn pattern_moves_go_once_more_where_the_last_one_two_and_four_sweeps_have_gone() {
    let (descent, points) = with_door(
        |_| 9.0,
        1,
        |evaluations| {
            let mut descent = Descent { x: vec![100.0], ..at(&[1.0], 0.0) };
            // The starts of successful sweeps, the latest before this one first.
            descent.past = [97.0, 93.0, 86.0, 50.0].map(|x| vec![x]).into();
            descent.pattern_moves(vec![99.0], evaluations).expect("no limit");
            descent
        },
    );
    assert_eq!(points, [[101.0], [103.0], [114.0]]);
    assert_eq!(descent.past, [[99.0], [97.0], [93.0], [86.0]]);
}

/// 1, 1/2 and 1/4 are not below the tolerance of 0.2.
#[test]
fn the_last_sweep_has_the_last_steps_that_are_not_below_the_tolerance() {
    let options = CoordinateOptions { mesh_tolerance: 0.2, ..CoordinateOptions::default() };
    let mut descent = Descent { progress: 0.0, ..at(&[0.1, 0.125], 0.0) };
    assert!(!descent.has_converged(&options) && descent.closing == Closing::LastSweep);
    assert_eq!(descent.steps, [0.25, 0.25]);
    // Not while a step is above it, nor while the value still decreases.
    let mut coarse = Descent { progress: 0.0, ..at(&[0.2, 0.125], 0.0) };
    let mut falling = Descent { progress: 1e-9, ..at(&[0.1, 0.125], 0.0) };
    assert!(!coarse.has_converged(&options) && !falling.has_converged(&options));
    assert!(coarse.closing == Closing::NotYet && falling.closing == Closing::NotYet);
}

#[test]
fn the_mesh_size_is_the_largest_step_that_no_parabola_takes_the_place_of() {
    let descent = Descent { known: vec![false, true, false], ..at(&[0.25, 8.0, 0.5], 0.0) };
    assert_eq!(descent.mesh_size(), 0.5);
}

#[test]
fn from_a_better_point_steps_are_as_long_as_that_is_away_in_units_of_the_scale() {
    let mut descent = at(&[0.25, 8.0], 5.0);
    descent.go_on_from(vec![6.0, 1.0], 4.0, &[2.0, 1.0]);
    assert_eq!((descent.steps, descent.value, descent.progress), (vec![3.0, 8.0], 4.0, f64::INFINITY));
}

/// From 8 by 2 to 6: a quarter.
#[test]
fn progress_is_the_part_of_the_value_that_a_sweep_has_taken_away() {
    let options =
        CoordinateOptions { parabola_step: false, pattern_move: false, ..CoordinateOptions::default() };
    let (descent, _) = with_door(
        |x| 8.0 - 2.0 * x[0],
        1,
        |evaluations| {
            let mut descent = at(&[1.0], 8.0);
            assert!(descent.sweep(1e-6, &options, &[0], &[1.0], evaluations).expect("no limit"));
            descent
        },
    );
    assert_eq!((descent.progress(), descent.value), (0.25, 6.0));
}
