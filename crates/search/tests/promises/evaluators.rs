//! Who evaluates changes nothing: values in any order, from any number of workers, give the run of one thread bit for bit.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{
    Bounds, Budget, ConstraintCount, ConstraintValues, Delivery, Error, Evaluations, Evaluator, Event,
    Failure, Journal, LinearConstraints, Lookahead, Method, Minimizer, Objective, Outcome, PatternSearch,
    Problem, Run, Solver, Status, Stop, Values,
};
use serde_json::json;

pub(crate) type Function = dyn Fn(&[f64]) -> Result<Values, Failure> + Send + Sync;

/// Workers that deliver in a random order, and sometimes nothing.
pub(crate) struct Shuffled {
    workers: usize,
    f: Arc<Function>,
    out: Vec<(u64, Vec<f64>)>,
    random: Xoshiro256PlusPlus,
    /// How many values are delivered before the evaluator is gone.
    pub(crate) lives: u64,
    pub(crate) delivered: Arc<AtomicU64>,
}

impl Shuffled {
    pub(crate) fn new(workers: usize, seed: u64, f: Arc<Function>) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        Shuffled { workers, f, out: Vec::new(), random, lives: u64::MAX, delivered: Arc::default() }
    }
}

impl Evaluator for Shuffled {
    fn room(&self) -> usize {
        self.workers - self.out.len()
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        assert!(self.room() > 0, "no more than there is room for");
        assert!(self.out.iter().all(|(other, y)| *other != id && y != x), "nothing is out twice");
        self.out.push((id, x.to_vec()));
    }

    fn wait(&mut self) -> Delivery {
        if self.lives == 0 {
            return Delivery::Closed;
        }
        assert!(!self.out.is_empty(), "there is something to wait for");
        if self.random.random_range(0..5) == 0 {
            return Delivery::Nothing;
        }
        let (id, x) = self.out.swap_remove(self.random.random_range(0..self.out.len()));
        self.lives -= 1;
        self.delivered.fetch_add(1, Ordering::Relaxed);
        Delivery::Value(id, (self.f)(&x))
    }

    fn withdraw(&mut self, id: u64) -> bool {
        // Some have begun.
        let place = self.out.iter().position(|(other, _)| *other == id).filter(|_| self.random.random());
        place.is_some_and(|place| self.out.remove(place).0 == id)
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        self.lives = u64::MAX;
        let mut last = Vec::new();
        while !self.out.is_empty() {
            if let Delivery::Value(id, values) = self.wait() {
                last.push((id, values));
            }
        }
        last
    }
}

fn value(f: impl Fn(&[f64]) -> f64 + Send + Sync + 'static) -> Arc<Function> {
    Arc::new(move |x: &[f64]| Ok(Values::from(f(x))))
}

/// Problems of all kinds, without objectives, and functions that give their values.
pub(crate) fn problems() -> Vec<(&'static str, Problem<'static>, Arc<Function>)> {
    let at = |start: &[f64]| Problem::without_objective(start.to_vec()).unwrap();
    let rosenbrock = value(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2));
    let kinks = value(|x| x.iter().enumerate().map(|(i, v)| (v - 0.3 * i as f64).abs()).sum());
    let steps = value(|x| x.iter().map(|v| (v * 3.0).floor().abs()).sum());
    let failing: Arc<Function> = Arc::new(|x: &[f64]| {
        let sum: f64 = x.iter().map(|v| (v - 0.3).powi(2)).sum();
        match (sum * 1e6) as u64 % 7 {
            0 => Err(Failure::Error("no mesh".to_owned())),
            1 => Ok(Values::from(f64::NAN)),
            _ => Ok(Values::from(sum)),
        }
    });
    let constrained: Arc<Function> = Arc::new(|x: &[f64]| {
        let inequalities = vec![x[0] * x[0] + x[1] * x[1] - 1.0];
        Ok(Values::from((-x[0] - x[1], ConstraintValues { inequalities, equalities: vec![] })))
    });
    let row = LinearConstraints::at_most(vec![vec![1.0, 1.0, 0.0]], vec![1.0]).unwrap();
    let bounds = Bounds::new(vec![0.0, -1.0, f64::NEG_INFINITY], vec![5.0, 5.0, 2.0]).unwrap();
    vec![
        ("rosenbrock", at(&[-1.2, 1.0]), rosenbrock),
        ("kinks", at(&[2.0, 2.0, 1.0, -1.0]), Arc::clone(&kinks)),
        (
            "bounds and grid",
            at(&[4.0, 0.0, 1.0]).bounded(bounds).unwrap().granular(vec![0.0, 0.0, 0.25]).unwrap(),
            steps,
        ),
        ("rows", at(&[0.0, 0.0, 3.0]).subject_to(row).unwrap(), kinks),
        ("failures", at(&[2.0, -1.0, 0.2]), failing),
        ("constraints", at(&[0.0, 0.0]).with_constraint_count(ConstraintCount::new(1, 0)), constrained),
    ]
}

/// Solvers by name, those that take the problem.
fn minimizers(problem: &Problem<'_>) -> Vec<Box<dyn Minimizer>> {
    let complete =
        search::solver("patternsearch", &json!({ "use_complete_poll": true, "cache": true })).unwrap();
    let names = ["patternsearch", "coordinate", "hybrid", "nelder-mead", "particle-swarm"];
    let named = names.map(|name| search::solver(name, &json!({})).unwrap());
    let in_batches =
        ["coordinate", "hybrid"].map(|name| search::solver(name, &json!({ "batch": 6 })).unwrap());
    let all = named.into_iter().chain([complete]).chain(in_batches);
    let takes = |minimizer: &dyn Minimizer| {
        minimizer.accepts(problem).is_ok()
            && problem.linear().is_none_or(|linear| minimizer.constraint_tolerance(linear).is_ok())
    };
    all.filter(|minimizer| takes(minimizer)).collect()
}

/// The function as an objective.
struct Here(Arc<Function>);

impl Objective for Here {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        (self.0)(x).map(|values| values.value())
    }
}

/// The same problem, evaluated on the thread of the run.
pub(crate) fn here(problem: &Problem<'static>, f: &Arc<Function>) -> Problem<'static> {
    let problem = problem.clone().with_objective(Arc::new(Here(Arc::clone(f))));
    let Some(count) = problem.nonlinear_constraints() else { return problem };
    let f = Arc::clone(f);
    problem.constrained(count, move |x: &[f64]| {
        let constraints = f(x).unwrap().constraints().unwrap().clone();
        (constraints.inequalities, constraints.equalities)
    })
}

/// All of an outcome but the time, the journal, and speculative evaluations.
pub(crate) fn committed(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    (rest.seconds, rest.journal, rest.counts.speculative) = (0.0, None, 0);
    format!("{rest:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_in_which_values_come_changes_nothing(seed: u64, budget in 1_u64..300) {
        for (name, problem, f) in problems() {
            let here = here(&problem, &f);
            for minimizer in minimizers(&problem) {
                let serial = minimizer.minimize(&here, &Budget::evaluations(budget), &mut ());
                for workers in [1, 3, 64] {
                    let evaluator = Shuffled::new(workers, seed, Arc::clone(&f));
                    let delivered = Arc::clone(&evaluator.delivered);
                    let run = Run::within(&Budget::evaluations(budget)).evaluated_by(evaluator);
                    let asked = minimizer.run(&problem, &run, &mut ());
                    let what = format!("{name}, {}, {workers} workers", minimizer.name());
                    let (asked, serial) = match (&asked, &serial) {
                        (Ok(asked), Ok(serial)) => (asked, serial),
                        _ => {
                            prop_assert_eq!(&asked, &serial, "{}", what);
                            continue;
                        }
                    };
                    prop_assert_eq!(committed(asked), committed(serial), "{}", what);
                    let counts = asked.counts;
                    prop_assert!(counts.evaluations <= budget);
                    prop_assert_eq!(delivered.load(Ordering::Relaxed), counts.evaluations + counts.speculative, "{}", what);
                }
            }
        }
    }

    /// The evaluator goes away in the middle, with points under way and values that came before their turn.
    #[test]
    fn a_resumed_run_evaluates_nothing_twice_not_even_what_was_not_needed(seed: u64, lives in 1_u64..120, resumed_on in 0_usize..3) {
        let folder = tempfile::tempdir().unwrap();
        for (number, (name, problem, f)) in problems().into_iter().enumerate() {
            let here = here(&problem, &f);
            for (kind, minimizer) in minimizers(&problem).iter().enumerate() {
                let what = format!("{name}, {}", minimizer.name());
                let path = folder.path().join(format!("{number}-{kind}"));
                let journal = Journal { flush_interval: Duration::ZERO, ..Journal::new(&path).of_every_value() };
                let calls = Arc::new(Mutex::new(HashMap::new()));
                let (counting, counted) = (Arc::clone(&calls), Arc::clone(&f));
                let counted: Arc<Function> = Arc::new(move |x: &[f64]| {
                    *counting.lock().unwrap().entry(format!("{x:?}")).or_insert(0_u64) += 1;
                    counted(x)
                });
                let budget = Budget::evaluations(200);
                let mut evaluator = Shuffled::new(8, seed, Arc::clone(&counted));
                evaluator.lives = lives;
                let run = Run::within(&budget).with_journal(journal.clone()).evaluated_by(evaluator);
                let cut = minimizer.run(&problem, &run, &mut ());
                if let Ok(cut) = &cut {
                    prop_assert!(cut.status == Status::Cancelled || cut.counts.evaluations + cut.counts.speculative <= lives + 8);
                }
                let run = Run::within(&budget).with_journal(journal.resumed());
                let resumed = match resumed_on {
                    0 => {
                        let counted = Arc::clone(&counted);
                        let problem = self::here(&problem, &counted);
                        if problem.nonlinear_constraints().is_some() { continue; }
                        minimizer.run(&problem, &run, &mut ())
                    }
                    workers => minimizer.run(&problem, &run.evaluated_by(Shuffled::new(workers, seed, counted)), &mut ()),
                };
                let serial = minimizer.minimize(&here, &budget, &mut ());
                let (Ok(resumed), Ok(serial)) = (&resumed, &serial) else {
                    prop_assert_eq!(&resumed, &serial, "{}", what);
                    continue;
                };
                prop_assert_eq!(committed(resumed), committed(serial), "{}", what);
                let counts = resumed.counts;
                let made: u64 = calls.lock().unwrap().values().sum();
                prop_assert_eq!(made, counts.evaluations + counts.speculative, "{}", what);
            }
        }
    }
}

#[test]
fn the_budget_is_met_exactly() {
    let (_, problem, f) = problems().remove(1);
    for minimizer in minimizers(&problem) {
        for budget in 1..60 {
            let run = Run::within(&Budget::evaluations(budget)).evaluated_by(Shuffled::new(
                7,
                budget,
                Arc::clone(&f),
            ));
            let outcome = minimizer.run(&problem, &run, &mut ()).unwrap();
            assert_eq!((outcome.counts.evaluations, outcome.status), (budget, Status::EvaluationLimit));
        }
    }
}

/// Runs that share an evaluator have it one after the other; what one has left does not come to the next.
#[test]
fn an_evaluator_serves_one_run_after_the_other() {
    let (_, problem, f) = problems().remove(0);
    let search = PatternSearch::default();
    let run = Run::within(&Budget::evaluations(80)).evaluated_by(Shuffled::new(5, 3, f));
    let (first, second) =
        (search.run(&problem, &run, &mut ()).unwrap(), search.run(&problem, &run, &mut ()).unwrap());
    assert_eq!(committed(&first), committed(&second));

    let mut within = |event: &Event<'_>| {
        if !matches!(event, Event::Start { .. }) {
            return ControlFlow::Continue(());
        }
        let error = search.run(&problem, &run, &mut ()).unwrap_err();
        assert_eq!(error, Error::EvaluatorInUse);
        ControlFlow::Break(())
    };
    let stopped = search.run(&problem, &run, &mut within);
    assert!(stopped.is_err() || stopped.is_ok_and(|outcome| outcome.status == Status::StoppedByObserver));
}

#[test]
fn a_problem_without_objective_needs_an_evaluator() {
    let problem = Problem::without_objective(vec![1.0]).unwrap();
    let error = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err();
    assert!(matches!(error, Error::NoValue { status: Status::NotStarted, failed: 0, .. }), "{error}");
    assert!(error.to_string().contains("the problem has no objective; expected an evaluator"), "{error}");
}

#[test]
fn constraints_of_another_number_than_the_problem_says_are_failures() {
    let problem = problems().remove(5).1;
    let run = Run::within(&Budget::evaluations(5)).evaluated_by(Shuffled::new(2, 1, value(|x| x[0])));
    let Error::NoValue { failed: 5, first: Some(first), .. } =
        PatternSearch::default().run(&problem, &run, &mut ()).unwrap_err()
    else {
        panic!("each evaluation fails")
    };
    let (given, expected) = (ConstraintCount::new(0, 0), ConstraintCount::new(1, 0));
    assert_eq!(first.failure, Failure::ConstraintCount { given, expected });
}

/// Offers each point of a pair three times.
struct Repeating;

impl Solver for Repeating {
    fn name(&self) -> String {
        "repeating".to_owned()
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let start = evaluations.start().to_vec();
        for round in 0.. {
            let point = |k: usize, x: &mut [f64]| {
                x.copy_from_slice(&start);
                x[0] += (k % 2) as f64 + f64::from(round);
                true
            };
            let mut last = f64::INFINITY;
            evaluations.in_order(6, Lookahead::UntilBreak, point, |turn, value| {
                last = value;
                if turn == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            evaluations.iteration(&start, last, None, Method::Step)?;
        }
        Ok(Status::SolverConverged)
    }
}

#[test]
fn points_offered_again_and_again_are_evaluated_as_often_as_on_one_thread() {
    let (_, problem, f) = problems().remove(1);
    let serial = Repeating.minimize(&here(&problem, &f), &Budget::evaluations(77), &mut ()).unwrap();
    for workers in [1, 2, 9] {
        let evaluator = Shuffled::new(workers, 4, Arc::clone(&f));
        let delivered = Arc::clone(&evaluator.delivered);
        let run = Run::within(&Budget::evaluations(77)).evaluated_by(evaluator);
        let outcome = Repeating.run(&problem, &run, &mut ()).unwrap();
        assert_eq!(committed(&outcome), committed(&serial));
        let made = outcome.counts.evaluations + outcome.counts.speculative;
        assert_eq!(delivered.load(Ordering::Relaxed), made, "{workers} workers");
    }
}

#[test]
fn a_point_that_cannot_be_started_ends_the_run_once_it_is_needed() {
    let (_, problem, f) = problems().remove(1);
    let unstarted: Arc<Function> = Arc::new(move |x: &[f64]| match f(x) {
        Ok(values) if (values.value() * 1e6) as u64 % 37 == 5 => {
            Err(Failure::NotStarted("no licence".to_owned()))
        }
        values => values,
    });
    for minimizer in minimizers(&problem) {
        let budget = Budget::evaluations(2000);
        let serial = minimizer.minimize(&here(&problem, &unstarted), &budget, &mut ()).unwrap();
        for workers in [1, 4, 30] {
            let run = Run::within(&budget).evaluated_by(Shuffled::new(workers, 9, Arc::clone(&unstarted)));
            let outcome = minimizer.run(&problem, &run, &mut ()).unwrap();
            assert_eq!(committed(&outcome), committed(&serial), "{}, {workers} workers", minimizer.name());
        }
    }
}
