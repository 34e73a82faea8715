//! One process for many evaluations, a line for a line.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use super::process::{Next, Patience, Process, WORDS, number};
use crate::{Cancellation, Failure, shown};

/// With it Python writes each line at once, also into a pipe.
const UNBUFFERED: &str = "PYTHONUNBUFFERED";

/// A process that waits for a line.
#[derive(Debug)]
pub(super) struct Answerer {
    // Dropped first: a process that reads the end of its input can end by itself.
    input: ChildStdin,
    process: Process,
}

impl Answerer {
    pub(super) fn start(program: &OsStr, arguments: &[OsString]) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os(UNBUFFERED).is_none() {
            command.env(UNBUFFERED, "1");
        }
        let mut process = Process::start(command)?;
        let input =
            process.input().ok_or_else(|| Failure::Error("the program has no standard input".to_owned()))?;
        Ok(Answerer { input, process })
    }

    /// Sends a line and reads the number on the answer. After a failure the process is of no more use: it
    /// may still answer the last question.
    pub(super) fn ask(&mut self, line: &str, patience: &Patience) -> Result<f64, Failure> {
        if let Some(unasked) = self.process.line_at_hand() {
            let unasked = shown(unasked.trim(), WORDS);
            return Err(Failure::Error(format!(
                "the program printed `{unasked}` unasked; expected one line per point"
            )));
        }
        let sent = self.input.write_all(line.as_bytes()).and_then(|()| self.input.flush());
        let next = if sent.is_ok() { self.process.next_line(patience) } else { Next::End };
        match next {
            Next::Line(answer) => number(&answer),
            Next::Never(failure) => Err(failure),
            Next::End => {
                let soon = Patience::of(Some(Duration::from_millis(500)), &Cancellation::default());
                let how = match self.process.wait(&soon) {
                    Ok(status) => format!("ended with {status}"),
                    Err(_) => "closed its output".to_owned(),
                };
                Err(self.process.failure_of(&format!("the program {how} before it answered")))
            }
        }
    }
}
