//! Formats the result as text or JSON.

use search::Outcome;
use serde_json::{Value, json};

/// Returns the result as readable text.
pub(crate) fn text(outcome: &Outcome, names: &[String]) -> String {
    let is_named = names.iter().enumerate().any(|(i, name)| *name != format!("x{}", i + 1));
    let mut text = format!("{outcome:#}\n");
    if is_named {
        text.push('\n');
        for (name, x) in names.iter().zip(&outcome.x) {
            text += &format!("{name} = {x:?}\n");
        }
    }
    text
}

/// Returns the result as one JSON object. Infinities, which JSON lacks, are `null`.
pub(crate) fn json(outcome: &Outcome, names: &[String]) -> String {
    format!("{:#}\n", object(outcome, names))
}

/// The result as JSON. Infinities, of which JSON knows none, are `null`.
pub(crate) fn object(outcome: &Outcome, names: &[String]) -> Value {
    let failure = outcome.first_failure.as_ref().map(
        |first| json!({ "evaluation": first.evaluation, "x": first.x, "failure": first.failure.to_string() }),
    );
    let journal = outcome.journal.as_ref().map(|journal| {
        json!({ "path": journal.path.display().to_string(), "known": journal.known, "cut": journal.cut, "kept": journal.kept })
    });
    json!({
        "solver": outcome.solver,
        "x": outcome.x,
        "variables": names,
        "value": outcome.value,
        "start_value": outcome.start_value,
        "converged": outcome.converged(),
        "exit_flag": outcome.exit_flag(),
        "status": format!("{:?}", outcome.status),
        "message": outcome.message(),
        "explanation": outcome.explain(),
        "feasible": outcome.feasible,
        "max_constraint": outcome.max_constraint,
        "residuals": outcome.residuals,
        "uncertainty": outcome.uncertainty,
        "iterations": outcome.iterations,
        "counts": outcome.counts,
        "projected": outcome.projected,
        "first_failure": failure,
        "journal": journal,
        "seconds": outcome.seconds,
    })
}
