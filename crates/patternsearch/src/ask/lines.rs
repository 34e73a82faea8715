//! Lines of input, counted, so that complaints can name them.

use std::io::BufRead;

/// Lines, one after the other, as soon as they are there.
pub(super) struct Lines<R> {
    input: R,
    /// How many have been read.
    pub(super) count: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn of(input: R) -> Self {
        Lines { input, count: 0 }
    }

    /// The next line without the blanks around it; none at the end of the input.
    pub(super) fn next(&mut self) -> Result<Option<String>, String> {
        let mut line = String::new();
        self.count += 1;
        match self.input.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim().to_owned())),
            Err(error) => Err(format!("line {}: {error}", self.count)),
        }
    }
}
