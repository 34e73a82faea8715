//! One process per evaluation.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};

use super::process::{Next, Patience, Process, number};
use crate::Failure;

/// Runs the program to its end and reads the number on its last line.
pub(super) fn run(program: &OsStr, arguments: &[OsString], patience: &Patience) -> Result<f64, Failure> {
    let mut process = Process::start(program, arguments, Stdio::null())?;
    let mut last = String::new();
    loop {
        match process.next_line(patience) {
            Next::Line(line) if line.trim().is_empty() => {}
            Next::Line(line) => last = line,
            Next::End => break,
            Next::Never(failure) => return Err(failure),
        }
    }
    let status = process.wait(patience)?;
    if !status.success() {
        return Err(process.failure_of(&format!("the program ended with {status}")));
    }
    number(&last)
}

/// A file with a point, removed when it is dropped.
pub(super) struct PointFile(PathBuf);

impl PointFile {
    pub(super) fn with(line: &str) -> Result<Self, Failure> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("point-{}-{number}.txt", std::process::id()));
        // `create_new`: nobody else's file is overwritten, and no link is followed.
        let written = fs::File::create_new(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, line.as_bytes()));
        match written {
            Ok(()) => Ok(PointFile(path)),
            Err(error) => Err(Failure::Error(format!("{}: {error}", path.display()))),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PointFile {
    fn drop(&mut self) {
        // A file that the program itself has removed is gone as well.
        let _ = fs::remove_file(&self.0);
    }
}
