//! Values with kinks where residuals meet: the largest of them, and sums of magnitudes.

use std::sync::atomic::{AtomicUsize, Ordering};

use search::{
    AskTell, Bounds, Budget, ConstraintCount, Error, Failure, HybridOptions, HybridSearch, Journal,
    LeastSquares, LinearConstraints, Loss, Minimizer, NelderMead, Outcome, PatternSearch, Problem, Run,
    Status,
};

const KINKED: [Loss; 3] = [Loss::L1, Loss::Minimax, Loss::Chebyshev];

/// Charalambous & Bandler's CB2; the largest is least at 1.9522245 (Lukšan & Vlček 2000, "Test problems for nonsmooth
/// unconstrained and linearly constrained optimization", number 2.1).
fn cb2(x: &[f64], r: &mut [f64]) {
    r[0] = x[0].powi(2) + x[1].powi(4);
    r[1] = (2.0 - x[0]).powi(2) + (2.0 - x[1]).powi(2);
    r[2] = 2.0 * (x[1] - x[0]).exp();
}

const CB2: f64 = 1.952224493870659;

fn largest(loss: Loss) -> Problem<'static> {
    Problem::least_squares(form(3, loss), cb2, [1.0, -0.1]).unwrap()
}

fn form(count: usize, loss: Loss) -> LeastSquares {
    LeastSquares::of(count).with_loss(loss).unwrap()
}

fn hybrid(problem: &Problem<'_>) -> Outcome {
    HybridSearch::default().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// Requires convergence to a value.
fn converges(problem: &Problem<'_>, expected: f64, tolerance: f64) -> Outcome {
    let outcome = hybrid(problem);
    assert!(outcome.converged(), "{outcome}");
    assert!((outcome.value - expected).abs() <= tolerance, "{} and {expected}: {outcome}", outcome.value);
    outcome
}

#[test]
fn each_value_has_its_closed_form() {
    let r = [3.0, -4.0, 1.0];
    let sigma = |loss| form(3, loss).with_deviations([2.0, 1.0, 0.5]).unwrap();
    let values = [(Loss::L1, 8.0, 7.5), (Loss::Minimax, 3.0, 2.0), (Loss::Chebyshev, 4.0, 4.0)];
    for (loss, plain, in_deviations) in values {
        assert!(loss.has_kinks());
        assert_eq!((form(3, loss).value(&r), sigma(loss).value(&r)), (plain, in_deviations), "{loss:?}");
        // There is no form whose squares sum to the value.
        assert_eq!(sigma(loss).rooted(&r), [1.5, -4.0, 2.0]);
        for at in 0..3 {
            let mut with = r;
            with[at] = f64::NAN;
            assert!(form(3, loss).value(&with).is_nan(), "{loss:?} {at}");
        }
    }
    assert_eq!(form(2, Loss::Minimax).value(&[-3.0, -2.0]), -2.0);
}

#[test]
fn every_solver_sees_the_value() {
    for loss in KINKED {
        let form = form(3, loss);
        let value = move |x: &[f64]| {
            let mut r = [0.0; 3];
            cb2(x, &mut r);
            form.value(&r)
        };
        let plain = Problem::new(value, [1.0, -0.1]).unwrap();
        let solvers: [&dyn Minimizer; 2] = [&PatternSearch::default(), &NelderMead::default()];
        for solver in solvers {
            let run = |problem| solver.minimize(problem, &Budget::evaluations(200), &mut ()).unwrap();
            let (alone, told) = (run(&plain), run(&largest(loss)));
            assert_eq!((alone.x, alone.counts, alone.trace), (told.x, told.counts, told.trace));
            assert_eq!((alone.residuals, told.residuals.map(|r| r.len())), (None, Some(3)));
        }
    }
}

#[test]
fn the_corner_of_a_maximum_is_found_in_a_few_dozen_evaluations() {
    let outcome = converges(&largest(Loss::Minimax), CB2, 1e-9);
    assert!(outcome.counts.evaluations < 80, "{outcome}");
    // All of them are positive.
    converges(&largest(Loss::Chebyshev), CB2, 1e-9);
}

/// A line through (0, 0), (1, 1), (2, 2), (3, 3) and an outlier (4, 10): least absolute deviations keep the four points, at
/// a sum of 6. The largest deviation is least where deviations alternate (Chebyshev).
#[test]
fn a_line_by_least_deviations_leaves_the_outlier_alone() {
    let y = [0.0, 1.0, 2.0, 3.0, 10.0];
    let line = move |x: &[f64], r: &mut [f64]| (0..5).for_each(|t| r[t] = x[0] + x[1] * t as f64 - y[t]);
    let by = |loss| Problem::least_squares(form(5, loss), line, [5.0, -3.0]).unwrap();
    let outcome = converges(&by(Loss::L1), 6.0, 1e-9);
    assert!(outcome.x[0].abs() < 1e-8 && (outcome.x[1] - 1.0).abs() < 1e-8, "{outcome}");
    // The best line has the slope of (0, 0) and (4, 10), and is as far above them as below (3, 3): |r| = 9/4.
    let outcome = converges(&by(Loss::Chebyshev), 2.25, 1e-9);
    assert!((outcome.x[0] + 2.25).abs() < 1e-8 && (outcome.x[1] - 2.5).abs() < 1e-8, "{outcome}");
}

#[test]
fn deviations_weigh_the_residuals() {
    // |x| / 2 + |x - 1| is least at 1, and max(|x| / 2, |x - 1|) at 2/3.
    let two = |x: &[f64], r: &mut [f64]| (r[0], r[1]) = (x[0], x[0] - 1.0);
    let by = |loss| {
        let form = form(2, loss).with_deviations([2.0, 1.0]).unwrap();
        Problem::least_squares(form, two, [5.0]).unwrap()
    };
    assert!((converges(&by(Loss::L1), 0.5, 1e-12).x[0] - 1.0).abs() < 1e-9);
    assert!((converges(&by(Loss::Chebyshev), 1.0 / 3.0, 1e-12).x[0] - 2.0 / 3.0).abs() < 1e-9);
}

/// One residual, fewer than coordinates, many more, and the same one several times.
#[test]
fn any_number_of_residuals_will_do() {
    let square = |x: &[f64], r: &mut [f64]| r[0] = (x[0] - 1.0).powi(2) + x[1] * x[1] - 4.0;
    let one = |loss| Problem::least_squares(form(1, loss), square, [5.0, 2.0]).unwrap();
    converges(&one(Loss::Minimax), -4.0, 1e-9);
    converges(&one(Loss::L1), 0.0, 1e-9);
    converges(&one(Loss::Chebyshev), 0.0, 1e-9);

    let few = |x: &[f64], r: &mut [f64]| (r[0], r[1]) = (x.iter().sum::<f64>() - 1.0, x[0] - x[4] + 2.0);
    for loss in [Loss::L1, Loss::Chebyshev] {
        converges(&Problem::least_squares(form(2, loss), few, [3.0; 5]).unwrap(), 0.0, 1e-9);
    }

    let many = |x: &[f64], r: &mut [f64]| {
        for (i, r) in r.iter_mut().enumerate() {
            let t = i as f64 / 199.0;
            *r = x[0] + x[1] * t + x[2] * t * t - t.exp();
        }
    };
    // The linear programs' least values, by SciPy 1.17 (`linprog`, HiGHS).
    for (loss, least) in [(Loss::Chebyshev, 0.008755810799407562), (Loss::L1, 0.8826381792187469)] {
        converges(&Problem::least_squares(form(200, loss), many, [0.0; 3]).unwrap(), least, 1e-9);
    }

    let thrice = |x: &[f64], r: &mut [f64]| {
        cb2(x, &mut r[..3]);
        for k in 3..9 {
            r[k] = r[k - 3];
        }
    };
    converges(&Problem::least_squares(form(9, Loss::Minimax), thrice, [1.0, -0.1]).unwrap(), CB2, 1e-9);
}

/// Solutions by hand.
#[test]
fn constraints_rows_bounds_and_grids_hold_beside_kinks() {
    // max(x, y) where x² + y² <= 2 and bounds are far: (-1, -1).
    let both = |x: &[f64], r: &mut [f64]| r.copy_from_slice(x);
    let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 2.0], []);
    let problem = |loss, start: [f64; 2]| Problem::least_squares(form(2, loss), both, start).unwrap();
    let in_disc = problem(Loss::Minimax, [3.0, 1.0]).constrained(ConstraintCount::new(1, 0), disc);
    let outcome = converges(&in_disc, -1.0, 2e-6);
    // (½, ½) + λ (2x, 2y) = 0 at (-1, -1).
    let multipliers = outcome.multipliers.expect("there is a constraint");
    assert!((multipliers.inequalities[0] - 0.25).abs() < 1e-3, "{multipliers:?}");

    // |x| + |y| on the circle of radius 1 around (2, 2): 4 - √2 at (2, 2) - (1, 1) / √2.
    let circle = |x: &[f64]| ([], [(x[0] - 2.0).powi(2) + (x[1] - 2.0).powi(2) - 1.0]);
    let on_circle = problem(Loss::L1, [3.0, 1.0]).constrained(ConstraintCount::new(0, 1), circle);
    converges(&on_circle, 4.0 - 2f64.sqrt(), 1e-5);

    // max |x| where x + y >= 3 and y <= 1: x = 2.
    let rows = LinearConstraints::at_most([[-1.0, -1.0]], [-3.0]).unwrap();
    let with_row = problem(Loss::Chebyshev, [7.0, 0.0]).subject_to(rows).unwrap();
    let with_row = with_row.bounded(Bounds::new([-9.0, -9.0], [9.0, 1.0]).unwrap()).unwrap();
    let outcome = converges(&with_row, 2.0, 1e-9);
    assert!(outcome.x[1] <= 1.0);

    // CB2 on whole numbers: 2 at (1, 1).
    let outcome = converges(&largest(Loss::Minimax).granular([1.0, 1.0]).unwrap(), 2.0, 1e-12);
    assert_eq!(outcome.x, [1.0, 1.0]);
}

/// A quarter of the points fails in one way or another.
#[test]
fn failed_evaluations_are_gone_around() {
    for loss in KINKED {
        let calls = AtomicUsize::new(0);
        let stormy = |x: &[f64], r: &mut [f64]| -> Result<(), &'static str> {
            let call = calls.fetch_add(1, Ordering::Relaxed);
            cb2(x, r);
            let bits = x.iter().fold(7u64, |h, x| (h ^ x.to_bits()).wrapping_mul(0x0100_0000_01b3));
            match (bits >> 20) % 20 {
                _ if call == 0 => {}
                0 => return Err("no mesh"),
                1 => r[1] = f64::NAN,
                2 => r[2] = f64::INFINITY,
                3 => r[0] = f64::NEG_INFINITY,
                4 => panic!("torn"),
                _ => {}
            }
            Ok(())
        };
        let problem = Problem::least_squares(form(3, loss), stormy, [1.0, -0.1]).unwrap();
        let outcome = hybrid(&problem);
        assert!(outcome.counts.failed > 0, "{outcome}");
        if loss != Loss::L1 {
            assert!((outcome.value - CB2).abs() < 1e-3, "{outcome}");
        }
    }
}

#[test]
fn a_residual_without_a_value_is_a_failure() {
    for (bad, loss) in
        [(f64::NAN, Loss::Minimax), (f64::NEG_INFINITY, Loss::Minimax), (f64::INFINITY, Loss::L1)]
    {
        let residuals = move |_: &[f64], r: &mut [f64]| (r[0], r[1]) = (1.0, bad);
        let problem = Problem::least_squares(form(2, loss), residuals, [0.0]).unwrap();
        match HybridSearch::default().minimize(&problem, &Budget::evaluations(1), &mut ()) {
            Err(Error::NoValue { first: Some(first), .. }) => {
                assert!(matches!(first.failure, Failure::NotFinite(_)), "{:?}", first.failure);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_stopped_run_resumes_with_the_same_bits_and_another_loss_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for loss in KINKED {
        let whole = hybrid(&largest(loss));
        for stop in [1, 4, 17] {
            let journal = Journal::new(folder.path().join(format!("{loss:?}-{stop}")));
            let first = Run::within(&Budget::evaluations(stop)).with_journal(journal.clone());
            HybridSearch::default().run(&largest(loss), &first, &mut ()).unwrap();
            let rest = Run::default().with_journal(journal.clone().resumed());
            let resumed = HybridSearch::default().run(&largest(loss), &rest, &mut ()).unwrap();
            assert_eq!((&resumed.x, &resumed.residuals), (&whole.x, &whole.residuals));
            assert_eq!(resumed.trace, whole.trace);
            let other = largest(if loss == Loss::L1 { Loss::Minimax } else { Loss::L1 });
            let refused =
                HybridSearch::default().run(&other, &Run::default().with_journal(journal.resumed()), &mut ());
            assert!(
                matches!(&refused, Err(Error::Journal(error)) if error.to_string().contains("residuals.loss")),
                "{refused:?}"
            );
        }
    }
}

#[test]
fn batches_converge_and_threads_change_no_bit() {
    for loss in KINKED {
        let alone = hybrid(&largest(loss));
        for batch in [1, 2, 7] {
            let solver = HybridSearch::new(HybridOptions { batch, ..HybridOptions::default() }).unwrap();
            let run =
                |threads| solver.run(&largest(loss), &Run::default().on_threads(threads), &mut ()).unwrap();
            let (one, four) = (run(1), run(4));
            assert_eq!((&one.x, &one.trace, one.counts), (&four.x, &four.trace, four.counts));
            assert!(one.converged() && (one.value - alone.value).abs() < 1e-8, "{loss:?} {batch}: {one}");
        }
    }
}

#[test]
fn ask_and_tell_known_points_and_hints_have_them_too() {
    let form = form(3, Loss::Minimax);
    let values = |x: &[f64]| {
        let mut r = [0.0; 3];
        cb2(x, &mut r);
        form.values(r)
    };
    let problem = Problem::without_objective([1.0, -0.1]).unwrap().with_residuals(form.clone()).unwrap();
    let mut session = AskTell::new(HybridSearch::default(), problem, &Budget::unlimited()).unwrap();
    while session.outcome().is_none() {
        for asked in session.ask(1) {
            session.tell(asked.id, Ok(values(&asked.point))).unwrap();
        }
    }
    let here = hybrid(&largest(Loss::Minimax));
    assert_eq!(session.finish().unwrap().x, here.x);

    let points = [[1.2, 0.9], [1.0, 0.8], [1.1, 1.0], [1.3, 0.7]];
    let told: Vec<_> = points.iter().map(|x| values(x)).collect();
    let knowing = largest(Loss::Minimax).knowing(points, told.clone()).unwrap();
    let known = converges(&knowing, CB2, 1e-9);
    assert!(known.counts.evaluations < here.counts.evaluations, "{known}");
    converges(&largest(Loss::Minimax).hinted(points, told).unwrap(), CB2, 1e-9);
}

#[test]
fn there_are_no_standard_errors_at_a_kink() {
    for loss in KINKED {
        let refused =
            HybridSearch::default().run(&largest(loss), &Run::default().with_uncertainty(), &mut ());
        assert_eq!(refused.unwrap_err(), Error::UncertaintyLoss { loss });
    }
    let words = Error::UncertaintyLoss { loss: Loss::L1 }.to_string();
    assert!(words.starts_with("the loss l1 has kinks"), "{words}");
}

/// The ridge of `max |1000 (x - y)| + x` is along (1, 1): every step along a coordinate leads up, and the minimum is far.
#[test]
fn a_ridge_does_not_end_the_search() {
    let ridge = |x: &[f64], r: &mut [f64]| {
        (r[0], r[1]) = (1e3 * (x[0] - x[1]) + x[0], 1e3 * (x[1] - x[0]) + x[0]);
        r[2] = -5.0 - x[0];
    };
    let problem = Problem::least_squares(form(3, Loss::Minimax), ridge, [20.0, 20.0]).unwrap();
    let outcome = converges(&problem, -2.5, 1e-6);
    assert_eq!(outcome.status, Status::NoStepDown);
}
