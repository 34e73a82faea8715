//! What an outcome says about itself: advice of its own for each way to end.

use std::ops::ControlFlow;

use search::pattern::{NonlinearConstraints, Options};
use search::{
    Bounds, Budget, Cancellation, ConstraintCount, CoordinateSearch, Event, Failure, HybridSearch, Journal,
    Minimizer, Outcome, PatternSearch, Problem, QuasiNewtonSearch, Run, Status,
};
use serde_json::json;

fn bowl(x: &[f64]) -> f64 {
    x.iter().map(|v| (v - 0.3).powi(2)).sum()
}

fn search(options: Options) -> Outcome {
    let problem = Problem::new(bowl, vec![2.0, 1.0]).unwrap();
    PatternSearch::new(options).unwrap().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap()
}

#[track_caller]
fn says(outcome: &Outcome, status: Status, parts: &[&str]) {
    let text = outcome.explain();
    assert_eq!(outcome.status, status);
    assert!(text.starts_with(&outcome.message()), "{text}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn convergence_on_a_fine_mesh_and_on_a_coarse_one_are_told_apart() {
    says(&search(Options::default()), Status::MeshTolerance, &["perhaps only a local one"]);
    let coarse = search(Options { mesh_tolerance: 0.1, ..Options::default() });
    says(&coarse, Status::MeshTolerance, &["still coarse, 0.0625", "mesh_tolerance"]);
}

/// The sweeps with which `quasi-newton` verifies its end have long steps; the poll that has failed was fine.
#[test]
fn a_mesh_is_not_coarse_after_a_fine_poll() {
    let problem = Problem::new(bowl, vec![2.0, 1.0]).unwrap();
    let outcome = QuasiNewtonSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    says(&outcome, Status::NoStepDown, &["No poll point on the finest mesh was better"]);
}

/// Polls of `patternsearch` fail at (1, 1), where x² <= y leaves no coordinate direction, and the value is 1 for 0.8248.
#[test]
fn the_end_of_polls_beside_a_curved_constraint_is_called_no_minimum() {
    let options =
        Options { nonlinear_constraints: NonlinearConstraints::ProgressiveBarrier, ..Options::default() };
    let problem = Problem::new(|x: &[f64]| (x[0] - 2.0).powi(2) + (x[1] - 1.0).powi(2), [0.5, 0.5]).unwrap();
    let problem =
        problem.constrained(ConstraintCount::new(1, 0), |x: &[f64]| (vec![x[0] * x[0] - x[1]], vec![]));
    let search = PatternSearch::new(options).unwrap();
    let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    says(&outcome, Status::MeshTolerance, &["Beside a curved constraint", "`hybrid`"]);
    let followed = HybridSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!((followed.value - 0.8248).abs() < 1e-4, "{followed}");
}

#[test]
fn limits_tell_whether_the_value_was_still_falling() {
    let falling = search(Options { max_iterations: Some(3), ..Options::default() });
    says(&falling, Status::IterationLimit, &["still falling", "raise max_iterations, or start again"]);
    let spent =
        search(Options { max_function_evaluations: Some(130), mesh_tolerance: 1e-300, ..Options::default() });
    says(&spent, Status::EvaluationLimit, &["still falling", "max_function_evaluations", "larger budget"]);
    let idle = Problem::new(|x: &[f64]| x[0].abs(), vec![0.0]).unwrap();
    let options = Options { mesh_tolerance: 1e-300, ..Options::default() };
    let outcome =
        PatternSearch::new(options).unwrap().minimize(&idle, &Budget::evaluations(100), &mut ()).unwrap();
    says(
        &outcome,
        Status::EvaluationLimit,
        &["last fell at evaluation 1 of 100", "Nothing better than the start"],
    );
    let late = search(Options { max_time: Some(0.0), ..Options::default() });
    says(&late, Status::TimeLimit, &["give it more time. It goes on from here if it keeps a journal"]);
}

#[test]
fn a_run_that_was_stopped_says_how_it_goes_on() {
    let problem = Problem::new(bowl, vec![2.0]).unwrap();
    let mut stop = |event: &Event<'_>| match event {
        Event::Iteration { row, .. } if row.iteration == 2 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.journal");
    let run = Run::default().with_journal(Journal::new(&path));
    let outcome = PatternSearch::default().run(&problem, &run, &mut stop).unwrap();
    says(&outcome, Status::StoppedByObserver, &["best one so far", "goes on from here when the journal"]);
    let mut broken = outcome;
    broken.status = Status::JournalFailed;
    says(&broken, Status::JournalFailed, &["repair the disk"]);
}

#[test]
fn starts_outside_and_without_a_value_and_failures_are_mentioned() {
    let left = |x: &[f64]| if x[0] > 0.5 { Err("too far right") } else { Ok(x[0] * x[0]) };
    let bounds = Bounds::uniform(1, -1.0, 1.0).unwrap();
    let problem = Problem::new(left, vec![3.0]).unwrap().bounded(bounds).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(20), &mut ()).unwrap();
    let parts = [
        "One coordinate of the start was outside",
        "The evaluation of the start failed",
        "too far right",
        "of 20 evaluations",
    ];
    says(&outcome, Status::EvaluationLimit, &parts);
    let mostly = |x: &[f64]| if x[0] == 1.0 { Ok(1.0) } else { Err("no") };
    let problem = Problem::new(mostly, vec![1.0]).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    assert!(outcome.explain().contains("That is most of them"));
}

#[test]
fn integers_are_spoken_of_as_integers() {
    let f = |x: &[f64]| (x[0] - 2.0).abs() + (x[1] + 1.0).abs();
    let problem = Problem::new(f, vec![0.4, 5.0]).unwrap().granular(vec![1.0, 1.0]).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    says(
        &outcome,
        Status::MeshTolerance,
        &["One coordinate of the start was", "off the grid", "one step away on the grid"],
    );
    assert!(!outcome.explain().contains("coarse"), "{}", outcome.explain());
    // A mesh tolerance that is coarse is still called so.
    let problem = Problem::new(f, vec![0.4, 5.0]).unwrap();
    let coarse = PatternSearch::new(Options { mesh_tolerance: 0.5, ..Options::default() }).unwrap();
    let outcome = coarse.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    says(&outcome, Status::MeshTolerance, &["The mesh is still coarse"]);
}

/// Polls that are all outside a narrow box say nothing of what is in it.
#[test]
fn a_box_that_no_poll_has_entered_is_not_called_converged() {
    for width in [1e-6, 1e-9, 1e-12, 1e-300] {
        let f = |x: &[f64]| (x[0] / (width / 5.0) - 3.0).powi(2);
        let bounds = Bounds::uniform(1, 0.0, width).unwrap();
        let problem = Problem::new(f, vec![0.0]).unwrap().bounded(bounds).unwrap();
        let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
        says(
            &outcome,
            Status::SolverGaveUp,
            &["along coordinate 0 are too long for its box", "reduce initial_mesh_size"],
        );
        // The searches that are not MATLAB's take the box for its unit.
        for search in [&HybridSearch::default() as &dyn Minimizer, &CoordinateSearch::default()] {
            let outcome = search.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
            assert!(
                outcome.converged() && outcome.value < 1e-9,
                "{}, {width}: {}",
                outcome.solver,
                outcome.value
            );
        }
    }
    // Nor where steps along another coordinate have come to the last digit first.
    let f = |x: &[f64]| (x[0] * 1e11 - 3.0).powi(2) + (x[1] * 1e-11 - 0.64728377983).powi(2);
    let bounds = Bounds::new(vec![0.0; 2], vec![1e-10, 1e11]).unwrap();
    let problem = Problem::new(f, vec![0.0; 2]).unwrap().bounded(bounds).unwrap();
    let outcome = PatternSearch::default().minimize(&problem, &Budget::unlimited(), &mut ()).unwrap();
    says(&outcome, Status::SolverGaveUp, &["along coordinate 0 are too long for its box"]);
}

#[test]
fn a_solver_that_gave_up_says_which_others_there_are() {
    let kink = Problem::new(
        |x: &[f64]| (x[0] - 0.1).abs() + 2.0 * (x[0] - 0.1).max(0.0) + x[1].abs(),
        vec![2.0, 1.0],
    )
    .unwrap();
    let outcome = search::solver("steepest-descent", &json!({})).unwrap();
    let outcome = outcome.minimize(&kink, &Budget::evaluations(100_000), &mut ()).unwrap();
    says(&outcome, Status::SolverGaveUp, &["steepest-descent has seen", "hybrid and coordinate"]);
    let smooth = Problem::new(bowl, vec![2.0, 1.0]).unwrap();
    let bfgs = search::solver("bfgs", &json!({})).unwrap();
    let outcome = bfgs.minimize(&smooth, &Budget::unlimited(), &mut ()).unwrap();
    says(&outcome, Status::SolverConverged, &["as far as the solver can tell"]);
    // Whatever the name of the solver, there is somebody else to ask.
    let mut own = outcome.clone();
    (own.status, own.solver) = (Status::SolverGaveUp, "hybrid of coordinate and patternsearch".to_owned());
    assert!(own.explain().contains("hybrid and coordinate need"), "{}", own.explain());
    let mut exact = outcome;
    exact.status = Status::MachinePrecision;
    says(&exact, Status::MachinePrecision, &["no more digits"]);
}

/// The evaluation that was cut short is not one: it is not counted, and a resumed run makes it.
#[test]
fn an_evaluation_that_fails_because_the_run_is_cancelled_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.journal");
    for threads in [1, 2] {
        let _ = std::fs::remove_file(&path);
        let cancellation = Cancellation::default();
        let cut_short = |x: &[f64]| {
            if bowl(x) < 1.0 {
                cancellation.cancel();
                return Err(Failure::Error("cut short".to_owned()));
            }
            Ok(bowl(x))
        };
        let problem = Problem::new(cut_short, vec![4.0]).unwrap();
        let budget = Budget::unlimited().cancelled_by(&cancellation);
        let run = Run::within(&budget).on_threads(threads).with_journal(Journal::new(&path));
        let outcome = PatternSearch::default().run(&problem, &run, &mut ()).unwrap();
        assert_eq!((outcome.status, outcome.counts.failed), (Status::Cancelled, 0));
        assert!(outcome.first_failure.is_none());

        let whole = Problem::new(bowl, vec![4.0]).unwrap();
        let resumed = Run::default().with_journal(Journal::new(&path).resumed());
        let resumed = PatternSearch::default().run(&whole, &resumed, &mut ()).unwrap();
        let undisturbed = PatternSearch::default().minimize(&whole, &Budget::unlimited(), &mut ()).unwrap();
        assert_eq!((resumed.x, resumed.trace), (undisturbed.x, undisturbed.trace));
        assert_eq!(resumed.counts, undisturbed.counts);
    }
}
