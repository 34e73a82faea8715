//! Prints to standard output and standard error. A closed pipe is not an error.

use std::io::{self, ErrorKind, Write};

use crate::exit::{Exit, Trouble};

/// Prints to standard output.
pub(crate) fn say(text: &str) -> Result<(), Trouble> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Trouble { exit: Exit::Error, message: format!("standard output: {error}") })
        }
        _ => Ok(()),
    }
}

/// Prints to standard error. Errors are ignored, since there is nowhere to report them.
pub(crate) fn remark(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
