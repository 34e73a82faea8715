//! `patternsearch ask`: the dialogue over pipes, bit for bit the library's run, and every way to end it.

use crate::process;

use std::io::{BufRead, BufReader, Write};
use std::process::{Output, Stdio};

use process::{ends_with, function, patternsearch, stderr};
use search::{Bounds, Budget, Failure, Minimizer, Outcome, Problem};
use serde_json::json;

const HEADER: &str = "seed 3\nn 2\nlb -2 -inf\nub 0.5 inf\nx0 -1 1\nbudget 200\n\n";

/// What the other side heard, and how the program ended.
struct Dialogue {
    points: Vec<Vec<f64>>,
    last: String,
    output: Output,
}

/// Talks to the program; each point is answered as soon as it is there, as long as there are answers.
fn talk(arguments: &[&str], header: &str, mut answer: impl FnMut(&[f64]) -> Option<String>) -> Dialogue {
    let mut command = patternsearch(&[&["ask"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take();
    input.as_mut().unwrap().write_all(header.as_bytes()).unwrap();
    let (mut points, mut last) = (Vec::new(), String::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        last = line.unwrap();
        if last == "done" {
            continue;
        }
        let x: Vec<f64> = last.split(' ').map(|word| word.parse().unwrap()).collect();
        match answer(&x) {
            Some(line) => input.as_mut().unwrap().write_all(format!("{line}\n").as_bytes()).unwrap(),
            None => input = None,
        }
        points.push(x);
    }
    Dialogue { points, last, output: child.wait_with_output().unwrap() }
}

/// The library's run of the same problem, and all points it evaluates.
fn library(solver: &str, options: &serde_json::Value) -> (Vec<Vec<f64>>, Outcome) {
    let points = std::sync::Mutex::new(Vec::new());
    let objective = |x: &[f64]| -> Result<f64, Failure> {
        points.lock().unwrap().push(x.to_vec());
        Ok(function(x))
    };
    let bounds = Bounds::new(vec![-2.0, f64::NEG_INFINITY], vec![0.5, f64::INFINITY]).unwrap();
    let problem = Problem::new(objective, vec![-1.0, 1.0]).unwrap().bounded(bounds).unwrap();
    let solver = search::solver(solver, options).unwrap();
    let solver = solver.with_seed(3).unwrap_or(solver);
    let outcome = solver.minimize(&problem, &Budget::evaluations(200), &mut ()).unwrap();
    drop(problem);
    (points.into_inner().unwrap(), outcome)
}

#[test]
fn granular_variables_are_asked_for_on_their_grid() {
    let header = "n 2\nx0 0.2 8.3\ngranularity 1 0.5\n\n";
    let value = |x: &[f64]| (x[0] - 2.6).powi(2) + (x[1] + 0.3).powi(2);
    let dialogue = talk(&[], header, |x| Some(format!("{:?}", value(x))));
    ends_with(0, &dialogue.output);
    let best = dialogue.points.iter().min_by(|a, b| value(a).total_cmp(&value(b))).unwrap();
    assert_eq!(best, &[3.0, -0.5]);
    assert!(dialogue.points.iter().all(|x| x[0].fract() == 0.0 && (2.0 * x[1]).fract() == 0.0));
}

#[test]
fn the_points_asked_for_are_those_of_the_library_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("options.toml");
    std::fs::write(&options, "max_function_evaluations = 150\n").unwrap();
    for solver in ["patternsearch", "coordinate", "nelder-mead", "particle-swarm", "l-bfgs"] {
        let arguments = ["--solver", solver, "--options", options.to_str().unwrap()];
        let dialogue = talk(&arguments, HEADER, |x| Some(format!("{:?}", function(x))));
        let (points, outcome) = library(solver, &json!({ "max_function_evaluations": 150 }));
        assert_eq!(dialogue.points, points, "{solver}");
        assert_eq!(dialogue.last, "done");
        ends_with(if outcome.converged() { 0 } else { 3 }, &dialogue.output);
        let summary = stderr(&dialogue.output);
        assert!(summary.starts_with(&format!("x            {}\n", search::exact(&outcome.x))), "{summary}");
        assert!(summary.contains(&outcome.explain()), "{summary}");
    }
}

/// Standard output belongs to the dialogue.
#[test]
fn the_display_is_on_standard_error() {
    let answer = |x: &[f64]| Some(function(x).to_string());
    let dialogue = talk(&["--display", "iter"], HEADER, answer);
    assert_eq!(dialogue.last, "done");
    assert_eq!(dialogue.points, library("patternsearch", &json!({})).0);
    let rows = stderr(&dialogue.output);
    assert!(rows.contains("Iter     Func-count       f(x)      MeshSize     Method"), "{rows}");
    assert!(rows.lines().any(|row| row.ends_with("Refine Mesh")), "{rows}");
    let silent = talk(&[], HEADER, answer);
    assert!(!stderr(&silent.output).contains("Func-count"));
}

#[test]
fn failed_evaluations_are_told_by_nan_infinities_and_errors() {
    let answers =
        ["5", "nan", "-inf", "error no mesh", "error", "-nan(ind)", "1.#QNAN", "None", "null", "4.5"];
    let mut answers = answers.into_iter().map(str::to_owned);
    let dialogue = talk(&[], HEADER, |_| answers.next().or_else(|| Some("stop".to_owned())));
    ends_with(4, &dialogue.output);
    assert_eq!((dialogue.points.len(), dialogue.last.as_str()), (11, "done"));
    let summary = stderr(&dialogue.output);
    assert!(summary.contains("f(x)         4.5\n") && summary.contains("10 (8 failed)"), "{summary}");
    assert!(summary.contains("the first: evaluation 2") && summary.contains("the value is NaN"), "{summary}");
}

#[test]
fn stop_and_the_end_of_the_input_end_the_run_and_nothing_more_is_asked() {
    for end in [Some("stop".to_owned()), None] {
        let mut asked = 0;
        let dialogue = talk(&[], HEADER, |x| {
            asked += 1;
            if asked < 4 { Some(function(x).to_string()) } else { end.clone() }
        });
        ends_with(4, &dialogue.output);
        assert_eq!((dialogue.points.len(), dialogue.last.as_str()), (4, "done"));
        let summary = stderr(&dialogue.output);
        assert!(summary.contains("3 (0 failed)") && summary.contains("it was cancelled"), "{summary}");
    }
    let at_once = talk(&[], HEADER, |_| Some("stop".to_owned()));
    ends_with(4, &at_once.output);
    assert!(stderr(&at_once.output).contains("no evaluation gave a value"));
}

#[test]
fn an_answer_that_is_none_is_named_and_ends_the_run_with_what_it_has() {
    let mut answers = ["5", "4,5"].into_iter().map(str::to_owned);
    let dialogue = talk(&[], HEADER, |_| answers.next());
    ends_with(2, &dialogue.output);
    assert_eq!((dialogue.points.len(), dialogue.last.as_str()), (2, "done"));
    let told = stderr(&dialogue.output);
    assert!(told.contains("f(x)         5.0"), "{told}");
    let fault = "error: line 9: the value is `4,5`; expected a number, `error` and a text, or `stop`\n";
    assert!(told.ends_with(fault), "{told}");
}

#[test]
fn a_wrong_header_is_named_by_its_line_and_nothing_is_asked() {
    for (header, says) in [
        ("n 2\nx0 1 2\nlb 0\n\n", "error: line 3: lb has 1 numbers; expected n = 2"),
        ("n 2\nx0 1 b\n\n", "error: line 2: x0 has `b`; expected a finite number"),
        (
            "n 2\nx0 1 2\nbudgets 3\n\n",
            "error: line 3: `budgets` is not a line of the header; expected one of n, x0",
        ),
        ("n 2\nx0 1 2\n", "error: line 3: the input ended; expected an empty line after the header"),
    ] {
        let mut command = patternsearch(&["ask"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(header.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        ends_with(2, &output);
        assert!(output.stdout.is_empty() && stderr(&output).starts_with(says), "{}", stderr(&output));
    }
}

#[test]
fn a_resumed_dialogue_goes_on_where_it_was_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("ask.journal");
    let journal = ["--journal", journal.to_str().unwrap()];
    let value = |x: &[f64]| Some(format!("{:?}", function(x)));
    let whole = talk(&[], HEADER, value);
    let mut left = 70;
    let stopped = talk(&journal, HEADER, |x| {
        left -= 1;
        if left < 0 { Some("stop".to_owned()) } else { value(x) }
    });
    ends_with(4, &stopped.output);
    let resumed = talk(&[&journal[..], &["--resume"]].concat(), HEADER, value);
    assert_eq!(resumed.points.len(), 130);
    assert!(whole.points.ends_with(&resumed.points));
    assert_eq!(resumed.output.status, whole.output.status);
    let result =
        |dialogue: &Dialogue| stderr(&dialogue.output).lines().take(4).collect::<Vec<_>>().join("\n");
    assert_eq!(result(&resumed), result(&whole));
    // Once it has ended there is nothing left to ask, however soon the answers came.
    let again = talk(&[&journal[..], &["--resume"]].concat(), HEADER, |x| panic!("asked for {x:?}"));
    assert_eq!((again.points.len(), again.last.as_str()), (0, "done"));
    assert_eq!(result(&again), result(&whole));
}

/// What a line says may be long, and hold what a terminal takes for commands.
#[test]
fn texts_of_the_other_side_are_shortened_and_escaped() {
    let long = "x".repeat(100_000);
    for answer in [format!("error \x1b[31m{long}"), format!("\x1b[31m{long}")] {
        let mut answers = ["5".to_owned(), answer].into_iter();
        let dialogue = talk(&[], HEADER, |_| answers.next().or_else(|| Some("stop".to_owned())));
        let told = stderr(&dialogue.output);
        assert!(told.len() < 2000 && told.contains("\\u{1b}[31mxxx") && !told.contains('\x1b'), "{told}");
    }
    let told = stderr(&talk(&[], &format!("n 1\nx0 \x1b[2J{long}\n\n"), |_| None).output);
    assert!(told.len() < 2000 && told.contains("x0 has `\\u{1b}[2Jxxx"), "{told}");
}

#[test]
fn a_partner_that_goes_away_ends_it_quietly() {
    let mut command = patternsearch(&["ask"]);
    let (reader, writer) = std::io::pipe().unwrap();
    let child = command.stdin(Stdio::piped()).stdout(writer).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    drop((reader, command));
    child.stdin.as_mut().unwrap().write_all(HEADER.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    ends_with(4, &output);
    assert!(!stderr(&output).contains("panicked"));
}
