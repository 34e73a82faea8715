//! A progress bar on standard error (feature `progress`).

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{Event, Observer, general};

/// An observer that shows progress on standard error: the number of evaluations, their rate, the best value, the rounds
/// and the evaluations that were not needed where there are such, and, if the maximum number of evaluations is known, a
/// bar with the time left. It shows nothing unless standard error is a terminal.
///
/// ```
/// use search::{Budget, Minimizer, PatternSearch, Problem, Progress};
///
/// let problem = Problem::new(|x| x[0] * x[0], [3.0])?;
/// let mut progress = Progress::up_to(Some(50));
/// let outcome = PatternSearch::default().minimize(&problem, &Budget::evaluations(50), &mut progress)?;
/// assert_eq!(outcome.value, 0.0);
/// # Ok::<(), search::Error>(())
/// ```
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Creates a progress display for a run of at most `evaluations` evaluations, or, for `None`, without a
    /// limit.
    pub fn up_to(evaluations: Option<u64>) -> Self {
        let (bar, style) = match evaluations {
            Some(evaluations) => (
                ProgressBar::new(evaluations),
                "{bar:24} {human_pos}/{human_len} evaluations, {per_sec}; best {msg}; {eta} left",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{spinner} {human_pos} evaluations, {per_sec}; best {msg}; {elapsed}",
            ),
        };
        let bar = bar.with_style(ProgressStyle::with_template(style).expect("a template without mistakes"));
        Progress { bar }
    }
}

impl Observer for Progress {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Start { .. } => self.bar.enable_steady_tick(Duration::from_millis(200)),
            Event::Iteration { row, counts, .. } if !self.bar.is_hidden() => {
                self.bar.set_position(row.evaluations);
                self.bar.set_message(format!("{}{}", general(row.value, 6), counts.rounds_in_words()));
            }
            Event::End(_) | Event::NoOutcome(_) => self.bar.finish_and_clear(),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
