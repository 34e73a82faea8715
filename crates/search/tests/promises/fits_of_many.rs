//! Fits of many coordinates: Jacobians in few evaluations, bounds, failures, losses, threads and journals.

use search::{
    Automatic, Bounds, Budget, Journal, LeastSquares, Loss, Minimizer, Outcome, Problem, QuasiNewtonOptions,
    QuasiNewtonSearch, Run,
};

/// The number of coordinates.
const N: usize = 100;

/// The chained Rosenbrock function: `10 (x_(i+1) - x_i²)`, `1 - x_i`. Each residual depends on one or two coordinates.
fn chained(x: &[f64], r: &mut [f64]) {
    for (pair, r) in x.windows(2).zip(r.chunks_exact_mut(2)) {
        (r[0], r[1]) = (10.0 * (pair[1] - pair[0] * pair[0]), 1.0 - pair[0]);
    }
}

fn chain() -> Problem<'static> {
    Problem::least_squares(2 * (N - 1), chained, vec![0.5; N]).unwrap()
}

fn within(problem: &Problem<'_>, evaluations: u64) -> Outcome {
    QuasiNewtonSearch::default().minimize(problem, &Budget::evaluations(evaluations), &mut ()).unwrap()
}

/// A Jacobian takes three evaluations once its pattern is known. Not told, the search has seen six gradients by then.
#[test]
fn few_evaluations_are_enough_where_residuals_depend_on_few_coordinates() {
    let told = within(&chain(), 700);
    assert!(told.value < 1e-20, "{told}");
    let value = |x: &[f64]| {
        let mut r = vec![0.0; 2 * (N - 1)];
        chained(x, &mut r);
        r.iter().map(|r| r * r).sum::<f64>()
    };
    let untold = within(&Problem::new(value, vec![0.5; N]).unwrap(), 700);
    assert!(untold.value > 1.0, "{untold}");
    let outcome = Automatic::default().minimize(&chain(), &Budget::evaluations(700), &mut ()).unwrap();
    assert_eq!((outcome.solver.as_str(), outcome.value), ("automatic (quasi-newton)", told.value));
}

/// Every residual depends on every coordinate: after the first differences, steps explain the rest.
#[test]
fn dense_jacobians_are_not_evaluated_for_each_step() {
    let n = 20;
    let residuals = move |x: &[f64], r: &mut [f64]| {
        let mean = x.iter().map(|x| x.cos()).sum::<f64>() / n as f64;
        for (i, r) in r.iter_mut().enumerate() {
            *r = mean + 3.0 * (x[i] - 0.1 * i as f64) + 0.5 * x[i].powi(2);
        }
    };
    let problem = Problem::least_squares(n, residuals, vec![1.0; n]).unwrap();
    let outcome = within(&problem, 60);
    assert!(outcome.value < 1e-20, "{outcome}");
}

/// At the start 0, `x_0 x_1 - 1` seems to depend on nothing, and neither does `cos x_i` to rounding.
#[test]
fn a_start_that_hides_what_depends_on_what_is_no_end() {
    let residuals = |x: &[f64], r: &mut [f64]| {
        for (k, pair) in x.chunks_exact(2).enumerate() {
            (r[2 * k], r[2 * k + 1]) = (pair[0] * pair[1] - 1.0, pair[0] - 2.0);
        }
        r[30] = 1.0 - x.iter().map(|x| x.cos()).sum::<f64>() / x.len() as f64 - 0.4;
    };
    let outcome = within(&Problem::least_squares(31, residuals, vec![0.0; 30]).unwrap(), 3000);
    // At (2, 1/2) all but the last are 0; its least is that of the whole.
    let polished = within(&Problem::least_squares(31, residuals, outcome.x.clone()).unwrap(), 20_000);
    assert!(outcome.value < 1.001 * polished.value + 1e-12 && outcome.value < 0.2, "{outcome}");
}

/// The linear residuals `x_i - t_i` within a box, tied in pairs: the least at a bound is that of the other alone.
#[test]
fn within_bounds_the_others_are_solved_for() {
    let residuals = |x: &[f64], r: &mut [f64]| {
        for (pair, r) in x.chunks_exact(2).zip(r.chunks_exact_mut(2)) {
            (r[0], r[1]) = (pair[0] + 10.0 * pair[1] - 12.0, 0.1 * (pair[0] - pair[1]));
        }
    };
    let bounds = Bounds::uniform(40, -1.0, 1.0).unwrap();
    let problem = Problem::least_squares(40, residuals, vec![0.0; 40]).unwrap().bounded(bounds).unwrap();
    let outcome = within(&problem, 2000);
    // With x_0 = 1 the least of `(10 y - 11)² + 0.01 (1 - y)²` is at 110.01 / 100.01, beyond 1 as well.
    assert!(outcome.converged() && outcome.x.iter().all(|x| *x == 1.0), "{outcome}");
}

/// A tenth of the samples is off by 5: a robust loss hardly sees them.
#[test]
fn losses_and_deviations_are_those_of_the_value() {
    let n = 30;
    let data =
        |i: usize, k: usize| (0.3 * i as f64).sin() + if (3 * i + k).is_multiple_of(10) { 5.0 } else { 0.0 };
    let residuals = move |x: &[f64], r: &mut [f64]| {
        for (j, r) in r.iter_mut().enumerate() {
            *r = x[j / 3] - data(j / 3, j % 3);
        }
    };
    let form = LeastSquares::of(3 * n).with_deviations(vec![0.1; 3 * n]).unwrap();
    let form = form.with_loss(Loss::Cauchy { scale: 1.0 }).unwrap();
    let outcome = within(&Problem::least_squares(form, residuals, vec![0.5; n]).unwrap(), 2000);
    let gap = |(i, x): (usize, &f64)| (x - (0.3 * i as f64).sin()).abs();
    assert!(outcome.x.iter().enumerate().map(gap).fold(0.0, f64::max) < 2e-3, "{outcome}");
}

/// No value where any coordinate is above 1.2, which the first steps meet.
#[test]
fn failures_neither_end_a_fit_nor_win() {
    let residuals = |x: &[f64], r: &mut [f64]| {
        chained(x, r);
        if x.iter().any(|x| *x > 1.2) { Err("too far") } else { Ok(()) }
    };
    let problem = Problem::least_squares(2 * (N - 1), residuals, vec![-0.5; N]).unwrap();
    let outcome = within(&problem, 3000);
    assert!(outcome.value < 1e-12 && outcome.counts.failed > 0, "{outcome}");
}

#[test]
fn threads_batches_and_interruptions_change_no_bit() {
    let bounds = || Bounds::uniform(N, -0.6, 0.9).unwrap();
    for (problem, batch) in [(chain(), 1), (chain().bounded(bounds()).unwrap(), 1), (chain(), 8)] {
        let options = QuasiNewtonOptions { batch, ..QuasiNewtonOptions::default() };
        let search = QuasiNewtonSearch::new(options).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.journal");
        let run = |run: Run| search.run(&problem, &run, &mut ()).unwrap();
        let budget = |evaluations| Run::within(&Budget::evaluations(evaluations));
        let key = |outcome: Outcome| (outcome.x, outcome.value, outcome.trace, outcome.counts.evaluations);
        let alone = key(run(budget(500)));
        for threads in [2, 8] {
            assert_eq!(alone, key(run(budget(500).on_threads(threads))), "{threads} threads");
        }
        for stop in [3, 60, 130, 300] {
            run(budget(stop).with_journal(Journal::new(&path)));
            assert_eq!(alone, key(run(budget(500).with_journal(Journal::new(&path).resumed()))), "{stop}");
            std::fs::remove_file(&path).unwrap();
        }
    }
}

/// Coordinates in units of 10⁻⁶ to 10⁶, values of 10²⁰⁰.
#[test]
fn units_of_coordinates_and_values_make_no_difference() {
    let unit = |i: usize| 10_f64.powi((i % 13) as i32 - 6);
    let residuals = move |x: &[f64], r: &mut [f64]| {
        let own: Vec<f64> = x.iter().enumerate().map(|(i, x)| x / unit(i)).collect();
        chained(&own, r);
        r.iter_mut().for_each(|r| *r *= 1e100);
    };
    let start: Vec<f64> = (0..N).map(|i| -0.5 * unit(i)).collect();
    let outcome = within(&Problem::least_squares(2 * (N - 1), residuals, start).unwrap(), 1000);
    assert!(outcome.value < 1e180, "{outcome}");
}
