//! What stands in the file of a study is what was asked for: problems that change, files that disagree, other files.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::program::told;
use compare::Case;
use compare::study::{Row, Shard, Store, StoreError, Study, StudyError, solvers};
use search::Problem;

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path
}

const WING: &str =
    "program = ['awk', 'BEGIN { print ARGV[1] * ARGV[1] + ARGV[2] * ARGV[2] }']\nstart = [8, 9]\n";

const RUN: &str = "run --solvers patternsearch,nelder-mead --budget 5 --seeds 1 --out runs.db --problem";

#[test]
fn a_problem_that_has_changed_does_not_join() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "wing.toml", WING);
    assert_eq!(told(folder, &format!("{RUN} wing.toml")).0, 0);
    // The same words, said otherwise.
    write(folder, "wing.toml", &format!("{WING}lower = -inf\nupper = [inf, inf]\npass = 'arguments'\n"));
    assert_eq!(told(folder, &format!("{RUN} wing.toml")).0, 0);
    for (from, to) in [
        ("[8, 9]", "[8, 10]"),
        ("[8, 9]", "[8, 9, 10]"),
        ("print", "print 1 +"),
        ("start", "lower = 0\nstart"),
    ] {
        write(folder, "other/wing.toml", &WING.replace(from, to));
        let (code, _, error) = told(folder, &format!("{RUN} other/wing.toml"));
        assert!(
            code == 1 && error.contains("the problem wing of the suite own is {"),
            "{to}: {code} {error}"
        );
        let (code, _, error) = told(folder, "verify runs.db --problem other/wing.toml");
        assert!(
            code == 1 && error.contains("the problem wing of the suite own is {"),
            "{to}: {code} {error}"
        );
    }
    let (code, _, error) = told(folder, &format!("{RUN} wing.toml --problem other/wing.toml"));
    assert!(
        code == 1 && error.contains("wing.toml and other/wing.toml describe problems of one name, wing"),
        "{error}"
    );
    assert_eq!(Store::read(folder.join("runs.db")).unwrap().rows().unwrap().len(), 2);
}

#[test]
fn verify_says_what_to_pass_and_makes_as_many_runs_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "wing.toml", WING);
    assert_eq!(told(folder, &format!("{RUN} wing.toml")).0, 0);
    let (code, out, error) = told(folder, "verify runs.db");
    assert!(
        code == 1
            && out.is_empty()
            && error.contains("wing were not made again: pass its file with --problem"),
        "{error}"
    );

    let suite = "run --suite hock-schittkowski --solvers patternsearch,particle-swarm --budget 5 --seeds 3 --out hs.db";
    assert_eq!(told(folder, suite).0, 0);
    // 8 problems, once without and three times with random numbers.
    for (asked, made) in [(1, "1 run"), (17, "17 runs"), (31, "31 runs"), (32, "32 runs"), (1000, "32 runs")]
    {
        let (code, out, _) = told(folder, &format!("verify hs.db --sample {asked}"));
        assert_eq!((code, out), (0, format!("{made} made again: the same to the bit\n")));
    }
}

#[test]
fn verify_sees_every_figure_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.db");
    let study = study(vec![Case::new("bowl", bowl(1.0))]);
    let store = Mutex::new(Store::open(&path).unwrap());
    study.run(&store, |_, _| true).unwrap();
    let store = store.into_inner().unwrap();
    let rows = store.rows().unwrap();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(study.verify(&store, 1, 1).unwrap().same, 1);
    type Change = fn(&mut Row);
    let changes: [Change; 6] = [
        |row| row.value = row.value.map(f64::next_up),
        |row| row.history.values[0].0 += 1,
        |row| row.x = row.x.replace(']', ", 0.0]"),
        |row| row.counts[2] += 1,
        |row| row.ended.push('!'),
        |row| row.converged = !row.converged,
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut changed = row.clone();
        change(&mut changed);
        store.insert(&changed).unwrap();
        let verified = study.verify(&store, 1, 1).unwrap();
        assert_eq!((verified.same, verified.different.len()), (0, 1), "change {number}");
    }
    // The options of a solver, too.
    let mut manifest = store.manifest().unwrap().unwrap();
    manifest.solvers[0].1["mesh_contraction_factor"] = 0.25.into();
    let other = Store::open(":memory:").unwrap();
    other.join(manifest).unwrap();
    other.insert(row).unwrap();
    let error = study.verify(&other, 1, 1).unwrap_err();
    assert!(matches!(error, StudyError::Store(StoreError::OtherStudy { .. })), "{error}");
}

fn bowl(at: f64) -> Problem<'static> {
    Problem::new(move |x: &[f64]| (x[0] - at).powi(2), vec![8.0]).unwrap()
}

fn study(cases: Vec<Case<'static>>) -> Study {
    Study {
        suites: vec![("mine".to_owned(), cases)],
        solvers: solvers().into_iter().filter(|entry| entry.name == "patternsearch").collect(),
        seeds: vec![1],
        simplex_gradients: 20,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    }
}

#[test]
fn files_that_disagree_are_not_merged() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let failing = || Case::new("bowl", Problem::new(|_: &[f64]| f64::NAN, vec![8.0]).unwrap());
    let made = |name: &str, case: Case<'static>| {
        let store = Mutex::new(Store::open(path(name)).unwrap());
        study(vec![case]).run(&store, |_, _| true).unwrap();
    };
    made("one", Case::new("bowl", bowl(1.0)));
    made("two", Case::new("bowl", bowl(2.0)));
    made("failed", failing());
    let merge = |into: &str, from: &str| {
        let (code, _, error) = told(folder.path(), &format!("merge {into} {from}"));
        (code, error, Store::read(path(into)).unwrap().rows().unwrap())
    };
    let one = Store::read(path("one")).unwrap().rows().unwrap();
    let (code, error, rows) = merge("merged", "one two");
    assert!(
        code == 1
            && error.contains(
                "two: the database and what should join it disagree, runs: 1, the first: mine bowl"
            ),
        "{error}"
    );
    assert_eq!(rows, one);
    // What has no value gives way, and does not replace a value.
    for from in ["failed one", "one failed", "one one"] {
        let into = from.replace(' ', "-");
        let (code, error, rows) = merge(&into, from);
        assert_eq!((code, rows), (0, one.clone()), "{from}: {error}");
    }
    let (code, error, _) = merge("one", "one");
    assert!(code == 1 && error.contains("is among the files to merge"), "{error}");
    assert_eq!(told(folder.path(), "merge new one nosuch").0, 1);
    assert!(!path("new").exists(), "nothing is made before all files are there");
}

/// Reading leaves no trace, a database of somebody else is refused as it is.
#[test]
fn what_is_only_read_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "wing.toml", WING);
    assert_eq!(told(folder, &format!("{RUN} wing.toml")).0, 0);
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, files) = (std::fs::read(folder.join("runs.db")).unwrap(), names());
    // A name that would mean something in a URI.
    std::fs::rename(folder.join("runs.db"), folder.join("a?b #%41é.db")).unwrap();
    let store = Store::read(folder.join("a?b #%41é.db")).unwrap();
    assert_eq!(store.rows().unwrap().len(), 2);
    assert!(store.insert(&store.rows().unwrap()[0]).is_err());
    drop(store);
    std::fs::rename(folder.join("a?b #%41é.db"), folder.join("runs.db")).unwrap();
    for words in ["report runs.db", "verify runs.db --problem wing.toml"] {
        assert_eq!(told(folder, words).0, 0, "{words}");
    }
    assert_eq!((std::fs::read(folder.join("runs.db")).unwrap(), names()), (before, files));

    let other = folder.join("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection
        .execute_batch("CREATE TABLE runs (id INTEGER, name TEXT); INSERT INTO runs VALUES (1, 'mine');")
        .unwrap();
    drop(connection);
    write(folder, "empty.db", "");
    for name in ["other.db", "empty.db"] {
        let before = (std::fs::read(folder.join(name)).unwrap(), names());
        for words in ["report {}", "verify {}", "freeze {} --out f.json", "merge new.db {}"] {
            let (code, _, error) = told(folder, &words.replace("{}", name));
            assert!(code == 1 && error.contains("is not the file of a study"), "{words} {name}: {error}");
        }
        assert_eq!((std::fs::read(folder.join(name)).unwrap(), names()), before, "{name}");
    }
    let before = std::fs::read(&other).unwrap();
    let run = format!("{RUN} wing.toml").replace("runs.db", "other.db");
    let (code, _, error) = told(folder, &run);
    assert!(code == 1 && error.contains("is not the file of a study"), "{error}");
    assert_eq!(std::fs::read(&other).unwrap(), before);
}

/// The revision is that of the program, whatever repository the working folder lies in.
#[test]
fn a_study_goes_on_from_another_folder() {
    let folder = tempfile::tempdir().unwrap();
    let git = |words: &[&str]| Command::new("git").args(words).current_dir(folder.path()).output();
    let wing = write(folder.path(), "wing.toml", WING);
    let run = format!("{RUN} {}", wing.display());
    assert_eq!(told(folder.path(), &run).0, 0);
    let begun = Store::read(folder.path().join("runs.db")).unwrap().manifest().unwrap().unwrap();
    assert!(!begun.revision.is_empty());
    if git(&["init"]).is_ok() {
        let commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--allow-empty", "-m", "one"];
        git(&commit).unwrap();
    }
    let (code, _, error) = told(folder.path(), &run.replace("--budget 5", "--budget 5 --threads 1"));
    assert_eq!(code, 0, "{error}");
}

#[test]
fn counts_that_cannot_be_are_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "wing.toml", WING);
    for (words, expected) in [
        ("--seeds 100000000000", "expected at most 10000000, since"),
        ("--seeds 18446744073709551615", "expected at most 10000000, since"),
        // 2^53 evaluations, three for each simplex gradient.
        ("--budget 3002399751580331", "expected at most 3002399751580330, since"),
        ("--budget 6148914691236517206", "expected at most 3002399751580330, since"),
        ("--budget 18446744073709551615", "expected at most 3002399751580330, since"),
        ("--threads 1000000", "expected 1 to 1024"),
        ("--threads 0", "expected 1 to 1024"),
    ] {
        let (code, _, error) = told(folder, &format!("run --problem wing.toml --out runs.db {words}"));
        assert!(code == 1 && error.contains(expected), "{words}: {error}");
        assert!(!folder.join("runs.db").exists(), "{words}");
    }
    for (study, what) in [
        (study(vec![Case::new("bowl", bowl(1.0)), Case::new("bowl", bowl(2.0))]), "problems"),
        (Study { suites: vec![("a".into(), vec![]), ("a".into(), vec![])], ..study(vec![]) }, "suites"),
    ] {
        let error = study.run(&Mutex::new(Store::open(":memory:").unwrap()), |_, _| true).unwrap_err();
        assert!(matches!(error, StudyError::SameName { what: found, .. } if found == what), "{error}");
    }
}
