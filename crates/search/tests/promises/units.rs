//! In other units of the coordinates or of the value a problem is the same problem: no solver says there that it has
//! converged where it has not, and those of other crates find what they find elsewhere.

use std::fmt::Write as _;

use search::{Bounds, Budget, Minimizer, Outcome, Problem, solver, solver_names};
use serde_json::json;

/// All solvers but ours by polls, which have tests of their own.
fn wrapped(coordinates: usize) -> Vec<Box<dyn Minimizer>> {
    let ours = ["patternsearch", "coordinate", "hybrid", "automatic"];
    let scalar = ["brent", "golden-section"];
    let wanted = |name: &&str| !ours.contains(name) && (coordinates == 1 || !scalar.contains(name));
    solver_names().into_iter().filter(wanted).map(|name| solver(name, &json!({})).unwrap()).collect()
}

/// A bowl around (3, -2) in units of `s`, with values in units of `v`: 13 v at the start, (s, s).
fn bowl(s: f64, v: f64) -> impl Fn(&[f64]) -> f64 + Sync {
    let centre = [3.0, -2.0];
    move |x| v * x.iter().zip(centre).map(|(x, centre)| (x / s - centre).powi(2)).sum::<f64>()
}

fn run(minimizer: &dyn Minimizer, n: usize, s: f64, v: f64, boxed: bool) -> Outcome {
    let bounds = if boxed { Bounds::uniform(n, -10.0 * s, 10.0 * s).unwrap() } else { Bounds::free(n) };
    let problem = Problem::new(bowl(s, v), vec![s; n]).unwrap().bounded(bounds).unwrap();
    minimizer.minimize(&problem, &Budget::evaluations(4000), &mut ()).unwrap()
}

/// Whether a step of a thousandth of a unit along an axis lowers the value by more than rounding.
fn a_step_gains(x: &[f64], s: f64) -> bool {
    let f = bowl(s, 1.0);
    let here = f(x);
    let gains = |i: usize, step: f64| {
        let mut beside = x.to_vec();
        beside[i] += step * s;
        f(&beside) < here - 1e-12 * here
    };
    (0..x.len()).any(|i| gains(i, 1e-3) || gains(i, -1e-3))
}

/// These search a whole box, and need not have come near the minimum yet. (Adam is slow, too.)
const GLOBAL: [&str; 3] = ["nlopt-direct-l", "nlopt-isres", "nlopt-esch"];

const POWERS: [i32; 9] = [-12, -9, -6, -3, 0, 3, 6, 9, 12];

#[test]
fn local_solvers_find_the_minimum_in_all_units_and_nobody_says_converged_elsewhere() {
    let mut table = String::new();
    for n in [1, 2] {
        for minimizer in wrapped(n) {
            for boxed in [false, true] {
                let mut failures = Vec::new();
                for (s, v) in POWERS.map(|k| (k, 0)).into_iter().chain(POWERS.map(|k| (0, k))) {
                    let (length, value) = (10_f64.powi(s), 10_f64.powi(v));
                    let outcome = run(&minimizer, n, length, value, boxed);
                    let near = outcome.value < value * if outcome.solver == "adam" { 1e-3 } else { 1e-6 };
                    let wrong = outcome.converged() && !near && a_step_gains(&outcome.x, length);
                    let wrong = wrong || !near && !GLOBAL.contains(&outcome.solver.as_str());
                    if wrong {
                        let (evaluations, value) = (outcome.counts.evaluations, outcome.value / value);
                        failures.push(format!("(1e{s}, 1e{v}): {value:.1e} after {evaluations}"));
                    }
                }
                if !failures.is_empty() {
                    let sort = if boxed { "box" } else { "free" };
                    writeln!(table, "{} {n} {sort}: {}", minimizer.name(), failures.join("; ")).unwrap();
                }
            }
        }
    }
    assert!(table.is_empty(), "converged where a step gains, or not at the minimum, for (s, v):\n{table}");
}

/// The size of such a start says nothing of the problem, and rounding makes many of them.
#[test]
fn a_start_of_rounding_errors_is_left() {
    let mut table = String::new();
    for minimizer in wrapped(2) {
        for start in [[5e-17, 1.0], [-1e-300, 1e-12]] {
            let problem = Problem::new(bowl(1.0, 1.0), start.to_vec()).unwrap();
            let outcome = minimizer.minimize(&problem, &Budget::evaluations(20_000), &mut ()).unwrap();
            if outcome.converged() && outcome.value > 1e-4 {
                writeln!(table, "{} from {start:?}: {outcome:?}", outcome.solver).unwrap();
            }
        }
    }
    assert!(table.is_empty(), "converged far from the minimum:\n{table}");
}

/// Powers of two change no digit: the path must be the same to the bit.
#[test]
fn in_units_that_are_powers_of_two_the_outcome_is_the_same_to_the_bit() {
    let mut table = String::new();
    for n in [1, 2] {
        for minimizer in wrapped(n) {
            for boxed in [false, true] {
                let usual = run(&minimizer, n, 1.0, 1.0, boxed);
                for (s, v) in
                    [(-40, 0), (-3, 0), (3, 0), (40, 0), (0, -40), (0, -3), (0, 3), (0, 40), (40, 40)]
                {
                    let (length, value) = (2_f64.powi(s), 2_f64.powi(v));
                    let outcome = run(&minimizer, n, length, value, boxed);
                    let x: Vec<f64> = outcome.x.iter().map(|x| x / length).collect();
                    let same = x == usual.x
                        && outcome.value / value == usual.value
                        && outcome.status == usual.status
                        && outcome.counts == usual.counts;
                    if !same {
                        writeln!(
                            table,
                            "{} {n} {} (2^{s}, 2^{v}): {} evaluations, {:?}, {:.1e}; at 1: {}, {:?}, {:.1e}",
                            minimizer.name(),
                            if boxed { "box" } else { "free" },
                            outcome.counts.evaluations,
                            outcome.status,
                            outcome.value / value,
                            usual.counts.evaluations,
                            usual.status,
                            usual.value
                        )
                        .unwrap();
                    }
                }
            }
        }
    }
    assert!(table.is_empty(), "not the same in other units:\n{table}");
}
