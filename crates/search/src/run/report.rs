//! Formats an outcome as readable text.

use std::fmt;

use crate::{Counts, Multipliers, Outcome, exact, general};

/// One row per figure, then why the run ended; `{:#}` also explains what that means and what to try next
/// ([`explain`](Outcome::explain)). Coordinates and values have all their digits.
///
/// ```
/// let outcome = search::minimize(|x| (x[0] - 2.0).powi(2), [0.0]).run()?;
/// let text = outcome.to_string();
/// assert!(text.starts_with("x            2.0\nf(x)         0.0\nf(x0)        4.0\nevaluations  "));
/// assert!(text.contains("\nexit flag    1 (converged)\n"));
/// # Ok::<(), search::Error>(())
/// ```
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { evaluations, rounds, failed, speculative, .. } = self.counts;
        let mut row = |name: &str, value: &str| writeln!(f, "{name:<12} {value}");
        row("x", &exact(&self.x))?;
        row("f(x)", &exact(&[self.value]))?;
        row("f(x0)", &exact(&[self.start_value]))?;
        if let Some(violation) = self.max_constraint {
            let feasible = if self.feasible { "feasible" } else { "not feasible" };
            row("violation", &format!("{} ({feasible})", general(violation, 6)))?;
        }
        if let Some(Multipliers { inequalities, equalities }) = &self.multipliers {
            let all: Vec<String> = inequalities.iter().chain(equalities).map(|m| general(*m, 6)).collect();
            row("multipliers", &all.join(" "))?;
        }
        row("evaluations", &format!("{evaluations} ({failed} failed)"))?;
        if rounds != evaluations {
            row("rounds", &format!("{rounds}, each of which waited for several evaluations"))?;
        }
        if speculative > 0 {
            row("speculative", &format!("{speculative} more, evaluated ahead of their turn and not needed"))?;
        }
        row("iterations", &self.iterations.to_string())?;
        row("seconds", &format!("{:.3}", self.seconds))?;
        row("exit flag", &format!("{} ({})", self.exit_flag(), in_words(self.exit_flag())))?;
        let end = if f.alternate() { self.explain() } else { self.message() };
        write!(f, "\n{end}")?;
        match &self.uncertainty {
            Some(uncertainty) => write!(f, "\n\n{}", uncertainty.to_string().trim_end()),
            None => Ok(()),
        }
    }
}

/// Returns the meaning of an exit flag.
fn in_words(exit_flag: i32) -> &'static str {
    match exit_flag {
        1.. => "converged",
        0 => "stopped by a limit",
        -1 => "stopped from outside",
        -2 => "no feasible point",
        _ => "could not go on",
    }
}
