//! Solvers by name, with options from JSON and TOML, and what wrong ones are told.

use search::pattern::Options;
use search::{
    Bounds, Budget, Error, Minimizer, NelderMead, PatternSearch, Problem, options_from_json,
    options_from_toml, solver, solver_names, solvers,
};
use serde_json::json;

/// The message of a refusal.
#[track_caller]
fn refused<T>(result: Result<T, Error>) -> String {
    result.err().expect("a refusal").to_string()
}

#[test]
fn every_solver_in_the_registry_minimizes_and_has_the_name_it_is_called_by() {
    let bowl = |x: &[f64]| (x[0] - 0.3).powi(2);
    let problem =
        Problem::new(bowl, vec![0.9]).unwrap().bounded(Bounds::uniform(1, -1.0, 1.0).unwrap()).unwrap();
    for kind in solvers() {
        let (name, defaults) = (kind.name(), kind.defaults());
        let by_default = solver(name, &json!({})).unwrap();
        assert_eq!(by_default.name(), name);
        let outcome = by_default.minimize(&problem, &Budget::evaluations(2000), &mut ()).unwrap();
        assert!(outcome.value < 1e-3, "{name}: {}", outcome.value);
        // What is listed as the defaults are the defaults.
        let spelled_out = solver(name, defaults).unwrap();
        assert_eq!(spelled_out.settings(), by_default.settings(), "{name}");
        assert!(!kind.summary().is_empty() && defaults.is_object(), "{name}");
        // Of each solver, wrong options are refused by key.
        assert!(
            refused(solver(name, &json!({ "no_such": 1 }))).starts_with("options: no_such: unknown field")
        );
        let key = "max_function_evaluations";
        let range = refused(solver(name, &json!({ key: 0 })));
        assert_eq!(range, "option max_function_evaluations is 0; expected at least 1, for the start point");
        assert!(refused(solver(name, &json!({ key: [1] }))).starts_with("options: max_function_evaluations"));
        assert!(refused(solver(name, &json!([1, 2]))).contains("expected keys and values"));
    }
    assert_eq!(solvers().len(), solver_names().len());
}

#[test]
fn an_unknown_name_is_told_the_names_there_are() {
    let Err(Error::UnknownSolver { name, known }) = solver("lbfgs", &json!({})) else {
        panic!("lbfgs is not a name");
    };
    assert_eq!((name.as_str(), known), ("lbfgs", solver_names()));
}

#[test]
fn the_name_decides_the_method() {
    assert_eq!(
        refused(solver("bfgs", &json!({ "method": "lbfgs" }))),
        "the options given to bfgs are those of l-bfgs; expected options of bfgs, or l-bfgs as the solver"
    );
    assert!(solver("bfgs", &json!({ "method": "bfgs" })).is_ok());
    assert!(
        refused(solver("projected-gradient", &json!({ "step_length": "spectral" }))).contains("spectral")
    );
}

#[test]
fn options_of_another_solver_are_refused_as_they_are_spelled() {
    let message = refused(solver("hybrid", &json!({ "PollMethod": "MADSPositiveBasis2N" })));
    assert_eq!(message, "option PollMethod belongs to patternsearch; hybrid has no such option");
    let message = refused(solver("coordinate", &json!({ "CompletePoll": "on" })));
    assert_eq!(message, "option CompletePoll belongs to patternsearch; coordinate has no such option");
}

#[test]
fn a_solver_by_name_is_the_solver_to_the_bit() {
    let rosenbrock = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    let problem = Problem::new(rosenbrock, vec![-1.0, 1.0]).unwrap();
    let pairs: [(&str, Box<dyn Minimizer>); 2] = [
        ("patternsearch", Box::new(PatternSearch::default())),
        ("nelder-mead", Box::new(NelderMead::default())),
    ];
    for (name, ours) in pairs {
        let run = |solver: &dyn Minimizer| {
            let outcome = solver.minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
            (outcome.x, outcome.trace)
        };
        assert_eq!(run(&solver(name, &json!({})).unwrap()), run(&*ours));
    }
}

#[test]
fn toml_and_json_say_the_same_also_when_they_are_wrong() {
    let same = [
        (
            r#"{"TolMesh": 1e-5, "CompletePoll": "on", "MaxIter": 7}"#,
            "TolMesh = 1e-5\nCompletePoll = 'on'\nMaxIter = 7",
        ),
        (r#"{"MaxMeshSize": "Inf", "ScaleMesh": false}"#, "MaxMeshSize = inf\nScaleMesh = false"),
        (
            r#"{"PollOrderAlgorithm": "Success", "InitialMeshSize": 2}"#,
            "PollOrderAlgorithm = 'Success'\nInitialMeshSize = 2",
        ),
        (r#"{"MaxFunEvals": "2000*numberOfVariables"}"#, "MaxFunEvals = '2000*numberOfVariables'"),
    ];
    for (json, toml) in same {
        assert_eq!(Options::from_json(json).unwrap(), Options::from_toml(toml).unwrap(), "{json}");
    }
    for (json, toml, says) in [
        (
            r#"{"TolMsh": 1}"#,
            "TolMsh = 1",
            "options: TolMsh: unknown field `TolMsh`, expected one of `Algorithm`",
        ),
        (
            r#"{"TolMesh": "small"}"#,
            "TolMesh = 'small'",
            "options: TolMesh: invalid type: string \"small\", expected f64",
        ),
        (r#"{"TolMesh": 0}"#, "TolMesh = 0", "option TolMesh is 0; expected a finite number above 0"),
        (r#"{"MaxIter": -3}"#, "MaxIter = -3", "options: MaxIter: -3 is not a whole number, at least 0"),
        (
            r#"{"CompletePoll": 1}"#,
            "CompletePoll = 1",
            "options: CompletePoll: expected true, false, \"on\" or \"off\"",
        ),
        (
            r#"{"MaxTime": "-inf"}"#,
            "MaxTime = -inf",
            "options: MaxTime: unknown variant `-inf`, expected `Inf`",
        ),
        (
            r#"{"TolMesh": 1e-3, "MeshTolerance": 1e-4}"#,
            "TolMesh = 1e-3\nMeshTolerance = 1e-4",
            "duplicate field `mesh_tolerance`",
        ),
    ] {
        let (json, toml) = (refused(Options::from_json(json)), refused(Options::from_toml(toml)));
        assert!(json.contains(says), "{json}");
        assert_eq!(json, toml);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    let tolerance = json!({ "TolMesh": 1e-3 });
    assert_eq!(options_from_json("\u{feff}{\"TolMesh\": 1e-3}").unwrap(), tolerance);
    assert_eq!(options_from_toml("\u{feff}TolMesh = 1e-3").unwrap(), tolerance);
    assert_eq!(Options::from_json("\u{feff}{\"TolMesh\": 1e-3}").unwrap().mesh_tolerance, 1e-3);
    assert_eq!(Options::from_toml("\u{feff}TolMesh = 1e-3").unwrap().mesh_tolerance, 1e-3);
    // One mark, at the beginning.
    assert!(options_from_json("\u{feff}\u{feff}{}").is_err());
    assert!(options_from_json("{}\u{feff}").is_err());
}

#[test]
fn text_that_is_no_table_of_options_is_refused_with_its_place() {
    assert!(
        refused(options_from_json(r#"{"a": 1, "a": 2}"#)).starts_with("options: a is given twice at line 1")
    );
    assert!(refused(options_from_json("[1]")).contains("expected an object of options"));
    assert!(refused(options_from_json("{} {}")).contains("trailing characters at line 1"));
    assert!(refused(options_from_json("")).contains("line 1"));
    assert!(refused(options_from_toml("a = 1\na = 2")).contains("line 2"));
    assert!(refused(options_from_toml("a =")).contains("line 1"));
    assert_eq!(
        options_from_toml("a = 1979-05-27\nb = nan\nc = [1, 0.5]\n[d]\ne = true").unwrap(),
        json!({ "a": "1979-05-27", "b": "NaN", "c": [1, 0.5], "d": { "e": true } })
    );
}
