//! Each option of each pattern search changes what it says, and only that; what it does not take is told with its range.

use std::collections::BTreeSet;
use std::sync::Mutex;

use search::pattern::Options;
use search::{Bounds, Budget, ConstraintCount, Error, LinearConstraints, Minimizer, Outcome, Problem};
use serde_json::{Value, json};

/// What is minimized: a mild form of Rosenbrock's function, and what a run of it may have a say in.
#[derive(Debug, Clone, Copy)]
enum On {
    Plain,
    /// From (1, -1), whose scale is 1.
    UnitStart,
    Rows,
    Disc,
}

/// What an option does to a run.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Effect {
    /// The run ends sooner, and is the same up to there.
    Shorter,
    /// It takes another path.
    Other,
    None,
}
use Effect::{None as Nothing, Other, Shorter};

/// Key, value, and what that does where: the problem, and the options beside.
type Case = (&'static str, Value, Effect, On, Value);

const SOLVERS: [&str; 5] = ["patternsearch", "coordinate", "hybrid", "quasi-newton", "automatic"];

fn cases(solver: &str) -> Vec<Case> {
    match solver {
        "patternsearch" => of_patternsearch(),
        "coordinate" => of_coordinate(),
        "hybrid" => of_hybrid(),
        "quasi-newton" => of_quasi_newton(),
        _ => of_automatic(),
    }
}

/// What all of them have, with the same effect.
fn of_all() -> Vec<Case> {
    let none = || json!({});
    vec![
        ("max_iterations", json!(5), Shorter, On::Plain, none()),
        ("max_function_evaluations", json!(17), Shorter, On::Plain, none()),
        ("max_time", json!(0.0), Shorter, On::Plain, none()),
        ("initial_mesh_size", json!(2.5), Other, On::Plain, none()),
        ("scale_mesh", json!(false), Other, On::Plain, none()),
        ("scale_mesh", json!(false), Nothing, On::UnitStart, none()),
        ("display", json!("final"), Nothing, On::Plain, none()),
        ("seed", json!(7), Nothing, On::Plain, none()),
    ]
}

fn of_coordinate() -> Vec<Case> {
    let none = || json!({});
    let own = vec![
        ("mesh_tolerance", json!(1e-3), Other, On::Plain, none()),
        ("max_mesh_size", json!(1.0), Other, On::Plain, none()),
        ("mesh_expansion_factor", json!(3.0), Other, On::Plain, none()),
        ("mesh_contraction_factor", json!(0.3), Other, On::Plain, none()),
        ("pattern_move", json!(false), Other, On::Plain, none()),
        ("parabola_step", json!(false), Other, On::Plain, none()),
        ("restarts", json!(2), Other, On::Plain, none()),
        ("last_look", json!(false), Shorter, On::Plain, none()),
        ("batch", json!(4), Other, On::Plain, none()),
        ("seed", json!(7), Other, On::Plain, json!({ "restarts": 2 })),
    ];
    own.into_iter().chain(of_all()).collect()
}

fn of_hybrid() -> Vec<Case> {
    let parts = json!({ "model_axes": false });
    // What it says under constraints is shown in `constrained_hybrid`.
    let tolerance = ("constraint_tolerance", json!(1e-2), Nothing, On::Plain, json!({}));
    let asynchronous = ("asynchronous", json!(true), Other, On::Plain, json!({ "batch": 4 }));
    let own = [("parts", parts, Other, On::Plain, json!({})), tolerance, asynchronous];
    of_descents().into_iter().chain(own).collect()
}

fn of_quasi_newton() -> Vec<Case> {
    let pairs = ("pairs", json!(1), Other, On::Plain, json!({}));
    of_descents().into_iter().chain([pairs]).collect()
}

fn of_automatic() -> Vec<Case> {
    // It counts under constraints, for `patternsearch`, whose own cases show it.
    let tolerance = ("constraint_tolerance", json!(1e-2), Nothing, On::Plain, json!({}));
    let asynchronous = ("asynchronous", json!(true), Other, On::Plain, json!({ "batch": 4 }));
    of_descents().into_iter().chain([tolerance, asynchronous]).collect()
}

fn of_descents() -> Vec<Case> {
    let none = || json!({});
    let own = vec![
        ("mesh_tolerance", json!(1e-3), Other, On::Plain, none()),
        ("max_mesh_size", json!(0.1), Other, On::Plain, json!({ "initial_mesh_size": 0.1 })),
        ("restarts", json!(2), Other, On::Plain, none()),
        ("last_look", json!(false), Shorter, On::Plain, none()),
        ("batch", json!(4), Other, On::Plain, none()),
        ("seed", json!(7), Other, On::Plain, json!({ "restarts": 2 })),
    ];
    own.into_iter().chain(of_all()).collect()
}

fn of_patternsearch() -> Vec<Case> {
    let (mads, nups) = (json!({ "poll_method": "MADSPositiveBasis2N" }), json!({ "algorithm": "nups" }));
    let np1 = json!({ "poll_method": "GPSPositiveBasisNp1" });
    let barrier = json!({ "nonlinear_constraints": "progressive-barrier" });
    let (cached, lhs) = (json!({ "cache": true }), json!({ "search_fcn": "searchlhs" }));
    let none = || json!({});
    let own = vec![
        ("algorithm", json!("nups"), Other, On::Plain, none()),
        ("poll_method", json!("OrthoMADSPositiveBasis2N"), Other, On::Plain, none()),
        ("poll_method", json!("GSSPositiveBasisNp1"), Nothing, On::Plain, nups.clone()),
        ("poll_order", json!("success"), Other, On::Plain, none()),
        ("poll_order", json!("success"), Nothing, On::Plain, nups.clone()),
        ("use_complete_poll", json!(true), Other, On::Plain, none()),
        ("use_complete_poll", json!(true), Nothing, On::Plain, nups.clone()),
        ("search_fcn", json!("searchneldermead"), Other, On::Plain, none()),
        ("search_fcn", json!(["searchneldermead", 0]), Nothing, On::Plain, none()),
        ("use_complete_search", json!(true), Other, On::Plain, lhs),
        ("use_complete_search", json!(true), Nothing, On::Plain, none()),
        // The function is smooth, as polls of `classic` have shown by the way.
        ("last_look", json!(false), Nothing, On::Plain, none()),
        ("mesh_tolerance", json!(1e-3), Shorter, On::Plain, none()),
        ("step_tolerance", json!(0.1), Shorter, On::Plain, none()),
        ("function_tolerance", json!(0.1), Shorter, On::Plain, none()),
        ("constraint_tolerance", json!(1e-2), Other, On::Disc, barrier.clone()),
        ("constraint_tolerance", json!(1e-2), Nothing, On::Plain, none()),
        ("tol_bind", json!(0.0), Other, On::Rows, none()),
        ("tol_bind", json!(0.0), Nothing, On::Plain, none()),
        ("nonlinear_constraints", json!("progressive-barrier"), Other, On::Disc, none()),
        ("nonlinear_constraints", json!("progressive-barrier"), Nothing, On::Plain, none()),
        ("initial_penalty", json!(1.0), Other, On::Disc, none()),
        ("initial_penalty", json!(1.0), Nothing, On::Disc, barrier.clone()),
        ("penalty_factor", json!(10.0), Other, On::Disc, none()),
        ("penalty_factor", json!(10.0), Nothing, On::Disc, barrier.clone()),
        ("barrier_threshold", json!(0.0), Other, On::Disc, barrier),
        ("barrier_threshold", json!(0.0), Nothing, On::Disc, none()),
        ("max_mesh_size", json!(1.0), Other, On::Plain, none()),
        ("mesh_expansion_factor", json!(3.0), Other, On::Plain, none()),
        ("mesh_expansion_factor", json!(3.0), Nothing, On::Plain, nups.clone()),
        ("mesh_contraction_factor", json!(0.3), Other, On::Plain, none()),
        ("mesh_contraction_factor", json!(0.3), Nothing, On::Plain, nups),
        ("accelerate_mesh", json!(true), Other, On::Plain, none()),
        ("accelerate_mesh", json!(true), Nothing, On::Plain, json!({ "mesh_tolerance": 1e-3 })),
        ("mesh_rotate", json!(false), Other, On::Plain, np1),
        ("mesh_rotate", json!(false), Nothing, On::Plain, none()),
        ("cache", json!(true), Other, On::Plain, none()),
        ("cache", json!(true), Nothing, On::Plain, json!({ "max_iterations": 1 })),
        ("cache_size", json!(1), Other, On::Plain, cached.clone()),
        ("cache_size", json!(1), Nothing, On::Plain, none()),
        ("cache_tol", json!(0.1), Other, On::Plain, cached),
        ("cache_tol", json!(0.1), Nothing, On::Plain, none()),
        ("seed", json!(7), Other, On::Plain, mads),
    ];
    own.into_iter().chain(of_all()).collect()
}

fn defaults(solver: &str) -> Value {
    let kinds = search::solvers();
    kinds.iter().find(|kind| kind.name() == solver).unwrap().defaults().clone()
}

fn keys(solver: &str) -> BTreeSet<String> {
    defaults(solver).as_object().unwrap().keys().cloned().collect()
}

fn with(options: &Value, key: &str, value: &Value) -> Value {
    let mut options = options.clone();
    options[key] = value.clone();
    options
}

/// Whether the options are refused because the algorithm does not use this one.
fn is_unused(key: &str, options: &Value) -> bool {
    matches!(Options::from_json(&options.to_string()), Err(Error::UnusedOption { name, .. }) if name == key)
}

/// Runs with these options; all points evaluated, in order.
fn run(solver: &str, on: On, options: &Value) -> Result<(Vec<Vec<f64>>, Outcome), Error> {
    let seen = Mutex::new(Vec::new());
    let valley = |x: &[f64]| {
        seen.lock().unwrap().push(x.to_vec());
        (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
    };
    let start = if matches!(on, On::UnitStart) { vec![1.0, -1.0] } else { vec![-1.9, 2.0] };
    let problem = Problem::new(valley, start).unwrap().bounded(Bounds::uniform(2, -4.0, 4.0).unwrap());
    let problem = problem.unwrap();
    let problem = match on {
        On::Plain | On::UnitStart => problem,
        On::Rows => {
            problem.subject_to(LinearConstraints::at_most(vec![vec![2.0, 1.0]], vec![0.3]).unwrap()).unwrap()
        }
        On::Disc => problem
            .constrained(ConstraintCount::new(1, 0), |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 1.0], [])),
    };
    let search = search::solver(solver, options)?;
    let outcome = search.minimize(&problem, &Budget::evaluations(3000), &mut ())?;
    drop(problem);
    Ok((seen.into_inner().unwrap(), outcome))
}

#[test]
fn each_option_changes_what_it_says_and_only_that() {
    for solver in SOLVERS {
        for (key, value, effect, on, beside) in cases(solver) {
            let changed = with(&beside, key, &value);
            assert_ne!(
                beside.get(key).unwrap_or(&defaults(solver)[key]),
                &value,
                "{key} is what it is without"
            );
            let ((before, ended), (after, ends)) =
                (run(solver, on, &beside).unwrap(), run(solver, on, &changed).unwrap());
            let says = format!("{solver}: {key} = {value} on {on:?} beside {beside}");
            match effect {
                Nothing => {
                    assert_eq!(after, before, "{says}");
                    assert_eq!(
                        (ends.x, ends.trace, ends.status),
                        (ended.x, ended.trace, ended.status),
                        "{says}"
                    );
                }
                Shorter => {
                    assert!(after.len() < before.len(), "{says}");
                    assert_eq!(after, before[..after.len()], "{says}");
                    assert_ne!(ends.trace.len(), ended.trace.len(), "{says}");
                }
                Other => assert_ne!(after, before, "{says}"),
            }
        }
        let tested: BTreeSet<String> = cases(solver).iter().map(|case| case.0.to_owned()).collect();
        assert_eq!(tested, keys(solver), "there is a case for each option of {solver}");
    }
}

#[test]
fn an_option_of_another_solver_is_refused_by_name() {
    for solver in SOLVERS {
        for other in SOLVERS {
            for key in keys(other).difference(&keys(solver)) {
                let options = json!({ key.as_str(): defaults(other)[key] });
                match search::solver(solver, &options).err() {
                    Some(Error::OptionOfAnother { name, taken_by, .. }) => {
                        assert!(name == *key && taken_by.contains(&other) && !taken_by.contains(&solver));
                    }
                    error => panic!("{solver} and {key}: {error:?}"),
                }
            }
        }
    }
}

const ALGORITHMS: [&str; 4] = ["classic", "nups", "nups-gps", "nups-mads"];

/// Those of `classic` that the others refuse, as they would be without effect.
const OF_CLASSIC: [&str; 2] = ["accelerate_mesh", "barrier_threshold"];

/// What `nups` takes without effect, as MATLAB does.
const IDLE_IN_NUPS: [&str; 8] = [
    "poll_method",
    "poll_order",
    "use_complete_poll",
    "mesh_rotate",
    "mesh_expansion_factor",
    "mesh_contraction_factor",
    "nonlinear_constraints",
    // Their constraint is met at once in the problem here.
    "constraint_tolerance",
];

#[test]
fn an_option_is_refused_by_each_algorithm_that_does_not_take_it_unless_it_is_the_default() {
    let defaults = defaults("patternsearch");
    for algorithm in ALGORITHMS {
        let alone = json!({ "algorithm": algorithm });
        for (key, value, ..) in of_patternsearch().into_iter().filter(|case| case.0 != "algorithm") {
            let unused = is_unused(key, &with(&alone, key, &value));
            let expected = algorithm != "classic" && OF_CLASSIC.contains(&key);
            assert_eq!(unused, expected, "{key} = {value} and {algorithm}");
            let default = with(&alone, key, &defaults[key]);
            assert!(Options::from_json(&default.to_string()).is_ok(), "{default}");
        }
    }
}

/// What is not refused counts somewhere: on one of the problems and beside one of the options above.
#[test]
fn an_option_that_an_algorithm_takes_makes_a_difference_to_it() {
    for algorithm in ALGORITHMS {
        for key in keys("patternsearch") {
            let key = key.as_str();
            // Without random numbers a seed is of no use, and what is printed never makes a difference. The problems here are
            // smooth, so that `classic` need not look for kinks.
            let idle = match algorithm {
                "classic" => key == "last_look",
                _ => OF_CLASSIC.contains(&key) || IDLE_IN_NUPS.contains(&key),
            };
            if idle || ["algorithm", "display", "seed"].contains(&key) {
                continue;
            }
            let counts = |(_, value, _, on, beside): &Case| {
                let before = with(beside, "algorithm", &json!(algorithm));
                let after = with(&before, key, value);
                [*on, On::Disc].into_iter().any(|on| {
                    match (run("patternsearch", on, &before), run("patternsearch", on, &after)) {
                        (Ok((before, _)), Ok((after, _))) => before != after,
                        _ => false,
                    }
                })
            };
            let cases = of_patternsearch();
            // Beside what it is tested with above, and alone.
            let alone = cases
                .iter()
                .map(|(key, value, effect, on, _)| (*key, value.clone(), *effect, *on, json!({})));
            let mut tried = cases.iter().cloned().chain(alone).filter(|case| case.0 == key);
            let counts = tried.any(|case| counts(&case));
            assert!(counts, "{key} and {algorithm}");
        }
    }
}

#[test]
fn an_option_of_another_algorithm_is_named_as_the_text_spells_it() {
    for (text, says) in [
        (
            r#"{"Algorithm": "nups", "MeshAccelerator": "on"}"#,
            "option MeshAccelerator is true, which nups does not use; expected its default (false), or the algorithm classic",
        ),
        (
            r#"{"Algorithm": "nups-gps", "BarrierThreshold": 0.5}"#,
            "option BarrierThreshold is 0.5, which nups-gps does not use; expected its default (none), or the algorithm",
        ),
        (r#"{"TolMesh": 0}"#, "option TolMesh is 0; expected a finite number above 0"),
        (r#"{"mesh_tolerance": 0}"#, "option mesh_tolerance is 0; expected a finite number above 0"),
        (
            r#"{"SearchMethod": ["searchlhs", 1, 0]}"#,
            "option SearchMethod.level is 0; expected from 1 to 1,000",
        ),
    ] {
        let message = Options::from_json(text).unwrap_err().to_string();
        assert!(message.starts_with(says), "{text}: {message}");
    }
}

#[test]
fn what_is_no_option_here_is_told_what_to_use_instead() {
    for (keys, says) in [
        (
            &["UseParallel", "useparallel", "UseVectorized", "Vectorized"][..],
            ["`Run::on_threads`", "--threads"],
        ),
        (&["PlotFcn", "PlotFcns", "PlotInterval"], ["`plot::LivePlot`", "--plot"]),
        (&["OutputFcn", "OutputFcns"], ["`PatternSearch::with_output_fcn`", "`Observer`"]),
    ] {
        for key in keys {
            let message = Options::from_json(&json!({ *key: true }).to_string()).unwrap_err().to_string();
            assert!(message.starts_with(&format!("options: {key}: ")), "{message}");
            assert!(says.iter().all(|word| message.contains(word)), "{message}");
        }
    }
}

#[test]
fn a_value_of_the_wrong_type_is_told_its_key_and_what_is_expected() {
    for solver in SOLVERS {
        for key in keys(solver) {
            let wrong = if key == "parts" { json!(3) } else { json!({ "no": "such" }) };
            let message = search::solver(solver, &json!({ key.as_str(): wrong })).err().unwrap().to_string();
            assert!(message.starts_with(&format!("options: {key}")), "{solver}: {message}");
            assert!(message.contains("expected"), "{solver}: {message}");
        }
    }
}

#[test]
fn a_value_out_of_range_is_told_its_key_itself_and_the_range() {
    let refused = [
        ("algorithm", json!("classical"), "unknown variant `classical`, expected `classic`"),
        ("poll_method", json!("GPS"), "unknown variant `GPS`, expected `GPSPositiveBasis2N`"),
        ("poll_order", json!("last"), "unknown variant `last`, expected `consecutive` or `random`"),
        ("use_complete_poll", json!("yes"), "expected true, false, \"on\" or \"off\""),
        ("search_fcn", json!(["searchlhs", 1, 0]), ".level is 0; expected from 1 to 1,000,000"),
        ("use_complete_search", json!(2), "expected true, false, \"on\" or \"off\""),
        ("mesh_tolerance", json!(0.0), " is 0; expected a finite number above 0"),
        ("step_tolerance", json!(-1.0), " is -1; expected a finite number, at least 0"),
        ("function_tolerance", json!(-1.0), " is -1; expected a finite number, at least 0"),
        ("constraint_tolerance", json!(0.0), " is 0; expected a finite number above 0"),
        ("tol_bind", json!(-0.5), " is -0.5; expected a finite number, at least 0"),
        ("nonlinear_constraints", json!("penalty"), "expected `alps` or `progressive-barrier`"),
        ("initial_penalty", json!(0.5), " is 0.5; expected a finite number, at least 1"),
        ("penalty_factor", json!(1.0), " is 1; expected a finite number above 1"),
        ("barrier_threshold", json!(-1.0), " is -1; expected at least 0"),
        ("max_iterations", json!(-1), "-1 is not a whole number, at least 0"),
        ("max_function_evaluations", json!(0), " is 0; expected at least 1"),
        ("max_time", json!(-1.0), " is -1; expected at least 0 seconds"),
        ("initial_mesh_size", json!(0.0), " is 0; expected a finite number above 0"),
        ("max_mesh_size", json!(0.5), " is 0.5; expected at least initial_mesh_size"),
        ("mesh_expansion_factor", json!(0.9), " is 0.9; expected a finite number, at least 1"),
        ("mesh_contraction_factor", json!(1.0), " is 1; expected between 0 and 1, both excluded"),
        ("accelerate_mesh", json!("fast"), "expected true, false, \"on\" or \"off\""),
        ("mesh_rotate", json!("no"), "expected true, false, \"on\" or \"off\""),
        ("scale_mesh", json!(0), "expected true, false, \"on\" or \"off\""),
        ("cache", json!("full"), "expected true, false, \"on\" or \"off\""),
        ("cache_size", json!(0), " is 0; expected at least 1"),
        ("cache_tol", json!(-1.0), " is -1; expected a finite number, at least 0"),
        ("pattern_move", json!(1), "expected true, false, \"on\" or \"off\""),
        ("parabola_step", json!(1), "expected true, false, \"on\" or \"off\""),
        ("pairs", json!(0), " is 0; expected at least 1"),
        ("restarts", json!(-1), "expected u64"),
        ("last_look", json!("later"), "expected true, false, \"on\" or \"off\""),
        ("asynchronous", json!(true), " is true; expected false with a batch of 1"),
        ("batch", json!(0), " is 0; expected 1 to 1,000,000"),
        ("parts", json!({ "axes": false }), "unknown field `axes`, expected"),
        ("display", json!("loud"), "unknown variant `loud`, expected"),
        ("seed", json!(-1), "expected u64"),
    ];
    let mut told = BTreeSet::new();
    for solver in SOLVERS {
        let keys = keys(solver);
        for (key, value, says) in refused.iter().filter(|case| keys.contains(case.0)) {
            let message = search::solver(solver, &json!({ *key: value })).err().unwrap().to_string();
            assert!(message.contains(key) && message.contains(says), "{solver}, {key} = {value}: {message}");
            told.insert((*key).to_owned());
        }
        assert!(keys.is_subset(&told), "there is a case for each option of {solver}");
    }
    assert_eq!(told.len(), refused.len());
}

#[test]
fn an_unknown_key_is_told_the_keys_there_are() {
    let message = Options::from_json(r#"{"MeshTolerence": 1e-3}"#).unwrap_err().to_string();
    assert!(message.starts_with("options: MeshTolerence: unknown field `MeshTolerence`, expected one of"));
    for key in keys("patternsearch") {
        assert!(message.contains(&format!("`{key}`")), "{key}: {message}");
    }
}
