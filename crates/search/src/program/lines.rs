//! One process for many evaluations, which answers each line with a line.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::ChildStdin;

use super::process::{Next, Patience, Process, WORDS};
use crate::{Failure, shown};

/// A process that waits for lines.
#[derive(Debug)]
pub(super) struct Answerer {
    // Dropped first, so that the process reads the end of its input and can end by itself.
    input: ChildStdin,
    process: Process,
}

/// Why the process did not answer with a number.
pub(super) enum NoAnswer {
    Failed(Failure),
    /// A signal ended the process, possibly for a reason unrelated to the point.
    Killed(Failure),
}

impl Answerer {
    pub(super) fn start(program: &OsStr, arguments: &[OsString]) -> Result<Self, Failure> {
        let (process, input) = Process::start_with_input(program, arguments)?;
        Ok(Answerer { input, process })
    }

    /// Sends a line and returns the answer. After an error the process must not be used again,
    /// since it may still answer this line later.
    pub(super) fn ask(&mut self, line: &str, patience: &Patience) -> Result<String, NoAnswer> {
        if let Some(unasked) = self.process.line_at_hand() {
            let unasked = shown(unasked.trim(), WORDS);
            let text =
                format!("the program printed `{unasked}` before it was asked; expected one line per point");
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

    /// Returns the failure of a process that has closed its output.
    fn end(&mut self) -> NoAnswer {
        let (status, how) = self.process.end();
        let failure = self.process.failure_of(&format!("the program {how} before it answered"));
        // A process without an exit code was ended by a signal.
        match status {
            Some(status) if status.code().is_none() => NoAnswer::Killed(failure),
            _ => NoAnswer::Failed(failure),
        }
    }
}
