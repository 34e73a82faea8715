//! The header of the dialogue: dimension, start, bounds and granularities of the problem, and settings of the
//! run.

use std::collections::HashMap;

use search::{Bounds, shown};

use super::lines::Lines;
use crate::exit::Trouble;
use crate::number::{bound, finite, granularity};

/// The contents of the header.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    pub(super) start: Vec<f64>,
    pub(super) bounds: Bounds,
    /// The granularity of each variable, if the header has them.
    pub(super) granularity: Option<Vec<f64>>,
    pub(super) budget: Option<u64>,
    pub(super) seed: Option<u64>,
}

const KEYS: [&str; 7] = ["n", "x0", "lb", "ub", "granularity", "budget", "seed"];

/// The most characters of a line quoted in an error.
const WORDS: usize = 60;

/// A header line after its key, and its number.
struct Entry {
    text: String,
    line: u64,
}

impl Header {
    /// Reads the header up to the first empty line.
    pub(super) fn read(lines: &mut Lines) -> Result<Self, Trouble> {
        let entries = entries(lines).map_err(Trouble::usage)?;
        Header::of(&entries).map_err(Trouble::usage)
    }

    fn of(entries: &HashMap<String, Entry>) -> Result<Self, String> {
        let count = |key: &str, least: u64| match entries.get(key) {
            None => Ok(None),
            Some(entry) => entry.count(key, least).map(Some),
        };
        let n =
            count("n", 1)?.ok_or("the header has no line `n`; expected `n` and the number of variables")?;
        let numbers = |key: &str, number: fn(&str) -> Result<f64, String>| match entries.get(key) {
            None => Ok(None),
            Some(entry) => entry.numbers(key, n, number).map(Some),
        };
        let start =
            numbers("x0", finite)?.ok_or("the header has no line `x0`; expected `x0` and the start")?;
        let lower = numbers("lb", bound)?.unwrap_or_else(|| vec![f64::NEG_INFINITY; start.len()]);
        let upper = numbers("ub", bound)?.unwrap_or_else(|| vec![f64::INFINITY; start.len()]);
        let line = ["lb", "ub"].iter().filter_map(|key| entries.get(*key)).map(|entry| entry.line).max();
        let bounds = Bounds::new(lower, upper)
            .map_err(|error| format!("line {}: {error}", line.unwrap_or_default()))?;
        let granularity = numbers("granularity", granularity)?;
        Ok(Header { start, bounds, granularity, budget: count("budget", 1)?, seed: count("seed", 0)? })
    }
}

fn entries(lines: &mut Lines) -> Result<HashMap<String, Entry>, String> {
    let mut entries = HashMap::new();
    loop {
        let text = lines.next()?;
        let line = lines.count;
        let text = text.ok_or_else(|| {
            format!("line {line}: the input ended; expected an empty line after the header")
        })?;
        if text.is_empty() {
            return Ok(entries);
        }
        let (key, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
        if !KEYS.contains(&key) {
            return Err(format!(
                "line {line}: `{}` is not a line of the header; expected one of {}",
                shown(key, WORDS),
                KEYS.join(", ")
            ));
        }
        let entry = Entry { text: rest.trim().to_owned(), line };
        if let Some(first) = entries.insert(key.to_owned(), entry) {
            return Err(format!("line {line}: {key} is given twice, first in line {}", first.line));
        }
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
        let bounds = Bounds::new(vec![f64::NEG_INFINITY, 0.0], vec![f64::INFINITY, 2.0]).unwrap();
        let (start, granularity) = (vec![1.0, -2e-3], Some(vec![0.5, 0.0]));
        assert_eq!(header, Header { start, bounds, granularity, budget: Some(10), seed: Some(7) });
        let header = read("n 1\nx0 4\n\n").unwrap();
        let (start, bounds) = (vec![4.0], Bounds::free(1));
        assert_eq!(header, Header { start, bounds, granularity: None, budget: None, seed: None });
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
