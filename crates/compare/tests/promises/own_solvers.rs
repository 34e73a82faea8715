//! A user's own solver in a study: a program described in a file of a few lines.
#![cfg(unix)]

use std::path::Path;

use compare::study::Store;

use crate::program::told;

/// Asks for fixed points in units of the start, whose largest coordinate is 9: one outside the bounds, and the minimum.
const SCRIPT: &str = r#"
read -r header
for x in '0.9, 0.1' '0.3333333333333333, -0.1' '0.3333333333333333, 0'; do
    echo "{\"x\": [$x]}"
    read -r answer
done
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("script.sh", SCRIPT);
    write("script.toml", "program = ['sh', 'script.sh']\nversion = '1'\n");
    write(
        "corner.toml",
        "program = ['awk', 'BEGIN { a = ARGV[1] - 3; b = ARGV[2] + 1; print a * a + b * b }']\n\
         start = [8, 9]\nlower = [-inf, 0]\nupper = 20\n",
    );
    folder
}

#[track_caller]
fn done(folder: &Path, words: &str) -> String {
    let (code, out, errors) = told(folder, words);
    assert_eq!(code, 0, "{words}: {errors}");
    out + &errors
}

#[test]
fn a_program_joins_by_a_file_and_its_runs_can_be_verified() {
    let folder = folder();
    let folder = folder.path();
    done(
        folder,
        "run --problem corner.toml --solvers patternsearch,script.toml --budget 40 --seeds 2 --out runs.db",
    );
    let verified = done(folder, "verify runs.db --problem corner.toml --solvers script.toml");
    assert!(verified.starts_with("2 runs made again: the same to the bit"), "{verified}");
    let csv = done(folder, "report runs.db --format csv");
    let script = csv.lines().find(|line| line.contains(",script,")).unwrap();
    let cells: Vec<&str> = script.split(',').collect();
    // (3, 0) is the minimum within the bounds.
    assert!((cells[6].parse::<f64>().unwrap() - 1.0).abs() < 1e-6, "{script}");

    let store = Store::read(folder.join("runs.db")).unwrap();
    let rows = store.rows().unwrap();
    let row = rows.iter().find(|row| row.history.solver == "script").unwrap();
    // Points below 0 are refused: they cost evaluations, are told, and never count.
    assert!(row.ended.contains("1 of its points were outside the bounds"), "{}", row.ended);
    assert_eq!((row.counts, row.history.values.len()), ([4, 0, 1], 3));
    let (_, settings) =
        store.manifest().unwrap().unwrap().solvers.into_iter().find(|(name, _)| name == "script").unwrap();
    assert_eq!((&settings["program"][1], &settings["version"]), (&"script.sh".into(), &"1".into()));
}

#[test]
fn another_version_is_another_solver() {
    let folder = folder();
    let folder = folder.path();
    let run = "run --problem corner.toml --solvers script.toml --budget 5 --seeds 1 --out runs.db";
    done(folder, run);
    std::fs::write(folder.join("script.toml"), "program = ['sh', 'script.sh']\nversion = '2'\n").unwrap();
    let (code, _, errors) = told(folder, run);
    assert!(code == 1 && errors.contains("the options of script"), "{errors}");
    let (code, _, errors) = told(folder, "verify runs.db --problem corner.toml --solvers script.toml");
    assert!(code == 1 && errors.contains("the options of script"), "{errors}");
    let (code, _, errors) = told(folder, "verify runs.db --problem corner.toml");
    assert!(code == 1 && errors.contains("pass its file with --solvers FILE.toml"), "{errors}");
}

#[test]
fn a_program_that_fails_is_a_run_with_a_reason_and_not_the_end_of_the_study() {
    let folder = folder();
    let folder = folder.path();
    let crash = r#"read h; echo '{"x": [0.9, 0.9]}'; read a; echo 'no memory left' >&2; exit 7"#;
    std::fs::write(folder.join("crash.toml"), format!("program = ['sh', '-c', '''{crash}''']\n")).unwrap();
    std::fs::write(folder.join("gone.toml"), "program = './gone'\n").unwrap();
    let run = "run --problem corner.toml --solvers crash.toml,gone.toml,patternsearch --budget 20 --seeds 1 --out runs.db";
    let (code, _, errors) = told(folder, run);
    // The one that has not begun has no value, and is made again once it can begin.
    assert!(code == 6 && errors.contains("./gone cannot be started"), "{code} {errors}");
    let rows = Store::read(folder.join("runs.db")).unwrap().rows().unwrap();
    let row = |name: &str| rows.iter().find(|row| row.history.solver == name).unwrap();
    assert!(row("crash").ended.contains("exit status: 7") && row("crash").ended.contains("no memory left"));
    assert!(row("crash").value.is_some() && row("patternsearch").value.is_some());
    std::fs::write(folder.join("gone"), "#!/bin/sh\nexec sh script.sh\n").unwrap();
    std::process::Command::new("chmod").args(["+x", "gone"]).current_dir(folder).status().unwrap();
    let told = done(folder, run);
    assert!(told.contains("1 run made"), "{told}");
}

#[test]
fn a_file_that_describes_no_solver_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = |text: &str| {
        std::fs::write(folder.path().join("s.toml"), text).unwrap();
        let (code, _, errors) = told(folder.path(), "run --suite corners --solvers s.toml --out runs.db");
        assert!(code == 1 && errors.contains("s.toml: "), "{code} {errors}");
        errors
    };
    assert!(told("version = '1'").contains("missing field `program`"));
    assert!(told("program = ''").contains("`program`: is empty; expected the name of an executable"));
    assert!(told("program = 'a'\ntake = ['linear']").contains("unknown field `take`, expected one of"));
    assert!(
        told("program = 'a'\ntakes = ['rows']").contains("unknown variant `rows`, expected one of `linear`")
    );
    assert!(
        told("program = 'a'\ntimeout = 0").contains("`timeout`: is 0; expected a number of seconds above 0")
    );
    assert!(told("program = 'a'\nname = 'hybrid'").contains("not the name of a solver of this program"));
    let (code, _, errors) =
        crate::program::told(folder.path(), "run --suite corners --solvers gone --out runs.db");
    assert!(code == 1 && errors.contains("FILE.toml of your own"), "{errors}");
}
