//! Studies through the program: killed and resumed, in shards, verified.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use compare::study::{Entry, Row, Shard, Store, Study, ablation, solvers};
use compare::suites::{self, Kind};
use compare::{Case, Plan, Record};
use search::{Budget, ConstraintCount, LinearConstraints, Problem};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_compare"));
    command.args(arguments);
    command
}

fn study(out: &Path, shard: &str) -> Command {
    let mut command = program(&["run", "--suite", "hock-schittkowski,more-wild-noise"]);
    command.args([
        "--solvers",
        "patternsearch,nelder-mead,simulated-annealing",
        "--budget",
        "20",
        "--seeds",
        "2",
    ]);
    command.args(["--threads", "2", "--shard", shard, "--out"]).arg(out);
    command
}

fn succeed(mut command: Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// All that does not depend on how fast the machine was.
fn content(path: &Path) -> Vec<Row> {
    let rows = Store::open(path).unwrap().rows().unwrap();
    rows.into_iter().map(|row| Row { seconds: 0.0, overhead: None, times: Vec::new(), ..row }).collect()
}

#[test]
fn a_study_killed_at_random_and_resumed_holds_what_an_undisturbed_one_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole.db"), folder.path().join("killed.db"));
    succeed(study(&whole, "1/1"));
    let undisturbed = content(&whole);
    // 8 and 53 problems; noise depends on the seed, and so does annealing.
    assert_eq!(undisturbed.len(), 8 * (1 + 1 + 2) + 53 * 3 * 2);
    for round in 0..6 {
        let mut child = study(&killed, "1/1").stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(5 + 17 * round));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let before = content(&killed).len();
    succeed(study(&killed, "1/1"));
    assert_eq!(content(&killed), undisturbed, "{before} runs were stored before the last start");
}

#[test]
fn shards_are_merged_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    succeed(study(&path("whole"), "1/1"));
    let mut merge = program(&["merge"]);
    merge.arg(path("merged"));
    for shard in ["1/3", "2/3", "3/3"] {
        let name = shard.replace('/', "-");
        succeed(study(&path(&name), shard));
        merge.arg(path(&name));
    }
    succeed(merge);
    assert_eq!(content(&path("merged")), content(&path("whole")));
    let report = succeed({
        let mut report = program(&["report"]);
        report.arg(path("merged"));
        report
    });
    for told in ["## more-wild-noise", "## hock-schittkowski", "| nelder-mead", "area [95 %]"] {
        assert!(report.contains(told), "{told} in\n{report}");
    }

    let verify = || {
        let mut verify = program(&["verify", "--sample", "40"]);
        verify.arg(path("merged"));
        verify
    };
    assert!(succeed(verify()).starts_with("40 runs made again: the same to the bit"));
    // A run that says something else is found.
    let store = Store::open(path("merged")).unwrap();
    for row in store.rows().unwrap() {
        store.insert(&Row { value: row.value.map(f64::next_up), ..row }).unwrap();
    }
    let output = verify().output().unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("not the same in 40 runs: "), "{told}");
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("runs.db");
    let told = |arguments: &[&str]| {
        let output = program(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let path = out.to_str().unwrap();
    assert!(told(&["report", path]).contains("does not exist; `compare run"));
    let unknown = told(&["run", "--suite", "more", "--out", path]);
    assert!(unknown.contains("no suite is named more; expected one of: more-wild, "), "{unknown}");
    let unknown = told(&["run", "--suite", "more-wild", "--solvers", "x", "--out", path]);
    assert!(
        unknown.contains("no solver is named x; expected one of: all, ablation, patternsearch, "),
        "{unknown}"
    );
    assert!(told(&["run", "--suite", "more-wild", "--shard", "3/2", "--out", path]).contains("1 <= k <= n"));
    assert!(told(&["run", "--suite", "more-wild", "--budget", "0", "--out", path]).contains("--budget"));
    std::fs::write(&out, "no database, but long enough to be taken for one: ".repeat(40)).unwrap();
    assert!(told(&["report", path]).contains("not a database"));

    let other = folder.path().join("other.db");
    succeed(study(&other, "1/100"));
    let other = other.to_str().unwrap();
    let another =
        told(&["run", "--suite", "more-wild", "--solvers", "nelder-mead", "--budget", "30", "--out", other]);
    assert!(another.contains("the budget is 20 in the database and 30 in what should join it"), "{another}");
}

/// What Slurm does, without it: the variables of each task of an array.
#[cfg(unix)]
#[test]
fn the_script_for_slurm_makes_the_shards_of_a_study() {
    let folder = tempfile::tempdir().unwrap();
    let compare = Path::new(env!("CARGO_BIN_EXE_compare"));
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let paths = [compare.parent().unwrap().to_owned()].into_iter().chain(std::env::split_paths(&paths));
    let paths = std::env::join_paths(paths).unwrap();
    let mut merge = program(&["merge", "runs.db"]);
    for task in ["1", "2", "3"] {
        let mut script = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/slurm.sh"));
        script.args(["--suite", "hock-schittkowski", "--solvers", "patternsearch,nelder-mead"]);
        script.args(["--budget", "20", "--seeds", "1"]);
        script.env("PATH", &paths).env("SLURM_ARRAY_TASK_ID", task).env("SLURM_ARRAY_TASK_COUNT", "3");
        script.env_remove("SLURM_CPUS_PER_TASK").current_dir(folder.path());
        succeed(script);
        merge.arg(format!("runs-{task}.db"));
    }
    merge.current_dir(folder.path());
    succeed(merge);
    assert_eq!(content(&folder.path().join("runs.db")).len(), 8 * 2);
}

/// Problems without constraints are put in units of their start; one with constraints, which are in its own
/// units, is not.
#[test]
fn a_study_keeps_constrained_problems_in_their_own_units() {
    // The nearest point to (30, 40) with x + y <= 10 from (100, 0): the constraint holds with equality at (0, 10).
    let f = |x: &[f64]| (x[0] - 30.0).powi(2) + (x[1] - 40.0).powi(2);
    let start = || Problem::new(f, vec![100.0, -200.0]).unwrap();
    let linear = LinearConstraints::at_most(vec![vec![1.0, 1.0]], vec![10.0]).unwrap();
    // And in the disc of radius 5 it is (3, 4).
    let disc = |x: &[f64]| ([x[0] * x[0] + x[1] * x[1] - 25.0], []);
    let cases = vec![
        Case::new("free", start()),
        Case::new("linear", start().subject_to(linear).unwrap()),
        Case::new("nonlinear", start().constrained(ConstraintCount::new(1, 0), disc)),
    ];
    let study = Study {
        suites: vec![("own".to_owned(), cases)],
        solvers: solvers().into_iter().filter(|entry| entry.name == "patternsearch").collect(),
        seeds: vec![1],
        simplex_gradients: 1_000,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    };
    let store = Mutex::new(Store::open(":memory:").unwrap());
    study.run(&store, |_, _| true).unwrap();
    let rows = store.into_inner().unwrap().rows().unwrap();
    let points: Vec<Vec<f64>> = rows.iter().map(|row| serde_json::from_str(&row.x).unwrap()).collect();
    let near = |x: &[f64], y: [f64; 2]| (x[0] - y[0]).abs() < 1e-2 && (x[1] - y[1]).abs() < 1e-2;
    // In units of 200.
    assert!(near(&points[0], [30.0 / 200.0, 40.0 / 200.0]), "{points:?}");
    assert!(near(&points[1], [0.0, 10.0]) && near(&points[2], [3.0, 4.0]), "{points:?}");
}

/// Steps that rounding had put beyond a bound once kept the search turning without an evaluation.
#[test]
fn models_within_bounds_spend_their_budget() {
    let cases = compare::suites::more_wild_bounded(compare::suites::Kind::Smooth)
        .into_iter()
        .filter(|case| case.name() == "mw5-bounded")
        .collect();
    let solvers = solvers().into_iter().filter(|entry| entry.name == "hybrid-restarts").collect();
    let study = Study {
        suites: vec![("linear".to_owned(), cases)],
        solvers,
        seeds: vec![1, 2, 3],
        simplex_gradients: 100,
        threads: 2,
        shard: Shard { number: 1, of: 1 },
    };
    let folder = tempfile::tempdir().unwrap();
    let store = Mutex::new(Store::open(folder.path().join("runs.db")).unwrap());
    assert_eq!(study.run(&store, |_, _| true).unwrap().runs, 3);
    let rows = store.into_inner().unwrap().rows().unwrap();
    assert!(rows.iter().all(|row| row.counts[0] == 800), "{rows:?}");
}

/// A run for each seed of a solver without random numbers would be one run several times.
#[test]
fn a_seed_changes_the_runs_of_those_that_take_one() {
    let cases = suites::more_wild(Kind::Smooth);
    let histories = |entry: Entry, seed| {
        let solver = entry.minimizer().unwrap().with_seed(seed)?;
        let plan = Plan { budget: Budget::evaluations(600), seeds: vec![seed], threads: 1 };
        let comparison = compare::compare(&cases[3..9], &[solver], &plan).unwrap();
        let values =
            |record: &Record| record.improvements.iter().map(|new| new.value.to_bits()).collect::<Vec<_>>();
        Some(comparison.records().iter().map(values).collect::<Vec<_>>())
    };
    let mut seeded = Vec::new();
    for (one, two) in solvers().into_iter().chain(ablation()).zip(solvers().into_iter().chain(ablation())) {
        let name = one.name.clone();
        if let (Some(first), Some(second)) = (histories(one, 1), histories(two, 2)) {
            assert_ne!(first, second, "{name}");
            seeded.push(name);
        }
    }
    let has = |name: &str| seeded.iter().any(|seeded| seeded == name);
    assert!(has("particle-swarm") && !has("hybrid"), "{seeded:?}");
}

/// What stands in a list stands alone in a report.
#[test]
fn no_description_leans_on_another() {
    let entries = solvers().into_iter().chain(ablation()).map(|entry| (entry.name, entry.what));
    let described: Vec<_> = entries
        .chain(suites::suites().into_iter().map(|suite| (suite.name.to_owned(), suite.what.to_owned())))
        .collect();
    for (name, what) in &described {
        assert!(
            ["the same", "these", "those"].iter().all(|pointer| !what.contains(pointer)),
            "{name}: {what}"
        );
    }
    for first in 0..described.len() {
        assert!(
            described[first + 1..].iter().all(|(name, _)| *name != described[first].0),
            "{}",
            described[first].0
        );
    }
}
