//! The dialogue: writes a line with a point, and reads a line with its value.

use std::io::Write;

use search::{AskTell, Asked, Cancellation, Failure, exact, shown};

use super::lines::Lines;
use crate::number::is_no_number;

/// The most characters of a line quoted in a message.
const WORDS: usize = 200;

/// The input and output of the dialogue.
pub(super) struct Dialogue<W> {
    lines: Lines,
    output: W,
    /// Stops waiting for an answer.
    interrupt: Cancellation,
}

/// The meaning of an input line.
#[derive(Debug, PartialEq)]
enum Answer {
    /// A value, which may be NaN or infinite.
    Value(f64),
    /// A failed evaluation, with its reason.
    Failed(String),
    Stop,
}

impl<W: Write> Dialogue<W> {
    pub(super) fn new(lines: Lines, output: W, interrupt: Cancellation) -> Self {
        Dialogue { lines, output, interrupt }
    }

    /// Asks for values until the search ends or the other side stops.
    ///
    /// # Errors
    /// A message about an answer that cannot be read.
    pub(super) fn values(&mut self, session: &mut AskTell) -> Result<(), String> {
        while let Some(Asked { id, point }) = session.ask(1).pop() {
            let value = match self.answer(&point)? {
                Answer::Value(value) => Ok(value),
                Answer::Failed(reason) => Err(Failure::Error(reason)),
                Answer::Stop => break,
            };
            session.tell(id, value).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn answer(&mut self, x: &[f64]) -> Result<Answer, String> {
        // The other side has closed the pipe.
        if self.say(&exact(x)).is_err() {
            return Ok(Answer::Stop);
        }
        match self.lines.next_unless(&self.interrupt)? {
            None => Ok(Answer::Stop),
            Some(line) => Answer::of(&line).map_err(|wrong| format!("line {}: {wrong}", self.lines.count)),
        }
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.output.write_all(format!("{line}\n").as_bytes())?;
        self.output.flush()
    }

    /// Writes the last line. Errors are ignored, since the other side may be gone.
    pub(super) fn end(mut self) {
        let _ = self.say("done");
    }
}

impl Answer {
    fn of(line: &str) -> Result<Answer, String> {
        let (word, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (word, text.trim(), line.parse()) {
            (_, _, Ok(value)) => Ok(Answer::Value(value)),
            ("error", "", _) => Ok(Answer::Failed("without a reason".to_owned())),
            ("error", reason, _) => Ok(Answer::Failed(shown(reason, WORDS))),
            ("stop", "", _) => Ok(Answer::Stop),
            _ if is_no_number(line) => Ok(Answer::Failed(format!("the value is `{}`", shown(line, WORDS)))),
            _ => {
                let line = shown(line, WORDS);
                Err(format!("the value is `{line}`; expected a number, `error` and a text, or `stop`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbers_errors_or_stop() {
        let value = |line| match Answer::of(line) {
            Ok(Answer::Value(value)) => value,
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!([value("1"), value("-2.5e-3"), value("inf")], [1.0, -2.5e-3, f64::INFINITY]);
        assert!(value("nan").is_nan());
        assert_eq!(Answer::of("error  no mesh "), Ok(Answer::Failed("no mesh".to_owned())));
        assert_eq!(Answer::of("error"), Ok(Answer::Failed("without a reason".to_owned())));
        assert_eq!(Answer::of("stop"), Ok(Answer::Stop));
        for none in
            ["-nan(ind)", "nan(0x7ff8)", "1.#INF", "-1.#IND00", "1.#QNAN", "None", "null", "NA", "missing"]
        {
            assert_eq!(Answer::of(none), Ok(Answer::Failed(format!("the value is `{none}`"))));
        }
        for wrong in ["", "abc", "1 2", "1,5", "stop now", "errors"] {
            assert!(Answer::of(wrong).is_err(), "{wrong}");
        }
    }
}
