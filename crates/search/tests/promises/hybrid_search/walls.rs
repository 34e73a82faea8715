//! Regions without values, and the edges of them.

use search::{HybridOptions, HybridParts, Problem};

use super::{hybrid, rosenbrock, run};

#[test]
fn a_region_without_values_is_a_wall_and_not_the_end() {
    // Least at (1, 1), between two half planes where evaluations fail; the first sweep tries -2.2.
    let f = |x: &[f64]| -> Result<f64, String> {
        if x[0] + x[1] > 2.2 || x[0] < -1.5 { Err("outside".to_owned()) } else { Ok(rosenbrock(x)) }
    };
    let problem = Problem::new(f, vec![-1.2, 1.0]).unwrap();
    let outcome = run(&problem, hybrid());
    assert!(outcome.counts.failed > 0 && outcome.value < 1e-9, "{}", outcome.value);
}

#[test]
fn hybrid_follows_the_edge_of_a_region_without_values() {
    // Bounds that the search is not told of.
    let square =
        |x: &[f64]| if x[0] > 0.2 { Err("no") } else { Ok((x[0] - 1.0).powi(2) + (x[1] - 1.0).powi(2)) };
    let problem = Problem::new(square, vec![-2.0, -2.0]).unwrap();
    let outcome = run(&problem, hybrid());
    assert!((outcome.value - 0.64).abs() < 1e-4, "{} at {:?}", outcome.value, outcome.x);
    assert!(2 * outcome.counts.failed < outcome.counts.evaluations, "{:?}", outcome.counts);
}

#[test]
fn hybrid_follows_an_edge_along_no_coordinate() {
    // (x - 2)² + 3 y² turned by an angle, no value beyond x = 1: least there, at 1.
    let reached = |angle: f64, follow_walls: bool| {
        let (sin, cos) = angle.sin_cos();
        let f = |x: &[f64]| {
            let (along, across) = (cos * x[0] + sin * x[1], cos * x[1] - sin * x[0]);
            if along > 1.0 { Err("no") } else { Ok((along - 2.0).powi(2) + 3.0 * across * across) }
        };
        let problem = Problem::new(f, vec![-2.0 * cos - 1.3 * sin, -2.0 * sin + 1.3 * cos]).unwrap();
        let parts = HybridParts { follow_walls, ..HybridParts::default() };
        run(&problem, HybridOptions { parts, ..hybrid() }).value
    };
    let angles: Vec<f64> = (0..24).map(|k| 0.1 + 0.26 * f64::from(k)).collect();
    let short = |follow_walls| angles.iter().filter(|angle| reached(**angle, follow_walls) > 1.001).count();
    assert_eq!(short(true), 0);
    assert!(short(false) > 12, "{}", short(false));
}

#[test]
fn hybrid_follows_a_round_edge() {
    // Values within a ball alone, least on it nearest to (2, 2, 2, 2), which is 4 away from its centre, and 3 from it.
    let f = |x: &[f64]| -> Result<f64, String> {
        let squares = |centre: f64| x.iter().map(|x| (x - centre).powi(2)).sum::<f64>();
        if squares(0.0) > 1.0 { Err("outside".to_owned()) } else { Ok(squares(2.0)) }
    };
    let problem = Problem::new(f, vec![-0.2, 0.1, 0.3, -0.4]).unwrap();
    let outcome = run(&problem, hybrid());
    assert!(outcome.value < 9.001, "{} at {:?}", outcome.value, outcome.x);
}

#[test]
fn a_failing_step_as_long_as_the_mesh_size_is_not_tried_for_ever() {
    // Where the step's length is rounded up, the model once proposed the same failing point again and again.
    let normal = [-0.8827989743492956, 0.46975096688333917];
    let f = |x: &[f64]| {
        if normal[0] * x[0] + normal[1] * x[1] > 0.3 {
            return Err("no");
        }
        Ok((x[0] - 1.3 * normal[0]).powi(2) + (x[1] - 1.3 * normal[1]).powi(2))
    };
    let problem = Problem::new(f, vec![2.1655979486985912, -1.2395019337666784]).unwrap();
    let options = HybridOptions { max_iterations: Some(10_000), last_look: false, ..hybrid() };
    let outcome = run(&problem, options);
    assert!(outcome.converged() && outcome.counts.evaluations < 400, "{:?}", outcome.counts);
}
