//! Trials that change one coordinate of a centre, by incremental evaluation if the objective supports it,
//! else by whole evaluations.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::guarded_call::{attempt, caught};
use super::{Evaluations, Lookahead, Stop, StopKind, notify};
use crate::journal::JournalFault;
use crate::{Event, FailedEvaluation, Failure, Incremental, Parabola};

/// A decrease below this fraction of the value may be a rounding error.
const ROUNDING: f64 = 1e-12;

/// How to treat an incremental decrease that may be a rounding error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TinyDecrease {
    /// Confirm it by whole evaluations, so that any true decrease counts. Each costs as much as many trials.
    Confirmed,
    /// Ignore it. Where the units of a network are saturated, a search would otherwise mostly confirm such
    /// decreases.
    Refused,
}

/// The point around which coordinates are tried.
pub(super) struct Centre<'r> {
    x: Vec<f64>,
    value: f64,
    /// The value that the solver knows. It differs by rounding if the view had to begin again in between.
    told: f64,
    /// Whether `value` comes from a whole evaluation.
    canonical: bool,
    view: Option<Box<dyn Incremental + 'r>>,
    /// Whether the view is positioned at the centre. If not, trials are whole evaluations.
    held: bool,
}

impl Centre<'_> {
    pub(super) fn nowhere() -> Self {
        let (x, value, told) = (Vec::new(), f64::INFINITY, f64::INFINITY);
        Centre { x, value, told, canonical: true, view: None, held: false }
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

    /// Whether the objective has an [`Incremental`](crate::Incremental) view.
    pub fn have_incremental_view(&self) -> bool {
        self.calls_objective() && self.problem.has_incremental_view()
    }

    /// Makes `x` the centre, given its value, which is infinite if its evaluation failed. This does not count
    /// as an evaluation.
    ///
    /// # Errors
    /// [`Stop`] if the point is infeasible or of another dimension, if the journal still has recorded values
    /// but this run evaluates incrementally, or if the run has stopped already.
    pub fn hold(&mut self, x: &[f64], value: f64) -> Result<(), Stop> {
        self.proceed()?;
        let checked = self.check_point(x);
        self.keeping_stop(checked)?;
        self.best.centre_leaves(&self.centre.x);
        // A view returns only the value of the objective, and its trials cannot be remembered as points.
        let whole = !self.memory.is_off() || self.constrained.is_some() || !self.calls_objective();
        if self.centre.view.is_none() && self.centre.x.is_empty() && !whole {
            let objective = self.problem.objective();
            // An objective that panics here has no view.
            self.centre.view = catch_unwind(AssertUnwindSafe(|| objective.incremental())).unwrap_or(None);
        }
        let centre = &mut self.centre;
        centre.x.clear();
        centre.x.extend_from_slice(x);
        (centre.value, centre.told, centre.canonical, centre.held) = (value, value, true, false);
        if centre.view.is_some()
            && let Some(recording) = &mut self.recording
        {
            if recording.knows_more() {
                let evaluation = self.counts.evaluations + 1;
                return self.keeping_stop(Err(JournalFault::Diverged { evaluation }.into()));
            }
            recording.only_snapshots();
        }
        self.begin_at_centre();
        Ok(())
    }

    /// Positions the view at the centre, if there is a view and the objective has a value there.
    fn begin_at_centre(&mut self) {
        let Centre { x, value, canonical, view, held, .. } = &mut self.centre;
        let Some(view) = view else { return };
        let begun = caught(|| view.begin(x));
        *held = begun.is_ok();
        if let Ok(begun) = begun {
            (*value, *canonical) = (begun, true);
        }
    }

    /// Positions the view at a centre reached by trials, which is also a whole evaluation of that point.
    fn begin_where_moved(&mut self) {
        self.begin_at_centre();
        if self.centre.held {
            self.best.centre_has(&self.centre.x, self.centre.value);
        }
    }

    /// Returns the coordinates in the order that is cheapest to sweep: that of the blocks of the incremental
    /// view if they contain each coordinate once, else the natural order.
    pub fn sweep_order(&self) -> Vec<usize> {
        let n = self.dimension();
        let blocks = self.centre.view.as_ref().map(|view| catch_unwind(AssertUnwindSafe(|| view.blocks())));
        let order = blocks.and_then(Result::ok).unwrap_or_default().concat();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if sorted.into_iter().eq(0..n) { order } else { (0..n).collect() }
    }

    /// Tries changes of single coordinates of the centre in order, and passes each value to `commit`, until
    /// it breaks or no trials are left.
    ///
    /// `step(k)` returns the `k`-th of `count` trials as a coordinate and its new value, or `None` if there
    /// is none; it must depend on `k` alone. If the objective has an [`Incremental`] view, trials are
    /// incremental. Otherwise they are whole evaluations, on several threads if the run has them (as for
    /// [`in_order`](Evaluations::in_order)). `tiny` selects how to treat decreases that may be rounding
    /// errors; every decrease that is passed on persists after recomputation.
    ///
    /// # Errors
    /// [`Stop`] as for [`value`](Evaluations::value). The clock is read before every 16th incremental trial.
    pub fn trials_in_order(
        &mut self,
        count: usize,
        lookahead: Lookahead,
        tiny: TinyDecrease,
        step: impl Fn(usize) -> Option<(usize, f64)>,
        mut commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        self.proceed()?;
        for turn in 0..count {
            // Checked in each turn, since a view that has failed may be unable to begin again.
            if !self.centre.held {
                let rest = |k| step(turn + k);
                return self.whole_trials(count - turn, lookahead, rest, |k, value| commit(turn + k, value));
            }
            if let Some((i, to)) = step(turn) {
                let tried = self.trial(i, to, tiny);
                if commit(turn, self.keeping_stop(tried)?).is_break() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Makes the trials by whole evaluations.
    fn whole_trials(
        &mut self,
        count: usize,
        lookahead: Lookahead,
        step: impl Fn(usize) -> Option<(usize, f64)>,
        commit: impl FnMut(usize, f64) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let x = std::mem::take(&mut self.centre.x);
        let point = |turn: usize, trial: &mut [f64]| {
            let Some((i, to)) = step(turn) else { return false };
            trial.copy_from_slice(&x);
            trial[i] = to;
            true
        };
        let result = self.in_order(count, lookahead, point, commit);
        self.centre.x = x;
        result
    }

    /// Returns the exact parabola along coordinate `i`, if the objective knows it. It counts as one
    /// evaluation.
    ///
    /// # Errors
    /// [`Stop`] as for [`trials_in_order`](Evaluations::trials_in_order).
    pub fn line(&mut self, i: usize) -> Result<Option<Parabola>, Stop> {
        self.proceed()?;
        let Centre { view: Some(view), held: true, .. } = &mut self.centre else { return Ok(None) };
        let admitted = self.limits.admit_trial_after(self.counts.evaluations).map_err(Stop::from);
        let parabola = match admitted {
            Ok(()) => catch_unwind(AssertUnwindSafe(|| view.line(i))),
            Err(stop) => return self.keeping_stop(Err(stop)),
        };
        if parabola.is_err() {
            self.begin_where_moved();
        }
        let parabola = parabola.unwrap_or(None).filter(Parabola::is_finite);
        self.counts.evaluations += u64::from(parabola.is_some());
        self.count_rounds();
        Ok(parabola)
    }

    /// Moves the centre by setting coordinate `i` to `to`, a previous trial with this value. An infeasible
    /// point, which cannot have been a trial, stops the run.
    pub fn accept(&mut self, i: usize, to: f64, value: f64) {
        if let Err(stop) = self.check_beside_centre(i, to) {
            self.stopped.get_or_insert(stop);
            return;
        }
        self.best.centre_moves(&self.centre.x, i, to);
        let centre = &mut self.centre;
        centre.x[i] = to;
        (centre.value, centre.told, centre.canonical) = (value, value, !centre.held);
        let accepted = match &mut centre.view {
            Some(view) if centre.held => catch_unwind(AssertUnwindSafe(|| view.accept(i, to))).is_ok(),
            // The view could not begin at the old centre, but may begin at the new one.
            _ => false,
        };
        if !accepted {
            self.begin_where_moved();
        }
    }

    /// Recomputes the value at the centre, which removes rounding errors accumulated by incremental moves,
    /// and returns it.
    ///
    /// # Errors
    /// [`Stop`] if the objective has no value there after all.
    pub fn settle(&mut self) -> Result<f64, Stop> {
        self.proceed()?;
        if !self.centre.canonical {
            self.counts.recomputed += 1;
            self.begin_where_moved();
        }
        if !self.centre.canonical {
            // The view cannot begin at the new centre.
            let Ok(value) = attempt(self.problem.objective(), &self.centre.x) else {
                let stop =
                    Stop::gave_up("the objective has no value at a point where its incremental view had one");
                return self.keeping_stop(Err(stop));
            };
            (self.centre.value, self.centre.canonical) = (value, true);
            self.best.centre_has(&self.centre.x, value);
        }
        self.centre.told = self.centre.value;
        Ok(self.centre.value)
    }

    /// Evaluates a tentative best point as a whole.
    pub(super) fn settle_best(&mut self) {
        let Some(x) = self.best.take_tentative(&self.centre.x) else { return };
        let x = x.to_vec();
        self.counts.recomputed += 1;
        if let Ok(value) = attempt(self.problem.objective(), &x)
            && value < self.best.value()
        {
            self.best.set(&x, value);
        }
    }

    #[inline]
    fn check_beside_centre(&mut self, i: usize, to: f64) -> Result<(), Stop> {
        if !self.problem.bounds().admit(i, to) {
            return Err(StopKind::Outside(i, to).into());
        }
        let bounds_alone = self.problem.grid().is_none() && self.problem.linear().is_none();
        if bounds_alone { Ok(()) } else { self.check_grid_and_rows_beside_centre(i, to) }
    }

    #[inline(never)] // Not inlined, so that trials with bounds only reserve no stack space for it.
    fn check_grid_and_rows_beside_centre(&mut self, i: usize, to: f64) -> Result<(), Stop> {
        if self.problem.grid().is_some_and(|grid| !grid.admits(i, to)) {
            return Err(StopKind::OffGrid(i, to).into());
        }
        let from = std::mem::replace(&mut self.centre.x[i], to);
        let checked = self.check_rows(&self.centre.x);
        self.centre.x[i] = from;
        checked
    }

    /// Makes one incremental trial. The value returned is below that of the centre only if it is a decrease.
    fn trial(&mut self, i: usize, to: f64, tiny: TinyDecrease) -> Result<f64, Stop> {
        self.limits.admit_trial_after(self.counts.evaluations)?;
        self.check_beside_centre(i, to)?;
        let Some(view) = &mut self.centre.view else { return Ok(f64::INFINITY) };
        let attempt = caught(|| view.try_value(i, to));
        self.counts.evaluations += 1;
        // A round of its own, counted without a division.
        self.counts.rounds += 1;
        self.counted += 1;
        let value = match attempt {
            Ok(value) => value,
            Err(failure) => {
                if let Failure::Panic(_) = failure {
                    // Restore the view, which may have changed its state before the panic.
                    self.begin_where_moved();
                }
                self.failed_beside_centre(i, to, failure);
                return Ok(f64::INFINITY);
            }
        };
        let Centre { value: before, told, .. } = self.centre;
        if value < before - ROUNDING * before.abs() || before == f64::INFINITY {
            self.improved_beside_centre(i, to, value)?;
            return Ok(value);
        }
        if value < before && tiny == TinyDecrease::Confirmed {
            return self.confirmed(i, to);
        }
        Ok(value.max(told))
    }

    /// Returns the value of a trial whose decrease may be a rounding error: that of a whole evaluation if it
    /// is below the canonical value of the centre, else a value not below that of the centre.
    fn confirmed(&mut self, i: usize, to: f64) -> Result<f64, Stop> {
        if !self.centre.canonical {
            self.counts.recomputed += 1;
            self.begin_where_moved();
        }
        self.counts.recomputed += 1;
        let whole = self.canonical_beside_centre(i, to);
        let Centre { value: before, told, .. } = self.centre;
        let mut x = self.centre.x.clone();
        x[i] = to;
        match whole {
            Ok(value) if value < before.min(told) => {
                if value < self.best.value() {
                    self.best.set(&x, value);
                    if self.best.is_news(value) {
                        let (evaluations, round) = (self.counts.evaluations, self.round());
                        let news = Event::Improvement { evaluations, round, x: &x, value, feasible: true };
                        notify(&mut self.observers, &news)?;
                    }
                }
                Ok(value)
            }
            Ok(value) => Ok(value.max(told)),
            Err(failure) => {
                self.failed_beside_centre(i, to, failure);
                Ok(f64::INFINITY)
            }
        }
    }

    /// Returns the canonical value of a trial, from the view or from the objective itself.
    fn canonical_beside_centre(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        if let Centre { view: Some(view), held: true, .. } = &mut self.centre {
            match catch_unwind(AssertUnwindSafe(|| view.canonical_value(i, to))) {
                Ok(Some(value)) => return caught(|| value),
                Ok(None) => {}
                // Restore the view, which may have changed its state before the panic.
                Err(_) => self.begin_where_moved(),
            }
        }
        let from = std::mem::replace(&mut self.centre.x[i], to);
        let value = attempt(self.problem.objective(), &self.centre.x);
        self.centre.x[i] = from;
        value
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
        let best = self.best.value();
        if value >= best - ROUNDING * best.abs() {
            return Ok(());
        }
        self.best.set_beside_centre(i, to, value);
        if !self.best.is_news(value) {
            return Ok(());
        }
        let (evaluations, round) = (self.counts.evaluations, self.round());
        let from = std::mem::replace(&mut self.centre.x[i], to);
        let x = &self.centre.x;
        let news = Event::Improvement { evaluations, round, x, value, feasible: true };
        let told = notify(&mut self.observers, &news);
        self.centre.x[i] = from;
        told
    }
}
