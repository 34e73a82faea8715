//! Reads options in MATLAB's spellings.

use serde::{Deserialize, Deserializer};

/// A case-insensitive word.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Word(String);

impl Word {
    /// Returns the value for which the word stands.
    pub(crate) fn among<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, String> {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&self.0));
        found.map(|&(_, value)| value).ok_or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            format!("unknown variant `{}`, expected {}", self.0, known.join(" or "))
        })
    }
}

/// Reads `true`, `false`, `"on"` or `"off"`.
pub(crate) fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected true, false, \"on\" or \"off\"")]
    enum Switch {
        Bool(bool),
        Word(Word),
    }
    match Switch::deserialize(deserializer)? {
        Switch::Bool(switch) => Ok(switch),
        Switch::Word(word) => word
            .among(&[("on", true), ("off", false)])
            .map_err(|_| serde::de::Error::custom("expected true, false, \"on\" or \"off\"")),
    }
}

/// Reads a limit: a number, or `"Inf"` or `null` for none.
pub(crate) fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a number, \"Inf\" or null")]
    enum Limit {
        Number(f64),
        Word(Word),
        None(()),
    }
    match Limit::deserialize(deserializer)? {
        Limit::Number(limit) => Ok(Some(limit)),
        Limit::Word(word) => word.among(&[("Inf", None)]).map_err(serde::de::Error::custom),
        Limit::None(()) => Ok(None),
    }
}

/// Reads a limit on a count: an integer, `null`, or MATLAB's text for its default.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a whole number, at least 0")]
    enum Count {
        Whole(u64),
        Number(f64),
        Word(Word),
        None(()),
    }
    let custom = serde::de::Error::custom;
    match Count::deserialize(deserializer)? {
        Count::Whole(count) => Ok(Some(count)),
        // Up to 2^53 every integer is exactly representable.
        Count::Number(number)
            if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) =>
        {
            Ok(Some(number as u64))
        }
        Count::Number(number) => Err(custom(format!("{number} is not a whole number, at least 0"))),
        Count::Word(word) => {
            word.among(&[("100*numberOfVariables", None), ("2000*numberOfVariables", None)]).map_err(custom)
        }
        Count::None(()) => Ok(None),
    }
}
