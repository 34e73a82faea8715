//! NIST's nonlinear regressions against the certified values.

use std::fs;
use std::path::Path;

use compare::suites::{strd, strd_certified};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use search::{Budget, HybridSearch, Minimizer, Outcome, Problem, Run};

/// Parameters are certified to 11 digits: Lanczos1, whose data are exact but for their 13th digit, is no smaller there than this.
const ROUNDED_AWAY: f64 = 1e-20;

/// The numbers of a column of a file, its parameters' lines: the starts, the certified values, their deviations.
fn column(text: &str, number: usize) -> Vec<f64> {
    let parameters = text.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| word.starts_with('b')) && words.next() == Some("=")
    });
    parameters.map(|line| line.split_whitespace().nth(2 + number).unwrap().parse().unwrap()).collect()
}

fn value(problem: &Problem<'_>, x: &[f64]) -> f64 {
    problem.objective().value(x).unwrap()
}

#[test]
fn regressions_have_the_certified_sums_of_squares_at_the_certified_parameters() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/strd");
    let cases = strd();
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "dat") {
            continue;
        }
        let name = file.file_stem().unwrap().to_str().unwrap().to_lowercase();
        let text = fs::read_to_string(&file).unwrap();
        let of_file = |word: &str| {
            let line = text.lines().find(|line| line.starts_with(word)).unwrap();
            line.split_whitespace().last().unwrap().parse::<f64>().unwrap()
        };
        let (certified, parameters) = (of_file("Residual Sum of Squares:"), column(&text, 2));
        for number in [1, 2] {
            let case = cases.iter().find(|case| case.name() == format!("{name}-{number}")).unwrap();
            let problem = case.problem(0).unwrap();
            assert_eq!(problem.start(), column(&text, number - 1), "{name}");
            assert_eq!(case.optimum(), Some(certified), "{name}");
            let of_suite = strd_certified().into_iter().find(|certified| certified.name == name).unwrap();
            assert_eq!(
                (of_suite.parameters, of_suite.deviations),
                (parameters.clone(), column(&text, 3)),
                "{name}"
            );
            let sum = value(&problem, &parameters);
            let error = (sum - certified).abs();
            assert!(error < 1e-9 * certified + ROUNDED_AWAY, "{name}: {sum}, certified {certified}");
            // The certified value is a minimum: no parameter by itself does better.
            for i in 0..parameters.len() {
                for step in [-1e-4, 1e-4] {
                    let mut beside = parameters.clone();
                    beside[i] += step * beside[i];
                    assert!(value(&problem, &beside) > sum, "{name} beside {i}");
                }
            }
            seen += 1;
        }
    }
    assert_eq!((seen, cases.len()), (54, 54));
}

/// Fits with default options, from both starts: what is called converged is at the certified value, or at a minimum of its own, near
/// which random steps of any size find nothing better to speak of.
#[test]
fn a_regression_that_has_converged_is_at_a_minimum() {
    let (mut certified, mut wrong) = (0, Vec::new());
    for case in strd() {
        let problem = case.problem(0).unwrap();
        let outcome =
            HybridSearch::default().minimize(&problem, &Budget::evaluations(20_000), &mut ()).unwrap();
        let optimum = case.optimum().unwrap();
        let (is_certified, better) =
            (outcome.value <= optimum * (1.0 + 1e-4) + 1e-9, step_down(&problem, &outcome));
        println!("{:12} {} {:e} {optimum:e} {better:e}", case.name(), outcome.exit_flag(), outcome.value);
        certified += u32::from(is_certified);
        if outcome.converged() && !is_certified && better > 0.01 * outcome.value {
            wrong.push((case.name().to_owned(), outcome.value, better));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(certified >= 40, "{certified}");
}

/// The sum of squares of Lanczos1 is that of the rounding of its data in the 14th digit. Standard errors follow from it
/// only where the parameters have some 12 digits.
const ALL_BUT_EXACT: &str = "lanczos1";

/// Fits with default options from the second, nearer start: to 6 digits of each parameter, and then with the certified
/// standard errors to 1 %. The example `strd_table` prints each.
#[test]
fn fits_from_the_nearer_start_have_the_certified_parameters_and_standard_errors() {
    let cases = strd();
    let (mut exact, mut wrong) = (0, Vec::new());
    for certified in strd_certified() {
        let case = cases.iter().find(|case| case.name() == format!("{}-2", certified.name)).unwrap();
        let run = Run::within(&Budget::evaluations(20_000)).with_uncertainty();
        let outcome = HybridSearch::default().run(&case.problem(0).unwrap(), &run, &mut ()).unwrap();
        let places = certified.places(&outcome.x);
        let far = |found: &[f64], from: &[f64]| {
            let pairs = places.iter().map(|&place| found[place]).zip(from);
            pairs.map(|(found, from)| ((found - from) / from).abs()).fold(0.0, f64::max)
        };
        if far(&outcome.x, &certified.parameters) > 1e-6 {
            continue;
        }
        exact += 1;
        let fit = outcome.uncertainty.and_then(|uncertainty| uncertainty.fit);
        let errors = fit.map_or(f64::INFINITY, |fit| far(&fit.standard_errors, &certified.deviations));
        if errors > 0.01 && certified.name != ALL_BUT_EXACT {
            wrong.push((certified.name, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(exact >= 25, "{exact}");
}

/// ENSO's cycles are a thousand times as sensitive as its amplitudes, in units of their starts: with one radius for all, a
/// fit takes 6,000 evaluations and more.
#[test]
fn a_fit_whose_parameters_differ_in_sensitivity_takes_few_evaluations() {
    for case in strd().into_iter().filter(|case| case.name().starts_with("enso-")) {
        let (problem, budget) = (case.problem(0).unwrap(), Budget::evaluations(2_000));
        let outcome = HybridSearch::default().minimize(&problem, &budget, &mut ()).unwrap();
        let part = outcome.value / case.optimum().unwrap();
        assert!(outcome.converged() && part < 1.0 + 1e-7, "{}: {part}, {outcome}", case.name());
    }
}

/// How far down random steps of 10⁻⁵ to 10⁻¹ of each parameter lead, the best of many: a local search that knows nothing of ours.
fn step_down(problem: &Problem<'_>, outcome: &Outcome) -> f64 {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let (mut x, mut least) = (outcome.x.clone(), outcome.value);
    for part in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5] {
        for _ in 0..100 * x.len() {
            let to: Vec<f64> = x.iter().map(|x| x * (1.0 + part * random.random_range(-1.0..1.0))).collect();
            match problem.objective().value(&to) {
                Ok(value) if value < least => (x, least) = (to, value),
                _ => {}
            }
        }
    }
    outcome.value - least
}
