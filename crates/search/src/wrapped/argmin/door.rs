//! The evaluations in the form that argmin's solvers call.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use argmin::core::{CostFunction, Error as ArgminError, Gradient, Hessian, SendAlias, SyncAlias};

use crate::minimizer::{BARRIER, text_of};
use crate::problem::unit::{common, nearest_power_of_two, units, value_unit};
use crate::wrapped::stationary::{Slope, Stationary};
use crate::{Bounds, Differences, Evaluations, Lookahead, Method, Stop, Within};

/// The number of successive answers from memory after which a solver is considered stuck in a loop.
const ANSWERS_FROM_MEMORY: usize = 1000;

/// The least number of points to remember: those of a line search.
const REMEMBERED: usize = 8;

/// The forward step for second derivatives, in units of `max(1, |v_i|)`, with v in units.
const SECOND_STEP: f64 = 1e-4;

/// Lets an argmin solver evaluate the objective. Its coordinates are in [units](crate::problem::unit::unit), and its
/// values in units of the first one; its free variables are mapped into the bounds; a failed evaluation is a large
/// value. The first [`Stop`] is kept, since argmin's own error type would hide it.
///
/// It uses a `Mutex` instead of a `RefCell`, since argmin's population solvers require `Sync` with the feature
/// `rayon`, which any crate of a build may enable.
pub(super) struct Door<'d, 'r>(Mutex<Inside<'d, 'r>>);

/// How a solver sees the problem.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// The map from free variables to points within the bounds.
    pub(super) within: Within,
    pub(super) sees: Sees,
    pub(super) after_stop: AfterStop,
    /// The number of last points that form its current set: a simplex, a swarm.
    pub(super) in_hand: usize,
}

/// The information that a solver uses.
#[derive(Clone, Copy)]
pub(super) enum Sees {
    /// Values. Each coordinate has its own unit.
    Values,
    /// Gradients, or finite differences, and the convergence tolerance relative to the steepest slope at the start.
    /// All coordinates have the largest unit, since separate units would change the steepest direction.
    Gradients(Differences, f64),
}

/// The answer to a solver that continues to evaluate after a stop, within one of its steps.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AfterStop {
    /// A large value: for solvers that panic on an error and make few more calls.
    LargeValue,
    /// An error: for solvers that might call forever.
    Error,
}

/// The reason why a solver ended.
pub(super) enum Ended {
    /// The evaluations were stopped.
    Stopped(Stop),
    /// The solver failed for its own reason.
    Failed(String),
}

impl From<Ended> for Stop {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Stopped(stop) => stop,
            Ended::Failed(reason) => Stop::gave_up(&reason),
        }
    }
}

struct Inside<'d, 'r> {
    evaluations: &'d mut Evaluations<'r>,
    manner: Manner,
    stop: Option<Stop>,
    /// The last points, newest last.
    known: VecDeque<Known>,
    from_memory: usize,
    /// The unit of each coordinate.
    units: Vec<f64>,
    /// The bounds in units.
    bounds: Bounds,
    /// The start in units.
    start: Vec<f64>,
    /// The unit of values.
    value_unit: f64,
    differences: Differences,
    stationary: Stationary,
    /// The value and slope at the best point, once its slope has been computed.
    slope: Option<(f64, Slope)>,
    /// Whether the last slope is small enough.
    seems_stationary: bool,
    /// The steepest slope by a free variable at the solver's start.
    steepest: Option<f64>,
    /// The factor of values and gradients as the solver sees them.
    scale: f64,
}

/// An evaluated point.
struct Known {
    v: Vec<f64>,
    x: Vec<f64>,
    value: f64,
    /// The gradient by `v`, once computed.
    gradient: Option<Vec<f64>>,
}

impl<'d, 'r> Door<'d, 'r> {
    /// Starts at an evaluated point.
    pub(super) fn open(
        evaluations: &'d mut Evaluations<'r>,
        manner: Manner,
        x: Vec<f64>,
        value: f64,
    ) -> Self {
        let known = VecDeque::with_capacity(manner.in_hand.max(REMEMBERED));
        let own = units(&x, evaluations.bounds());
        let (units, differences, tolerance) = match manner.sees {
            Sees::Values => (own, Differences::default(), 0.0),
            Sees::Gradients(differences, tolerance) => (common(&own), differences, tolerance),
        };
        let mut inside = Inside {
            stationary: Stationary::to(tolerance, &x, evaluations),
            bounds: evaluations.bounds().in_units(&units),
            start: x.iter().zip(&units).map(|(x, unit)| x / unit).collect(),
            value_unit: value_unit(value),
            units,
            evaluations,
            manner,
            differences,
            stop: None,
            known,
            from_memory: 0,
            slope: None,
            seems_stationary: false,
            steepest: None,
            scale: 1.0,
        };
        inside.remember(inside.free_variables(&x), x, value);
        Door(Mutex::new(inside))
    }

    fn inside(&self) -> MutexGuard<'_, Inside<'d, 'r>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one step of a solver and returns its result or what ended it. A panic of the solver ends it; a panic of
    /// an observer is passed on.
    pub(super) fn step<T>(&self, step: impl FnOnce() -> Result<T, ArgminError>) -> Result<T, Ended> {
        let result = catch_unwind(AssertUnwindSafe(step));
        if let Some(stop) = &self.inside().stop {
            return Err(Ended::Stopped(stop.clone()));
        }
        match result {
            Ok(result) => result.map_err(|error| Ended::Failed(error.to_string())),
            // Observers are called while the lock is held.
            Err(panic) if self.0.is_poisoned() => resume_unwind(panic),
            Err(panic) => Err(Ended::Failed(text_of(&*panic))),
        }
    }

    /// Returns the longest distance along a coordinate between two points of the current set, in units of the
    /// coordinate or relative to its value if that is larger; infinite if there are too few points.
    pub(super) fn spread(&self) -> f64 {
        let inside = self.inside();
        let count = inside.manner.in_hand;
        if inside.known.len() < count {
            return f64::INFINITY;
        }
        let along = |i: usize| {
            let values = || inside.known.iter().rev().take(count).map(|known| known.x[i]);
            let (low, high) =
                (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            (high - low) / low.abs().max(high.abs()).max(inside.units[i])
        };
        (0..inside.units.len()).map(along).fold(0.0, f64::max)
    }

    /// Returns the best value so far in its unit.
    pub(super) fn best_value(&self) -> f64 {
        let inside = self.inside();
        inside.evaluations.best().1 / inside.value_unit
    }

    /// Returns the free variables of the best point, moved off a bound on which the map is flat.
    pub(super) fn best(&self) -> Vec<f64> {
        let inside = self.inside();
        inside.free_variables(inside.evaluations.best().0)
    }

    /// Returns the bounds in units.
    pub(super) fn bounds(&self) -> Bounds {
        self.inside().bounds.clone()
    }

    /// Returns the start in units.
    pub(super) fn start(&self) -> Vec<f64> {
        self.inside().start.clone()
    }

    /// Scales values and gradients so that a first step along the gradient at `v` moves no variable by more than 1,
    /// and by about 1 at the start: the line searches try that step whatever the slope.
    pub(super) fn scale_at(&self, v: &[f64]) -> Result<(), Ended> {
        let inside = &mut *self.inside();
        inside.seems_stationary = false;
        let slopes = inside.gradient(v).map_err(Ended::Stopped)?;
        let here = slopes.into_iter().map(f64::abs).fold(0.0, f64::max);
        let here = if here > 0.0 { nearest_power_of_two(here) } else { 1.0 };
        let steepest = *inside.steepest.get_or_insert(here);
        inside.scale = 1.0 / steepest.max(here);
        Ok(())
    }

    /// Computes the gradient at the best point unless it is known: a value *equal* to the best also has it.
    pub(super) fn settle(&self) -> Result<Slope, Ended> {
        let inside = &mut *self.inside();
        inside.slope_at_best().map_err(Ended::Stopped)
    }

    /// Whether the last slope is small enough, even if it is not that of the best point: finite differences may find
    /// better points, and a solver may have left the bounds.
    pub(super) fn seems_stationary(&self) -> bool {
        self.inside().seems_stationary
    }

    /// Whether the slope at the best point is known and small enough.
    pub(super) fn is_stationary(&self) -> bool {
        let inside = self.inside();
        let best = inside.evaluations.best().1;
        let slope = inside.slope.as_ref().filter(|(value, _)| *value == best);
        slope.is_some_and(|(_, slope)| inside.stationary.reached(slope))
    }

    /// Whether the best point, where the slope is small enough, meets the criterion of convergence.
    pub(super) fn keeps(&self, slope: &Slope) -> Result<bool, Stop> {
        let inside = &mut *self.inside();
        inside.stationary.keeps(inside.evaluations, slope)
    }

    /// See [`Stationary::at_rest`].
    pub(super) fn at_rest(&self, slope: &Slope, reason: &str) -> Result<(), Stop> {
        let inside = &mut *self.inside();
        inside.stationary.at_rest(inside.evaluations, slope, reason)
    }

    /// Records an iteration, whose incumbent is the best point so far.
    pub(super) fn iteration(&self) -> Result<(), Stop> {
        let inside = &mut *self.inside();
        let (x, value) = inside.evaluations.best();
        let x = x.to_vec();
        inside.evaluations.iteration(&x, value, None, Method::Step)
    }
}

impl Inside<'_, '_> {
    fn point(&self, v: &[f64]) -> Vec<f64> {
        let mut x = self.manner.within.point(v, &self.bounds, &self.start);
        x.iter_mut().zip(&self.units).for_each(|(x, unit)| *x = (*x * unit).clamp(-f64::MAX, f64::MAX));
        self.evaluations.bounds().project(&mut x);
        x
    }

    fn free_variables(&self, x: &[f64]) -> Vec<f64> {
        let x: Vec<f64> = x.iter().zip(&self.units).map(|(x, unit)| x / unit).collect();
        self.manner.within.free_variables(&x, &self.bounds)
    }

    fn remember(&mut self, v: Vec<f64>, x: Vec<f64>, value: f64) {
        if self.known.len() == self.known.capacity() {
            self.known.pop_front();
        }
        self.known.push_back(Known { v, x, value, gradient: None });
    }

    /// Returns the index of a remembered point.
    fn recall(&self, v: &[f64]) -> Option<usize> {
        self.known.iter().rposition(|known| known.v == v)
    }

    /// Returns a value at `v` as the solver sees it.
    fn told(&self, v: &[f64], value: f64) -> f64 {
        let sum = value / self.value_unit + self.manner.within.penalty(v, &self.bounds);
        // So far out that the distance to the bounds overflows.
        let sum = if sum.is_nan() { BARRIER } else { sum };
        sum.clamp(-BARRIER, BARRIER) * self.scale
    }

    /// Evaluates a point unless it is remembered. Returns its index in memory.
    fn evaluate(&mut self, v: &[f64]) -> Result<usize, Stop> {
        if let Some(stop) = &self.stop {
            return Err(stop.clone());
        }
        if let Some(place) = self.recall(v) {
            self.from_memory += 1;
            if self.from_memory > ANSWERS_FROM_MEMORY {
                return Err(Stop::gave_up("it repeatedly evaluates the same points"));
            }
            return Ok(place);
        }
        self.from_memory = 0;
        let x = self.point(v);
        let value = self.evaluations.value(&x)?;
        self.remember(v.to_vec(), x, value);
        Ok(self.known.len() - 1)
    }

    fn gradient(&mut self, v: &[f64]) -> Result<Vec<f64>, Stop> {
        let place = self.evaluate(v)?;
        let Known { x, value, gradient, .. } = &mut self.known[place];
        if let Some(gradient) = gradient {
            return Ok(gradient.clone());
        }
        let mut slopes = vec![0.0; v.len()];
        let all = self.evaluations.gradient(x, *value, self.differences, &mut slopes)?;
        let slope = self.stationary.slope(self.evaluations, x, &slopes, all);
        self.seems_stationary = self.stationary.reached(&slope);
        if *value == self.evaluations.best().1 {
            self.slope = Some((*value, slope));
        }
        for (slope, unit) in slopes.iter_mut().zip(&self.units) {
            *slope = (*slope / self.value_unit * unit).clamp(-BARRIER, BARRIER);
        }
        self.manner.within.chain(&mut slopes, v, &self.bounds);
        slopes.iter_mut().for_each(|slope| *slope = slope.clamp(-BARRIER, BARRIER));
        *gradient = Some(slopes.clone());
        Ok(slopes)
    }

    fn slope_at_best(&mut self) -> Result<Slope, Stop> {
        let (x, best) = self.evaluations.best();
        if let Some((value, slope)) = &self.slope
            && *value == best
        {
            return Ok(slope.clone());
        }
        let (x, mut gradient) = (x.to_vec(), vec![0.0; x.len()]);
        let all = self.evaluations.gradient(&x, best, self.differences, &mut gradient)?;
        // A difference may have found a better point.
        let slope = self.stationary.slope(self.evaluations, &x, &gradient, all);
        self.slope = Some((best, slope.clone()));
        Ok(slope)
    }

    /// Returns second derivatives from finite differences of gradients, made symmetric. (Nocedal & Wright 2006,
    /// section 8.1.)
    fn hessian(&mut self, v: &[f64]) -> Result<Vec<Vec<f64>>, Stop> {
        let here = self.gradient(v)?;
        let mut rows = Vec::with_capacity(v.len());
        for i in 0..v.len() {
            let mut beside = v.to_vec();
            beside[i] += SECOND_STEP * v[i].abs().max(1.0);
            let there = self.gradient(&beside)?;
            let step = beside[i] - v[i];
            rows.push(there.iter().zip(&here).map(|(there, here)| (there - here) / step).collect::<Vec<_>>());
        }
        let mean = |i: usize, j: usize| 0.5 * (rows[i][j] + rows[j][i]);
        Ok((0..v.len()).map(|i| (0..v.len()).map(|j| mean(i, j)).collect()).collect())
    }

    /// Keeps a stop and converts it to argmin's error.
    fn keeping_stop<T>(&mut self, result: Result<T, Stop>) -> Result<T, ArgminError> {
        result.map_err(|stop| {
            self.stop = Some(stop);
            ArgminError::msg("the run was stopped")
        })
    }
}

impl CostFunction for &Door<'_, '_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, v: &Vec<f64>) -> Result<f64, ArgminError> {
        let inside = &mut *self.inside();
        let evaluated = inside.evaluate(v).map(|place| inside.told(v, inside.known[place].value));
        match inside.keeping_stop(evaluated) {
            Err(_) if inside.manner.after_stop == AfterStop::LargeValue => Ok(BARRIER),
            told => told,
        }
    }

    /// Evaluates the points of a population on all threads of the run.
    fn bulk_cost<P>(&self, points: &[P]) -> Result<Vec<f64>, ArgminError>
    where
        P: Borrow<Vec<f64>> + SyncAlias,
        f64: SendAlias,
        Self: SyncAlias,
    {
        let inside = &mut *self.inside();
        let xs: Vec<Vec<f64>> = points.iter().map(|v| inside.point(v.borrow())).collect();
        let mut values = vec![f64::INFINITY; xs.len()];
        let point = |turn: usize, trial: &mut [f64]| {
            trial.copy_from_slice(&xs[turn]);
            true
        };
        let evaluated = inside.evaluations.in_order(xs.len(), Lookahead::All, point, |turn, value| {
            values[turn] = value;
            ControlFlow::Continue(())
        });
        // Points after a stop get a large value: the step ends, and with it the run.
        let _ = inside.keeping_stop(evaluated);
        for ((v, x), &value) in points.iter().zip(xs).zip(&values) {
            inside.remember(v.borrow().clone(), x, value);
        }
        Ok(points.iter().zip(&values).map(|(v, &value)| inside.told(v.borrow(), value)).collect())
    }
}

impl Gradient for &Door<'_, '_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, v: &Vec<f64>) -> Result<Vec<f64>, ArgminError> {
        let inside = &mut *self.inside();
        let gradient = inside.gradient(v);
        let mut gradient = inside.keeping_stop(gradient)?;
        gradient.iter_mut().for_each(|slope| *slope *= inside.scale);
        Ok(gradient)
    }
}

impl Hessian for &Door<'_, '_> {
    type Param = Vec<f64>;
    type Hessian = Vec<Vec<f64>>;

    fn hessian(&self, v: &Vec<f64>) -> Result<Vec<Vec<f64>>, ArgminError> {
        let inside = &mut *self.inside();
        let hessian = inside.hessian(v);
        let mut hessian = inside.keeping_stop(hessian)?;
        hessian.iter_mut().flatten().for_each(|entry| *entry *= inside.scale);
        Ok(hessian)
    }
}
