//! What to minimize: a problem file, or what the flags say in its place.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use search::{Bounds, ConstraintCount, Problem, ProblemFile, Program};
use serde_json::{Map, Value, json};

use crate::arguments::{Passing, RunArguments, is_problem_file};
use crate::exit::Trouble;
use crate::interrupt::Interrupts;
use crate::watch::Counted;

/// A problem, its program and the settings of a file.
pub(crate) struct Task {
    pub(crate) file: ProblemFile,
    program: Program,
    tables: Vec<PathBuf>,
    hints: Vec<PathBuf>,
    pub(crate) answers_lines: bool,
    /// What a resumed run must have in common with its journal.
    pub(crate) label: String,
}

impl Task {
    pub(crate) fn of(arguments: &RunArguments) -> Result<Self, Trouble> {
        match (arguments.x0.is_empty(), arguments.program.as_slice()) {
            (false, _) => Task::of_flags(arguments),
            (true, [path]) => Task::of_file(arguments, Path::new(path)),
            (true, _) => Err(Trouble::usage(
                "there is no start; expected --x0 before the program, or a problem file in its place",
            )),
        }
    }

    fn of_file(arguments: &RunArguments, path: &Path) -> Result<Self, Trouble> {
        let flags = [
            ("--lb", !arguments.lb.is_empty()),
            ("--ub", !arguments.ub.is_empty()),
            ("--granularity", !arguments.granularity.is_empty()),
            ("--linear", !arguments.linear.is_empty()),
            ("--constraints", arguments.constraints.is_some()),
            ("--equalities", arguments.equalities.is_some()),
            ("--residuals", arguments.residuals.is_some()),
            ("--pass", arguments.pass.is_some()),
            ("--timeout", arguments.timeout.is_some()),
        ];
        if !is_problem_file(path) {
            return Err(Trouble::usage(format!(
                "there is no start; expected --x0 before {}, or a problem file (.toml, .json) in its place",
                path.display()
            )));
        }
        if let Some((flag, _)) = flags.into_iter().find(|(_, given)| *given) {
            return Err(Trouble::usage(format!(
                "{flag} is given beside the problem file {}; expected it in the file",
                path.display()
            )));
        }
        let file = ProblemFile::read(path)?;
        let label = file.identity().to_string();
        let (tables, hints) = (arguments.table.clone(), arguments.hint.clone());
        Ok(Task { program: file.program(), tables, hints, answers_lines: file.answers_lines(), label, file })
    }

    fn of_flags(arguments: &RunArguments) -> Result<Self, Trouble> {
        let bounds = bounds(arguments)?;
        let granularity = each(arguments, "--granularity", &arguments.granularity, 0.0)?;
        let mut contents = json!({
            "program": arguments.program.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>(),
            "start": numbers(&arguments.x0),
            "lower": numbers(bounds.lower()),
            "upper": numbers(bounds.upper()),
            "granularity": numbers(&granularity),
            "linear": arguments.linear,
        });
        let counts = [
            ("constraints", arguments.constraints),
            ("equalities", arguments.equalities),
            ("residuals", arguments.residuals.map(|count| count as usize)),
        ];
        for (key, count) in counts.into_iter().filter(|(_, count)| count.is_some()) {
            contents[key] = count.into();
        }
        if let sigma @ [_, ..] = arguments.sigma.as_slice() {
            contents["sigma"] = if let [all] = sigma { json!(all) } else { json!(sigma) };
        }
        if let Some(loss) = arguments.loss.and_then(|loss| loss.to_possible_value()) {
            contents["loss"] = json!(loss.get_name());
        }
        if let Some(scale) = arguments.loss_scale {
            contents["loss_scale"] = json!(scale);
        }
        let file = described(contents)?;
        let pass = arguments.pass.unwrap_or(Passing::Arguments);
        let mut label = format!("{pass:?} {:?}", arguments.program);
        if file.outputs().count() != ConstraintCount::default() || arguments.residuals.is_some() {
            label += &format!(" {:?} {}", arguments.residuals, file.outputs().count());
        }
        let (name, first) = arguments.program.split_first().expect("clap requires a program");
        let program =
            first.iter().fold(Program::new(name), Program::argument).printing(file.outputs().clone());
        let program = match arguments.timeout {
            Some(limit) => program.within_seconds(limit.as_secs_f64()),
            None => program,
        };
        let program = match pass {
            Passing::Arguments => program,
            Passing::File => program.point_in_file(),
            Passing::Lines => program.answering_lines(),
        };
        let (tables, hints) = (arguments.table.clone(), arguments.hint.clone());
        Ok(Task { file, program, tables, hints, answers_lines: matches!(pass, Passing::Lines), label })
    }

    /// The problem, whose program is counted, timed and killed by an interrupt.
    pub(crate) fn problem(
        self,
        interrupts: &Interrupts,
        counted: impl FnOnce(Program, Vec<f64>) -> Counted,
    ) -> Result<(Problem<'static>, ProblemFile), Trouble> {
        let start = self.file.start().to_vec();
        let counted = counted(self.program.killed_by(&interrupts.evaluation), start);
        let problem = self.file.problem_of(move |x| counted.values(x))?;
        let (names, label) = (self.file.variables(), &self.label);
        let mut tables = self.tables.iter();
        let known = tables.try_fold(problem, |problem, path| problem.knowing_file(path, names, label))?;
        let mut hints = self.hints.iter();
        let hinted = hints.try_fold(known, |problem, path| problem.hinted_file(path, names))?;
        Ok((hinted, self.file))
    }
}

/// A problem that flags or a header describe. Errors name the key alone.
pub(crate) fn described(contents: Value) -> Result<ProblemFile, Trouble> {
    ProblemFile::of(Path::new(""), contents).map_err(|error| Trouble::usage(error.reason))
}

/// Numbers as JSON has them, where infinities are words.
pub(crate) fn numbers(numbers: &[f64]) -> Value {
    numbers
        .iter()
        .map(|number| if number.is_finite() { json!(number) } else { json!(number.to_string()) })
        .collect()
}

/// An object with these entries, without those that are not there.
pub(crate) fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn bounds(arguments: &RunArguments) -> Result<Bounds, Trouble> {
    let lower = each(arguments, "--lb", &arguments.lb, f64::NEG_INFINITY)?;
    let upper = each(arguments, "--ub", &arguments.ub, f64::INFINITY)?;
    Bounds::new(lower, upper).map_err(|error| Trouble::usage(format!("--lb, --ub: {error}")))
}

/// Returns one number per variable, from a flag with one number for each, one for all, or none.
fn each(arguments: &RunArguments, flag: &str, given: &[f64], none: f64) -> Result<Vec<f64>, Trouble> {
    let n = arguments.x0.len();
    match given {
        [] => Ok(vec![none; n]),
        [all] => Ok(vec![*all; n]),
        given if given.len() == n => Ok(given.to_vec()),
        given => {
            Err(Trouble::usage(format!("{flag} has {} numbers; expected {n} as for --x0, or 1", given.len())))
        }
    }
}
