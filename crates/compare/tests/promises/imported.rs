//! Histories from CSV files in a study: what counts, where they come from, and errors with row and column.
#![cfg(unix)]

use std::path::Path;

use compare::study::{Row, Store};
use compare::suites::suites;

use crate::program::told;

const IMPORT: &str = "import h.csv --suite mine --provenance NOMAD-4.6-on-a-laptop --budget 3 --out runs.db";

fn folder(csv: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("h.csv"), csv).unwrap();
    folder
}

fn rows(folder: &Path) -> Vec<Row> {
    Store::read(folder.join("runs.db")).unwrap().rows().unwrap()
}

#[test]
fn a_history_is_its_least_values_that_violate_nothing_within_the_budget() {
    let folder = folder(
        "problem,solver,seed,evaluation,value,violation,n\n\
         p,theirs,1,1,9,0,2\n\
         p,other,1,1,9,0,2\n\
         p,theirs,1,2,4,1e-3,2\n\
         p,theirs,1,3,,0,2\n\
         p,theirs,1,4,6,1e-6,2\n\
         p,theirs,1,6,7,0,2\n\
         p,theirs,1,8,5,0,2\n\
         p,theirs,1,10,1,0,2\n",
    );
    let folder = folder.path();
    let (code, _, errors) = told(folder, IMPORT);
    assert!(code == 0 && errors.contains("2 new runs") && errors.contains("1 evaluation beyond"), "{errors}");
    let all = rows(folder);
    let row = all.iter().find(|row| row.history.solver == "theirs").unwrap();
    assert_eq!(row.history.values, [(1, 9.0), (4, 6.0), (8, 5.0)]);
    assert_eq!((row.history.dimension, row.value, row.counts), (2, Some(5.0), [8, 0, 1]));
    assert_eq!(row.ended, "imported: NOMAD-4.6-on-a-laptop");
    let manifest = Store::read(folder.join("runs.db")).unwrap().manifest().unwrap().unwrap();
    let settings = &manifest.solvers.iter().find(|(name, _)| name == "theirs").unwrap().1;
    assert_eq!(settings["imported"]["provenance"], "NOMAD-4.6-on-a-laptop");

    // Again: the same runs. With other values, or from elsewhere: refused.
    let (code, _, errors) = told(folder, IMPORT);
    assert!(code == 0 && errors.contains("0 new runs"), "{errors}");
    let (code, _, errors) = told(folder, &IMPORT.replace("laptop", "server"));
    assert!(code == 1 && errors.contains("the options of"), "{errors}");
    std::fs::write(folder.join("h.csv"), "problem,solver,seed,evaluation,value,n\np,theirs,1,1,8,2\n")
        .unwrap();
    let (code, _, errors) = told(folder, IMPORT);
    assert!(code == 1 && errors.contains("disagree") && errors.contains("mine p theirs seed 1"), "{errors}");
    assert_eq!(rows(folder), all);
}

#[test]
fn imported_runs_stand_beside_runs_made_here() {
    let suite = suites().into_iter().find(|suite| suite.name == "hock-schittkowski").unwrap();
    let cases = (suite.cases)();
    let mut csv = "evaluation,problem,solver,seed,value\n".to_owned();
    for case in &cases {
        let problem = case.problem(1).unwrap();
        // As in runs made here: the start of hs2 is outside its bounds.
        let mut start = problem.start().to_vec();
        problem.bounds().project(&mut start);
        let start = problem.objective().value(&start).unwrap();
        csv += &format!("1,{0},theirs,1,{start}\n2,{0},theirs,1,{1}\n", case.name(), case.optimum().unwrap());
    }
    let folder = folder(&csv);
    let folder = folder.path();
    let done = |words: &str| {
        let (code, out, errors) = told(folder, words);
        assert_eq!(code, 0, "{words}: {errors}");
        out + &errors
    };
    done("run --suite hock-schittkowski --solvers patternsearch --budget 30 --seeds 1 --out runs.db");
    done("import h.csv --suite hock-schittkowski --provenance a-paper --budget 30 --out runs.db");
    let report = done("report runs.db --format csv");
    let theirs: Vec<&str> = report.lines().filter(|line| line.contains(",theirs,")).collect();
    assert_eq!(theirs.len(), cases.len());
    // Solved to each tolerance by the second evaluation.
    assert!(theirs.iter().all(|line| line.ends_with(",2,2,2,2,,,,,,,,,false")), "{theirs:?}");
    let verified = done("verify runs.db --sample 100");
    assert!(verified.contains("8 runs made again: the same to the bit"), "{verified}");
    assert!(verified.contains("runs of theirs were imported, and cannot be made again"), "{verified}");
}

#[test]
fn what_is_wrong_is_told_with_its_row_and_column() {
    let says = |csv: &str, suite: &str, says: &str| {
        let folder = folder(csv);
        let (code, _, errors) = told(folder.path(), &IMPORT.replace("mine", suite));
        assert!(code == 1 && errors.contains(says), "{csv:?}: {errors}");
        assert!(!folder.path().join("runs.db").exists() || rows(folder.path()).is_empty());
    };
    let names = "problem,solver,seed,evaluation,value,violation,n\n";
    let row = |cells: &str| format!("{names}p,s,1,1,5,0,2\n{cells}\n");
    let wrong = |cells: &str, expected: &str| says(&row(cells), "mine", expected);
    wrong("p,s,1,2,five,0,2", "h.csv, row 3, column value: is `five`; expected a number");
    wrong("p,s,-1,2,5,0,2", "row 3, column seed: is `-1`; expected a whole number, at least 0");
    wrong("p,s,1,0,5,0,2", "row 3, column evaluation: is `0`; expected a whole number, at least 1");
    wrong("p,s,1,-1,,0,2", "row 3, column evaluation: is `-1`; expected a whole number, at least 0");
    wrong("p,s,1,1,5,0,2", "row 3, column evaluation: is `1`; expected more than 1");
    wrong("p,s,1,2,5,-1,2", "row 3, column violation: is `-1`; expected a number, at least 0");
    wrong("q,s,1,2,5,0,two", "row 3, column n: is `two`; expected a whole number, at least 1");
    wrong(",s,1,2,5,0,2", "row 3, column problem: is ``; expected at least one character");
    wrong("p,s,1,2,5", "h.csv: CSV error");
    says(
        "problem,solver,seed,evaluation,f\n",
        "mine",
        "row 1: there is a column `f`; expected problem, solver",
    );
    says("problem,solver,seed,evaluation\n", "mine", "row 1: there is no column value");
    says("problem,problem,seed,evaluation\n", "mine", "row 1: there are two columns problem");
    let timed = "problem,solver,seed,evaluation,value,n,seconds\np,s,1,1,5,2,-1\n";
    says(timed, "mine", "row 2, column seconds: is `-1`; expected a number, at least 0, or nothing");
    let of_another = "suite,problem,solver,seed,evaluation,value,n\nother,p,s,1,1,5,2\n";
    says(of_another, "mine", "h.csv: no row is of the suite mine");
    let bare = "problem,solver,seed,evaluation,value\n";
    says(&format!("{bare}p,s,1,1,5\n"), "mine", "there is no column n, and mine is no suite");
    let known =
        |cells: &str, expected: &str| says(&format!("{bare}{cells}\n"), "hock-schittkowski", expected);
    known("p,s,1,1,5", "row 2, column problem: is `p`; expected a problem of the suite hock-schittkowski");
    known("hs1,s,1,1,5", "row 2, column value: is `5`; expected 909 in evaluation 1");
    let outside = "is `909`; expected 634 in evaluation 1, which is at the start of hs2, within its bounds";
    known("hs2,s,1,1,909", outside);
    let (_, _, errors) = told(folder(bare).path(), &IMPORT.replace("NOMAD-4.6-on-a-laptop", ""));
    assert!(errors.contains("the provenance is empty"), "{errors}");
}
