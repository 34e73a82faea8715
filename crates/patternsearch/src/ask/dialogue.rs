//! The dialogue: writes a line with a point, and reads a line with its values.

use std::io::Write;

use search::{AskTell, Asked, Cancellation, Failure, Outputs, Values, exact, shown};
use serde_json::{Value, json};

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
    /// How answers are read.
    outputs: Outputs,
    /// The most points that may be without an answer, if points and answers are JSON objects.
    json: Option<usize>,
}

/// The meaning of an input line.
#[derive(Debug, PartialEq)]
enum Answer {
    /// Values, which may be NaN or infinite.
    Values(Values),
    /// A failed evaluation, with its reason.
    Failed(String),
    Stop,
}

impl<W: Write> Dialogue<W> {
    pub(super) fn new(
        lines: Lines,
        output: W,
        interrupt: Cancellation,
        outputs: Outputs,
        json: Option<usize>,
    ) -> Self {
        Dialogue { lines, output, interrupt, outputs, json }
    }

    /// Asks for values until the search ends or the other side stops.
    ///
    /// # Errors
    /// A message about an answer that cannot be read.
    pub(super) fn values(&mut self, session: &mut AskTell) -> Result<(), String> {
        let most = self.json.unwrap_or(1);
        while session.outcome().is_none() {
            let asked = session.ask(most.saturating_sub(session.pending().len()));
            // The other side has closed the pipe.
            if self.ask(&asked, session.pending().len()).is_err() {
                return Ok(());
            }
            let Some(line) = self.lines.next_unless(&self.interrupt)? else { return Ok(()) };
            let wrong = |wrong: String| format!("line {}: {wrong}", self.lines.count);
            let (id, answer) = match self.json {
                Some(_) => of_json(&line, &self.outputs).map_err(wrong)?,
                None => (None, Answer::of(&line, &self.outputs).map_err(wrong)?),
            };
            let values: Result<Values, Failure> = match answer {
                Answer::Values(values) => Ok(values),
                Answer::Failed(reason) => Err(Failure::Error(reason)),
                Answer::Stop => return Ok(()),
            };
            let id = id.or(session.pending().first().map(|asked| asked.id)).unwrap_or_default();
            session.tell(id, values).map_err(|error| wrong(error.to_string()))?;
        }
        Ok(())
    }

    /// Writes the points. Where there are none in JSON, says how many answers may come first, so that the other side
    /// knows that it is its turn.
    fn ask(&mut self, asked: &[Asked], pending: usize) -> std::io::Result<()> {
        if self.json.is_some() && asked.is_empty() {
            return self.say(&json!({ "wait": pending }).to_string());
        }
        for (i, Asked { id, point }) in asked.iter().enumerate() {
            match self.json {
                None => self.say(&exact(point))?,
                Some(_) => {
                    let more = asked.len() - i - 1;
                    self.say(&json!({ "id": id, "x": point, "more": more }).to_string())?;
                }
            }
        }
        Ok(())
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.output.write_all(format!("{line}\n").as_bytes())?;
        self.output.flush()
    }

    /// Writes the last line, in JSON with the result. Errors are ignored, since the other side may be gone.
    pub(super) fn end(mut self, result: Option<Value>) {
        let line = match (self.json, result) {
            (None, _) => "done".to_owned(),
            (Some(_), result) => json!({ "done": result }).to_string(),
        };
        let _ = self.say(&line);
    }
}

/// The number of the point, and the answer: `{"id": 3, "value": 5.25}`, `{"id": 3, "error": "no mesh"}` or
/// `{"stop": true}`.
fn of_json(line: &str, outputs: &Outputs) -> Result<(Option<u64>, Answer), String> {
    let words = || shown(line, WORDS);
    let Ok(Value::Object(object)) = serde_json::from_str(line) else {
        return Err(format!("the answer is `{}`; expected a JSON object", words()));
    };
    if object.get("stop") == Some(&json!(true)) {
        return Ok((None, Answer::Stop));
    }
    let id = object.get("id").and_then(Value::as_u64);
    let id = id.ok_or_else(|| format!("the answer is `{}`; expected the `id` of a point", words()))?;
    let answer = match object.get("error") {
        Some(reason) => Answer::Failed(shown(reason.as_str().unwrap_or(&reason.to_string()), WORDS)),
        None => match outputs.read(line) {
            Ok(values) => Answer::Values(values),
            Err(failure) => return Err(failure.to_string()),
        },
    };
    Ok((Some(id), answer))
}

impl Answer {
    fn of(line: &str, outputs: &Outputs) -> Result<Answer, String> {
        let (word, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (word, text.trim(), outputs.read(line)) {
            (_, _, Ok(values)) => Ok(Answer::Values(values)),
            ("error", "", _) => Ok(Answer::Failed("without a reason".to_owned())),
            ("error", reason, _) => Ok(Answer::Failed(shown(reason, WORDS))),
            ("stop", "", _) => Ok(Answer::Stop),
            _ if is_no_number(line) => Ok(Answer::Failed(format!("the value is `{}`", shown(line, WORDS)))),
            _ => {
                let (line, numbers) = (shown(line, WORDS), outputs.numbers());
                Err(format!("the value is `{line}`; expected {numbers}, `error` and a text, or `stop`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbers_errors_or_stop() {
        let outputs = Outputs::default();
        let value = |line| match Answer::of(line, &outputs) {
            Ok(Answer::Values(values)) => values.value(),
            other => panic!("{line}: {other:?}"),
        };
        assert_eq!([value("1"), value("-2.5e-3"), value("inf")], [1.0, -2.5e-3, f64::INFINITY]);
        assert!(value("nan").is_nan());
        assert_eq!(Answer::of("error  no mesh ", &outputs), Ok(Answer::Failed("no mesh".to_owned())));
        assert_eq!(Answer::of("error", &outputs), Ok(Answer::Failed("without a reason".to_owned())));
        assert_eq!(Answer::of("stop", &outputs), Ok(Answer::Stop));
        for none in
            ["-nan(ind)", "nan(0x7ff8)", "1.#INF", "-1.#IND00", "1.#QNAN", "None", "null", "NA", "missing"]
        {
            assert_eq!(Answer::of(none, &outputs), Ok(Answer::Failed(format!("the value is `{none}`"))));
        }
        for wrong in ["", "abc", "1 2", "1,5", "stop now", "errors"] {
            assert!(Answer::of(wrong, &outputs).is_err(), "{wrong}");
        }
    }
}
