//! Comparisons: what is run, what is recorded.

use compare::{Case, Comparison, Labelled, Plan, Record, compare};
use search::{
    Bounds, Budget, Error, Evaluations, Minimizer, NelderMead, ParticleSwarm, PatternSearch, Problem,
    ScalarSearch, Solver, Status, Stop,
};

fn bowl(x: &[f64]) -> f64 {
    x.iter().enumerate().map(|(i, x)| (x - i as f64).powi(2)).sum()
}

fn cases() -> Vec<Case<'static>> {
    let fixed = Problem::new(bowl, vec![3.0, 3.0]).unwrap();
    let seeded = |seed| Problem::new(bowl, vec![seed as f64; 3])?.bounded(Bounds::uniform(3, -9.0, 9.0)?);
    vec![Case::new("fixed", fixed).with_optimum(0.0), Case::seeded("seeded", seeded)]
}

fn minimizers() -> Vec<Box<dyn Minimizer>> {
    vec![
        Box::new(PatternSearch::default()),
        Box::new(Labelled::new("simplex", NelderMead::default())),
        Box::new(ParticleSwarm::default()),
        Box::new(ScalarSearch::default()),
    ]
}

fn compared(threads: usize) -> Comparison {
    let plan = Plan { budget: Budget::evaluations(200), seeds: vec![4, 5], threads };
    compare(&cases(), &minimizers(), &plan).unwrap()
}

#[test]
fn each_minimizer_runs_on_each_problem_once_per_seed_that_matters() {
    let comparison = compared(1);
    let runs: Vec<_> = comparison
        .records()
        .iter()
        .map(|run| (run.problem.as_str(), run.minimizer.as_str(), run.seed))
        .collect();
    assert_eq!(
        runs,
        [
            ("fixed", "patternsearch", 4),
            ("fixed", "simplex", 4),
            ("fixed", "particle-swarm", 4),
            ("fixed", "particle-swarm", 5),
            ("fixed", "brent", 4),
            ("seeded", "patternsearch", 4),
            ("seeded", "patternsearch", 5),
            ("seeded", "simplex", 4),
            ("seeded", "simplex", 5),
            ("seeded", "particle-swarm", 4),
            ("seeded", "particle-swarm", 5),
            ("seeded", "brent", 4),
            ("seeded", "brent", 5),
        ]
    );
    let swarms: Vec<_> = comparison.of("fixed", "particle-swarm").collect();
    let values = |run: &Record| run.improvements.iter().map(|i| i.value).collect::<Vec<_>>();
    assert_ne!(values(swarms[0]), values(swarms[1]), "seeds reach the minimizer");
    let starts = comparison.of("seeded", "simplex").map(|run| run.value_after(1));
    assert_eq!(starts.collect::<Vec<_>>(), [bowl(&[4.0; 3]), bowl(&[5.0; 3])], "seeds reach the problem");
}

#[test]
fn a_record_tells_the_best_value_by_evaluations_and_by_seconds() {
    for run in compared(1).records() {
        let Ok(outcome) = &run.result else { continue };
        assert_eq!(run.improvements[0].evaluations, 1);
        assert_eq!(run.improvements[0].value, outcome.start_value);
        for pair in run.improvements.windows(2) {
            assert!(pair[1].value < pair[0].value && pair[1].evaluations > pair[0].evaluations);
            assert!(pair[1].seconds >= pair[0].seconds);
            assert_eq!(run.value_after(pair[1].evaluations - 1), pair[0].value);
            assert_eq!(run.evaluations_to(pair[1].value), Some(pair[1].evaluations));
        }
        assert_eq!((run.value_after(0), run.value_at(-1.0)), (f64::INFINITY, f64::INFINITY));
        assert_eq!((run.value_after(200), run.value_at(1e9)), (outcome.value, outcome.value));
        assert_eq!(run.evaluations_to(f64::NEG_INFINITY), None);
    }
}

#[test]
fn runs_at_the_same_time_give_what_each_gives_alone() {
    let without_times = |comparison: &Comparison| {
        let mut records = comparison.records().to_vec();
        for run in &mut records {
            run.improvements.iter_mut().for_each(|improvement| improvement.seconds = 0.0);
            if let Ok(outcome) = &mut run.result {
                outcome.seconds = 0.0;
            }
        }
        records
    };
    assert_eq!(without_times(&compared(1)), without_times(&compared(4)));
}

/// Gives up at once.
struct Faint;

impl Solver for Faint {
    fn name(&self) -> String {
        "faint".to_owned()
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        let start = evaluations.start().to_vec();
        evaluations.value(&start)?;
        Err(Stop::gave_up("it felt like it"))
    }
}

#[test]
fn what_fails_is_recorded_and_the_rest_goes_on() {
    let broken = Case::seeded("broken", |_| Problem::new(bowl, vec![]));
    let hopeless = Case::new("hopeless", Problem::new(|_: &[f64]| f64::NAN, vec![1.0]).unwrap());
    let fine = Case::new("fine", Problem::new(bowl, vec![1.0, 1.0]).unwrap());
    let minimizers: Vec<Box<dyn Minimizer>> =
        vec![Box::new(ScalarSearch::default()), Box::new(Faint), Box::new(PatternSearch::default())];
    let comparison = compare(&[broken, hopeless, fine], &minimizers, &Plan::default()).unwrap();
    let result = |problem, minimizer| comparison.of(problem, minimizer).next().unwrap().result.clone();
    assert_eq!(result("broken", "patternsearch"), Err(Error::EmptyStart));
    assert!(matches!(result("hopeless", "patternsearch"), Err(Error::NoValue { .. })));
    assert!(matches!(result("fine", "brent"), Err(Error::Dimension { given: 2, .. })));
    assert_eq!(result("fine", "faint").unwrap().status, Status::SolverGaveUp);
    assert!(result("fine", "patternsearch").unwrap().converged());
    let text = comparison.to_string();
    for told in ["1 it felt like it", "expected 1", "1 converged", "the start point has no coordinates"] {
        assert!(text.contains(told), "{told} in\n{text}");
    }
    let plan = Plan { threads: 0, ..Plan::default() };
    assert!(matches!(compare(&cases(), &minimizers, &plan), Err(Error::Threads { threads: 0, .. })));
}
