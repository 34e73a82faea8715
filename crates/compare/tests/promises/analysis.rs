//! Profiles by hand, and statistics against SciPy.

use compare::analysis::{
    Floor, History, Results, Solved, area, band, data_profile, friedman, holm, log_ratio_bands, log_ratios,
    performance_profile, runtime_distribution, wilcoxon,
};
use compare::{Case, Plan, compare, suites};
use search::{Budget, Minimizer, NelderMead, ParticleSwarm, PatternSearch};

fn record(problem: &str, solver: &str, seed: u64, dimension: usize, values: &[(u64, f64)]) -> History {
    let (problem, solver) = (problem.to_owned(), solver.to_owned());
    History { problem, solver, seed, dimension, values: values.to_vec() }
}

/// Two problems; `once` does not depend on the seed, `twice` does; on `broken` one of them did not run.
fn records() -> Vec<History> {
    vec![
        record("p", "once", 1, 1, &[(1, 10.0), (4, 1.0), (8, 0.0)]),
        record("p", "twice", 1, 1, &[(1, 10.0), (2, 5.0)]),
        record("p", "twice", 2, 1, &[(1, 10.0), (16, 0.5)]),
        record("q", "once", 1, 3, &[(1, 4.0), (40, 2.0)]),
        record("q", "twice", 1, 3, &[(1, 4.0), (8, 2.0)]),
        record("q", "twice", 2, 3, &[(1, 4.0), (12, 2.5), (20, 2.0)]),
        record("broken", "once", 1, 3, &[(1, 4.0)]),
    ]
}

#[test]
fn profiles_are_those_computed_by_hand() {
    let results = Results::of(&records());
    assert_eq!(results.solvers, ["once", "twice"]);
    let instances: Vec<_> = results.instances.iter().map(|i| (i.problem.as_str(), i.seed)).collect();
    assert_eq!(instances, [("p", 1), ("p", 2), ("q", 1), ("q", 2)]);

    // f_L is 0 and 2. At τ = 0.1 the targets are 1 and 2.2; at 0.5 they are 5 and 3.
    let floor = Floor::of_results(&results);
    assert_eq!((floor.of("p"), floor.of("q"), floor.of("r")), (Some(0.0), Some(2.0), None));
    let fine = results.solved(0.1, &floor);
    assert_eq!(
        fine.evaluations,
        [[Some(4), None], [Some(4), Some(16)], [Some(40), Some(8)], [Some(40), Some(20)]]
    );
    let coarse = results.solved(0.5, &floor);
    assert_eq!(
        coarse.evaluations,
        [[Some(4), Some(2)], [Some(4), Some(16)], [Some(40), Some(8)], [Some(40), Some(12)]]
    );

    // Simplex gradients: two evaluations of p, four of q.
    assert_eq!(data_profile(&fine, 0).0, [(2.0, 0.5), (10.0, 1.0)]);
    assert_eq!(data_profile(&fine, 1).0, [(2.0, 0.25), (5.0, 0.5), (8.0, 0.75)]);
    assert_eq!(data_profile(&fine, 1).at(4.9), 0.25);
    assert_eq!(performance_profile(&fine, 0, &[0, 1]).0, [(1.0, 0.5), (2.0, 0.75), (5.0, 1.0)]);
    assert_eq!(performance_profile(&fine, 1, &[0, 1]).0, [(1.0, 0.5), (4.0, 0.75)]);
    let longest = 5.0_f64.log2();
    assert_eq!(log_ratios(&fine, 1, 0), [-longest, -1.0, 2.0, 1.1 * longest]);
    // Per coordinate: 4, 4, 40/3, 40/3 and the same again.
    let both = runtime_distribution(&[fine.clone(), coarse], 0);
    assert_eq!(both.0, [(4.0, 0.5), (40.0 / 3.0, 1.0)]);
    // Solved after 2, 2, 10 and 10 of 100.
    let expected = (2.0 * (1.0 - 2.0_f64.ln() / 100.0_f64.ln()) + 2.0 * 0.5) / 4.0;
    assert!((area(&fine, 0, 100.0) - expected).abs() < 1e-15);
    let parts = [1.0, 0.5, 0.25, 0.5];
    let band = band(4, 3, |drawn| drawn.iter().map(|&k| parts[k]).sum::<f64>() / drawn.len() as f64);
    assert_eq!(band.value, 0.5625);
    let (low, high) = band.ends.unwrap();
    assert!(low < band.value && band.value < high && low >= 0.25 && high <= 1.0);
}

/// The median of m = 11 drawn is at most the j-th least bar where six or more of the drawn are: with the probability
/// P(Bin(11, j/11) >= 6) (Efron 1979, section 3), which is 0.007 for j = 2, 0.051 for 3, 0.949 for 8 and 0.993 for 9.
#[test]
fn the_band_of_a_median_log_ratio_is_the_binomial_one() {
    let rows = |times: [(Option<u64>, Option<u64>); 11]| Solved {
        dimensions: vec![1; 11],
        evaluations: times.iter().map(|&(first, second)| vec![first, second]).collect(),
    };
    let problems: Vec<_> = (0..11).map(|k| k..k + 1).collect();
    // Bars -2, ..., 8.
    let finite = rows(std::array::from_fn(|k| (Some(1 << k), Some(4))));
    let bands = log_ratio_bands(&finite, &problems, 0, 1, 1);
    assert_eq!((bands[5].value, bands[5].ends), (3.0, Some((0.0, 6.0))));
    let swapped = log_ratio_bands(&finite, &problems, 1, 0, 1);
    for (band, mirrored) in bands.iter().zip(swapped.iter().rev()) {
        let ends = mirrored.ends.map(|(low, high)| (-high, -low));
        assert_eq!((band.value, band.ends), (-mirrored.value, ends));
    }
    // The same where one only has solved three at either end: those bars are 1.1 times the longest in all draws.
    let alone = rows(std::array::from_fn(|k| match k {
        0..3 => (Some(1), None),
        3..8 => (Some(1 << k), Some(32)),
        _ => (None, Some(1)),
    }));
    let bands = log_ratio_bands(&alone, &problems, 0, 1, 1);
    assert_eq!((bands[5].value, bands[5].ends), (0.0, Some((-2.2, 2.2))));
}

/// `scipy.stats.wilcoxon` and `friedmanchisquare` of SciPy 1.17.1; `correction=False`, `method="exact"` for the
/// first, `"approx"` for the others.
#[test]
fn statistics_agree_with_scipy() {
    let few = [1.5, -0.4, 2.2, 3.1, -1.1, 0.7, 4.0, 2.6, -0.2, 1.9, 5.5, 0.9];
    let test = wilcoxon(&few);
    assert_eq!((test.negative_ranks, test.p_value), (8.0, 0.01220703125));
    let tied = [1.0, 1.0, -2.0, 3.0, 3.0, -3.0, 4.0, 5.0, 0.0, 6.0, 7.0, 7.0, -1.0, 2.0, 8.0];
    let test = wilcoxon(&tied);
    assert_eq!(test.negative_ranks, 13.5);
    assert!((test.p_value - 0.014114525582108373).abs() < 1e-10, "{}", test.p_value);
    let rows = [
        [1.0, 2.0, 3.0, 4.0],
        [2.0, 1.0, 3.0, 4.0],
        [1.0, 3.0, 2.0, 4.0],
        [1.0, 2.0, 4.0, 3.0],
        [2.0, 2.0, 1.0, 3.0],
        [5.0, 4.0, 4.0, 6.0],
        [1.0, 1.0, 1.0, 1.0],
        [3.0, 1.0, 2.0, 9.0],
    ];
    let test = friedman(&rows.map(Vec::from));
    assert!((test.statistic - 11.25).abs() < 1e-12, "{test:?}");
    assert!((test.p_value - 0.010448064558680668).abs() < 1e-10, "{test:?}");
    assert_eq!(wilcoxon(&[0.0; 4]).p_value, 1.0);
    assert_eq!(friedman(&[vec![1.0, 1.0], vec![2.0, 2.0]]).p_value, 1.0);
    assert_eq!(holm(&[]), [0.0; 0]);
    assert_eq!(holm(&[0.5, 0.9]), [1.0, 1.0]);
}

#[test]
fn real_records_become_profiles() {
    let cases: Vec<Case<'static>> =
        suites::more_wild(suites::Kind::Smooth).into_iter().filter(|case| case.name().len() == 3).collect();
    let minimizers: Vec<Box<dyn Minimizer>> = vec![
        Box::new(PatternSearch::default()),
        Box::new(NelderMead::default()),
        Box::new(ParticleSwarm::default()),
    ];
    let plan = Plan { budget: Budget::evaluations(500), seeds: vec![1, 2], threads: 2 };
    let comparison = compare(&cases, &minimizers, &plan).unwrap();
    let histories: Vec<History> = comparison.records().iter().map(History::from).collect();
    let results = Results::of(&histories);
    assert_eq!(results.instances.len(), 18, "nine problems, each beside two seeds of the swarm");
    let solved = results.solved(1e-3, &Floor::of_results(&results));
    let reached: Vec<f64> = (0..3).map(|solver| data_profile(&solved, solver).at(f64::INFINITY)).collect();
    assert!(reached.iter().any(|part| *part > 0.5), "{reached:?}");
}

#[test]
fn noisy_problems_are_judged_by_the_true_objective() {
    let minimizers: Vec<Box<dyn Minimizer>> = vec![Box::new(NelderMead::default())];
    let plan = Plan { budget: Budget::evaluations(300), ..Plan::default() };
    let cases = suites::more_wild(suites::Kind::StochasticNoise);
    let comparison = compare(&cases[6..7], &minimizers, &plan).unwrap();
    let record = &comparison.records()[0];
    let truth = record.truth.as_ref().unwrap();
    assert!((truth[0].value - 24.2).abs() < 1e-12, "the start, without noise");
    assert_ne!(record.improvements[0].value, truth[0].value);
    assert!(truth.windows(2).all(|pair| pair[1].value < pair[0].value));
    assert_eq!(record.history().next(), truth.first());
}
