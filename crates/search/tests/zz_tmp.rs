//! x
use search::{Bounds, Budget, Problem, solver, solver_names};
use serde_json::json;
#[test]
fn show() {
    for name in solver_names() {
        for n in [1, 2] {
            let f = |x: &[f64]| x.iter().zip([3.0, -2.0]).map(|(x, c)| (x - c) * (x - c)).sum::<f64>();
            let problem = Problem::new(f, vec![1.0; n]).unwrap();
            if let Ok(o) =
                solver(name, &json!({})).unwrap().minimize(&problem, &Budget::evaluations(4000), &mut ())
            {
                println!("quadratic {name} {n}: {} {:?} {:.1e}", o.counts.evaluations, o.status, o.value);
            }
        }
        let f = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
        let problem = Problem::new(f, vec![-1.2, 1.0]).unwrap();
        if let Ok(o) =
            solver(name, &json!({})).unwrap().minimize(&problem, &Budget::evaluations(20000), &mut ())
        {
            println!(
                "rosenbrock {name}: {} {:?} {:.1e} {:?}",
                o.counts.evaluations, o.status, o.value, o.complaint
            );
        }
        let problem = Problem::new(f, vec![600.0, 100.0]).unwrap();
        if let Ok(o) =
            solver(name, &json!({})).unwrap().minimize(&problem, &Budget::evaluations(20000), &mut ())
        {
            println!(
                "steep {name}: {} {:?} {:.1e} {:?}",
                o.counts.evaluations, o.status, o.value, o.complaint
            );
        }
    }
    for (name, f, x0, l, u) in [
        ("golden-section", (|x: &[f64]| x[0] * x[0]) as fn(&[f64]) -> f64, 4.0, 0.0, 4.0),
        ("golden-section", |x| x[0] * x[0], 1.0, -1.0, 2.0),
        ("brent", |x| x[0] * x[0], 1.0, -1.0, 2.0),
        ("steepest-descent", |x| x[0], 0.5, 0.0, 1.0),
        ("trust-region", |x| x[0] * x[0], 1.0, 0.0, f64::INFINITY),
        ("nelder-mead", |x| x[0] * x[0], 1.0, 1.0, 1.0),
    ] {
        let problem = Problem::new(f, vec![x0]).unwrap().bounded(Bounds::uniform(1, l, u).unwrap()).unwrap();
        let o = solver(name, &json!({}))
            .unwrap()
            .minimize(&problem, &Budget::evaluations(4000), &mut ())
            .unwrap();
        println!(
            "row {name} {x0} [{l},{u}]: {} {:?} {:.1e} {:?} x={:?}",
            o.counts.evaluations, o.status, o.value, o.complaint, o.x
        );
    }
    let problem = Problem::new(|x: &[f64]| -x[0] - 2.0 * x[1], vec![0.5, 0.5])
        .unwrap()
        .bounded(Bounds::uniform(2, 0.0, 1.0).unwrap())
        .unwrap();
    for name in ["conjugate-gradient", "steepest-descent", "l-bfgs", "bfgs", "trust-region"] {
        let o = solver(name, &json!({}))
            .unwrap()
            .minimize(&problem, &Budget::evaluations(4000), &mut ())
            .unwrap();
        println!(
            "row {name} corner: {} {:?} {:.1e} {:?}",
            o.counts.evaluations, o.status, o.value, o.complaint
        );
    }
    for (name, options) in [
        ("cobyla", json!({"initial_step": 1e300})),
        ("nlopt-cobyla", json!({"initial_step": 1e300})),
        ("l-bfgs", json!({"memory": 1e12 as u64})),
    ] {
        println!(
            "{name}: {}",
            solver(name, &options).err().map(|e| e.to_string()).unwrap_or("accepted".into())
        );
    }
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0; 100_000]).unwrap();
    for name in ["cma-es", "nlopt-isres", "nlopt-praxis", "nelder-mead", "nlopt-sbplx", "l-bfgs"] {
        match solver(name, &json!({})).unwrap().minimize(&problem, &Budget::evaluations(5), &mut ()) {
            Err(e) => println!("large {e}"),
            Ok(o) => println!("large {name} {:?} {}", o.status, o.counts.evaluations),
        }
    }
}
