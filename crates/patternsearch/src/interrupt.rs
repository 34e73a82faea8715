//! Ctrl-C: politely, firmly, at once.

use search::Cancellation;

use crate::exit::{Exit, Trouble};

/// What successive interrupts turn.
pub(crate) struct Interrupts {
    /// The first one: the run ends after the evaluation under way.
    pub(crate) run: Cancellation,
    /// The second one: that evaluation is given up, and its process killed.
    pub(crate) evaluation: Cancellation,
}

impl Interrupts {
    /// Waits for them. A third one ends the process.
    pub(crate) fn listen() -> Result<Self, Trouble> {
        let (run, evaluation) = (Cancellation::default(), Cancellation::default());
        let interrupts = Interrupts { run: run.clone(), evaluation: evaluation.clone() };
        ctrlc::set_handler(move || match () {
            () if !run.is_cancelled() => run.cancel(),
            () if !evaluation.is_cancelled() => evaluation.cancel(),
            () => std::process::exit(130),
        })
        .map_err(|error| Trouble { exit: Exit::Error, message: format!("Ctrl-C: {error}") })?;
        Ok(interrupts)
    }
}
