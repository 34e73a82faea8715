//! The header of the dialogue: dimension, start, bounds and granularities of the problem, and settings of the
//! run.

use std::collections::HashMap;

use search::{Bounds, OutputForm, Outputs, ProblemFile, options_from_json, shown};
use serde_json::{Value, json};

use super::lines::Lines;
use crate::exit::Trouble;
use crate::number::{bound, finite, granularity};
use crate::task::{described, numbers, object};

/// The contents of the header.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) file: ProblemFile,
    /// How answers are read.
    pub(super) outputs: Outputs,
    /// Whether points and answers are JSON objects.
    pub(super) is_json: bool,
}

const KEYS: [&str; 14] = [
    "n",
    "x0",
    "lb",
    "ub",
    "granularity",
    "names",
    "linear",
    "constraints",
    "equalities",
    "residuals",
    "budget",
    "seed",
    "batch",
    "asynchronous",
];

/// The most characters of a line quoted in an error.
const WORDS: usize = 60;

/// A header line after its key, and its number.
struct Entry {
    text: String,
    line: u64,
}

impl Header {
    /// Reads the header up to the first empty line, or a JSON object in one line with the keys of a problem file.
    pub(super) fn read(lines: &mut Lines) -> Result<Self, Trouble> {
        let mut entries = Entries::default();
        while let Some(text) = next(lines).map_err(Trouble::usage)? {
            if entries.0.is_empty() && text.starts_with('{') {
                return Header::of_json(&text, lines.count);
            }
            entries.add(&text, lines.count).map_err(Trouble::usage)?;
        }
        let file = described(entries.contents().map_err(Trouble::usage)?)?;
        Ok(Header { outputs: file.outputs().clone(), file, is_json: false })
    }

    fn of_json(text: &str, line: u64) -> Result<Self, Trouble> {
        let wrong = |error: &dyn std::fmt::Display| Trouble::usage(format!("line {line}: {error}"));
        let mut contents = options_from_json(text).map_err(|error| wrong(&error))?;
        // The other side is the program.
        contents["program"] = json!("ask");
        let has_residuals = contents.get("residuals").is_some();
        let has_names = contents.get("outputs").is_some();
        let file = described(contents)?;
        let outputs = match has_names {
            true if file.outputs().form() != OutputForm::Json => {
                return Err(wrong(&"`outputs` are names in the answers; expected `format` json"));
            }
            true => file.outputs().clone(),
            false => by_key(&file, has_residuals),
        };
        Ok(Header { file, outputs, is_json: true })
    }
}

/// Results without names of their own: `value` or `residuals`, `constraints`, `equalities`.
fn by_key(file: &ProblemFile, has_residuals: bool) -> Outputs {
    let count = file.outputs().count();
    let outputs = Outputs::named(OutputForm::Json, ["value"]);
    let outputs = if has_residuals { outputs.least_squares(["residuals"]) } else { outputs };
    let outputs = match file.outputs().fit() {
        Some(form) => outputs.fitting(form.clone()),
        None => outputs,
    };
    let names = |key: &'static str, count: usize| (1..=count).map(move |i| format!("{key}[{i}]"));
    let outputs = names("constraints", count.inequalities)
        .fold(outputs, |outputs, name| outputs.at_most([(1.0, name)], 0.0));
    names("equalities", count.equalities).fold(outputs, |outputs, name| outputs.equal_to([(1.0, name)], 0.0))
}

/// The next line of the header; `None` for the empty one that ends it.
fn next(lines: &mut Lines) -> Result<Option<String>, String> {
    let text = lines.next()?;
    let line = lines.count;
    let text =
        text.ok_or_else(|| format!("line {line}: the input ended; expected an empty line after the header"))?;
    Ok((!text.is_empty()).then_some(text))
}

/// The lines of a header, by their keys.
#[derive(Default)]
struct Entries(HashMap<String, Vec<Entry>>);

impl Entries {
    fn add(&mut self, text: &str, line: u64) -> Result<(), String> {
        let (key, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if !KEYS.contains(&key) {
            return Err(format!(
                "line {line}: `{}` is not a line of the header; expected one of {}",
                shown(key, WORDS),
                KEYS.join(", ")
            ));
        }
        let entries = self.0.entry(key.to_owned()).or_default();
        if let Some(first) = entries.first().filter(|_| key != "linear") {
            return Err(format!("line {line}: {key} is given twice, first in line {}", first.line));
        }
        entries.push(Entry { text: rest.trim().to_owned(), line });
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&Entry> {
        self.0.get(key)?.first()
    }

    fn count(&self, key: &str, least: u64) -> Result<Option<u64>, String> {
        self.get(key).map(|entry| entry.count(key, least)).transpose()
    }

    /// The header with the keys of a problem file.
    fn contents(&self) -> Result<Value, String> {
        let n = self
            .count("n", 1)?
            .ok_or("the header has no line `n`; expected `n` and the number of variables")?;
        let of = |key: &str, number: fn(&str) -> Result<f64, String>| {
            self.get(key).map(|entry| entry.numbers(key, n, number)).transpose()
        };
        let start = of("x0", finite)?.ok_or("the header has no line `x0`; expected `x0` and the start")?;
        let lower = of("lb", bound)?.unwrap_or_else(|| vec![f64::NEG_INFINITY; start.len()]);
        let upper = of("ub", bound)?.unwrap_or_else(|| vec![f64::INFINITY; start.len()]);
        let line = ["lb", "ub"].iter().filter_map(|key| self.get(key)).map(|entry| entry.line).max();
        Bounds::new(lower.clone(), upper.clone())
            .map_err(|error| format!("line {}: {error}", line.unwrap_or_default()))?;
        let words = |entry: &Entry| entry.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let rows = self.0.get("linear").map_or(&[][..], Vec::as_slice);
        Ok(object([
            ("program", Some(json!("ask"))),
            ("start", Some(numbers(&start))),
            ("lower", Some(numbers(&lower))),
            ("upper", Some(numbers(&upper))),
            ("granularity", of("granularity", granularity)?.map(|granularity| numbers(&granularity))),
            ("variables", self.get("names").map(|entry| json!(words(entry)))),
            ("linear", Some(rows.iter().map(|row| row.text.as_str()).collect())),
            ("constraints", self.count("constraints", 1)?.map(Value::from)),
            ("equalities", self.count("equalities", 1)?.map(Value::from)),
            ("residuals", self.count("residuals", 1)?.map(Value::from)),
            ("budget", self.count("budget", 1)?.map(Value::from)),
            ("seed", self.count("seed", 0)?.map(Value::from)),
            ("batch", self.count("batch", 1)?.map(Value::from)),
            ("asynchronous", self.get("asynchronous").map(Entry::switch).transpose()?.map(Value::from)),
        ]))
    }
}

impl Entry {
    fn count(&self, key: &str, least: u64) -> Result<u64, String> {
        let Entry { text, line } = self;
        let count = text.parse().ok().filter(|&count| count >= least);
        count.ok_or_else(|| {
            let text = shown(text, WORDS);
            format!("line {line}: {key} is `{text}`; expected a whole number, at least {least}")
        })
    }

    fn switch(&self) -> Result<bool, String> {
        let Entry { text, line } = self;
        match text.as_str() {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            _ => Err(format!("line {line}: asynchronous is `{}`; expected on or off", shown(text, WORDS))),
        }
    }

    fn numbers(
        &self,
        key: &str,
        n: u64,
        number: fn(&str) -> Result<f64, String>,
    ) -> Result<Vec<f64>, String> {
        let Entry { text, line } = self;
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() as u64 != n {
            return Err(format!(
                "line {line}: {key} has {} numbers; expected n = {n}, separated by spaces",
                words.len()
            ));
        }
        let wrong = |word: &str, wrong| format!("line {line}: {key} has `{}`; {wrong}", shown(word, WORDS));
        let read = |word: &str| number(word).map_err(|expected| wrong(word, expected));
        words.into_iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(text: &str) -> Result<Header, String> {
        Header::read(&mut Lines::of(Cursor::new(text.to_owned()))).map_err(|trouble| trouble.message)
    }

    #[test]
    fn lines_may_have_any_order_and_most_may_be_missing() {
        let header =
            read("seed 7\nub inf  2\r\nx0 1 -2e-3\n n 2 \nbudget 10\nlb -inf 0\ngranularity 0.5 0\n\n")
                .unwrap();
        let problem = header.file.problem().unwrap();
        assert_eq!(problem.start(), [1.0, -2e-3]);
        assert_eq!(
            (problem.bounds().lower(), problem.bounds().upper()),
            (&[f64::NEG_INFINITY, 0.0][..], &[f64::INFINITY, 2.0][..])
        );
        assert_eq!(problem.grid().unwrap().granularity(), [0.5, 0.0]);
        assert_eq!((header.file.budget(), header.file.seed(), header.is_json), (Some(10), Some(7), false));
        let header = read("n 1\nx0 4\n\n").unwrap();
        let problem = header.file.problem().unwrap();
        assert_eq!((problem.start(), problem.bounds(), problem.grid()), (&[4.0][..], &Bounds::free(1), None));
        assert_eq!((header.file.budget(), header.file.seed()), (None, None));
    }

    #[test]
    fn names_rows_and_constraints_have_lines() {
        let text =
            "n 2\nx0 1 2\nnames a b\nlinear a + b <= 4\nlinear a - b = 0\nconstraints 1\nresiduals 2\n\n";
        let header = read(text).unwrap();
        assert_eq!(header.file.variables(), ["a", "b"]);
        assert!(header.file.problem().unwrap().linear().unwrap().have_equalities());
        assert_eq!(header.outputs.read("1 2 -3").unwrap().value(), 5.0);
        let header = read("{\"start\": [1, 2], \"constraints\": 1, \"workers\": 3}\n").unwrap();
        assert!(header.is_json && header.file.workers() == Some(3));
        let values = header.outputs.read("{\"id\": 1, \"value\": 3, \"constraints\": [-1]}").unwrap();
        assert_eq!((values.value(), &values.constraints().unwrap().inequalities), (3.0, &vec![-1.0]));
        let header = read(
            "{\"start\": [1], \"outputs\": [\"a\", \"b\"], \"format\": \"json\", \"constraints\": [\"b <= 1\"]}\n",
        );
        assert_eq!(
            header.unwrap().outputs.read("{\"a\": 3, \"b\": 2}").unwrap().constraints().unwrap().inequalities,
            [1.0]
        );
    }

    #[test]
    fn a_wrong_line_is_named_with_its_value_and_what_was_expected() {
        for (text, says) in [
            ("", "line 1: the input ended; expected an empty line"),
            ("n 1\nx0 1\n", "line 3: the input ended; expected an empty line"),
            ("\n", "no line `n`"),
            ("n 1\n\n", "no line `x0`"),
            ("x0 1\n\n", "no line `n`"),
            ("n one\nx0 1\n\n", "line 1: n is `one`; expected a whole number, at least 1"),
            ("n 0\nx0\n\n", "line 1: n is `0`; expected a whole number, at least 1"),
            ("n 2\nx0 1\n\n", "line 2: x0 has 1 numbers; expected n = 2"),
            ("n 1\nx0\n\n", "line 2: x0 has 0 numbers; expected n = 1"),
            ("n 1\nx0 inf\n\n", "line 2: x0 has `inf`; expected a finite number"),
            ("n 1\nx0 1\nlb nan\n\n", "line 3: lb has `nan`; expected a number, `inf` or `-inf`"),
            ("n 1\nx0 1\nub 1,5\n\n", "line 3: ub has `1,5`; expected a number"),
            ("n 1\nlb 3\nx0 1\nub 2\n\n", "line 4: the bounds of coordinate 0 are [3, 2]"),
            ("n 1\nx0 1\ngranularity 1 2\n\n", "line 3: granularity has 2 numbers; expected n = 1"),
            ("n 1\nx0 1\ngranularity -1\n\n", "line 3: granularity has `-1`; expected a number above 0"),
            ("n 1\nx0 1\nbudget 0\n\n", "line 3: budget is `0`; expected a whole number, at least 1"),
            ("n 1\nx0 1\nbatch 0\n\n", "line 3: batch is `0`; expected a whole number, at least 1"),
            ("n 1\nx0 1\nasynchronous 1\n\n", "line 3: asynchronous is `1`; expected on or off"),
            ("n 1\nx0 1\nseed -1\n\n", "line 3: seed is `-1`; expected a whole number, at least 0"),
            ("n 1\nx0 1\nx0 2\n\n", "line 3: x0 is given twice, first in line 2"),
            ("n 1\nX0 1\n\n", "line 2: `X0` is not a line of the header; expected one of n, x0, lb"),
        ] {
            let message = read(text).unwrap_err();
            assert!(message.contains(says), "{text:?}: {message}");
        }
        assert!(Header::read(&mut Lines::of(&b"n \xff\n"[..])).unwrap_err().message.starts_with("line 1: "));
    }
}
