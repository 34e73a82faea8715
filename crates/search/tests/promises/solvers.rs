//! The solvers of argmin and the projected gradients: beyond the contract, what is their own.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use search::{
    Adam, AdamOptions, Bounds, Budget, Differences, Error, Event, Failure, Gradient, GradientMethod,
    GradientOptions, GradientSearch, Minimizer, NelderMead, NelderMeadOptions, Objective, Outcome,
    ParticleSwarm, ParticleSwarmOptions, Problem, ProjectedGradient, ProjectedGradientOptions, Run,
    ScalarMethod, ScalarOptions, ScalarSearch, SimulatedAnnealing, SimulatedAnnealingOptions, Status,
    StepLength, Within, with_gradient,
};

const WITHIN: [Within; 5] =
    [Within::Project, Within::Reflect, Within::Square, Within::Exponential, Within::Softplus];

const METHODS: [GradientMethod; 5] = [
    GradientMethod::SteepestDescent,
    GradientMethod::ConjugateGradient,
    GradientMethod::Bfgs,
    GradientMethod::Lbfgs,
    GradientMethod::TrustRegion,
];

fn gradient_solvers() -> Vec<Box<dyn Minimizer>> {
    let fast = AdamOptions { learning_rate: 0.1, ..AdamOptions::default() };
    let mut solvers: Vec<Box<dyn Minimizer>> = vec![Box::new(Adam::new(fast).unwrap())];
    for step_length in [StepLength::Plain, StepLength::Spectral] {
        let options = ProjectedGradientOptions { step_length, ..Default::default() };
        solvers.push(Box::new(ProjectedGradient::new(options).unwrap()));
    }
    for method in METHODS {
        for within in WITHIN {
            let options = GradientOptions { method, within, ..GradientOptions::default() };
            solvers.push(Box::new(GradientSearch::new(options).unwrap()));
        }
    }
    solvers
}

fn minimize(solver: &dyn Minimizer, problem: &Problem<'_>, evaluations: u64) -> Outcome {
    solver.minimize(problem, &Budget::evaluations(evaluations), &mut ()).unwrap()
}

fn valley(x: &[f64]) -> f64 {
    (x[0] - 0.5).powi(2) + 3.0 * (x[1] - x[0]).powi(2)
}

fn valley_slope(x: &[f64], gradient: &mut [f64]) {
    gradient[0] = 2.0 * (x[0] - 0.5) - 6.0 * (x[1] - x[0]);
    gradient[1] = 6.0 * (x[1] - x[0]);
}

#[test]
fn an_objectives_own_gradient_is_used_and_counted_apart() {
    for solver in gradient_solvers() {
        let gradients = AtomicU64::new(0);
        let slope = |x: &[f64], gradient: &mut [f64]| {
            gradients.fetch_add(1, Ordering::Relaxed);
            valley_slope(x, gradient);
        };
        let bounded = Bounds::uniform(2, -2.0, 2.0).unwrap();
        let own = Problem::of(with_gradient(valley, slope), vec![1.5, -1.0]).unwrap();
        let own = minimize(&solver, &own.bounded(bounded.clone()).unwrap(), 2_000);
        let without = Problem::new(valley, vec![1.5, -1.0]).unwrap().bounded(bounded).unwrap();
        let differences = minimize(&solver, &without, 2_000);
        let name = &own.solver;
        assert_eq!(own.counts.gradients, gradients.into_inner(), "{name}");
        assert!(own.counts.gradients > 0 && differences.counts.gradients == 0, "{name}");
        assert!(own.value < 1e-6 && differences.value < 1e-6, "{name}: {} {}", own.value, differences.value);
        assert!(own.counts.evaluations <= differences.counts.evaluations, "{name}");
    }
}

/// A gradient that is an error, NaN, or a panic here and there.
struct Rough;

impl Objective for Rough {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        Ok(valley(x))
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        Some(self)
    }
}

impl Gradient for Rough {
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        valley_slope(x, gradient);
        match x[0].to_bits() % 4 {
            0 => Err(Failure::Error("no gradient".to_owned())),
            1 => std::panic::resume_unwind(Box::new("no gradient".to_owned())),
            2 => {
                gradient[1] = f64::NAN;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

#[test]
fn differences_take_the_place_of_a_gradient_that_fails() {
    for solver in gradient_solvers() {
        let problem = Problem::of(Rough, vec![1.5, -1.0]).unwrap();
        let outcome = minimize(&solver, &problem, 4_000);
        assert!(outcome.value < 1e-5, "{}: {}", outcome.solver, outcome.value);
        let counts = outcome.counts;
        assert!(counts.failed_gradients > 0 && counts.failed_gradients <= counts.gradients, "{counts:?}");
        assert_eq!(counts.failed, 0);
    }
}

#[test]
fn differences_stay_inside_the_bounds_and_cost_what_they_say() {
    for (differences, per_gradient) in [(Differences::Forward, 2), (Differences::Central, 4)] {
        let points = Mutex::new(Vec::new());
        let f = |x: &[f64]| {
            points.lock().unwrap().push(x.to_vec());
            valley(x)
        };
        // The start is a corner.
        let bounds = Bounds::new(vec![1.0, 0.0], vec![3.0, 0.0]).unwrap();
        let problem = Problem::new(f, vec![1.0, 0.0]).unwrap().bounded(bounds.clone()).unwrap();
        let options = ProjectedGradientOptions { differences, ..Default::default() };
        let solver = ProjectedGradient::new(options).unwrap();
        let outcome = minimize(&solver, &problem, 100);
        // At (1, 0) the slope along x1 is positive, and x2 is fixed: nothing to do.
        assert_eq!((outcome.x.as_slice(), outcome.status), (&[1.0, 0.0][..], Status::SolverConverged));
        assert_eq!(outcome.counts.evaluations, 2, "one side of one coordinate has room");
        assert!(points.lock().unwrap().iter().all(|x| bounds.contain(x)));

        points.lock().unwrap().clear();
        minimize(&solver, &Problem::new(f, vec![1.5, -1.0]).unwrap(), 10);
        let along_axes = points.lock().unwrap().iter().skip(1).position(|x| x[0] != 1.5 && x[1] != -1.0);
        assert_eq!(along_axes, Some(per_gradient), "then the first step");

        let inside = Problem::new(valley, vec![0.5, 0.5]).unwrap();
        let outcome = minimize(&solver, &inside, 100);
        assert!(outcome.converged() && outcome.x == [0.5, 0.5], "{outcome:?}");
        // Its slopes are rounding alone: a step is tried in vain.
        assert!(outcome.counts.evaluations < 80, "{outcome:?}");
    }
}

#[test]
fn a_start_on_the_bound_is_no_trap_for_maps_without_slope_there() {
    // From (0, 0), where squares have no slope, to (2, 1).
    let f = |x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2);
    for upper in [f64::INFINITY, 9.0] {
        let problem = Problem::new(f, vec![0.0, 0.0]).unwrap();
        let problem = problem.bounded(Bounds::uniform(2, 0.0, upper).unwrap()).unwrap();
        for within in WITHIN {
            for method in METHODS {
                let options = GradientOptions { method, within, ..GradientOptions::default() };
                let outcome = minimize(&GradientSearch::new(options).unwrap(), &problem, 4_000);
                assert!(outcome.value < 1e-6, "{method:?} {within:?}: {outcome:?}");
            }
            let simplex = NelderMead::new(NelderMeadOptions { within, ..Default::default() }).unwrap();
            let outcome = minimize(&simplex, &problem, 4_000);
            assert!(outcome.value < 1e-6, "nelder-mead {within:?}: {outcome:?}");
        }
    }
}

#[test]
fn what_is_no_solution_is_not_called_convergence() {
    // A kink at the minimum along the diagonal: gradients never become small.
    let kink =
        Problem::new(|x: &[f64]| (x[0] - x[1]).abs() + 0.1 * (x[0] + x[1]).abs(), vec![3.0, 1.0]).unwrap();
    for solver in gradient_solvers() {
        let outcome = minimize(&solver, &kink, 3_000);
        assert!(!outcome.converged() || outcome.value < 1e-6, "{}: {outcome:?}", outcome.solver);
        assert!(outcome.status != Status::SolverGaveUp || outcome.complaint.is_some());
    }
}

#[test]
fn a_wrong_gradient_leads_to_no_convergence() {
    let uphill = |x: &[f64], gradient: &mut [f64]| {
        valley_slope(x, gradient);
        gradient.iter_mut().for_each(|slope| *slope = -*slope);
    };
    let problem = Problem::of(with_gradient(valley, uphill), vec![1.5, -1.0]).unwrap();
    for solver in gradient_solvers() {
        let outcome = minimize(&solver, &problem, 1_000);
        assert!(!outcome.converged(), "{}: {outcome:?}", outcome.solver);
    }
}

#[test]
fn a_slope_that_nobody_knows_is_not_zero() {
    let start = [1.5, -1.0];
    // Along the second coordinate nothing has a value but the start.
    let alone = |x: &[f64]| if x[1] == start[1] { (x[0] - 1.5).powi(2) } else { f64::NAN };
    // Steeper than numbers go.
    let jump = |x: &[f64]| if x[0] > 1.5 - 1e-6 { 1e308 } else { -1e308 };
    let fixed = Bounds::new(vec![-9.0, -1.0], vec![9.0, -1.0]).unwrap();
    for solver in gradient_solvers() {
        let lonely = Problem::new(alone, start.to_vec()).unwrap();
        let outcome = minimize(&solver, &lonely, 500);
        assert!(!outcome.converged(), "{}: {outcome:?}", outcome.solver);
        let outcome = minimize(&solver, &lonely.bounded(fixed.clone()).unwrap(), 5_000);
        let exact = outcome.solver != "steepest-descent" && outcome.solver != "conjugate-gradient";
        assert!(outcome.converged() || !exact, "a fixed coordinate needs no slope: {outcome:?}");

        let outcome = minimize(&solver, &Problem::new(jump, start.to_vec()).unwrap(), 500);
        assert!(outcome.value == -1e308 || !outcome.converged(), "{}: {outcome:?}", outcome.solver);
    }
}

/// As users write them who know no infinity.
#[test]
fn bounds_far_away_are_as_none() {
    let f = |x: &[f64]| x.iter().map(|x| (x - 7.0).powi(2)).sum::<f64>();
    let free = Problem::new(f, vec![1.0, 2.0]).unwrap();
    let mut solvers = gradient_solvers();
    for within in WITHIN {
        let simplex = NelderMeadOptions { within, ..Default::default() };
        solvers.push(Box::new(NelderMead::new(simplex).unwrap()));
        let annealing = SimulatedAnnealingOptions { within, seed: 2, ..Default::default() };
        solvers.push(Box::new(SimulatedAnnealing::new(annealing).unwrap()));
    }
    for solver in solvers {
        let expected = minimize(&solver, &free, 2_000);
        assert!(expected.value < 1e-6, "{expected:?}");
        for far in [f64::MAX, 1e300, 1e20] {
            let problem = free.clone().bounded(Bounds::uniform(2, -far, far).unwrap()).unwrap();
            let outcome = minimize(&solver, &problem, 2_000);
            assert_eq!(outcome.x, expected.x, "{} {far:e}", outcome.solver);
        }
    }
}

#[test]
fn a_trust_region_whose_model_is_no_number_ends() {
    let tiny = |x: &[f64]| 1e-300 * (x[0] - 2.0).powi(2);
    let huge = |x: &[f64]| 1e300 * (x[0] - 2.0).powi(4);
    for (lower, upper) in [(f64::MIN, f64::MAX), (-1e19, 1e19), (-2.0, f64::INFINITY)] {
        for f in [tiny as fn(&[f64]) -> f64, huge] {
            for within in WITHIN {
                let problem = Problem::new(f, vec![-2.0]).unwrap();
                let problem = problem.bounded(Bounds::uniform(1, lower, upper).unwrap()).unwrap();
                let options =
                    GradientOptions { method: GradientMethod::TrustRegion, within, ..Default::default() };
                let outcome = minimize(&GradientSearch::new(options).unwrap(), &problem, 400);
                assert!(outcome.value <= outcome.start_value);
            }
        }
    }
}

#[test]
fn points_so_far_out_that_there_is_no_distance_do_no_harm() {
    let f = |x: &[f64]| -x.iter().map(|x| x.abs().sqrt()).sum::<f64>();
    for n in [1, 3, 30] {
        let outcome = minimize(&NelderMead::default(), &Problem::new(f, vec![1e308; n]).unwrap(), 3_000);
        let complaint = outcome.complaint.unwrap_or_default();
        assert!(!complaint.contains("bug"), "{complaint}");
    }
}

#[test]
fn a_panic_of_an_observer_reaches_its_user() {
    let problem = Problem::of(with_gradient(valley, valley_slope), vec![1.5, -1.0]).unwrap();
    let mut observer = |event: &Event| {
        if matches!(event, Event::Improvement { evaluations: 2.., .. }) {
            std::panic::resume_unwind(Box::new("the observer's"));
        }
        std::ops::ControlFlow::Continue(())
    };
    let run = || GradientSearch::default().minimize(&problem, &Budget::unlimited(), &mut observer);
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "the observer's");
}

#[test]
fn seeds_and_threads_decide_what_they_should() {
    let problem =
        Problem::new(valley, vec![1.5, -1.0]).unwrap().bounded(Bounds::uniform(2, -5.0, 5.0).unwrap());
    let problem = problem.unwrap();
    let solvers: [Box<dyn Minimizer>; 2] =
        [Box::new(ParticleSwarm::default()), Box::new(SimulatedAnnealing::default())];
    for solver in solvers {
        let run = |seed, threads| {
            let run = Run::within(&Budget::evaluations(300)).on_threads(threads);
            let outcome = solver.with_seed(seed).unwrap().run(&problem, &run, &mut ()).unwrap();
            (outcome.x, outcome.counts.evaluations, outcome.trace)
        };
        assert_eq!(run(1, 1), run(1, 1));
        assert_eq!(run(1, 1), run(1, 3));
        assert_ne!(run(1, 1).0, run(2, 1).0);
    }
}

#[test]
fn one_variable_is_searched_to_both_sides_and_ends_count() {
    for method in [ScalarMethod::Brent, ScalarMethod::GoldenSection] {
        let search = ScalarSearch::new(ScalarOptions { method, ..Default::default() }).unwrap();
        let at = |f: fn(f64) -> f64, start: f64, lower: f64, upper: f64| {
            let problem = Problem::new(move |x: &[f64]| f(x[0]), vec![start]).unwrap();
            let problem = problem.bounded(Bounds::uniform(1, lower, upper).unwrap()).unwrap();
            minimize(&search, &problem, 500)
        };
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (start, lower, upper) in
            [(0.0, low, high), (1e3, low, high), (-1e3, low, high), (1.0, 0.0, 20.0), (9.0, 5.0, high)]
        {
            let outcome = at(|x| (x - 7.0).powi(2), start, lower, upper);
            assert!((outcome.x[0] - 7.0).abs() < 1e-5 && outcome.converged(), "{method:?}: {outcome:?}");
        }
        assert_eq!(at(|x| x, 1.5, 1.0, 2.0).x, [1.0]);
        assert_eq!(at(|x| -x, 1.5, 1.0, 2.0).x, [2.0]);
        assert!(!at(|x| x, 1.5, low, 2.0).converged() || at(|x| x, 1.5, low, 2.0).x[0] < -1e300);
    }
    let two = Problem::new(valley, vec![1.0, 1.0]).unwrap();
    let error = ScalarSearch::default().minimize(&two, &Budget::evaluations(5), &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "brent was given a problem of 2 coordinates; expected 1");
    assert!(matches!(error, Error::Dimension { given: 2, .. }));
}

#[test]
fn golden_sections_end_where_the_minimum_is_zero() {
    let options = ScalarOptions { method: ScalarMethod::GoldenSection, ..Default::default() };
    let search = ScalarSearch::new(options).unwrap();
    let high = f64::INFINITY;
    for (start, lower, upper) in [(4.0, 0.0, 4.0), (1.0, -1.0, 2.0), (0.0, -4.0, 1.0), (1.0, -high, high)] {
        for s in [1e-9, 1.0, 1e9] {
            let problem = Problem::new(|x: &[f64]| (x[0] / s).powi(2), vec![start * s]).unwrap();
            let problem = problem.bounded(Bounds::uniform(1, lower * s, upper * s).unwrap()).unwrap();
            let outcome = minimize(&search, &problem, 2_000);
            // The golden section to the power of 45 is 4e-10.
            assert!(outcome.converged() && outcome.counts.evaluations <= 52, "{outcome:?}");
            assert!(outcome.x[0].abs() < 1e-7 * s, "{outcome:?}");
        }
    }
}

#[test]
fn a_gradient_is_taken_at_the_best_point_before_a_solver_gives_up() {
    type Case = (fn(&[f64]) -> f64, [f64; 2], [f64; 2], [f64; 2], [f64; 2]);
    let high = f64::INFINITY;
    let cases: [Case; 4] = [
        (|x| x[0] + x[1], [0.5, 0.5], [0.0, 0.0], [1.0, 1.0], [0.0, 0.0]),
        (|x| -x[0] - 2.0 * x[1], [0.5, 0.1], [0.0, 0.0], [1.0, 3.0], [1.0, 3.0]),
        (|x| x[0] * x[0] + x[1] * x[1], [1.0, 2.0], [0.0, 0.0], [high, high], [0.0, 0.0]),
        (|x| x[0] * x[0] + x[1] * x[1], [1.0, 2.0], [0.0, -1.0], [high, 3.0], [0.0, 0.0]),
    ];
    for (f, start, lower, upper, expected) in cases {
        let bounds = Bounds::new(lower.to_vec(), upper.to_vec()).unwrap();
        let problem = Problem::new(f, start.to_vec()).unwrap().bounded(bounds).unwrap();
        for solver in gradient_solvers() {
            let outcome = minimize(&solver, &problem, 4_000);
            let value = outcome.value - f(&expected);
            if value < 1e-12 {
                assert!(outcome.converged(), "{}: {outcome:?}", outcome.solver);
            }
        }
    }
}

#[test]
fn problems_too_large_for_the_memory_are_refused() {
    let problem = Problem::new(|x: &[f64]| x[0], vec![1.0; 100_000]).unwrap();
    let gradient = |method| GradientSearch::new(GradientOptions { method, ..Default::default() }).unwrap();
    let large = ParticleSwarmOptions { particles: 1_000_000, ..Default::default() };
    let solvers: [Box<dyn Minimizer>; 4] = [
        Box::new(NelderMead::default()),
        Box::new(gradient(GradientMethod::Bfgs)),
        Box::new(gradient(GradientMethod::TrustRegion)),
        Box::new(ParticleSwarm::new(large).unwrap()),
    ];
    for solver in solvers {
        let error = solver.minimize(&problem, &Budget::evaluations(5), &mut ()).unwrap_err();
        assert!(matches!(error, Error::WorkingMemory { coordinates: 100_000, .. }), "{error}");
    }
    for solver in [gradient(GradientMethod::Lbfgs), gradient(GradientMethod::SteepestDescent)] {
        assert_eq!(minimize(&solver, &problem, 5).counts.evaluations, 5);
    }
}

#[test]
fn options_out_of_their_range_are_refused_by_name() {
    let nan = f64::NAN;
    let refused = |name: &str, result: Result<Box<dyn Minimizer>, Error>| {
        let message = result.err().unwrap_or_else(|| panic!("{name} was accepted")).to_string();
        assert!(message.starts_with(&format!("option {name} is ")), "{message}");
    };
    fn boxed<M: Minimizer + 'static>(solver: Result<M, Error>) -> Result<Box<dyn Minimizer>, Error> {
        solver.map(|solver| Box::new(solver) as Box<dyn Minimizer>)
    }
    type G = GradientOptions;
    for memory in [0, 1_001, usize::MAX] {
        refused("memory", boxed(GradientSearch::new(G { memory, ..G::default() })));
    }
    refused("gradient_tolerance", boxed(GradientSearch::new(G { gradient_tolerance: -1.0, ..G::default() })));
    refused("function_tolerance", boxed(GradientSearch::new(G { function_tolerance: nan, ..G::default() })));
    refused(
        "max_function_evaluations",
        boxed(GradientSearch::new(G { max_function_evaluations: Some(0), ..G::default() })),
    );
    type P = ParticleSwarmOptions;
    refused("particles", boxed(ParticleSwarm::new(P { particles: 1, ..P::default() })));
    refused("particles", boxed(ParticleSwarm::new(P { particles: usize::MAX, ..P::default() })));
    refused("inertia", boxed(ParticleSwarm::new(P { inertia: nan, ..P::default() })));
    refused("cognitive", boxed(ParticleSwarm::new(P { cognitive: -1.0, ..P::default() })));
    refused("social", boxed(ParticleSwarm::new(P { social: f64::INFINITY, ..P::default() })));
    refused("span", boxed(ParticleSwarm::new(P { span: 0.0, ..P::default() })));
    refused("step_tolerance", boxed(ParticleSwarm::new(P { step_tolerance: -1.0, ..P::default() })));
    type S = SimulatedAnnealingOptions;
    refused(
        "initial_temperature",
        boxed(SimulatedAnnealing::new(S { initial_temperature: 0.0, ..S::default() })),
    );
    refused("cooling", boxed(SimulatedAnnealing::new(S { cooling: 1.0, ..S::default() })));
    refused("initial_step", boxed(SimulatedAnnealing::new(S { initial_step: 0.0, ..S::default() })));
    refused(
        "temperature_tolerance",
        boxed(SimulatedAnnealing::new(S { temperature_tolerance: 0.0, ..S::default() })),
    );
    type B = ScalarOptions;
    refused("tolerance", boxed(ScalarSearch::new(B { tolerance: 0.0, ..B::default() })));
    refused("initial_step", boxed(ScalarSearch::new(B { initial_step: -1.0, ..B::default() })));
    type A = AdamOptions;
    refused("learning_rate", boxed(Adam::new(A { learning_rate: 0.0, ..A::default() })));
    refused("beta1", boxed(Adam::new(A { beta1: 1.0, ..A::default() })));
    refused("beta2", boxed(Adam::new(A { beta2: nan, ..A::default() })));
    refused("epsilon", boxed(Adam::new(A { epsilon: 0.0, ..A::default() })));
}
