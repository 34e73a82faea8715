//! The program as a process.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

/// What the program did: its exit code, standard output, standard error.
pub(crate) fn told(folder: &Path, words: &str) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_compare"))
        .args(words.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}
