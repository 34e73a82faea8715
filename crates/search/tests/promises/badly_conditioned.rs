//! The hybrid search on quadratics of bad condition under rows.

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Budget, HybridSearch, LinearConstraints, Minimizer, Problem};

/// `½ dᵀ H d - Σ λᵢ aᵢ·d` with d = x - x*, where a third of as many rows as coordinates are active at x* with multipliers λ
/// from ½ to 2. H has eigenvalues from 1 to 1/condition in random directions, and is positive definite: x* is the minimum, with
/// value 0, by the conditions of Karush, Kuhn & Tucker.
fn quadratic_under_rows(n: usize, condition: f64, seed: u64) -> Problem<'static> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut normal = |n: usize| -> Vec<f64> { (0..n).map(|_| random.sample(StandardNormal)).collect() };
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let mut directions: Vec<Vec<f64>> = Vec::new();
    while directions.len() < n {
        let mut next = normal(n);
        for direction in &directions {
            let along = dot(&next, direction);
            next.iter_mut().zip(direction).for_each(|(next, part)| *next -= along * part);
        }
        let length = dot(&next, &next).sqrt();
        directions.push(next.iter().map(|part| part / length).collect());
    }
    let (solution, away, active) = (normal(n), normal(n), n / 3);
    let rows: Vec<Vec<f64>> = (0..active + n / 2).map(|_| normal(n)).collect();
    let room: Vec<f64> =
        (0..rows.len()).map(|k| if k < active { 0.0 } else { random.random_range(0.1..3.0) }).collect();
    let sides: Vec<f64> = rows.iter().zip(room).map(|(row, room)| dot(row, &solution) + room).collect();
    let mut slope = vec![0.0; n];
    for row in &rows[..active] {
        let multiplier = random.random_range(0.5..2.0);
        slope.iter_mut().zip(row).for_each(|(slope, a)| *slope += multiplier * a);
    }
    let start: Vec<f64> = solution.iter().zip(away).map(|(x, away)| x + away).collect();
    let f = move |x: &[f64]| {
        let d: Vec<f64> = x.iter().zip(&solution).map(|(x, at)| x - at).collect();
        let bent = |(k, direction): (usize, &Vec<f64>)| {
            condition.powf(-(k as f64) / (n as f64 - 1.0)) * dot(direction, &d).powi(2)
        };
        0.5 * directions.iter().enumerate().map(bent).sum::<f64>() - dot(&slope, &d)
    };
    let rows = LinearConstraints::at_most(rows, sides).unwrap();
    Problem::new(f, start).unwrap().subject_to(rows).unwrap()
}

#[test]
fn badly_conditioned_quadratics_under_rows_are_solved() {
    for (n, condition) in [(8, 1e5), (14, 1e3), (24, 1e3)] {
        for seed in 0..3 {
            let problem = quadratic_under_rows(n, condition, seed);
            let budget = Budget::evaluations(200 * n as u64);
            let outcome = HybridSearch::default().minimize(&problem, &budget, &mut ()).unwrap();
            let left = outcome.value / outcome.start_value;
            assert!(
                outcome.converged() && left < 1e-8,
                "{n} {condition} {seed}: {left:e}, {:?}",
                outcome.status
            );
        }
    }
}
