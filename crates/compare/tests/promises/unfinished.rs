//! What a study does not have is said: runs that failed, were refused, or are still to be made.
#![cfg(unix)]

use std::fs::File;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::program::told;
use compare::Case;
use compare::report::{csv, markdown, summarize};
use compare::study::{Ending, Gap, Manifest, Row, Shard, Store, Study, solvers};
use compare::suites::published;
use search::{ConstraintCount, LinearConstraints, Problem};

const RUN: &str =
    "run --problem wing.toml --solvers patternsearch,nelder-mead --budget 5 --seeds 1 --out runs.db";

#[test]
fn runs_without_a_value_are_told_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("wing.toml"), "program = ['sh', './wing']\nstart = [8, 9]\n").unwrap();
    for _ in 0..2 {
        let (code, _, error) = told(folder, RUN);
        assert_eq!(code, 6, "{error}");
        assert!(
            error.contains("2 runs made") && error.contains("no value in 2 runs of wing of the suite own"),
            "{error}"
        );
        assert!(error.contains("the first: evaluation 1 at"), "{error}");
    }
    for (words, named) in [
        ("report runs.db", "- wing: no evaluation gave a value: "),
        ("report runs.db --format html", "wing of the suite own is in no figure: no evaluation gave a value"),
    ] {
        let (code, out, _) = told(folder, words);
        assert!(code == 6 && out.contains(named), "{words}: {code}\n{out}");
        assert!(!out.contains("NaN") && !out.contains("No solver has lost"), "{out}");
    }
    let (code, _, error) = told(folder, "verify runs.db --problem wing.toml");
    assert!(code == 1 && error.contains("there is no run with a value"), "{error}");

    std::fs::write(folder.join("wing"), "echo $(( ${1%.*} * ${2%.*} ))").unwrap();
    assert_eq!(told(folder, RUN).0, 0);
    let (_, _, error) = told(folder, RUN);
    assert!(error.contains("0 runs made"), "{error}");
    let (code, out, _) = told(folder, "report runs.db");
    assert!(code == 0 && out.contains("1 instance."), "{out}");
}

/// The value at (1, 2) is 5; the least within `x + y <= 2` is 0.
fn cases() -> Vec<Case<'static>> {
    let bowl = || Problem::new(|x: &[f64]| x[0] * x[0] + x[1] * x[1], vec![1.0, 2.0]).unwrap();
    let row = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![2.0]).unwrap();
    // The start has no value, all else has.
    let late = |x: &[f64]| if x[0] == 1.0 { f64::NAN } else { x[0] * x[0] };
    let nowhere = |_: &[f64]| ([1.0], []);
    vec![
        Case::new("=cmd|' /C calc'!A0", bowl()),
        Case::new("constrained", bowl().subject_to(row).unwrap()),
        Case::new("empty", bowl().constrained(ConstraintCount::new(1, 0), nowhere)),
        Case::new("late", Problem::new(late, vec![1.0]).unwrap()),
        Case::new("never", Problem::new(|_: &[f64]| Err::<f64, _>("a\nb\u{1b}[2J"), vec![1.0]).unwrap()),
    ]
}

fn study() -> Study {
    let chosen = ["patternsearch", "nelder-mead"];
    Study {
        suites: vec![("mine".to_owned(), cases())],
        solvers: solvers().into_iter().filter(|entry| chosen.contains(&entry.name.as_str())).collect(),
        seeds: vec![1],
        simplex_gradients: 20,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    }
}

fn report_of(store: &Store) -> (String, String) {
    let (manifest, rows) = (store.manifest().unwrap().unwrap(), store.rows().unwrap());
    let summaries = summarize(&rows, manifest.simplex_gradients, &published([]));
    (markdown(&manifest, &summaries, &store.gaps().unwrap()), csv(&summaries).unwrap())
}

#[test]
fn refused_lost_and_left_out_are_told_apart() {
    let store = Mutex::new(Store::open(":memory:").unwrap());
    let made = study().run(&store, |_, _| true).unwrap();
    assert_eq!((made.runs, made.refused, made.without_value.len(), made.left), (10, 2, 2, 0));
    let store = store.into_inner().unwrap();
    let endings: Vec<_> =
        store.rows().unwrap().iter().map(|row| (row.history.problem.clone(), row.ending())).collect();
    let of = |problem: &str| {
        endings.iter().filter(|(name, _)| name == problem).map(|(_, ending)| *ending).collect::<Vec<_>>()
    };
    assert_eq!(of("constrained"), [Ending::Refused, Ending::Value]);
    assert_eq!(of("never"), [Ending::NoValue; 2]);
    assert_eq!(store.gaps().unwrap(), []);
    let (report, csv) = report_of(&store);
    for line in [
        "No solver has lost a problem.",
        "- nelder-mead: constrained",
        "- empty: no solver has found a point that violates no constraint",
        "error: a\\nb\\u{1b}[2J",
    ] {
        assert!(report.contains(line), "{line} in\n{report}");
    }
    let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let rows: Vec<_> = csv.lines().map(fields).collect();
    let column = |row: &Vec<String>| (row[1].clone(), row[4].clone(), row.last().unwrap().clone());
    let formula = "'=cmd|' /C calc'!A0";
    let expected = [
        ("problem", "solver", "refused"),
        (formula, "nelder-mead", "false"),
        (formula, "patternsearch", "false"),
        ("constrained", "nelder-mead", "true"),
        ("constrained", "patternsearch", "false"),
        ("late", "nelder-mead", "false"),
        ("late", "patternsearch", "false"),
    ];
    let expected = expected
        .map(|(problem, solver, refused)| (problem.to_owned(), solver.to_owned(), refused.to_owned()));
    assert_eq!(rows.iter().map(column).collect::<Vec<_>>(), expected);
    // What counts where the start has no value is the mean of the first values.
    let first = |solver: &str| {
        let all = store.rows().unwrap();
        let row = all.iter().find(|row| row.history.problem == "late" && row.history.solver == solver);
        row.unwrap().history.values[0].1
    };
    let mean = first("nelder-mead") / 2.0 + first("patternsearch") / 2.0;
    let late: Vec<f64> =
        rows.iter().filter(|row| row[1] == "late").map(|row| row[5].parse().unwrap()).collect();
    assert_eq!(late, [mean; 2]);
}

#[test]
fn a_solver_that_refuses_a_whole_suite_takes_no_part_in_it() {
    let chosen = ["patternsearch", "hybrid", "nelder-mead"];
    let solvers = solvers().into_iter().filter(|entry| chosen.contains(&entry.name.as_str())).collect();
    let mut cases = cases().into_iter();
    let [free, constrained] = [(); 2].map(|()| cases.next().into_iter().collect());
    let suites = vec![("free".to_owned(), free), ("rows".to_owned(), constrained)];
    let store = Mutex::new(Store::open(":memory:").unwrap());
    Study { suites, solvers, ..study() }.run(&store, |_, _| true).unwrap();
    let all = store.into_inner().unwrap().rows().unwrap();
    let summarized = |rows: &[Row]| summarize(rows, 20, &published([]));
    let summaries = summarized(&all);
    let [free, rows] = summaries.as_slice() else { panic!("two suites") };
    assert_eq!((free.absent.len(), &rows.absent[..]), (0, &["nelder-mead".to_owned()][..]));
    // Its refusals change no figure and no test of the others.
    let without = all.iter().filter(|row| row.history.solver != "nelder-mead").cloned().collect::<Vec<_>>();
    let without = summarized(&without).pop().unwrap();
    assert_eq!((&rows.solvers, &rows.friedman), (&without.solvers, &without.friedman));

    let manifest = Manifest::now(Vec::new(), Vec::new(), 20, vec![1]);
    let report = markdown(&manifest, &summaries, &[]);
    let lines = |start: &str| report.lines().filter(|line| line.starts_with(start)).collect::<Vec<_>>();
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let [overview, of_free, of_rows] = lines("| nelder-mead")[..] else { panic!("{report}") };
    assert_eq!(cells(overview)[3], "-");
    assert!(cells(of_free)[2].parse::<f64>().unwrap() > 0.0 && cells(of_free)[11] == "0", "{of_free}");
    let dashes = ["-"; 9];
    assert_eq!(cells(of_rows), [&["", "nelder-mead"], &dashes[..], &["all", ""]].concat());
    assert!(report.contains("Not taken part, as they refuse every problem: nelder-mead."), "{report}");
    // The rows of its refusals are empty.
    let csv = csv(&summaries).unwrap();
    let refusal = csv.lines().find(|line| line.starts_with("rows,constrained,1,2,nelder-mead,")).unwrap();
    assert!(refusal.ends_with(",4,0,,,,,,,,,,,,,,true"), "{refusal}");
}

#[test]
fn a_study_that_was_stopped_says_what_it_lacks() {
    let store = Mutex::new(Store::open(":memory:").unwrap());
    let made = study().run(&store, |done, _| done < 3).unwrap();
    assert_eq!((made.runs, made.left), (3, 7));
    let store = store.into_inner().unwrap();
    assert_eq!(store.gaps().unwrap(), [Gap { suite: "mine".to_owned(), stored: 3, planned: 10 }]);
    assert!(report_of(&store).0.contains("**mine is incomplete: 3 of 10 runs are stored."));
    // Parts of one file that do not cross are complete all the same.
    let store = Mutex::new(store);
    study().run(&store, |_, _| true).unwrap();
    let mut other = study();
    (other.suites[0].0, other.solvers) = ("other".to_owned(), other.solvers.split_off(1));
    other.run(&store, |_, _| true).unwrap();
    assert_eq!(store.into_inner().unwrap().gaps().unwrap(), []);
}

#[test]
fn a_shard_alone_is_incomplete_and_all_together_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let words = "run --suite hock-schittkowski --solvers patternsearch,nelder-mead --budget 5 --seeds 1";
    for shard in 1..=2 {
        assert_eq!(told(folder.path(), &format!("{words} --shard {shard}/2 --out {shard}.db")).0, 0);
    }
    let (code, _, error) = told(folder.path(), "report 1.db --format csv --out 1.csv");
    assert!(
        code == 0 && error.contains("hock-schittkowski is incomplete: 8 of 16 runs are stored"),
        "{error}"
    );
    assert_eq!(told(folder.path(), "merge all.db 1.db 2.db").0, 0);
    let (_, out, error) = told(folder.path(), "report all.db");
    assert!(!out.contains("incomplete") && !error.contains("incomplete"), "{out}{error}");
}

/// By Ctrl-C, once the first run is stored.
#[test]
fn an_interrupted_study_has_an_exit_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Answers as soon as there is a file `go`, and says that it waits by another.
    let wait = "program = ['sh', '-c', 'touch waits; while ! test -e go; do sleep 0.01; done; echo 1', 'x']\nstart = [1]\n";
    std::fs::write(folder.join("wing.toml"), wait).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_compare"))
        .args(format!("{RUN} --threads 1").split(' '))
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !folder.join("waits").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    // The program says so once it has heard the signal; then the run may end.
    let mut heard = Vec::new();
    let mut error = child.stderr.take().unwrap();
    while !String::from_utf8_lossy(&heard).contains("press Ctrl-C again to abandon them") {
        let mut byte = [0];
        std::io::Read::read_exact(&mut error, &mut byte).unwrap();
        heard.push(byte[0]);
    }
    std::fs::write(folder.join("go"), "").unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut error, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(4), "{rest}");
    assert!(rest.contains("interrupted: the same command makes the 1 missing run"), "{rest}");
    assert_eq!(told(folder, RUN).0, 0);
}

#[test]
fn a_report_takes_the_form_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let suite = "run --suite hock-schittkowski --solvers patternsearch,nelder-mead --budget 5 --seeds 1 --out runs.db";
    assert_eq!(told(folder, suite).0, 0);
    for (name, begins) in [
        ("a.html", "<!doctype html>"),
        ("a.HTM", "<!doctype html>"),
        ("a.md", "# Comparison"),
        ("a.csv", "suite,problem"),
        ("a.svg", "<svg xmlns="),
        ("a.tex", "% hock-schittkowski: 8 instances"),
        // Without an ending it is a folder.
        ("a/report.html", "<!doctype html>"),
        ("a.txt --format csv", "suite,problem"),
    ] {
        let out = name.strip_suffix("/report.html").unwrap_or(name);
        assert_eq!(told(folder, &format!("report runs.db --out {out}")).0, 0);
        let text = std::fs::read_to_string(folder.join(name.split(' ').next().unwrap())).unwrap();
        assert!(text.starts_with(begins), "{name}");
    }
    for name in ["b.txt", "runs.db", "runs.db --format csv", "runs.db --format csv,svg"] {
        assert_eq!(told(folder, &format!("report runs.db --out {name}")).0, 1, "{name}");
    }
    assert!(!folder.join("b.txt").exists() && Store::read(folder.join("runs.db")).is_ok());

    let references = |text: &str| {
        std::fs::write(folder.join("f_l.json"), text).unwrap();
        let (code, _, error) = told(folder, "report runs.db --references f_l.json");
        (code, error)
    };
    let (code, error) = references(r#"{"hock-schittkowski": {"hs1": 0, "hs99": 1}, "mine": {"x": 1}}"#);
    assert!(
        code == 0
            && error.contains(
                "2 of its problems are not among the runs, first hs99 of the suite hock-schittkowski"
            ),
        "{error}"
    );
    let (code, error) = references(r#"{"mine": {"x": 1}}"#);
    assert!(code == 1 && error.contains("none of its problems is among the runs"), "{error}");
}

#[test]
fn a_reader_who_leaves_is_no_error_and_a_full_disk_is_one() {
    let list = || Command::new(env!("CARGO_BIN_EXE_compare"));
    let mut child = list().arg("list").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]));
    if let Ok(full) = File::options().write(true).open("/dev/full") {
        let output = list().arg("list").stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).starts_with("compare: standard output: "));
    }
}
