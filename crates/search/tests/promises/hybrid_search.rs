//! The hybrid search: models that know, polls where they do not, bounds, restarts; and what `automatic` chooses.

mod kinks;
use crate::runs;
mod walls;

use proptest::prelude::*;
use search::pattern::Options;
use search::{
    Automatic, AutomaticOptions, Bounds, Budget, CoordinateSearch, Failure, HybridOptions, HybridParts,
    HybridSearch, Incremental, LeastSquares, LinearConstraints, Loss, Method, Minimizer, Objective, Outcome,
    PatternSearch, Problem, QuasiNewtonSearch, Solver, Status,
};

use serde_json::json;

use kinks::{bent_kink, kink_in_each};
use runs::{minimize, visited};

fn hybrid() -> HybridOptions {
    HybridOptions::default()
}

fn run(problem: &Problem<'_>, options: HybridOptions) -> Outcome {
    HybridSearch::new(options).unwrap().minimize(problem, &Budget::unlimited(), &mut ()).unwrap()
}

/// Least at (1, 1), 0 there.
fn rosenbrock(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

#[test]
fn hybrid_follows_a_curved_valley_with_a_twentieth_of_the_evaluations_of_classic() {
    let start = [-1.2, 1.0];
    let hybrid = minimize(rosenbrock, &start, HybridOptions { mesh_tolerance: 1e-8, ..hybrid() });
    let classic = Options { mesh_tolerance: 1e-8, max_iterations: Some(u64::MAX), ..Options::default() };
    let classic = minimize(rosenbrock, &start, classic);
    assert!(hybrid.value < 1e-12, "{}", hybrid.value);
    assert!(hybrid.value < classic.value);
    let (ours, theirs) = (hybrid.counts.evaluations, classic.counts.evaluations);
    assert!(20 * ours < theirs, "{ours} and {theirs} evaluations");
}

#[test]
fn hybrid_solves_a_coupled_quadratic_in_a_few_simplex_gradients() {
    // Σ (x_i - i)² + Σ (x_i - x_{i+1} + 1)², least at x_i = i: 0.
    let f = |x: &[f64]| {
        let own: f64 = x.iter().enumerate().map(|(i, x)| (x - i as f64).powi(2)).sum();
        own + x.windows(2).map(|pair| (pair[0] - pair[1] + 1.0).powi(2)).sum::<f64>()
    };
    let n = 8;
    let problem = Problem::new(f, vec![0.0; n]).unwrap();
    let search = HybridSearch::new(hybrid()).unwrap();
    // 45 values determine a quadratic of 8 coordinates; it may need some for which steps are still too long.
    let outcome = search.minimize(&problem, &Budget::evaluations(12 * 9), &mut ()).unwrap();
    assert!(outcome.value < 1e-9, "{}", outcome.value);
}

#[test]
fn a_curvature_that_all_directions_have_in_common_shows_at_once() {
    // A bowl, which is the same in all coordinates: a slope for each and one curvature determine it.
    let n = 10;
    let centre: Vec<f64> = (0..n).map(|i| (1.7 * i as f64).sin()).collect();
    let bowl = |x: &[f64]| -> f64 { x.iter().zip(&centre).map(|(x, c)| 3.0 * (x - c).powi(2)).sum() };
    let problem = Problem::new(bowl, vec![0.0; n]).unwrap();
    let search = HybridSearch::new(hybrid()).unwrap();
    // The start, a sweep of no more than two evaluations for each coordinate, and the step of the model, at most twice.
    let outcome = search.minimize(&problem, &Budget::evaluations(2 * n as u64 + 3), &mut ()).unwrap();
    assert!(outcome.value < 1e-9, "{}", outcome.value);
}

#[test]
fn hybrid_begins_with_a_sweep_that_moves_at_once() {
    let points =
        visited(&[0.0, 0.0], HybridOptions { max_iterations: Some(1), ..hybrid() }, |x| x[1].abs() - x[0]);
    assert_eq!(points, [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, -1.0]]);
}

#[test]
fn the_sweep_tries_the_way_first_that_improved_last() {
    let once = HybridOptions { max_iterations: Some(1), ..hybrid() };
    // Down along the first coordinate, up along the second, and then up first along the third.
    let points = visited(&[0.0; 3], once, |x| x[0] - x[1] - x[2]);
    let expected: [[f64; 3]; 6] = [
        [0.0, 0.0, 0.0],
        [1.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0],
        [-1.0, -1.0, 0.0],
        [-1.0, 1.0, 0.0],
        [-1.0, 1.0, 1.0],
    ];
    assert_eq!(points, expected);
}

#[test]
fn each_ingredient_can_be_left_out_and_the_search_converges_all_the_same() {
    let all = HybridParts::default();
    let without = [
        HybridParts { first_sweep: false, ..all },
        HybridParts { kink_step: false, ..all },
        HybridParts { model_step: false, ..all },
        HybridParts { model_axes: false, ..all },
        HybridParts { several_fits: false, ..all },
        HybridParts { skip_polls: false, ..all },
        HybridParts { variable_metric: false, ..all },
        HybridParts { follow_walls: false, ..all },
    ];
    // A kink along a coordinate, with which the metric has nothing to do, one that it follows, and one in each coordinate;
    // an edge of what has no value along no coordinate.
    let straight: fn(&[f64]) -> f64 = |x| rosenbrock(x) + (x[2] + x[0]).powi(4) + (x[2] - 0.5).abs();
    let bent: fn(&[f64]) -> f64 = |x| bent_kink(x) + (x[2] + x[0]).powi(4);
    let edge: fn(&[f64]) -> f64 =
        |x| if x[0] + 0.7 * x[1] > 1.0 { f64::NAN } else { x.iter().map(|x| (x - 2.0).powi(2)).sum() };
    let smooth: fn(&[f64]) -> f64 = |x| rosenbrock(x) + (x[2] - x[0] * x[1]).powi(2);
    let path = |parts| {
        let options = HybridOptions { parts, ..hybrid() };
        let path = |f: fn(&[f64]) -> f64| visited(&[-1.2, 1.0, 3.0], options.clone(), f);
        [path(straight), path(bent), path(kink_in_each), path(edge), path(smooth)]
    };
    let whole = path(all);
    for parts in without {
        assert!(path(parts) != whole, "{parts:?}");
        let ellipse = |x: &[f64]| (x[0] - 1.0).powi(2) + 10.0 * (x[0] + x[1]).powi(2);
        let options = HybridOptions { parts, max_iterations: Some(u64::MAX), ..hybrid() };
        let outcome = minimize(ellipse, &[-1.2, 1.0], options);
        assert!(outcome.value < 1e-6, "{parts:?}: {}", outcome.value);
        assert_eq!(outcome.status, Status::NoStepDown, "{parts:?}");
    }
}

#[test]
fn options_of_other_searches_are_refused_by_name() {
    for (key, of) in [
        ("mesh_contraction_factor", "patternsearch, coordinate"),
        ("MeshExpansion", "patternsearch, coordinate"),
        ("AccelerateMesh", "patternsearch"),
        ("pattern_move", "coordinate"),
    ] {
        let error = search::solver("hybrid", &json!({ key: true })).err().unwrap().to_string();
        assert_eq!(error, format!("option {key} belongs to {of}; hybrid has no such option"));
    }
    let error = search::solver("patternsearch", &json!({ "Algorithm": "hybrid" })).err().unwrap().to_string();
    assert!(error.ends_with("that is a separate solver"), "{error}");
}

#[test]
fn the_trust_radius_does_not_grow_beyond_its_cap() {
    let furthest = |max_mesh_size| {
        let options = HybridOptions { max_mesh_size, max_iterations: Some(30), ..hybrid() };
        let points = visited(&[0.0], options, |x| -x[0]);
        points.windows(2).map(|pair| pair[1][0] - pair[0][0]).fold(0.0, f64::max)
    };
    assert_eq!(furthest(Some(4.0)), 4.0);
    assert!(furthest(None) > 1e6);
}

#[test]
fn a_far_minimum_is_reached_and_one_that_is_nowhere_is_told_apart() {
    // Whole orders of magnitude beyond the first step, which the start gives.
    for (start, least) in [(0.0, 1e6), (1e-4, 1e2), (1e-3, 3e2)] {
        let f = |x: &[f64]| (x[0] - least).powi(2) + (x[1] - least).powi(2);
        let outcome = minimize(f, &[start, start], hybrid());
        assert!(outcome.converged() && outcome.counts.evaluations < 100, "{:?}", outcome.counts);
        assert!(outcome.value < 1e-10 * f(&[start, start]), "{}", outcome.value);
    }
    for unbounded in [|x: &[f64]| x[0] - 2.0 * x[1], |x: &[f64]| x[1] - x[0].powi(2)] {
        let Outcome { status, value, .. } = minimize(unbounded, &[0.3, 0.4], hybrid());
        assert!(!status.converged() && value < -1e20, "{value} {status}");
    }
}

#[test]
fn the_iterations_of_hybrid_suffice_for_its_evaluations() {
    // The chained Rosenbrock function of 20 coordinates.
    let f = |x: &[f64]| x.windows(2).map(rosenbrock).sum::<f64>();
    let start: Vec<f64> = (0..20).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
    let outcome = minimize(f, &start, hybrid());
    assert!(outcome.converged() && outcome.value < 1e-6, "{} {:?}", outcome.value, outcome.status);
}

#[test]
fn a_start_near_0_in_some_coordinates_does_not_narrow_the_search() {
    // Σ (x_i - 1)² + 5 n (mean - 1)², from 2 and a little more, and from 0 or a little more.
    let n = 6;
    let f = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / n as f64;
        x.iter().map(|x| (x - 1.0).powi(2)).sum::<f64>() + 5.0 * n as f64 * (mean - 1.0).powi(2)
    };
    let evaluations = [0.0, 1e-3, 1e-2, 0.1].map(|small| {
        let at = |i: usize| {
            if i.is_multiple_of(2) { small * (1.0 + 0.05 * i as f64) } else { 2.0 + 0.1 * i as f64 }
        };
        let start: Vec<f64> = (0..n).map(at).collect();
        let points = visited(&start, hybrid(), f);
        points.iter().position(|x| f(x) < 1e-7 * f(&start)).unwrap()
    });
    assert!(evaluations.iter().all(|&evaluations| evaluations < 60), "{evaluations:?}");
}

#[test]
fn coordinates_in_other_units_have_a_scale_of_their_own() {
    let f = |x: &[f64]| (x[0] / 1e-8 - 3.0).powi(2) + (x[1] / 1e8 - 3.0).powi(2);
    let outcome = minimize(f, &[1e-8, 1e8], hybrid());
    assert!(outcome.converged() && outcome.value < 1e-6, "{}", outcome.value);
}

#[test]
fn values_near_the_ends_of_the_numbers_do_not_keep_hybrid_turning() {
    let bowl = |x: &[f64]| (x[0] - 0.3).powi(2) + (x[0] + x[1]).powi(2) + (x[2] - x[1]).abs();
    let forms: [&(dyn Fn(f64) -> f64 + Sync); 6] = [
        &|v| 1e305 * v,
        &|v| 1e-310 * v,
        &|v| 1e300 * v.floor(),
        &|v| -1e30 / (v + 1e-300),
        &|v| v.signum() * 0.0 - 0.0,
        &|v| if v > 1.0 { 1e308 } else { v - 1e308 },
    ];
    for (number, form) in forms.into_iter().enumerate() {
        for bounds in
            [Bounds::free(3), Bounds::new(vec![0.0, -0.0, -1e300], vec![0.0, 5e-324, 1e300]).unwrap()]
        {
            let problem = Problem::new(|x: &[f64]| form(bowl(x)), vec![0.0, 1e-5, 1e2])
                .unwrap()
                .bounded(bounds)
                .unwrap();
            let options = HybridOptions { restarts: 3, max_iterations: Some(u64::MAX), ..hybrid() };
            let search = HybridSearch::new(options).unwrap();
            let outcome = search.minimize(&problem, &Budget::evaluations(2_000), &mut ()).unwrap();
            assert!(outcome.value <= outcome.start_value, "form {number}: {}", outcome.value);
        }
    }
}

#[test]
fn restarts_leave_a_local_minimum() {
    // Rastrigin's function; from (2.1, -1.1) the nearest minimum is near (2, -1), where the value is about 5.
    let f = |x: &[f64]| {
        let wave = |x: &f64| x * x - 10.0 * (std::f64::consts::TAU * x).cos();
        20.0 + x.iter().map(wave).sum::<f64>()
    };
    let start = [2.1, -1.1];
    let options = HybridOptions { initial_mesh_size: 0.25, scale_mesh: false, ..hybrid() };
    let once = minimize(f, &start, options.clone());
    let often = minimize(f, &start, HybridOptions { restarts: 20, max_iterations: Some(10_000), ..options });
    assert!(once.value > 4.0 && often.value < 1.0, "{} and {}", once.value, often.value);
    assert!(often.trace.iter().any(|row| row.method == Method::Restart));
    assert!(often.trace.windows(2).all(|pair| pair[1].value <= pair[0].value));
}

/// Twice as much as the sum of squares, with a view that knows no shortcut.
struct Viewed;

struct View(Vec<f64>);

impl Objective for Viewed {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(2.0 * x.iter().map(|x| x * x).sum::<f64>())
    }

    fn incremental(&self) -> Option<Box<dyn Incremental + '_>> {
        Some(Box::new(View(Vec::new())))
    }
}

impl Incremental for View {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.0 = x.to_vec();
        Viewed.value(x)
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let mut x = self.0.clone();
        x[i] = to;
        Viewed.value(&x)
    }

    fn accept(&mut self, i: usize, to: f64) {
        self.0[i] = to;
    }
}

#[test]
fn automatic_takes_models_for_few_coordinates_and_no_structure() {
    let searches: [&dyn Minimizer; 4] = [
        &PatternSearch::default(),
        &CoordinateSearch::default(),
        &HybridSearch::default(),
        &QuasiNewtonSearch::default(),
    ];
    let choice = |problem: &Problem<'_>, expected: &str| {
        let run = |search: &dyn Minimizer| {
            let outcome = search.minimize(problem, &Budget::evaluations(300), &mut ()).unwrap();
            (outcome.x, outcome.value.to_bits(), outcome.counts.evaluations, outcome.trace.len())
        };
        let chosen = run(&Automatic::default());
        let equal = searches.into_iter().filter(|search| run(search) == chosen).map(Solver::name);
        assert_eq!(equal.collect::<Vec<_>>(), [expected]);
    };
    let bowl = |x: &[f64]| x.iter().zip(1..).map(|(x, i)| (x - 1.0 / f64::from(i)).powi(4)).sum::<f64>();
    choice(&Problem::new(bowl, vec![3.0; 12]).unwrap(), "hybrid");
    choice(&Problem::new(bowl, vec![3.0; 13]).unwrap(), "quasi-newton");
    // The quasi-Newton search is not asynchronous.
    let options = AutomaticOptions { batch: 2, asynchronous: true, ..AutomaticOptions::default() };
    let asynchronous = Automatic::new(options).unwrap();
    let chosen = |n| asynchronous.choice(&Problem::new(bowl, vec![3.0; n]).unwrap()).name();
    assert_eq!((chosen(30).as_str(), chosen(31).as_str()), ("hybrid", "quasi-newton"));
    // Those that bounds leave no choice do not count.
    let bounds = (0..40).map(|i| if i < 4 { (f64::NEG_INFINITY, f64::INFINITY) } else { (0.5, 0.5) }).unzip();
    let (lower, upper): (Vec<f64>, Vec<f64>) = bounds;
    let fixed = Problem::new(bowl, vec![0.5; 40]).unwrap().bounded(Bounds::new(lower, upper).unwrap());
    choice(&fixed.unwrap(), "hybrid");
    choice(&Problem::shared(std::sync::Arc::new(Viewed), vec![0.7; 3]).unwrap(), "coordinate");
}

#[test]
fn hybrid_refuses_more_coordinates_than_models_are_worth() {
    let bowl = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    let accepts = |n| HybridSearch::default().accepts(&Problem::new(bowl, vec![3.0; n]).unwrap());
    assert!(accepts(100).is_ok());
    let told = accepts(101).unwrap_err().to_string();
    assert!(
        told.contains("101 coordinates; expected at most 100") && told.contains("`coordinate`"),
        "{told}"
    );
}

#[test]
fn automatic_takes_the_hybrid_under_constraints_on_grids_and_for_losses_with_kinks() {
    let bowl = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
    let plain = || Problem::new(bowl, vec![0.0, 0.0]).unwrap();
    let rows = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![1.0]).unwrap();
    let plane = LinearConstraints::equal(vec![vec![1.0, 1.0]], vec![1.0]).unwrap();
    let chosen = |problem: &Problem<'_>| Automatic::default().choice(problem).name();
    assert_eq!(chosen(&plain().subject_to(rows).unwrap()), "hybrid");
    assert_eq!(chosen(&plain().granular(vec![1.0, 0.0]).unwrap()), "hybrid");
    // The hybrid search does not keep equalities on a grid.
    let bound = plain().granular(vec![1.0, 0.0]).unwrap().subject_to(plane).unwrap();
    assert_eq!(chosen(&bound), "patternsearch");
    let refused = HybridSearch::default().accepts(&bound).unwrap_err().to_string();
    assert!(refused.contains("equalities on a grid"), "{refused}");
    let fit = |form: LeastSquares| {
        let n = form.count();
        Problem::least_squares(form, |x: &[f64], r: &mut [f64]| r.copy_from_slice(x), vec![1.0; n]).unwrap()
    };
    let squares = |n| fit(LeastSquares::of(n));
    assert_eq!([12, 13].map(|n| chosen(&squares(n))), ["hybrid", "quasi-newton"]);
    let deviations = |n| fit(LeastSquares::of(n).with_loss(Loss::L1).unwrap());
    assert_eq!([100, 101].map(|n| chosen(&deviations(n))), ["hybrid", "quasi-newton"]);
}

prop_compose! {
    /// The factor of a positive definite matrix and the minimum without bounds; bounds of every kind; a start.
    fn quadratic()(n in 1_usize..7)(
        factor in prop::collection::vec(prop::collection::vec(-1.0_f64..1.0, n), n),
        least in prop::collection::vec(-3.0_f64..3.0, n),
        bounds in prop::collection::vec((-2.0_f64..1.0, 0.0_f64..3.0, 0_u8..4), n),
        start in prop::collection::vec(-4.0_f64..4.0, n),
    ) -> (Vec<Vec<f64>>, Vec<f64>, Bounds, Vec<f64>) {
        let bound = |&(low, width, kind): &(f64, f64, u8)| match kind {
            0 => (f64::NEG_INFINITY, f64::INFINITY),
            1 => (low, f64::INFINITY),
            2 => (low, low),
            _ => (low, low + width),
        };
        let (lower, upper): (Vec<_>, Vec<_>) = bounds.iter().map(bound).unzip();
        (factor, least, Bounds::new(lower, upper).unwrap(), start)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Bounded quadratics: no coordinate can be moved within its bounds to a value that is less by more than the
    /// tolerance allows, which for a convex function means that it is the minimum (the first-order conditions).
    #[test]
    fn hybrid_minimizes_bounded_quadratics((factor, least, bounds, start) in quadratic()) {
        let n = start.len();
        // ½ ‖A (x - c)‖² + ½ ‖x - c‖²
        let gradient = |x: &[f64]| -> Vec<f64> {
            let away: Vec<f64> = x.iter().zip(&least).map(|(x, c)| x - c).collect();
            let image: Vec<f64> =
                factor.iter().map(|row| row.iter().zip(&away).map(|(a, d)| a * d).sum()).collect();
            (0..n).map(|j| away[j] + (0..n).map(|i| factor[i][j] * image[i]).sum::<f64>()).collect()
        };
        let f = |x: &[f64]| {
            let away: Vec<f64> = x.iter().zip(&least).map(|(x, c)| x - c).collect();
            let image = factor.iter().map(|row| row.iter().zip(&away).map(|(a, d)| a * d).sum::<f64>());
            0.5 * (image.map(|v| v * v).sum::<f64>() + away.iter().map(|v| v * v).sum::<f64>())
        };
        let problem = Problem::new(f, start).unwrap().bounded(bounds.clone()).unwrap();
        let outcome = run(&problem, HybridOptions { mesh_tolerance: 1e-9, ..hybrid() });
        prop_assert_eq!(outcome.exit_flag(), 1);
        prop_assert!(bounds.contain(&outcome.x));
        // Steps against the slope lead nowhere within the bounds.
        let mut to: Vec<f64> = outcome.x.iter().zip(gradient(&outcome.x)).map(|(x, slope)| x - slope).collect();
        bounds.project(&mut to);
        let furthest = to.iter().zip(&outcome.x).map(|(to, x)| (to - x).abs()).fold(0.0, f64::max);
        prop_assert!(furthest < 1e-5, "{:?}, then {:?}", outcome.x, to);
    }
}
