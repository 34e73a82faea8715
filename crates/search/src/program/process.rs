//! Starts, reads and ends a process together with all processes it has started.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap};

use crate::{Cancellation, Failure, shown};

/// The number of bytes kept at the end of a line.
pub(super) const LINE: usize = 1 << 20;

/// The most characters of a program's output quoted in a failure.
pub(super) const WORDS: usize = 200;

/// If this variable is set, Python writes each line at once, even to a pipe.
const UNBUFFERED: &str = "PYTHONUNBUFFERED";

/// How long to wait for the remaining output of a process that has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A running process, in its own process group.
#[derive(Debug)]
pub(super) struct Process {
    child: Box<dyn ChildWrapper>,
    #[cfg(unix)]
    _guarded: super::guard::Guarded,
    output: Receiver<String>,
    /// The last line on standard error, and the thread that reads it.
    last_error: Arc<Mutex<String>>,
    errors: JoinHandle<()>,
}

/// The result of waiting for a line.
pub(super) enum Next {
    Line(String),
    /// There are no more lines.
    End,
    /// The waiting ended because of the time limit or a cancellation.
    Never(Failure),
}

/// How long to wait for a process.
pub(super) struct Patience {
    limit: Option<Duration>,
    deadline: Option<Instant>,
    cancellation: Cancellation,
}

impl Patience {
    /// Starts to wait, for at most `limit` or until the cancellation.
    pub(super) fn of(limit: Option<Duration>, cancellation: &Cancellation) -> Self {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        Patience { limit, deadline, cancellation: cancellation.clone() }
    }

    /// Returns how long to wait before the next check.
    fn left(&self, at_most: Duration) -> Duration {
        self.deadline.map_or(at_most, |end| at_most.min(end.saturating_duration_since(Instant::now())))
    }

    /// Returns why the waiting ends, if it does.
    fn lost(&self) -> Option<Failure> {
        if self.cancellation.is_cancelled() {
            return Some(Failure::Error(
                "the program was killed, because the evaluation was cancelled".to_owned(),
            ));
        }
        let over = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        over.then(|| Failure::TimedOut { seconds: self.limit.unwrap_or_default().as_secs_f64() })
    }
}

impl Process {
    pub(super) fn start(mut command: Command) -> Result<Self, Failure> {
        let program = command.get_program().display().to_string();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::std::JobObject);
        let mut child = command
            .spawn()
            .map_err(|error| Failure::NotStarted(format!("{program} cannot be started: {error}")))?;
        // The number of the group is that of its leader.
        #[cfg(unix)]
        let guarded = super::guard::Guarded::group(child.id());
        let output = lines_of(child.stdout().take());
        let last_error = Arc::<Mutex<String>>::default();
        let (stderr, last) = (child.stderr().take(), Arc::clone(&last_error));
        let errors = thread::spawn(move || {
            each_line(stderr, |line| {
                if !line.trim().is_empty() {
                    *last.lock().unwrap_or_else(PoisonError::into_inner) = line;
                }
                true
            });
        });
        Ok(Process {
            child,
            #[cfg(unix)]
            _guarded: guarded,
            output,
            last_error,
            errors,
        })
    }

    /// Starts a process that reads lines. Python writes each line at once, unless the environment says otherwise.
    pub(super) fn start_with_input(
        program: &OsStr,
        arguments: &[OsString],
    ) -> Result<(Self, ChildStdin), Failure> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        if std::env::var_os(UNBUFFERED).is_none() {
            command.env(UNBUFFERED, "1");
        }
        let mut process = Process::start(command)?;
        let input = process.child.stdin().take();
        let input = input.ok_or_else(|| Failure::Error("the program has no standard input".to_owned()))?;
        Ok((process, input))
    }

    /// How a process that has closed its output has ended, in words too; no status if it still runs.
    pub(super) fn end(&mut self) -> (Option<ExitStatus>, String) {
        let soon = Patience::of(Some(LAST_WORDS), &Cancellation::default());
        match self.wait(&soon) {
            Ok(status) => (Some(status), format!("ended with {status}")),
            Err(_) => (None, "closed its output".to_owned()),
        }
    }

    /// Waits for the next line of standard output, until the time limit, a cancellation or the end of the
    /// process.
    pub(super) fn next_line(&mut self, patience: &Patience) -> Next {
        // Checked first, in case the process prints without a pause.
        if let Some(failure) = patience.lost() {
            return Next::Never(failure);
        }
        loop {
            // Wake up regularly: the process may have ended while a child that it left behind keeps its
            // output open.
            let ended = matches!(self.child.try_wait(), Ok(Some(_)) | Err(_));
            match self.output.recv_timeout(patience.left(LAST_WORDS)) {
                Ok(line) => return Next::Line(line),
                Err(RecvTimeoutError::Disconnected) => return Next::End,
                Err(RecvTimeoutError::Timeout) => match patience.lost() {
                    Some(failure) => return Next::Never(failure),
                    None if ended => return Next::End,
                    None => {}
                },
            }
        }
    }

    /// Returns a line of standard output that has already arrived.
    pub(super) fn line_at_hand(&mut self) -> Option<String> {
        self.output.try_recv().ok()
    }

    /// Waits for the end of the process.
    ///
    /// # Errors
    /// The reason why the waiting ended: the time limit or a cancellation.
    pub(super) fn wait(&mut self, patience: &Patience) -> Result<ExitStatus, Failure> {
        let mut pause = Duration::from_micros(50);
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Ok(status);
            }
            if let Some(failure) = patience.lost() {
                return Err(failure);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// Returns the failure of a process that ended without a value: how it ended, and the last line that it
    /// wrote to standard error.
    pub(super) fn failure_of(&self, what: &str) -> Failure {
        let patience = Instant::now() + LAST_WORDS;
        while !self.errors.is_finished() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(1));
        }
        let last = self.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        let said = if last.is_empty() {
            String::new()
        } else {
            format!("; its last line on standard error: {}", shown(last.trim(), WORDS))
        };
        Failure::Error(format!("{what}{said}"))
    }
}

impl Drop for Process {
    /// Kills the process, if it still runs, with all processes it has started, and reaps it.
    fn drop(&mut self) {
        // An error means that the process has already ended.
        let _ = self.child.start_kill();
        let _ = self.child.wait();
    }
}

/// Reads lines on another thread, so that waiting for a line can time out. The channel is bounded, so a
/// process that prints more than is read has to wait.
fn lines_of(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = sync_channel(16);
    thread::spawn(move || each_line(stream, |line| sender.send(line).is_ok()));
    receiver
}

/// Passes on each line, until there are no more or `wanted` returns `false`.
fn each_line(stream: Option<impl Read>, mut wanted: impl FnMut(String) -> bool) {
    let Some(stream) = stream else { return };
    let mut stream = BufReader::new(stream);
    while let Some(line) = next_line(&mut stream)
        && wanted(line)
    {}
}

/// Returns the last [`LINE`] bytes of the next line; `None` at the end of the stream.
fn next_line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    loop {
        let piece = stream.by_ref().take(LINE as u64).read_until(b'\n', &mut line).ok()?;
        if piece == 0 && line.is_empty() {
            return None;
        }
        if piece == 0 || line.ends_with(b"\n") {
            return Some(String::from_utf8_lossy(&line[line.len().saturating_sub(LINE)..]).into_owned());
        }
        line.drain(..line.len().saturating_sub(LINE));
    }
}
