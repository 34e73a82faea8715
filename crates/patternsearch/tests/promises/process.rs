//! The program as a process, and an objective for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program with these arguments.
pub(crate) fn patternsearch(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patternsearch"));
    command.args(arguments);
    command
}

pub(crate) fn output(arguments: &[&str]) -> Output {
    patternsearch(arguments).output().unwrap()
}

/// The compiled example `rosenbrock`.
pub(crate) fn rosenbrock() -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_patternsearch")).parent().unwrap().join("examples");
    let path: PathBuf = folder.join("rosenbrock").with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is not built: run `cargo test -p patternsearch`", path.display());
    path.to_str().unwrap().to_owned()
}

/// The same as a closure.
pub(crate) fn function(x: &[f64]) -> f64 {
    100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Checks the exit code, and shows what was printed if it is another.
#[track_caller]
pub(crate) fn ends_with(code: i32, output: &Output) {
    assert_eq!(output.status.code(), Some(code), "{}{}", stdout(output), stderr(output));
}
