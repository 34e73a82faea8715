//! Handles Ctrl-C in three stages, and signals to terminate, which start at the second stage since they may
//! come only once.

use search::Cancellation;

use crate::exit::{Exit, Trouble};

/// The switches that successive interrupts turn.
#[derive(Clone)]
pub(crate) struct Interrupts {
    /// The first interrupt: the run ends after the current evaluation.
    pub(crate) run: Cancellation,
    /// The second interrupt: the current evaluation is abandoned, and its process killed.
    pub(crate) evaluation: Cancellation,
}

impl Interrupts {
    /// Starts to listen for signals. A third interrupt ends the process.
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

    /// Ends the run without the current evaluation, or the process if that has been done already.
    fn end(&self) {
        if self.evaluation.is_cancelled() {
            std::process::exit(130);
        }
        self.run.cancel();
        self.evaluation.cancel();
    }

    /// Listens for INT (Ctrl-C), TERM, and HUP unless it is ignored, as under `nohup`.
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

/// Whether this process ignores a signal. Children inherit this, so a shell that sends itself the signal
/// survives.
#[cfg(unix)]
fn is_ignored(signal: &str) -> bool {
    let mut shell = std::process::Command::new("sh");
    let status =
        shell.args(["-c", &format!("kill -s {signal} $$")]).stdin(std::process::Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
