//! The projected quasi-Newton method on problems with known solutions.

use mse::ProjectedQuasiNewton;
use search::{Bounds, Budget, Minimizer, Outcome, Problem, with_gradient};

fn minimized(problem: &Problem<'_>) -> Outcome {
    let search = ProjectedQuasiNewton { function_tolerance: 0.0, ..ProjectedQuasiNewton::default() };
    search.minimize(problem, &Budget::evaluations(2_000), &mut ()).unwrap()
}

/// Rosenbrock's function: its minimum is at (1, 1); with x1 <= 1/2 at (1/2, 1/4), value 1/4.
#[test]
fn rosenbrocks_minimum_is_found_free_and_at_a_bound() {
    let f = || {
        with_gradient(
            |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2),
            |x: &[f64], gradient: &mut [f64]| {
                let off = x[1] - x[0] * x[0];
                gradient[0] = -400.0 * x[0] * off - 2.0 * (1.0 - x[0]);
                gradient[1] = 200.0 * off;
            },
        )
    };
    let free = minimized(&Problem::of(f(), [-1.2, 1.0]).unwrap());
    assert!(free.converged() && (free.x[0] - 1.0).abs() < 1e-5, "{free}");
    assert!(free.counts.evaluations < 80, "{free}");

    let bounds = Bounds::new([-2.0, -2.0], [0.5, 2.0]).unwrap();
    let held = minimized(&Problem::of(f(), [-1.2, 1.0]).unwrap().bounded(bounds).unwrap());
    assert!(held.converged() && held.x[0] == 0.5 && (held.x[1] - 0.25).abs() < 1e-6, "{held}");
}

/// `Σ i (x_i - c_i)² + 0.4 (Σ x_i)²` within [0, 1]: at the solution each slope is 0, or points out of the box.
#[test]
fn a_large_quadratic_in_a_box_ends_where_the_conditions_of_karush_kuhn_and_tucker_hold() {
    let n = 200;
    let centre = |i: usize| ((i * 37 % 101) as f64 - 50.0) / 30.0;
    let slopes = move |x: &[f64], gradient: &mut [f64]| {
        let sum: f64 = x.iter().sum();
        for (i, slope) in gradient.iter_mut().enumerate() {
            *slope = 2.0 * (i + 1) as f64 * (x[i] - centre(i)) + 0.8 * sum;
        }
    };
    let value = move |x: &[f64]| {
        let parts = x.iter().enumerate().map(|(i, x)| (i + 1) as f64 * (x - centre(i)).powi(2));
        parts.sum::<f64>() + 0.4 * x.iter().sum::<f64>().powi(2)
    };
    let bounds = Bounds::new(vec![0.0; n], vec![1.0; n]).unwrap();
    let problem = Problem::of(with_gradient(value, slopes), vec![0.5; n]).unwrap().bounded(bounds).unwrap();
    let found = minimized(&problem);
    let mut gradient = vec![0.0; n];
    slopes(&found.x, &mut gradient);
    let (mut at_lower, mut at_upper) = (0, 0);
    for (x, slope) in found.x.iter().zip(gradient) {
        match *x {
            0.0 => {
                at_lower += 1;
                assert!(slope >= -1e-4, "{slope}");
            }
            1.0 => {
                at_upper += 1;
                assert!(slope <= 1e-4, "{slope}");
            }
            _ => assert!(slope.abs() < 1e-3, "{slope}"),
        }
    }
    assert!(at_lower > 20 && at_upper > 5, "{at_lower} and {at_upper} at their bounds");
}

#[test]
fn the_same_problem_gives_the_same_bits_and_fixed_coordinates_stay() {
    let f = || {
        with_gradient(
            |x: &[f64]| x.iter().map(|x| (x - 3.0).powi(4)).sum::<f64>(),
            |x: &[f64], gradient: &mut [f64]| {
                gradient.iter_mut().zip(x).for_each(|(g, x)| *g = 4.0 * (x - 3.0).powi(3));
            },
        )
    };
    let bounds = Bounds::new([0.0, 1.0, 0.0], [10.0, 1.0, 2.0]).unwrap();
    let problem = || Problem::of(f(), [0.0, 1.0, 0.0]).unwrap().bounded(bounds.clone()).unwrap();
    let (first, second) = (minimized(&problem()), minimized(&problem()));
    assert_eq!((first.x.clone(), first.counts.evaluations), (second.x, second.counts.evaluations));
    assert!(first.x[1] == 1.0 && first.x[2] == 2.0 && (first.x[0] - 3.0).abs() < 0.02, "{first}");
}
