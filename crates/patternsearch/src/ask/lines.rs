//! Lines of input, counted so that errors can name them.

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use search::Cancellation;

/// How long to wait before checking for a cancellation.
const GLANCE: Duration = Duration::from_millis(100);

/// A stream of lines.
pub(super) struct Lines {
    input: Receiver<io::Result<String>>,
    /// The number of lines read.
    pub(super) count: u64,
}

impl Lines {
    /// Reads on another thread, because waiting for a line can be interrupted and reading cannot.
    pub(super) fn of(mut input: impl BufRead + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(1);
        thread::spawn(move || {
            while let Some(line) = next(&mut input).transpose()
                && sender.send(line).is_ok()
            {}
        });
        Lines { input: receiver, count: 0 }
    }

    /// Returns the next line without surrounding whitespace; `None` at the end of the input.
    pub(super) fn next(&mut self) -> Result<Option<String>, String> {
        self.next_unless(&Cancellation::default())
    }

    /// Returns the next line, or `None` at the end of the input or after the cancellation.
    pub(super) fn next_unless(&mut self, cancellation: &Cancellation) -> Result<Option<String>, String> {
        self.count += 1;
        loop {
            match self.input.recv_timeout(GLANCE) {
                Ok(Ok(line)) => return Ok(Some(line.trim().to_owned())),
                Ok(Err(error)) => return Err(format!("line {}: {error}", self.count)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if cancellation.is_cancelled() => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn next(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    Ok((input.read_line(&mut line)? > 0).then_some(line))
}
