//! Incremental views that round or lie: what is reported all the same, and how one finds out.

use crate::twisted;

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use search::{
    Bounds, Budget, CheckIncremental, CoordinateOptions, CoordinateSearch, Event, Minimizer, Parabola,
    Problem,
};

use twisted::{Told, Twisted, bowl, chance, failing, failure, minimize, noisy, path, searches};

#[test]
fn every_value_reported_is_that_of_a_whole_evaluation_though_trials_round() {
    for search in searches() {
        for salt in 0..20 {
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| noisy(x, salt, told));
            let problem = Problem::of(objective, vec![3.0, -2.0, 1.0]).unwrap();
            let mut observer = |event: &Event| {
                if let Event::Iteration { row, x, .. } = event {
                    assert_eq!(row.value.to_bits(), bowl(x).to_bits(), "{row:?}");
                }
                ControlFlow::Continue(())
            };
            for budget in [5, 50, 1000] {
                let outcome = search.minimize(&problem, &Budget::evaluations(budget), &mut observer).unwrap();
                assert_eq!(outcome.value.to_bits(), bowl(&outcome.x).to_bits());
                assert!(outcome.value < outcome.start_value);
                for pair in outcome.trace.windows(2) {
                    assert!(pair[1].value <= pair[0].value, "{pair:?}");
                }
            }
        }
    }
}

/// Nothing but noise: where all values are the same, no trial is a decrease.
#[test]
fn noise_alone_moves_nothing() {
    for search in searches() {
        let objective = Twisted::of(|_| Ok(7.0)).telling(|x, _, told| noisy(x, 3, told));
        let outcome = minimize(&search, objective, &[3.0, -2.0, 1.0], 2000);
        assert_eq!((outcome.x, outcome.value), (vec![3.0, -2.0, 1.0], 7.0));
        assert!(outcome.status.converged());
    }
}

/// Values wrong by a thousandth: the contract is broken, and the run ends all the same, with a true value.
#[test]
fn a_lying_view_neither_hangs_nor_falsifies_the_outcome() {
    for search in searches() {
        for salt in 0..20 {
            let lie = |x: &[f64], told: Told| told.map(|v| v * (1.0 + 1e-3 * (2.0 * chance(x, salt) - 1.0)));
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| lie(x, told));
            let outcome = minimize(&search, objective, &[3.0, -2.0, 1.0], 3000);
            assert_eq!(outcome.value.to_bits(), bowl(&outcome.x).to_bits());
            assert!(outcome.value < outcome.start_value);
        }
    }
}

/// The exact parabola of a weighted sum of squares.
fn weighted(x: &[f64]) -> f64 {
    3.0 + x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * (x - 0.5) * (x - 0.5)).sum::<f64>()
}

fn parabola(x: &[f64], i: usize) -> Option<Parabola> {
    let curvature = (i + 1) as f64;
    Some(Parabola { value: weighted(x), slope: 2.0 * curvature * (x[i] - 0.5), curvature })
}

#[test]
fn a_check_finds_the_worst_lie_and_clears_an_honest_view() {
    for search in searches() {
        let run = |objective: Twisted| {
            let check = Arc::new(CheckIncremental::of(objective));
            let problem = Problem::shared(check.clone(), vec![3.0, -2.0, 1.0]).unwrap();
            let outcome = search.minimize(&problem, &Budget::evaluations(700), &mut ()).unwrap();
            (path(&outcome), check.worst().unwrap())
        };
        let honest =
            || Twisted::of(|x| Ok(weighted(x))).telling(|x, _, told| noisy(x, 1, told)).with_lines(parabola);
        let (checked, worst) = run(honest());
        assert!(worst.relative <= 1e-12, "{worst}");
        let unchecked = minimize(&search, honest(), &[3.0, -2.0, 1.0], 700);
        assert_eq!(checked, path(&unchecked), "the run takes the same steps");

        let lie = |_: &[f64], i: usize, told: Told| told.map(|v| if i == 1 { v * 1.001 } else { v });
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).telling(lie));
        let mut x = worst.centre.clone();
        x[1] = worst.to;
        assert_eq!(
            (worst.coordinate, worst.whole, worst.incremental),
            (1, weighted(&x), weighted(&x) * 1.001)
        );
        assert!((worst.relative - 1e-3).abs() < 1e-5, "{worst}");

        // A wrong parabola, and a failure that only one of the two has.
        let steep = |x: &[f64], i| parabola(x, i).map(|line| Parabola { slope: line.slope + 1e-3, ..line });
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).with_lines(steep));
        assert!(worst.relative > 1e-5 || search.name() == "patternsearch", "{worst}");
        let (_, worst) = run(Twisted::of(|x| Ok(weighted(x))).telling(|_, _, _| Ok(f64::NAN)));
        assert!(worst.relative == f64::INFINITY && worst.incremental.is_nan() && worst.whole > 0.0);
    }
}

#[test]
fn improvements_decrease_though_trials_round() {
    for search in searches() {
        for salt in 0..200 {
            let objective = Twisted::of(|x| Ok(bowl(x))).telling(|x, _, told| noisy(x, salt, told));
            let problem = Problem::of(objective, vec![3.0, -2.0, 1.0]).unwrap();
            let mut last = f64::INFINITY;
            let mut observer = |event: &Event| {
                if let Event::Improvement { value, x, .. } = event {
                    assert!(*value < last, "{value:?} after {last:?} at {x:?}, {salt}, {}", search.name());
                    last = *value;
                }
                ControlFlow::Continue(())
            };
            search.minimize(&problem, &Budget::evaluations(1000), &mut observer).unwrap();
        }
    }
}

/// Tiny steps around the least point, where values fail at a fifth of all points, in every way that there is.
#[test]
fn a_view_that_confirms_its_trials_leads_where_whole_evaluations_do() {
    let f = |x: &[f64], salt| failing(x, 0.2, salt, Ok(7.0 + 1e-7 * x.iter().map(|v| v * v).sum::<f64>()));
    let start = [3e-3, -2e-3, 1e-3];
    let confirmed = AtomicU64::new(0);
    for search in searches() {
        for salt in (0..50).filter(|&salt| failure(|| f(&start, salt)).is_none()) {
            let rounding =
                || Twisted::of(move |x| f(x, salt)).telling(move |x, _, told| noisy(x, salt, told));
            let by_whole = minimize(&search, rounding(), &start, 500);
            let confirming = rounding().confirming(|x| {
                confirmed.fetch_add(1, Ordering::Relaxed);
                Some(f(x, salt))
            });
            assert_eq!(path(&minimize(&search, confirming, &start, 500)), path(&by_whole), "{salt}");
        }
    }
    assert!(confirmed.into_inner() > 1000);
}

#[test]
fn every_move_is_a_decrease_though_trials_round() {
    // Nothing depends on the second coordinate.
    let f = |x: &[f64]| 7.0 + x[0] * x[0];
    for search in searches() {
        for salt in 0..100 {
            let rises = Mutex::new(Vec::new());
            let objective =
                Twisted::of(|x| Ok(f(x))).telling(|x, _, told| noisy(x, salt, told)).accepting(|from, to| {
                    if f(to) >= f(from) {
                        rises.lock().unwrap().push((from.to_vec(), to.to_vec()));
                    }
                });
            minimize(&search, objective, &[3.0, -2.0], 1000);
            let rises = rises.into_inner().unwrap();
            assert!(rises.is_empty(), "{salt}: {rises:?}, {}", search.name());
        }
    }
}

#[test]
fn a_lie_does_not_displace_the_start() {
    for search in searches() {
        // Everywhere but at the start it is worse, and told to be better.
        let whole = |x: &[f64]| if x == [0.0, 0.0] { 1.0 } else { 2.0 };
        let objective = Twisted::of(move |x| Ok(whole(x))).telling(|_, _, _| Ok(0.5));
        let outcome = minimize(&search, objective, &[0.0, 0.0], 50);
        assert_eq!((outcome.x, outcome.value), (vec![0.0, 0.0], 1.0));
    }
}

#[test]
fn rounding_in_a_restarted_descent_does_not_displace_the_best_point() {
    // Two flat valleys: around -1, where the search begins, and around 1, higher in the last digits.
    let f = |x: &[f64]| {
        let wall = ((x[0] * x[0] - 1.0).powi(2) - 0.3).max(0.0);
        5.0 + wall + if x[0] > 0.0 { 1e-13 } else { 0.0 }
    };
    for salt in 0..20 {
        let options = CoordinateOptions {
            restarts: 20,
            seed: salt,
            max_iterations: Some(10_000),
            ..CoordinateOptions::default()
        };
        let search = CoordinateSearch::new(options).unwrap();
        let objective = Twisted::of(|x| Ok(f(x))).telling(|x, _, told| noisy(x, salt, told));
        let outcome = minimize(&search, objective, &[-1.0], 2000);
        assert_eq!(outcome.value, outcome.start_value, "seed {salt}: at {:?}", outcome.x);
    }
}

#[test]
fn a_hill_is_least_at_one_of_its_ends_and_what_is_no_number_nowhere() {
    let line = |slope, curvature| Parabola { value: 0.0, slope, curvature };
    assert_eq!(line(-1.0, -1.0).least_within(-10.0, 1.0), -10.0, "-110 there, -2 at the other end");
    assert_eq!(line(0.0, -1.0).least_within(-1.0, 2.0), 2.0, "the centre is the top");
    assert!(line(f64::NAN, 1.0).least_within(-1.0, 1.0).is_nan());
    assert!(line(1.0, f64::NAN).least_within(-1.0, 1.0).is_nan());
}

#[test]
fn a_check_stays_within_the_bounds() {
    let whole = |x: &[f64]| {
        if x.iter().any(|x| !(0.0..=3.0).contains(x)) {
            resume_unwind(Box::new("outside the bounds"));
        }
        Ok(weighted(x))
    };
    let bounds = Bounds::uniform(3, 0.0, 3.0).unwrap();
    let search = CoordinateSearch::default();
    let check = Arc::new(CheckIncremental::of(Twisted::of(whole).with_lines(parabola)));
    let run = |problem: Problem| {
        path(
            &search
                .minimize(&problem.bounded(bounds.clone()).unwrap(), &Budget::unlimited(), &mut ())
                .unwrap(),
        )
    };
    let checked = run(Problem::shared(check.clone(), vec![0.0, 3.0, 1.0]).unwrap());
    let plain = run(Problem::of(Twisted::of(whole).with_lines(parabola), vec![0.0, 3.0, 1.0]).unwrap());
    assert_eq!(checked, plain);
    assert!(check.worst().unwrap().relative < 1e-12);
}
