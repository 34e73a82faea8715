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
        interrupts
            .clone()
            .hear()
            .map_err(|error| Trouble { exit: Exit::Error, message: format!("signals: {error}") })?;
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

    /// INT is Ctrl-C; TERM ends the run, and so does HUP unless it is ignored, as under `nohup`.
    #[cfg(unix)]
    fn hear(self) -> std::io::Result<()> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

        let signals: &[_] = if is_ignored("HUP") { &[SIGINT, SIGTERM] } else { &[SIGINT, SIGTERM, SIGHUP] };
        let mut signals = signal_hook::iterator::Signals::new(signals)?;
        std::thread::spawn(move || {
            signals.forever().for_each(|signal| if signal == SIGINT { self.interrupt() } else { self.end() });
        });
        Ok(())
    }

    #[cfg(not(unix))]
    fn hear(self) -> Result<(), ctrlc::Error> {
        ctrlc::set_handler(move || self.interrupt())
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
