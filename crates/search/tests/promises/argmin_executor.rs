//! The pattern search under argmin's executor: the same path as under ours, and all that argmin's users know.

use std::cell::Cell;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{
    ArgminError, CostFunction, Error as ArgminsError, Executor, IterState, KV, OptimizationResult, State,
    TerminationReason, TerminationStatus,
};
use argmin::solver::neldermead::NelderMead;
use proptest::prelude::*;
use search::pattern::{Algorithm, Options, PollMethod, PollOrder, SearchFcn, SearchMethod};
use search::{
    Bounds, Budget, CoordinateOptions, CoordinateSearch, Error, Failure, HybridOptions, HybridSearch,
    Iterative, Method, Minimizer, Outcome, PatternSearch, PatternSolver, Problem, Status,
};

type Argmins<P> = IterState<P, (), (), (), (), f64>;
type Ended<O, S = PatternSearch> = OptimizationResult<O, PatternSolver<S>, Argmins<Vec<f64>>>;

/// Rosenbrock's function as argmin's own examples have it.
#[derive(Clone)]
struct Rosenbrock {
    a: f64,
    b: f64,
}

impl CostFunction for Rosenbrock {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, param: &Self::Param) -> Result<Self::Output, ArgminsError> {
        Ok((self.a - param[0]).powi(2) + self.b * (param[1] - param[0].powi(2)).powi(2))
    }
}

const ROSENBROCK: Rosenbrock = Rosenbrock { a: 1.0, b: 100.0 };

fn executor(options: Options, start: &[f64]) -> Executor<Rosenbrock, PatternSolver, Argmins<Vec<f64>>> {
    executor_of(PatternSearch::new(options).unwrap(), start)
}

fn executor_of<S: Iterative>(
    search: S,
    start: &[f64],
) -> Executor<Rosenbrock, PatternSolver<S>, Argmins<Vec<f64>>> {
    Executor::new(ROSENBROCK, PatternSolver::of(search))
        .configure(|state| state.param(start.to_vec()))
        .ctrlc(false)
}

/// A bumpy bowl that fails at some points, in each of the ways there are; and the points it was asked for.
#[derive(Clone)]
struct Bumpy {
    failure_rate: f64,
    salt: u64,
    seen: Arc<Mutex<Vec<Vec<f64>>>>,
}

impl Bumpy {
    fn new(failure_rate: f64, salt: u64) -> Self {
        Bumpy { failure_rate, salt, seen: Arc::default() }
    }

    fn value(&self, x: &[f64]) -> Result<f64, String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(x.to_vec());
        let hash = x.iter().fold(self.salt, |hash, v| {
            (hash ^ v.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        });
        let chance = (hash >> 11) as f64 / (1_u64 << 53) as f64;
        match (chance < self.failure_rate, hash % 4) {
            (false, _) => {
                Ok(x.iter().enumerate().map(|(i, v)| (v - 0.7 * i as f64).powi(2) + (3.0 * v).sin()).sum())
            }
            (true, 0) => Err("no convergence".to_owned()),
            (true, 1) => Ok(f64::NAN),
            (true, 2) => Ok(f64::NEG_INFINITY),
            // Without the hook, which would print it.
            (true, _) => std::panic::resume_unwind(Box::new("division by zero")),
        }
    }

    fn seen(&self) -> Vec<Vec<f64>> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CostFunction for Bumpy {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, ArgminsError> {
        self.value(x).map_err(ArgminsError::msg)
    }
}

/// A run's start, bounds and search.
#[derive(Debug, Clone)]
struct Setting<S> {
    start: Vec<f64>,
    bounds: Bounds,
    search: S,
}

impl<S: Iterative> Setting<S> {
    fn ours(&self, bumpy: &Bumpy) -> Result<Outcome, Error> {
        let Setting { start, bounds, search } = self.clone();
        let problem = Problem::new(|x: &[f64]| bumpy.value(x), start)?.bounded(bounds)?;
        search.minimize(&problem, &Budget::unlimited(), &mut ())
    }

    fn argmins(&self, bumpy: &Bumpy) -> Executor<Bumpy, PatternSolver<S>, Argmins<Vec<f64>>> {
        let Setting { start, bounds, search } = self.clone();
        let solver = PatternSolver::of(search).bounded(bounds);
        Executor::new(bumpy.clone(), solver).configure(|state| state.param(start)).ctrlc(false)
    }

    /// The executor takes the path that the search takes alone.
    fn is_the_same(&self, bumpy: &Bumpy) -> Result<(), TestCaseError> {
        let ours = self.ours(bumpy);
        let path = bumpy.seen();
        let argmins = self.argmins(bumpy).run();
        prop_assert_eq!(bumpy.seen(), path, "the same points in the same order");
        if let Ok(result) = &argmins {
            let counts = result.solver.counts();
            prop_assert_eq!(result.problem.counts["cost_count"], counts.evaluations);
            prop_assert_eq!(counts.speculative + counts.recomputed, 0);
        }
        check_same(ours, argmins)
    }

    /// A run that goes on from bytes after so many iterations ends the same.
    fn is_the_same_from_bytes(&self, bumpy: &Bumpy, stops: Vec<u64>) -> Result<(), TestCaseError> {
        let ours = self.ours(bumpy);
        let path = bumpy.seen();
        let begun = self.argmins(bumpy).configure(|state| state.max_iters(0)).run();
        let go_on = |ended: Result<Ended<Bumpy, S>, ArgminsError>, most| match ended {
            Ok(OptimizationResult { solver, mut state, .. }) if solver.status().is_none() => {
                if state.iter == 0 {
                    // argmin begins anew, and asks for the start again.
                    bumpy.seen();
                }
                state.termination_status = TerminationStatus::NotTerminated;
                state.max_iters = state.iter.saturating_add(most);
                let bytes = postcard::to_stdvec(&(solver, state)).unwrap();
                let (solver, state) =
                    postcard::from_bytes::<(PatternSolver<S>, Argmins<Vec<f64>>)>(&bytes).unwrap();
                Executor::new(bumpy.clone(), solver).configure(|_| state).ctrlc(false).run()
            }
            ended => ended,
        };
        let ended = stops.into_iter().chain([u64::MAX]).fold(begun, go_on);
        prop_assert_eq!(bumpy.seen(), path);
        check_same(ours, ended)
    }
}

fn bound() -> impl Strategy<Value = (f64, f64)> {
    let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
    prop_oneof![
        Just((low, high)),
        (-3.0_f64..3.0).prop_map(move |b| (b, high)),
        (-3.0_f64..3.0, 0.0_f64..3.0).prop_map(|(b, width)| (b, b + width)),
        (-3.0_f64..3.0).prop_map(|b| (b, b)),
    ]
}

fn search_fcn() -> impl Strategy<Value = Option<SearchFcn>> {
    let named = (
        prop::sample::select(vec![
            SearchMethod::LatinHypercube,
            SearchMethod::NelderMead,
            SearchMethod::Genetic,
            SearchMethod::RbfSurrogate,
        ]),
        1_u64..4,
    );
    let named = named.prop_map(|(method, iterlim)| SearchFcn { iterlim: Some(iterlim), ..method.into() });
    let poll = SearchFcn::from(SearchMethod::Poll(PollMethod::GpsPositiveBasis2N));
    prop_oneof![2 => Just(None), 2 => named.prop_map(Some), 1 => Just(Some(poll))]
}

/// The searches that argmin can drive.
#[derive(Debug, Clone)]
enum Search {
    Pattern(PatternSearch),
    Coordinate(CoordinateSearch),
    Hybrid(HybridSearch),
}

prop_compose! {
    fn pattern()(
        algorithm in prop::sample::select(vec![Algorithm::Classic, Algorithm::Classic, Algorithm::Nups]),
        poll_method in prop::sample::select(vec![
            PollMethod::GpsPositiveBasis2N, PollMethod::GpsPositiveBasisNp1, PollMethod::MadsPositiveBasis2N,
            PollMethod::OrthoMadsPositiveBasisNp1,
        ]),
        poll_order in prop_oneof![
            Just(PollOrder::Consecutive), Just(PollOrder::Random), Just(PollOrder::Success)
        ],
        switches in any::<(bool, bool, bool)>(),
        mesh_tolerance in prop_oneof![Just(1e-1), Just(1e-6), Just(1e-20)],
        tolerance in prop_oneof![Just(0.0), Just(1e-3)],
        max_iterations in prop_oneof![Just(None), (0_u64..60).prop_map(Some)],
        max_function_evaluations in prop_oneof![Just(None), (1_u64..400).prop_map(Some)],
        max_mesh_size in prop_oneof![Just(None), Just(Some(f64::INFINITY)), Just(Some(2.0))],
        seed in any::<u64>(),
        search_fcn in search_fcn(),
        (use_complete_search, cache) in any::<(bool, bool)>(),
    ) -> Search {
        let is_poll = |step: &SearchFcn| matches!(step.method, SearchMethod::Poll(_));
        let gps = [PollMethod::GpsPositiveBasis2N, PollMethod::GpsPositiveBasisNp1];
        let classic = algorithm == Algorithm::Classic;
        let options = Options {
            algorithm,
            poll_method,
            search_fcn: search_fcn.filter(|step| classic || !is_poll(step)),
            use_complete_search,
            cache,
            cache_tol: if use_complete_search { 1e-3 } else { f64::EPSILON },
            poll_order,
            use_complete_poll: switches.0,
            accelerate_mesh: classic && switches.1 && gps.contains(&poll_method),
            scale_mesh: switches.2,
            mesh_tolerance,
            step_tolerance: tolerance,
            function_tolerance: tolerance,
            max_iterations,
            max_function_evaluations,
            max_mesh_size,
            seed,
            ..Options::default()
        };
        Search::Pattern(PatternSearch::new(options).unwrap())
    }
}

prop_compose! {
    fn coordinate_or_hybrid()(
        is_hybrid in any::<bool>(),
        (scale_mesh, pattern_move, parabola_step) in any::<(bool, bool, bool)>(),
        mesh_tolerance in prop_oneof![Just(1e-1), Just(1e-6), Just(1e-20)],
        max_iterations in prop_oneof![Just(None), (0_u64..60).prop_map(Some)],
        max_function_evaluations in prop_oneof![Just(None), (1_u64..400).prop_map(Some)],
        max_mesh_size in prop_oneof![Just(None), Just(Some(f64::INFINITY)), Just(Some(2.0))],
        restarts in 0_u64..4,
        seed in any::<u64>(),
    ) -> Search {
        if is_hybrid {
            let options = HybridOptions {
                scale_mesh, mesh_tolerance, max_iterations, max_function_evaluations, max_mesh_size, restarts, seed,
                ..HybridOptions::default()
            };
            Search::Hybrid(HybridSearch::new(options).unwrap())
        } else {
            let options = CoordinateOptions {
                scale_mesh, pattern_move, parabola_step, mesh_tolerance, max_iterations, max_function_evaluations,
                max_mesh_size, restarts, seed,
                ..CoordinateOptions::default()
            };
            Search::Coordinate(CoordinateSearch::new(options).unwrap())
        }
    }
}

prop_compose! {
    fn setting()(
        coordinates in prop::collection::vec((bound(), -5.0_f64..5.0), 1..6),
        search in prop_oneof![3 => pattern(), 2 => coordinate_or_hybrid()],
    ) -> Setting<Search> {
        let (bounds, start): (Vec<_>, Vec<_>) = coordinates.into_iter().unzip();
        let (lower, upper): (Vec<_>, Vec<_>) = bounds.into_iter().unzip();
        Setting { start, bounds: Bounds::new(lower, upper).unwrap(), search }
    }
}

fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// Whether argmin's run ended as ours did, in everything but the time.
fn check_same<S: Iterative>(
    ours: Result<Outcome, Error>,
    argmins: Result<Ended<Bumpy, S>, ArgminsError>,
) -> Result<(), TestCaseError> {
    match (ours, argmins) {
        (Ok(outcome), Ok(OptimizationResult { solver, state, .. })) => {
            prop_assert_eq!(bits(state.get_best_param().unwrap()), bits(&outcome.x));
            prop_assert_eq!(bits(&[state.get_best_cost()]), bits(&[outcome.value]));
            prop_assert_eq!((solver.counts(), solver.iterations()), (outcome.counts, outcome.iterations));
            prop_assert_eq!(solver.status(), Some(outcome.status));
            // As text: a NaN is not equal to itself.
            prop_assert_eq!(
                format!("{:?}", solver.first_failure()),
                format!("{:?}", outcome.first_failure.as_ref())
            );
            let reason = match outcome.converged() {
                true => TerminationReason::SolverConverged,
                false => {
                    TerminationReason::SolverExit(format!("{} stopped because {}", S::NAME, outcome.status))
                }
            };
            prop_assert_eq!(state.get_termination_reason(), Some(&reason));
        }
        (Err(ours), Err(argmins)) => {
            let argmins = argmins.downcast_ref::<Error>().expect("an error of this crate");
            prop_assert_eq!(format!("{argmins:?}"), format!("{ours:?}"));
        }
        (ours, Err(argmins)) => prop_assert!(false, "{ours:?}\n{argmins:?}"),
        (Err(ours), Ok(_)) => prop_assert!(false, "{ours:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_executor_takes_the_path_that_the_search_takes_alone(
        setting in setting(),
        failure_rate in prop_oneof![Just(0.0), 0.0_f64..0.6, Just(1.0)],
        salt in any::<u64>(),
    ) {
        let (bumpy, Setting { start, bounds, search }) = (Bumpy::new(failure_rate, salt), setting);
        match search {
            Search::Pattern(search) => Setting { start, bounds, search }.is_the_same(&bumpy)?,
            Search::Coordinate(search) => Setting { start, bounds, search }.is_the_same(&bumpy)?,
            Search::Hybrid(search) => Setting { start, bounds, search }.is_the_same(&bumpy)?,
        }
    }

    #[test]
    fn a_run_that_goes_on_from_bytes_after_any_iteration_ends_the_same(
        setting in setting(),
        failure_rate in prop_oneof![Just(0.0), 0.0_f64..0.6],
        salt in any::<u64>(),
        stops in prop::collection::vec(1_u64..20, 1..4),
    ) {
        let (bumpy, Setting { start, bounds, search }) = (Bumpy::new(failure_rate, salt), setting);
        match search {
            Search::Pattern(search) => Setting { start, bounds, search }.is_the_same_from_bytes(&bumpy, stops)?,
            Search::Coordinate(search) => Setting { start, bounds, search }.is_the_same_from_bytes(&bumpy, stops)?,
            Search::Hybrid(search) => Setting { start, bounds, search }.is_the_same_from_bytes(&bumpy, stops)?,
        }
    }
}

/// Keeps what observers are told.
#[derive(Clone, Default)]
struct Rows(Arc<Mutex<Vec<(u64, f64, KV)>>>);

impl Observe<Argmins<Vec<f64>>> for Rows {
    fn observe_init(&mut self, name: &str, state: &Argmins<Vec<f64>>, kv: &KV) -> Result<(), ArgminsError> {
        assert!(["patternsearch", "coordinate"].contains(&name));
        self.0.lock().unwrap().push((0, state.get_best_cost(), kv.clone()));
        Ok(())
    }

    fn observe_iter(&mut self, state: &Argmins<Vec<f64>>, kv: &KV) -> Result<(), ArgminsError> {
        self.0.lock().unwrap().push((state.get_iter() + 1, state.get_best_cost(), kv.clone()));
        Ok(())
    }
}

#[test]
fn observers_are_told_every_row_of_the_trace() {
    fn told_of<S: Iterative>(search: S) -> bool {
        let rows = Rows::default();
        let run = executor_of(search.clone(), &[-1.2, 1.0]).add_observer(rows.clone(), ObserverMode::Always);
        run.run().unwrap();
        let rosenbrock = |x: &[f64]| ROSENBROCK.cost(&x.to_vec()).unwrap();
        let problem = Problem::new(rosenbrock, vec![-1.2, 1.0]).unwrap();
        let trace = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap().trace;
        let told = rows.0.lock().unwrap();
        assert_eq!(told.len(), trace.len());
        for ((iteration, value, kv), row) in told.iter().zip(&trace) {
            assert_eq!((*iteration, *value), (row.iteration, row.value));
            assert_eq!(kv.get("mesh_size").unwrap().get_float(), row.mesh_size);
            assert_eq!(kv.get("evaluations").unwrap().get_uint(), Some(row.evaluations));
            assert_eq!(kv.get("method").unwrap().get_string(), Some(row.method.to_string()));
        }
        trace.iter().any(|row| row.method == Method::Restart)
    }
    assert!(!told_of(PatternSearch::default()));
    let restarting = CoordinateOptions { restarts: 2, ..CoordinateOptions::default() };
    assert!(told_of(CoordinateSearch::new(restarting).unwrap()));
}

#[test]
fn argmins_limits_stop_and_what_they_stopped_can_go_on() {
    let reason = |run: Executor<_, _, _>| {
        let result: Ended<Rosenbrock> = run.run().unwrap();
        let reason = result.state.get_termination_reason().unwrap().clone();
        (reason, result)
    };
    let begin = || executor(Options::default(), &[-1.2, 1.0]);

    let (limit, result) = reason(begin().configure(|state| state.max_iters(7)));
    assert_eq!(limit, TerminationReason::MaxItersReached);
    assert_eq!((result.state.get_iter(), result.solver.iterations(), result.solver.status()), (7, 7, None));

    let (limit, result) = reason(begin().configure(|state| state.target_cost(4.0)));
    assert_eq!(limit, TerminationReason::TargetCostReached);
    assert!(result.state.get_best_cost() <= 4.0);

    let (limit, result) = reason(begin().timeout(Duration::ZERO));
    assert_eq!(limit, TerminationReason::Timeout);
    assert_eq!(result.solver.iterations(), 1);

    // The same solver begins anew where argmin does.
    let whole = begin().run().unwrap();
    let again = Executor::new(ROSENBROCK, result.solver).configure(|state| state.param(vec![-1.2, 1.0]));
    let again = again.ctrlc(false).run().unwrap();
    assert_eq!(again.state.get_best_param(), whole.state.get_best_param());
    assert_eq!(again.solver.counts(), whole.solver.counts());
}

#[test]
fn the_options_limits_hold_beside_argmins() {
    let run = |options| executor(options, &[-1.2, 1.0]).run().unwrap();
    let text = |result: &Ended<Rosenbrock>| result.state.get_termination_reason().unwrap().to_string();

    let result = run(Options { max_function_evaluations: Some(10), ..Options::default() });
    assert_eq!(result.problem.counts["cost_count"], 10);
    assert_eq!(text(&result), "patternsearch stopped because it reached the limit of function evaluations");
    assert_eq!(result.solver.status(), Some(Status::EvaluationLimit));

    let result = run(Options { max_iterations: Some(3), ..Options::default() });
    assert_eq!((result.state.get_iter(), result.solver.iterations()), (3, 3));
    assert_eq!(text(&result), "patternsearch stopped because it reached the limit of iterations");

    let result = run(Options { max_time: Some(0.0), ..Options::default() });
    assert_eq!((result.solver.counts().evaluations, result.solver.status()), (1, Some(Status::TimeLimit)));
    assert_eq!(result.state.get_best_param(), Some(&vec![-1.2, 1.0]));
}

#[test]
fn the_time_limit_counts_the_iterations_of_all_parts_of_a_run() {
    struct Slow;

    impl CostFunction for Slow {
        type Param = Vec<f64>;
        type Output = f64;

        fn cost(&self, x: &Vec<f64>) -> Result<f64, ArgminsError> {
            std::thread::sleep(Duration::from_millis(2));
            Ok(x[0] * x[0])
        }
    }

    let solver = PatternSolver::new(Options { max_time: Some(0.02), ..Options::default() }).unwrap();
    let run = Executor::new(Slow, solver).configure(|state| state.param(vec![0.1]).max_iters(1));
    let mut result = run.ctrlc(false).run().unwrap();
    while result.solver.status().is_none() {
        result.state.termination_status = TerminationStatus::NotTerminated;
        let state = result.state.clone().max_iters(result.state.get_iter() + 1);
        let run = Executor::new(Slow, result.solver).configure(|_| state);
        result = run.ctrlc(false).run().unwrap();
    }
    assert_eq!(result.solver.status(), Some(Status::TimeLimit));
    assert!(result.solver.counts().evaluations <= 10);
}

#[test]
fn a_search_that_has_ended_has_ended() {
    let ended = executor(Options::default(), &[-1.2, 1.0]).run().unwrap();
    let reason = ended.state.get_termination_reason().cloned();
    let mut state = ended.state;
    state.termination_status = TerminationStatus::NotTerminated;
    let again = Executor::new(ROSENBROCK, ended.solver).configure(|_| state).ctrlc(false).run().unwrap();
    assert_eq!(again.state.get_termination_reason().cloned(), reason);
    assert!(again.problem.counts.is_empty());
}

/// A cost of three coordinates for any type of parameter.
struct Sphere<P>(std::marker::PhantomData<P>);

impl<P> CostFunction for Sphere<P>
where
    for<'p> &'p P: IntoIterator<Item = &'p f64>,
{
    type Param = P;
    type Output = f64;

    fn cost(&self, x: &P) -> Result<f64, ArgminsError> {
        Ok(x.into_iter().zip([0.3, -0.4, 5.0]).map(|(x, least)| (x - least).powi(2)).sum())
    }
}

#[test]
fn parameters_may_be_a_vector_or_an_array_of_any_ndarray() {
    fn best<P>(start: P) -> Vec<f64>
    where
        P: Clone + FromIterator<f64> + std::fmt::Debug + Send,
        for<'p> &'p P: IntoIterator<Item = &'p f64>,
    {
        let solver = PatternSolver::default().bounded(Bounds::nonnegative(3));
        let run = Executor::new(Sphere(std::marker::PhantomData), solver);
        let result = run.configure(|state| state.param(start)).ctrlc(false).run().unwrap();
        let best = result.state.get_best_param().unwrap();
        best.into_iter().copied().collect()
    }
    let vector = best(vec![1.0, 2.0, 3.0]);
    assert!((vector[0] - 0.3).abs() < 1e-5 && vector[1] == 0.0 && (vector[2] - 5.0).abs() < 1e-5);
    assert_eq!(best(ndarray::array![1.0, 2.0, 3.0]), vector);
    assert_eq!(best(ndarray_0_16::array![1.0, 2.0, 3.0]), vector);
}

#[test]
fn a_cost_function_of_argmins_nelder_mead_runs_unchanged_and_within_bounds() {
    let cost = ROSENBROCK;
    let simplex = NelderMead::new(vec![vec![-1.2, 1.0], vec![-1.0, 1.0], vec![-1.2, 1.2]]);
    let simplex = Executor::new(cost.clone(), simplex).configure(|state| state.max_iters(200)).ctrlc(false);
    assert!(simplex.run().unwrap().state.get_best_cost() < 1e-6);

    let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, 2.0]).unwrap();
    let pattern = Executor::new(cost, PatternSolver::default().bounded(bounds));
    let result = pattern.configure(|state| state.param(vec![-1.0, 1.0])).ctrlc(false).run().unwrap();
    assert_eq!(result.state.get_best_param(), Some(&vec![0.5, 0.25]));
}

/// A cost that is no thread's but one's at a time.
struct Counting(Cell<u64>);

impl CostFunction for Counting {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, ArgminsError> {
        self.0.set(self.0.get() + 1);
        Ok(x[0] * x[0])
    }
}

#[test]
fn a_cost_function_need_not_be_shareable_between_threads() {
    let run = Executor::new(Counting(Cell::new(0)), PatternSolver::default());
    let result = run.configure(|state| state.param(vec![3.0])).ctrlc(false).run().unwrap();
    assert_eq!(result.problem.problem.unwrap().0.get(), result.solver.counts().evaluations);
}

#[test]
fn a_start_outside_the_bounds_is_moved_onto_them() {
    let bumpy = Bumpy::new(0.0, 0);
    let bounds = Bounds::uniform(2, -1.0, 1.0).unwrap();
    let setting = Setting { start: vec![7.0, 0.5], bounds, search: PatternSearch::default() };
    setting.argmins(&bumpy).run().unwrap();
    assert_eq!(bumpy.seen()[0], [1.0, 0.5]);
}

#[test]
fn what_cannot_run_says_what_is_wrong() {
    let error = |start: Option<Vec<f64>>| {
        let solver = PatternSolver::default().bounded(Bounds::nonnegative(2));
        let run = Executor::new(ROSENBROCK, solver).ctrlc(false);
        let run = run.configure(|state| start.map_or_else(IterState::new, |start| state.param(start)));
        run.run().err().unwrap()
    };
    let ours = |error: ArgminsError| error.downcast::<Error>().unwrap();

    let missing = error(None);
    assert!(matches!(missing.downcast_ref(), Some(ArgminError::NotInitialized { .. })), "{missing}");
    assert!(missing.to_string().contains("state.param(start)"), "{missing}");
    assert_eq!(ours(error(Some(vec![]))), Error::EmptyStart);
    let text = ours(error(Some(vec![1.0, f64::NEG_INFINITY]))).to_string();
    assert_eq!(text, "start[1] is -inf; expected a finite number");
    let text = ours(error(Some(vec![1.0, 2.0, 3.0]))).to_string();
    assert_eq!(text, "the given bounds have 2 coordinates; expected 3");

    let unbegun = executor(Options::default(), &[1.0, 1.0]).configure(|mut state| {
        state.iter = 5;
        state
    });
    let text = unbegun.run().err().unwrap().to_string();
    assert!(text.contains("expected the state and the solver of the same run"), "{text}");

    let options = Options { mesh_tolerance: -1.0, ..Options::default() };
    assert!(
        matches!(PatternSolver::new(options), Err(Error::Option { name, .. }) if name == "mesh_tolerance")
    );
}

#[test]
fn a_run_without_a_single_value_ends_with_the_first_failure() {
    struct Broken;

    impl CostFunction for Broken {
        type Param = Vec<f64>;
        type Output = f64;

        fn cost(&self, _: &Vec<f64>) -> Result<f64, ArgminsError> {
            Err(ArgminsError::msg("connection refused").context("no answer from the simulator"))
        }
    }

    let run = Executor::new(Broken, PatternSolver::default()).configure(|state| state.param(vec![1.0]));
    let error = run.ctrlc(false).run().err().unwrap().downcast::<Error>().unwrap();
    let Error::NoValue { status: Status::MeshTolerance, first: Some(first), .. } = error else {
        panic!("{error}");
    };
    let text = "no answer from the simulator: connection refused".to_owned();
    assert_eq!(first.failure, Failure::Error(text));
}

#[test]
fn an_infinite_limit_of_the_mesh_stays_none_in_a_checkpoint() {
    // Steps grow far beyond the 1024 that are the limit where none is given.
    let options = CoordinateOptions {
        max_mesh_size: Some(f64::INFINITY),
        scale_mesh: false,
        pattern_move: false,
        ..CoordinateOptions::default()
    };
    let run = |solver, state| {
        let run = Executor::new(Sphere(std::marker::PhantomData), solver).configure(|_| state);
        run.ctrlc(false).run().unwrap()
    };
    let begin = || IterState::new().param(vec![1e6, 1e6, 1e6]);
    let solver = || PatternSolver::of(CoordinateSearch::new(options.clone()).unwrap());
    let whole = run(solver(), begin());
    let begun = run(solver(), begin().max_iters(1));
    let mut state = begun.state.max_iters(u64::MAX);
    state.termination_status = TerminationStatus::NotTerminated;
    let bytes = postcard::to_stdvec(&begun.solver).unwrap();
    let gone_on = run(postcard::from_bytes(&bytes).unwrap(), state);
    assert_eq!(gone_on.solver.counts(), whole.solver.counts());
    assert_eq!(gone_on.state.get_best_param(), whole.state.get_best_param());
}

#[test]
fn what_is_read_from_a_checkpoint_is_checked() {
    let solver = PatternSolver::default().bounded(Bounds::uniform(1, 2.0, 3.0).unwrap());
    let json = serde_json::to_string(&solver).unwrap();
    let error = |from, to| {
        assert_eq!(json.matches(from).count(), 1, "{json}");
        serde_json::from_str::<PatternSolver>(&json.replace(from, to)).unwrap_err().to_string()
    };
    let text = error("[3.0]", "[1.0]");
    assert!(text.contains("the bounds of coordinate 0 are [2, 1]; expected lower <= upper"), "{text}");
    let text = error(r#"\"mesh_tolerance\":1e-6"#, r#"\"mesh_tolerance\":-1.0"#);
    assert!(text.contains("option mesh_tolerance is -1; expected a finite number above 0"), "{text}");
}
