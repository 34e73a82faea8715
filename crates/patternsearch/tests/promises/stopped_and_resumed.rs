//! Runs that are killed or interrupted, and go on to the same bits.
#![cfg(unix)]

use crate::process;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use process::{ends_with, patternsearch, rosenbrock, stdout};
use serde_json::Value;

/// A run over an objective that takes some milliseconds.
fn run(journal: &Path, more: &[&str]) -> Command {
    let objective = format!("sleep 0.002; exec {} \"$@\"", rosenbrock());
    let mut command =
        patternsearch(&["run", "--x0=-1,1", "--budget=300", "--output=json", "--flush-interval=0"]);
    command.arg("--journal").arg(journal).args(more);
    command.args(["--", "sh", "-c", &objective, "sh"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The result without what tells the time and the journal.
fn timeless(text: &str) -> Value {
    let mut result: Value = serde_json::from_str(text).unwrap();
    for key in ["seconds", "journal", "explanation"] {
        result.as_object_mut().unwrap().remove(key);
    }
    result
}

fn wait_for(bytes: u64, journal: &Path) {
    let began = Instant::now();
    while fs::metadata(journal).map_or(0, |file| file.len()) < bytes && began.elapsed().as_secs() < 60 {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn killed_runs_resume_to_the_same_bits() {
    resumes_to_the_same_bits(&[], 3);
}

#[test]
fn runs_killed_in_the_middle_of_a_batch_resume_to_the_same_bits() {
    resumes_to_the_same_bits(&["--solver=hybrid", "--batch=8", "--workers=4"], 3);
}

#[test]
fn an_asynchronous_run_that_was_killed_is_replayed_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let alone = ["--solver=hybrid", "--batch=8", "--asynchronous", "--resume"];
    let together = [&alone[..], &["--workers=4"]].concat();
    for bytes in [1_500, 3_000] {
        kill_after(bytes, &journal, &together);
    }
    let [whole, replayed] = [&together[..], &alone].map(|more| {
        let output = run(&journal, more).output().unwrap();
        // Whether the budget suffices depends on the order of arrival.
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 3)), "{output:?}");
        let mut result = timeless(&stdout(&output));
        result["counts"].as_object_mut().unwrap().remove("speculative");
        (code, result)
    });
    assert_eq!(whole, replayed);
}

/// Kills a run once its journal has so many bytes, and leaves a torn end, as a crash of the machine does.
fn kill_after(bytes: u64, journal: &Path, more: &[&str]) {
    let mut child = run(journal, more).stdout(Stdio::null()).spawn().unwrap();
    wait_for(bytes, journal);
    child.kill().unwrap();
    child.wait().unwrap();
    let length = fs::metadata(journal).unwrap().len();
    fs::OpenOptions::new().write(true).open(journal).unwrap().set_len(length - 3).unwrap();
}

/// The run ends with this code, also if it is killed after a fifth, two fifths and four fifths of its journal.
fn resumes_to_the_same_bits(more: &[&str], code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let whole_journal = folder.path().join("whole.journal");
    let whole = run(&whole_journal, more).output().unwrap();
    ends_with(code, &whole);
    let length = fs::metadata(whole_journal).unwrap().len();

    let journal = folder.path().join("killed.journal");
    for bytes in [1, 2, 4].map(|fifths| fifths * length / 5) {
        kill_after(bytes, &journal, &[more, &["--resume"]].concat());
    }
    let others: Vec<&str> = more.iter().copied().filter(|word| !word.starts_with("--workers")).collect();
    let resumed = run(&journal, &[&others[..], &["--resume", "--threads=2"]].concat()).output().unwrap();
    ends_with(code, &resumed);
    let known =
        serde_json::from_slice::<Value>(&resumed.stdout).unwrap()["journal"]["known"].as_u64().unwrap();
    assert!((50..300).contains(&known), "{known} evaluations known");
    let (mut resumed, mut whole) = (timeless(&stdout(&resumed)), timeless(&stdout(&whole)));
    for result in [&mut resumed, &mut whole] {
        result["counts"]["speculative"].take();
    }
    assert_eq!(resumed, whole);
}

fn interrupt(process: u32) {
    assert!(Command::new("kill").args(["-INT", &process.to_string()]).status().unwrap().success());
}

#[test]
fn the_first_interrupt_ends_with_the_best_point_and_code_4() {
    let folder = tempfile::tempdir().unwrap();
    let whole = run(&folder.path().join("whole.journal"), &[]).output().unwrap();
    let journal = folder.path().join("run.journal");
    let child = run(&journal, &[]).spawn().unwrap();
    wait_for(2000, &journal);
    interrupt(child.id());
    let output = child.wait_with_output().unwrap();
    ends_with(4, &output);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&result["status"], &result["counts"]["failed"]), (&"Cancelled".into(), &0.into()));
    let resumed = run(&journal, &["--resume"]).output().unwrap();
    assert_eq!(timeless(&stdout(&resumed)), timeless(&stdout(&whole)));
}

#[test]
fn the_second_interrupt_kills_the_program_and_the_third_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let [mark, waited] = ["mark", "waited"].map(|name| folder.path().join(name));
    // The first point has a value; the second takes a minute.
    let objective = format!(
        "if [ -e {0} ]; then sleep 60; touch {1}; fi; touch {0}; echo 1",
        mark.display(),
        waited.display()
    );
    let command = || {
        let _ = fs::remove_file(&mark);
        let mut command = patternsearch(&["run", "--x0=1", "--output=json", "sh", "-c", &objective]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        while !mark.exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(200));
        interrupt(child.id());
        std::thread::sleep(Duration::from_millis(100));
        interrupt(child.id());
        child
    };
    let output = command().wait_with_output().unwrap();
    ends_with(4, &output);
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&result["counts"]["evaluations"], &result["counts"]["failed"]), (&1.into(), &0.into()));
    assert!(!waited.exists(), "the evaluation was not waited for");
    // Half a second passes before the second one has its effect.
    let child = command();
    std::thread::sleep(Duration::from_millis(20));
    interrupt(child.id());
    let code = child.wait_with_output().unwrap().status.code();
    assert!(code == Some(130) || code == Some(4), "{code:?}");
}

/// A fit of about a second; it is killed wherever it is.
#[cfg(feature = "nets")]
#[test]
fn killed_fits_resume_to_the_same_net() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let rows: String = (0..1000)
        .map(|i| {
            format!(
                "{},{},{}\n",
                i % 23,
                i * 7 % 31,
                (f64::from(i % 23) / 4.0).sin() + f64::from(i * 7 % 31) / 9.0
            )
        })
        .collect();
    fs::write(file("data.csv"), format!("a,b,y\n{rows}")).unwrap();
    let fit = |net: &str, more: &[&str]| {
        let mut command = patternsearch(&["fit", "--target=y", "--increasing=b", "--out"]);
        command.arg(file(net)).args(more).arg(file("data.csv")).stdout(Stdio::null());
        command
    };
    assert!(fit("whole.json", &[]).status().unwrap().success());

    let journal = file("fit.journal");
    let recorded = ["--resume", "--journal", journal.to_str().unwrap()];
    for bytes in [60, 4000, 12000] {
        let mut child = fit("net.json", &recorded).spawn().unwrap();
        wait_for(bytes, &journal);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!file("net.json").exists());
    }
    assert!(fit("net.json", &recorded).status().unwrap().success());
    assert_eq!(
        fs::read_to_string(file("net.json")).unwrap(),
        fs::read_to_string(file("whole.json")).unwrap()
    );
}
