//! Lines of input, counted, so that complaints can name them.

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use search::Cancellation;

/// How long to wait before looking whether anybody still waits.
const GLANCE: Duration = Duration::from_millis(100);

/// Lines, one after the other, as soon as they are there.
pub(super) struct Lines {
    input: Receiver<io::Result<String>>,
    /// How many have been read.
    pub(super) count: u64,
}

impl Lines {
    /// Reads on a thread of its own: waiting for a line can have an end, reading one cannot.
    pub(super) fn of(mut input: impl BufRead + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(1);
        thread::spawn(move || {
            while let Some(line) = next(&mut input).transpose()
                && sender.send(line).is_ok()
            {}
        });
        Lines { input: receiver, count: 0 }
    }

    /// The next line without the blanks around it; none at the end of the input.
    pub(super) fn next(&mut self) -> Result<Option<String>, String> {
        self.next_unless(&Cancellation::default())
    }

    /// The same, and none once this is turned.
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
