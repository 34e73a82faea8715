//! Programs as solvers: real processes that ask for values, and every way in which they can fail.
#![cfg(unix)]

use std::time::{Duration, Instant};

use search::{
    Bounds, Budget, ConstraintCount, Error, Journal, LinearConstraints, Minimizer, Outcome, Problem, Run,
    Solver, SolverProgram, Status, Takes,
};
use serde_json::{Value, json};

/// A shell script that asks for points, with `ask X` for a point and its answer in `$answer`.
fn shell(script: &str) -> SolverProgram {
    let ask = r#"ask() { echo "{\"x\": [$1]}"; read -r answer; }; read -r header; "#;
    SolverProgram::new("script", "sh").argument("-c").argument(format!("{ask}{script}"))
}

fn parabola() -> Problem<'static> {
    Problem::new(|x: &[f64]| (x[0] - 1.5).powi(2), [5.0]).unwrap()
}

#[track_caller]
fn minimized(solver: &SolverProgram, problem: &Problem<'_>, evaluations: u64) -> Outcome {
    solver.minimize(problem, &Budget::evaluations(evaluations), &mut ()).unwrap()
}

/// What a program reads first, and the answer to its first question.
fn read_by(solver: SolverProgram, problem: &Problem<'_>, question: &str) -> (Value, Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("read.txt");
    let script = format!(
        "read -r header; echo '{question}'; read -r answer; printf '%s\\n%s\\n' \"$header\" \"$answer\" > {}",
        path.display()
    );
    let solver = solver.argument("-c").argument(script);
    let outcome = minimized(&solver, problem, 7);
    let ended = [Status::SolverConverged, Status::NoFeasiblePoint];
    assert!(ended.contains(&outcome.status), "{}", outcome.message());
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (lines.next().unwrap(), lines.next().unwrap())
}

#[test]
fn the_first_line_says_what_the_problem_is_and_answers_have_all_its_values() {
    let values = |x: &[f64]| (x[0] * x[0], [x[0] - 3.0], [x[1], 0.1 + 0.2]);
    let linear = LinearConstraints::at_most([[1.0, 2.0]], [12.0]).unwrap();
    let linear = linear.and(LinearConstraints::equal([[0.0, 1.0]], [4.0]).unwrap()).unwrap();
    let problem = Problem::simulated(values, ConstraintCount::new(1, 2), [2.0, 4.0]).unwrap();
    let problem =
        problem.bounded(Bounds::new([0.0, f64::NEG_INFINITY], [5.0, f64::INFINITY]).unwrap()).unwrap();
    let problem = problem.granular([0.5, 0.0]).unwrap().subject_to(linear).unwrap();
    let takes = [Takes::Linear, Takes::Constraints, Takes::Equalities, Takes::Granularity];
    let options = json!({"radius": 0.1}).as_object().unwrap().clone();
    let solver =
        SolverProgram::new("reader", "sh").taking(takes).with_options(options).of_version("1.0").random();
    let (header, answer) = read_by(solver, &problem, r#"{"id": "a", "x": [1.5, 4]}"#);
    assert_eq!(
        header,
        json!({
            "start": [2.0, 4.0], "lower": [0.0, "-inf"], "upper": [5.0, "inf"], "granularity": [0.5, 0.0],
            "a": [[1.0, 2.0]], "b": [12.0], "aeq": [[0.0, 1.0]], "beq": [4.0],
            "constraints": 1, "equalities": 2, "budget": 6, "seed": 0, "version": "1.0", "options": {"radius": 0.1},
            "at_start": {"value": 4.0, "constraints": [-1.0], "equalities": [4.0, 0.1 + 0.2]},
        })
    );
    assert_eq!(
        answer,
        json!({"id": "a", "value": 2.25, "constraints": [-1.5], "equalities": [4.0, 0.1 + 0.2]})
    );

    let bare = SolverProgram::new("reader", "sh");
    let (header, answer) = read_by(bare, &parabola(), r#"{"x": [2.5]}"#);
    assert_eq!(
        header,
        json!({"start": [5.0], "lower": ["-inf"], "upper": ["inf"], "budget": 6, "options": {}, "at_start": {"value": 12.25}})
    );
    assert_eq!(answer, json!({"value": 1.0}));
}

#[test]
fn residuals_are_told_to_a_program_that_takes_them() {
    let residuals = |x: &[f64], r: &mut [f64]| r.copy_from_slice(&[x[0] - 1.0, 2.0 * x[1]]);
    let problem = Problem::least_squares(2, residuals, [3.0, 0.5]).unwrap();
    let solver = SolverProgram::new("reader", "sh").taking([Takes::Residuals]);
    let (header, answer) = read_by(solver, &problem, r#"{"x": [2, 1]}"#);
    assert_eq!((&header["residuals"], &header["at_start"]["residuals"]), (&json!(2), &json!([2.0, 1.0])));
    assert_eq!(answer, json!({"value": 5.0, "residuals": [1.0, 2.0]}));
    let (header, answer) = read_by(SolverProgram::new("reader", "sh"), &problem, r#"{"x": [2, 1]}"#);
    assert_eq!((header.get("residuals"), answer), (None, json!({"value": 5.0})));
}

#[test]
fn the_start_is_known_before_and_costs_nothing_when_it_is_asked_for_first() {
    let outcome = minimized(&shell("ask 5.0; ask 2.0; ask 5.0; ask 3.0"), &parabola(), 100);
    assert_eq!((outcome.counts.evaluations, outcome.start_value, outcome.x), (4, 12.25, vec![2.0]));
    assert_eq!(outcome.status, Status::SolverConverged);
}

#[test]
fn the_budget_is_kept_outside() {
    let outcome = minimized(&shell("while true; do ask 2.0; done"), &parabola(), 30);
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::EvaluationLimit, 30));
    // Nor does a program help itself that does not wait for answers, many thousands of them.
    let flood = r#"read -r header; yes '{"x": [2.0]}'"#;
    let flood = SolverProgram::new("flood", "sh").argument("-c").argument(flood);
    let outcome = minimized(&flood, &parabola(), 100_000);
    assert_eq!((outcome.status, outcome.counts.evaluations), (Status::EvaluationLimit, 100_000));
}

#[test]
fn a_point_outside_the_bounds_is_told_and_never_counts() {
    let problem = Problem::new(|x: &[f64]| x[0], [5.0]).unwrap();
    let problem = problem.bounded(Bounds::new([1.0], [9.0]).unwrap()).unwrap();
    let script =
        r#"ask 0.5; case $answer in *error*"expected 1 to 9"*) ask 3.0;; esac; ask null; ask 9.5; ask 4.0"#;
    let outcome = minimized(&shell(script), &problem, 100);
    assert_eq!((outcome.x.as_slice(), outcome.value, outcome.outside), (&[3.0][..], 3.0, 3));
    assert_eq!((outcome.counts.evaluations, outcome.counts.failed), (6, 3));
    assert!(outcome.message().ends_with(
        "its own test of convergence was met; 3 of its points were outside the bounds or off the grid, and do not count."
    ));
    // They cost evaluations: a program that asks for nothing else comes to an end.
    let outcome = minimized(&shell("while true; do ask 0.5; done"), &problem, 20);
    assert_eq!((outcome.status, outcome.outside, outcome.value), (Status::EvaluationLimit, 19, 5.0));

    let whole = Problem::new(|x: &[f64]| x[0], [5.0]).unwrap().granular([1.0]).unwrap();
    let outcome = minimized(&shell("ask 1.5; ask 2.0").taking([Takes::Granularity]), &whole, 20);
    assert_eq!((outcome.x, outcome.outside), (vec![2.0], 1));
}

#[test]
fn a_run_resumed_from_its_journal_is_the_run_that_was_never_stopped() {
    let problem = Problem::new(|x: &[f64]| x[0], [5.0]).unwrap();
    let problem = problem.bounded(Bounds::new([1.0], [9.0]).unwrap()).unwrap();
    let solver = shell("ask 0.5; ask 3.0; ask 9.5; ask 2.0; ask 0.75");
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal")).of_every_value();
    let run = |budget, journal| {
        let run = Run::within(&Budget::evaluations(budget)).with_journal(journal);
        solver.run(&problem, &run, &mut ()).unwrap()
    };
    let stopped = run(4, journal.clone());
    assert_eq!((stopped.status, stopped.value, stopped.outside), (Status::EvaluationLimit, 3.0, 2));
    let resumed = run(100, journal.resumed());
    assert_eq!(resumed.journal.as_ref().unwrap().known, 4);
    let whole = minimized(&solver, &problem, 100);
    let seen =
        |outcome: Outcome| (outcome.x, outcome.value, outcome.counts, outcome.outside, outcome.first_failure);
    assert_eq!(seen(resumed), seen(whole));
}

#[test]
fn rows_may_be_violated_and_the_best_point_is_one_that_obeys_them() {
    let linear = LinearConstraints::at_most([[-1.0]], [-2.0]).unwrap();
    let problem = || parabola().subject_to(linear.clone()).unwrap();
    let solver = shell("ask 1.5; ask 2.25; ask 1.75").taking([Takes::Linear]);
    let outcome = minimized(&solver, &problem(), 100);
    assert_eq!((outcome.x.as_slice(), outcome.feasible), (&[2.25][..], true));
    assert_eq!((outcome.max_constraint, outcome.counts.failed, outcome.outside), (Some(0.0), 0, 0));
    // Constraints beside them hold as well.
    let one = ConstraintCount::new(1, 0);
    let both = Problem::simulated(|x: &[f64]| (x[0], [x[0] - 2.5], []), one, [5.0]).unwrap();
    let both = both.subject_to(linear.clone()).unwrap();
    let solver = shell("ask 1.5; ask 2.25; ask 1.75; ask 2.4").taking([Takes::Linear, Takes::Constraints]);
    assert_eq!(minimized(&solver, &both, 100).x, [2.25]);
}

#[test]
fn a_program_that_fails_ends_the_run_with_the_reason_and_keeps_what_was_found() {
    let gave_up = |script: &str, says: &[&str]| {
        let began = Instant::now();
        let outcome = minimized(&shell(script).within_seconds(2.0), &parabola(), 100);
        assert_eq!((outcome.status, outcome.value), (Status::SolverGaveUp, 0.25), "{}", outcome.message());
        assert!(says.iter().all(|says| outcome.message().contains(says)), "{}", outcome.message());
        assert!(began.elapsed() < Duration::from_secs(30));
    };
    gave_up("ask 2.0; echo 'singular matrix' >&2; exit 3", &["exit status: 3", "singular matrix"]);
    gave_up("ask 2.0; kill -9 $$", &["signal: 9"]);
    gave_up("ask 2.0; echo Optimization terminated.; sleep 60", &["`Optimization terminated.`", "line 2"]);
    gave_up("ask 2.0; ask '1, 2'", &["expected `x` with 1 numbers"]);
    gave_up("ask 2.0; sleep 60", &["no point within 2 seconds"]);
    gave_up("ask 2.0; exec >&-; sleep 60", &["closed its output"]);
}

#[test]
fn a_program_that_does_not_begin_is_told_apart() {
    let not_begun = |solver: &SolverProgram, says: &str| {
        let outcome = minimized(solver, &parabola(), 100);
        assert_eq!(outcome.status, Status::SolverNotStarted, "{}", outcome.message());
        assert!(outcome.message().contains(says) && outcome.exit_flag() == -3, "{}", outcome.message());
    };
    not_begun(&SolverProgram::new("none", "./no-such-program"), "./no-such-program cannot be started");
    not_begun(&shell("echo 'No module named scipy' >&2; exit 1"), "No module named scipy");
    not_begun(&shell("exit 0"), "exit status: 0");
}

#[test]
fn the_program_and_all_that_it_has_started_end_with_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pid");
    let script = format!("sleep 300 & echo $! > {}; while true; do ask 2.0; done", path.display());
    minimized(&shell(&script), &parabola(), 10);
    let pid = std::fs::read_to_string(path).unwrap();
    let is_there =
        || std::process::Command::new("kill").args(["-0", pid.trim()]).output().unwrap().status.success();
    let began = Instant::now();
    while is_there() && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!is_there());
}

#[test]
fn a_problem_that_it_does_not_take_is_refused_before_it_is_started() {
    let refused = |problem: Problem<'_>| {
        let none = SolverProgram::new("none", "./no-such-program");
        none.minimize(&problem, &Budget::unlimited(), &mut ()).unwrap_err()
    };
    let linear = LinearConstraints::at_most([[1.0]], [9.0]).unwrap();
    assert!(matches!(refused(parabola().subject_to(linear).unwrap()), Error::LinearConstraints { .. }));
    assert!(matches!(refused(parabola().granular([1.0]).unwrap()), Error::Granular { .. }));
    let equality = || parabola().constrained(ConstraintCount::new(0, 1), |x| ([], [x[0]]));
    assert!(matches!(refused(equality()), Error::NonlinearConstraints { .. }));
    // Inequalities are not equalities.
    let only = SolverProgram::new("none", "./no-such-program").taking([Takes::Constraints]);
    assert!(
        only.accepts(&equality()).is_err() && only.taking([Takes::Equalities]).accepts(&equality()).is_ok()
    );
    let needs = SolverProgram::new("none", "./no-such-program").needing([Takes::Residuals]);
    let error = needs.minimize(&parabola(), &Budget::unlimited(), &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "none needs residuals, which the problem does not have");
}

#[test]
fn the_seed_is_that_of_the_run_and_the_command_is_its_identity() {
    let solver = shell(r#"seed=${header##*\"seed\":}; ask "${seed%%[!0-9]*}""#).random();
    let seeded = |seed| run_boxed(&*solver.with_seed(seed).unwrap());
    assert_eq!((seeded(2).x, seeded(1).x, seeded(2).x), (vec![2.0], vec![1.0], vec![2.0]));
    let settings = solver.of_version("2.1").settings();
    assert_eq!(
        (&settings["program"][0], &settings["version"], &settings["seed"]),
        (&json!("sh"), &json!("2.1"), &json!(0))
    );
    assert!(shell("exit 0").with_seed(1).is_none());
}

fn run_boxed(solver: &dyn Minimizer) -> Outcome {
    solver.minimize(&parabola(), &Budget::evaluations(10), &mut ()).unwrap()
}
