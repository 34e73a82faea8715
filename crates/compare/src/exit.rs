//! How the program ends.

use std::process::ExitCode;

/// The exit codes, as documented by `--help`; shared codes are those of `patternsearch`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Exit {
    Done = 0,
    Error = 1,
    Stopped = 4,
    NoValue = 6,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
