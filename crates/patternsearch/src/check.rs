//! `patternsearch check`: says what a problem file means, and evaluates the start once.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use search::{Failure, ProblemFile, general};

use crate::exit::{Exit, Trouble};
use crate::output::say;

/// Prints the problem and what the program says of the start.
pub(crate) fn check(path: &Path) -> Result<Exit, Trouble> {
    let file = ProblemFile::read(path)?;
    let problem = file.problem()?;
    let mut text = format!("problem      {}\n", file.name());
    for (i, name) in file.variables().iter().enumerate() {
        let (lower, upper) = (problem.bounds().lower()[i], problem.bounds().upper()[i]);
        let granularity = problem.grid().map_or(0.0, |grid| grid.granularity()[i]);
        let multiple =
            if granularity > 0.0 { format!(", a multiple of {granularity}") } else { String::new() };
        let _ = writeln!(
            text,
            "variable     {name}: start {}, from {lower} to {upper}{multiple}",
            problem.start()[i]
        );
    }
    let count = file.outputs().count();
    if let Some(linear) = problem.linear() {
        let violation = linear.violation(problem.start());
        let start = if violation > 0.0 {
            "the start violates them and will be moved"
        } else {
            "the start satisfies them"
        };
        let _ = writeln!(text, "linear       {start}");
    }
    let _ = writeln!(text, "constraints  {count}");
    let _ = writeln!(text, "solver       {}", file.solver().unwrap_or("patternsearch"));
    if let Some(budget) = file.budget() {
        let _ = writeln!(text, "budget       {budget} evaluations");
    }
    say(&text)?;

    let mut x = problem.start().to_vec();
    problem.bounds().project(&mut x);
    if let Some(grid) = problem.grid() {
        grid.round(&mut x);
    }
    let began = Instant::now();
    let values = file.program().values(&x);
    let seconds = began.elapsed().as_secs_f64();
    match values {
        Ok(values) if values.value().is_finite() => {
            let constraints = values.constraints().cloned().unwrap_or_default();
            let list = |values: &[f64]| values.iter().map(|v| general(*v, 6)).collect::<Vec<_>>().join(" ");
            let mut text =
                format!("value        {} at the start, in {seconds:.3} s\n", general(values.value(), 6));
            if let Some(fit) = file.outputs().fit() {
                let _ = writeln!(text, "residuals    {}", fit.count());
            }
            if !constraints.inequalities.is_empty() {
                let _ =
                    writeln!(text, "c(x)         {} (each to be at most 0)", list(&constraints.inequalities));
            }
            if !constraints.equalities.is_empty() {
                let _ = writeln!(text, "ceq(x)       {} (each to be 0)", list(&constraints.equalities));
            }
            say(&text)?;
            Ok(Exit::Converged)
        }
        values => {
            let failure = values.map_or_else(|failure| failure, |values| Failure::NotFinite(values.value()));
            say(&format!("value        none at the start: {failure}\n"))?;
            Ok(Exit::NoValue)
        }
    }
}
