//! The solver selected by the flags, and the list of all solvers.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use search::{
    DisplayLevel, Journal, Minimizer, Multistart, MultistartOptions, ProblemFile, options_from_json,
    options_from_toml,
};
use serde_json::{Value, json};

use crate::arguments::{JournalArguments, SolverArguments};
use crate::exit::{Exit, Trouble};
use crate::output::say;

impl SolverArguments {
    /// Returns the solver, and the display level in its options. The solver itself prints nothing, since
    /// standard output may be a dialogue or JSON.
    pub(crate) fn chosen(
        &self,
        file: Option<&ProblemFile>,
        seed: Option<u64>,
    ) -> Result<(Box<dyn Minimizer>, DisplayLevel), Trouble> {
        let of_file = || file.map_or_else(|| json!({}), ProblemFile::options);
        let mut options = self.options.as_deref().map_or_else(|| Ok(of_file()), read)?;
        if let Some(batch) = self.batch.or(file.and_then(ProblemFile::batch))
            && let Some(options) = options.as_object_mut()
        {
            options.insert("batch".to_owned(), batch.into());
        }
        if (self.asynchronous || file.is_some_and(ProblemFile::is_asynchronous))
            && let Some(options) = options.as_object_mut()
        {
            options.insert("asynchronous".to_owned(), true.into());
        }
        let name = self.solver.as_deref().or(file.and_then(ProblemFile::solver)).unwrap_or("patternsearch");
        let starts = self.starts.or(file.and_then(ProblemFile::starts)).unwrap_or(1);
        let seed = seed.or(file.and_then(ProblemFile::seed));
        let solver = self.with(name, &options)?;
        let display = solver.display();
        if let Some(options) = options.as_object_mut() {
            options.retain(|key, _| !key.eq_ignore_ascii_case("display"));
        }
        let mut solver = self.with(name, &options)?;
        if starts > 1 {
            let options = MultistartOptions { starts, ..MultistartOptions::default() };
            solver = Box::new(Multistart::new(solver, options)?);
        }
        let seeded = seed.and_then(|seed| solver.with_seed(seed));
        Ok((seeded.unwrap_or(solver), display))
    }

    fn with(&self, name: &str, options: &Value) -> Result<Box<dyn Minimizer>, Trouble> {
        search::solver(name, options).map_err(|error| match &self.options {
            Some(path) => Trouble::usage(format!("--options {}: {error}", path.display())),
            None => error.into(),
        })
    }
}

fn read(path: &Path) -> Result<Value, Trouble> {
    let wrong =
        |error: &dyn std::fmt::Display| Trouble::usage(format!("--options {}: {error}", path.display()));
    let parse = match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => options_from_json,
        Some("toml") => options_from_toml,
        _ => return Err(wrong(&"expected a name that ends in .json or .toml")),
    };
    let text = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    parse(&text).map_err(|error| wrong(&error))
}

impl JournalArguments {
    /// Returns the journal, if requested, with a label for the objective.
    ///
    /// # Errors
    /// Flags of a journal without one.
    pub(crate) fn journal(&self, of_file: Option<&Path>, label: &str) -> Result<Option<Journal>, Trouble> {
        let Some(path) = self.journal.as_deref().or(of_file) else {
            return match self.resume {
                true => Err(Trouble::usage(
                    "--resume is given without a journal; expected --journal and its file",
                )),
                false => Ok(None),
            };
        };
        let journal = Journal::new(path).labelled(label).of_every_value();
        let JournalArguments { resume, cut_journal: cut_damage, flush_interval, .. } = *self;
        Ok(Some(Journal { resume, cut_damage, flush_interval, ..journal }))
    }
}

/// Lists the solvers and their options, each as TOML.
pub(crate) fn list() -> Result<Exit, Trouble> {
    let mut text = String::new();
    for kind in search::solvers() {
        let _ = writeln!(text, "{}: {}", kind.name(), kind.summary());
        for (key, value) in kind.defaults().as_object().into_iter().flatten() {
            let _ = match value {
                Value::Null => writeln!(text, "    # {key}: not set"),
                value => writeln!(text, "    {key} = {}", toml(value)),
            };
        }
        text.push('\n');
    }
    say(text.trim_end_matches('\n')).and_then(|()| say("\n"))?;
    Ok(Exit::Converged)
}

/// Formats a value as TOML, which differs from JSON only in tables.
fn toml(value: &Value) -> String {
    let Some(table) = value.as_object() else { return value.to_string() };
    let entries: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}
