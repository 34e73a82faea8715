//! The example as a new user runs it: a process, its output, its files, its errors.

use crate::example;

use std::process::{Command, Output};

use example::{text, timeless};

fn run(arguments: &[&str]) -> Output {
    Command::new(example::example("iris_patternsearch")).args(arguments).output().unwrap()
}

#[test]
fn the_recipe_prints_a_hundred_iterations_and_a_summary() {
    let output = run(&[]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let rows: Vec<&str> = printed.lines().collect();
    let header = rows
        .iter()
        .position(|row| *row == "Iter     Func-count       f(x)      MeshSize     Method")
        .unwrap();
    assert!(rows[header + 1].starts_with("    0        1 "));
    assert!(rows[header + 101].starts_with("  100 "));
    assert_eq!(rows[header + 102], "patternsearch stopped because it reached the limit of iterations.");
    for part in [
        "seed 1",
        "35 weights and biases",
        "MSE  ",
        "accuracy",
        "true \\ chosen",
        "exit flag        0:",
        "not converged",
        "evaluations",
        "seconds",
        "smallest element",
        "non-decreasing in each of the 4 inputs",
    ] {
        assert!(printed.contains(part), "{part} is missing in:\n{printed}");
    }
    assert_eq!(timeless(&run(&[])), timeless(&output), "twice the same");
    // Beside it the better fits, as a table whose fourth column is the error.
    let error = |row: &str| -> f64 {
        let row =
            printed.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("{row}:\n{printed}"));
        row.split('|').nth(4).unwrap().trim().parse().unwrap()
    };
    let [recipe, coordinate, solved] =
        ["| patternsearch, as above ", "| coordinate ", "| coordinate, output layer "].map(error);
    assert!(recipe > 0.4 && coordinate < 0.148 && solved < 0.11, "{recipe}, {coordinate}, {solved}");
    assert!(!text(&run(&["--max-iter", "100"]).stdout).contains("as above"), "only beside the recipe");
    assert_ne!(timeless(&run(&["--seed", "2"])), timeless(&output));
}

#[test]
fn files_are_written_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (svg, json) = (folder.path().join("run.svg"), folder.path().join("net.json"));
    let output = Command::new(example::example("iris_patternsearch"))
        .current_dir(folder.path())
        .args([
            "--max-iter",
            "5",
            "--hidden",
            "3,2",
            "--dataset",
            "wine",
            "--plot",
            "run.svg",
            "--save",
            "net.json",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let plot = std::fs::read_to_string(svg).unwrap();
    assert!(plot.contains("Best value") && plot.contains("Mesh size") && plot.contains("<polyline"));
    let network = netcore::Network::load(json).unwrap();
    assert_eq!(network.topology().to_string(), "13-3-2-3");

    let empty = tempfile::tempdir().unwrap();
    let output = Command::new(example::example("iris_patternsearch"))
        .current_dir(empty.path())
        .args(["--max-iter", "1"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn options_come_from_a_file_in_matlabs_spelling() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("options.json");
    std::fs::write(&path, r#"{"CompletePoll": "on", "Display": "final", "MaxIter": 3}"#).unwrap();
    let output = run(&["--options", path.to_str().unwrap()]);
    let printed = text(&output.stdout);
    assert!(!printed.contains("Func-count") && printed.contains("iterations       3\n"), "{printed}");
    let evaluations = printed.lines().find_map(|line| line.strip_prefix("evaluations ")).unwrap();
    let evaluations: u64 = evaluations.split_whitespace().next().unwrap().parse().unwrap();
    assert!((105..=211).contains(&evaluations), "three complete polls of up to 70 points: {evaluations}");

    std::fs::write(&path, r#"{"CompletPoll": "on"}"#).unwrap();
    let output = run(&["--options", path.to_str().unwrap()]);
    let said = text(&output.stderr);
    assert!(
        !output.status.success() && said.contains("options.json") && said.contains("CompletPoll"),
        "{said}"
    );
}

#[test]
fn every_dataset_runs_and_what_is_wrong_is_named() {
    for dataset in ["iris", "wine", "breast_cancer", "digits", "diabetes"] {
        let output = run(&["--dataset", dataset, "--hidden", "2", "--max-iter", "2"]);
        assert!(output.status.success(), "{dataset}: {}", text(&output.stderr));
    }
    let output = run(&["--dataset", "no_such.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: no_such.csv: "), "{}", text(&output.stderr));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "a,y\n1,0\n2,1\n3,0\n4,1\n").unwrap();
    let path = path.to_str().unwrap();
    assert!(text(&run(&["--dataset", path]).stdout).contains("target y (a number)"));
    assert!(text(&run(&["--dataset", path, "--classes"]).stdout).contains("target y (2 classes)"));
    let output = run(&["--journal", "unused", "--flush-interval=-1"]);
    assert!(text(&output.stderr).contains("at least 0") && !std::path::Path::new("unused").exists());
    let output = run(&["--hidden", "0"]);
    assert!(text(&output.stderr).contains("at least one unit in layer 1"), "{}", text(&output.stderr));
}

#[test]
fn a_closed_pipe_is_no_error_and_files_are_still_written() {
    let folder = tempfile::tempdir().unwrap();
    let net = folder.path().join("net.json");
    let mut command = Command::new(example::example("iris_patternsearch"));
    command.arg("--save").arg(&net).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    assert!(netcore::Network::load(net).is_ok());
}
