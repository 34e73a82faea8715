//! argmin's Nelder-Mead behind our interface: beyond the contract, what is its own.

use std::sync::Mutex;

use search::{Bounds, Budget, Minimizer, NelderMead, Problem, Status};

/// Two equal vertices are not a minimum, and a simplex finds room inside a narrow box.
#[test]
fn nelder_mead_converges_only_on_a_small_simplex() {
    let minimize = |f: fn(&[f64]) -> f64, start: Vec<f64>, bounds: Bounds| {
        let problem = Problem::new(f, start).unwrap().bounded(bounds).unwrap();
        NelderMead::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
    };
    let even = minimize(|x| (x[0] - 0.25).abs(), vec![0.0], Bounds::free(1));
    assert!((even.x[0] - 0.25).abs() < 1e-6 && even.status == Status::SolverConverged, "{even:?}");
    let narrow = Bounds::uniform(2, 0.0, 0.1).unwrap();
    let corner = minimize(|x| (x[0] - 1.0).powi(2) + (x[1] - 1.0).powi(2), vec![0.0; 2], narrow);
    assert!((corner.value - 1.62).abs() < 1e-6, "{corner:?}");
}

#[test]
fn nelder_mead_options_do_what_they_say_or_are_refused() {
    use search::NelderMeadOptions as O;
    let d = O::default;
    for (name, options) in [
        ("initial_step", O { initial_step: 0.0, ..d() }),
        ("function_tolerance", O { function_tolerance: -1.0, ..d() }),
        ("step_tolerance", O { step_tolerance: f64::NAN, ..d() }),
        ("max_function_evaluations", O { max_function_evaluations: Some(0), ..d() }),
    ] {
        let message = NelderMead::new(options).unwrap_err().to_string();
        assert!(message.starts_with(&format!("option {name} is ")), "{message}");
    }
    let points = Mutex::new(Vec::new());
    let f = |x: &[f64]| {
        points.lock().unwrap().push(x.to_vec());
        x.iter().map(|v| (v - 0.3) * (v - 0.3)).sum::<f64>()
    };
    let problem =
        Problem::new(f, vec![4.0, 0.0]).unwrap().bounded(Bounds::uniform(2, -9.0, 4.5).unwrap()).unwrap();
    let run = |options| {
        NelderMead::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
    };
    let rough = run(O { function_tolerance: 1e-2, step_tolerance: 1.0, ..d() }).counts.evaluations;
    let fine = run(d()).counts.evaluations;
    let limited = run(O { max_function_evaluations: Some(5), ..d() });
    assert!(rough < fine && limited.counts.evaluations == 5, "{rough} {fine}");
    points.lock().unwrap().clear();
    run(O { initial_step: 0.25, max_function_evaluations: Some(3), ..d() });
    // A step of 0.25 · 4 upwards has no room along the first coordinate; the unit of the second is an eighth of its box, 2.
    assert_eq!(*points.lock().unwrap(), [[4.0, 0.0], [3.0, 0.0], [4.0, 0.5]]);
}
