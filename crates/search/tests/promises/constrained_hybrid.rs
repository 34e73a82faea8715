//! The hybrid search under rows, nonlinear constraints, grids, and on residuals.

use proptest::prelude::*;
use search::{
    Bounds, Budget, ConstraintCount, Error, HybridOptions, HybridParts, HybridSearch, Journal,
    LinearConstraints, Minimizer, Outcome, Problem, Run, Status,
};

fn none() -> Vec<f64> {
    Vec::new()
}

fn solved(problem: &Problem<'_>) -> Outcome {
    HybridSearch::default().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

fn evaluations_to(problem: &Problem<'_>, value: f64) -> u64 {
    let mut within = None;
    let mut observer = |event: &search::Event<'_>| {
        if let search::Event::Improvement { evaluations, value: f, feasible: true, .. } = event
            && *f <= value
        {
            within.get_or_insert(*evaluations);
        }
        std::ops::ControlFlow::Continue(())
    };
    HybridSearch::default().minimize(problem, &Budget::evaluations(500), &mut observer).unwrap();
    within.expect("the value was reached")
}

fn hs71() -> Problem<'static> {
    let f = |x: &[f64]| x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2];
    Problem::new(f, vec![1.0, 5.0, 5.0, 1.0])
        .unwrap()
        .bounded(Bounds::uniform(4, 1.0, 5.0).unwrap())
        .unwrap()
        .constrained(ConstraintCount::new(1, 1), |x: &[f64]| {
            let product: f64 = x.iter().product();
            (vec![25.0 - product], vec![x.iter().map(|x| x * x).sum::<f64>() - 40.0])
        })
}

/// Hock & Schittkowski 1981, problem 71: f* = 17.0140173, with multipliers 0.55229366 of the inequality (times -1 in
/// the form `c >= 0`) and 0.16146857 of the equality.
#[test]
fn problem_71_takes_at_most_60_evaluations_and_its_multipliers_are_known() {
    assert!(evaluations_to(&hs71(), 17.0140173 + 17e-6) <= 60);
    let outcome = solved(&hs71());
    assert_eq!(outcome.status, Status::NoStepDown);
    assert!(outcome.max_constraint.unwrap() <= 1e-6);
    let multipliers = outcome.multipliers.expect("from the models");
    assert!((multipliers.inequalities[0] - 0.55229366).abs() < 1e-4, "{multipliers:?}");
    assert!((multipliers.equalities[0].abs() - 0.16146857).abs() < 1e-4, "{multipliers:?}");
}

/// (x₁ - 2)² + (x₂ - 2)² where x₁ + x₂ ≤ 2, a nonlinear constraint to the search, is least at (½, 3/2) with x₁ ≤ ½ as a row
/// or a bound: (-3, -1) + λ (1, 1) + μ (1, 0) = 0 gives λ = 1. A constraint with room has the multiplier 0.
#[test]
fn multipliers_of_constraints_leave_rows_and_bounds_their_part() {
    let problem = || {
        let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 2.0).powi(2);
        let constraints = |x: &[f64]| (vec![x[0] + x[1] - 2.0, x[0] * x[1] - 3.0], none());
        Problem::new(f, vec![0.0, 0.0]).unwrap().constrained(ConstraintCount::new(2, 0), constraints)
    };
    let row = LinearConstraints::at_most([[1.0, 0.0]], [0.5]).unwrap();
    let bounds = Bounds::new(vec![-9.0, -9.0], vec![0.5, 9.0]).unwrap();
    for problem in [problem().subject_to(row).unwrap(), problem().bounded(bounds).unwrap()] {
        let multipliers = solved(&problem).multipliers.expect("from the models");
        assert!((multipliers.inequalities[0] - 1.0).abs() < 1e-4, "{multipliers:?}");
        assert_eq!(multipliers.inequalities[1], 0.0);
    }
}

/// min x₁ + x₂ on the disc of radius √2: (-1, -1), where 1 + 2 λ x = 0 gives λ = ½. The merit's value at the saddle of
/// x₁ x₂ in the unit disc is 0, its minima have -½.
#[test]
fn a_disc_has_its_minimum_and_multiplier_also_from_afar_and_from_a_saddle() {
    let disc = |radius: f64| move |x: &[f64]| (vec![x[0] * x[0] + x[1] * x[1] - radius * radius], none());
    for start in [[0.5, -0.5], [1e4, -1e4], [2.0, 2.0]] {
        let problem = Problem::new(|x: &[f64]| x[0] + x[1], start.to_vec()).unwrap();
        let outcome = solved(&problem.constrained(ConstraintCount::new(1, 0), disc(2f64.sqrt())));
        assert!(outcome.converged() && (outcome.value + 2.0).abs() < 2e-6, "{start:?}: {outcome}");
        let multiplier = outcome.multipliers.unwrap().inequalities[0];
        assert!((multiplier - 0.5).abs() < 1e-4, "{start:?}: {multiplier}");
    }
    let saddle = Problem::new(|x: &[f64]| x[0] * x[1], vec![1.0, 1.0]).unwrap();
    let outcome = solved(&saddle.constrained(ConstraintCount::new(1, 0), disc(1.0)));
    assert!((outcome.value + 0.5).abs() < 2e-6, "{outcome}");
}

#[test]
fn constraints_that_contradict_each_other_end_with_exit_flag_minus_2_and_soon() {
    let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![3.0, 1.0]).unwrap();
    let problem = problem
        .constrained(ConstraintCount::new(0, 2), |x: &[f64]| (none(), vec![x[0] + x[1], x[0] + x[1] - 1.0]));
    let outcome = solved(&problem);
    assert_eq!((outcome.exit_flag(), outcome.feasible), (-2, false));
    // |s| and |s - 1| are least together at s = ½.
    assert!((outcome.max_constraint.unwrap() - 0.5).abs() < 1e-6, "{outcome}");
    assert!(outcome.counts.evaluations < 100, "{outcome}");
}

#[test]
fn an_evaluation_that_fails_in_one_constraint_alone_is_no_point_of_a_model() {
    let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![2.0, 2.0]).unwrap();
    let problem = problem.constrained(ConstraintCount::new(2, 0), |x: &[f64]| {
        let second = if x[0] < 0.2 { f64::NAN } else { 1.0 - x[0] * x[1] };
        (vec![-x[0], second], none())
    });
    // x₁ x₂ >= 1: the least sum is 2.
    let outcome = solved(&problem);
    assert!((outcome.value - 2.0).abs() < 1e-5, "{outcome}");
    let start_fails =
        Problem::new(|x: &[f64]| if x[0] < 1.0 { f64::NAN } else { x[0] + x[1] * x[1] }, [0.5, 1.0]);
    let start_fails =
        start_fails.unwrap().constrained(ConstraintCount::new(1, 0), |x: &[f64]| (vec![1.5 - x[0]], none()));
    assert!((solved(&start_fails).value - 1.5).abs() < 2e-6);
}

#[test]
fn dependent_constraints_and_other_units_do_no_harm() {
    let problem = Problem::new(|x: &[f64]| (x[0] - 2.0).powi(2) + x[1] * x[1], vec![3.0, 1.0]).unwrap();
    let outcome = solved(&problem.constrained(ConstraintCount::new(3, 2), |x: &[f64]| {
        let (c, h) = (x[0] + x[1] * x[1] - 1.0, x[0] - x[1] - 1.0);
        (vec![c, 2.0 * c, 1e6 * c], vec![h, -1e-3 * h])
    }));
    assert!((outcome.value - 1.0).abs() < 1e-5, "{outcome}");
}

#[test]
fn a_kink_of_two_constraints_joined_is_found() {
    // max(x₁² - x₂, x₂² - 1.3 x₁) <= 0: the least x₁ + x₂ is 0, at the origin.
    let problem = Problem::new(|x: &[f64]| x[0] + x[1], vec![3.0, 1.0]).unwrap();
    let outcome = solved(&problem.constrained(ConstraintCount::new(1, 0), |x: &[f64]| {
        (vec![(x[0] * x[0] - x[1]).max(x[1] * x[1] - 1.3 * x[0])], none())
    }));
    assert!(outcome.value.abs() < 1e-5, "{outcome}");
}

/// 13 is the most of 5x + 4y + 3z under these rows, at (2, 0, 1), whole numbers or not (Chvátal 1983, "Linear
/// programming", chapter 2).
#[test]
fn whole_numbers_under_rows() {
    let rows = [[2.0, 3.0, 1.0], [4.0, 1.0, 2.0], [3.0, 4.0, 2.0]];
    let problem = Problem::new(|x: &[f64]| -5.0 * x[0] - 4.0 * x[1] - 3.0 * x[2], vec![0.0; 3])
        .and_then(|problem| problem.bounded(Bounds::uniform(3, 0.0, 20.0)?)?.granular(vec![1.0; 3]))
        .and_then(|problem| problem.subject_to(LinearConstraints::at_most(rows, [5.0, 11.0, 8.0])?));
    let outcome = solved(&problem.unwrap());
    assert_eq!((outcome.x, outcome.value), (vec![2.0, 0.0, 1.0], -13.0));
}

/// The least of `d y - c x` on `b y >= a x`, 0 <= x, y <= 12, by enumeration, from the corner 0: the way along the row has
/// whole steps of (b, a) alone.
#[test]
fn whole_numbers_are_followed_along_a_row() {
    for (a, b, c, d) in [(2, 1, 7, 3), (1, 1, 5, 2), (3, 2, 7, 4), (1, 3, 2, 5), (4, 3, 9, 2), (2, 3, 3, 1)] {
        let [a, b, c, d] = [a, b, c, d].map(f64::from);
        let value = move |x: &[f64]| d * x[1] - c * x[0];
        let whole = || (0..=12).map(f64::from);
        let points = whole().flat_map(|x| whole().map(move |y| [x, y]));
        let obeying = points.filter(|[x, y]| b * y >= a * x);
        let least = obeying.map(|point| value(&point)).fold(f64::INFINITY, f64::min);
        let problem = Problem::new(value, [0.0, 0.0])
            .and_then(|problem| problem.bounded(Bounds::uniform(2, 0.0, 12.0)?)?.granular(vec![1.0; 2]))
            .and_then(|problem| problem.subject_to(LinearConstraints::at_most([[a, -b]], [0.0])?));
        let outcome = solved(&problem.unwrap());
        assert_eq!(outcome.value, least, "{a} {b} {c} {d}: {outcome}");
    }
}

#[test]
fn mixed_variables_under_a_nonlinear_constraint() {
    // The whole number nearest to 3.3 within the disc of radius 3 that leaves 2.2 to the other: 2.
    let problem =
        Problem::new(|x: &[f64]| (x[0] - 3.3).powi(2) + (x[1] - 2.2).powi(2), vec![1.0, 1.0]).unwrap();
    let problem = problem.granular(vec![1.0, 0.0]).unwrap();
    let outcome = solved(&problem.constrained(ConstraintCount::new(1, 0), |x: &[f64]| {
        (vec![x[0] * x[0] + x[1] * x[1] - 9.0], none())
    }));
    assert_eq!(outcome.x[0], 2.0);
    assert!((outcome.x[1] - 2.2).abs() < 1e-5, "{outcome}");
}

#[test]
fn restarts_find_the_lower_of_two_minima() {
    // x⁴ - x² + 0.2 x has its lower minimum at -0.7523; the row holds it back to x + y >= -0.5, y = 0.
    let f = |x: &[f64]| x[0].powi(4) - x[0] * x[0] + 0.2 * x[0] + x[1] * x[1];
    let rows = LinearConstraints::at_most([[-1.0, -1.0]], [2.0]).unwrap();
    let problem = Problem::new(f, vec![0.7, 0.1]).unwrap().subject_to(rows).unwrap();
    let value = |restarts| {
        let search = HybridSearch::new(HybridOptions { restarts, ..HybridOptions::default() }).unwrap();
        search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap().value
    };
    assert!(value(0) > -0.12 && value(8) < -0.39, "{} {}", value(0), value(8));
}

#[test]
fn the_tolerance_says_what_is_feasible() {
    // 0.5 is the least of the larger violation.
    let problem = Problem::new(|x: &[f64]| x[0], vec![3.0]).unwrap();
    let problem =
        problem.constrained(ConstraintCount::new(2, 0), |x: &[f64]| (vec![x[0], 1.0 - x[0]], none()));
    let ends = |constraint_tolerance| {
        let search = HybridSearch::new(HybridOptions { constraint_tolerance, ..HybridOptions::default() });
        let outcome = search.unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        (outcome.feasible, outcome.exit_flag())
    };
    assert_eq!((ends(0.4), ends(0.9)), ((false, -2), (true, 1)));
}

#[test]
fn a_tolerance_of_zero_is_refused() {
    let options = HybridOptions { constraint_tolerance: 0.0, ..HybridOptions::default() };
    assert!(matches!(HybridSearch::new(options), Err(Error::Option { .. })));
}

/// Nonlinear constraints; rows alone; rows on a grid; residuals: journals of each go on from values, not from snapshots.
#[test]
fn threads_and_a_resume_give_the_same_bits() {
    let bowl = |x: &[f64]| (x[0] - 2.3).powi(2) + (x[1] - 1.7).powi(2) + x[0] * x[1];
    let rows = || LinearConstraints::at_most([[1.0, 2.0]], [3.0]).unwrap();
    let under_rows = || Problem::new(bowl, vec![0.3, 0.1]).unwrap().subject_to(rows()).unwrap();
    let on_grid = || Problem::new(bowl, vec![0.0, 0.1]).unwrap().granular(vec![1.0, 0.0]).unwrap();
    let fit = |x: &[f64], r: &mut [f64]| (r[0], r[1]) = (10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]);
    let problems = [
        hs71(),
        under_rows(),
        on_grid().subject_to(rows()).unwrap(),
        Problem::least_squares(2, fit, vec![-1.2, 1.0]).unwrap(),
    ];
    for problem in &problems {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.journal");
        let run = |run: Run| HybridSearch::default().run(problem, &run, &mut ()).unwrap();
        let within = |evaluations| Run::within(&Budget::evaluations(evaluations));
        let key = |outcome: Outcome| (outcome.x, outcome.value, outcome.trace, outcome.counts.evaluations);
        let alone = key(run(within(300)));
        assert_eq!(alone, key(run(within(300).on_threads(4))));
        run(within(9).with_journal(Journal::new(&path)));
        let resumed = run(within(300).with_journal(Journal::new(&path).resumed()));
        assert_eq!(resumed.journal.as_ref().map(|journal| journal.known), Some(9));
        assert_eq!(alone, key(resumed));
    }
}

#[test]
fn values_near_the_end_of_numbers_do_not_hang_it() {
    let problem = Problem::new(|x: &[f64]| 1e300 * x[0], vec![3.0]).unwrap();
    let problem =
        problem.constrained(ConstraintCount::new(1, 0), |x: &[f64]| (vec![1e300 * (1.0 - x[0])], none()));
    let outcome = solved(&problem);
    assert!(outcome.converged() && (outcome.x[0] - 1.0).abs() < 2e-6, "{outcome}");
}

/// Without models the weights are never set, and near a violation of rounding only a poll of each coordinate sees the
/// way down: who says converged has taken it.
#[test]
fn polls_alone_do_not_end_on_a_slope() {
    let bowl = |x: &[f64]| (x[0] - 1.0).powi(2) + (x[1] - 1.0).powi(2);
    let problem = Problem::new(bowl, vec![3.0, 3.0]).unwrap();
    let problem = problem.constrained(ConstraintCount::new(1, 0), |x: &[f64]| (vec![x[0] - 0.5], none()));
    let parts =
        HybridParts { first_sweep: false, model_step: false, several_fits: false, ..HybridParts::default() };
    let options = HybridOptions { parts, last_look: false, scale_mesh: false, ..HybridOptions::default() };
    let outcome =
        HybridSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.converged() && (outcome.value - 0.25).abs() < 2e-6, "{outcome}");
}

/// Rosenbrock's function from its residuals 10 (x₂ - x₁²) and 1 - x₁: Gauss-Newton needs a fraction of the evaluations.
#[test]
fn residuals_save_evaluations_also_within_bounds_and_under_rows() {
    let start = [-1.2, 1.0];
    let residuals = |x: &[f64], r: &mut [f64]| {
        (r[0], r[1]) = (10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]);
    };
    let sum =
        Problem::new(|x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2), start).unwrap();
    let fit = Problem::least_squares(2, residuals, start).unwrap();
    let (told, untold) = (evaluations_to(&fit, 1e-10), evaluations_to(&sum, 1e-10));
    assert!(3 * told < 2 * untold, "{told} and {untold}");
    // Within x₁ <= ½ the minimum is ((½ , ¼), ¼).
    let bounds = Bounds::new(vec![f64::NEG_INFINITY; 2], vec![0.5, f64::INFINITY]).unwrap();
    let bounded = Problem::least_squares(2, residuals, start).unwrap().bounded(bounds).unwrap();
    assert!((solved(&bounded).value - 0.25).abs() < 1e-9);
    let rows = LinearConstraints::at_most([[2.0, 0.0]], [1.0]).unwrap();
    let under = Problem::least_squares(2, residuals, start).unwrap().subject_to(rows).unwrap();
    assert!((solved(&under).value - 0.25).abs() < 1e-9);
}

prop_compose! {
    /// The least distance from a point to a polyhedron that has 0 inside: rows `a·x <= b` with b > 0.
    fn polyhedron()(n in 2_usize..6)(
        rows in prop::collection::vec(prop::collection::vec(-3_i8..4, n), 1..5),
        limits in prop::collection::vec(1_u8..5, 5),
        target in prop::collection::vec(-4.0_f64..4.0, n),
    ) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let rows: Vec<Vec<f64>> = rows.into_iter().map(|row| row.into_iter().map(f64::from).collect()).collect();
        let limits = limits.into_iter().take(rows.len()).map(f64::from).collect();
        (rows, limits, target)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The projection p of t on a convex set is the point of it with `s = (t - p)·(q - p) <= 0` for all q of the set. On
    /// the way to q, `|x - t|²` falls by `s² / |q - p|²`. A point that violates constraints by v within the tolerance may
    /// have less than the minimum by λ·v, and be as far from it as that allows. Points q of the set are taken at random
    /// on the way from 0.
    #[test]
    fn the_nearest_point_of_a_polyhedron_is_found_as_rows_and_as_constraints(
        (rows, limits, target) in polyhedron(),
        others in prop::collection::vec(prop::collection::vec(-4.0_f64..4.0, 6), 40),
    ) {
        let n = target.len();
        let to = target.clone();
        let f = move |x: &[f64]| x.iter().zip(&to).map(|(x, t)| (x - t).powi(2)).sum::<f64>();
        let linear = LinearConstraints::at_most(rows.clone(), limits.clone()).unwrap();
        let as_rows = Problem::new(f.clone(), vec![0.0; n]).unwrap().subject_to(linear.clone()).unwrap();
        let excess = |x: &[f64]| -> Vec<f64> {
            let along = |row: &Vec<f64>| row.iter().zip(x).map(|(a, x)| a * x).sum::<f64>();
            rows.iter().zip(&limits).map(|(row, limit)| along(row) - limit).collect()
        };
        let as_constraints = Problem::new(f, vec![0.0; n]).unwrap()
            .constrained(ConstraintCount::new(rows.len(), 0), |x: &[f64]| (excess(x), none()));
        for problem in [&as_rows, &as_constraints] {
            let outcome = solved(problem);
            prop_assert!(outcome.converged(), "{outcome}");
            let violations: Vec<f64> = excess(&outcome.x).into_iter().map(|excess| excess.max(0.0)).collect();
            prop_assert!(violations.iter().all(|violation| *violation <= 1e-6));
            let multipliers = outcome.multipliers.as_ref().map_or(&[][..], |all| &all.inequalities);
            let allowed: f64 = multipliers.iter().zip(&violations).map(|(λ, v)| λ * v).sum();
            for other in &others {
                let mut q = other[..n].to_vec();
                // Back towards 0, which is inside, until all rows hold.
                while excess(&q).into_iter().any(|excess| excess > 0.0) {
                    q.iter_mut().for_each(|q| *q *= 0.7);
                }
                let p = &outcome.x;
                let product: f64 = (0..n).map(|i| (target[i] - p[i]) * (q[i] - p[i])).sum();
                let falls = product.max(0.0).powi(2) / (0..n).map(|i| (q[i] - p[i]).powi(2)).sum::<f64>();
                prop_assert!(falls <= 1e-9 + allowed, "{falls} at {p:?} towards {q:?}: {outcome}");
            }
        }
    }
}

/// `Σ (xᵢ - 1)² + ½ (Σ xᵢ - n)²` under a row with room: a start that is near 0 by chance is no unit.
#[test]
fn coordinates_that_start_near_0_by_chance_cost_little() {
    let f = |x: &[f64]| {
        let sum: f64 = x.iter().map(|x| x - 1.0).sum();
        x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() + 0.5 * sum * sum
    };
    let from = |start: [f64; 8]| {
        let row = LinearConstraints::at_most([[1.0; 8]], [100.0]).unwrap();
        evaluations_to(&Problem::new(f, start).unwrap().subject_to(row).unwrap(), 1e-8)
    };
    let usual = from([0.3, 0.7, 0.6, -0.4, 0.8, 0.35, -0.9, 0.45]);
    let near = from([0.3, 1e-5, 0.6, -0.4, -1e-3, 0.35, 1e-4, 0.45]);
    assert!(near <= 2 * usual, "{near} and {usual}");
}

/// The same where an equality moves all coordinates together: the least is at 1, where the row is 0.
#[test]
fn coordinates_that_start_near_0_on_an_equality_cost_little() {
    let f =
        |x: &[f64]| x.iter().enumerate().map(|(i, x)| (1 + i % 3) as f64 * (x - 1.0).powi(2)).sum::<f64>();
    let from = |start: [f64; 8]| {
        let row = LinearConstraints::equal([[1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 3.0, -3.0]], [0.0]).unwrap();
        evaluations_to(&Problem::new(f, start).unwrap().subject_to(row).unwrap(), 1e-8)
    };
    let usual = from([0.5; 8]);
    let near = from([1e-4, 1e-4, 0.5, 0.5, 1e-3, 1e-3, 0.5, 0.5]);
    assert!(near <= 2 * usual, "{near} and {usual}");
}

/// `Σ (xᵢ - 1)² + Σ (mᵢ·(x - ½))⁴` in 24 coordinates with a full matrix M, under `Σ xᵢ <= 12` and `x₁ + x₂ <= 1`: 6 at ½,
/// where the first row has the multiplier 1 and the second 0. The value is in a unit, with noise.
fn quartic(unit: f64, noise: f64) -> Problem<'static> {
    let n = 24;
    let m = move |i: usize, j: usize| (7.0 * ((i + 1) * (j + 1)) as f64).cos();
    let f = move |x: &[f64]| {
        let along = |i: usize| (0..n).map(|j| m(i, j) * (x[j] - 0.5)).sum::<f64>();
        let value =
            x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() + (0..n).map(|i| along(i).powi(4)).sum::<f64>();
        unit * value * (1.0 + noise * (1e7 * value).sin())
    };
    let start: Vec<f64> = (0..24).map(|i| f64::from(7 * i % 11) / 11.0 - 1.0).collect();
    let (sum, mut two) = (vec![1.0; n], vec![0.0; n]);
    two[..2].fill(1.0);
    let rows = LinearConstraints::at_most([sum, two], [12.0, 1.0]).unwrap();
    Problem::new(f, start).unwrap().subject_to(rows).unwrap()
}

/// Without slopes by differences the value was 6.38 after 1,000 evaluations.
#[test]
fn many_coordinates_under_rows_take_few_gradients() {
    let problem = quartic(1.0, 0.0);
    let budget = Budget::evaluations(1000);
    let outcome = HybridSearch::default().minimize(&problem, &budget, &mut ()).unwrap();
    assert!(outcome.value < 6.01, "{outcome}");
    let threads = Run::within(&budget).on_threads(4);
    let same = HybridSearch::default().run(&problem, &threads, &mut ()).unwrap();
    assert_eq!((same.x, same.value.to_bits()), (outcome.x, outcome.value.to_bits()));
    let whole = solved(&problem);
    assert!(whole.exit_flag() == 1 && (whole.value - 6.0).abs() < 1e-6, "{whole}");
}

/// Fifteen of Rosenbrock's valleys beside each other, under a row through their ends. Without slopes by
/// differences the value was 0.68 after 10,000 evaluations.
#[test]
fn many_coordinates_in_valleys_under_a_row_take_few_rounds_in_batches() {
    let n = 30;
    let valleys = |x: &[f64]| {
        let valley = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
        x.chunks(2).map(valley).sum::<f64>()
    };
    let start: Vec<f64> =
        (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 } + 0.3 * (i as f64).sin()).collect();
    let row = LinearConstraints::at_most([vec![1.0; n]], [n as f64]).unwrap();
    let problem = Problem::new(valleys, start).unwrap().subject_to(row).unwrap();
    let search = HybridSearch::new(HybridOptions { batch: 16, ..HybridOptions::default() }).unwrap();
    let outcome = search.minimize(&problem, &Budget::evaluations(10_000), &mut ()).unwrap();
    assert!(outcome.converged() && outcome.value < 1e-6, "{outcome}");
}

/// The path does not depend on the unit of the objective, a power of two.
#[test]
fn many_coordinates_under_rows_in_other_units_of_the_objective_take_the_same_path() {
    let budget = Budget::evaluations(1500);
    let run = |unit: f64| HybridSearch::default().minimize(&quartic(unit, 0.0), &budget, &mut ()).unwrap();
    let here = run(1.0);
    for power in [-60, -20, 30] {
        let there = run(2_f64.powi(power));
        assert_eq!((&there.x, there.counts.evaluations), (&here.x, here.counts.evaluations), "{power}");
    }
}

/// Where values are noisy, slopes by differences say nothing, and the search goes on without them.
#[test]
fn many_coordinates_under_rows_with_noise_are_searched_without_slopes() {
    let outcome =
        HybridSearch::default().minimize(&quartic(1.0, 1e-4), &Budget::evaluations(4000), &mut ()).unwrap();
    assert!(outcome.value < 7.0, "{outcome}");
}
