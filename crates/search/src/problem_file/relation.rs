//! Linear relations as text: `2 width + height <= 10`.

/// `sum a_i name_i <= limit`, or `= limit`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Relation {
    pub(super) terms: Vec<(f64, String)>,
    pub(super) limit: f64,
    pub(super) is_equality: bool,
}

/// Reads a relation of two sums of numbers, names and multiples of names. `>=` is turned round.
///
/// # Errors
/// What is wrong, and what was expected.
pub(super) fn relation(text: &str) -> Result<Relation, String> {
    let tokens = tokens(text)?;
    let is_sign = |token: &&Token| matches!(token, Token::AtMost | Token::AtLeast | Token::Equal);
    if tokens.iter().filter(is_sign).count() != 1 {
        return Err("expected two sides and one of <=, >=, = between them".to_owned());
    }
    let at = tokens.iter().position(|token| is_sign(&token)).expect("there is one");
    let (left, right) = (sum(&tokens[..at])?, sum(&tokens[at + 1..])?);
    let sign = if tokens[at] == Token::AtLeast { -1.0 } else { 1.0 };
    let mut relation = Relation { terms: Vec::new(), limit: 0.0, is_equality: tokens[at] == Token::Equal };
    for (side, (factor, name)) in
        left.into_iter().map(|term| (sign, term)).chain(right.into_iter().map(|term| (-sign, term)))
    {
        match name {
            Some(name) => relation.add(side * factor, name),
            None => relation.limit -= side * factor,
        }
    }
    if relation.terms.is_empty() {
        return Err("expected at least one name".to_owned());
    }
    Ok(relation)
}

impl Relation {
    fn add(&mut self, factor: f64, name: String) {
        match self.terms.iter_mut().find(|(_, other)| *other == name) {
            Some((sum, _)) => *sum += factor,
            None => self.terms.push((factor, name)),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Plus,
    Minus,
    Times,
    AtMost,
    AtLeast,
    Equal,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '+' => (Token::Plus, 1),
            '-' => (Token::Minus, 1),
            '*' => (Token::Times, 1),
            '<' if rest.starts_with("<=") => (Token::AtMost, 2),
            '>' if rest.starts_with(">=") => (Token::AtLeast, 2),
            '=' if rest.starts_with("==") => (Token::Equal, 2),
            '=' => (Token::Equal, 1),
            _ if first.is_ascii_digit() || first == '.' => number(rest)?,
            _ if first.is_alphabetic() || first == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                (Token::Name(rest[..length].to_owned()), length)
            }
            '<' | '>' => return Err(format!("`{first}` alone is no relation; expected {first}=")),
            other => {
                return Err(format!(
                    "`{other}` has no place there; expected numbers, names, +, -, *, <=, >= and ="
                ));
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A number at the beginning, and its length: digits, a point, an exponent.
fn number(text: &str) -> Result<(Token, usize), String> {
    let digits = |from: usize| {
        text[from..]
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .map_or(text.len(), |length| from + length)
    };
    let mut end = digits(0);
    if text[end..].starts_with(['e', 'E']) {
        let signed = end + 1 + usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(signed);
        end = if exponent > signed { exponent } else { end };
    }
    let number = text[..end].parse().map_err(|_| format!("`{}` is no number", &text[..end]))?;
    Ok((Token::Number(number), end))
}

type Term = (f64, Option<String>);

/// Terms with signs between them.
fn sum(tokens: &[Token]) -> Result<Vec<Term>, String> {
    let mut terms = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let signs = rest.iter().take_while(|token| matches!(token, Token::Plus | Token::Minus)).count();
        if signs == 0 && !terms.is_empty() {
            return Err("expected + or - between two terms".to_owned());
        }
        let sign =
            rest[..signs].iter().fold(1.0, |sign, token| if *token == Token::Minus { -sign } else { sign });
        rest = &rest[signs..];
        let (factor, name, length) = match rest {
            [Token::Number(a), Token::Times, Token::Name(name), ..]
            | [Token::Name(name), Token::Times, Token::Number(a), ..] => (*a, Some(name), 3),
            [Token::Number(a), Token::Name(name), ..] => (*a, Some(name), 2),
            [Token::Number(a), ..] => (*a, None, 1),
            [Token::Name(name), ..] => (1.0, Some(name), 1),
            _ => return Err("expected a number, a name, or a multiple of a name".to_owned()),
        };
        terms.push((sign * factor, name.cloned()));
        rest = &rest[length..];
    }
    if terms.is_empty() { Err("one side is empty".to_owned()) } else { Ok(terms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(f64, String)>, f64, bool) {
        let Relation { terms, limit, is_equality } = relation(text).unwrap();
        (terms, limit, is_equality)
    }

    fn terms(terms: &[(f64, &str)]) -> Vec<(f64, String)> {
        terms.iter().map(|&(factor, name)| (factor, name.to_owned())).collect()
    }

    #[test]
    fn sums_of_multiples_are_read() {
        assert_eq!(read("x1 + x2 <= 1"), (terms(&[(1.0, "x1"), (1.0, "x2")]), 1.0, false));
        assert_eq!(
            read("2 width - .5*height >= -1e1"),
            (terms(&[(-2.0, "width"), (0.5, "height")]), 10.0, false)
        );
        assert_eq!(read("a*3 == b + 4 - 2a"), (terms(&[(5.0, "a"), (-1.0, "b")]), 4.0, true));
        assert_eq!(read("1 - - größe<=load[2]"), (terms(&[(1.0, "größe"), (-1.0, "load[2]")]), -1.0, false));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            ("", "two sides"),
            ("x + y", "two sides"),
            ("x <= y <= 1", "two sides"),
            ("x < 1", "`<` alone"),
            ("x y <= 1", "between two terms"),
            ("x <=", "one side is empty"),
            ("1 <= 2", "at least one name"),
            ("x/2 <= 1", "`/` has no place"),
            ("1.2.3 x <= 1", "is no number"),
            ("2 * 3 <= x", "between two terms"),
            ("* x <= 1", "expected a number"),
        ] {
            let error = relation(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
