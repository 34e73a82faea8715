//! Problem files, constraints and residuals, from the command line: read, checked, run, killed, resumed, looked at.
#![cfg(unix)]

use crate::process;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::Stdio;

use process::{ends_with, output, patternsearch, stderr, stdout};
use serde_json::{Value, json};

/// A program that prints x² + y², and 1 - x - y, which is to be at most 0.
const CONSTRAINED: &str =
    "BEGIN { x = ARGV[1]; y = ARGV[2]; printf \"%.17g %.17g\\n\", x * x + y * y, 1 - x - y }";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn written(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

fn problem(folder: &Folder, more: &str) -> String {
    let program = serde_json::to_string(&json!(["awk", CONSTRAINED])).unwrap();
    let text = format!(
        "program = {program}\nvariables = [\"width\", \"height\"]\nstart = [3, 2]\nlower = 0\noutputs = [\"cost\", \"lack\"]\n\
         constraints = [\"lack <= 0\"]\n{more}"
    );
    folder.written("beam.toml", &text)
}

#[test]
fn a_problem_file_is_checked_and_run() {
    let folder = Folder::new();
    let path = problem(&folder, "budget = 400\n");
    let checked = output(&["check", &path]);
    ends_with(0, &checked);
    for line in [
        "problem      beam",
        "variable     width: start 3, from 0 to inf",
        "value        13 at the start",
        "c(x)         -4",
    ] {
        assert!(stdout(&checked).contains(line), "{line}: {}", stdout(&checked));
    }
    let run = output(&["run", &path, "--output", "json"]);
    let result: Value = serde_json::from_str(&stdout(&run)).unwrap();
    assert_eq!((&result["variables"], &result["feasible"]), (&json!(["width", "height"]), &json!(true)));
    assert!((result["value"].as_f64().unwrap() - 0.5).abs() < 1e-3, "{result}");
    assert_eq!(result["converged"], true);
    let fewer = output(&["run", &path, "--budget", "30"]);
    ends_with(3, &fewer);
    assert!(
        stdout(&fewer).contains("evaluations  30") && stdout(&fewer).contains("width = "),
        "{}",
        stdout(&fewer)
    );
}

#[test]
fn what_is_wrong_with_a_file_is_named() {
    let folder = Folder::new();
    let path = problem(&folder, "budgets = 3\n");
    for command in [&["check", &path][..], &["run", &path]] {
        let output = output(command);
        ends_with(2, &output);
        assert!(stderr(&output).contains("unknown field `budgets`"), "{}", stderr(&output));
    }
    let path = problem(&folder, "");
    for (flag, value) in [("--lb", "0"), ("--linear", "x1 <= 1"), ("--pass", "lines"), ("--residuals", "2")] {
        let output = output(&["run", flag, value, &path]);
        ends_with(2, &output);
        assert!(
            stderr(&output).contains(&format!("{flag} is given beside the problem file")),
            "{}",
            stderr(&output)
        );
    }
    let fails = folder.written("fails.toml", "program = ['false']\nstart = [1]\n");
    let output = output(&["check", &fails]);
    ends_with(6, &output);
    assert!(stdout(&output).contains("none at the start"), "{}", stdout(&output));
}

#[test]
fn flags_have_rows_constraints_and_residuals() {
    let value = |arguments: &[&str]| -> f64 {
        let run =
            output(&[&["run", "--x0", "3,2", "--output", "json", "--budget", "600"], arguments].concat());
        let result: Value =
            serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)));
        result["value"].as_f64().unwrap()
    };
    let square = "BEGIN { print ARGV[1] * ARGV[1] + ARGV[2] * ARGV[2] }";
    assert!((value(&["--linear", "x0 + x1 >= 1", "awk", square]) - 0.5).abs() < 1e-6);
    assert!(
        (value(&["--linear", "x1 + x2 = 1", "--linear=-x1 <= -0.75", "awk", square]) - 0.625).abs() < 1e-6
    );
    assert!((value(&["--constraints", "1", "awk", CONSTRAINED]) - 0.5).abs() < 1e-3);
    let residuals = "BEGIN { print ARGV[1] - 1, 2 * ARGV[2] - 1, 3 }";
    assert!((value(&["--residuals", "3", "awk", residuals]) - 9.0).abs() < 1e-6);
}

/// The residuals reach the result and the history; deviations and losses are those of the closed forms.
#[test]
fn a_fit_has_residuals_deviations_and_a_loss() {
    let folder = Folder::new();
    let history = folder.path("fit.csv");
    let program = ["awk", "BEGIN { print ARGV[1] - 1, 3 }"];
    let run = |more: &[&str]| -> Value {
        let start = [
            "run",
            "--x0",
            "3",
            "--output",
            "json",
            "--budget",
            "100",
            "--history",
            &history,
            "--residuals",
            "2",
        ];
        let run = output(&[&start, more, &program].concat());
        serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)))
    };
    let plain = run(&[]);
    assert_eq!((&plain["start_value"], &plain["value"]), (&json!(13.0), &json!(9.0)));
    assert_eq!(plain["residuals"], json!([0.0, 3.0]));
    let lines = fs::read_to_string(&history).unwrap();
    assert!(
        lines.starts_with("evaluation,value,x1,r1,r2,failure,worker,seconds\n1,13.0,3.0,2.0,3.0,,"),
        "{lines}"
    );
    // (2 / 2)^2 + (3 / 0.5)^2
    assert_eq!(run(&["--sigma", "2,0.5"])["start_value"], json!(37.0));
    // With C = 2 and sigma = 1/2: 4 is linear beyond 2, and so is 6: 4 (2 * 2 - 1) + 4 (2 * 3 - 1).
    let huber = run(&["--sigma", "0.5", "--loss", "huber", "--loss-scale", "2"]);
    assert_eq!(huber["start_value"], json!(32.0));
    // |2| / 2 + |3|, the larger of 2 / 2 and 3, and of their magnitudes.
    for (loss, start) in [("l1", 4.0), ("minimax", 3.0), ("chebyshev", 3.0)] {
        let kinked = run(&["--sigma", "2,1", "--loss", loss]);
        assert_eq!((&kinked["start_value"], &kinked["value"]), (&json!(start), &json!(3.0)), "{loss}");
    }
    let refused = output(
        &[&["run", "--x0", "3", "--residuals", "2", "--loss", "l1", "--uncertainty"][..], &program].concat(),
    );
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("the loss l1 has kinks, and no uncertainty"), "{}", stderr(&refused));
    let refused =
        output(&[&["run", "--x0", "3", "--residuals", "2", "--sigma", "1,0"][..], &program].concat());
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("standard deviation 1 is 0"), "{}", stderr(&refused));

    // x - 1 and 3: the slope is known to sigma = 2 alone.
    let uncertain = run(&["--sigma", "2", "--uncertainty"]);
    assert_eq!(uncertain["uncertainty"]["fit"]["uses_given_deviations"], json!(true), "{uncertain}");
    let error = uncertain["uncertainty"]["fit"]["standard_errors"][0].as_f64().unwrap();
    assert!((error - 2.0).abs() < 1e-4, "{uncertain}");
    assert_eq!(run(&[])["uncertainty"], Value::Null);
    let refused =
        output(&[&["run", "--x0", "3", "--residuals", "2", "--uncertainty=2"][..], &program].concat());
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("expected a number above 0 and at most 0.1"), "{}", stderr(&refused));

    // In a file; the number of residuals in a JSON array is said there.
    let json_program = r#"["awk", "BEGIN { print \"{\\\"r\\\": [\" ARGV[1] - 1 \", 3]}\" }"]"#;
    let file = |more: &str| {
        folder.written(
            "fit.toml",
            &format!("program = {json_program}\nstart = [3]\noutputs = [\"r\"]\nformat = \"json\"\nresiduals = [\"r\"]\n{more}"),
        )
    };
    let of_file = |path: &str| -> Value {
        let run = output(&["run", path, "--budget", "60", "--output", "json"]);
        serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)))
    };
    let sum_alone = of_file(&file(""));
    assert_eq!((&sum_alone["value"], &sum_alone["residuals"]), (&json!(9.0), &Value::Null));
    let whole = of_file(&file("residual_count = 2\nsigma = [2, 1]\n"));
    assert_eq!((&whole["start_value"], &whole["residuals"]), (&json!(10.0), &json!([0.0, 3.0])));
    let largest = of_file(&file("residual_count = 2\nloss = \"minimax\"\n"));
    assert_eq!((&largest["start_value"], &largest["residuals"][1]), (&json!(3.0), &json!(3.0)));
    for (more, says) in [
        ("sigma = 2\n", "`sigma`: needs the number of residuals in JSON; expected `residual_count`"),
        ("residual_count = 2\nsigma = [1]\n", "`sigma`: there are 1 standard deviations; expected 2"),
        ("residual_count = 2\nloss_scale = 2\n", "`loss_scale`: is there without `loss`; expected it"),
    ] {
        let checked = output(&["check", &file(more)]);
        assert!(stderr(&checked).contains(says), "{}", stderr(&checked));
    }
}

/// The history and the journal of a run are tables for the next one, which evaluates none of their points.
#[test]
fn a_table_is_the_start_of_the_next_run() {
    let folder = Folder::new();
    let (history, journal) = (folder.path("first.csv"), folder.path("first.journal"));
    let path = problem(&folder, "");
    let first = output(&[
        "run",
        &path,
        "--budget",
        "60",
        "--history",
        &history,
        "--journal",
        &journal,
        "--output",
        "json",
    ]);
    let first: Value = serde_json::from_str(&stdout(&first)).unwrap();
    let points = |path: &str| -> Vec<String> {
        let text = fs::read_to_string(path).unwrap();
        text.lines()
            .skip(1)
            .map(|line| line.split(',').skip(2).take(2).collect::<Vec<_>>().join(","))
            .collect()
    };
    let moved = fs::read_to_string(&path).unwrap().replace("start = [3, 2]", "start = [9, 9]");
    let moved = folder.written("moved.toml", &moved);
    for table in [&history, &journal] {
        let next = folder.path("next.csv");
        let run = output(&[
            "run",
            &moved,
            "--table",
            table,
            "--budget",
            "40",
            "--history",
            &next,
            "--output",
            "json",
        ]);
        let run: Value = serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)));
        assert_eq!(run["start_value"], first["value"]);
        let (old, new) = (points(&history), points(&next));
        assert!(new.len() == 40 && new.iter().all(|point| !old.contains(point)));
    }
    let named =
        fs::read_to_string(&moved).unwrap().replace("lower = 0", &format!("lower = 0\ntable = {history:?}"));
    let run = output(&["run", &folder.written("named.toml", &named), "--budget", "1", "--output", "json"]);
    let run: Value = serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)));
    assert_eq!(run["start_value"], first["value"]);
    let other = fs::read_to_string(&moved).unwrap().replace("lack <= 0", "lack <= 1");
    let refused = output(&["run", &folder.written("other.toml", &other), "--table", &journal]);
    assert!(stderr(&refused).contains("it belongs to another run: its label is"), "{}", stderr(&refused));
}

/// The history and the journal of a neighbouring problem are hints: the second evaluation is at their best point.
#[test]
fn a_hint_is_where_the_next_run_looks_second() {
    let folder = Folder::new();
    let (history, journal) = (folder.path("first.csv"), folder.path("first.journal"));
    let path = problem(&folder, "");
    let run = |words: &[&str]| -> Value {
        let run = output(&[&["run"], words, &["--output", "json"]].concat());
        serde_json::from_str(&stdout(&run)).unwrap_or_else(|_| panic!("{}", stderr(&run)))
    };
    let first = run(&[&path, "--budget", "60", "--history", &history, "--journal", &journal]);
    let neighbour = fs::read_to_string(&path).unwrap().replace("start = [3, 2]", "start = [9, 9]");
    let neighbour = neighbour.replace("lack <= 0", "lack <= 0.5");
    let path = folder.written("neighbour.toml", &neighbour);
    let named = neighbour.replace("lower = 0", &format!("lower = 0\nhint = {history:?}"));
    let named = folder.written("named.toml", &named);
    let next = folder.path("next.csv");
    let common = ["--solver", "hybrid", "--budget", "2", "--history", &next];
    for words in [&[&path[..], "--hint", &history][..], &[&path, "--hint", &journal], &[&named]] {
        let second = run(&[words, &common].concat());
        assert_eq!((&second["x"], &second["value"]), (&first["x"], &first["value"]));
        assert_ne!(second["start_value"], first["value"]);
        assert_eq!(fs::read_to_string(&next).unwrap().lines().count(), 3);
    }
    let refused = output(&["run", &path, "--hint", &folder.path("none.csv")]);
    assert!(stderr(&refused).contains("none.csv"), "{}", stderr(&refused));
}

/// A run that is killed goes on; its history has every evaluation, and so has its journal.
#[test]
fn the_history_is_whole_after_a_resume_and_so_is_the_journal() {
    let folder = Folder::new();
    let (journal, history) = (folder.path("run.journal"), folder.path("history.csv"));
    let path = problem(&folder, &format!("budget = 120\nworkers = 2\njournal = {journal:?}\n"));
    let whole = folder.path("whole.csv");
    ends_with(3, &output(&["run", &path, "--journal", &folder.path("other.journal"), "--history", &whole]));
    ends_with(3, &output(&["run", &path, "--budget", "50"]));
    ends_with(3, &output(&["run", &path, "--resume", "--history", &history]));
    let table = |text: &str, columns: usize| -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(',').take(columns).map(str::to_owned).collect()).collect()
    };
    let (history, whole) = (fs::read_to_string(history).unwrap(), fs::read_to_string(whole).unwrap());
    assert_eq!(history.lines().next(), Some("evaluation,value,width,height,c1,failure,worker,seconds"));
    assert_eq!(table(&history, 6), table(&whole, 6));
    assert_eq!(history.lines().count(), 121);
    let (first, last) = (history.lines().nth(1).unwrap(), history.lines().last().unwrap());
    assert!(first.ends_with(",,,"), "from the journal: {first}");
    let (worker, seconds) =
        last.rsplit_once(',').map(|(rest, seconds)| (rest.rsplit(',').next(), seconds)).unwrap();
    assert!(worker.unwrap().parse::<u32>().is_ok() && seconds.parse::<f64>().unwrap() > 0.0, "{last}");

    let printed = output(&["journal", &journal]);
    ends_with(0, &printed);
    let printed = stdout(&printed);
    let numbered: Vec<Vec<String>> =
        table(&printed, 6).into_iter().skip(1).filter(|row| !row[0].is_empty()).collect();
    assert_eq!(numbered, table(&whole, 6)[1..]);
    let named = stdout(&output(&["journal", &journal, "--problem", &path]));
    assert_eq!(named.split_once('\n').unwrap().0, "evaluation,value,width,height,c1,failure");
    assert_eq!(named.split_once('\n').unwrap().1, printed.split_once('\n').unwrap().1);
    let other = folder.written("other.toml", "program = \"true\"\nstart = [1]\n");
    let refused = output(&["journal", &journal, "--problem", &other]);
    ends_with(2, &refused);
    assert!(stderr(&refused).contains("has 1 variables; expected 2"), "{}", stderr(&refused));
    let none = output(&["journal", &path]);
    ends_with(1, &none);
    assert!(stderr(&none).contains("is not a journal"), "{}", stderr(&none));
}

/// The dialogue in JSON: batches, any order, constraints, failures, the result at the end.
#[test]
fn a_dialogue_in_json_takes_batches_in_any_order() {
    let header = json!({ "start": [3, 2], "lower": 0, "constraints": 1, "workers": 3, "budget": 150 });
    let folder = Folder::new();
    let history = folder.path("history.csv");
    let mut command = patternsearch(&["ask", "--history", &history, "--output", "json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{header}").unwrap();
    let (mut waiting, mut most, mut asked, mut result) = (Vec::new(), 0, 0, Value::Null);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let object: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(done) = object.get("done") {
            result = done.clone();
            break;
        }
        asked += 1;
        let is_our_turn = object.get("wait").is_some() || object["more"] == 0;
        if object.get("id").is_some() {
            waiting.push(object);
        }
        most = most.max(waiting.len());
        if is_our_turn {
            // The last one first, and one at a time.
            let point = waiting.pop().unwrap();
            let x: Vec<f64> = serde_json::from_value(point["x"].clone()).unwrap();
            let answer = match asked % 10 {
                9 => json!({ "id": point["id"], "error": "no license" }),
                _ => {
                    json!({ "id": point["id"], "value": x[0] * x[0] + x[1] * x[1], "constraints": [1.0 - x[0] - x[1]] })
                }
            };
            writeln!(input, "{answer}").unwrap();
        }
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!((most, result["counts"]["evaluations"].as_u64()), (3, Some(150)));
    assert!(result["feasible"] == true && result["value"].as_f64().unwrap() < 0.6, "{result}");
    let summary: Value = serde_json::from_str(&stderr(&output)).unwrap();
    assert_eq!(summary["x"], result["x"]);
    let history = fs::read_to_string(PathBuf::from(history)).unwrap();
    assert_eq!(history.lines().count(), 151);
    assert!(history.contains("no license"));
}

/// A journal that a header names is not to be overwritten by the history.
#[test]
fn a_history_that_is_the_journal_of_the_header_is_refused() {
    let folder = Folder::new();
    let journal = folder.written("run.journal", "a journal\n");
    let mut command = patternsearch(&["ask", "--history", &journal]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let header = json!({ "start": [1], "journal": journal });
    writeln!(child.stdin.take().unwrap(), "{header}").unwrap();
    let output = child.wait_with_output().unwrap();
    ends_with(2, &output);
    assert!(stderr(&output).contains("is also the file of --journal"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(journal).unwrap(), "a journal\n");
}

/// A run that goes on begins elsewhere: that a point there fails says nothing about the start.
#[test]
fn a_failure_after_a_resume_is_not_the_starts() {
    let folder = Folder::new();
    let journal = folder.path("run.journal");
    let run = |more: &[&str]| {
        let script = "case $1 in 1.0) echo 1;; *) exit 1;; esac";
        let flags = ["run", "--x0", "1", "--journal", &journal];
        output(&[&flags[..], more, &["sh", "-c", script, "sh"]].concat())
    };
    ends_with(3, &run(&["--budget", "1"]));
    let resumed = run(&["--budget", "3", "--resume"]);
    ends_with(3, &resumed);
    assert!(!stderr(&resumed).contains("the start failed"), "{}", stderr(&resumed));
}

#[test]
fn a_start_beside_the_grid_is_checked_on_it() {
    let folder = Folder::new();
    let program = "[\"awk\", \"BEGIN { print ARGV[1] }\"]";
    let path = folder.written("grid.toml", &format!("program = {program}\nstart = [2.7]\ngranularity = 1\n"));
    let checked = output(&["check", &path]);
    assert!(stdout(&checked).contains("value        3 at the start"), "{}", stdout(&checked));
}
