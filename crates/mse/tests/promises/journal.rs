//! Journals of fits: resumed to the same bits wherever they end, and refused where they are of another fit.

use std::path::Path;

use mse::{Error, FitJournal, FitJournalError, Modelled, Modelling, Size, Training};
use netcore::{Choice, Format, Sheet};

fn sheet(rows: usize) -> Sheet {
    let rows: String = (0..rows).map(|i| format!("{i},{},{}\n", i * 7 % 11, (i * i) % 17)).collect();
    Sheet::from_reader("t.csv", format!("a,b,y\n{rows}").as_bytes(), &Format::default()).unwrap()
}

/// Two sizes by cross-validation over two folds, then three nets for the scores and three for all rows: 4 + 3 + 3
/// searches.
fn modelling(journal: Option<FitJournal>) -> Modelling {
    let sizes = [1, 2].map(|units| Size { hidden: vec![units], penalty: 0.01 });
    Modelling {
        training: Training { nets: 3, journal, ..Training::numbers() },
        sizes: sizes.to_vec(),
        folds: 2,
        ..Modelling::of(Choice::targets(["y"]))
    }
}

fn resumed(path: &Path) -> Result<Modelled, Error> {
    modelling(Some(FitJournal::resume(path)?)).run(&sheet(20))
}

#[test]
fn a_fit_resumes_to_the_same_bits_wherever_its_journal_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fit.journal");
    let undisturbed = modelling(None).run(&sheet(20)).unwrap().model;
    let fitted = modelling(Some(FitJournal::create(&path).unwrap())).run(&sheet(20)).unwrap().model;
    assert_eq!(fitted, undisturbed);
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(whole.iter().filter(|byte| **byte == b'\n').count(), 1 + 4 + 3 + 3);

    // Within the first line, at its end, within a record, at the end of one, and at the end of all.
    let ends: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] == b'\n').map(|at| at + 1).collect();
    for length in [0, 5, ends[0], ends[3] - 7, ends[3], ends[6] + 1, whole.len() - 1, whole.len()] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(resumed(&path).unwrap().model, undisturbed, "cut at byte {length}");
        assert_eq!(std::fs::read(&path).unwrap(), whole, "cut at byte {length}");
    }
}

#[test]
fn journals_that_do_not_belong_to_the_fit_are_refused_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fit.journal");
    let first = FitJournal::create(&path).unwrap();
    let in_use = FitJournal::resume(&path).unwrap_err().to_string();
    assert!(in_use.ends_with("fit.journal: another fit is writing to it"), "{in_use}");
    modelling(Some(first)).run(&sheet(20)).unwrap();
    let whole = std::fs::read_to_string(&path).unwrap();
    let said = |error: FitJournalError| error.fault.to_string();
    let exists = said(FitJournal::create(&path).unwrap_err());
    assert!(exists.starts_with("the file already exists and is not empty"), "{exists}");

    let other = modelling(Some(FitJournal::resume(&path).unwrap())).run(&sheet(21)).unwrap_err().to_string();
    assert!(other.contains("search 1 was of other data, options or another start"), "{other}");
    let mut seeded = modelling(Some(FitJournal::resume(&path).unwrap()));
    seeded.training.seed = 1;
    assert!(matches!(seeded.run(&sheet(20)), Err(Error::Journal(_))));
    drop(seeded);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);

    let text = whole.replacen("[", "(", 1);
    std::fs::write(&path, &text).unwrap();
    let damaged = said(FitJournal::resume(&path).unwrap_err());
    assert_eq!(damaged, "line 2 is no record of a search. The file was not changed");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let table = said(FitJournal::resume(&path).unwrap_err());
    assert!(table.starts_with("its first line is `a,b`; expected `{\"journal of a fit\":2,"), "{table}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b\n1,2\n");
}
