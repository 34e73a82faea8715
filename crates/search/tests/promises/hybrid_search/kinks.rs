//! Kinks: of all coordinates at once, along no coordinate, and what is none.

use search::{Bounds, Budget, HybridOptions, HybridParts, HybridSearch, Minimizer, Problem};

use super::{hybrid, rosenbrock, run};
use crate::runs::visited;

/// A valley whose floor is a kink that no coordinate follows; least at (1, 1), 0 there.
pub(crate) fn bent_kink(x: &[f64]) -> f64 {
    10.0 * (x[1] - x[0] * x[0]).abs() + (1.0 - x[0]).abs()
}

/// `Σ wᵢ |xᵢ - cᵢ + tᵢ|` with terms tᵢ that couple all coordinates a little, about 0 at its minimum.
pub(crate) fn kink_in_each(x: &[f64]) -> f64 {
    let all: f64 = x.iter().map(|x| (x * x + 1.0).sqrt()).sum();
    let term = |(i, x): (usize, &f64)| {
        let (weight, centre) = (1.0 + (3.0 * i as f64).sin().abs(), -1.0 + 0.3 * (1.7 * i as f64).sin());
        weight * (x - centre + 0.01 * all / x.abs().max(1.0)).abs()
    };
    x.iter().enumerate().map(term).sum()
}

#[test]
fn kinks_of_all_coordinates_are_met_at_once() {
    let n = 12;
    let problem = Problem::new(kink_in_each, vec![-0.9; n]).unwrap();
    let [with, without] = [true, false].map(|kink_step| {
        let parts = HybridParts { kink_step, ..HybridParts::default() };
        let search = HybridSearch::new(HybridOptions { parts, mesh_tolerance: 1e-12, ..hybrid() }).unwrap();
        // As many as four sweeps have.
        search.minimize(&problem, &Budget::evaluations(8 * n as u64 + 5), &mut ()).unwrap().value
    });
    assert!(with < 0.01 && without > 1.0, "{with} and {without}");
}

#[test]
fn kinks_further_away_than_the_first_step_are_met_once_one_has_been_seen() {
    // Each kink within 4 of the start, its sides of different steepness.
    let n = 10;
    let kink = |(i, x): (usize, &f64)| {
        let away = x - 4.0 * (2.3 * i as f64).sin();
        (1.0 + i as f64 / 5.0) * (away + 0.02 * away * away).abs()
    };
    let sum = |x: &[f64]| -> f64 { x.iter().enumerate().map(kink).sum() };
    let problem = Problem::new(sum, vec![0.0; n]).unwrap();
    let [with, without] = [true, false].map(|kink_step| {
        let parts = HybridParts { kink_step, ..HybridParts::default() };
        let search = HybridSearch::new(HybridOptions { parts, mesh_tolerance: 1e-12, ..hybrid() }).unwrap();
        search.minimize(&problem, &Budget::evaluations(40 * (n as u64 + 1)), &mut ()).unwrap().value
    });
    assert!(with < 1e-9 && without > 1e-3, "{with} and {without}");
}

#[test]
fn kinks_beyond_bounds_are_met_on_them() {
    // Least at 0.5 in the first two coordinates, whose kinks are beyond it, and at the kinks of the others.
    let centres = [0.8, 2.0, 0.1, -0.3, 0.25];
    let sum = |x: &[f64]| -> f64 { x.iter().zip(centres).map(|(x, centre)| (x - centre).abs()).sum() };
    let problem = Problem::new(sum, vec![0.0; 5]).unwrap();
    let problem = problem.bounded(Bounds::uniform(5, -1.0, 0.5).unwrap()).unwrap();
    let outcome = run(&problem, hybrid());
    assert!((outcome.value - 1.8).abs() < 1e-9, "{}", outcome.value);
    assert!(outcome.x.iter().zip([0.5, 0.5, 0.1, -0.3, 0.25]).all(|(x, least)| (x - least).abs() < 1e-9));
}

#[test]
fn smooth_objectives_have_no_kinks() {
    let exponentials: fn(&[f64]) -> f64 = |x| (x[0] - 0.3).cosh() + (x[1] + 0.1).cosh() + x[0] * x[1];
    for f in [rosenbrock, exponentials] {
        let paths = [true, false].map(|kink_step| {
            let parts = HybridParts { kink_step, ..HybridParts::default() };
            visited(&[-1.2, 1.0], HybridOptions { parts, ..hybrid() }, f)
        });
        assert_eq!(paths[0], paths[1]);
    }
}

#[test]
fn a_variable_metric_follows_a_kink_where_models_and_polls_get_stuck() {
    // From the first start the models' steps cross the kink, from the second they rise steadily away from it.
    for start in [-1.54, -1.64] {
        let problem = Problem::new(bent_kink, vec![start, 1.0]).unwrap();
        let [with, without] = [true, false].map(|variable_metric| {
            let parts = HybridParts { variable_metric, ..HybridParts::default() };
            let options = HybridOptions { parts, mesh_tolerance: 1e-12, ..hybrid() };
            let search = HybridSearch::new(options).unwrap();
            search.minimize(&problem, &Budget::evaluations(400), &mut ()).unwrap().value
        });
        assert!(with < 1e-5 && without > 1e-2, "{with} and {without} from {start}");
    }
}

#[test]
fn a_variable_metric_stays_within_bounds_and_follows_them() {
    // Least where the bound cuts the kink: at (0.5, 0.25), 0.5 there.
    let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, 2.0]).unwrap();
    let problem = Problem::new(bent_kink, vec![-1.2, 1.0]).unwrap().bounded(bounds).unwrap();
    let [with, without] = [true, false].map(|variable_metric| {
        let parts = HybridParts { variable_metric, ..HybridParts::default() };
        let options = HybridOptions { parts, mesh_tolerance: 1e-12, ..hybrid() };
        let search = HybridSearch::new(options).unwrap();
        search.minimize(&problem, &Budget::evaluations(400), &mut ()).unwrap().value - 0.5
    });
    assert!((0.0..1e-3).contains(&with) && without > 10.0 * with, "{with} and {without}");
}

#[test]
fn noise_is_not_taken_for_kinks() {
    // A bowl with noise of 1e-3 from the bits of the point.
    let noisy = |x: &[f64]| {
        let bits = x.iter().fold(0_u64, |bits, x| (bits ^ x.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let noise = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        (1.0 + x[0] * x[0] + 3.0 * (x[1] - x[0]).powi(2)) * (1.0 + 1e-3 * noise)
    };
    let points =
        visited(&[2.0, -3.0], HybridOptions { mesh_tolerance: 1e-4, last_look: false, ..hybrid() }, noisy);
    let apart = |a: &[f64], b: &[f64]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let is_difference = |k: usize| points[..k].iter().any(|before| apart(&points[k], before) < 1e-6);
    let differences = (0..points.len()).filter(|&k| is_difference(k)).count();
    assert!(differences <= 1, "{differences} of {}", points.len());
}
