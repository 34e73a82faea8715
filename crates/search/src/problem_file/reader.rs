//! From the keys of the file to the parts of the problem.

use std::collections::HashMap;
use std::path::Path;

use super::description::{Constraints, Description, Each, Format, Number, Passing, Residuals, Variable};
use super::error::ProblemFileError;
use super::relation::{Relation, relation};
use crate::{Bounds, ConstraintCount, LinearConstraints, OutputForm, Outputs};

/// Reads one part of the description after the other.
pub(super) struct Reader<'d> {
    pub(super) path: &'d Path,
    pub(super) description: &'d Description,
}

impl Reader<'_> {
    pub(super) fn wrong(&self, key: &str, reason: impl std::fmt::Display) -> ProblemFileError {
        ProblemFileError::of_key(self.path, key, reason)
    }

    pub(super) fn check_program(&self) -> Result<(), ProblemFileError> {
        let Description { program, timeout, budget, time, workers, starts, .. } = self.description;
        if program.split().0.is_empty() {
            return Err(self.wrong("program", "is empty; expected the name of an executable"));
        }
        for (key, number) in [("timeout", timeout), ("time", time)] {
            // NaN is not above 0 either.
            if let Some(Number(seconds)) = number
                && seconds.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater)
            {
                return Err(self.wrong(key, format!("is {seconds}; expected a number of seconds above 0")));
            }
        }
        let counts =
            [("budget", *budget), ("workers", workers.map(|count| count as u64)), ("starts", *starts)];
        match counts.into_iter().find(|(_, count)| *count == Some(0)) {
            Some((key, _)) => Err(self.wrong(key, "is 0; expected at least 1")),
            None => Ok(()),
        }
    }

    pub(super) fn start(&self) -> Result<Vec<f64>, ProblemFileError> {
        let Description { start, lower, upper, granularity, variables, variable, .. } = self.description;
        match start {
            Some(start) if variable.is_empty() => Ok(start.iter().map(|Number(number)| *number).collect()),
            None if variable.is_empty() => Err(self.wrong("start", "is missing; expected a number for each variable")),
            None if lower.is_none() && upper.is_none() && granularity.is_none() && variables.is_none() => {
                Ok(variable.iter().map(|variable| variable.start.0).collect())
            }
            _ => Err(self.wrong(
                "variable",
                "is there beside `start`, `lower`, `upper`, `granularity` or `variables`; expected one or the other",
            )),
        }
    }

    /// A number for each variable: from its table, or from the key.
    fn each(
        &self,
        key: &str,
        given: Option<&Each>,
        n: usize,
        default: f64,
        of: impl Fn(&Variable) -> Option<f64>,
    ) -> Result<Vec<f64>, ProblemFileError> {
        match given {
            None if self.description.variable.is_empty() => Ok(vec![default; n]),
            None => {
                Ok(self.description.variable.iter().map(|variable| of(variable).unwrap_or(default)).collect())
            }
            Some(Each::All(Number(all))) => Ok(vec![*all; n]),
            Some(Each::Each(each)) if each.len() == n => {
                Ok(each.iter().map(|Number(number)| *number).collect())
            }
            Some(Each::Each(each)) => Err(self
                .wrong(key, format!("has {} numbers; expected {n}, as `start`, or one for all", each.len()))),
        }
    }

    pub(super) fn bounds(&self, start: &[f64]) -> Result<Bounds, ProblemFileError> {
        let Description { lower, upper, .. } = self.description;
        let number = |number: Option<Number>| number.map(|Number(number)| number);
        let lower =
            self.each("lower", lower.as_ref(), start.len(), f64::NEG_INFINITY, |v| number(v.lower))?;
        let upper = self.each("upper", upper.as_ref(), start.len(), f64::INFINITY, |v| number(v.upper))?;
        Bounds::new(lower, upper).map_err(|error| self.wrong("lower", error))
    }

    pub(super) fn granularity(&self, n: usize) -> Result<Vec<f64>, ProblemFileError> {
        let of = |variable: &Variable| match (variable.granularity, variable.integer) {
            (Some(Number(granularity)), _) => Some(granularity),
            (None, integer) => Some(f64::from(u8::from(integer))),
        };
        self.each("granularity", self.description.granularity.as_ref(), n, 0.0, of)
    }

    /// The names of the variables, and the rows, which decide from where unnamed ones are counted.
    pub(super) fn names_and_rows(
        &self,
        n: usize,
    ) -> Result<(Vec<String>, LinearConstraints), ProblemFileError> {
        let Description { linear, variables, variable, .. } = self.description;
        let mut rows = Vec::new();
        for (key, text) in linear.keyed("linear") {
            rows.push((
                relation(text).map_err(|error| self.wrong(&key, format!("is `{text}`; {error}")))?,
                key,
            ));
        }
        let from_zero = rows.iter().any(|(row, _)| row.terms.iter().any(|(_, name)| name == "x0"));
        let unnamed = |i: usize| format!("x{}", if from_zero { i } else { i + 1 });
        let names: Vec<String> = match variables {
            Some(names) => names.clone(),
            None if variable.is_empty() => (0..n).map(unnamed).collect(),
            None => variable
                .iter()
                .enumerate()
                .map(|(i, v)| v.name.clone().unwrap_or_else(|| unnamed(i)))
                .collect(),
        };
        if names.len() != n {
            return Err(
                self.wrong("variables", format!("has {} names; expected {n}, as `start`", names.len()))
            );
        }
        let mut places = HashMap::with_capacity(n);
        for (i, name) in names.iter().enumerate() {
            if places.insert(name.as_str(), i).is_some() {
                let reason = format!("has `{name}` twice; expected names that differ");
                return Err(self.wrong("variables", reason));
            }
        }
        let (mut a, mut b, mut aeq, mut beq) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (row, key) in rows {
            let Relation { terms, limit, is_equality } = row;
            let mut coefficients = vec![0.0; n];
            for (factor, name) in terms {
                let &i = places.get(name.as_str()).ok_or_else(|| {
                    self.wrong(
                        &key,
                        format!("has `{name}`; expected one of the variables {}", names.join(", ")),
                    )
                })?;
                coefficients[i] = factor;
            }
            let (rows, limits) = if is_equality { (&mut aeq, &mut beq) } else { (&mut a, &mut b) };
            rows.push(coefficients);
            limits.push(limit);
        }
        let rows =
            LinearConstraints::at_most(a, b).and_then(|rows| rows.and(LinearConstraints::equal(aeq, beq)?));
        rows.map(|rows| (names, rows)).map_err(|error| self.wrong("linear", error))
    }

    pub(super) fn outputs(&self) -> Result<Outputs, ProblemFileError> {
        let Description {
            outputs: names,
            format,
            pass,
            minimize,
            maximize,
            residuals,
            constraints,
            equalities,
            ..
        } = self.description;
        let form = match format {
            Format::Line => OutputForm::Line,
            Format::Keys => OutputForm::Keys,
            Format::Json => OutputForm::Json,
        };
        if form == OutputForm::Keys && matches!(pass, Passing::Lines) {
            return Err(self.wrong(
                "format",
                "is `keys` with `pass = \"lines\"`, where an answer is one line; expected `line` or `json`",
            ));
        }
        let Some(names) = names else { return self.numbered_outputs(form) };
        if names.is_empty() {
            return Err(self.wrong("outputs", "is empty; expected at least one name"));
        }
        let known =
            |key: &str, name: &String| match names.contains(name) || form == OutputForm::Json {
                true => Ok(()),
                false => Err(self
                    .wrong(key, format!("has `{name}`; expected one of the outputs {}", names.join(", ")))),
            };
        let outputs = Outputs::named(form, names.clone());
        let outputs = match (minimize, maximize, residuals) {
            (None, None, None) => outputs,
            (Some(name), None, None) => known("minimize", name).map(|()| outputs.minimizing(name.clone()))?,
            (None, Some(name), None) => known("maximize", name).map(|()| outputs.maximizing(name.clone()))?,
            (None, None, Some(Residuals::Names(residuals))) => {
                residuals.iter().try_for_each(|name| known("residuals", name))?;
                outputs.least_squares(residuals.clone())
            }
            (None, None, Some(Residuals::Count(_))) => {
                return Err(
                    self.wrong("residuals", "is a number beside `outputs`; expected names of outputs")
                );
            }
            _ => {
                return Err(self
                    .wrong("minimize", "is not alone; expected one of `minimize`, `maximize`, `residuals`"));
            }
        };
        if equalities.is_some() {
            return Err(
                self.wrong("equalities", "is a number beside `outputs`; expected `=` in `constraints`")
            );
        }
        let Constraints::Relations(relations) = constraints else {
            return Err(self.wrong(
                "constraints",
                "is a number beside `outputs`; expected relations such as `name <= 1`",
            ));
        };
        let mut outputs = outputs;
        for (key, text) in relations.keyed("constraints") {
            let relation =
                relation(text).map_err(|error| self.wrong(&key, format!("is `{text}`; {error}")))?;
            relation.terms.iter().try_for_each(|(_, name)| known(&key, name))?;
            let Relation { terms, limit, is_equality } = relation;
            outputs =
                if is_equality { outputs.equal_to(terms, limit) } else { outputs.at_most(terms, limit) };
        }
        Ok(outputs)
    }

    /// Outputs by their place.
    fn numbered_outputs(&self, form: OutputForm) -> Result<Outputs, ProblemFileError> {
        let Description { minimize, maximize, residuals, constraints, equalities, .. } = self.description;
        let needed = [
            ("format", form != OutputForm::Line),
            ("minimize", minimize.is_some()),
            ("maximize", maximize.is_some()),
            ("residuals", matches!(residuals, Some(Residuals::Names(_)))),
            (
                "constraints",
                matches!(constraints, Constraints::Relations(relations) if !relations.keyed("").is_empty()),
            ),
        ];
        if let Some((key, _)) = needed.into_iter().find(|(_, needed)| *needed) {
            return Err(self.wrong(key, "needs the names of what the program prints; expected `outputs`"));
        }
        let inequalities = if let Constraints::Count(count) = constraints { *count } else { 0 };
        let count = ConstraintCount::new(inequalities, equalities.unwrap_or(0));
        Ok(match residuals {
            Some(Residuals::Count(residuals)) => Outputs::numbered_residuals(*residuals, count),
            _ => Outputs::numbered(count),
        })
    }
}
