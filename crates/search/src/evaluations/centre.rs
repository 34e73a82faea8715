//! Trials that change one coordinate of a centre: incremental where the objective can do that, whole
//! evaluations where it cannot.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::attempt::{attempt, caught};
use super::{Evaluations, Lookahead, Stop, StopKind, notify};
use crate::journal::JournalFault;
use crate::{Event, FailedEvaluation, Failure, Incremental, Parabola};

/// A decrease below this part of the value may be rounding: it is confirmed by whole evaluations.
const ROUNDING: f64 = 1e-12;

/// The point around which coordinates are tried.
pub(super) struct Centre<'r> {
    x: Vec<f64>,
    value: f64,
    view: Option<Box<dyn Incremental + 'r>>,
    /// Whether the view stands at the centre; else trials are whole evaluations.
    held: bool,
    /// Whether the view has just begun there, so that the value is canonical.
    fresh: bool,
}

impl Centre<'_> {
    pub(super) fn nowhere() -> Self {
        Centre { x: Vec::new(), value: f64::INFINITY, view: None, held: false, fresh: false }
    }

    pub(super) fn x(&self) -> &[f64] {
        &self.x
    }

    /// Lets the view begin at the centre, if there is one and the objective has a value there.
    fn begin(&mut self) {
        let Centre { x, value, view, held, fresh } = self;
        let Some(view) = view else { return };
        let begun = caught(|| view.begin(x));
        (*held, *fresh) = (begun.is_ok(), begun.is_ok());
        if let Ok(canonical) = begun {
            *value = canonical;
        }
    }
}

impl Evaluations<'_> {
    /// Evaluates `x` and makes it the centre of [`trials_in_order`](Evaluations::trials_in_order).
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value).
    pub fn centre_at(&mut self, x: &[f64]) -> Result<f64, Stop> {
        let value = self.value(x)?;
        self.hold(x, value)?;
        Ok(value)
    }

    /// Makes a point the centre whose value is known, infinite if its evaluation failed. Nothing is
    /// counted as an evaluation.
    ///
    /// # Errors
    /// [`Stop`] if the journal records single values and this run does not, or if it has stopped already.
    pub fn hold(&mut self, x: &[f64], value: f64) -> Result<(), Stop> {
        self.proceed()?;
        self.best.leave(&self.centre.x);
        if self.centre.view.is_none() && self.centre.x.is_empty() {
            self.centre.view = self.problem.objective().incremental();
        }
        self.centre.x.clear();
        self.centre.x.extend_from_slice(x);
        (self.centre.value, self.centre.held, self.centre.fresh) = (value, false, false);
        if self.centre.view.is_some()
            && let Some(recording) = &mut self.recording
        {
            if recording.knows_more() {
                let evaluation = self.counts.evaluations + 1;
                return self.keeping_stop(Err(JournalFault::Diverged { evaluation }.into()));
            }
            recording.only_snapshots();
        }
        self.centre.begin();
        Ok(())
    }

    /// The coordinates in the order that is cheapest to sweep: that of the objective's blocks, where it has an
    /// incremental view.
    pub fn sweep_order(&self) -> Vec<usize> {
        let blocks = self.centre.view.as_ref().map(|view| view.blocks()).unwrap_or_default();
        if blocks.is_empty() { (0..self.dimension()).collect() } else { blocks.concat() }
    }

    /// Tries changes of single coordinates in order, each against the same centre, and hands each value to
    /// `commit`, until it breaks or none is left.
    ///
    /// `step(k)` is the `k`-th of `count` trials: a coordinate and its new value, or `None` where there is
    /// none; it may depend on `k` alone. Where the objective has an [`Incremental`] view, each trial costs what
    /// that takes; else they are whole evaluations, on several threads if the run has them (as for
    /// [`in_order`](Evaluations::in_order)). A decrease that may be rounding is confirmed before it is handed
    /// on.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value); the clock is looked at before each 16th incremental
    /// trial.
    pub fn trials_in_order(
        &mut self,
        count: usize,
        lookahead: Lookahead,
        step: impl Fn(usize) -> Option<(usize, f64)>,
        mut commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        if !self.centre.held {
            let x = std::mem::take(&mut self.centre.x);
            let point = |turn: usize, trial: &mut [f64]| {
                let Some((i, to)) = step(turn) else { return false };
                trial.copy_from_slice(&x);
                trial[i] = to;
                true
            };
            let result = self.in_order(count, lookahead, point, commit);
            self.centre.x = x;
            return result;
        }
        for turn in 0..count {
            if let Some((i, to)) = step(turn) {
                let value = self.trial(i, to)?;
                if commit(turn, value).is_break() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The exact parabola along coordinate `i`, where the objective knows it; counts as one evaluation.
    ///
    /// # Errors
    /// [`Stop`] as for [`trials_in_order`](Evaluations::trials_in_order).
    pub fn line(&mut self, i: usize) -> Result<Option<Parabola>, Stop> {
        self.proceed()?;
        let Centre { view: Some(view), held: true, .. } = &mut self.centre else { return Ok(None) };
        let parabola = catch_unwind(AssertUnwindSafe(|| view.line(i)));
        let Ok(parabola) = parabola else {
            self.centre.begin();
            return Ok(None);
        };
        if parabola.is_some() {
            let admitted = self.limits.admit_trial_after(self.counts.evaluations);
            self.keeping_stop(admitted.map_err(Stop::from))?;
            self.counts.evaluations += 1;
        }
        Ok(parabola)
    }

    /// Moves the centre by setting coordinate `i` to `to`, a trial whose value was handed on before.
    pub fn accept(&mut self, i: usize, to: f64, value: f64) {
        self.best.centre_moves(&self.centre.x, i, to);
        let centre = &mut self.centre;
        centre.x[i] = to;
        centre.value = value;
        centre.fresh = false;
        let accepted = match &mut centre.view {
            Some(view) if centre.held => catch_unwind(AssertUnwindSafe(|| view.accept(i, to))).is_ok(),
            // The objective had no value where the view should have begun; here it may have one.
            _ => false,
        };
        if !accepted {
            centre.begin();
        }
    }

    /// The canonical value at the centre: what incremental moves have added up is computed anew.
    ///
    /// # Errors
    /// [`Stop`] if the objective has no value there after all.
    pub fn settle(&mut self) -> Result<f64, Stop> {
        self.proceed()?;
        if self.centre.held && !self.centre.fresh {
            self.counts.recomputed += 1;
            self.centre.begin();
            if !self.centre.held {
                let stop =
                    Stop::gave_up("the objective has no value at a point where its incremental view had one");
                return self.keeping_stop(Err(stop));
            }
            self.best.centre_has(self.centre.value);
        }
        Ok(self.centre.value)
    }

    fn trial(&mut self, i: usize, to: f64) -> Result<f64, Stop> {
        self.proceed()?;
        let value = self.admitted_trial(i, to);
        self.keeping_stop(value)
    }

    fn admitted_trial(&mut self, i: usize, to: f64) -> Result<f64, Stop> {
        self.limits.admit_trial_after(self.counts.evaluations)?;
        if !self.problem.bounds().admit(i, to) {
            return Err(StopKind::Outside(i, to).into());
        }
        let Some(view) = &mut self.centre.view else { return Ok(f64::INFINITY) };
        let attempt = caught(|| view.try_value(i, to));
        self.counts.evaluations += 1;
        let value = match attempt {
            Ok(value) => value,
            Err(failure) => {
                if let Failure::Panic(_) = failure {
                    // Whatever the view was about to do is undone.
                    self.centre.begin();
                }
                self.failed_beside_centre(i, to, failure);
                return Ok(f64::INFINITY);
            }
        };
        let before = self.centre.value;
        if value < before && before - value <= ROUNDING * before.abs() {
            return self.confirmed(i, to);
        }
        self.improved_beside_centre(i, to, value)?;
        Ok(value)
    }

    /// The value of a trial that is better by no more than rounding: canonical if it is a decrease of the
    /// canonical value at the centre, else not below that of the centre.
    fn confirmed(&mut self, i: usize, to: f64) -> Result<f64, Stop> {
        let before = self.centre.value;
        let canonical = before.min(self.settle()?);
        let from = std::mem::replace(&mut self.centre.x[i], to);
        let attempt = attempt(self.problem.objective(), &self.centre.x);
        self.centre.x[i] = from;
        self.counts.recomputed += 1;
        match attempt {
            Ok(value) if value < canonical => {
                self.improved_beside_centre(i, to, value)?;
                Ok(value)
            }
            Ok(value) => Ok(value.max(before)),
            Err(failure) => {
                self.failed_beside_centre(i, to, failure);
                Ok(f64::INFINITY)
            }
        }
    }

    fn failed_beside_centre(&mut self, i: usize, to: f64, failure: Failure) {
        self.counts.failed += 1;
        if self.first_failure.is_none() {
            let mut x = self.centre.x.clone();
            x[i] = to;
            let evaluation = self.counts.evaluations;
            self.first_failure = Some(FailedEvaluation { evaluation, x, failure });
        }
    }

    fn improved_beside_centre(&mut self, i: usize, to: f64, value: f64) -> Result<(), Stop> {
        if value >= self.best.value() {
            return Ok(());
        }
        self.best.set_beside_centre(i, to, value);
        let evaluations = self.counts.evaluations;
        let from = std::mem::replace(&mut self.centre.x[i], to);
        let x = &self.centre.x;
        let told = notify(&mut self.observers, &Event::Improvement { evaluations, x, value });
        self.centre.x[i] = from;
        told
    }
}
