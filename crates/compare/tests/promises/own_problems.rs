//! A user's own executable in a study, references frozen in a file, and the report as CSV.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_compare")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// `|x - 3| + |y + 1|` from (8, 9), y not below 0: at best 1.
fn folder_with_a_problem() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let formula = "BEGIN { a = ARGV[1] - 3; b = ARGV[2] + 1; print (a < 0 ? -a : a) + (b < 0 ? -b : b) }";
    let toml = format!(
        "program = ['awk', '{formula}']\nstart = [8, 9]\nlower = [-inf, 0]\nupper = 20\ntimeout = 60\nbudget = 7\n"
    );
    std::fs::write(folder.path().join("corner.toml"), toml).unwrap();
    folder
}

#[test]
fn an_executable_joins_by_a_file_of_a_few_lines() {
    let folder = folder_with_a_problem();
    let folder = folder.path();
    let run =
        "run --problem corner.toml --solvers patternsearch,nelder-mead --budget 60 --seeds 1 --out runs.db";
    succeed(folder, &run.split(' ').collect::<Vec<_>>());
    let verified = succeed(folder, &["verify", "runs.db", "--problem", "corner.toml"]);
    assert!(verified.starts_with("2 runs made again: the same to the bit"), "{verified}");

    let csv = succeed(folder, &["report", "runs.db", "--format", "csv"]);
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        rows[0],
        [
            "suite",
            "problem",
            "seed",
            "n",
            "solver",
            "f_start",
            "f_least",
            "f_after_10",
            "f_after_30",
            "evaluations_to_1e-1",
            "evaluations_to_1e-3",
            "evaluations_to_1e-5",
            "evaluations_to_1e-7",
            "rounds_to_1e-1",
            "rounds_to_1e-3",
            "rounds_to_1e-5",
            "rounds_to_1e-7",
            "seconds_to_1e-1",
            "seconds_to_1e-3",
            "seconds_to_1e-5",
            "seconds_to_1e-7",
            "refused"
        ]
    );
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1][..7], ["own", "corner", "1", "2", "nelder-mead", "15", rows[2][6]]);
    assert_eq!(rows[2][4], "patternsearch");
    let number = |text: &str| text.parse::<f64>().unwrap();
    assert!((number(rows[2][6]) - 1.0).abs() < 1e-5, "{}", rows[2][6]);
    for row in &rows[1..] {
        for of_one_cost in row[9..21].chunks(4) {
            let spent: Vec<f64> = of_one_cost.iter().filter_map(|spent| spent.parse().ok()).collect();
            assert!(!spent.is_empty() && spent.is_sorted() && spent[0] > 0.0, "{row:?}");
        }
        // Without a batch, a round is an evaluation.
        assert_eq!(row[9..13], row[13..17]);
    }

    // What is frozen stays, though it is more than what was found: then both reach it earlier.
    succeed(folder, &["freeze", "runs.db", "--out", "f_l.json"]);
    let frozen = std::fs::read_to_string(folder.join("f_l.json")).unwrap();
    assert_eq!(
        frozen,
        format!("{{\n  \"own\": {{\n    \"corner\": {}\n  }}\n}}", number_as_json(rows[1][6]))
    );
    std::fs::write(folder.join("f_l.json"), r#"{"own": {"corner": 2}}"#).unwrap();
    let report =
        |format| succeed(folder, &["report", "runs.db", "--references", "f_l.json", "--format", format]);
    assert!(report("csv").lines().nth(2).unwrap().contains(",patternsearch,15,2,"));
    assert!(report("markdown").contains("Less than the frozen least value was found on: corner."));
}

fn number_as_json(text: &str) -> String {
    serde_json::to_string(&text.parse::<f64>().unwrap()).unwrap()
}

#[test]
fn a_file_that_describes_no_problem_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = |text: &str| {
        std::fs::write(folder.path().join("p.toml"), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_compare"))
            .args(["run", "--problem", "p.toml", "--out", "runs.db"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(!output.status.success(), "{text}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(told("program = ['a']").contains("`start`: is missing"));
    assert!(told("program = ['a']\nstart = [1]\nlow = 3").contains("unknown field `low`"));
    assert!(
        told("program = []\nstart = [1]").contains("`program`: is empty; expected the name of an executable")
    );
    assert!(told("program = ['a']\nstart = [1]\nlower = [1, 2]").contains("p.toml: "));
    assert!(told("program = ['a']\nstart = [1]\nlower = 2\nupper = 1").contains("p.toml: "));
    for timeout in ["nan", "-nan", "-5", "0", "-0.0", "-inf"] {
        let told = told(&format!("program = ['a']\nstart = [1]\ntimeout = {timeout}"));
        assert!(told.contains("expected a number of seconds above 0"), "{told}");
    }
    for name in ["''", "\"a\\nb\"", "\"\\u001b[2J\""] {
        let told = told(&format!("program = ['a']\nstart = [1]\nname = {name}"));
        assert!(told.contains("expected at least one character"), "{told}");
    }
    assert!(told("program = ['a']\nstart = [1, nan]").contains("start[1] is NaN"));
    assert!(told("program = ['a']\nstart = [1]\nlower = nan").contains("p.toml: "));
    assert!(told("program = ['a']\nstart = []").contains("p.toml: the start point has no coordinates"));
}
