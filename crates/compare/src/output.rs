//! Printing, where a closed pipe is not an error.

use std::io::{self, ErrorKind, Write};

/// Prints on standard output.
pub(crate) fn say(text: impl AsRef<[u8]>) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// Prints a line on standard error, and ignores failures.
pub(crate) fn remark(line: &str) {
    let _ = writeln!(io::stderr().lock(), "compare: {line}");
}
