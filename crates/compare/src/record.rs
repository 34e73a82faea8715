//! The record of a run.

use std::ops::ControlFlow;
use std::time::Instant;

use search::{Error, Event, Observer, Outcome};

use crate::feasible::Judge;

/// A run of one minimizer on one problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Name of the problem.
    pub problem: String,
    /// Name of the minimizer.
    pub minimizer: String,
    /// The seed.
    pub seed: u64,
    /// Number of coordinates.
    pub dimension: usize,
    /// Each improvement of the best value, the first value included. Under constraints only points count that violate
    /// none of them by more than [`TOLERANCE`](crate::TOLERANCE); for a noisy problem their values are the true ones.
    pub improvements: Vec<Improvement>,
    /// The same for the true objective of a noisy problem: the least true value at any point that
    /// counts.
    pub truth: Option<Vec<Improvement>>,
    /// The outcome, with an empty trace (the improvements replace it), or the error.
    pub result: Result<Outcome, Error>,
}

/// A new best value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Improvement {
    /// Evaluations so far, this one included.
    pub evaluations: u64,
    /// [Rounds](search::Counts::rounds) so far, that of this evaluation included.
    pub round: u64,
    /// Seconds since the run began; simultaneous runs slow each other down.
    pub seconds: f64,
    /// The value.
    pub value: f64,
    /// The largest violation of a constraint at this point, at most [`TOLERANCE`](crate::TOLERANCE); 0 without constraints
    /// beyond bounds.
    pub violation: f64,
}

impl Record {
    /// The improvements that analysis uses: of the true objective if there is one, otherwise of the
    /// objective.
    pub fn history(&self) -> impl Iterator<Item = &Improvement> {
        self.truth.as_ref().unwrap_or(&self.improvements).iter()
    }

    /// The best value after this many evaluations; infinite before the first that succeeded.
    pub fn value_after(&self, evaluations: u64) -> f64 {
        self.best_of(|improvement| improvement.evaluations <= evaluations)
    }

    /// The best value after this many seconds; infinite before the first.
    pub fn value_at(&self, seconds: f64) -> f64 {
        self.best_of(|improvement| improvement.seconds <= seconds)
    }

    /// The first evaluation with a value of at most this, if there was one.
    pub fn evaluations_to(&self, value: f64) -> Option<u64> {
        let reached = self.improvements.iter().find(|improvement| improvement.value <= value);
        reached.map(|improvement| improvement.evaluations)
    }

    fn best_of(&self, counts: impl Fn(&Improvement) -> bool) -> f64 {
        let last = self.improvements.iter().take_while(|improvement| counts(improvement)).last();
        last.map_or(f64::INFINITY, |improvement| improvement.value)
    }
}

/// Records the improvements of a run.
pub(crate) struct Noting<'c> {
    began: Instant,
    judge: Option<Judge<'c>>,
    pub(crate) improvements: Vec<Improvement>,
    /// The round of each evaluation, if they are wanted.
    pub(crate) rounds: Option<Vec<u64>>,
}

impl<'c> Noting<'c> {
    /// The judge is that of a problem with constraints beyond bounds.
    pub(crate) fn from_now(judge: Option<Judge<'c>>) -> Self {
        Noting { began: Instant::now(), judge, improvements: Vec::new(), rounds: None }
    }

    /// Notes the round of each evaluation as well.
    pub(crate) fn with_rounds(self) -> Self {
        Noting { rounds: Some(Vec::new()), ..self }
    }

    fn note(&mut self, (evaluations, round): (u64, u64), (value, violation): (f64, f64)) {
        let seconds = self.began.elapsed().as_secs_f64();
        self.improvements.push(Improvement { evaluations, round, seconds, value, violation });
    }
}

impl Observer for Noting<'_> {
    fn observe(&mut self, event: &Event<'_>) -> ControlFlow<()> {
        if let (Some(rounds), Event::Evaluation { round, .. }) = (&mut self.rounds, event) {
            rounds.push(*round);
        }
        match (&self.judge, *event) {
            (None, Event::Improvement { evaluations, round, value, .. }) => {
                self.note((evaluations, round), (value, 0.0));
            }
            // What a solver tolerates is its own affair: each point is judged here.
            (Some(judge), Event::Evaluation { evaluation, round, x, values: Ok(values) }) => {
                let least = self.improvements.last().map_or(f64::INFINITY, |last| last.value);
                if let Some(judged) = judge.judged(x, values).filter(|(value, _)| *value < least) {
                    self.note((evaluation, round), judged);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn wants_evaluations(&self) -> bool {
        self.judge.is_some() || self.rounds.is_some()
    }
}
