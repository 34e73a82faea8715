//! Ask and tell: the search of one thread bit for bit, whatever is asked at once, told in which order, saved and loaded when.

use proptest::prelude::*;
use rand::RngExt;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{
    AskTell, Asked, Bounds, Budget, Cancellation, ConstraintCount, ConstraintValues, Error, Evaluations,
    Failure, Journal, JournalFault, Minimizer, Outcome, PatternSearch, Problem, Run, Solver, Status, Stop,
    TellError,
};
use serde_json::json;

const NAMES: [&str; 4] = ["patternsearch", "coordinate", "hybrid", "nelder-mead"];

fn solver(name: &str) -> Box<dyn Minimizer> {
    search::solver(name, &json!({})).unwrap()
}

fn rosenbrock(x: &[f64]) -> Result<f64, Failure> {
    let value = 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    if (value * 1e6) as u64 % 11 == 3 { Err(Failure::Error("no mesh".to_owned())) } else { Ok(value) }
}

fn bounded(problem: Problem<'static>) -> Problem<'static> {
    problem.bounded(Bounds::new(vec![-2.0, -2.0], vec![0.8, 2.0]).unwrap()).unwrap()
}

fn described() -> Problem<'static> {
    bounded(Problem::without_objective(vec![-1.2, 1.0]).unwrap())
}

fn serial(name: &str, budget: u64) -> Outcome {
    let f = |x: &[f64]| rosenbrock(x).map_err(|_| "no mesh");
    let problem = bounded(Problem::new(f, vec![-1.2, 1.0]).unwrap());
    solver(name).minimize(&problem, &Budget::evaluations(budget), &mut ()).unwrap()
}

/// All of an outcome but the time, and speculative evaluations.
fn committed(outcome: &Outcome) -> String {
    let mut rest = outcome.clone();
    (rest.seconds, rest.counts.speculative) = (0.0, 0);
    format!("{rest:?}")
}

fn told(session: &mut AskTell, asked: &Asked) {
    session.tell(asked.id, rosenbrock(&asked.point)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_asked_and_told_in_any_order_is_the_serial_run(seed: u64, budget in 1_u64..150, reload: bool) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        for name in NAMES {
            let serial = serial(name, budget);
            let budget = Budget::evaluations(budget);
            let mut session = AskTell::new(solver(name), described(), &budget).unwrap();
            let mut made = 0;
            while session.outcome().is_none() {
                session.ask(random.random_range(1..6));
                let pending = session.pending();
                prop_assert!(pending.is_empty() || pending.iter().any(|asked| session.is_needed(asked.id)));
                if !pending.is_empty() {
                    told(&mut session, &pending[random.random_range(0..pending.len())]);
                    made += 1;
                }
                if reload && random.random_range(0..8) == 0 {
                    let state = session.state();
                    session = AskTell::from_state(solver(name), described(), &budget, &state).unwrap();
                    prop_assert!(session.pending().is_empty());
                }
            }
            let outcome = session.finish().unwrap();
            prop_assert_eq!(committed(&outcome), committed(&serial), "{}", name);
            prop_assert_eq!(made, outcome.counts.evaluations + outcome.counts.speculative, "{}: nothing twice", name);
        }
    }
}

#[test]
fn saved_and_loaded_at_every_step_it_is_the_undisturbed_search() {
    for name in NAMES {
        let budget = Budget::evaluations(120);
        let mut session = AskTell::new(solver(name), described(), &budget).unwrap();
        while session.outcome().is_none() {
            session.ask(3);
            // The last one first: values before their turn are in the state too.
            let pending = session.pending();
            let (last, others) = pending.split_last().unwrap();
            told(&mut session, last);
            let needed: Vec<_> = others.iter().filter(|asked| session.is_needed(asked.id)).collect();
            let (best, state) = (session.best(), session.state());
            drop(session);
            session = AskTell::from_state(solver(name), described(), &budget, &state).unwrap();
            assert_eq!(session.best(), best);
            assert_eq!(session.state(), state, "loading changes nothing");
            let again = session.ask(needed.len());
            let points = again.iter().map(|asked| &asked.point);
            assert!(points.eq(needed.iter().map(|asked| &asked.point)), "what was pending is asked again");
        }
        assert_eq!(committed(&session.finish().unwrap()), committed(&serial(name, 120)), "{name}");
    }
}

#[test]
fn a_state_is_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = AskTell::new(PatternSearch::default(), described(), &Budget::evaluations(90)).unwrap();
    for _ in 0..20 {
        let asked = session.ask(4);
        asked.iter().rev().for_each(|asked| told(&mut session, asked));
    }
    let path = folder.path().join("state");
    std::fs::write(&path, session.state()).unwrap();
    let f = |x: &[f64]| rosenbrock(x).map_err(|_| "no mesh");
    let problem = bounded(Problem::new(f, vec![-1.2, 1.0]).unwrap());
    let run = Run::within(&Budget::evaluations(90)).with_journal(Journal::new(&path).resumed());
    let resumed = PatternSearch::default().run(&problem, &run, &mut ()).unwrap();
    let known = resumed.journal.as_ref().unwrap().known;
    assert!((20..=80).contains(&known), "{known}");
    let mut resumed = resumed;
    resumed.journal = None;
    assert_eq!(committed(&resumed), committed(&serial("patternsearch", 90)));

    // And the other way round, torn at any byte.
    let bytes = std::fs::read(&path).unwrap();
    let header = bytes.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    for end in (header..bytes.len()).step_by(53) {
        let budget = Budget::evaluations(90);
        let mut session =
            AskTell::from_state(PatternSearch::default(), described(), &budget, &bytes[..end]).unwrap();
        while let Some(asked) = session.ask(1).pop() {
            told(&mut session, &asked);
        }
        assert_eq!(committed(&session.finish().unwrap()), committed(&serial("patternsearch", 90)));
    }
}

#[test]
fn constraints_come_with_the_value() {
    let simulated = |x: &[f64]| (-x[0] - x[1], x[0] * x[0] + x[1] * x[1] - 1.0);
    let count = ConstraintCount::new(1, 0);
    let problem = Problem::without_objective(vec![0.0, 0.0]).unwrap().with_constraint_count(count);
    let budget = Budget::evaluations(150);
    let mut session = AskTell::new(PatternSearch::default(), problem, &budget).unwrap();
    let first = session.ask(1).remove(0);
    let wrong =
        TellError::ConstraintCount { id: first.id, given: ConstraintCount::default(), expected: count };
    assert_eq!(session.tell(first.id, Ok(1.0)), Err(wrong.clone()));
    assert_eq!(
        wrong.to_string(),
        format!(
            "id {} has values of 0 inequalities and 0 equalities; expected 1 inequalities and 0 equalities",
            first.id
        )
    );
    let mut asked = vec![first];
    while !asked.is_empty() {
        for Asked { id, point } in asked.drain(..).rev() {
            let (value, c) = simulated(&point);
            let constraints = ConstraintValues { inequalities: vec![c], equalities: vec![] };
            if session.outcome().is_none() {
                session.tell(id, Ok((value, constraints))).unwrap();
            }
        }
        asked = session.ask(3);
    }
    let outcome = session.finish().unwrap();
    let here = Problem::simulated(
        move |x: &[f64]| {
            let (value, c) = simulated(x);
            (value, [c], [])
        },
        count,
        vec![0.0, 0.0],
    );
    let serial = PatternSearch::default().minimize(&here.unwrap(), &budget, &mut ()).unwrap();
    assert_eq!(committed(&outcome), committed(&serial));
}

#[test]
fn what_cannot_be_told_is_named_and_changes_nothing() {
    let mut session = AskTell::new(PatternSearch::default(), described(), &Budget::evaluations(2)).unwrap();
    assert_eq!(session.tell(0, Ok(1.0)), Err(TellError::Unknown { id: 0 }), "not asked yet");
    let first = session.ask(9);
    assert_eq!(first.len(), 1, "the search needs the value of its start before it can go on");
    assert_eq!(session.ask(9), []);
    assert_eq!(session.pending(), first);
    let (id, before) = (first[0].id, session.state());
    assert_eq!(session.tell(id + 7, Ok(1.0)), Err(TellError::Unknown { id: id + 7 }));
    session.tell(id, Ok(1.0)).unwrap();
    assert!(session.state().starts_with(&before) && session.state() != before);
    let twice = session.tell(id, Ok(2.0)).unwrap_err();
    assert_eq!(twice, TellError::ToldTwice { id });
    assert_eq!(
        twice.to_string(),
        format!("id is {id}, whose value has been told; expected the id of a point that is pending")
    );
    assert_eq!(session.best(), Some((vec![-1.2, 1.0], 1.0)));

    let second = session.ask(9);
    assert_eq!(second.len(), 1, "no more than the budget allows");
    session.tell(second[0].id, Err::<f64, _>(Failure::Error("no mesh".to_owned()))).unwrap();
    assert_eq!(session.tell(5, Ok(1.0)), Err(TellError::Ended { id: 5 }));
    assert!(session.ask(9).is_empty());
    let outcome = session.outcome().unwrap().unwrap();
    assert_eq!(
        (outcome.status, outcome.counts.evaluations, outcome.counts.failed),
        (Status::EvaluationLimit, 2, 1)
    );
    assert_eq!(session.finish().unwrap(), outcome);
}

#[test]
fn points_that_turn_out_not_to_be_needed_are_known_by_then() {
    let budget = Budget::evaluations(50);
    let mut session = AskTell::new(PatternSearch::default(), described(), &budget).unwrap();
    let start = session.ask(1).remove(0);
    session.tell(start.id, Ok(10.0)).unwrap();
    let poll = session.ask(4);
    assert!(poll.len() > 1 && poll.iter().all(|asked| session.is_needed(asked.id)));
    session.tell(poll[0].id, Ok(9.0)).unwrap();
    assert!(poll[1..].iter().all(|asked| !session.is_needed(asked.id)), "the first was a success");
    let evaluations = |session: AskTell| session.finish().unwrap().counts;
    let state = session.state();
    session.tell(poll[1].id, Ok(8.0)).unwrap();
    assert_ne!(session.state(), state, "it is in the journal all the same");
    assert_eq!(session.best().unwrap().1, 9.0, "and has not been the search's yet");
    let counts = evaluations(session);
    assert_eq!((counts.evaluations, counts.speculative), (2, 1));
}

#[test]
fn a_search_that_cannot_begin_is_refused_at_once() {
    let new = |name: &str, problem, budget: Budget| AskTell::new(solver(name), problem, &budget).map(|_| ());
    assert_eq!(new("hybrid", described(), Budget::evaluations(0)), Err(Error::NoBudget));
    let constrained = described().with_constraint_count(ConstraintCount::new(1, 0));
    assert!(matches!(
        new("nelder-mead", constrained, Budget::unlimited()),
        Err(Error::NonlinearConstraints { .. })
    ));

    let from = |state: &[u8]| {
        AskTell::from_state(PatternSearch::default(), described(), &Budget::unlimited(), state).map(|_| ())
    };
    let session = AskTell::new(solver("hybrid"), described(), &Budget::unlimited()).unwrap();
    let fault = |result: Result<(), Error>| match result {
        Err(Error::Journal(error)) => error.fault,
        other => panic!("{other:?}"),
    };
    assert!(matches!(fault(from(&session.state())), JournalFault::OtherRun { .. }));
    assert_eq!(fault(from(b"no state")), JournalFault::NotAJournal);
    let mut session = AskTell::new(PatternSearch::default(), described(), &Budget::unlimited()).unwrap();
    let begin = session.state().len();
    for _ in 0..5 {
        let asked = session.ask(1).remove(0);
        told(&mut session, &asked);
    }
    let mut damaged = session.state();
    damaged[begin + 4] ^= 1;
    assert!(matches!(fault(from(&damaged)), JournalFault::Damaged { at, .. } if at == begin as u64));
}

#[test]
fn finishing_and_cancelling_end_a_search_where_it_is() {
    let mut session = AskTell::new(PatternSearch::default(), described(), &Budget::unlimited()).unwrap();
    for _ in 0..10 {
        let asked = session.ask(1).remove(0);
        told(&mut session, &asked);
    }
    session.ask(3);
    let outcome = session.finish().unwrap();
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::Cancelled, 10));

    let cancellation = Cancellation::default();
    let budget = Budget::unlimited().cancelled_by(&cancellation);
    let mut session = AskTell::new(PatternSearch::default(), described(), &budget).unwrap();
    let asked = session.ask(1).remove(0);
    told(&mut session, &asked);
    cancellation.cancel();
    assert!(session.ask(1).is_empty());
    assert_eq!(session.outcome().unwrap().unwrap().status, Status::Cancelled);

    let session = AskTell::new(PatternSearch::default(), described(), &Budget::unlimited()).unwrap();
    assert!(matches!(session.finish(), Err(Error::NoValue { status: Status::Cancelled, failed: 0, .. })));
}

#[test]
fn a_panic_of_the_solver_is_passed_on() {
    struct Defective;
    impl Solver for Defective {
        fn name(&self) -> String {
            "defective".to_owned()
        }

        fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
            let start = evaluations.start().to_vec();
            evaluations.value(&start)?;
            std::panic::resume_unwind(Box::new("a defect"))
        }
    }
    let mut session = AskTell::new(Defective, described(), &Budget::unlimited()).unwrap();
    let asked = session.ask(1).remove(0);
    let telling = std::panic::AssertUnwindSafe(|| session.tell(asked.id, Ok(1.0)));
    let panic = std::panic::catch_unwind(telling).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"a defect"));
    assert!(session.ask(1).is_empty());
    assert_eq!(session.tell(asked.id, Ok(1.0)), Err(TellError::Ended { id: asked.id }));
}
