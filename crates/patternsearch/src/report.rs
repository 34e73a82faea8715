//! The result, as text and as JSON.

use std::fmt::Write as _;

use search::{Counts, Outcome, exact};
use serde_json::json;

/// For people.
pub(crate) fn text(outcome: &Outcome) -> String {
    let Counts { evaluations, failed, speculative, .. } = outcome.counts;
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<12} {value}");
    };
    row("x", &exact(&outcome.x));
    row("f(x)", &exact(&[outcome.value]));
    row("f(x0)", &exact(&[outcome.start_value]));
    row("evaluations", &format!("{evaluations} ({failed} failed)"));
    if speculative > 0 {
        row("speculative", &format!("{speculative} more, ahead of their turn and then not needed"));
    }
    row("iterations", &outcome.iterations.to_string());
    row("seconds", &format!("{:.3}", outcome.seconds));
    row("exit flag", &outcome.exit_flag().to_string());
    text + "\n" + &outcome.explain() + "\n"
}

/// For programs: one object. Infinities, of which JSON knows none, are `null`.
pub(crate) fn json(outcome: &Outcome) -> String {
    let failure = outcome.first_failure.as_ref().map(
        |first| json!({ "evaluation": first.evaluation, "x": first.x, "failure": first.failure.to_string() }),
    );
    let journal = outcome.journal.as_ref().map(|journal| {
        json!({ "path": journal.path.display().to_string(), "known": journal.known, "cut": journal.cut, "kept": journal.kept })
    });
    let object = json!({
        "solver": outcome.solver,
        "x": outcome.x,
        "value": outcome.value,
        "start_value": outcome.start_value,
        "converged": outcome.converged(),
        "exit_flag": outcome.exit_flag(),
        "status": format!("{:?}", outcome.status),
        "message": outcome.message(),
        "explanation": outcome.explain(),
        "iterations": outcome.iterations,
        "counts": outcome.counts,
        "projected": outcome.projected,
        "first_failure": failure,
        "journal": journal,
        "seconds": outcome.seconds,
    });
    format!("{object:#}\n")
}
