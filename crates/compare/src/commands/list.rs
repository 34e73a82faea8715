//! `compare list`.

use std::fmt::Write as _;

use compare::study::{ablation, solvers};
use compare::suites::suites;

use super::Failure;
use crate::exit::Exit;
use crate::output::say;

pub(crate) fn list() -> Result<Exit, Failure> {
    let mut text = "suites\n".to_owned();
    for suite in suites() {
        let problems = (suite.cases)().len();
        writeln!(text, "  {:<30} {} ({problems} problems)", suite.name, suite.what)?;
    }
    for (title, entries) in [("solvers", solvers()), ("ablation", ablation())] {
        writeln!(text, "{title}")?;
        for entry in entries {
            writeln!(text, "  {:<30} {}", entry.name, entry.what)?;
        }
    }
    say(&text)?;
    Ok(Exit::Done)
}
