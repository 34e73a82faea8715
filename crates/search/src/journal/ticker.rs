//! A flag that is raised at regular intervals, so that the run itself need not read the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub(super) struct Ticker {
    shared: Arc<Shared>,
    always: bool,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    due: AtomicBool,
    over: AtomicBool,
}

impl Ticker {
    /// Creates a flag that is raised every `interval`. It is always up if the interval is zero or the thread
    /// cannot be started.
    pub(super) fn every(interval: Duration) -> Self {
        let shared = Arc::<Shared>::default();
        let theirs = Arc::clone(&shared);
        let tick = move || {
            while !theirs.over.load(Ordering::Relaxed) {
                thread::park_timeout(interval);
                theirs.due.store(true, Ordering::Relaxed);
            }
        };
        let builder = thread::Builder::new().name("journal ticker".to_owned());
        let thread = if interval.is_zero() { None } else { builder.spawn(tick).ok() };
        Ticker { shared, always: thread.is_none(), thread }
    }

    /// Returns whether the flag is up, and lowers it.
    pub(super) fn is_due(&self) -> bool {
        self.always
            || (self.shared.due.load(Ordering::Relaxed) && self.shared.due.swap(false, Ordering::Relaxed))
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread does nothing that could panic.
            let _ = thread.join();
        }
    }
}
