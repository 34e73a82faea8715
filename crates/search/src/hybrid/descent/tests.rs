//! The rules for trust radius and mesh size.

use super::Descent;
use crate::hybrid::space::Space;
use crate::hybrid::{HybridOptions, HybridParts};
use crate::{Bounds, Budget, Evaluations, Problem};

/// A descent at 0 with value 0 and points at 1 and -1; the model falls by 1 over the trust radius 1.
fn descent(mesh_size: f64) -> Descent {
    let mut descent = Descent::from(vec![0.0], 0.0, 1.0, Space::of(&[1.0], &Bounds::free(1)));
    descent.place.mesh_size = mesh_size;
    descent.place.cloud.add(vec![1.0], -1.0, &[0.0]);
    descent.place.cloud.add(vec![-1.0], 1.0, &[0.0]);
    descent
}

fn with_door<T>(f: impl Fn(f64) -> f64 + Send + Sync, act: impl FnOnce(&mut Evaluations<'_>) -> T) -> T {
    let problem = Problem::new(move |x: &[f64]| f(x[0]), vec![0.0]).expect("one coordinate");
    act(&mut Evaluations::here(&problem, 0.0, &Budget::unlimited(), Vec::new()).expect("a start"))
}

/// Takes a model step with this ratio of actual to predicted decrease. Returns the descent and whether a poll is due.
fn after(kept: f64, mesh_size: f64, options: &HybridOptions) -> (Descent, bool) {
    with_door(
        |_| -kept,
        |evaluations| {
            let mut descent = descent(mesh_size);
            let neighbours = descent.place.cloud.around(&[0.0], 0.0);
            let models = descent.place.fits.fit(&neighbours, 1, 1.0, true).expect("points");
            let due = descent.search(&models, options, evaluations).expect("no limit");
            assert_eq!(evaluations.count(), 1);
            (descent, due)
        },
    )
}

#[test]
fn the_trust_radius_is_four_times_as_large_where_at_least_half_of_the_promise_is_kept() {
    let options = HybridOptions::default();
    for (kept, radius) in [(1.5, 4.0), (0.51, 4.0), (0.49, 1.0), (0.2, 1.0), (0.11, 1.0)] {
        assert_eq!(after(kept, 0.25, &options).0.place.radius, radius, "{kept}");
    }
    // Not beyond the largest radius.
    let options = HybridOptions { max_mesh_size: Some(2.5), ..options };
    assert_eq!(after(1.0, 0.25, &options).0.place.radius, 2.5);
}

#[test]
fn it_is_half_the_step_but_no_less_than_the_mesh_size_where_less_than_a_tenth_is_kept() {
    let options = HybridOptions::default();
    for kept in [0.09, 0.0, -3.0] {
        assert!((after(kept, 0.25, &options).0.place.radius - 0.5).abs() < 1e-9, "{kept}");
        assert_eq!(after(kept, 0.8, &options).0.place.radius, 0.8, "{kept}");
    }
}

#[test]
fn models_are_reliable_where_more_than_seven_tenths_were_kept() {
    let options = HybridOptions::default();
    assert!(after(0.71, 0.25, &options).0.reliable && !after(0.69, 0.25, &options).0.reliable);
}

#[test]
fn a_poll_is_due_where_less_than_a_tenth_was_kept_by_a_step_no_longer_than_the_mesh_size() {
    let options = HybridOptions::default();
    let due = [(0.09, 1.0), (0.11, 1.0), (0.09, 0.9), (0.11, 0.25)]
        .map(|(kept, size)| after(kept, size, &options).1);
    assert_eq!(due, [true, false, false, false]);
}

#[test]
fn a_step_that_was_no_better_is_remembered_until_a_better_point_comes() {
    let options = HybridOptions::default();
    let (descent, _) = after(-2.0, 0.25, &options);
    let (to, value) = descent.place.missed.expect("no better");
    assert!((to[0] - 1.0).abs() < 1e-9 && value == 2.0);
    let (descent, _) = after(0.3, 0.25, &options);
    assert!(descent.place.missed.is_none() && descent.place.value == -0.3);
}

#[test]
fn after_a_reliable_model_a_short_step_refines_the_mesh_to_its_length_or_a_tenth_without_a_poll() {
    let options = HybridOptions::default();
    for (length, size, radius) in [(0.3, 0.3, 0.3), (0.04, 0.1, 0.1)] {
        let mut descent = Descent { reliable: true, ..descent(1.0) };
        assert!(descent.refines_without_poll(length, &options));
        assert_eq!((descent.place.mesh_size, descent.place.radius, descent.reliable), (size, radius, false));
        // Only once: after that a poll is due.
        assert!(!descent.refines_without_poll(length, &options));
    }
    // The radius falls to a tenth.
    let mut descent = Descent { reliable: true, ..descent(1.0) };
    descent.place.radius = 5.0;
    assert!(descent.refines_without_poll(0.2, &options) && descent.place.radius == 0.5);
    let mut fine = Descent { reliable: true, ..self::descent(options.mesh_tolerance) };
    assert!(!fine.refines_without_poll(0.0, &options), "the last poll is always owed");
    let without = HybridOptions { parts: HybridParts { skip_polls: false, ..options.parts }, ..options };
    assert!(!Descent { reliable: true, ..self::descent(1.0) }.refines_without_poll(0.3, &without));
}

#[test]
fn a_failed_poll_leaves_a_tenth_of_the_mesh_size_and_a_successful_one_doubles_the_radius() {
    let options = HybridOptions::default();
    let polled = |f: fn(f64) -> f64| {
        with_door(f, |evaluations| {
            let mut descent = descent(0.5);
            let success = descent.poll(None, &options, evaluations).expect("no limit");
            (
                success,
                descent.place.mesh_size,
                descent.last_mesh_size(),
                descent.place.radius,
                evaluations.count(),
            )
        })
    };
    let (success, mesh_size, last, radius, count) = polled(f64::abs);
    assert_eq!((success, mesh_size, radius, count), (false, 0.05, 1.0, 2));
    assert!((last - 0.5).abs() < 1e-15);
    assert_eq!(polled(|x| -x), (true, 0.5, 5.0, 2.0, 1));
}

/// Of the two points half a step away, the one within 0.8 mesh sizes of an evaluated point is skipped.
#[test]
fn a_poll_passes_over_points_beside_evaluated_ones() {
    let options = HybridOptions::default();
    for (beside, count) in [(0.5 + 0.39, 1), (0.5 + 0.41, 2)] {
        with_door(f64::abs, |evaluations| {
            let mut descent = descent(0.5);
            descent.place.cloud.add(vec![beside], 1.0, &[0.0]);
            // The other known points are further away.
            descent.place.cloud.divide_by(&[1.0]);
            descent.poll(None, &options, evaluations).expect("no limit");
            assert_eq!(evaluations.count(), count, "{beside}");
        });
    }
}

#[test]
fn from_a_better_point_the_mesh_is_as_coarse_as_that_is_away() {
    let options = HybridOptions { initial_mesh_size: 2.0, ..HybridOptions::default() };
    for (to, size) in [(0.7, 0.7), (-0.7, 0.7), (5.0, 2.0), (0.1, 0.2)] {
        let mut descent = descent(1e-3);
        descent.go_on_from(vec![to], -1.0, 0.2, &options);
        assert_eq!((descent.place.mesh_size, descent.place.radius, descent.place.x[0]), (size, size, to));
    }
}

/// Rises of 1 and 3 at the two nearest points: the median is the larger.
#[test]
fn a_point_without_a_value_is_to_models_as_far_up_as_is_usual_nearby() {
    let mut descent = Descent::from(vec![0.0], 5.0, 1.0, Space::of(&[1.0], &Bounds::free(1)));
    descent.place.see(&[1.0], 6.0, None);
    descent.place.see(&[-2.0], 8.0, None);
    assert!(!descent.place.see(&[3.0], f64::INFINITY, None) && descent.place.walled);
    let around = descent.place.cloud.around(&[0.0], 5.0);
    assert_eq!((around[2].rise, around[2].has_failed), (3.0, true));
}
