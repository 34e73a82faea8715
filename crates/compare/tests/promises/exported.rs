//! Histories as CSV and Parquet: read back, they are the same results.
#![cfg(unix)]

use std::path::Path;
use std::sync::Mutex;

use compare::Case;
use compare::study::{Ending, Entry, Row, Shard, Store, Study};
use search::{ConstraintCount, HybridOptions, HybridSearch, Problem};

use crate::program::told;

/// In the order in which a study has them, so that reports have the same order.
const SUITES: [&str; 5] =
    ["more-wild-noise", "hock-schittkowski", "engineering", "linear-rows", "mixed-integer"];

fn done(folder: &Path, words: &str) -> String {
    let (code, out, errors) = told(folder, words);
    assert_eq!(code, 0, "{words}: {errors}");
    out
}

/// A study with random runs, runs that are refused, constraints and noise.
fn study(folder: &Path) {
    let suites = SUITES.join(",");
    let run = format!(
        "run --suite {suites} --solvers patternsearch,nelder-mead,simulated-annealing --budget 15 --seeds 2 --out runs.db"
    );
    done(folder, &run);
}

fn rows(folder: &Path, file: &str) -> Vec<Row> {
    Store::read(folder.join(file)).unwrap().rows().unwrap()
}

#[test]
fn histories_written_and_imported_are_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    done(folder, "export runs.db --out histories.csv");
    for suite in SUITES {
        done(
            folder,
            &format!("import histories.csv --suite {suite} --provenance exported --budget 15 --out again.db"),
        );
    }
    let (first, again) = (rows(folder, "runs.db"), rows(folder, "again.db"));
    assert_eq!(first.len(), again.len());
    for (first, again) in first.iter().zip(&again) {
        assert_eq!((&first.suite, &first.history), (&again.suite, &again.history));
        assert_eq!((&first.times, first.counts[0]), (&again.times, again.counts[0]), "{}", first.name());
        assert_eq!(
            (&first.violations, &first.rounds),
            (&again.violations, &again.rounds),
            "{}",
            first.name()
        );
        let values = first.history.values.len();
        assert_eq!((first.times.len(), first.violations.len()), (values, values));
        assert!(first.times.is_sorted());
        assert_eq!(first.ending() == Ending::Refused, again.ending() == Ending::Refused, "{}", first.name());
    }
    assert!(first.iter().any(|row| row.ending() == Ending::Refused));
    // Every figure is computed from these rows, in which refusals stand too.
    let reports = ["runs.db", "again.db"].map(|file| done(folder, &format!("report {file} --format csv")));
    assert!(reports[0] == reports[1] && reports[0].contains(",true\n"));
    // Written again they are the same file.
    done(folder, "export again.db --out again.csv");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap();
    assert!(read("again.csv") == read("histories.csv"));
}

/// `x + y` is least at -sqrt(2) within `x² + y² <= 1`.
#[test]
fn a_run_knows_the_violation_of_its_best_points_and_their_rounds() {
    let values = |x: &[f64]| (x[0] + x[1], [x[0] * x[0] + x[1] * x[1] - 1.0], []);
    let disc = Problem::simulated(values, ConstraintCount::new(1, 0), vec![0.5, 0.5]).unwrap();
    let solver = |batch: u64| {
        Entry::new(format!("batch-{batch}"), "", move || {
            Ok(Box::new(HybridSearch::new(HybridOptions { batch, ..HybridOptions::default() })?))
        })
    };
    let study = Study {
        suites: vec![("mine".to_owned(), vec![Case::new("disc", disc)])],
        solvers: vec![solver(1), solver(4)],
        seeds: vec![1],
        simplex_gradients: 50,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    };
    let store = Mutex::new(Store::open(":memory:").unwrap());
    study.run(&store, |_, _| true).unwrap();
    let rows = store.into_inner().unwrap().rows().unwrap();
    let [one, four] = rows.as_slice() else { panic!("two runs") };
    for row in [one, four] {
        assert_eq!(row.violations.len(), row.history.values.len());
        assert!(row.violations.iter().all(|violation| (0.0..=1e-6).contains(violation)), "{row:?}");
        // At the best point: the value and the violation are those of the point.
        let x: Vec<f64> = serde_json::from_str(&row.x).unwrap();
        let (f, c, _) = values(&x);
        assert_eq!(row.history.values.last().unwrap().1, f);
        assert_eq!(*row.violations.last().unwrap(), c[0].max(0.0));
    }
    // Each evaluation is a round of its own, or up to four are one.
    let evaluations = |row: &Row| -> Vec<u64> {
        row.history.values.iter().map(|(evaluation, _)| *evaluation).chain([row.counts[0]]).collect()
    };
    assert_eq!(one.rounds, evaluations(one));
    assert!(four.rounds.is_sorted() && four.rounds[0] == 1);
    for (round, evaluation) in four.rounds.iter().zip(evaluations(four)) {
        assert!(*round <= evaluation && evaluation <= 4 * round, "{round} {evaluation}");
    }
    assert!(2 * four.rounds.last().unwrap() < four.counts[0], "{:?} {:?}", four.rounds, four.counts);
}

#[test]
fn a_history_has_a_row_for_each_new_best_value_and_one_for_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let csv = "problem,solver,seed,evaluation,value,n,seconds,violation,round\n\
               p,s,7,1,9,2,0.5,0,1\np,s,7,2,9.5,2,0.75,0,2\np,s,7,3,1e-300,2,1,5e-7,2\np,s,7,5,4,2,2,0,3\n\
               p,unknown,7,1,9,2,1,0,1\np,unknown,7,2,8,2,2,,\n\
               p,failing,7,2,,2,,,\np,refusing,7,0,,2,,,\n";
    std::fs::write(folder.join("h.csv"), csv).unwrap();
    done(folder, "import h.csv --suite mine --provenance a-paper --out runs.db");
    done(folder, "export runs.db --out out.csv");
    // The last row has the violation of the best point and the round of the last evaluation.
    let expected = "suite,problem,solver,seed,n,evaluation,value,seconds,violation,round\n\
                    mine,p,failing,7,2,2,,,,\n\
                    mine,p,refusing,7,2,0,,,,\n\
                    mine,p,s,7,2,1,9.0,0.5,0.0,1\n\
                    mine,p,s,7,2,3,1e-300,1.0,5e-7,2\n\
                    mine,p,s,7,2,5,1e-300,2.0,5e-7,3\n\
                    mine,p,unknown,7,2,1,9.0,1.0,,\n\
                    mine,p,unknown,7,2,2,8.0,2.0,,\n";
    assert_eq!(std::fs::read_to_string(folder.join("out.csv")).unwrap(), expected);
    let of = |name: &str| rows(folder, "runs.db").into_iter().find(|row| row.history.solver == name).unwrap();
    assert_eq!([of("failing").ending(), of("refusing").ending()], [Ending::NoValue, Ending::Refused]);
    for (out, expected) in
        [("out.json", "expected the ending .csv or .parquet"), ("runs.db", "another output file")]
    {
        let (code, _, errors) = told(folder, &format!("export runs.db --out {out}"));
        assert!(code == 1 && errors.contains(expected), "{errors}");
    }
}

#[test]
fn a_file_of_an_older_version_has_values_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(folder, "run --suite hock-schittkowski --solvers patternsearch --budget 5 --seeds 1 --out runs.db");
    let before = rows(folder, "runs.db");
    let connection = rusqlite::Connection::open(folder.join("runs.db")).unwrap();
    for column in ["times", "violations", "rounds"] {
        connection.execute_batch(&format!("ALTER TABLE runs DROP COLUMN {column}")).unwrap();
    }
    drop(connection);
    let without = |row: &Row| {
        let (times, violations, rounds) = Default::default();
        Row { times, violations, rounds, ..row.clone() }
    };
    assert_eq!(rows(folder, "runs.db"), before.iter().map(without).collect::<Vec<_>>());
    // Runs can be added to it.
    let added = done(
        folder,
        "run --suite hock-schittkowski --solvers nelder-mead --budget 5 --seeds 1 --out runs.db",
    );
    assert!(added.is_empty() && rows(folder, "runs.db").len() == 2 * before.len());
    // It holds the same runs as a file that knows more.
    let older = without(&before[0]);
    assert!(older.agrees_with(&before[0]) && before[0].agrees_with(&older));
    let other = Row { rounds: vec![7; before[0].rounds.len()], ..before[0].clone() };
    assert!(!other.agrees_with(&before[0]) && other.agrees_with(&older));
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_cells_of_the_csv() {
    use parquet::file::reader::SerializedFileReader;
    use parquet::record::Field;

    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    study(folder);
    done(folder, "export runs.db --out histories.csv");
    done(folder, "export runs.db --out histories.parquet");
    let file = std::fs::File::open(folder.join("histories.parquet")).unwrap();
    let cell = |field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::ULong(count) => count.to_string(),
        Field::Double(number) => format!("{number:?}"),
        other => panic!("{other:?}"),
    };
    let of_row = |row: parquet::record::Row| {
        row.get_column_iter().map(|(_, field)| cell(field)).collect::<Vec<_>>().join(",")
    };
    let read: Vec<String> =
        SerializedFileReader::new(file).unwrap().into_iter().map(|row| of_row(row.unwrap())).collect();
    let csv = std::fs::read_to_string(folder.join("histories.csv")).unwrap();
    assert!(read.len() > 1000);
    assert_eq!(read, csv.lines().skip(1).collect::<Vec<_>>());
}
