//! What the solvers of other crates reach, and that their options do what they say or are refused.
#![cfg(any(feature = "basin", feature = "bobyqa", feature = "cmaes", feature = "cobyla", feature = "nlopt"))]

use std::sync::Mutex;

use search::peers::*;
use search::{Bounds, Budget, Error, Minimizer, Outcome, Problem, Status};
use serde_json::json;

/// Rosenbrock's function of four coordinates, cut off at x0 <= 0.8: the least value lies on that bound.
fn rosenbrock(minimizer: &dyn Minimizer, budget: &Budget) -> Outcome {
    let f = |x: &[f64]| -> f64 {
        x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum()
    };
    let free = f64::INFINITY;
    let bounds = Bounds::new(vec![-free; 4], vec![0.8, free, free, free]).unwrap();
    let problem = Problem::new(f, vec![-1.2, 1.0, -1.2, 1.0]).unwrap().bounded(bounds).unwrap();
    minimizer.minimize(&problem, budget, &mut ()).unwrap()
}

/// The least value, on which BOBYQA, CMA-ES, COBYLA and Nelder-Mead of different authors agree.
const LEAST: f64 = 0.502_618_4;

fn reaches_the_least(minimizer: &dyn Minimizer, evaluations: u64) {
    let outcome = rosenbrock(minimizer, &Budget::evaluations(evaluations));
    let difference = outcome.value - LEAST;
    assert!(difference.abs() < 1e-6, "{}: {}", outcome.solver, outcome.value);
    assert!(outcome.x[0] > 0.8 - 1e-6, "{}: {:?}", outcome.solver, outcome.x);
}

/// The points that a solver evaluates on a bowl around (0.3, ..., 0.3).
fn points(minimizer: &dyn Minimizer, start: Vec<f64>, budget: u64) -> Vec<Vec<f64>> {
    let seen = Mutex::new(Vec::new());
    let f = |x: &[f64]| {
        seen.lock().unwrap().push(x.to_vec());
        x.iter().map(|v| (v - 0.3).powi(2)).sum::<f64>()
    };
    let problem = Problem::new(f, start).unwrap();
    minimizer.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
    drop(problem);
    seen.into_inner().unwrap()
}

#[track_caller]
fn refused<M: std::fmt::Debug>(result: Result<M, Error>, option: &str) {
    match result.unwrap_err() {
        Error::Option { name, .. } => assert_eq!(name, option),
        other => panic!("{other}"),
    }
}

/// What holds for the options that all peers have; `make` takes the first and last step and the limit.
fn common_options<M: Minimizer + std::fmt::Debug>(make: impl Fn(f64, f64, Option<u64>) -> Result<M, Error>) {
    for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refused(make(step, 1e-6, None), "initial_step");
        refused(make(0.5, step, None), "step_tolerance");
    }
    for step in [1e11, 1e300] {
        refused(make(step, 1e-6, None), "initial_step");
    }
    let far = rosenbrock(&make(1e10, 1e2, None).unwrap(), &Budget::evaluations(500));
    assert!(far.value <= far.start_value);
    refused(make(0.5, 0.5, None), "step_tolerance");
    refused(make(0.5, 1e-6, Some(0)), "max_function_evaluations");

    let limited = rosenbrock(&make(0.5, 1e-6, Some(37)).unwrap(), &Budget::unlimited());
    assert_eq!((limited.counts.evaluations, limited.status), (37, Status::EvaluationLimit));
    let coarse = points(&make(0.5, 1e-1, None).unwrap(), vec![1.0; 3], 3_000);
    let fine = points(&make(0.5, 1e-6, None).unwrap(), vec![1.0; 3], 3_000);
    assert!(coarse.len() < fine.len() || fine.len() == 3_000, "{} and {}", coarse.len(), fine.len());
}

#[cfg(any(feature = "bobyqa", feature = "cobyla"))]
/// The second evaluation is this far from the start.
fn first_step(minimizer: &dyn Minimizer, start: &[f64]) -> f64 {
    let points = points(minimizer, start.to_vec(), 2);
    points[1].iter().zip(start).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[cfg(feature = "bobyqa")]
#[test]
fn bobyqa_reaches_the_bound_and_has_its_options() {
    reaches_the_least(&Bobyqa::default(), 400);
    common_options(|initial_step, step_tolerance, max_function_evaluations| {
        let options = BobyqaOptions {
            initial_step,
            step_tolerance,
            max_function_evaluations,
            ..BobyqaOptions::default()
        };
        Bobyqa::new(options)
    });
    let with_step =
        |initial_step| Bobyqa::new(BobyqaOptions { initial_step, ..BobyqaOptions::default() }).unwrap();
    assert_eq!(first_step(&with_step(0.125), &[1.0, 1.0]), 0.125);
    // The unit of 20.0 is 16.
    assert_eq!(first_step(&with_step(0.125), &[20.0, 0.0]), 2.0);
    assert!(serde_json::from_str::<BobyqaOptions>(r#"{"initial_stp": 1}"#).is_err());
}

#[cfg(feature = "bobyqa")]
#[test]
fn more_coordinates_than_allowed_are_given_up_after_the_start() {
    let with =
        |max_coordinates| Bobyqa::new(BobyqaOptions { max_coordinates, ..Default::default() }).unwrap();
    let problem = Problem::new(|x: &[f64]| x[0], vec![0.0; 4]).unwrap();
    let outcome = with(3).minimize(&problem, &Budget::evaluations(20), &mut ()).unwrap();
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::SolverGaveUp, 1));
    assert_eq!(outcome.complaint.unwrap(), "4 coordinates; max_coordinates is 3");
    let fixed = Bounds::new(vec![-1.0, -1.0, -1.0, 0.0], vec![1.0, 1.0, 1.0, 0.0]).unwrap();
    let outcome =
        with(3).minimize(&problem.bounded(fixed).unwrap(), &Budget::evaluations(200), &mut ()).unwrap();
    assert!(outcome.converged() && outcome.x[0] == -1.0, "a fixed coordinate does not count: {outcome:?}");
}

#[cfg(feature = "bobyqa")]
#[test]
fn a_panic_of_an_observer_reaches_its_user() {
    let problem = Problem::new(|x: &[f64]| x[0] * x[0], vec![3.0]).unwrap();
    let mut observer = |event: &search::Event| {
        if matches!(event, search::Event::Improvement { evaluations: 3.., .. }) {
            std::panic::panic_any("the observer's");
        }
        std::ops::ControlFlow::Continue(())
    };
    let run = || Bobyqa::default().minimize(&problem, &Budget::unlimited(), &mut observer);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "the observer's");
}

#[cfg(feature = "cobyla")]
#[test]
fn cobyla_reaches_the_bound_and_has_its_options() {
    reaches_the_least(&Cobyla::default(), 3_000);
    common_options(|initial_step, step_tolerance, max_function_evaluations| {
        let options = CobylaOptions {
            initial_step,
            step_tolerance,
            max_function_evaluations,
            ..CobylaOptions::default()
        };
        Cobyla::new(options)
    });
    let with_step =
        |initial_step| Cobyla::new(CobylaOptions { initial_step, ..CobylaOptions::default() }).unwrap();
    assert_eq!(first_step(&with_step(0.125), &[1.0, 1.0]), 0.125);
}

#[cfg(feature = "cmaes")]
#[test]
fn cma_es_reaches_the_bound_and_has_its_options() {
    reaches_the_least(&CmaEs::default(), 3_000);
    common_options(|initial_step, step_tolerance, max_function_evaluations| {
        let options = CmaEsOptions {
            initial_step,
            step_tolerance,
            max_function_evaluations,
            ..CmaEsOptions::default()
        };
        CmaEs::new(options)
    });
    let with = |options: CmaEsOptions| CmaEs::new(options);
    refused(with(CmaEsOptions { population_size: Some(1), ..Default::default() }), "population_size");
    refused(with(CmaEsOptions { function_tolerance: -1.0, ..Default::default() }), "function_tolerance");

    let path = |options| points(&with(options).unwrap(), vec![1.0; 3], 60);
    let usual = path(CmaEsOptions::default());
    assert_eq!(usual, path(CmaEsOptions::default()));
    assert_ne!(usual, path(CmaEsOptions { seed: 1, ..Default::default() }));
    let large = path(CmaEsOptions { population_size: Some(20), ..Default::default() });
    assert_eq!(usual[..8], large[..8], "the first generation has the same samples");
    assert_ne!(usual[8..], large[8..], "and the second does not");
    let all = |function_tolerance| {
        let minimizer = with(CmaEsOptions { function_tolerance, ..Default::default() }).unwrap();
        points(&minimizer, vec![1.0; 3], 3_000).len()
    };
    assert!(all(1e-3) < all(1e-12));
}

#[cfg(feature = "basin")]
#[test]
fn basin_reaches_the_bound_and_has_its_options() {
    for algorithm in [BasinAlgorithm::Mads, BasinAlgorithm::Bobyqa, BasinAlgorithm::CmaEs] {
        let with = |options| Basin::new(BasinOptions { algorithm, ..options });
        common_options(|initial_step, step_tolerance, max_function_evaluations| {
            let options = BasinOptions::default();
            with(BasinOptions { initial_step, step_tolerance, max_function_evaluations, ..options })
        });
        // MADS is not done after 8000 evaluations.
        if algorithm != BasinAlgorithm::Mads {
            reaches_the_least(&with(BasinOptions::default()).unwrap(), 2_500);
        }
        let path =
            |seed| points(&with(BasinOptions { seed, ..Default::default() }).unwrap(), vec![1.0; 3], 60);
        assert_eq!(path(0), path(0));
        assert_eq!(path(0) != path(1), algorithm == BasinAlgorithm::CmaEs);
    }
    refused(Basin::new(BasinOptions { step_tolerance: 1e-12, ..Default::default() }), "step_tolerance");
}

/// Its polls would take longer with each success, without an end.
#[cfg(feature = "basin")]
#[test]
fn mads_ends_where_there_is_no_least_value() {
    let problem = Problem::new(|x: &[f64]| -x[0].abs().sqrt(), vec![1.0]).unwrap();
    let outcome = Basin::default().minimize(&problem, &Budget::evaluations(500), &mut ()).unwrap();
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::EvaluationLimit, 500));
    let reach = f64::from(1 << 19);
    assert!(outcome.x[0] > reach * reach, "it begins anew where 2^20 steps of 0.5 have ended: {outcome:?}");
}

#[cfg(feature = "nlopt")]
#[test]
fn nlopt_reaches_the_bound_and_has_its_options() {
    use NloptAlgorithm::{Bobyqa, Cobyla, Crs2Lm, DirectL, Esch, Isres, NelderMead, Praxis, Sbplx};
    for algorithm in [Bobyqa, Cobyla, Praxis, NelderMead, Sbplx, DirectL, Crs2Lm, Isres, Esch] {
        let with = |options| Nlopt::new(NloptOptions { algorithm, ..options });
        common_options(|initial_step, step_tolerance, max_function_evaluations| {
            let options = NloptOptions::default();
            with(NloptOptions { initial_step, step_tolerance, max_function_evaluations, ..options })
        });
        let path =
            |seed| points(&with(NloptOptions { seed, ..Default::default() }).unwrap(), vec![1.0; 3], 60);
        assert_eq!(path(0), path(0), "{algorithm}");
        assert_eq!(path(0) != path(1), matches!(algorithm, Praxis | Crs2Lm | Isres | Esch), "{algorithm}");

        let near = with(NloptOptions { search_radius: 0.25, ..Default::default() }).unwrap();
        // They begin anew where the edge is the best place they know.
        let farthest = points(&near, vec![1.0; 3], 50)
            .iter()
            .flatten()
            .fold(0.0, |most: f64, v| most.max((v - 1.0).abs()));
        let global = matches!(algorithm, DirectL | Crs2Lm | Isres | Esch);
        assert_eq!(farthest <= 0.25, global, "{algorithm}: {farthest}");
    }
    // From the usual first step, 0.5, this BOBYQA finds another local minimum, 3.7.
    reaches_the_least(&Nlopt::new(NloptOptions { initial_step: 0.25, ..Default::default() }).unwrap(), 500);
    for (algorithm, evaluations) in [(Cobyla, 3_000), (Praxis, 400), (NelderMead, 800), (Sbplx, 3_000)] {
        reaches_the_least(
            &Nlopt::new(NloptOptions { algorithm, ..Default::default() }).unwrap(),
            evaluations,
        );
    }
    refused(Nlopt::new(NloptOptions { search_radius: 0.0, ..Default::default() }), "search_radius");
}

fn every_peer() -> Vec<Box<dyn Minimizer>> {
    let ours = ["patternsearch", "coordinate", "hybrid", "automatic"];
    let kinds = search::solvers();
    let peers = kinds.iter().skip_while(|kind| kind.name() != "adam").skip(1);
    peers
        .filter(|kind| !ours.contains(&kind.name()))
        .map(|kind| kind.with_options(&json!({})).unwrap())
        .collect()
}

#[test]
fn a_box_of_some_numbers_is_searched_without_the_peer() {
    for start in [1.0_f64, -1e9, 1e-200] {
        let ulp = start.abs().next_up() - start.abs();
        let bounds = Bounds::new(vec![start - 2.0 * ulp, start], vec![start + 2.0 * ulp, start]).unwrap();
        for peer in every_peer() {
            // The least value is at the lower bound of the first coordinate.
            let f = |x: &[f64]| (x[0] - start) / ulp;
            let problem = Problem::new(f, vec![start; 2]).unwrap().bounded(bounds.clone()).unwrap();
            let outcome = peer.minimize(&problem, &Budget::evaluations(100), &mut ()).unwrap();
            assert!(outcome.converged() && outcome.value == -2.0, "{start}: {outcome:?}");
        }
    }
}

#[test]
fn what_takes_too_much_memory_or_time_is_not_begun() {
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0; 100_000]).unwrap();
    for peer in every_peer() {
        match peer.minimize(&problem, &Budget::evaluations(5), &mut ()) {
            Err(Error::WorkingMemory { solver, coordinates: 100_000, .. }) => assert_eq!(solver, peer.name()),
            Err(error) => panic!("{}: {error}", peer.name()),
            Ok(outcome) => assert!(["nlopt-sbplx", "nlopt-esch"].contains(&outcome.solver.as_str())),
        }
    }
}

/// The peers of this build that take constraints.
#[cfg(any(feature = "cobyla", feature = "nlopt"))]
fn under_constraints() -> Vec<Box<dyn Minimizer>> {
    vec![
        #[cfg(feature = "cobyla")]
        Box::new(Cobyla::default()),
        #[cfg(feature = "nlopt")]
        Box::new(
            Nlopt::new(NloptOptions { algorithm: NloptAlgorithm::Cobyla, ..Default::default() }).unwrap(),
        ),
    ]
}

/// Hock & Schittkowski 1981, problem 71: an inequality, an equality, active bounds, f* = 17.0140173.
#[cfg(any(feature = "cobyla", feature = "nlopt"))]
#[test]
fn cobyla_takes_nonlinear_constraints_and_evaluates_each_point_once() {
    let f = |x: &[f64]| x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2];
    let constraints =
        |x: &[f64]| ([25.0 - x.iter().product::<f64>()], [x.iter().map(|x| x * x).sum::<f64>() - 40.0]);
    let problem = Problem::new(f, vec![1.0, 5.0, 5.0, 1.0]).unwrap();
    let problem = problem.bounded(Bounds::uniform(4, 1.0, 5.0).unwrap()).unwrap();
    let problem = problem.constrained(search::ConstraintCount::new(1, 1), constraints);
    for peer in under_constraints() {
        let mut points = Points::default();
        let outcome = peer.minimize(&problem, &Budget::evaluations(1_000), &mut points).unwrap();
        assert!(outcome.converged() && outcome.feasible, "{outcome:?}");
        assert!((outcome.value - 17.014_017_3).abs() < 1e-4, "{}: {}", outcome.solver, outcome.value);
        assert_eq!(points.0.len() as u64, outcome.counts.evaluations);
        assert!(points.0.windows(2).all(|pair| pair[0] != pair[1]), "a point twice in a row");
    }
}

/// Hock & Schittkowski 1981, problem 26: a curved equality, which hardly any point meets to the last bit.
#[cfg(any(feature = "cobyla", feature = "nlopt"))]
#[test]
fn cobyla_ends_with_its_budget_at_a_point_that_violates_a_constraint() {
    let f = |x: &[f64]| (x[0] - x[1]).powi(2) + (x[1] - x[2]).powi(4);
    let constraint = |x: &[f64]| ([], [(1.0 + x[1] * x[1]) * x[0] + x[2].powi(4) - 3.0]);
    let problem = Problem::new(f, vec![-2.6, 2.0, 2.0]).unwrap();
    let problem = problem.constrained(search::ConstraintCount::new(0, 1), constraint);
    for peer in under_constraints() {
        for budget in 5..60 {
            let outcome = peer.minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap();
            assert_eq!((outcome.status, outcome.counts.evaluations), (Status::EvaluationLimit, budget));
        }
    }
}

/// (x - 2)² + (y - 1)² under x + y <= 2 and x - 2 y = 0: the least value is at (4/3, 2/3), by the equality alone at (2, 1).
#[cfg(any(feature = "cobyla", feature = "nlopt"))]
#[test]
fn cobyla_takes_rows_which_its_points_may_violate() {
    let rows = search::LinearConstraints::at_most([[1.0, 1.0]], [2.0]).unwrap();
    let rows = rows.and(search::LinearConstraints::equal([[1.0, -2.0]], [0.0]).unwrap()).unwrap();
    let problem =
        Problem::new(|x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2), vec![0.0, 0.0]).unwrap();
    let problem = problem.subject_to(rows.clone()).unwrap();
    for peer in under_constraints() {
        let outcome = peer.minimize(&problem, &Budget::evaluations(1_000), &mut ()).unwrap();
        assert!(
            (outcome.x[0] - 4.0 / 3.0).abs() < 1e-5 && (outcome.x[1] - 2.0 / 3.0).abs() < 1e-5,
            "{outcome:?}"
        );
        assert!(outcome.feasible && rows.violation(&outcome.x) <= 1e-6);
    }
}

/// All points of a run.
#[cfg(any(feature = "cobyla", feature = "nlopt"))]
#[derive(Default)]
struct Points(Vec<Vec<f64>>);

#[cfg(any(feature = "cobyla", feature = "nlopt"))]
impl search::Observer for Points {
    fn observe(&mut self, event: &search::Event<'_>) -> std::ops::ControlFlow<()> {
        if let search::Event::Evaluation { x, .. } = event {
            self.0.push(x.to_vec());
        }
        std::ops::ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        true
    }
}
