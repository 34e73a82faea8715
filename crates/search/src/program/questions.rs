//! One process that searches: it prints the points whose values it wants, and reads the answers.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::process::{Next, Patience, Process, WORDS};
use crate::{Cancellation, Failure, shown};

/// A process that asks for values.
pub(super) struct Questioner {
    // Dropped first, so that the process reads the end of its input.
    answers: Sender<String>,
    process: Process,
    /// The longest time that it may take for a question.
    limit: Duration,
    /// The number of lines read.
    lines: u64,
}

/// A point whose value the process wants.
#[derive(Debug, PartialEq)]
pub(super) struct Question {
    /// What the answer repeats, if the process has numbered its question.
    pub(super) id: Option<Value>,
    /// A coordinate that is no number is NaN.
    pub(super) x: Vec<f64>,
}

impl Questioner {
    pub(super) fn start(program: &OsStr, arguments: &[OsString], limit: Duration) -> Result<Self, Failure> {
        let (process, mut input) = Process::start_with_input(program, arguments)?;
        // On another thread, since a process that does not read would block this one. There are no more lines than
        // the budget has evaluations.
        let (answers, lines) = channel::<String>();
        thread::spawn(move || {
            for line in lines {
                if input.write_all(line.as_bytes()).and_then(|()| input.flush()).is_err() {
                    break;
                }
            }
        });
        Ok(Questioner { answers, process, limit, lines: 0 })
    }

    /// Writes an object as a line. A process that has ended does not read it.
    pub(super) fn say(&self, object: &Value) {
        let _ = self.answers.send(format!("{object}\n"));
    }

    /// Waits for the next question about `n` coordinates; `None` if the process is done.
    ///
    /// # Errors
    /// The reason why there is none: the process has failed, is silent, or prints something else.
    pub(super) fn next(&mut self, n: usize) -> Result<Option<Question>, String> {
        let patience = Patience::of(Some(self.limit), &Cancellation::default());
        loop {
            self.lines += 1;
            match self.process.next_line(&patience) {
                Next::Line(line) if line.trim().is_empty() => {}
                Next::Line(line) => {
                    let number = self.lines;
                    return question(line.trim(), n).map_err(|wrong| format!("line {number}: {wrong}"));
                }
                Next::Never(_) => {
                    let seconds = self.limit.as_secs_f64();
                    return Err(format!("the program printed no point within {seconds} seconds"));
                }
                Next::End => return self.end(),
            }
        }
    }

    /// The end of the output. Without questions before it, the process has not begun to search.
    fn end(&mut self) -> Result<Option<Question>, String> {
        let asked_before = self.lines > 1;
        match self.process.end() {
            (Some(status), _) if status.success() && asked_before => Ok(None),
            (_, how) => match self.process.failure_of(&format!("the program {how}")) {
                Failure::Error(reason) => Err(reason),
                failure => Err(failure.to_string()),
            },
        }
    }
}

/// Reads `{"x": [1, 2]}`, with an `id` or without, or `{"done": ...}`.
fn question(line: &str, n: usize) -> Result<Option<Question>, String> {
    let wrong = |expected: &str| format!("the program printed `{}`; expected {expected}", shown(line, WORDS));
    let Ok(Value::Object(mut object)) = serde_json::from_str(line) else {
        return Err(wrong("a JSON object with a point, such as {\"x\": [1.0, 2.0]}"));
    };
    if object.contains_key("done") {
        return Ok(None);
    }
    let numbers = object.get("x").and_then(Value::as_array);
    let x: Option<Vec<f64>> = numbers.and_then(|numbers| numbers.iter().map(coordinate).collect());
    match x {
        Some(x) if x.len() == n => Ok(Some(Question { id: object.remove("id"), x })),
        _ => Err(wrong(&format!("`x` with {n} numbers"))),
    }
}

/// A number; JSON has no infinities and NaN, which stand there as words or as `null`.
fn coordinate(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Null => Some(f64::NAN),
        _ => None,
    }
}

/// A number in JSON, where infinities are words, as in problem files.
pub(super) fn number(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { json!(value.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_point_with_a_number_or_without() {
        let asked = |line: &str, n: usize| question(line, n).unwrap().unwrap();
        assert_eq!(asked(r#"{"x": [1, -2.5e-3]}"#, 2), Question { id: None, x: vec![1.0, -2.5e-3] });
        assert_eq!(asked(r#"{"id": 7, "x": ["-inf"]}"#, 1).x, [f64::NEG_INFINITY]);
        assert_eq!(asked(r#"{"id": 7, "x": [0]}"#, 1).id, Some(json!(7)));
        assert!(asked(r#"{"x": [null]}"#, 1).x[0].is_nan());
        assert_eq!(question(r#"{"done": "small steps"}"#, 1), Ok(None));
    }

    #[test]
    fn what_is_no_question_is_told_with_what_was_expected() {
        for (line, expected) in [
            ("[1, 2]", "expected a JSON object with a point"),
            ("Optimization terminated", "`Optimization terminated`; expected a JSON object"),
            (r#"{"x": [1]}"#, "expected `x` with 2 numbers"),
            (r#"{"y": [1, 2]}"#, "expected `x` with 2 numbers"),
            (r#"{"x": [1, true]}"#, "expected `x` with 2 numbers"),
        ] {
            let wrong = question(line, 2).unwrap_err();
            assert!(wrong.contains(expected), "{wrong}");
        }
        assert_eq!([number(f64::INFINITY), number(-0.5)], [json!("inf"), json!(-0.5)]);
    }
}
