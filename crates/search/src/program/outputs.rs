//! What a program prints: the objective, residuals, constraints, by their place or by name.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::process::WORDS;
use crate::{ConstraintCount, ConstraintValues, Failure, LeastSquares, Values, shown};

/// How a program prints its results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum OutputForm {
    /// Numbers on the last line, separated by blanks or commas, in the order of the names.
    #[default]
    Line,
    /// A line `name value` for each result; `name = value` and `name: value` will do. Other lines are ignored. Not for a
    /// program that answers lines.
    Keys,
    /// One JSON object. Inner objects and arrays have names such as `load.max` and `load[1]`, counted from 1.
    Json,
}

/// The results of a program, and what they mean for the search.
///
/// ```
/// use search::{OutputForm, Outputs};
///
/// // A simulator that prints `{"mass": 2.5, "stress": 180.0}`, whose stress is to be at most 250.
/// let outputs = Outputs::named(OutputForm::Json, ["mass", "stress"])
///     .minimizing("mass")
///     .at_most([(1.0, "stress")], 250.0);
/// let values = outputs.read("{\"mass\": 2.5, \"stress\": 180.0}")?;
/// assert_eq!(values.value(), 2.5);
/// assert_eq!(values.constraints().map(|c| c.inequalities.clone()), Some(vec![-70.0]));
/// # Ok::<(), search::Failure>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outputs {
    form: OutputForm,
    names: Vec<String>,
    goal: Goal,
    inequalities: Vec<Combination>,
    equalities: Vec<Combination>,
}

/// What is minimized.
#[derive(Debug, Clone, PartialEq, Serialize)]
enum Goal {
    /// `sign` times a result.
    Value { name: String, sign: f64 },
    /// A fit of results as residuals. Without a form their number is not known, and their squares are summed.
    Squares { names: Vec<String>, form: Option<LeastSquares> },
}

/// A sum of multiples of results, less a limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Combination {
    terms: Vec<(f64, String)>,
    limit: f64,
}

impl Default for Outputs {
    /// One number on the last line.
    fn default() -> Self {
        Outputs::numbered(ConstraintCount::default())
    }
}

impl Outputs {
    /// Results without names, on the last line: the objective, `c(x)`, `ceq(x)`, in that order.
    pub fn numbered(count: ConstraintCount) -> Self {
        let names = |prefix: &'static str, count| (1..=count).map(move |i| format!("{prefix}{i}"));
        let (c, ceq) = (names("c", count.inequalities), names("ceq", count.equalities));
        let all = std::iter::once("f".to_owned()).chain(c.clone()).chain(ceq.clone());
        let outputs = Outputs::named(OutputForm::Line, all);
        let outputs = c.fold(outputs, |outputs, name| outputs.at_most([(1.0, name)], 0.0));
        ceq.fold(outputs, |outputs, name| outputs.equal_to([(1.0, name)], 0.0))
    }

    /// Residuals without names on the last line, then `c(x)` and `ceq(x)`. The sum of the squares of the residuals is minimized.
    pub fn numbered_residuals(residuals: usize, count: ConstraintCount) -> Self {
        let Outputs { names, inequalities, equalities, .. } = Outputs::numbered(count);
        let residuals: Vec<String> = (1..=residuals).map(|i| format!("r{i}")).collect();
        let names = residuals.iter().cloned().chain(names.into_iter().skip(1)).collect();
        let goal = Goal::Squares { form: Some(LeastSquares::of(residuals.len())), names: residuals };
        Outputs { form: OutputForm::Line, names, goal, inequalities, equalities }
    }

    /// Results of these names, of which the first is minimized.
    pub fn named(form: OutputForm, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let name = names.first().cloned().unwrap_or_default();
        let goal = Goal::Value { name, sign: 1.0 };
        Outputs { form, names, goal, inequalities: Vec::new(), equalities: Vec::new() }
    }

    /// The same, minimizing this result.
    #[must_use]
    pub fn minimizing(self, name: impl Into<String>) -> Self {
        Outputs { goal: Goal::Value { name: name.into(), sign: 1.0 }, ..self }
    }

    /// The same, maximizing this result: its negative is the objective.
    #[must_use]
    pub fn maximizing(self, name: impl Into<String>) -> Self {
        Outputs { goal: Goal::Value { name: name.into(), sign: -1.0 }, ..self }
    }

    /// The same, minimizing the sum of the squares of these results. In JSON a name may be that of an array;
    /// the search then sees the residuals themselves only if their number is [given](Outputs::fitting).
    #[must_use]
    pub fn least_squares(self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let form = (self.form != OutputForm::Json).then(|| LeastSquares::of(names.len()));
        Outputs { goal: Goal::Squares { names, form }, ..self }
    }

    /// The same with this number of residuals, their standard deviations, and a loss. It changes nothing if a
    /// single result is minimized.
    #[must_use]
    pub fn fitting(self, form: impl Into<LeastSquares>) -> Self {
        match self.goal {
            Goal::Squares { names, .. } => {
                Outputs { goal: Goal::Squares { names, form: Some(form.into()) }, ..self }
            }
            Goal::Value { .. } => self,
        }
    }

    /// How the value comes from residuals, if their number is known.
    pub fn fit(&self) -> Option<&LeastSquares> {
        match &self.goal {
            Goal::Squares { form, .. } => form.as_ref(),
            Goal::Value { .. } => None,
        }
    }

    /// The same under one more constraint: this sum of multiples of results is at most `limit`.
    #[must_use]
    pub fn at_most(mut self, terms: impl IntoIterator<Item = (f64, impl Into<String>)>, limit: f64) -> Self {
        self.inequalities.push(Combination::of(terms, limit));
        self
    }

    /// The same under one more constraint: this sum of multiples of results equals `limit`.
    #[must_use]
    pub fn equal_to(mut self, terms: impl IntoIterator<Item = (f64, impl Into<String>)>, limit: f64) -> Self {
        self.equalities.push(Combination::of(terms, limit));
        self
    }

    /// How many constraints of each kind there are.
    pub fn count(&self) -> ConstraintCount {
        ConstraintCount::new(self.inequalities.len(), self.equalities.len())
    }

    /// The form.
    pub fn form(&self) -> OutputForm {
        self.form
    }

    /// Reads what the program has printed.
    ///
    /// # Errors
    /// [`Failure::Error`] that names what is missing or no number.
    pub fn read(&self, text: &str) -> Result<Values, Failure> {
        let results = self.results(text).map_err(Failure::Error)?;
        let value = match &self.goal {
            Goal::Value { name, sign } => Values::from(sign * results.one(name)?),
            Goal::Squares { names, form } => {
                let mut residuals = Vec::new();
                for name in names {
                    residuals.extend_from_slice(results.all(name)?);
                }
                match form {
                    Some(form) => form.values(residuals),
                    None => LeastSquares::of(residuals.len()).value(&residuals).into(),
                }
            }
        };
        if self.count() == ConstraintCount::default() {
            return Ok(value);
        }
        let values = |combinations: &[Combination]| {
            combinations.iter().map(|combination| combination.value(&results)).collect::<Result<Vec<_>, _>>()
        };
        let (inequalities, equalities) = (values(&self.inequalities)?, values(&self.equalities)?);
        Ok(value.constrained(ConstraintValues { inequalities, equalities }))
    }

    fn results(&self, text: &str) -> Result<Results, String> {
        match self.form {
            OutputForm::Line => self.of_line(text),
            OutputForm::Keys => Ok(Results::of_keys(text)),
            OutputForm::Json => Results::of_json(text),
        }
    }

    fn of_line(&self, text: &str) -> Result<Results, String> {
        let line = last_line(text);
        let words: Vec<&str> =
            line.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
        let numbers: Option<Vec<f64>> = words.iter().map(|word| word.parse().ok()).collect();
        match numbers {
            Some(numbers) if numbers.len() == self.names.len() => {
                let values = numbers.into_iter().map(|number| vec![number]);
                Ok(Results(self.names.iter().cloned().zip(values).collect()))
            }
            _ => Err(format!(
                "the program printed `{}`; expected {} on the last line",
                shown(line, WORDS),
                self.numbers()
            )),
        }
    }

    /// What is to be on a line, in words: `3 numbers (mass stress load)`.
    pub fn numbers(&self) -> String {
        match self.names.as_slice() {
            [_] => "a number".to_owned(),
            names if names.len() <= 8 => format!("{} numbers ({})", names.len(), names.join(" ")),
            names => format!("{} numbers ({} ... {})", names.len(), names[0], names[names.len() - 1]),
        }
    }
}

impl Combination {
    fn of(terms: impl IntoIterator<Item = (f64, impl Into<String>)>, limit: f64) -> Self {
        Combination { terms: terms.into_iter().map(|(factor, name)| (factor, name.into())).collect(), limit }
    }

    /// `sum a_i r_i - b`
    fn value(&self, results: &Results) -> Result<f64, Failure> {
        let mut sum = -self.limit;
        for (factor, name) in &self.terms {
            sum += factor * results.one(name)?;
        }
        Ok(sum)
    }
}

/// The numbers of each name.
struct Results(HashMap<String, Vec<f64>>);

impl Results {
    fn of_keys(text: &str) -> Self {
        let entry = |line: &str| {
            let (name, rest) = line.trim().split_once(|c: char| c.is_whitespace() || c == '=' || c == ':')?;
            let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=' || c == ':');
            Some((name.to_owned(), vec![value.trim().parse().ok()?]))
        };
        Results(text.lines().filter_map(entry).collect())
    }

    /// The last line, if that is an object, or all of the text.
    fn of_json(text: &str) -> Result<Self, String> {
        let line = last_line(text);
        let object = serde_json::from_str(line).or_else(|_| serde_json::from_str(text.trim()));
        let Ok(Value::Object(object)) = object else {
            return Err(format!("the program printed `{}`; expected a JSON object", shown(line, WORDS)));
        };
        let mut results = HashMap::new();
        for (name, value) in &object {
            flatten(name, value, &mut results);
        }
        Ok(Results(results))
    }

    fn all(&self, name: &str) -> Result<&[f64], Failure> {
        let numbers = self.0.get(name).map(Vec::as_slice);
        numbers.ok_or_else(|| Failure::Error(format!("the program printed no number `{name}`")))
    }

    fn one(&self, name: &str) -> Result<f64, Failure> {
        match self.all(name)? {
            [number] => Ok(*number),
            numbers => {
                let count = numbers.len();
                Err(Failure::Error(format!("the program printed {count} numbers `{name}`; expected one")))
            }
        }
    }
}

/// Adds the numbers of a value under its name; an array of numbers also under those of its elements.
fn flatten(name: &str, value: &Value, results: &mut HashMap<String, Vec<f64>>) {
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| flatten(&format!("{name}.{key}"), value, results));
        }
        Value::Array(values) => {
            if let Some(numbers) = values.iter().map(number).collect() {
                results.insert(name.to_owned(), numbers);
            }
            values
                .iter()
                .enumerate()
                .for_each(|(i, value)| flatten(&format!("{name}[{}]", i + 1), value, results));
        }
        value => {
            if let Some(number) = number(value) {
                results.insert(name.to_owned(), vec![number]);
            }
        }
    }
}

/// A number; JSON has no infinities and NaN, which stand there as words or as `null`.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Null => Some(f64::NAN),
        _ => None,
    }
}

fn last_line(text: &str) -> &str {
    text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(outputs: &Outputs, text: &str) -> (f64, Vec<f64>, Vec<f64>) {
        let values = outputs.read(text).unwrap();
        let constraints = values.constraints().cloned().unwrap_or_default();
        (values.value(), constraints.inequalities, constraints.equalities)
    }

    #[test]
    fn numbers_are_read_by_their_place() {
        assert_eq!(read(&Outputs::default(), "noise\n 2.5 \n\n"), (2.5, vec![], vec![]));
        let outputs = Outputs::numbered(ConstraintCount::new(2, 1));
        let (value, c, ceq) = read(&outputs, "1 -2, 3e0 nan");
        assert_eq!((value, c), (1.0, vec![-2.0, 3.0]));
        assert!(ceq[0].is_nan());
        let outputs = Outputs::numbered_residuals(2, ConstraintCount::new(1, 0));
        assert_eq!(read(&outputs, "3 4 -1"), (25.0, vec![-1.0], vec![]));
        assert_eq!(outputs.read("3 4 -1").unwrap().residuals(), Some([3.0, 4.0].as_slice()));
    }

    #[test]
    fn results_are_read_by_name() {
        let outputs = Outputs::named(OutputForm::Keys, ["mass", "stress", "load"])
            .maximizing("load")
            .at_most([(2.0, "stress"), (-1.0, "mass")], 10.0)
            .equal_to([(1.0, "mass")], 3.0);
        let text = "started\nmass = 4\nstress: 5\nload 7\nstress 6\n";
        assert_eq!(read(&outputs, text), (-7.0, vec![2.0 * 6.0 - 4.0 - 10.0], vec![1.0]));
        let outputs = Outputs { form: OutputForm::Json, ..outputs };
        assert_eq!(
            read(&outputs, "{\"mass\": 4, \"stress\": 6,\n \"load\": 7}"),
            (-7.0, vec![-2.0], vec![1.0])
        );
        let squares = Outputs::named(OutputForm::Json, ["fit.r"]).least_squares(["fit.r"]);
        assert_eq!(read(&squares, "words\n{\"fit\": {\"r\": [1, 2]}}").0, 5.0);
        assert_eq!(read(&squares.minimizing("fit.r[2]"), "{\"fit\": {\"r\": [1, 2]}}").0, 2.0);
    }

    #[test]
    fn what_is_missing_is_named() {
        let words = |outputs: &Outputs, text: &str| outputs.read(text).unwrap_err().to_string();
        assert_eq!(
            words(&Outputs::numbered(ConstraintCount::new(1, 0)), "1"),
            "error: the program printed `1`; expected 2 numbers (f c1) on the last line"
        );
        let named = Outputs::named(OutputForm::Keys, ["mass"]);
        assert_eq!(words(&named, "maß 3"), "error: the program printed no number `mass`");
        let named = Outputs::named(OutputForm::Json, ["mass"]);
        assert_eq!(words(&named, "3"), "error: the program printed `3`; expected a JSON object");
        assert_eq!(
            words(&named, "{\"mass\": [1, 2]}"),
            "error: the program printed 2 numbers `mass`; expected one"
        );
        assert!(named.read("{\"mass\": null}").unwrap().value().is_nan());
    }
}
