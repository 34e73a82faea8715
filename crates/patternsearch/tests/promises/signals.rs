//! What signals do, and that the objective's processes end with the run, however that ends.
#![cfg(unix)]

use crate::process;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use process::{ends_with, patternsearch, stdout};
use serde_json::Value;

const MODES: [&str; 3] = ["arguments", "file", "lines"];

/// An objective that has begun to take a minute in a child of its own, and holds a pipe open meanwhile.
struct Minute {
    run: Child,
    pipe: BufReader<File>,
    folder: tempfile::TempDir,
}

fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args(["-s", name, &process.to_string()]).status().unwrap().success());
}

fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

impl Minute {
    /// The first evaluation has a value if `values` says so; the one after takes its minute.
    fn begin(mode: &str, values: bool, by: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, mark, journal) =
            (pipe(folder.path()), folder.path().join("mark"), folder.path().join("journal"));
        let minute = format!(
            "exec 3> {}; echo begun >&3; (sleep 60; echo alive >&3) > /dev/null & wait",
            pipe.display()
        );
        let once = format!("if [ -e {0} ]; then {minute}; else touch {0}; echo 1; fi", mark.display());
        let objective = if mode == "lines" { format!("while read x; do {once}; done") } else { once };
        if !values {
            fs::write(&mark, "").unwrap();
        }
        let program = env!("CARGO_BIN_EXE_patternsearch");
        let arguments =
            ["run", "--x0=1", "--output=json", "--pass", mode, "--journal", journal.to_str().unwrap()];
        let line = [by, &[program], &arguments, &["sh", "-c", &objective, "sh"]].concat();
        let mut command = Command::new(line[0]);
        command
            .args(&line[1..])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let run = command.spawn().unwrap();
        let mut pipe = BufReader::new(File::open(pipe).unwrap());
        let mut begun = String::new();
        pipe.read_line(&mut begun).unwrap();
        assert_eq!(begun, "begun\n");
        // The guard may not have read the group yet.
        std::thread::sleep(Duration::from_millis(300));
        Minute { run, pipe, folder }
    }

    /// Waits for both ends: of the run, and of all that holds the pipe.
    fn end(mut self) -> (Output, tempfile::TempDir) {
        let mut said = String::new();
        self.pipe.read_to_string(&mut said).unwrap();
        assert_eq!(said, "", "the objective lived on");
        (self.run.wait_with_output().unwrap(), self.folder)
    }
}

#[test]
fn a_signal_to_end_gives_the_result_and_kills_the_program() {
    for (name, mode) in [("TERM", "arguments"), ("HUP", "file"), ("TERM", "lines")] {
        let minute = Minute::begin(mode, true, &[]);
        signal(name, minute.run.id());
        let (output, folder) = minute.end();
        ends_with(4, &output);
        let result: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            (&result["status"], &result["value"]),
            (&"Cancelled".into(), &1.0.into()),
            "{name}, {mode}"
        );
        assert_eq!((&result["counts"]["evaluations"], &result["counts"]["failed"]), (&1.into(), &0.into()));
        let journal = fs::read(folder.path().join("journal")).unwrap();
        assert!(journal.split(|&byte| byte == b'\n').nth(1).is_some_and(|records| !records.is_empty()));
    }
}

/// A process that is killed can do nothing for its children any more.
#[test]
fn programs_end_with_the_run_however_it_ends() {
    for mode in MODES {
        for name in ["KILL", "QUIT", "ABRT"] {
            let minute = Minute::begin(mode, false, &[]);
            signal(name, minute.run.id());
            let (output, _) = minute.end();
            assert_eq!(output.status.code(), None, "{name}, {mode}");
        }
    }
    // Of a signal to the whole group, as a shell's job control sends it, the programs and what is to end them hear nothing.
    let minute = Minute::begin("arguments", false, &[]);
    let group = format!("-{}", minute.run.id());
    assert!(Command::new("kill").args(["-s", "KILL", "--", &group]).status().unwrap().success());
    minute.end();
}

#[test]
fn interrupts_end_it_at_last_also_before_there_is_a_value() {
    let interrupted = |times: u32| {
        let minute = Minute::begin("arguments", false, &[]);
        for _ in 0..times {
            signal("INT", minute.run.id());
            std::thread::sleep(Duration::from_millis(100));
        }
        minute.end().0
    };
    let output = interrupted(2);
    ends_with(4, &output);
    assert!(output.stdout.is_empty());
    let told = process::stderr(&output);
    assert!(told.starts_with("error: no evaluation gave a value: the run ended after 0 failed"), "{told}");
    // Half a second passes before the second one has its effect.
    let code = interrupted(3).status.code();
    assert!(code == Some(130) || code == Some(4), "{code:?}");
}

/// A run started by `nohup` outlives its terminal.
#[test]
fn a_hangup_that_is_ignored_stays_so() {
    let mut minute = Minute::begin("arguments", true, &["nohup"]);
    signal("HUP", minute.run.id());
    std::thread::sleep(Duration::from_millis(500));
    assert!(minute.run.try_wait().unwrap().is_none());
    signal("TERM", minute.run.id());
    ends_with(4, &minute.end().0);
}

#[test]
fn a_signal_ends_a_dialogue_whose_answer_does_not_come() {
    let mut child = patternsearch(&["ask"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"n 1\nx0 4\n\n").unwrap();
    let mut points = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    points.read_line(&mut line).unwrap();
    input.write_all(b"5.5\n").unwrap();
    points.read_line(&mut line).unwrap();
    signal("TERM", child.id());
    points.read_to_string(&mut line).unwrap();
    assert!(line.starts_with("4.0\n") && line.ends_with("\ndone\n"), "{line}");
    let output = child.wait_with_output().unwrap();
    ends_with(4, &output);
    assert!(stdout(&output).is_empty());
    assert!(process::stderr(&output).contains("f(x)         5.5"));
}
