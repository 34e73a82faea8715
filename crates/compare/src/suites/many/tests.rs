//! Closed forms of least values and minimizers against the formulas, and starts against published values.

use search::{Budget, Minimizer, QuasiNewtonSearch};

use super::{Class, Half, many, many_fits};

/// The number of coordinates.
const N: usize = 20;

/// A minimizer by the literature or by hand, where one is known in closed form.
fn minimizer(name: &str) -> Option<Vec<f64>> {
    let ones = vec![1.0; N];
    let family = name.strip_suffix("-20").or(name.strip_suffix("-20-kinks"))?;
    Some(match family {
        "chained-rosenbrock"
        | "variably-dimensioned"
        | "brown-almost-linear"
        | "nondia"
        | "srosenbr"
        | "woods"
        | "liarwhd"
        | "tquartic"
        | "white-holst"
        | "chained-cb3-1"
        | "chained-cb3-2" => ones,
        "powell-singular"
        | "trigonometric"
        | "dqdrtic"
        | "humps"
        | "ellipsoid"
        | "nondquar"
        | "power"
        | "perturbed-quadratic"
        | "zakharov"
        | "raydan-1"
        | "maxq"
        | "maxl"
        | "l1hilb"
        | "mxhilb"
        | "active-faces"
        | "brown-2"
        | "chained-crescent-1"
        | "chained-crescent-2" => vec![0.0; N],
        // 2 x_i = x_(i-1) from 1.
        "tridia" => (0..N).map(|i| 0.5_f64.powi(i as i32)).collect(),
        "arwhead" => (0..N).map(|i| if i + 1 < N { 1.0 } else { 0.0 }).collect(),
        // x_(i+1) = x_i + x_i² - 1, which stays at 1 or at -1.
        "fletchcr" => ones,
        // cos(a² - b/2) = -1 with all coordinates alike: t² - t/2 = π.
        "cosine" => vec![0.25 + (0.0625 + std::f64::consts::PI).sqrt(); N],
        "himmelblau" => [3.0, 2.0].into_iter().cycle().take(N).collect(),
        "hager" => (1..=N).map(|i| 0.5 * (i as f64).ln()).collect(),
        // 2 x_i² = x_(i-1) from 1 (Jamil & Yang 2013).
        "dixon-price" => (1..=N).map(|i| 2_f64.powf(2_f64.powi(1 - i as i32) - 1.0)).collect(),
        "chained-lq" => vec![0.5_f64.sqrt(); N],
        _ => return None,
    })
}

#[test]
fn least_values_in_closed_form_are_values_at_the_minimizers() {
    let mut checked = 0;
    for (class, half) in [
        (Class::Smooth, Half::Chosen),
        (Class::Smooth, Half::Judging),
        (Class::Kinks, Half::Chosen),
        (Class::Kinks, Half::Judging),
    ] {
        for case in many(class, half, N) {
            let (Some(x), Some(least)) = (minimizer(case.name()), case.optimum()) else { continue };
            let problem = case.problem(1).expect("a problem");
            let value = problem.objective().value(&x).expect("it has no holes");
            assert!((value - least).abs() < 1e-9 * least.abs().max(1.0), "{}: {value} {least}", case.name());
            checked += 1;
        }
    }
    assert!(checked >= 38, "{checked}");
}

/// No step of 1e-4 along a coordinate from the minimizer goes below the least value, nor from the start where no minimizer
/// is known in closed form.
#[test]
fn no_point_nearby_is_below_a_least_value() {
    for half in [Half::Chosen, Half::Judging] {
        for case in many(Class::Smooth, half, N).into_iter().chain(many(Class::Kinks, half, N)) {
            let Some(least) = case.optimum() else { continue };
            let problem = case.problem(1).expect("a problem");
            let from = minimizer(case.name()).unwrap_or_else(|| problem.start().to_vec());
            for i in 0..2 * N {
                let mut x = from.clone();
                x[i / 2] += if i % 2 == 0 { 1e-4 } else { -1e-4 };
                let value = problem.objective().value(&x).expect("it has no holes");
                assert!(value >= least - 1e-12 * least.abs().max(1.0), "{}: {value} < {least}", case.name());
            }
        }
    }
}

/// The equal coordinates of the penalty function's minimizer beside what its authors give for n = 4: 2.24997e-5
/// (Moré, Garbow & Hillstrom 1981, number 23).
#[test]
fn the_least_penalty_is_the_published_one() {
    let of = |n: usize| {
        let cases = many(Class::Smooth, Half::Chosen, n);
        cases
            .iter()
            .find(|case| case.name().starts_with("penalty-1"))
            .expect("there")
            .optimum()
            .expect("known")
    };
    assert!((of(4) - 2.24997e-5).abs() < 1e-10 && of(8) > of(4), "{}", of(4));
}

#[test]
fn noise_is_a_thousandth_the_same_at_the_same_point_and_the_boxes_hold_the_start() {
    for class in [Class::Noisy, Class::Wavy] {
        for case in many(class, Half::Judging, N) {
            let problem = case.problem(3).expect("a problem");
            let truth = case.truth().expect("it is noisy").value(problem.start()).expect("a value");
            let value = problem.objective().value(problem.start()).expect("a value");
            assert!(value != truth && (value - truth).abs() <= 1e-3 * truth.abs(), "{}", case.name());
            assert_eq!(problem.objective().value(problem.start()).expect("a value"), value);
        }
    }
    for case in many(Class::Bounded, Half::Judging, N) {
        let problem = case.problem(3).expect("a problem");
        for i in 0..N {
            let (below, above) = (
                problem.start()[i] - problem.bounds().lower()[i],
                problem.bounds().upper()[i] - problem.start()[i],
            );
            assert!((0.029..5.01).contains(&below) && (0.029..5.01).contains(&above), "{}", case.name());
        }
    }
}

#[test]
fn rotated_problems_have_the_value_of_the_others_at_the_start() {
    for (plain, turned) in
        many(Class::Smooth, Half::Judging, 8).iter().zip(many(Class::Rotated, Half::Judging, 8))
    {
        let value = |case: &crate::Case<'static>| {
            let problem = case.problem(1).expect("a problem");
            problem.objective().value(problem.start()).expect("a value")
        };
        assert!((value(plain) - value(&turned)).abs() < 1e-9 * value(plain).abs(), "{}", turned.name());
    }
}

/// Families of both kinds have the same function and the same start.
#[test]
fn fits_are_the_sums_of_squares_that_others_see() {
    let mut checked = 0;
    for half in [Half::Chosen, Half::Judging] {
        let plain: Vec<_> = [Half::Chosen, Half::Judging].map(|half| many(Class::Smooth, half, N)).concat();
        for fit in many_fits(Class::Smooth, half, N) {
            let name = fit.name().strip_suffix("-fit").expect("it is a fit");
            let Some(case) = plain.iter().find(|case| case.name() == name && name != "tanh-net-20") else {
                continue;
            };
            let (of_case, of_fit) = (case.problem(1).expect("a problem"), fit.problem(1).expect("a problem"));
            for x in [of_case.start().to_vec(), of_fit.start().to_vec(), vec![0.3; N]] {
                let value = |problem: &search::Problem<'_>| problem.objective().value(&x).expect("a value");
                let (a, b) = (value(&of_case), value(&of_fit));
                assert!((a - b).abs() <= 1e-12 * a.abs(), "{name}: {a} {b}");
            }
            checked += 1;
        }
    }
    assert_eq!(checked, 20);
}

/// The least values of MGH 24 for n = 10 and of MGH 35 for n = 8, and the sums of the errors' squares with n of them taken
/// up by as many coordinates.
#[test]
fn least_values_of_fits_are_the_published_ones_and_those_of_their_errors() {
    let least = |name: &str, n: usize| {
        let cases = many_fits(Class::Smooth, Half::Judging, n);
        let case = cases.iter().find(|case| case.name().starts_with(name)).expect("it is there");
        let problem = case.problem(1).expect("a problem");
        QuasiNewtonSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).expect("it runs").value
    };
    assert!((least("chebyquad", 8) / 3.51687e-3 - 1.0).abs() < 1e-5);
    assert!((least("penalty-2", 10) / 2.93660e-4 - 1.0).abs() < 1e-5);
    let mean_square = |name: &str, free: f64, error: f64| least(name, 40) / (free * error * error);
    assert!((mean_square("shared-decay", 120.0, 0.05) - 1.0).abs() < 0.3);
    // Lines that overlap have worse minima, but none below the errors.
    assert!(mean_square("spectrum", 80.0, 0.02) > 0.7);
    // -Δu of u = 0 is 0.
    let bratu =
        many_fits(Class::Smooth, Half::Judging, 20).into_iter().find(|case| case.name().starts_with("bratu"));
    let problem = bratu.and_then(|case| case.problem(1).ok()).expect("it is there");
    let at_zero = problem.objective().value(&[0.0; 20]).expect("a value");
    assert!((at_zero - 20.0 * (4.0 / 36.0_f64).powi(2)).abs() < 1e-14);
}

#[test]
fn noise_of_fits_is_a_thousandth_of_each_residual() {
    for case in many_fits(Class::Noisy, Half::Judging, N) {
        let problem = case.problem(3).expect("a problem");
        let truth = case.truth().expect("it is noisy").value(problem.start()).expect("a value");
        let value = problem.objective().value(problem.start()).expect("a value");
        assert!(value != truth && (value - truth).abs() <= 2.1e-3 * truth.abs(), "{}", case.name());
    }
    assert!(many_fits(Class::Kinks, Half::Judging, N).is_empty());
}
