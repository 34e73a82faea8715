//! Texts of programs and files, made safe for one line.

/// The longest text that is shown.
const MOST: usize = 300;

/// The text in one line. Control characters, which a terminal would obey, are escaped. Text longer than 300
/// characters is cut, and ends with `...`.
///
/// ```
/// use compare::report::one_line;
///
/// assert_eq!(one_line("no value:\n\u{1b}[2J"), "no value:\\n\\u{1b}[2J");
/// assert_eq!(one_line(&"é".repeat(400)), "é".repeat(300) + "...");
/// ```
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (number, character) in text.chars().enumerate() {
        if number == MOST {
            line.push_str("...");
            break;
        }
        if character.is_control() { line.extend(character.escape_default()) } else { line.push(character) }
    }
    line
}

/// A number of things, in words.
///
/// ```
/// use compare::report::counted;
///
/// assert_eq!((counted(1, "run"), counted(2, "run")), ("1 run".to_owned(), "2 runs".to_owned()));
/// ```
pub fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
