//! One process for many evaluations, a line for a line.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use super::process::{Next, Patience, Process, WORDS};
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

/// Why there is no number.
pub(super) enum NoAnswer {
    Failed(Failure),
    /// A signal has ended the process, which may have had nothing to do with the point.
    Killed(Failure),
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

    /// Sends a line and reads the answer. Without a number on it the process is of no more use: it
    /// may still answer the last question.
    pub(super) fn ask(&mut self, line: &str, patience: &Patience) -> Result<String, NoAnswer> {
        if let Some(unasked) = self.process.line_at_hand() {
            let unasked = shown(unasked.trim(), WORDS);
            let text = format!("the program printed `{unasked}` unasked; expected one line per point");
            return Err(NoAnswer::Failed(Failure::Error(text)));
        }
        let sent = self.input.write_all(line.as_bytes()).and_then(|()| self.input.flush());
        let next = if sent.is_ok() { self.process.next_line(patience) } else { Next::End };
        match next {
            Next::Line(answer) => Ok(answer),
            Next::Never(failure) => Err(NoAnswer::Failed(failure)),
            Next::End => Err(self.end()),
        }
    }

    /// What to say of a process that has closed its output.
    fn end(&mut self) -> NoAnswer {
        let soon = Patience::of(Some(Duration::from_millis(500)), &Cancellation::default());
        let status = self.process.wait(&soon).ok();
        let how = match status {
            Some(status) => format!("ended with {status}"),
            None => "closed its output".to_owned(),
        };
        let failure = self.process.failure_of(&format!("the program {how} before it answered"));
        // Only one that a signal has ended has no exit code.
        match status {
            Some(status) if status.code().is_none() => NoAnswer::Killed(failure),
            _ => NoAnswer::Failed(failure),
        }
    }
}
