//! Real processes killed at random moments, their journals torn at random bytes, and resumed: the result is
//! that of the process nobody disturbed.
#![cfg(unix)]

use crate::example;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use example::{example, text, timeless};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A seed that changes from week to week, printed when a test fails.
fn seed_of_the_week() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = now.as_secs() / (7 * 24 * 3600);
    println!("seed of the week: {seed}");
    seed
}

/// The recipe on wine, converged: long enough to be killed in the middle. Its journal is flushed often, so that a kill finds
/// something in it.
fn command(journal: &Path, net: &Path, threads: &str) -> Command {
    let mut command = Command::new(example("iris_patternsearch"));
    command.args(["--dataset", "wine", "--hidden", "6", "--max-iter", "5000", "--flush-interval", "0.002"]);
    command.args(["--threads", threads]);
    command.arg("--journal").arg(journal).arg("--save").arg(net);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn fifty_kills_and_torn_journals_change_nothing() {
    const KILLS: usize = 50;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed_of_the_week());
    let folder = tempfile::tempdir().unwrap();
    let (journal, net) = (folder.path().join("run.journal"), folder.path().join("net.json"));
    let began = Instant::now();
    let undisturbed = command(&journal, &net, "1").output().unwrap();
    let whole = began.elapsed();
    assert!(undisturbed.status.success(), "{}", text(&undisturbed.stderr));
    let weights = fs::read(&net).unwrap();

    let (mut kills, mut resumed, mut torn) = (0, 0, 0);
    while kills < KILLS {
        let _ = fs::remove_file(&journal);
        let _ = fs::remove_file(&net);
        // One to three kills, then a run to the end.
        for _ in 0..random.random_range(1..=3) {
            let mut command = command(&journal, &net, "1");
            // A pipe that nobody reads would stop it.
            let mut child = command.arg("--resume").stdout(Stdio::null()).spawn().unwrap();
            std::thread::sleep(whole.mul_f64(random.random_range(0.0..0.8)));
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            if random.random_range(0..2) == 0
                && let Ok(file) = fs::OpenOptions::new().write(true).open(&journal)
            {
                let length = file.metadata().unwrap().len();
                file.set_len(random.random_range(0..=length)).unwrap();
                torn += 1;
            }
        }
        let _ = fs::remove_file(&net);
        let threads = if random.random_range(0..4) == 0 { "2" } else { "1" };
        let output = command(&journal, &net, threads).arg("--resume").output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(fs::read(&net).unwrap(), weights, "x to the bit, after {kills} kills");
        assert_eq!(timeless(&output), timeless(&undisturbed), "trace, counts and value, after {kills} kills");
        resumed += usize::from(text(&output.stdout).contains("Resumed from"));
    }
    println!("{kills} kills, {torn} journals torn, {resumed} runs found something to resume");
    assert!(resumed > 0 && torn > 0, "the kills came too early or too late to mean anything");
}

#[test]
fn the_first_interrupt_ends_with_a_summary_and_a_journal_that_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, net) = (folder.path().join("run.journal"), folder.path().join("net.json"));
    // Digits: an evaluation takes long enough to be interrupted.
    let run = |resume: bool| {
        let mut command = Command::new(example("iris_patternsearch"));
        command.args(["--dataset", "digits", "--hidden", "8", "--max-iter", "100", "--flush-interval", "0"]);
        command.arg("--journal").arg(&journal).arg("--save").arg(&net);
        if resume {
            command.arg("--resume");
        }
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let child = run(false).spawn().unwrap();
    let process = child.id().to_string();
    // As soon as the journal holds some evaluations, of thousands.
    let began = Instant::now();
    while fs::metadata(&journal).map_or(0, |file| file.len()) < 40_000 && began.elapsed().as_secs() < 60 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &process]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for part in ["it was cancelled", "exit flag        -1", "MSE  ", "evaluations", "--resume"] {
        assert!(printed.contains(part), "{part} is missing in:\n{printed}");
    }
    let interrupted = fs::read(&net).unwrap();
    let output = run(true).output().unwrap();
    assert!(text(&output.stdout).contains("Resumed from") && output.status.success());
    let resumed = (fs::read(&net).unwrap(), timeless(&output));
    assert_ne!(resumed.0, interrupted);
    fs::remove_file(&journal).unwrap();
    let output = run(false).output().unwrap();
    assert_eq!((fs::read(&net).unwrap(), timeless(&output)), resumed);
}

#[test]
fn a_second_interrupt_ends_at_once() {
    let interrupt = |process: &str| Command::new("kill").args(["-INT", process]).status().unwrap();
    // An evaluation takes some tenths of a second here. The first signal lets it finish; the second, ten
    // milliseconds later, does not, unless the run happened to end in between: rarely five times.
    let codes = (0..5).map(|_| {
        let mut command = Command::new(example("iris_patternsearch"));
        command.args(["--dataset", "digits", "--hidden", "2000"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let process = child.id().to_string();
        std::thread::sleep(Duration::from_secs(1));
        interrupt(&process);
        std::thread::sleep(Duration::from_millis(10));
        interrupt(&process);
        child.wait().unwrap().code()
    });
    assert!(codes.into_iter().any(|code| code == Some(130)));
}

/// A file system that is full in the middle of a run, played by a limit on the size of files.
#[test]
fn a_full_disk_ends_the_run_with_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run.journal");
    let script = format!(
        "trap '' XFSZ; ulimit -f 64; exec {} --dataset wine --hidden 6 --max-iter 5000 --flush-interval 0 --journal {}",
        example("iris_patternsearch").display(),
        journal.display()
    );
    let output = Command::new("bash").arg("-c").arg(script).output().unwrap();
    let printed = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        printed.contains("stopped because its journal could not be written: File too large"),
        "{printed}"
    );
    assert!(printed.contains("exit flag        -1") && printed.contains("MSE  "));
    // What was written is whole, and enough to go on from.
    let net = folder.path().join("net.json");
    let output = command(&journal, &net, "1").arg("--resume").output().unwrap();
    let printed = text(&output.stdout);
    // To the end of the run that nobody disturbed: all evaluations that its options allow for 105 weights.
    assert!(printed.contains("Resumed from") && printed.contains("evaluations      210000"), "{printed}");
}
