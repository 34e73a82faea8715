//! One descent under constraints: a sweep, then steps on the models of all functions.

use nalgebra::DVector;

use super::frame::Frame;
use super::geometry::flat_direction;
use super::measured::Measured;
use super::merit::Weights;
use super::models::{Fits, Models};
use super::points::{Known, Points};
use super::propose::Proposal;
use super::under_way::Asked;
use crate::hybrid::HybridOptions;
use crate::hybrid::place::largest_radius;
use crate::{ConstraintCount, Evaluations, LeastSquares, Loss, Method, Stop};

/// Constants of the trust region, for the ratio ρ of actual to predicted decrease of the merit by a step of length s:
///
/// - ρ ≥ `SUCCESSFUL` and s > `AT_THE_EDGE` Δ: Δ ← `EXPANSION` Δ.
/// - ρ < `UNSUCCESSFUL`, and the points' geometry is good: Δ ← max(`REDUCTION` s, `MOST_REDUCTION` Δ).
/// - Better, and s < `MOST_REDUCTION` Δ: Δ ← max(s / `MOST_REDUCTION`, `MOST_REDUCTION` Δ).
pub(super) const SUCCESSFUL: f64 = 0.5;
pub(super) const AT_THE_EDGE: f64 = 0.9;
pub(super) const EXPANSION: f64 = 2.0;
pub(super) const UNSUCCESSFUL: f64 = 0.1;
pub(super) const REDUCTION: f64 = 0.5;
pub(super) const MOST_REDUCTION: f64 = 0.1;

/// A step is not worth an evaluation if it is shorter than this part of the radius: the first while the radius is above
/// `FINE`, the second below.
const SHORT: f64 = 1e-5;
const SHORT_IF_FINE: f64 = 1e-3;
const FINE: f64 = 1e-6;

/// Nor is it, from a feasible point, if it is shorter than this part of the mesh tolerance.
const LEAST: f64 = 0.1;

/// The radius after an evaluation that failed: this part of the step; and how many such failures in a row count as
/// failures of the models.
pub(super) const AFTER_NO_VALUE: f64 = 0.7;
const MOST_WITHOUT_VALUE: u32 = 2;

/// Models are believed where their recent errors, relative to the changes, are below this.
const BELIEVED: f64 = 0.1;

/// A poll follows so many failed steps in a row; its failure divides the radius by 4.
pub(super) const FAILURES_BEFORE_POLL: u32 = 4;
pub(super) const AFTER_POLL: f64 = 0.25;

pub(super) struct Descent<'o> {
    pub(super) options: &'o HybridOptions,
    pub(super) frame: Frame,
    /// The units of x in which tolerances are; those of the frame may be longer.
    pub(super) units: Vec<f64>,
    /// By how much a step of one unit along each x has changed the residuals at most.
    pub(super) most_changes: Vec<f64>,
    pub(super) count: ConstraintCount,
    /// The number of residuals, which come last among the values, and their loss if it has kinks.
    pub(super) residuals: usize,
    pub(super) kinks: Option<Loss>,
    pub(super) points: Points,
    pub(super) fits: Fits,
    pub(super) measured: Measured,
    pub(super) weights: Weights,
    pub(super) here: Known,
    /// The values at the start.
    pub(super) start: Vec<f64>,
    pub(super) radius: f64,
    pub(super) swept: bool,
    /// Failed steps in a row, and failed evaluations in a row.
    pub(super) failures: u32,
    pub(super) without_value: u32,
    /// Whether weights may fall: there was an evaluation since the incumbent changed for other weights.
    pub(super) may_fall: bool,
    /// The multipliers of the last step: of the nonlinear constraints, of the residuals if the value has kinks, and of the rows.
    pub(super) multipliers: Vec<f64>,
    /// The points asked for that have no values yet, with the option `asynchronous`.
    pub(super) under_way: Vec<Asked>,
}

impl<'o> Descent<'o> {
    /// Evaluates a point and starts a descent there.
    pub(super) fn at(
        x: Vec<f64>,
        radius: f64,
        scale: &[f64],
        options: &'o HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Self, Stop> {
        let count = evaluations.nonlinear_constraints().unwrap_or_default();
        let residuals = evaluations.fit().map_or(0, LeastSquares::count);
        let kinks = evaluations.fit().map(LeastSquares::loss).filter(|loss| loss.has_kinks());
        let frame = Frame::at(&x, scale, evaluations);
        let n = frame.dimension();
        let here = Known { y: frame.coordinates(&x), x, values: Vec::new() };
        let mut descent = Descent {
            options,
            frame,
            units: scale.to_vec(),
            most_changes: Vec::new(),
            count,
            points: Points::default(),
            fits: Fits::none_yet(count.inequalities + count.equalities, residuals, n).with_kinks(kinks),
            measured: Measured::default(),
            residuals,
            kinks,
            weights: Weights::none_yet(count.inequalities, count.equalities),
            start: Vec::new(),
            here,
            radius,
            swept: !options.parts.first_sweep,
            failures: 0,
            without_value: 0,
            may_fall: true,
            multipliers: Vec::new(),
            under_way: Vec::new(),
        };
        descent.here = descent.evaluate_start(evaluations)?;
        descent.start.clone_from(&descent.here.values);
        descent.weights.see(&descent.here.values);
        descent.points.add(descent.here.clone(), &descent.here.y);
        descent.take_known(evaluations);
        Ok(descent)
    }

    /// Starts a new descent with this radius where the search is, in these units if they are others. It keeps the
    /// weights and, in the same units, the Hessians, and no points.
    pub(super) fn begin_anew(&mut self, radius: f64, scale: Option<&[f64]>, evaluations: &Evaluations<'_>) {
        if let Some(scale) = scale {
            self.take_units(scale, evaluations);
        }
        self.points = Points::default();
        self.points.add(self.here.clone(), &self.here.y);
        self.fits.forget_errors();
        self.fits.forget_hint();
        self.radius = radius;
        (self.swept, self.failures, self.without_value) = (!self.options.parts.first_sweep, 0, 0);
    }

    /// Takes other units of x, and begins anew with the Hessians.
    pub(super) fn take_units(&mut self, scale: &[f64], evaluations: &Evaluations<'_>) {
        self.units = scale.to_vec();
        self.most_changes.clear();
        self.take_frame_in(scale, evaluations);
        let constraints = self.count.inequalities + self.count.equalities;
        let fits = Fits::none_yet(constraints, self.residuals, self.frame.dimension());
        self.fits = fits.with_kinks(self.kinks);
    }

    /// Takes a frame in these units, with the points known. The Hessians are in the old units, and are forgotten.
    pub(super) fn take_frame_in(&mut self, units: &[f64], evaluations: &Evaluations<'_>) {
        self.frame = Frame::at(&self.here.x, units, evaluations);
        self.here.y = self.frame.coordinates(&self.here.x);
        self.points.take_coordinates(|x| self.frame.coordinates(x));
        self.fits.forget_hessians();
        self.fits.take_coordinates(|x| self.frame.coordinates(x));
        self.measured.forget();
    }

    /// Runs one iteration: the first sweep, or a step of the models with what follows its failure.
    pub(super) fn iterate(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        if !self.swept {
            self.swept = true;
            return match self.options.batch {
                1 => self.sweep(evaluations),
                _ => self.sweep_at_once(evaluations),
            };
        }
        if let Some(models) = self.measured_models(evaluations)? {
            return self.step_on(&models, None, evaluations);
        }
        let (shrink, several) = (self.shrink(self.radius), self.options.parts.several_fits);
        let mut fitted = self.fits.fit(&self.points, &self.here, self.radius, shrink.as_ref(), several);
        if self.stretch_units(fitted.as_ref(), evaluations) {
            fitted = self.fits.fit(&self.points, &self.here, self.radius, shrink.as_ref(), several);
        }
        let Some(models) = fitted else { return self.poll(None, self.radius, evaluations) };
        if !self.options.parts.model_step {
            return self.poll(Some(&models), self.radius, evaluations);
        }
        // After as many failures as there are coordinates, bounds and rows leave no room for a better geometry.
        let has_room = self.failures as usize <= self.frame.dimension();
        let flat =
            flat_direction(&self.points, &self.here, self.radius, shrink.as_ref()).filter(|_| has_room);
        self.step_on(&models, flat, evaluations)
    }

    /// Takes the step of the models, and adapts the trust region to it. The points extend too little in the direction
    /// `flat`, if there is one.
    fn step_on(
        &mut self,
        models: &Models,
        flat: Option<DVector<f64>>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let (step, promised) = match self.propose(models, evaluations) {
            Proposal::Elsewhere => return Ok(Method::SuccessfulSearch),
            Proposal::None => return self.without_step(models, 0.0, flat, evaluations),
            Proposal::Step(step, promised) => (step, promised),
        };
        let length = step.displacement.amax();
        let short = if self.radius < FINE { SHORT_IF_FINE } else { SHORT };
        let shortest = (short * self.radius).max(if self.is_feasible() {
            LEAST * self.options.mesh_tolerance
        } else {
            0.0
        });
        // Down to a kink even a short step gains as much as its length.
        let shortest = if self.kinks.is_some() { 0.0 } else { shortest };
        if promised <= self.least_decrease() || length < shortest {
            return self.without_step(models, length, flat, evaluations);
        }
        if self.options.asynchronous {
            return self.step_on_arrivals(step, promised, models, evaluations);
        }
        if self.options.batch > 1 {
            return self.step_at_once(step, promised, models, evaluations);
        }
        let x = self.frame.point(&self.here.x, &step.displacement, evaluations);
        let y = self.frame.coordinates(&x);
        if x == self.here.x || self.points.covers(&y, 0.0) {
            self.radius *= 0.5;
            return self.after_failure(models, flat, evaluations);
        }
        let trial = self.evaluate(x, evaluations)?;
        if !trial.has_values() {
            self.points.add(trial, &self.here.y);
            self.radius = (AFTER_NO_VALUE * length).max(MOST_REDUCTION * self.radius);
            self.without_value += 1;
            if !models.are_fitted() {
                self.measured.count(false);
            }
            return if self.without_value <= MOST_WITHOUT_VALUE {
                Ok(Method::RefineMesh)
            } else {
                self.after_failure(models, flat, evaluations)
            };
        }
        self.without_value = 0;
        let gained = self.weights.merit(&self.here.values) - self.weights.merit(&trial.values);
        self.fits.learn(models, &(&trial.y - &self.here.y), &trial.values);
        let ratio = gained / promised;
        if !models.are_fitted() {
            self.measured.count(ratio >= UNSUCCESSFUL);
        }
        let from = self.here.clone();
        let better = self.take(trial);
        if better && !models.are_fitted() {
            self.go_on(&from, models, &step.displacement, evaluations)?;
        }
        if ratio >= SUCCESSFUL && length > AT_THE_EDGE * self.radius {
            self.radius = (EXPANSION * self.radius).min(largest_radius(self.options));
        } else if ratio < UNSUCCESSFUL {
            if flat.is_none() {
                self.radius = (REDUCTION * length).max(MOST_REDUCTION * self.radius);
            }
        } else if better && length < MOST_REDUCTION * self.radius {
            self.radius = (length / MOST_REDUCTION).max(MOST_REDUCTION * self.radius);
        }
        if better {
            self.failures = 0;
            return Ok(Method::SuccessfulSearch);
        }
        self.after_failure(models, flat, evaluations)
    }

    /// Returns the models within this distance of the incumbent.
    pub(super) fn models_within(&mut self, radius: f64) -> Option<Models> {
        self.fits.fit(&self.points, &self.here, radius, self.shrink(radius).as_ref(), false)
    }

    /// The largest recent error of the smooth models' predictions.
    pub(super) fn worst_error(&self) -> f64 {
        self.fits.worst_error()
    }

    /// On a grid, the factors of the coordinates by which its steps are no longer than a radius.
    pub(super) fn shrink(&self, radius: f64) -> Option<DVector<f64>> {
        let factor = |step: f64| if step > radius { radius / step } else { 1.0 };
        self.frame.has_grid().then(|| self.frame.grid().map(factor))
    }

    /// The decrease of the merit below which a step is not worth an evaluation: a step of the mesh tolerance in units in
    /// which the search has come a distance of 1 down a parabola, or rounding.
    pub(super) fn least_decrease(&self) -> f64 {
        let (_, dropped) = self.merit_and_drop();
        (self.options.mesh_tolerance.powi(2) * self.part_of(dropped))
            .max(f64::EPSILON * self.here.values[0].abs())
    }

    /// Returns what decreases are compared with: what the merit has dropped. The value of a fit may have less left to drop,
    /// as it is not below 0, unless it is the largest of functions.
    pub(super) fn part_of(&self, dropped: f64) -> f64 {
        let is_bounded = self.residuals > 0 && self.kinks != Some(Loss::Minimax);
        if is_bounded { dropped.min(self.here.values[0]) } else { dropped }
    }

    /// Returns the merit of the incumbent, and by how much it is less than that of the start; 0 if the start has none.
    pub(super) fn merit_and_drop(&self) -> (f64, f64) {
        let merit = self.weights.merit(&self.here.values);
        let dropped = self.weights.merit(&self.start) - merit;
        (merit, if dropped.is_finite() { dropped } else { 0.0 })
    }

    /// The largest violation of a nonlinear constraint at the incumbent, if there are any constraints.
    pub(super) fn largest_violation(&self) -> Option<f64> {
        self.weights.violations(&self.here.values).reduce(f64::max)
    }

    /// Whether the incumbent is better than a point with these values: feasible points compare by the objective, others
    /// by the largest violation.
    pub(super) fn is_better_than(&self, values: &[f64]) -> bool {
        let violation = |values: &[f64]| self.weights.violations(values).fold(0.0, f64::max);
        let key = |values: &[f64]| (violation(values), values[0]);
        let ((here, f), (there, g)) = (key(&self.here.values), key(values));
        let tolerance = self.options.constraint_tolerance;
        if here <= tolerance && there <= tolerance { f < g } else { here < there }
    }

    /// Whether the incumbent is feasible within the tolerance.
    fn is_feasible(&self) -> bool {
        self.weights
            .violations(&self.here.values)
            .all(|violation| violation <= self.options.constraint_tolerance)
    }

    /// Returns value and gradient of each row at the incumbent.
    pub(super) fn rows(&self) -> Vec<(f64, &DVector<f64>)> {
        self.frame.rows().iter().map(|row| (row.value(&self.here.x), &row.gradient)).collect()
    }

    /// Continues where the models have a step of this length, which is not worth an evaluation. Models that have
    /// predicted well are believed: the radius is reduced to the size of the step. Whether they are right is for the
    /// last poll to find out.
    fn without_step(
        &mut self,
        models: &Models,
        length: f64,
        flat: Option<DVector<f64>>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        if self.has_steps_under_way() {
            return self.go_on_with_arrivals(models, &self.flat_directions(), evaluations);
        }
        if !models.are_fitted() && self.measured.become_central() {
            return Ok(Method::RefineMesh);
        }
        if !models.are_fitted() || self.worst_error() < BELIEVED {
            self.radius = (length / MOST_REDUCTION).min(MOST_REDUCTION * self.radius);
            return Ok(Method::RefineMesh);
        }
        self.measured.pays = true;
        match flat {
            Some(direction) => {
                self.failures += 1;
                match self.options.batch {
                    1 => self.improve_geometry(models, &direction, evaluations),
                    _ if self.options.asynchronous => self.improve_geometry_on_arrivals(models, evaluations),
                    _ => self.improve_geometry_at_once(models, evaluations),
                }
            }
            None => {
                self.radius *= MOST_REDUCTION;
                Ok(Method::RefineMesh)
            }
        }
    }

    /// Continues after a failed step: improves the geometry of the points, or polls after several failures.
    fn after_failure(
        &mut self,
        models: &Models,
        flat: Option<DVector<f64>>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        self.failures += 1;
        self.measured.pays = true;
        match flat {
            Some(direction) => self.improve_geometry(models, &direction, evaluations),
            None if models.are_fitted() && self.failures >= FAILURES_BEFORE_POLL => {
                self.poll(Some(models), self.radius, evaluations)
            }
            None => Ok(Method::RefineMesh),
        }
    }
}
