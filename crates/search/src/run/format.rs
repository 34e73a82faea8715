//! Formats numbers in C's `%g` format, which MATLAB's displays use, or exactly, and escapes text for display.

/// Formats `value` with `digits` significant digits (1 to 17), as `%g` does: trailing zeros are removed, and
/// the notation is scientific if the exponent is below -4 or at least `digits` (C11 standard, section
/// 7.21.6.1).
///
/// ```
/// use search::general;
/// assert_eq!(general(-0.00636551, 6), "-0.00636551");
/// assert_eq!(general(9.5367431640625e-7, 4), "9.537e-07");
/// assert_eq!(general(1048576.0, 4), "1.049e+06");
/// ```
pub fn general(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN".to_owned()
        } else {
            format!("{}Inf", if value < 0.0 { "-" } else { "" })
        };
    }
    let digits = digits.clamp(1, 17);
    // Rounding may carry into the next power of ten, so the exponent is taken from the rounded number.
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let cut = |text: &str| -> String {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", cut(mantissa), exponent.abs());
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    cut(&format!("{value:.decimals$}"))
}

/// Formats the coordinates of a point, separated by spaces, with the fewest digits that read back to the same
/// bits.
///
/// ```
/// assert_eq!(search::exact(&[0.1 + 0.2, 1.0, 1e-7]), "0.30000000000000004 1.0 1e-7");
/// ```
pub fn exact(x: &[f64]) -> String {
    let coordinates: Vec<String> = x.iter().map(|v| format!("{v:?}")).collect();
    coordinates.join(" ")
}

/// Returns untrusted text in a form that is safe to show on a terminal: at most `most` of its characters,
/// with unprintable ones (such as those that begin escape sequences) escaped as in Rust strings.
///
/// ```
/// assert_eq!(search::shown("caf\u{e9} \x1b[31mred", 20), "caf\u{e9} \\u{1b}[31mred");
/// assert_eq!(search::shown("0123456789", 4), "0123 [6 more characters]");
/// ```
pub fn shown(text: &str, most: usize) -> String {
    let mut characters = text.chars();
    let mut shown = String::new();
    for character in characters.by_ref().take(most) {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    match characters.count() {
        0 => shown,
        more => shown + &format!(" [{more} more characters]"),
    }
}
