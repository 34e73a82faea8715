//! `patternsearch run`: executables minimized, what is printed and written, every exit code.

use crate::process;

use std::fs;

use process::{ends_with, function, output, patternsearch, rosenbrock, stderr, stdout};
use search::{
    Bounds, Budget, Minimizer, Multistart, MultistartOptions, Outcome, PatternSearch, Problem, exact,
};
use serde_json::{Value, json};

const PROBLEM: [&str; 7] = ["run", "--x0", "-1,1", "--lb=-2", "--ub", "0.5,inf", "--output=json"];

/// The library's run of the same problem.
fn library(budget: &Budget) -> Outcome {
    let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, f64::INFINITY]).unwrap();
    let problem = Problem::new(function, vec![-1.0, 1.0]).unwrap().bounded(bounds).unwrap();
    PatternSearch::default().minimize(&problem, budget, &mut ()).unwrap()
}

fn json(arguments: &[&str], code: i32) -> Value {
    let output = output(arguments);
    ends_with(code, &output);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_program_is_minimized_to_the_bits_of_the_library_however_it_gets_the_point() {
    let ours = library(&Budget::evaluations(150));
    let rosenbrock = rosenbrock();
    let from_file = format!("{rosenbrock} $(cat $1)");
    for program in [
        &["--pass", "arguments", "--", &rosenbrock][..],
        &["--pass", "lines", "--", &rosenbrock],
        &["--pass", "lines", "--threads", "2", &rosenbrock],
        &["--pass", "file", "sh", "-c", &from_file, "sh"],
    ] {
        let result = json(&[&PROBLEM[..], &["--budget", "150"], program].concat(), 3);
        assert_eq!(result["x"], json!(ours.x), "{program:?}");
        assert_eq!(result["value"], json!(ours.value));
        assert_eq!(result["start_value"], json!(ours.start_value));
        assert_eq!(result["counts"]["evaluations"], 150);
        assert_eq!((&result["status"], &result["exit_flag"]), (&json!("EvaluationLimit"), &json!(0)));
        assert_eq!((&result["converged"], &result["solver"]), (&json!(false), &json!("patternsearch")));
        assert_eq!(result["explanation"], json!(ours.explain()));
    }
}

/// The library's run from three starts is the program's.
#[test]
fn several_starts_give_the_best_of_all() {
    let arguments = ["--starts=3", "--seed=5", "--budget=300", "--pass=lines", &rosenbrock()];
    let result = json(&[&PROBLEM[..], &arguments].concat(), 3);
    let options = MultistartOptions { starts: 3, seed: 5, ..MultistartOptions::default() };
    let bounds = Bounds::new(vec![-2.0, -2.0], vec![0.5, f64::INFINITY]).unwrap();
    let problem = Problem::new(function, vec![-1.0, 1.0]).unwrap().bounded(bounds).unwrap();
    let ours = Multistart::new(PatternSearch::default(), options).unwrap();
    let ours = ours.minimize(&problem, &Budget::evaluations(300), &mut ()).unwrap();
    assert_eq!((&result["x"], &result["value"]), (&json!(ours.x), &json!(ours.value)));
    assert_eq!(result["solver"], "multistart of patternsearch");
    assert_eq!(result["iterations"], json!(ours.iterations));
}

/// The number of threads has no part in it.
#[test]
fn a_batch_is_an_option_of_the_solver() {
    let batch = |threads: &str, flags: &[&str]| {
        let program = ["--budget=120", "--pass=lines", threads, &rosenbrock()];
        json(&[&PROBLEM[..], flags, &program].concat(), 3)
    };
    let one = batch("--threads=1", &["--solver=hybrid", "--batch=8"]);
    let four = batch("--threads=4", &["--solver=hybrid", "--batch=8"]);
    assert_eq!((&one["x"], &one["counts"]["rounds"]), (&four["x"], &four["counts"]["rounds"]));
    let rounds = one["counts"]["rounds"].as_u64().unwrap();
    assert!((15..40).contains(&rounds), "{rounds} of at most 8 for 120 evaluations");
    for (flags, says) in [
        (
            &["--batch=8"][..],
            "option batch belongs to coordinate, hybrid, quasi-newton, automatic; patternsearch has no such option",
        ),
        (&["--solver=hybrid", "--batch=0"], "--batch"),
        (&["--solver=hybrid", "--asynchronous"], "asynchronous is true; expected false with a batch of 1"),
        (
            &["--solver=coordinate", "--batch=4", "--asynchronous"],
            "option asynchronous belongs to hybrid, automatic",
        ),
    ] {
        let output = output(&[&PROBLEM[..], flags, &[&rosenbrock()]].concat());
        ends_with(2, &output);
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
}

/// (x1 - 2.6)² + (x2 + 0.3)² with whole x1 and x2 in halves.
#[test]
fn granular_variables_stay_on_their_grid() {
    let points = tempfile::tempdir().unwrap();
    let log = points.path().join("points");
    let script =
        format!("echo $@ >> {}; awk \"BEGIN {{ print ($1 - 2.6)^2 + ($2 + 0.3)^2 }}\"", log.display());
    let program = ["--", "sh", "-c", &script, "sh"];
    let start = ["run", "--x0=0.2,8.3", "--granularity=1,0.5", "--output=json"];
    let result = json(&[&start[..], &program].concat(), 0);
    assert_eq!(result["x"], json!([3.0, -0.5]));
    for line in fs::read_to_string(log).unwrap().lines() {
        let x: Vec<f64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
        assert_eq!((x[0].fract(), (2.0 * x[1]).fract()), (0.0, 0.0), "{line}");
    }
    for (granularity, says) in [
        ("--granularity=1,1,1", "--granularity has 3 numbers; expected 2 as for --x0, or 1"),
        ("--granularity=-1", "expected a number above 0, or 0 for a continuous variable"),
    ] {
        let output = output(&[&["run", "--x0=0.2,8.3", granularity][..], &program].concat());
        ends_with(2, &output);
        assert!(stderr(&output).contains(says), "{}", stderr(&output));
    }
    let output =
        output(&[&["run", "--x0=0,8", "--granularity=1", "--solver=coordinate"][..], &program].concat());
    ends_with(2, &output);
    assert!(stderr(&output).contains("integer or granular"), "{}", stderr(&output));
}

#[test]
fn the_result_is_text_with_advice_unless_json_is_asked_for() {
    let output = output(&["run", "--x0=-1,1", "--lb=-2", "--ub=0.5", "--pass=lines", &rosenbrock()]);
    ends_with(0, &output);
    let text = stdout(&output);
    let ours = library(&Budget::unlimited());
    assert!(text.starts_with(&format!("x            {}\nf(x)         ", exact(&ours.x))), "{text}");
    assert!(
        text.contains("exit flag    1 (converged)\n") && text.contains("perhaps only a local one"),
        "{text}"
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn rows_are_displayed_on_standard_output_and_beside_json_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("options.toml");
    fs::write(&options, "Display = 'iter'\nMaxIter = 5\n").unwrap();
    let (options, rosenbrock) = (options.to_str().unwrap(), rosenbrock());
    let head = "Iter     Func-count       f(x)      MeshSize     Method";
    let run = |more: &[&str]| {
        let arguments =
            [&["run", "--x0", "-1,1", "--pass", "lines", "--options", options], more, &[&rosenbrock]];
        let output = output(&arguments.concat());
        ends_with(3, &output);
        (stdout(&output), stderr(&output))
    };
    let (out, err) = run(&[]);
    assert!(out.starts_with(head) && out.contains("the limit of iterations") && err.is_empty(), "{out}{err}");
    let (out, err) = run(&["--output", "json"]);
    assert!(err.starts_with(head) && serde_json::from_str::<Value>(&out).is_ok(), "{out}{err}");
    let (out, _) = run(&["--display", "off"]);
    assert!(out.starts_with("x "), "{out}");
}

#[test]
fn trace_and_plot_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, plot) = (folder.path().join("trace.csv"), folder.path().join("plot.svg"));
    let files = ["--trace", trace.to_str().unwrap(), "--plot", plot.to_str().unwrap()];
    json(&[&PROBLEM[..], &files, &["--budget=150", "--pass=lines", &rosenbrock()]].concat(), 3);
    let ours = library(&Budget::evaluations(150));
    let trace = fs::read_to_string(&trace).unwrap();
    let mut lines = trace.lines();
    assert_eq!(lines.next(), Some("iteration,evaluations,value,mesh_size,method"));
    assert_eq!(lines.clone().count(), ours.trace.len());
    for (line, row) in lines.zip(&ours.trace) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[2].parse::<f64>().unwrap().to_bits(), row.value.to_bits());
        assert_eq!(fields[4], row.method.to_string());
    }
    assert!(fs::read_to_string(&plot).unwrap().starts_with("<svg"));
}

/// A name that is used twice is refused before anything is written.
#[test]
fn files_that_are_one_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let options = path("options.toml");
    fs::write(&options, "MaxIter = 5\n").unwrap();
    let run = |flags: &[String]| {
        let program = ["sh", "-c", "echo 1"].map(str::to_owned);
        let arguments = [&["run".to_owned(), "--x0=1".to_owned()], flags, &program].concat();
        output(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // A journal, and the same file by other names.
    let journal = format!("--journal={}", path("journal"));
    ends_with(3, &run(&[journal.clone(), format!("--options={options}")]));
    let recorded = fs::read(path("journal")).unwrap();
    fs::hard_link(path("journal"), path("hard")).unwrap();
    fs::create_dir(path("below")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(path("journal"), path("soft")).unwrap();
    for name in [
        "journal",
        "below/../journal",
        "hard",
        #[cfg(unix)]
        "soft",
    ] {
        for flag in ["--history", "--plot"] {
            let refused = run(&[journal.clone(), "--resume".to_owned(), format!("{flag}={}", path(name))]);
            ends_with(2, &refused);
            assert!(stderr(&refused).contains("is also the file of --journal"), "{}", stderr(&refused));
            assert_eq!(fs::read(path("journal")).unwrap(), recorded, "{name}");
        }
    }
    // Files that are not there yet, and what the run reads.
    let (new, same) = (path("new"), path("below/../new"));
    for (flags, says) in [
        ([format!("--history={new}"), format!("--plot={same}")], "--plot"),
        ([format!("--journal={new}"), format!("--history={same}")], "is also the file of --journal"),
        ([format!("--options={options}"), format!("--history={options}")], "is also the file of --options"),
    ] {
        let refused = run(&flags);
        ends_with(2, &refused);
        assert!(stderr(&refused).contains(says) && !fs::exists(&new).unwrap(), "{}", stderr(&refused));
    }
    assert_eq!(fs::read_to_string(&options).unwrap(), "MaxIter = 5\n");
}

#[test]
fn files_are_replaced_when_there_is_something_to_replace_them_with() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.csv"), folder.path().join("new.csv"));
    fs::write(&old, "what a run before has written, longer than what this one will write\n".repeat(9))
        .unwrap();
    let before = fs::read(&old).unwrap();
    let run = |trace: &std::path::Path, program: &str| {
        output(&["run", "--x0=1", "--budget=3", "--trace", trace.to_str().unwrap(), "sh", "-c", program])
    };
    for file in [&old, &new] {
        ends_with(6, &run(file, "exit 1"));
    }
    assert_eq!((fs::read(&old).unwrap(), fs::exists(&new).unwrap()), (before, false));
    for file in [&old, &new] {
        ends_with(3, &run(file, "echo 1"));
    }
    assert_eq!(fs::read(&old).unwrap(), fs::read(&new).unwrap());
    assert!(fs::read_to_string(&old).unwrap().starts_with("iteration,"));
}

/// A file of ours that cannot be written says nothing about the point.
#[cfg(unix)]
#[test]
fn a_point_that_cannot_be_written_is_no_failed_evaluation() {
    let mut command = patternsearch(&["run", "--x0=1", "--budget=3", "--pass=file", "sh", "-c", "echo 1"]);
    let output = command.env("TMPDIR", "/no/such/folder").output().unwrap();
    ends_with(6, &output);
    let told = stderr(&output);
    assert!(told.contains("after 0 failed evaluations") && told.contains("a file for the point"), "{told}");
}

#[test]
fn every_way_to_end_has_its_exit_code() {
    let rosenbrock = rosenbrock();
    let run = |arguments: &[&str]| output(&[&["run", "--x0"], arguments].concat());
    ends_with(0, &run(&["-1,1", "--ub=0.5", "--pass=lines", &rosenbrock]));
    ends_with(3, &run(&["-1,1", "--budget=9", &rosenbrock]));
    ends_with(
        3,
        &run(&["-1,1", "--time=0.3", "--pass=lines", "sh", "-c", "while read x; do sleep 0.1; echo 1; done"]),
    );
    // A kink, with slopes of different size on its sides: no gradient is zero there.
    let kink = r#"while read x; do awk "BEGIN { x = $x; printf \"%.17g\n\", x < 0 ? -2 * x : x }"; done"#;
    ends_with(5, &run(&["2", "--solver=steepest-descent", "--pass=lines", "sh", "-c", kink]));
    let nothing = run(&["1", "--budget=5", "false"]);
    ends_with(6, &nothing);
    let told = stderr(&nothing);
    let start = "the evaluation of the start failed: error: the program ended with exit status: 1\n";
    assert!(told.starts_with(&format!("{start}error: no evaluation gave a value")), "{told}");
    let missing = run(&["1", "--budget=5", "--starts=3", "/no/such/program"]);
    ends_with(6, &missing);
    let told = stderr(&missing);
    assert!(
        told.contains("after 0 failed evaluations") && told.contains("/no/such/program cannot be started")
    );
    let slow = run(&["1", "--budget=2", "--timeout=0.1", "sleep", "100"]);
    ends_with(6, &slow);
    assert!(stderr(&slow).contains("no value within 0.1 seconds"));
    // What cannot be written is known before the first evaluation.
    let nowhere = run(&["1", "--history=/no/such/folder/history.csv", "false"]);
    ends_with(1, &nowhere);
    assert!(stderr(&nowhere).starts_with("error: /no/such/folder/history.csv: "), "{}", stderr(&nowhere));
}

#[test]
fn wrong_flags_are_named_with_their_value_and_what_was_expected() {
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("options.json");
    fs::write(&options, r#"{"TolMesh": "small"}"#).unwrap();
    let options = options.to_str().unwrap();
    let range = folder.path().join("range.toml");
    fs::write(&range, "TolMesh = -1").unwrap();
    let range = range.to_str().unwrap();
    for (flags, says) in [
        (&["--x0", "1,a"][..], "invalid value 'a' for '--x0 <NUMBERS>': expected a finite number"),
        (&["--x0", "inf"], "invalid value 'inf' for '--x0 <NUMBERS>': expected a finite number"),
        (&["--x0", ""], "invalid value '' for '--x0 <NUMBERS>'"),
        (&["--x0", "1,2", "--lb", "1,2,3"], "--lb has 3 numbers; expected 2 as for --x0, or 1"),
        (&["--x0", "1", "--ub", "nan"], "invalid value 'nan' for '--ub <NUMBERS>': expected a number"),
        (&["--x0", "1", "--lb", "3", "--ub", "2"], "--lb, --ub: the bounds of coordinate 0 are [3, 2]"),
        (&["--x0", "1", "--budget", "0"], "invalid value '0' for '--budget <COUNT>'"),
        (&["--x0", "1", "--time", "-1"], "-1"),
        (
            &["--x0", "1", "--threads", "0"],
            "invalid value '0' for '--threads <THREADS>': expected a whole number",
        ),
        (&["--x0", "1", "--threads", "1000000"], "expected a whole number from 1 to 1024"),
        // Not the program that is to be minimized.
        (
            &["--x0", "1", "--bugdet", "10"],
            "unexpected argument '--bugdet' found\n\n  tip: a similar argument exists: '--budget'",
        ),
        (&["--x0", "1", "-b", "10"], "unexpected argument '-b' found"),
        (&["--x0", "1", "--solver", "lbfgs"], "[possible values: patternsearch, coordinate, hybrid"),
        (&["--x0", "1", "--resume"], "--resume is given without a journal; expected --journal"),
        (
            &["--x0", "1,2", "--linear", "x1 + y <= 1"],
            "`linear[0]`: has `y`; expected one of the variables x1, x2",
        ),
        (&["--x0", "1,2", "--linear", "x1 < 1"], "`linear[0]`: is `x1 < 1`; `<` alone is no relation"),
        (&["--x0", "1,2", "--solver", "brent"], "brent was given a problem of 2 coordinates; expected 1"),
        (&["--x0", "1", "--options", "/no/such.json"], "error: --options /no/such.json: "),
        (
            &["--x0", "1", "--options", "options.ini"],
            "options.ini: expected a name that ends in .json or .toml",
        ),
        (
            &["--x0", "1", "--options", options],
            "options.json: options: TolMesh: invalid type: string \"small\"",
        ),
        (
            &["--x0", "1", "--options", range],
            "range.toml: option TolMesh is -1; expected a finite number above 0",
        ),
        (
            &["--x0", "1", "--solver", "adam", "--options", options],
            "option TolMesh belongs to patternsearch, coordinate, hybrid, quasi-newton, automatic; adam has no such option",
        ),
        (&[], "there is no start; expected --x0 before false, or a problem file"),
    ] {
        let output = output(&[&["run"], flags, &["--", "false"]].concat());
        ends_with(2, &output);
        assert!(stderr(&output).contains(says), "{flags:?}: {}", stderr(&output));
    }
    let nothing_to_minimize = output(&["run", "--x0", "1"]);
    ends_with(2, &nothing_to_minimize);
    assert!(stderr(&nothing_to_minimize).contains("<PROGRAM>"));
}

#[test]
fn journals_of_other_runs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run.journal");
    let rosenbrock = rosenbrock();
    let run = |more: &[&str], program: &[&str]| {
        let journal = ["--journal", journal.to_str().unwrap()];
        output(&[&PROBLEM[..], &["--budget=20", "--pass=lines"], &journal, more, program].concat())
    };
    ends_with(3, &run(&[], &[&rosenbrock]));
    let again = run(&[], &[&rosenbrock]);
    ends_with(1, &again);
    assert!(stderr(&again).contains("expected a new file, or a resumed run"));
    let other = run(&["--resume"], &["sh", "-c", "cat"]);
    ends_with(1, &other);
    assert!(stderr(&other).contains("its label is"), "{}", stderr(&other));
    ends_with(3, &run(&["--resume"], &[&rosenbrock]));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for arguments in
        [&["solvers"][..], &["--help"], &["run", "--x0=1", "--display=iter", "--budget=9", "echo"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = patternsearch(arguments).stdout(writer).output().unwrap();
        assert_ne!(output.status.code(), Some(101), "a panic");
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    }
}
