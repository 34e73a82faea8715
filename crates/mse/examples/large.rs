//! A table of 100,000 rows and 50 columns under non-negative weights: seconds and errors by the most iterations.
//!
//! `cargo run --release -p patternsearch-mse --example large`

use std::time::Instant;

use mse::{Constraint, Link, Samples, Scores, Size, Training};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const COLUMNS: usize = 50;

fn main() -> Result<(), mse::Error> {
    let (fitted, tested) = (table(100_000, 1), table(10_000, 2));
    println!("{} rows, {COLUMNS} columns, 8 hidden units, weights >= 0, noise 0.2", fitted.len());
    println!("iterations  seconds  objective   RMSE on {} rows not fitted", tested.len());
    for iterations in [None, Some(25), Some(50), Some(200), Some(1000)] {
        let training = Training {
            constraint: Constraint::NonnegativeWeights,
            size: Size { hidden: vec![8], penalty: 1e-4 },
            iterations,
            ..Training::numbers()
        };
        let began = Instant::now();
        let trained = training.run(&fitted)?;
        let seconds = began.elapsed().as_secs_f64();
        let scores = Scores::of(Link::Numbers, &trained.outputs(tested.inputs())?, &tested);
        let root = scores.loss().sqrt();
        let most = iterations.map_or("default".to_owned(), |most: u64| most.to_string());
        println!("{most:>10}  {seconds:7.2}  {:9.7}  {root:.5}", trained.values[0]);
    }
    Ok(())
}

/// `y = Σ_k tanh(1.5 Σ_j w_kj x_j)` over four k, with weights `w` uniform in `[0, 1/√50]`, and normal noise.
fn table(rows: usize, seed: u64) -> Samples {
    let mut weights = Xoshiro256PlusPlus::seed_from_u64(0);
    let root = (COLUMNS as f64).sqrt();
    let w = Array2::from_shape_simple_fn((4, COLUMNS), || weights.random::<f64>() / root);
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let inputs = Array2::from_shape_simple_fn((COLUMNS, rows), || normal(&mut generator));
    let rises = w.dot(&inputs).mapv(|n| (1.5 * n).tanh()).sum_axis(ndarray::Axis(0));
    let targets = rises.mapv(|y| y + 0.2 * normal(&mut generator)).insert_axis(ndarray::Axis(0));
    Samples::new(inputs, targets).expect("finite numbers")
}

/// By two uniform numbers (Box & Muller 1958).
fn normal(generator: &mut Xoshiro256PlusPlus) -> f64 {
    let (u, v): (f64, f64) = (generator.random(), generator.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}
