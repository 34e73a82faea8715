//! Messages on standard error during a run: that its start failed, that its program does not answer, and how
//! far it is.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use search::{Cancellation, Counts, Event, Failure, Observer, Program, Values, general};

use crate::history::Calls;
use crate::output::remark;

/// How long to wait for the first answer of a program that answers lines before a hint is printed.
const SILENCE: Duration = Duration::from_secs(5);

/// The time of the first progress message, and the longest pause between two messages.
const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(600);

/// The progress of a run.
#[derive(Default)]
pub(crate) struct Progress {
    asked: AtomicU64,
    answered: AtomicU64,
    failed: AtomicU64,
    /// What the run has cost up to the last iteration, answers from its journal included.
    counts: Mutex<Counts>,
    best: Mutex<Option<f64>>,
    calls: Mutex<Calls>,
}

impl Progress {
    fn best(&self) -> std::sync::MutexGuard<'_, Option<f64>> {
        self.best.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time left if the evaluations to come take as long as those until now; that of the time limit if it is less.
    fn left(&self, time: Duration, limits: Limits) -> Option<Duration> {
        let answered = self.answered.load(Relaxed);
        let evaluations = limits.evaluations.filter(|_| answered > 0).and_then(|most| {
            let left = most.saturating_sub(self.counts().evaluations.max(answered));
            Duration::try_from_secs_f64(time.as_secs_f64() * left as f64 / answered as f64).ok()
        });
        let time = limits.time.map(|most| most.saturating_sub(time));
        evaluations.into_iter().chain(time).min()
    }

    pub(crate) fn calls(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records the best value and the counts.
impl Observer for &Progress {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Improvement { value, .. } => *self.best() = Some(*value),
            Event::Iteration { counts, .. } => *self.counts() = **counts,
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// A program whose evaluations are counted.
pub(crate) struct Counted {
    pub(crate) program: Program,
    pub(crate) start: Vec<f64>,
    /// Whether workers and times are kept, for the history.
    pub(crate) keeps_calls: bool,
    /// The switch of the run. An evaluation that fails after the cancellation may have been cancelled with
    /// it.
    pub(crate) cancellation: Cancellation,
    pub(crate) progress: Arc<Progress>,
}

impl Counted {
    /// The values of the program.
    pub(crate) fn values(&self, x: &[f64]) -> Result<Values, Failure> {
        let first = self.progress.asked.fetch_add(1, Relaxed) == 0;
        let began = Instant::now();
        let values = self.program.values(x);
        if self.keeps_calls {
            self.progress.calls().add(x, began.elapsed());
        }
        self.progress.answered.fetch_add(1, Relaxed);
        let failure = match &values {
            Ok(of_x) if of_x.value().is_finite() => return values,
            Ok(of_x) => Failure::NotFinite(of_x.value()),
            Err(failure) => failure.clone(),
        };
        self.progress.failed.fetch_add(1, Relaxed);
        let of_start = first && x == self.start && !self.cancellation.is_cancelled();
        // A program that could not be started ends the run with an error of its own.
        if of_start && !matches!(failure, Failure::NotStarted(_)) {
            remark(&format!("the evaluation of the start failed: {failure}\n"));
        }
        values
    }
}

/// The messages still to be printed.
struct Remarks {
    /// Whether to print a hint if the program, which should answer lines, does not.
    hint: bool,
    /// The time of the next progress message.
    due: Option<Duration>,
    limits: Limits,
}

/// When a run ends at the latest.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) evaluations: Option<u64>,
    pub(crate) time: Option<Duration>,
}

impl Remarks {
    /// Returns the message due at this time since the beginning, if any.
    fn after(&mut self, time: Duration, progress: &Progress) -> Option<String> {
        let asked = progress.asked.load(Relaxed);
        let answered = progress.answered.load(Relaxed);
        if self.hint && asked > 0 && answered == 0 && time >= SILENCE {
            self.hint = false;
            let seconds = time.as_secs();
            return Some(format!(
                "no answer after {seconds} s: with --pass lines the program must print one line for each line it \
                 reads, and flush it\n"
            ));
        }
        let due = self.due.filter(|&due| time >= due)?;
        self.due = Some(time + due.min(LONGEST));
        let failed = progress.failed.load(Relaxed);
        let best = progress.best().filter(|best| best.is_finite()).map(|best| general(best, 6));
        let best = best.map_or("no value yet".to_owned(), |best| format!("best {best}"));
        let rounds = progress.counts().rounds_in_words();
        let left = progress.left(time, self.limits);
        let left = left.map_or_else(String::new, |left| format!("; at most {} s left", left.as_secs()));
        Some(format!(
            "{} s: {answered} evaluations ({failed} failed){rounds}, {best}{left}\n",
            time.as_secs()
        ))
    }
}

/// Prints the messages until it is dropped.
pub(crate) struct Watch {
    /// Dropped with the watch, which ends its thread.
    _over: Sender<()>,
}

impl Watch {
    /// Watches a run. `lines` tells whether the program answers lines, and `told` whether to print progress
    /// messages.
    pub(crate) fn over(progress: &Arc<Progress>, lines: bool, told: bool, limits: Limits) -> Self {
        let (over, ended) = channel();
        let (progress, began) = (Arc::clone(progress), Instant::now());
        let mut remarks = Remarks { hint: lines, due: told.then_some(FIRST), limits };
        thread::spawn(move || {
            while ended.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                if let Some(text) = remarks.after(began.elapsed(), &progress) {
                    remark(&text);
                }
            }
        });
        Watch { _over: over }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(remarks: &mut Remarks, progress: &Progress, seconds: std::ops::Range<u64>) -> Vec<String> {
        seconds.filter_map(|second| remarks.after(Duration::from_secs(second), progress)).collect()
    }

    #[test]
    fn a_silent_program_is_told_to_flush_once() {
        let (mut remarks, progress) =
            (Remarks { hint: true, due: None, limits: Limits::default() }, Progress::default());
        assert!(said(&mut remarks, &progress, 0..60).is_empty(), "nothing was asked yet");
        progress.asked.store(1, Relaxed);
        let told = said(&mut remarks, &progress, 0..1000);
        assert!(
            told.len() == 1 && told[0].starts_with("no answer after 5 s: ") && told[0].contains("flush"),
            "{told:?}"
        );

        let (mut answered, progress) =
            (Remarks { hint: true, due: None, limits: Limits::default() }, Progress::default());
        progress.asked.store(2, Relaxed);
        progress.answered.store(1, Relaxed);
        assert!(said(&mut answered, &progress, 0..1000).is_empty());
    }

    /// Messages come after 10, 20, 40, ... seconds, and then every ten minutes.
    #[test]
    fn a_run_says_now_and_then_how_far_it_is() {
        let limits = Limits::default();
        let (mut remarks, progress) =
            (Remarks { hint: false, due: Some(FIRST), limits }, Progress::default());
        assert_eq!(said(&mut remarks, &progress, 0..11), ["10 s: 0 evaluations (0 failed), no value yet\n"]);
        progress.answered.store(7, Relaxed);
        progress.failed.store(2, Relaxed);
        *progress.best() = Some(0.25);
        let told = said(&mut remarks, &progress, 11..3000);
        let times: Vec<&str> = told.iter().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(times, ["20", "40", "80", "160", "320", "640", "1240", "1840", "2440"]);
        assert_eq!(told[0], "20 s: 7 evaluations (2 failed), best 0.25\n");
    }

    /// 40 evaluations in 10 s leave 60 of 100 for 15 s, and a time limit of 12 s leaves 2.
    #[test]
    fn a_run_with_batches_says_its_rounds_and_a_limit_the_time_left() {
        let after_10_seconds = |evaluations: Option<u64>, time: Option<u64>| {
            let progress = Progress::default();
            progress.answered.store(40, Relaxed);
            let problem = search::Problem::new(|x: &[f64]| x[0] * x[0], [1.0, 1.0, 1.0, 1.0]).unwrap();
            let four = search::solver("hybrid", &serde_json::json!({ "batch": 9 })).unwrap();
            four.minimize(&problem, &search::Budget::evaluations(40), &mut &progress).unwrap();
            progress.counts().evaluations = 40;
            let limits = Limits { evaluations, time: time.map(Duration::from_secs) };
            let mut remarks = Remarks { hint: false, due: Some(FIRST), limits };
            remarks.after(Duration::from_secs(10), &progress).unwrap()
        };
        let told = after_10_seconds(Some(100), None);
        assert!(told.starts_with("10 s: 40 evaluations (0 failed) in "), "{told}");
        assert!(told.contains(" rounds, best ") && told.ends_with("; at most 15 s left\n"), "{told}");
        assert!(after_10_seconds(Some(100), Some(12)).ends_with("; at most 2 s left\n"));
        assert!(!after_10_seconds(None, None).contains("left"));
    }
}
