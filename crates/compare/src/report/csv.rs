//! The report as CSV: the data from which every figure is computed.

use super::{SuiteSummary, TOLERANCES};
use crate::analysis::{Cost, Instance, best_after};

/// A row for each suite, problem, seed and solver: number of coordinates, value at the start, least value
/// known, best values after some simplex gradients, the evaluations, rounds and seconds that solved it to each
/// tolerance (empty if none did, or if they are not known), and whether the solver has refused the problem.
///
/// A name that a spreadsheet would execute (it begins with `=`, `+`, `-`, `@`, a tab or a line break) gets an
/// apostrophe before it.
///
/// A solver that does not depend on the seed has the same numbers beside each seed.
///
/// # Errors
/// None, unless memory runs out.
pub fn csv(suites: &[SuiteSummary]) -> Result<String, ::csv::Error> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    // Suites of one study have the same budgets.
    let budgets = suites.first().map(|summary| summary.budgets.clone()).unwrap_or_default();
    let fixed = ["suite", "problem", "seed", "n", "solver", "f_start", "f_least"].map(str::to_owned);
    let best = budgets.iter().map(|gradients| format!("f_after_{gradients}"));
    let solved = ["evaluations", "rounds", "seconds"]
        .into_iter()
        .flat_map(|cost| TOLERANCES.map(|tolerance| format!("{cost}_to_{tolerance:e}")));
    let refused = ["refused".to_owned()];
    writer.write_record(fixed.into_iter().chain(best).chain(solved).chain(refused))?;
    for summary in suites {
        let by = |cost| TOLERANCES.map(|tolerance| summary.solved_by(cost, tolerance));
        let (rounds, seconds) = (by(Cost::Rounds), by(Cost::Seconds));
        let refused = |solver: usize, problem: &String| {
            summary.solvers.iter().any(|of| of.solver == solver && of.refused.contains(problem))
        };
        let about = |instance: &Instance, solver: &str| {
            let least = summary.floor.of(&instance.problem);
            vec![
                harmless(&summary.suite),
                harmless(&instance.problem),
                instance.seed.to_string(),
                instance.dimension.to_string(),
                harmless(solver),
                instance.start_value.to_string(),
                least.map(|least| least.to_string()).unwrap_or_default(),
            ]
        };
        for (at, instance) in summary.results.instances.iter().enumerate() {
            for (solver, name) in summary.results.solvers.iter().enumerate() {
                let mut row = about(instance, name);
                let after = |gradients: &f64| {
                    let evaluations = gradients * (instance.dimension + 1) as f64;
                    best_after(instance, solver, evaluations)
                        .map(|value| value.to_string())
                        .unwrap_or_default()
                };
                row.extend(budgets.iter().map(after));
                let when = summary.solved.iter().chain(&rounds).map(|solved| solved.evaluations[at][solver]);
                row.extend(when.map(|spent| spent.map(|t| t.to_string()).unwrap_or_default()));
                let when = seconds.iter().map(|solved| solved.evaluations[at][solver]);
                row.extend(when.map(|spent| spent.map(|t| (t as f64 / 1e6).to_string()).unwrap_or_default()));
                row.push(refused(solver, &instance.problem).to_string());
                writer.write_record(row)?;
            }
            for name in &summary.absent {
                let mut row = about(instance, name);
                row.resize(row.len() + budgets.len() + 3 * TOLERANCES.len(), String::new());
                row.push(true.to_string());
                writer.write_record(row)?;
            }
        }
    }
    let bytes = writer.into_inner().map_err(::csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8(bytes).expect("it was written from text"))
}

/// A name that no spreadsheet reads as a formula.
fn harmless(name: &str) -> String {
    let runs = name.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if runs { format!("'{name}") } else { name.to_owned() }
}
