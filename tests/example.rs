//! The compiled examples, as processes.

use std::path::PathBuf;
use std::process::Output;

/// A compiled example, which stands beside this test's folder once the workspace's tests are built.
pub(crate) fn example(name: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().and_then(|deps| deps.parent()).unwrap().join("examples").join(name);
    let path = path.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(path.exists(), "{} is not built: run `cargo test --workspace`", path.display());
    path
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The output without the lines that tell the time, the threads or the journal.
pub(crate) fn timeless(output: &Output) -> String {
    let told = ["seconds", "speculative", "journal", "Resumed", "to go on"];
    let lines = text(&output.stdout);
    lines
        .lines()
        .filter(|line| !told.iter().any(|word| line.starts_with(word)))
        .collect::<Vec<_>>()
        .join("\n")
}
