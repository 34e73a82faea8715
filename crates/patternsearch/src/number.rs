//! Parses numbers in arguments and input.

use std::time::Duration;

/// Parses a finite number.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| "expected a finite number".to_owned())
}

/// Whether the text is how some language writes a missing, NaN or infinite value, beyond the spellings that
/// Rust parses.
pub(crate) fn is_no_number(text: &str) -> bool {
    const WORDS: [&str; 8] = ["none", "null", "nil", "na", "n/a", "missing", "nothing", "undefined"];
    let text = text.to_ascii_lowercase();
    let text = text.trim_start_matches(['+', '-']);
    // `nan(ind)` and `nan(0x7ff8)` come from C; `1.#INF` and `1.#QNAN00` from Microsoft's older C library.
    let of_c = (text.starts_with("nan(") && text.ends_with(')')) || text.starts_with("1.#");
    of_c || WORDS.contains(&text)
}

/// Parses a number, or an infinity for no bound.
pub(crate) fn bound(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| !number.is_nan());
    number.ok_or_else(|| "expected a number, `inf` or `-inf`".to_owned())
}

/// Parses a granularity, which is finite and at least 0.
pub(crate) fn granularity(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| *number >= 0.0 && number.is_finite());
    number.ok_or_else(|| "expected a number above 0, or 0 for a continuous variable".to_owned())
}

/// Parses a time in seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "expected a number of seconds, at least 0".to_owned())
}
