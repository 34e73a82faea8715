//! The recipe on iris, end to end: ten seeds under zero lower bounds.

use std::sync::{Arc, Mutex};

use mse::{Confusion, MeanSquaredError, Monotonicity, Outputs};
use netcore::{Network, Table, Target};
use search::pattern::Options;
use search::{
    Bounds, Budget, CheckIncremental, CoordinateOptions, CoordinateSearch, Minimizer, Objective, Outcome,
    PatternSearch, Problem, Run, Status,
};

fn iris() -> (Table, Network) {
    let table =
        Table::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../datasets/iris.csv"), &Target::last()).unwrap();
    let network = Network::feedforward(&[4], table.inputs(), table.targets()).unwrap();
    (table, network)
}

fn recipe() -> PatternSearch {
    PatternSearch::new(Options { max_iterations: Some(100), ..Options::default() }).unwrap()
}

#[test]
fn ten_seeds_stay_inside_the_bounds_and_end_the_same_twice() {
    let (table, network) = iris();
    let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap());
    let bounds = Bounds::uniform(35, 0.0, 1e10).unwrap();
    let mut finals = Vec::new();
    for seed in 1..=10 {
        let start = mse::recipe_start(network.topology(), seed);
        let outside = Mutex::new(0);
        let watched = |x: &[f64]| {
            if !x.iter().all(|v| (0.0..=1e10).contains(v)) {
                *outside.lock().unwrap() += 1;
            }
            error.value(x).map_err(|failure| failure.to_string())
        };
        let problem = Problem::new(watched, start.clone()).unwrap().bounded(bounds.clone()).unwrap();
        let run = || recipe().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        let outcome: Outcome = run();
        assert_eq!(*outside.lock().unwrap(), 0, "seed {seed}: points outside the bounds");
        assert!(outcome.value <= error.value(&start).unwrap(), "seed {seed}: worse than its start");
        assert_eq!(error.value(&outcome.x).unwrap().to_bits(), outcome.value.to_bits());

        let again = run();
        assert_eq!(again.value.to_bits(), outcome.value.to_bits(), "seed {seed}");
        assert_eq!(again.trace, outcome.trace, "seed {seed}");
        for threads in [2, 3, 8] {
            let run = Run::default().on_threads(threads);
            let several = recipe().run(&problem, &run, &mut ()).unwrap();
            assert_eq!(several.x, outcome.x, "seed {seed}, {threads} threads");
            assert_eq!(several.trace, outcome.trace, "seed {seed}, {threads} threads");
        }
        finals.push(outcome.value);
    }
    // What MATLAB's method reaches here in 100 iterations; prototypes measured 0.251 to 0.451 with a
    // median of 0.362 over ten seeds of another generator.
    finals.sort_by(f64::total_cmp);
    assert!(finals[0] > 0.2 && finals[9] < 0.5, "{finals:?}");
}

#[test]
fn fit_gives_back_the_network_of_the_best_point() {
    let (table, network) = iris();
    let start = mse::recipe_start(network.topology(), 3);
    let search = recipe();
    let fitted = mse::fit(&network, &table).nonnegative().start(start).minimizer(&search).run().unwrap();
    assert_eq!(fitted.network.parameters(), fitted.outcome.x);
    let error = MeanSquaredError::new(&fitted.network, table.inputs(), table.targets()).unwrap();
    assert_eq!(error.value(&fitted.outcome.x), Ok(fitted.mse()));
    assert!(fitted.mse() <= fitted.mse_before());

    let confusion = Confusion::of(&fitted.network, &table).unwrap();
    assert_eq!(confusion.counts().sum_axis(ndarray::Axis(1)).to_vec(), [50, 50, 50]);
    let monotone = mse::monotonicity(&fitted.network, table.inputs()).unwrap();
    assert_eq!(monotone, vec![Monotonicity::NonDecreasing; 4]);
}

/// A year, the same in each row, must neither cost parameters nor change a bit of the fit.
#[test]
fn a_constant_column_changes_nothing() {
    let (table, network) = iris();
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../datasets/iris.csv")).unwrap();
    let mut lines = text.lines();
    let header = format!("year,{}\n", lines.next().unwrap());
    let csv = lines.fold(header, |csv, line| csv + "2023," + line + "\n");
    let dated = Table::from_reader("dated.csv", csv.as_bytes(), &Target::last()).unwrap();
    assert_eq!((dated.features()[0].as_str(), dated.features().len()), ("year", 5));

    let with_year = Network::feedforward(&[4], dated.inputs(), dated.targets()).unwrap();
    assert_eq!(with_year.topology().parameter_count(), 35);
    for seed in 1..=5 {
        let fit = |network: &Network, table: &Table| {
            let start = mse::recipe_start(network.topology(), seed);
            mse::fit(network, table).start(start).budget(Budget::evaluations(2_000)).run().unwrap()
        };
        let (plain, dated_fit) = (fit(&network, &table), fit(&with_year, &dated));
        assert_eq!(dated_fit.outcome.x, plain.outcome.x, "seed {seed}");
        assert_eq!(dated_fit.mse().to_bits(), plain.mse().to_bits(), "seed {seed}");
        assert_eq!(
            Confusion::of(&dated_fit.network, &dated).unwrap(),
            Confusion::of(&plain.network, &table).unwrap()
        );
        let found = mse::monotonicity(&dated_fit.network, dated.inputs()).unwrap();
        assert_eq!(found[0], Monotonicity::NonDecreasing, "the year changes no answer");
        assert_eq!(found[1..], mse::monotonicity(&plain.network, table.inputs()).unwrap());
    }
}

/// b1 (4), IW (16), b2 (3), LW (12).
fn is_bias(place: usize) -> bool {
    matches!(place, 0..4 | 20..23)
}

/// Both words make a monotone net; free biases make a better one.
#[test]
fn nonnegative_bounds_weights_and_biases_and_nonnegative_weights_only_weights() {
    let (table, network) = iris();
    let bounds = mse::nonnegative_weights(network.topology());
    assert_eq!(bounds.dimension(), 35);
    for place in 0..35 {
        let expected = if is_bias(place) { f64::NEG_INFINITY } else { 0.0 };
        assert_eq!((bounds.lower()[place], bounds.upper()[place]), (expected, f64::INFINITY), "{place}");
    }
    for outputs in [Outputs::Searched, Outputs::Solved] {
        let fit = || {
            let start = mse::recipe_start(network.topology(), 1);
            let fit = mse::fit(&network, &table).start(start).outputs(outputs);
            fit.budget(Budget::evaluations(7_000))
        };
        let (all, weights) = (fit().nonnegative().run().unwrap(), fit().nonnegative_weights().run().unwrap());
        assert!(all.outcome.x.iter().all(|&element| element >= 0.0));
        let negative = |place: &usize| weights.outcome.x[*place] < 0.0;
        let below: Vec<usize> = (0..35).filter(negative).collect();
        assert!(!below.is_empty() && below.iter().all(|&place| is_bias(place)), "{below:?}");
        // Less than the least that any search has found with all 35 elements >= 0, 0.1406.
        assert!(all.mse() >= 0.1405 && weights.mse() < 0.13, "{} {}", all.mse(), weights.mse());
        for fitted in [all, weights] {
            let found = mse::monotonicity(&fitted.network, table.inputs()).unwrap();
            assert_eq!(found, vec![Monotonicity::NonDecreasing; 4], "{outputs:?}");
        }
    }
}

#[test]
fn a_fit_refuses_what_does_not_suit_the_network() {
    let (table, network) = iris();
    let message = |fit: mse::Fit| fit.run().unwrap_err().to_string();
    assert!(message(mse::fit(&network, &table).start(vec![0.0; 3])).contains("35"));
    let short = Bounds::nonnegative(3);
    assert!(message(mse::fit(&network, &table).bounds(short)).contains("3 coordinates; expected 35"));
    assert!(message(mse::fit(&network, &table).budget(Budget::evaluations(0))).contains("budget"));
}

/// The errors of ten seeds within a budget, in order.
fn ten_seeds(outputs: Outputs, evaluations: u64) -> Vec<f64> {
    let (table, network) = iris();
    let search = |seed| {
        CoordinateSearch::new(CoordinateOptions {
            seed,
            restarts: u64::MAX,
            ..mse::fit_options(network.topology())
        })
        .unwrap()
    };
    let mut errors: Vec<f64> = (1..=10)
        .map(|seed| {
            let start = mse::recipe_start(network.topology(), seed);
            let (fit, search) = (mse::fit(&network, &table).nonnegative().start(start), search(seed));
            let fit = fit.minimizer(&search).outputs(outputs).budget(Budget::evaluations(evaluations));
            let fitted = fit.run().unwrap();
            assert!(fitted.network.parameters().iter().all(|&weight| weight >= 0.0));
            assert!(fitted.outcome.counts.evaluations <= evaluations);
            // What is reported is what the network has.
            let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap();
            assert_eq!(error.value(&fitted.outcome.x), Ok(fitted.mse()), "seed {seed}");
            fitted.mse()
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    errors
}

/// The best peer measured, a bounded trust region with a quadratic model, has a median of 0.148 after 1,000
/// evaluations and of 0.1430 after 7,000, with two of ten starts at 0.25; the best value it knew was 0.1412.
#[test]
fn nonnegative_fits_beat_the_best_peer_within_the_same_evaluations() {
    let median = |errors: &[f64]| (errors[4] + errors[5]) / 2.0;
    let searched = ten_seeds(Outputs::Searched, 7_000);
    assert!(median(&searched) <= 0.1430 && searched[9] <= 0.1479, "{searched:?}");
    let solved = ten_seeds(Outputs::Solved, 1_000);
    assert!(median(&solved) <= 0.148, "{solved:?}");
    let solved = ten_seeds(Outputs::Solved, 7_000);
    assert!(median(&solved) <= 0.1430 && solved[9] <= 0.1479, "{solved:?}");
}

/// A step for each coordinate is far better than one mesh from every seed.
#[test]
fn coordinate_steps_fit_better_than_one_mesh_from_every_seed() {
    let (table, network) = iris();
    for seed in 1..=10 {
        let start = mse::recipe_start(network.topology(), seed);
        let mse_of = |search: &dyn Minimizer| {
            let fit = mse::fit(&network, &table).bounds(Bounds::uniform(35, 0.0, 1e10).unwrap());
            fit.start(start.clone()).minimizer(search).budget(Budget::evaluations(1000)).run().unwrap().mse()
        };
        let ours = CoordinateSearch::new(mse::fit_options(network.topology())).unwrap();
        let (classic, coordinate) = (mse_of(&PatternSearch::default()), mse_of(&ours));
        assert!(coordinate < 0.2 && coordinate < classic, "seed {seed}: {coordinate} against {classic}");
    }
}

/// MATLAB's algorithm one weight at a time and by whole evaluations: a near-tie may take another path, the
/// quality is the same.
#[test]
fn classic_is_as_good_one_weight_at_a_time_as_by_whole_evaluations() {
    let (table, network) = iris();
    let error = Arc::new(MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap());
    let (max_iterations, max_function_evaluations) = (Some(50_000), Some(1_000_000));
    let options = Options { max_iterations, max_function_evaluations, ..Options::default() };
    let search = PatternSearch::new(options).unwrap();
    let bounds = Bounds::uniform(35, 0.0, 1e10).unwrap();
    let mut mean = [0.0; 2];
    for seed in 1..=10 {
        let start = mse::recipe_start(network.topology(), seed);
        let whole = {
            let error = Arc::clone(&error);
            Problem::new(move |x: &[f64]| error.value(x), start.clone()).unwrap()
        };
        let incremental = Problem::shared(error.clone(), start).unwrap();
        for (k, problem) in [whole, incremental].into_iter().enumerate() {
            let problem = problem.bounded(bounds.clone()).unwrap();
            let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
            assert_eq!(outcome.status, Status::MeshTolerance, "seed {seed}");
            assert_eq!(error.value(&outcome.x), Ok(outcome.value), "seed {seed}");
            assert!(outcome.trace.windows(2).all(|pair| pair[1].value <= pair[0].value), "seed {seed}");
            mean[k] += outcome.value / 10.0;
        }
    }
    assert!((mean[0] - mean[1]).abs() < 0.01 && mean[0] < 0.2, "{mean:?}");
}

/// Each incremental value of a whole fit against a whole evaluation of the same point.
#[test]
fn a_checked_fit_differs_by_rounding_only() {
    let (table, network) = iris();
    let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).unwrap();
    let checked = Arc::new(CheckIncremental::of(error));
    let start = mse::recipe_start(network.topology(), 1);
    // (MATLAB's classic moves single weights to 1e10, where whole evaluations themselves lose digits.)
    let problem = Problem::shared(checked.clone(), start).unwrap().bounded(Bounds::nonnegative(35)).unwrap();
    let search = CoordinateSearch::new(mse::fit_options(network.topology())).unwrap();
    search.minimize(&problem, &Budget::evaluations(20_000), &mut ()).unwrap();
    let worst = checked.worst().unwrap();
    assert!(worst.relative <= 1e-12, "{worst}");
}
