//! Printing, which a reader who has closed the pipe does not turn into an error.

use std::io::{self, ErrorKind, Write};

use crate::exit::{Exit, Trouble};

/// Prints on standard output.
pub(crate) fn say(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Trouble { exit: Exit::Error, message: format!("standard output: {error}") })
        }
        _ => Ok(()),
    }
}

/// Prints on standard error; there is nowhere to complain if that fails.
pub(crate) fn remark(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
