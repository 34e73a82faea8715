//! The classic pattern search: the same path as an independent loop, and each option doing what it
//! says and only that.

use crate::runs;

use proptest::prelude::*;
use search::pattern::{Options, PollOrder};
use search::{Bounds, Budget, Minimizer, PatternSearch, Problem, Status};

use runs::{minimize, visited};

/// MATLAB's published rules written down as plainly as possible, independently of the library.
/// Returns the point, its value, iterations and evaluations.
fn reference(
    f: &dyn Fn(&[f64]) -> f64,
    x0: &[f64],
    lb: &[f64],
    ub: &[f64],
    complete: bool,
) -> (Vec<f64>, f64, u64, u64) {
    let n = x0.len();
    let scale: Vec<f64> = x0
        .iter()
        .map(|&v| if v == 0.0 { 1.0 } else { 2.0_f64.powi(v.abs().log2().round() as i32) })
        .collect();
    let (mut x, mut mesh) = (x0.to_vec(), 1.0);
    let mut fx = f(&x);
    let (mut iterations, mut evaluations) = (0, 1);
    while mesh >= 1e-6 && iterations < 100 * n as u64 && evaluations < 2000 * n as u64 {
        let mut found: Option<(Vec<f64>, f64)> = None;
        for k in 0..2 * n {
            let mut trial = x.clone();
            let step = mesh * scale[k % n];
            trial[k % n] += if k < n { step } else { -step };
            if trial[k % n] < lb[k % n] || trial[k % n] > ub[k % n] {
                continue;
            }
            if evaluations == 2000 * n as u64 {
                break;
            }
            evaluations += 1;
            let value = f(&trial);
            if value < found.as_ref().map_or(fx, |(_, best)| *best) {
                found = Some((trial, value));
                if !complete {
                    break;
                }
            }
        }
        match found {
            Some((trial, value)) => {
                (x, fx) = (trial, value);
                mesh *= 2.0;
            }
            None => mesh /= 2.0,
        }
        iterations += 1;
    }
    (x, fx, iterations, evaluations)
}

proptest! {
    #[test]
    fn every_run_takes_the_path_of_the_published_rules(
        start in prop::collection::vec(prop_oneof![Just(0.0), -100.0_f64..100.0, -1e-3_f64..1e-3], 1..6),
        centre in prop::collection::vec(-20.0_f64..20.0, 6),
        width in prop::collection::vec(0.0_f64..50.0, 6),
        mix in -2.0_f64..2.0,
        bounded in any::<bool>(),
        complete in any::<bool>(),
    ) {
        let n = start.len();
        let f = |x: &[f64]| -> f64 {
            let bowl: f64 = x.iter().zip(&centre).map(|(v, c)| (v - c).powi(2) + mix * (v - c).abs()).sum();
            bowl + mix * x[0] * x[n - 1] + x.iter().map(|v| v.powi(4)).sum::<f64>() * 1e-4
        };
        let reach = if bounded { 1.0 } else { f64::INFINITY };
        let lower: Vec<f64> = start.iter().zip(&width).map(|(s, w)| s - w * reach).collect();
        let upper: Vec<f64> = start.iter().zip(&width).map(|(s, w)| s + w * reach * 0.5).collect();
        prop_assume!(lower.iter().chain(&upper).all(|b| !b.is_nan()));

        let (x, value, iterations, evaluations) = reference(&f, &start, &lower, &upper, complete);
        let problem = Problem::new(f, start.clone()).unwrap().bounded(Bounds::new(lower, upper).unwrap()).unwrap();
        let search = PatternSearch::new(Options { use_complete_poll: complete, last_look: false, ..Options::default() }).unwrap();
        let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        prop_assert_eq!((outcome.x, outcome.value), (x, value));
        prop_assert_eq!(outcome.counts.evaluations, evaluations);
        // A run that the evaluation limit cuts in the middle of a poll has not completed it.
        if outcome.status != Status::EvaluationLimit {
            prop_assert_eq!(outcome.iterations, iterations);
        }
    }
}

/// After a success the accelerated mesh contracts as slowly as at first.
#[test]
fn a_success_slows_the_accelerated_mesh_down() {
    // The minimum is reached by small steps: polls fail, succeed once at a small mesh, and fail again.
    let target = 1.0 + 3.0 * 2.0_f64.powi(-16);
    let options =
        Options { accelerate_mesh: true, mesh_tolerance: 1e-9, step_tolerance: 0.0, ..Options::default() };
    let options = Options { function_tolerance: 0.0, ..options };
    let outcome = minimize(move |x| (x[0] - target).abs(), &[1.0], options);
    let sizes: Vec<f64> = outcome.trace.iter().map(|row| row.mesh_size.unwrap()).collect();
    let ratios: Vec<f64> = sizes.windows(2).map(|pair| pair[1] / pair[0]).collect();
    let expanded = ratios.iter().rposition(|&ratio| ratio == 2.0).unwrap();
    assert!(sizes[expanded] < 1e-4, "a success at a small mesh: {sizes:?}");
    assert_eq!(ratios[expanded + 1..expanded + 4], [0.25, 0.125, 0.0625], "{ratios:?}");
}

fn bowl(x: &[f64]) -> f64 {
    x.iter().map(|v| (v - 0.3) * (v - 0.3)).sum()
}

#[test]
fn a_complete_poll_takes_the_best_point_and_of_equals_the_first() {
    let points = visited(
        &[0.0, 0.0],
        Options { max_iterations: Some(1), use_complete_poll: true, ..Options::default() },
        |x| match x {
            [1.0, 0.0] => -1.0,
            [0.0, 1.0] => -2.0,
            [-1.0, 0.0] => -2.0,
            _ => 0.0,
        },
    );
    assert_eq!(points, [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]);
    let options = Options { max_iterations: Some(1), use_complete_poll: true, ..Options::default() };
    let outcome =
        minimize(|x| if x == [0.0, 1.0] || x == [-1.0, 0.0] { -2.0 } else { 0.0 }, &[0.0, 0.0], options);
    assert_eq!(outcome.x, [0.0, 1.0]);
}

#[test]
fn poll_orders_are_what_they_say() {
    // The first poll succeeds along -e1, the third direction of four.
    let f = |x: &[f64]| if x[1] == 0.0 { x[0] } else { 10.0 };
    let order = |poll_order| {
        let options = Options { poll_order, max_iterations: Some(2), ..Options::default() };
        visited(&[0.0, 0.0], options, f)
    };
    let first_poll = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]].map(Vec::from);
    assert_eq!(order(PollOrder::Consecutive)[..4], first_poll);
    assert_eq!(order(PollOrder::Consecutive)[4], [1.0, 0.0]); // -1 + 2
    assert_eq!(order(PollOrder::Success)[..4], first_poll);
    assert_eq!(order(PollOrder::Success)[4..], [[-3.0, 0.0]]); // the direction of the last success first
    // After it the others follow in consecutive order.
    let options = Options { poll_order: PollOrder::Success, max_iterations: Some(2), ..Options::default() };
    let trap = |x: &[f64]| if x == [-1.0, 0.0] { -1.0 } else { x[0].abs() };
    let all = visited(&[0.0, 0.0], options, trap);
    assert_eq!(all[4..], [[-3.0, 0.0], [1.0, 0.0], [-1.0, 2.0], [-1.0, -2.0]]);

    // Random: each direction once per poll, the same for the same seed, another for another.
    let random = |seed| {
        let options =
            Options { poll_order: PollOrder::Random, seed, max_iterations: Some(8), ..Options::default() };
        visited(&[0.0; 4], options, |x| x.iter().map(|v| v * v).sum())
    };
    assert_eq!(random(1), random(1));
    assert_ne!(random(1), random(2));
    let mut directions: Vec<Vec<i64>> =
        random(1)[1..9].iter().map(|x| x.iter().map(|&v| v as i64).collect()).collect();
    directions.sort();
    directions.dedup();
    assert_eq!(directions.len(), 8);
}

#[test]
fn mesh_options_set_the_mesh() {
    let meshes = |options: Options, f: fn(&[f64]) -> f64| -> Vec<f64> {
        minimize(f, &[8.0], options).trace.iter().map(|row| row.mesh_size.unwrap()).collect()
    };
    let few = Options { max_iterations: Some(3), ..Options::default() };
    let falling: fn(&[f64]) -> f64 = |x| -x[0];
    let flat: fn(&[f64]) -> f64 = |_| 0.0;
    assert_eq!(meshes(few.clone(), falling), [1.0, 2.0, 4.0, 8.0]);
    assert_eq!(meshes(Options { initial_mesh_size: 3.0, ..few.clone() }, falling), [3.0, 6.0, 12.0, 24.0]);
    assert_eq!(meshes(Options { max_mesh_size: Some(3.0), ..few.clone() }, falling), [1.0, 2.0, 3.0, 3.0]);
    assert_eq!(meshes(Options { mesh_expansion_factor: 1.0, ..few.clone() }, falling), [1.0; 4]);
    assert_eq!(
        meshes(Options { mesh_contraction_factor: 0.25, ..few.clone() }, flat),
        [1.0, 0.25, 0.0625, 0.015625]
    );
    // The scale is the power of two nearest to the start; without it the step is the mesh size.
    assert_eq!(visited(&[8.0], few.clone(), |_| 0.0)[1..3], [[16.0], [0.0]]);
    assert_eq!(visited(&[8.0], Options { scale_mesh: false, ..few }, |_| 0.0)[1..3], [[9.0], [7.0]]);
}

#[test]
fn tolerances_end_the_run_with_their_exit_flags() {
    let quiet = Options { step_tolerance: 0.0, function_tolerance: 0.0, ..Options::default() };
    let finer = minimize(bowl, &[2.0, 2.0], Options { mesh_tolerance: 1e-9, ..quiet.clone() });
    let coarser = minimize(bowl, &[2.0, 2.0], Options { mesh_tolerance: 1e-2, ..quiet.clone() });
    assert_eq!((finer.exit_flag(), coarser.exit_flag()), (1, 1));
    assert!(finer.trace.last().unwrap().mesh_size.unwrap() < 1e-9 && finer.iterations > coarser.iterations);

    let step = minimize(bowl, &[2.0, 2.0], Options { step_tolerance: 0.6, ..quiet.clone() });
    assert_eq!((step.status, step.exit_flag()), (Status::StepTolerance, 2));
    let function = minimize(bowl, &[2.0, 2.0], Options { function_tolerance: 0.6, ..quiet.clone() });
    assert_eq!((function.status, function.exit_flag()), (Status::FunctionTolerance, 3));
    assert!(minimize(bowl, &[2.0, 2.0], quiet).exit_flag() == 1);

    // A long step and a large decrease do not end a run, however small the mesh is said to be.
    let far = |x: &[f64]| -x[0].min(1e3);
    let tolerant = Options { step_tolerance: 8.0, function_tolerance: 0.0, ..Options::default() };
    let outcome = minimize(far, &[1e3 - 900.0], Options { scale_mesh: true, ..tolerant });
    assert_ne!(outcome.status, Status::StepTolerance, "the first step has length 128, the mesh size 2");
    let steep = |x: &[f64]| -100.0 * x[0].min(50.0);
    let tolerant = Options { step_tolerance: 0.0, function_tolerance: 8.0, ..Options::default() };
    let outcome = minimize(steep, &[0.0], Options { max_iterations: Some(1), ..tolerant });
    assert_eq!(outcome.status, Status::IterationLimit, "the first decrease is 100, the mesh size 2");

    // Steps of 1 do not change 1e20.
    let stuck = minimize(|x| -x[0], &[1e20], Options { scale_mesh: false, ..Options::default() });
    assert_eq!((stuck.status, stuck.exit_flag(), stuck.counts.evaluations), (Status::MachinePrecision, 4, 1));
}

#[test]
fn limits_end_the_run_exactly() {
    for most in 1..60 {
        let options = Options { max_function_evaluations: Some(most), ..Options::default() };
        let outcome = minimize(bowl, &[2.0, 2.0], options);
        assert_eq!(
            (outcome.status, outcome.exit_flag(), outcome.counts.evaluations),
            (Status::EvaluationLimit, 0, most)
        );
    }
    for most in 0..20 {
        let outcome =
            minimize(bowl, &[2.0, 2.0], Options { max_iterations: Some(most), ..Options::default() });
        assert_eq!((outcome.status, outcome.iterations), (Status::IterationLimit, most));
    }
    let outcome = minimize(bowl, &[2.0, 2.0], Options { max_time: Some(0.0), ..Options::default() });
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::TimeLimit, 1));
    // Of the budget's limit and the option's the tighter one holds.
    let problem = Problem::new(bowl, vec![2.0]).unwrap();
    let search =
        PatternSearch::new(Options { max_function_evaluations: Some(9), ..Options::default() }).unwrap();
    for (budget, expected) in [(5, 5), (9, 9), (30, 9)] {
        let outcome = search.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
        assert_eq!(outcome.counts.evaluations, expected);
    }
}

#[test]
fn defaults_scale_with_the_dimension() {
    // A slope without end: 100 n iterations. A start that no poll improves within 2000 n evaluations
    // needs a mesh that never becomes fine.
    let outcome =
        minimize(|x| -x[0], &[1.0, 1.0, 1.0], Options { max_mesh_size: Some(1.0), ..Options::default() });
    assert_eq!((outcome.status, outcome.iterations), (Status::IterationLimit, 300));
    let stubborn =
        Options { mesh_contraction_factor: 0.999_999, max_iterations: Some(u64::MAX), ..Options::default() };
    let outcome = minimize(|x| x.iter().map(|v| v.abs()).sum(), &[0.0, 0.0, 0.0], stubborn);
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::EvaluationLimit, 6000));
}

#[test]
fn fixed_variables_cost_nothing_and_bounds_are_hit_to_the_bit() {
    let bounds = Bounds::new(vec![0.1, 2.0, f64::NEG_INFINITY], vec![0.1, f64::INFINITY, -0.7]).unwrap();
    let f = |x: &[f64]| x.iter().map(|v| v * v).sum::<f64>();
    let problem = Problem::new(f, vec![5.0, 3.3, 4.0]).unwrap().bounded(bounds).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!(outcome.projected, 2);
    assert_eq!((outcome.x[0], outcome.x[2]), (0.1, -0.7));
    assert!((outcome.x[1] - 2.0).abs() < 1e-5 && outcome.x[1] >= 2.0);

    let all_fixed = Bounds::new(vec![1.0; 3], vec![1.0; 3]).unwrap();
    let problem = Problem::new(f, vec![1.0; 3]).unwrap().bounded(all_fixed).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert_eq!((outcome.counts.evaluations, outcome.value, outcome.exit_flag()), (1, 3.0, 1));
}
