//! Problems in files: what is read from TOML and JSON, and what is wrong is named.
#![cfg(unix)]

use std::path::PathBuf;

use search::{Budget, Minimizer, OutputForm, PatternSearch, ProblemFile};

/// A file of its own with this text.
fn written(ending: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("beam.{ending}"));
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn read(ending: &str, text: &str) -> Result<ProblemFile, String> {
    let (_folder, path) = written(ending, text);
    ProblemFile::read(&path).map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
}

const BEAM: &str = r#"
    program = ["awk", "BEGIN { print ARGV[1] * ARGV[2], 6 / (ARGV[1] * ARGV[2] * ARGV[2]) }"]
    pass = "arguments"
    timeout = 30
    variables = ["width", "height"]
    start = [3, 3]
    lower = [0.5, 0.5]
    upper = inf
    granularity = [0.5, 0]
    linear = { slim = "height <= 2 width + 1" }
    outputs = ["area", "stress"]
    constraints = { strength = "stress <= 1" }
    optimum = 2.0
    solver = "patternsearch"
    options = { TolMesh = 1e-8, MaxMeshSize = inf }
    seed = 7
    budget = 500
    time = 60
    workers = 2
    journal = "beam.journal"
"#;

#[test]
fn a_file_has_the_problem_the_solver_and_the_run() {
    let file = read("toml", BEAM).unwrap();
    assert_eq!((file.name().as_str(), file.variables().join(" ").as_str()), ("beam", "width height"));
    assert_eq!((file.optimum(), file.solver(), file.seed()), (Some(2.0), Some("patternsearch"), Some(7)));
    assert_eq!((file.budget(), file.seconds(), file.workers()), (Some(500), Some(60.0), Some(2)));
    assert_eq!(file.journal().unwrap().to_str(), Some("beam.journal"));
    assert!(!file.answers_lines());
    assert!(search::solver("patternsearch", &file.options()).is_ok());
    let problem = file.problem().unwrap();
    assert_eq!(problem.grid().unwrap().granularity(), [0.5, 0.0]);
    assert_eq!(problem.linear().unwrap().violation(&[1.0, 3.0]), 0.0);
    assert!(problem.linear().unwrap().violation(&[1.0, 4.0]) > 0.0);
    // Where the stress is 1, the area is the root of 6 width; a width of 0.5 would ask for a height of 3.5, above 2.
    let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(500), &mut ()).unwrap();
    assert!(outcome.feasible && outcome.x[0] == 1.0, "{outcome}");
    assert!((outcome.value - 6.0_f64.sqrt()).abs() < 1e-3, "{outcome}");
}

#[test]
fn json_and_tables_of_variables_say_the_same() {
    let json = r#"{
        "program": ["awk", "BEGIN { print ARGV[1] * ARGV[2], 6 / (ARGV[1] * ARGV[2] * ARGV[2]) }"],
        "variable": [{ "name": "width", "start": 3, "lower": 0.5, "granularity": 0.5 },
                     { "name": "height", "start": 3, "lower": 0.5, "upper": "inf" }],
        "linear": ["height <= 2 width + 1"], "outputs": ["area", "stress"], "constraints": ["stress <= 1"]
    }"#;
    let (a, b) = (read("json", json).unwrap(), read("toml", BEAM).unwrap());
    let (a_problem, b_problem) = (a.problem().unwrap(), b.problem().unwrap());
    assert_eq!(a_problem.start(), b_problem.start());
    assert_eq!(a_problem.bounds(), b_problem.bounds());
    assert_eq!(a_problem.grid().unwrap().granularity(), b_problem.grid().unwrap().granularity());
    assert_eq!((a.variables(), a.outputs()), (b.variables(), b.outputs()));
}

#[test]
fn outputs_without_names_are_read_by_their_place() {
    let file = read("toml", "program = 'sim'\nstart = [1, 2]\nconstraints = 2\nequalities = 1").unwrap();
    assert_eq!(file.outputs().read("1 -2 3 0").unwrap().constraints().unwrap().inequalities, [-2.0, 3.0]);
    let file = read("toml", "program = 'sim'\nstart = [1, 2]\nresiduals = 3\nconstraints = 1").unwrap();
    let values = file.outputs().read("1 2 2 -5").unwrap();
    assert_eq!((values.value(), values.residuals()), (9.0, Some([1.0, 2.0, 2.0].as_slice())));
    assert_eq!(file.variables(), ["x1", "x2"]);
    let file = read("toml", "program = 'sim'\nstart = [1, 2]\nlinear = ['x0 + x1 <= 1']").unwrap();
    assert_eq!(file.variables(), ["x0", "x1"]);
    let text = "program = 'sim'\nstart = [1]\noutputs = ['a', 'r']\nformat = 'json'\nresiduals = ['r']";
    let file = read("toml", text).unwrap();
    assert_eq!(file.outputs().form(), OutputForm::Json);
    assert_eq!(file.outputs().read("{\"r\": [3, 4]}").unwrap().value(), 25.0);
}

#[test]
fn what_is_wrong_is_named_with_its_key() {
    let base = "program = 'sim'\nstart = [1, 2]\n";
    for (more, says) in [
        ("colour = 3", "unknown field `colour`"),
        ("budget = 0", "`budget`: is 0"),
        ("workers = 0", "`workers`: is 0"),
        ("timeout = -1", "`timeout`: is -1"),
        ("time = nan", "`time`: is NaN"),
        ("lower = [1]", "`lower`: has 1 numbers; expected 2"),
        ("lower = ['low', 0]", "`lower`"),
        ("lower = 3\nupper = 2", "bounds of coordinate 0"),
        ("granularity = -1", "granularity[0] is -1"),
        ("variables = ['a']", "`variables`: has 1 names"),
        ("variables = ['a', 'a']", "`variables`: has `a` twice"),
        ("variable = [{start = 1}]", "`variable`: is there beside"),
        ("linear = ['y <= 1']", "`linear[0]`: has `y`; expected one of the variables x1, x2"),
        ("linear = { row = 'x1 < 1' }", "`linear.row`: is `x1 < 1`; `<` alone"),
        ("linear = ['0 x1 <= -1']", "`linear`"),
        ("outputs = []", "`outputs`: is empty"),
        ("outputs = ['f']\nminimize = 'g'", "`minimize`: has `g`; expected one of the outputs f"),
        ("outputs = ['f', 'g']\nminimize = 'f'\nmaximize = 'g'", "is not alone"),
        ("outputs = ['f']\nconstraints = 1", "`constraints`: is a number beside `outputs`"),
        ("outputs = ['f']\nconstraints = ['c <= 1']", "`constraints[0]`: has `c`"),
        ("constraints = ['c <= 1']", "`constraints`: needs the names"),
        ("format = 'json'", "`format`: needs the names"),
        ("outputs = ['f']\nformat = 'keys'\npass = 'lines'", "`format`: is `keys`"),
        ("pass = 'line'", "`pass`"),
    ] {
        let error = read("toml", &format!("{base}{more}")).unwrap_err();
        assert!(error.starts_with("FILE: ") && error.contains(says), "{more}: {error}");
    }
    assert!(read("toml", "program = []\nstart = [1]").unwrap_err().contains("`program`: is empty"));
    assert!(read("toml", "program = 'sim'").unwrap_err().contains("`start`: is missing"));
    assert!(read("toml", "start = [1]").unwrap_err().contains("missing field `program`"));
    assert!(read("json", "{").unwrap_err().starts_with("FILE: "));
}
