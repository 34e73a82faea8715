//! Batches: the path depends on how many points are asked for at once, and on nothing else.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use search::{
    AskTell, Bounds, Budget, ConstraintCount, Delivery, Error, Evaluator, Event, Failure, Journal,
    LinearConstraints, Minimizer, Outcome, Problem, Run, Status, Values,
};
use serde_json::json;

const SOLVERS: [&str; 4] = ["hybrid", "coordinate", "quasi-newton", "automatic"];

fn search(solver: &str, batch: u64) -> Box<dyn Minimizer> {
    search::solver(solver, &json!({ "batch": batch })).unwrap()
}

fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2).map(|x| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)).sum()
}

/// Kinks, and failures of some points.
fn rugged(x: &[f64]) -> Result<f64, String> {
    let sum: f64 = x.iter().enumerate().map(|(i, x)| (x - 0.3 * i as f64).abs() + x * x).sum();
    if ((sum * 1e6) as u64).is_multiple_of(13) { Err("no mesh".to_owned()) } else { Ok(sum) }
}

/// A function by its number.
fn function(number: usize, x: &[f64]) -> Result<f64, String> {
    if number == 0 { Ok(rosenbrock(x)) } else { rugged(x) }
}

/// All of an outcome but the time and the speculative evaluations, which depend on the workers, and the journal.
fn committed(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    (rest.seconds, rest.counts.speculative, rest.journal) = (0.0, 0, None);
    format!("{rest:?}")
}

/// Waits for a time that depends on the order in which threads come by.
fn delay(clock: &AtomicU64) {
    let turn = clock.fetch_add(1, Ordering::Relaxed);
    std::thread::sleep(Duration::from_micros(turn.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57));
}

/// Runs on one thread, on several, and stopped after some evaluations and resumed on others take the same path.
fn runs_are_the_same(
    problem: &Problem<'_>,
    solver: &str,
    batch: u64,
    evaluations: u64,
) -> Result<(), TestCaseError> {
    let search = search(solver, batch);
    let within = |budget| Run::within(&Budget::evaluations(budget));
    let one = search.run(problem, &within(250), &mut ()).unwrap();
    prop_assert_eq!(one.counts.speculative, 0);
    for threads in [2, 8, 64] {
        let several = search.run(problem, &within(250).on_threads(threads), &mut ()).unwrap();
        prop_assert_eq!(committed(&one), committed(&several), "{} threads", threads);
    }
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal")).of_every_value();
    let stopped = within(evaluations).on_threads(8).with_journal(journal.clone());
    // It may have stopped before the first value.
    let stopped = search.run(problem, &stopped, &mut ());
    prop_assert!(matches!(stopped, Ok(_) | Err(Error::NoValue { .. })), "{:?}", stopped);
    let resumed = within(250).on_threads(2).with_journal(Journal { resume: true, ..journal });
    let resumed = search.run(problem, &resumed, &mut ()).unwrap();
    prop_assert_eq!(committed(&one), committed(&resumed));
    Ok(())
}

/// The number of statements.
const STATEMENTS: usize = 5;

/// A problem in four coordinates by its number.
fn statement_of(number: usize, start: Vec<f64>) -> Problem<'static> {
    let clock = AtomicU64::new(0);
    let delayed = move |x: &[f64]| {
        delay(&clock);
        rugged(x).map(|value| value + rosenbrock(x))
    };
    let residuals = |x: &[f64], r: &mut [f64]| {
        (0..3).for_each(|i| r[i] = 10.0 * (x[i + 1] - x[i] * x[i]));
        (0..3).for_each(|i| r[3 + i] = 1.0 - x[i]);
    };
    let rows =
        || LinearConstraints::at_most([[1.0, 2.0, 0.0, 1.0], [0.0, -1.0, 1.0, 1.0]], [2.5, 1.5]).unwrap();
    let of = |start| {
        Problem::new(delayed, start).unwrap().bounded(Bounds::uniform(4, -0.5, 3.0).unwrap()).unwrap()
    };
    let disc = |x: &[f64]| (vec![x.iter().map(|x| x * x).sum::<f64>() - 1.0], vec![x[0] - x[3] * x[3]]);
    match number {
        0 => of(start).constrained(ConstraintCount::new(1, 1), disc),
        1 => of(start).subject_to(rows()).unwrap(),
        2 => of(start).subject_to(rows()).unwrap().granular(vec![0.0, 0.25, 0.0, 1.0]).unwrap(),
        3 => Problem::least_squares(6, residuals, start).unwrap().subject_to(rows()).unwrap(),
        _ => Problem::least_squares(6, residuals, start).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn workers_delays_and_a_resume_change_no_bit(
        solver in 0..SOLVERS.len(),
        number in 0..2_usize,
        start in prop::collection::vec(-2.0..2.0, 2..6),
        is_bounded in any::<bool>(),
        batch in prop::sample::select(vec![2_u64, 3, 5, 16, 64]),
        evaluations in 1..250_u64,
    ) {
        let clock = AtomicU64::new(0);
        let delayed = |x: &[f64]| {
            delay(&clock);
            function(number, x)
        };
        let n = start.len();
        let bounds = if is_bounded { Bounds::uniform(n, -0.5, 3.0).unwrap() } else { Bounds::free(n) };
        let problem = Problem::new(delayed, start).unwrap().bounded(bounds).unwrap();
        runs_are_the_same(&problem, SOLVERS[solver], batch, evaluations)?;
    }

    /// Nonlinear constraints, rows, an equality, a grid, and residuals. Rows and bounds hold at every evaluated point, as a
    /// run that ends without an error says.
    #[test]
    fn workers_delays_and_a_resume_change_no_bit_under_constraints_and_for_residuals(
        statement in 0..STATEMENTS,
        start in prop::collection::vec(-0.5..0.5, 4),
        batch in prop::sample::select(vec![2_u64, 3, 8, 16, 64]),
        evaluations in 1..250_u64,
    ) {
        runs_are_the_same(&statement_of(statement, start), "hybrid", batch, evaluations)?;
    }
}

#[test]
fn another_batch_is_another_search_to_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"));
    let problem = Problem::new(rosenbrock, vec![-1.2, 1.0]).unwrap();
    let run =
        |resume| Run::within(&Budget::evaluations(50)).with_journal(Journal { resume, ..journal.clone() });
    search("hybrid", 4).run(&problem, &run(false), &mut ()).unwrap();
    let error = search("hybrid", 8).run(&problem, &run(true), &mut ()).unwrap_err().to_string();
    assert!(error.contains("batch"), "{error}");
}

#[test]
fn a_session_hands_out_a_whole_batch_and_takes_answers_in_any_order() {
    let problem = Problem::without_objective(vec![-1.2, 1.0, 0.5, 2.0]).unwrap();
    for solver in ["hybrid", "coordinate", "quasi-newton"] {
        let budget = Budget::evaluations(300);
        let mut session = AskTell::new(search(solver, 8), problem.clone(), &budget).unwrap();
        let mut most = 0;
        while session.outcome().is_none() {
            let mut asked = session.ask(8);
            most = most.max(asked.len());
            asked.reverse();
            for asked in asked {
                if session.outcome().is_none() {
                    session.tell(asked.id, Ok(rosenbrock(&asked.point))).unwrap();
                }
            }
        }
        assert_eq!(most, 8, "{solver}");
        let here = Problem::new(rosenbrock, problem.start().to_vec()).unwrap();
        let alone = search(solver, 8).minimize(&here, &budget, &mut ()).unwrap();
        let told = session.finish().unwrap();
        assert_eq!((told.x, told.trace, told.counts.rounds), (alone.x, alone.trace, alone.counts.rounds));
    }
}

/// Evaluates all that it holds when it is waited for, and counts how often it was.
struct Waits {
    at_once: usize,
    waiting: Vec<(u64, Vec<f64>)>,
    ready: VecDeque<(u64, Result<Values, Failure>)>,
    waits: Arc<AtomicU64>,
}

impl Evaluator for Waits {
    fn room(&self) -> usize {
        self.at_once - self.waiting.len() - self.ready.len()
    }

    fn submit(&mut self, id: u64, x: &[f64]) {
        self.waiting.push((id, x.to_vec()));
    }

    fn wait(&mut self) -> Delivery {
        if self.ready.is_empty() {
            self.waits.fetch_add(1, Ordering::Relaxed);
            let values = self.waiting.drain(..).map(|(id, x)| (id, Ok(Values::from(rosenbrock(&x)))));
            self.ready.extend(values);
        }
        let (id, values) = self.ready.pop_front().expect("there is something to wait for");
        Delivery::Value(id, values)
    }

    fn withdraw(&mut self, id: u64) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|(other, _)| *other != id);
        self.waiting.len() < before
    }

    fn end(&mut self) -> Vec<(u64, Result<Values, Failure>)> {
        self.waiting.clear();
        self.ready.drain(..).collect()
    }
}

#[test]
fn rounds_are_no_fewer_than_the_waits_of_as_many_workers_and_with_one_point_the_evaluations() {
    let problem = Problem::without_objective(vec![-1.2, 1.0, 0.5, 2.0]).unwrap();
    for solver in ["hybrid", "coordinate", "quasi-newton"] {
        for batch in [1, 3, 8, 64] {
            let waits = Arc::<AtomicU64>::default();
            let (waiting, ready) = Default::default();
            let workers = Waits { at_once: batch as usize, waiting, ready, waits: Arc::clone(&waits) };
            let run = Run::within(&Budget::evaluations(2000)).evaluated_by(workers);
            let counts = search(solver, batch).run(&problem, &run, &mut ()).unwrap().counts;
            let waits = waits.load(Ordering::Relaxed);
            assert!(waits <= counts.rounds, "{solver}, {batch}: {waits} waits, {counts:?}");
            assert!(counts.rounds * batch >= counts.evaluations);
            if batch == 1 {
                assert_eq!((counts.rounds, waits), (counts.evaluations, counts.evaluations));
            }
        }
    }
}

/// A separable quadratic is known after the first sweep of 2n points, and the next round goes to its minimum. Idle workers
/// begin with the sweep while the start is evaluated.
#[test]
fn a_separable_quadratic_takes_a_round_after_the_sweep() {
    let quadratic = |x: &[f64]| x.iter().zip(1..).map(|(x, i)| f64::from(i) * (x - 0.3).powi(2)).sum::<f64>();
    let problem = Problem::new(quadratic, vec![1.0; 6]).unwrap();
    // The start with the sweep, in one round or two, and the joint step.
    for (solver, batch, rounds) in [("hybrid", 13, 2), ("hybrid", 12, 3), ("coordinate", 12, 3)] {
        let budget = Budget::evaluations(batch * rounds);
        let outcome = search(solver, batch).minimize(&problem, &budget, &mut ()).unwrap();
        assert!(outcome.value < 1e-6 * outcome.start_value, "{solver}: {}", outcome.value);
    }
}

#[test]
fn the_start_and_the_first_sweep_are_one_wait_under_constraints_too() {
    let free = Problem::without_objective(vec![-1.2, 1.0, 0.5, 2.0]).unwrap();
    let row = LinearConstraints::at_most([[1.0, 1.0, 1.0, 1.0]], [9.0]).unwrap();
    for problem in [free.clone(), free.subject_to(row).unwrap()] {
        for (batch, expected) in [(9, 1), (16, 1), (5, 2)] {
            let waits = Arc::<AtomicU64>::default();
            let (waiting, ready) = Default::default();
            let workers = Waits { at_once: batch as usize, waiting, ready, waits: Arc::clone(&waits) };
            let run = Run::within(&Budget::evaluations(expected * batch)).evaluated_by(workers);
            let counts = search("hybrid", batch).run(&problem, &run, &mut ()).unwrap().counts;
            assert_eq!((counts.evaluations, counts.speculative), (expected * batch, 0));
            assert_eq!(waits.load(Ordering::Relaxed), expected, "{batch}");
        }
    }
}

#[test]
fn more_points_at_once_need_fewer_rounds_to_as_good_an_end() {
    let three = |x: &[f64]| x.chunks(2).map(rosenbrock).sum::<f64>();
    let problem = Problem::new(three, vec![-1.2, 1.0, -1.2, 1.0, -1.2, 1.0]).unwrap();
    let rounds = [1, 8, 32].map(|batch| {
        let outcome = search("hybrid", batch).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.value < 1e-8 && outcome.status == Status::NoStepDown, "{batch}: {outcome}");
        outcome.counts.rounds
    });
    assert!(3 * rounds[1] < rounds[0] && rounds[2] < rounds[1], "{rounds:?}");
}

/// Hock & Schittkowski 1981, problem 71: f* = 17.0140173.
#[test]
fn more_points_at_once_need_fewer_rounds_to_as_good_an_end_under_constraints() {
    let f = |x: &[f64]| x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2];
    let problem = Problem::new(f, vec![1.0, 5.0, 5.0, 1.0]).unwrap();
    let problem = problem.bounded(Bounds::uniform(4, 1.0, 5.0).unwrap()).unwrap();
    let problem = problem.constrained(ConstraintCount::new(1, 1), |x: &[f64]| {
        let (product, squares) = (x.iter().product::<f64>(), x.iter().map(|x| x * x).sum::<f64>());
        (vec![25.0 - product], vec![squares - 40.0])
    });
    let rounds = [1, 4, 16].map(|batch| {
        let outcome = search("hybrid", batch).minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        assert!(outcome.converged() && outcome.feasible, "{batch}: {outcome}");
        assert!((outcome.value - 17.0140173).abs() < 2e-5, "{batch}: {outcome}");
        outcome.counts.rounds
    });
    assert!(2 * rounds[1] < rounds[0] && 3 * rounds[2] < rounds[0], "{rounds:?}");
}

/// A gradient and the differences around a trial point fit into 100 points.
#[test]
fn with_room_for_two_gradients_an_iteration_of_the_quasi_newton_search_is_about_a_round() {
    let bowl = |x: &[f64]| x.iter().zip(1..).map(|(x, i)| f64::from(i) * (x - 0.3).powi(2)).sum::<f64>();
    let problem = Problem::new(bowl, vec![1.0; 40]).unwrap();
    let to_the_end = |batch: u64, rounds: u64| {
        let mut ends = |event: &Event<'_>| match event {
            Event::Iteration { counts, row, .. } if row.value < 1e-8 || counts.rounds >= rounds => {
                std::ops::ControlFlow::Break(())
            }
            _ => std::ops::ControlFlow::Continue(()),
        };
        let outcome =
            search("quasi-newton", batch).minimize(&problem, &Budget::unlimited(), &mut ends).unwrap();
        assert!(outcome.value < 1e-8, "{batch}: {outcome}");
        (outcome.counts.rounds, outcome.iterations)
    };
    let (alone, _) = to_the_end(1, 10_000);
    let (rounds, iterations) = to_the_end(100, 100);
    assert!(rounds < 2 * iterations + 5 && 10 * rounds < alone, "{rounds} in {iterations}; alone {alone}");
}

/// `Σ wᵢ |xᵢ - a|`: the first sweep shows the kinks, which the first round of model steps tries.
#[test]
fn a_sum_of_absolute_values_takes_a_few_rounds() {
    let f = |x: &[f64]| -> f64 { x.iter().zip(1..).map(|(x, i)| f64::from(i) * (x - 0.37).abs()).sum() };
    let problem = Problem::new(f, vec![-1.2; 10]).unwrap();
    for batch in [16, 64] {
        let outcome =
            search("hybrid", batch).minimize(&problem, &Budget::evaluations(10 * batch), &mut ()).unwrap();
        assert!(outcome.value < 1e-5 * outcome.start_value, "{batch}: {outcome}");
    }
}

/// `Σ wᵢ |xᵢ - aᵢ|`: the kinks are far beyond the first sweep, which looks one step ahead only.
#[test]
fn kinks_beyond_the_first_sweep_are_reached() {
    let f = |x: &[f64]| -> f64 {
        x.iter().enumerate().map(|(i, x)| (1 + i) as f64 * (x - 3.7 + 0.61 * i as f64).abs()).sum()
    };
    let problem = Problem::new(f, vec![0.0; 10]).unwrap();
    let outcome = search("hybrid", 16).minimize(&problem, &Budget::evaluations(4000), &mut ()).unwrap();
    assert!(outcome.value < 1e-5, "{outcome}");
}
