//! The recipe on iris, end to end: ten seeds under zero lower bounds.

use std::sync::{Arc, Mutex};

use mse::{Confusion, MeanSquaredError, Monotonicity};
use netcore::{Network, Table, Target};
use search::pattern::{Algorithm, Options};
use search::{Bounds, Budget, Minimizer, Objective, Outcome, PatternSearch, Problem, Run};

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

#[test]
fn a_fit_refuses_what_does_not_suit_the_network() {
    let (table, network) = iris();
    let message = |fit: mse::Fit| fit.run().unwrap_err().to_string();
    assert!(message(mse::fit(&network, &table).start(vec![0.0; 3])).contains("35"));
    let short = Bounds::nonnegative(3);
    assert!(message(mse::fit(&network, &table).bounds(short)).contains("3 coordinates; expected 35"));
    assert!(message(mse::fit(&network, &table).budget(Budget::evaluations(0))).contains("budget"));
}

/// A step for each coordinate reaches in 1,000 evaluations what MATLAB's single mesh needs some 27,000 for.
#[test]
fn coordinate_steps_fit_better_than_one_mesh_from_every_seed() {
    let (table, network) = iris();
    for seed in 1..=10 {
        let start = mse::recipe_start(network.topology(), seed);
        let mse_of = |algorithm| {
            let search = PatternSearch::new(Options { algorithm, ..Options::default() }).unwrap();
            let fit = mse::fit(&network, &table)
                .bounds(Bounds::uniform(35, 0.0, 1e10).unwrap())
                .start(start.clone());
            fit.minimizer(&search).budget(Budget::evaluations(1000)).run().unwrap().mse()
        };
        let (classic, coordinate) = (mse_of(Algorithm::Classic), mse_of(Algorithm::Coordinate));
        assert!(coordinate < 0.2 && coordinate < classic, "seed {seed}: {coordinate} against {classic}");
    }
}
