//! Numbers as people write them, and what is said of those that are none.

use std::time::Duration;

/// A finite number.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| "expected a finite number".to_owned())
}

/// Whether the text is how some language writes that there is no number, or none that is finite, beyond what Rust reads.
pub(crate) fn is_no_number(text: &str) -> bool {
    const WORDS: [&str; 8] = ["none", "null", "nil", "na", "n/a", "missing", "nothing", "undefined"];
    let text = text.to_ascii_lowercase();
    let text = text.trim_start_matches(['+', '-']);
    // `nan(ind)`, `nan(0x7ff8)` of C's; `1.#INF`, `1.#QNAN00` of Microsoft's older one.
    let of_c = (text.starts_with("nan(") && text.ends_with(')')) || text.starts_with("1.#");
    of_c || WORDS.contains(&text)
}

/// A number, or an infinity for no bound.
pub(crate) fn bound(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| !number.is_nan());
    number.ok_or_else(|| "expected a number, `inf` or `-inf`".to_owned())
}

/// What a variable is a multiple of, or 0.
pub(crate) fn granularity(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| *number >= 0.0 && number.is_finite());
    number.ok_or_else(|| "expected a number above 0, or 0 for a continuous variable".to_owned())
}

/// A length of time.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "expected a number of seconds, at least 0".to_owned())
}
