//! The quasi-Newton search: minima in closed form with a hundred coordinates, failures, units, threads and journals.

use search::{
    Bounds, Budget, ConstraintCount, Error, Journal, LinearConstraints, Minimizer, Outcome, Problem,
    QuasiNewtonOptions, QuasiNewtonSearch, Run, Solver, Status,
};

/// The number of coordinates.
const N: usize = 100;

fn run(problem: &Problem<'_>) -> Outcome {
    let options =
        QuasiNewtonOptions { max_function_evaluations: Some(400_000), ..QuasiNewtonOptions::default() };
    QuasiNewtonSearch::new(options).unwrap().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// The minimizer of the bowls: between -1 and 1.
fn target(i: usize) -> f64 {
    (1.7 * i as f64).sin()
}

/// `Σ (1 + 99 i/(n - 1)) (x_i - t_i)²`, of condition 100.
fn bowl(x: &[f64]) -> f64 {
    let weight = |i: usize| 1.0 + 99.0 * i as f64 / (x.len() - 1) as f64;
    x.iter().enumerate().map(|(i, x)| weight(i) * (x - target(i)).powi(2)).sum()
}

/// `x - 2 v (v · x)` with v = (1, ..., 1) / √n: a reflection.
fn reflected(x: &[f64]) -> Vec<f64> {
    let shift = 2.0 * x.iter().sum::<f64>() / x.len() as f64;
    x.iter().map(|x| x - shift).collect()
}

/// Whether no step of the tolerance along a coordinate decreases the value.
fn polls_fail(problem: &Problem<'_>, outcome: &Outcome, step: f64) -> bool {
    let value = |i: usize, step: f64| {
        let mut x = outcome.x.clone();
        x[i] = (x[i] + step).clamp(problem.bounds().lower()[i], problem.bounds().upper()[i]);
        problem.objective().value(&x).unwrap_or(f64::INFINITY)
    };
    (0..outcome.x.len()).all(|i| !(value(i, step) < outcome.value || value(i, -step) < outcome.value))
}

#[test]
fn it_finds_minima_in_closed_form_and_says_converged_there() {
    let chained = |x: &[f64]| -> f64 {
        x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum()
    };
    let turned = |x: &[f64]| bowl(&reflected(x));
    // A tridiagonal quadratic (Dixon & Szegő): least at x_i = i (n + 1 - i) with -n (n + 4)(n - 1) / 6.
    let trid = |x: &[f64]| -> f64 {
        x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() - x.windows(2).map(|x| x[0] * x[1]).sum::<f64>()
    };
    let least = |n: f64| -n * (n + 4.0) * (n - 1.0) / 6.0;
    let cases: [(&str, Problem<'_>, f64, f64); 4] = [
        ("bowl", Problem::new(bowl, vec![0.5; N]).unwrap(), 0.0, 1e-9),
        ("turned", Problem::new(turned, vec![0.5; N]).unwrap(), 0.0, 1e-9),
        ("chained", Problem::new(chained, vec![0.5; N]).unwrap(), 0.0, 1e-8),
        ("trid", Problem::new(trid, vec![0.0; 20]).unwrap(), least(20.0), 1e-6),
    ];
    for (name, problem, least, error) in cases {
        let outcome = run(&problem);
        assert_eq!(outcome.status, Status::NoStepDown, "{name}: {outcome}");
        assert!(outcome.value - least < error && outcome.value >= least - 1e-9, "{name}: {outcome}");
    }
}

#[test]
fn a_smooth_quadratic_takes_some_dozens_of_gradients_as_given_and_rotated() {
    let turned = |x: &[f64]| bowl(&reflected(x));
    let problems = [Problem::new(bowl, vec![0.5; N]).unwrap(), Problem::new(turned, vec![0.5; N]).unwrap()];
    for problem in problems {
        let within = Budget::evaluations(40 * (N as u64 + 1));
        let outcome = QuasiNewtonSearch::default().minimize(&problem, &within, &mut ()).unwrap();
        assert!(outcome.value < 1e-9, "{outcome}");
    }
}

#[test]
fn within_bounds_it_finds_the_projected_minimizer_to_the_bit_at_bounds() {
    let bounds = Bounds::uniform(N, -0.5, 0.25).unwrap();
    let problem = Problem::new(bowl, vec![0.0; N]).unwrap().bounded(bounds).unwrap();
    let outcome = run(&problem);
    assert!(outcome.converged(), "{outcome}");
    for (i, x) in outcome.x.iter().enumerate() {
        let least = target(i).clamp(-0.5, 0.25);
        assert!((x - least).abs() < 1e-5, "{i}: {x} {least}");
        assert!(least == target(i) || *x == least, "{i}: {x} {least}");
    }
    // A slope into a corner, and coordinates without a choice.
    let fixed =
        Bounds::new(vec![2.0; N], (0..N).map(|i| if i % 2 == 0 { 2.0 } else { 3.0 }).collect::<Vec<_>>());
    let problem = Problem::new(|x: &[f64]| x.iter().sum::<f64>(), vec![2.0; N]).unwrap();
    let outcome = run(&problem.bounded(fixed.unwrap()).unwrap());
    assert!(outcome.converged() && outcome.x == vec![2.0; N], "{outcome}");
}

#[test]
fn it_finds_kinks_in_each_coordinate() {
    let kinked = |x: &[f64]| -> f64 {
        x.iter().enumerate().map(|(i, x)| (1.0 + i as f64) * (x - target(i)).abs()).sum()
    };
    let outcome = run(&Problem::new(kinked, vec![0.5; N]).unwrap());
    assert!(outcome.converged() && outcome.value < 0.05, "{outcome}");
}

#[test]
fn failures_anywhere_neither_end_a_run_nor_win() {
    // Every coordinate beyond 0.9 fails, in another way each; the minimizer of some is there.
    let holed = |x: &[f64]| -> Result<f64, String> {
        match x.iter().position(|x| *x > 0.9) {
            Some(i) if i % 3 == 0 => Err("no convergence".to_owned()),
            Some(i) if i % 3 == 1 => Ok(f64::NAN),
            Some(_) => Ok(f64::INFINITY),
            None => Ok(bowl(x)),
        }
    };
    let outcome = run(&Problem::new(holed, vec![0.0; 30]).unwrap());
    assert!(outcome.counts.failed > 0 && outcome.converged(), "{outcome}");
    let least: f64 = bowl(&(0..30).map(|i| target(i).min(0.9)).collect::<Vec<_>>());
    assert!(outcome.value < least + 1e-3, "{outcome} {least}");
    // From a start that fails.
    let half = |x: &[f64]| if x[0] < 0.5 { Err("none here".to_owned()) } else { Ok(bowl(x)) };
    let outcome = run(&Problem::new(half, vec![0.0; 30]).unwrap());
    assert!(
        outcome.value
            < bowl(&(0..30).map(|i| target(i).max(if i == 0 { 0.5 } else { -9.0 })).collect::<Vec<_>>())
                + 1e-3
    );
    // Nothing but failures.
    let never = Problem::new(|_: &[f64]| f64::NAN, vec![0.5; 30]).unwrap();
    let error = QuasiNewtonSearch::default().minimize(&never, &Budget::evaluations(500), &mut ());
    assert!(matches!(error, Err(Error::NoValue { .. })), "{error:?}");
}

#[test]
fn huge_values_and_units_of_many_sizes_make_no_difference() {
    for size in [1e-12, 1.0, 1e12] {
        for height in [1e-200, 1.0, 1e290] {
            let f = move |x: &[f64]| height * bowl(&x.iter().map(|x| x / size).collect::<Vec<_>>());
            let outcome = run(&Problem::new(f, vec![0.5 * size; 20]).unwrap());
            assert!(outcome.converged() && outcome.value < 1e-8 * height, "{size:e} {height:e}: {outcome}");
        }
    }
    // Each coordinate in a unit of its own, from 1e-12 to 1e12.
    let unit = |i: usize| 10_f64.powi(4 * (i % 7) as i32 - 12);
    let f = move |x: &[f64]| bowl(&x.iter().enumerate().map(|(i, x)| x / unit(i)).collect::<Vec<_>>());
    let outcome = run(&Problem::new(f, (0..20).map(|i| 0.5 * unit(i)).collect::<Vec<_>>()).unwrap());
    assert!(outcome.converged() && outcome.value < 1e-6, "{outcome}");
    // Values that fall from 1e300 to nothing.
    let steep = |x: &[f64]| 1e280 * bowl(x).powi(4);
    let outcome = run(&Problem::new(steep, vec![0.5; 20]).unwrap());
    assert!(outcome.start_value > 1e285 && outcome.value < 1e270, "{outcome}");
}

#[test]
fn what_it_calls_converged_no_poll_improves() {
    let rough = |x: &[f64]| bowl(x) + 0.3 * x.iter().map(|x| (5.0 * x).cos()).sum::<f64>();
    let kinked = |x: &[f64]| bowl(x) + x.windows(2).map(|x| (x[0] + x[1]).abs()).sum::<f64>();
    let plane = |x: &[f64]| x.iter().sum::<f64>().max(-1.0);
    let objectives: [fn(&[f64]) -> f64; 3] = [rough, kinked, plane];
    for (k, f) in objectives.into_iter().enumerate() {
        for bounds in [Bounds::free(12), Bounds::uniform(12, -0.3, 0.8).unwrap()] {
            let problem = Problem::new(f, vec![0.5; 12]).unwrap().bounded(bounds).unwrap();
            let outcome = run(&problem);
            assert!(outcome.status == Status::NoStepDown, "{k}: {outcome}");
            // The unit of 0.5 is 0.5 without a box.
            assert!(
                polls_fail(&problem, &outcome, 0.5e-6) || polls_fail(&problem, &outcome, 0.125e-6),
                "{k}: {outcome}"
            );
        }
    }
}

#[test]
fn noise_does_not_hide_the_minimum() {
    let noisy = |x: &[f64]| {
        let hash = x
            .iter()
            .fold(17_u64, |hash, x| (hash ^ x.to_bits()).wrapping_mul(0x0100_0000_01b3).rotate_left(29));
        let u = 2.0 * (hash >> 11) as f64 / (1_u64 << 53) as f64 - 1.0;
        (1.0 + bowl(x)) * (1.0 + 1e-3 * u)
    };
    let problem = Problem::new(noisy, vec![0.5; 40]).unwrap();
    let outcome =
        QuasiNewtonSearch::default().minimize(&problem, &Budget::evaluations(4100), &mut ()).unwrap();
    // From 1 + 1200 to the noise around 1.
    assert!(bowl(&outcome.x) < 0.05, "{}", bowl(&outcome.x));
}

#[test]
fn threads_and_interruptions_change_no_bit() {
    let kinked = |x: &[f64]| bowl(x) + x.windows(2).map(|x| (x[0] + x[1]).abs()).sum::<f64>();
    let bounds = || Bounds::uniform(12, -0.3, 0.8).unwrap();
    let problems = [
        Problem::new(bowl, vec![0.5; 1000]).unwrap(),
        Problem::new(bowl, vec![0.5; 12]).unwrap(),
        Problem::new(kinked, vec![0.5; 12]).unwrap().bounded(bounds()).unwrap(),
    ];
    for problem in &problems {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.journal");
        let run = |run: Run| QuasiNewtonSearch::default().run(problem, &run, &mut ()).unwrap();
        let within = |evaluations| Run::within(&Budget::evaluations(evaluations));
        let key = |outcome: Outcome| (outcome.x, outcome.value, outcome.trace, outcome.counts.evaluations);
        let alone = key(run(within(1500)));
        for threads in [2, 8] {
            assert_eq!(alone, key(run(within(1500).on_threads(threads))), "{threads} threads");
        }
        for stop in [3, 20, 77, 300] {
            run(within(stop).with_journal(Journal::new(&path)));
            assert_eq!(alone, key(run(within(1500).with_journal(Journal::new(&path).resumed()))), "{stop}");
            std::fs::remove_file(&path).unwrap();
        }
    }
}

#[test]
fn constraints_and_grids_are_refused() {
    let plain = || Problem::new(bowl, vec![0.5; 12]).unwrap();
    let search = QuasiNewtonSearch::default();
    let rows = LinearConstraints::at_most([vec![1.0; 12]], [3.0]).unwrap();
    let linear = plain().subject_to(rows).unwrap();
    let refused = search.minimize(&linear, &Budget::evaluations(9), &mut ());
    assert!(matches!(refused, Err(Error::LinearConstraints { .. })), "{refused:?}");
    let nonlinear =
        plain().constrained(ConstraintCount::new(1, 0), |x: &[f64]| (vec![x[0]], Vec::<f64>::new()));
    assert!(search.accepts(&nonlinear).is_err());
    let granular = plain().granular(vec![0.5; 12]).unwrap();
    assert!(matches!(search.accepts(&granular), Err(Error::Granular { .. })));
}

#[test]
fn restarts_leave_a_local_minimum() {
    // 1 - cos makes minima near every multiple of 2π / 3 that a descent cannot leave.
    let bumps = |x: &[f64]| x.iter().map(|x| 0.1 * x * x + 2.0 * (1.0 - (3.0 * x).cos())).sum::<f64>();
    let run = |restarts| {
        let problem = Problem::new(bumps, vec![2.0, -2.1, 2.2]).unwrap();
        let options = QuasiNewtonOptions { restarts, last_look: false, ..QuasiNewtonOptions::default() };
        QuasiNewtonSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
    };
    let (once, often) = (run(0), run(8));
    assert!(once.converged() && often.converged());
    assert!(often.value < 0.7 * once.value, "{} {}", once.value, often.value);
}

/// Few entries of the second derivatives take few pairs: a dense metric of limited memory is slower on both.
#[test]
fn where_few_coordinates_interact_few_gradients_are_enough() {
    let n = 40;
    let after = |f: &(dyn Fn(&[f64]) -> f64 + Send + Sync), gradients: u64| {
        let start: Vec<f64> = (0..n).map(|i| 1.0 + 0.1 * f64::from(7 * i % 5)).collect();
        let began = f(&start);
        let problem = Problem::new(f, start).unwrap();
        let budget = Budget::evaluations(gradients * (n as u64 + 1));
        QuasiNewtonSearch::default().minimize(&problem, &budget, &mut ()).unwrap().value / began
    };
    let weight = |i: usize| 1e4_f64.powf(i as f64 / (n - 1) as f64);
    let apart = move |x: &[f64]| -> f64 { x.iter().enumerate().map(|(i, x)| weight(i) * x * x).sum() };
    assert!(after(&apart, 10) < 1e-15);
    let chain = move |x: &[f64]| -> f64 {
        let terms = (1..x.len()).map(|i| i as f64 * (2.0 * x[i] - x[i - 1]).powi(2));
        (x[0] - 1.0).powi(2) + terms.sum::<f64>()
    };
    assert!(after(&chain, 12) < 1e-15);
}

/// Where slopes jump, gradients lead nowhere, and models and steps to the kinks take over.
#[test]
fn kinks_in_many_coordinates_are_no_end() {
    let least = |f: fn(&[f64]) -> f64, from: u32, budget: u64| {
        let start: Vec<f64> = (0..20).map(|i| 1.0 + 0.3 * f64::from(from * i % 5)).collect();
        let problem = Problem::new(f, start).unwrap();
        QuasiNewtonSearch::default().minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap().value
    };
    let hilbert = |x: &[f64]| -> f64 {
        let row = |i: u32| x.iter().zip(1..).map(|(x, j)| x / f64::from(j + i)).sum::<f64>();
        (0..20).map(|i| row(i).abs()).sum()
    };
    assert!(least(hilbert, 7, 1000) < 1e-3);
    // Least where sums are 1 and differences -0.3 and 0.3 in turn: nine terms of 0.5 · 0.6 are left.
    let tilted = |x: &[f64]| -> f64 {
        x.windows(2).map(|x| (x[0] + x[1] - 1.0).abs() + 0.5 * (x[0] - x[1] + 0.3).abs()).sum()
    };
    for from in 7..12 {
        assert!((least(tilted, from, 6000) - 2.7).abs() < 2e-3, "{from}");
    }
}

/// A random subspace of 10 dimensions holds a hundredth of the fall that a gradient leads to, and takes 10 evaluations and a few.
#[test]
fn a_thousand_coordinates_fall_before_the_first_gradient_is_complete() {
    let rotated = |x: &[f64]| bowl(&reflected(x));
    let after = |batch: u64, evaluations: u64| {
        let problem = Problem::new(rotated, vec![2.0; 1000]).unwrap();
        let search = QuasiNewtonSearch::new(QuasiNewtonOptions { batch, ..QuasiNewtonOptions::default() });
        search.unwrap().minimize(&problem, &Budget::evaluations(evaluations), &mut ()).unwrap().value
    };
    let began = rotated(&[2.0; 1000]);
    assert!(after(1, 60) < 0.98 * began && after(1, 120) < 0.95 * began);
    // In batches a gradient takes few rounds.
    assert!(after(100, 120) > 0.99 * began);
}
