//! The problems of Moré and Wild against the values published with them.

use compare::suites::{Kind, more_wild, more_wild_bounded, moved};
use compare::{Plan, compare};

use search::{Budget, CoordinateSearch, GradientOptions, GradientSearch, Minimizer, NelderMead, Problem};

/// The values at the starts in `data/testout.dat` of BenDFO (github.com/POptUS/BenDFO, commit 57d3655), six digits: smooth,
/// nonsmooth, and with deterministic noise.
const PUBLISHED: [(f64, f64, f64); 53] = [
    (7.20000e+01, 5.40000e+01, 7.19428e+01),
    (1.12500e+03, 2.25000e+02, 1.12405e+03),
    (1.16542e+07, 1.76050e+04, 1.16443e+07),
    (1.16859e+09, 1.76365e+05, 1.16771e+09),
    (4.98920e+06, 1.11890e+04, 4.98494e+06),
    (5.00936e+08, 1.12169e+05, 5.00558e+08),
    (2.42000e+01, 6.60000e+00, 2.41953e+01),
    (1.79577e+06, 1.35300e+03, 1.79407e+06),
    (2.50000e+03, 5.00000e+01, 2.50215e+03),
    (1.06000e+04, 1.40000e+02, 1.05909e+04),
    (2.15000e+02, 2.28852e+01, 2.15057e+02),
    (1.61540e+06, 1.45727e+03, 1.61525e+06),
    (4.00500e+02, 2.40000e+01, 4.00899e+02),
    (1.54575e+08, 1.73760e+04, 1.54489e+08),
    (4.16817e+01, 2.18829e+01, 4.16979e+01),
    (1.30623e+03, 1.39339e+02, 1.30579e+03),
    (5.31317e-03, 1.95153e-01, 5.31185e-03),
    (1.69361e+09, 1.33046e+05, 1.69338e+09),
    (1.64308e+01, 1.58545e+01, 1.64338e+01),
    (2.32337e+06, 5.42767e+03, 2.32392e+06),
    (2.69042e+01, 2.24125e+01, 2.69298e+01),
    (8.15888e+06, 8.54458e+03, 8.16061e+06),
    (7.36782e+01, 3.43398e+01, 7.36733e+01),
    (2.05938e+07, 1.18978e+04, 2.05759e+07),
    (1.03115e+03, 9.91512e+01, 1.03165e+03),
    (4.17131e+03, 1.20588e+02, 4.17513e+03),
    (7.92669e+06, 1.13038e+04, 7.92937e+06),
    (3.08106e+11, 2.41278e+06, 3.08386e+11),
    (4.64282e-02, 3.29087e-01, 4.63839e-02),
    (3.37706e-02, 2.75893e-01, 3.37880e-02),
    (3.86177e-02, 3.46953e-01, 3.86560e-02),
    (2.88830e-02, 2.91449e-01, 2.88622e-02),
    (3.37633e-02, 3.53857e-01, 3.37317e-02),
    (2.67406e-02, 3.16982e-01, 2.67299e-02),
    (2.73248e+02, 5.04990e+01, 2.73508e+02),
    (1.61741e+01, 1.63733e+01, 1.61588e+01),
    (2.09342e+00, 9.60594e+00, 2.09278e+00),
    (1.99685e+02, 5.49148e+01, 1.99878e+02),
    (9.04000e+02, 6.40000e+01, 9.03152e+02),
    (1.35600e+03, 9.60000e+01, 1.35466e+03),
    (1.58200e+03, 1.12000e+02, 1.58097e+03),
    (1.80800e+03, 1.28000e+02, 1.80885e+03),
    (5.65000e+01, 1.55000e+01, 5.65201e+01),
    (7.05625e+01, 1.92500e+01, 7.05752e+01),
    (9.86875e+01, 2.67500e+01, 9.87522e+01),
    (2.53908e+09, 1.12235e+05, 2.53762e+09),
    (6.87380e+12, 5.83904e+06, 6.87417e+12),
    (3.36796e+09, 1.62440e+05, 3.36590e+09),
    (3.73513e+09, 1.90072e+05, 3.73726e+09),
    (3.99107e+09, 2.13528e+05, 3.98712e+09),
    (1.13001e+13, 1.13405e+07, 1.12997e+13),
    (9.38567e+00, 4.92225e+00, 9.37970e+00),
    (3.36582e+10, 2.64839e+05, 3.36341e+10),
];

#[test]
fn the_values_at_the_starts_are_the_published_ones() {
    let kinds = [Kind::Smooth, Kind::Nonsmooth, Kind::DeterministicNoise];
    for (k, kind) in kinds.into_iter().enumerate() {
        let cases = more_wild(kind);
        assert_eq!(cases.len(), PUBLISHED.len());
        for (case, published) in cases.iter().zip(PUBLISHED) {
            let published = [published.0, published.1, published.2][k];
            let problem = case.problem(0).unwrap();
            let value = problem.objective().value(problem.start()).unwrap();
            assert!(
                (value - published).abs() <= 6e-6 * published,
                "{} {kind:?}: {value:e}, published {published:e}",
                case.name()
            );
        }
    }
}

#[test]
fn stochastic_noise_is_small_and_depends_on_point_and_seed_alone() {
    let noisy = more_wild(Kind::StochasticNoise);
    for (case, smooth) in noisy.iter().zip(more_wild(Kind::Smooth)) {
        let value = |seed, shift: f64| {
            let problem = case.problem(seed).unwrap();
            let mut x = problem.start().to_vec();
            x[0] += shift;
            problem.objective().value(&x).unwrap()
        };
        let exact = smooth.problem(0).unwrap();
        let exact = exact.objective().value(exact.start()).unwrap();
        // Residuals differ by at most a thousandth, their squares by two.
        assert!((value(1, 0.0) - exact).abs() <= 2.002e-3 * exact, "{}", case.name());
        assert_eq!(value(1, 0.0), value(1, 0.0));
        assert_ne!(value(1, 0.0), value(2, 0.0));
        assert_ne!(value(1, 0.0), exact);
    }
}

/// What the bounds are for: where the best of three solvers ends, some hold on most problems.
#[test]
fn bounded_copies_have_feasible_starts_and_active_bounds() {
    let cases = more_wild_bounded(Kind::Smooth);
    let gradient = GradientOptions { gradient_tolerance: 0.0, ..GradientOptions::default() };
    let minimizers: Vec<Box<dyn Minimizer>> = vec![
        Box::new(CoordinateSearch::default()),
        Box::new(NelderMead::default()),
        Box::new(GradientSearch::new(gradient).unwrap()),
    ];
    let plan = Plan { budget: Budget::evaluations(3_000), ..Plan::default() };
    let comparison = compare(&cases, &minimizers, &plan).unwrap();
    let mut active = 0;
    for case in &cases {
        let problem = case.problem(0).unwrap();
        assert!(problem.bounds().contain(problem.start()), "{}", case.name());
        let records = comparison.records().iter().filter(|record| record.problem == case.name());
        let outcomes = records.map(|record| record.result.as_ref().unwrap());
        let best = outcomes.min_by(|a, b| a.value.total_cmp(&b.value)).unwrap();
        let (lower, upper) = (problem.bounds().lower(), problem.bounds().upper());
        // The wide side: solvers that square their variables come near bounds, not onto them.
        let near = |x: f64, bound: f64, width: f64| (x - bound).abs() <= 1e-4 * width;
        let count = |i: &usize| {
            let width = upper[*i] - lower[*i];
            width.is_finite() && (near(best.x[*i], lower[*i], width) || near(best.x[*i], upper[*i], width))
        };
        active += usize::from((0..problem.dimension()).any(|i| count(&i)));
    }
    assert!(active >= 40, "bounds hold on {active} of 53");
}

#[test]
fn moved_starts_depend_on_the_seed_alone_and_stay_near_the_published_ones() {
    let smooth = more_wild(Kind::Smooth);
    let mut squares = Vec::new();
    for (published, moved) in smooth.iter().zip(moved(smooth.clone())) {
        let published = published.problem(0).unwrap();
        let [first, again, second] = [1, 1, 2].map(|seed| moved.problem(seed).unwrap());
        assert_eq!(first.start(), again.start());
        assert_ne!(first.start(), second.start());
        let value = |problem: &Problem<'_>| problem.objective().value(first.start()).unwrap();
        assert_eq!(value(&first), value(&published), "{}", moved.name());
        let size = published.start().iter().map(|x| x * x).sum::<f64>() / published.dimension() as f64;
        let moves = first.start().iter().zip(published.start());
        squares.extend(moves.map(|(to, from)| ((to - from) / (0.03 * size.sqrt().max(0.1))).powi(2)));
    }
    // Squares of standard normal deviates: their mean is 1, its standard deviation the root of 2 over their number.
    let number = squares.len() as f64;
    let mean = squares.iter().sum::<f64>() / number;
    assert!((mean - 1.0).abs() < 4.0 * (2.0 / number).sqrt(), "{mean} of {number}");
}
