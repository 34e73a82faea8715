//! Ctrl-C: politely, firmly, at once. Signals to end: firmly, since whoever sends them may not send them twice.

use search::Cancellation;

use crate::exit::{Exit, Trouble};

/// What successive interrupts turn.
#[derive(Clone)]
pub(crate) struct Interrupts {
    /// The first one: the run ends after the evaluation under way.
    pub(crate) run: Cancellation,
    /// The second one: that evaluation is given up, and its process killed.
    pub(crate) evaluation: Cancellation,
}

impl Interrupts {
    /// Waits for them. A third one ends the process.
    pub(crate) fn listen() -> Result<Self, Trouble> {
        let interrupts = Interrupts { run: Cancellation::default(), evaluation: Cancellation::default() };
        let ours = interrupts.clone();
        ctrlc::set_handler(move || ours.interrupt()).map_err(|error| trouble("Ctrl-C", error))?;
        #[cfg(unix)]
        interrupts.listen_for_signals().map_err(|error| trouble("signals", error))?;
        Ok(interrupts)
    }

    fn interrupt(&self) {
        if self.run.is_cancelled() {
            self.end();
        } else {
            self.run.cancel();
        }
    }

    /// Ends the run without the evaluation under way; the process, if it is doing so already.
    fn end(&self) {
        if self.evaluation.is_cancelled() {
            std::process::exit(130);
        }
        self.run.cancel();
        self.evaluation.cancel();
    }

    /// Waits for TERM, and for HUP unless it is ignored, as under `nohup`.
    #[cfg(unix)]
    fn listen_for_signals(&self) -> std::io::Result<()> {
        use signal_hook::consts::{SIGHUP, SIGTERM};

        let signals: &[_] = if is_ignored("HUP") { &[SIGTERM] } else { &[SIGTERM, SIGHUP] };
        let mut signals = signal_hook::iterator::Signals::new(signals)?;
        let ours = self.clone();
        std::thread::spawn(move || signals.forever().for_each(|_| ours.end()));
        Ok(())
    }
}

/// Whether this process ignores a signal, which its children inherit: a shell that sends it to itself survives.
#[cfg(unix)]
fn is_ignored(signal: &str) -> bool {
    let mut shell = std::process::Command::new("sh");
    let status =
        shell.args(["-c", &format!("kill -s {signal} $$")]).stdin(std::process::Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn trouble(what: &str, error: impl std::fmt::Display) -> Trouble {
    Trouble { exit: Exit::Error, message: format!("{what}: {error}") }
}
