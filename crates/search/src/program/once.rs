//! One process per evaluation.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempPath;

use super::process::{LINE, Next, Patience, Process};
use crate::Failure;

/// Runs the program to its end and returns the end of what it has printed.
pub(super) fn run(program: &OsStr, arguments: &[OsString], patience: &Patience) -> Result<String, Failure> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    let mut process = Process::start(command)?;
    let mut printed = String::new();
    loop {
        match process.next_line(patience) {
            Next::Line(line) if line.trim().is_empty() => {}
            Next::Line(line) => {
                // Of two whole lines the last one is there.
                if printed.len() > LINE {
                    printed.clear();
                }
                printed.push_str(&line);
            }
            Next::End => break,
            Next::Never(failure) => return Err(failure),
        }
    }
    let status = process.wait(patience)?;
    if !status.success() {
        return Err(process.failure_of(&format!("the program ended with {status}")));
    }
    Ok(printed)
}

/// Writes a point to a file that only this user may read, and that is removed when the path is dropped. The
/// name is unique even if other processes create files in the same folder.
pub(super) fn point_file(line: &str) -> Result<TempPath, Failure> {
    let written = tempfile::Builder::new().prefix("point-").suffix(".txt").tempfile().and_then(|mut file| {
        file.write_all(line.as_bytes())?;
        Ok(file.into_temp_path())
    });
    // An error with the file says nothing about the point.
    written.map_err(|error| Failure::NotStarted(format!("a file for the point cannot be written: {error}")))
}
