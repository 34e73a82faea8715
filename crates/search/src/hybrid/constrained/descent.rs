//! One descent under constraints: a sweep, then steps on the models of all functions.

use std::ops::ControlFlow;

use nalgebra::DVector;

use super::frame::Frame;
use super::geometry::{corrected, flat_direction};
use super::merit::Weights;
use super::models::{Fits, Models};
use super::points::{Known, Points};
use super::step::{Step, Subproblem};
use crate::evaluations::Seen;
use crate::hybrid::HybridOptions;
use crate::{ConstraintCount, Evaluations, LeastSquares, Lookahead, Method, Stop};

/// Constants of the trust region, for the ratio ρ of actual to predicted decrease of the merit by a step of length s:
///
/// - ρ ≥ `SUCCESSFUL` and s > `AT_THE_EDGE` Δ: Δ ← `EXPANSION` Δ.
/// - ρ < `UNSUCCESSFUL`, and the points' geometry is good: Δ ← max(`REDUCTION` s, `MOST_REDUCTION` Δ).
/// - Better, and s < `MOST_REDUCTION` Δ: Δ ← max(s / `MOST_REDUCTION`, `MOST_REDUCTION` Δ).
const SUCCESSFUL: f64 = 0.5;
const AT_THE_EDGE: f64 = 0.9;
const EXPANSION: f64 = 2.0;
const UNSUCCESSFUL: f64 = 0.1;
const REDUCTION: f64 = 0.5;
const MOST_REDUCTION: f64 = 0.1;

/// A step is not worth an evaluation if it is shorter than this part of the radius: the first while the radius is above
/// `FINE`, the second below.
const SHORT: f64 = 1e-5;
const SHORT_IF_FINE: f64 = 1e-3;
const FINE: f64 = 1e-6;

/// Nor is it, from a feasible point, if it is shorter than this part of the mesh tolerance.
const LEAST: f64 = 0.1;

/// The radius after an evaluation that failed: this part of the step; and how many such failures in a row count as
/// failures of the models.
const AFTER_NO_VALUE: f64 = 0.7;
const MOST_WITHOUT_VALUE: u32 = 2;

/// Models are believed where their recent errors, relative to the changes, are below this.
const BELIEVED: f64 = 0.1;

/// Parts of the radius at which a step is looked for where the full radius has none.
const SMALLER: [f64; 3] = [0.25, 0.0625, 0.015625];

/// A poll follows so many failed steps in a row; its failure divides the radius by 4.
const FAILURES_BEFORE_POLL: u32 = 4;
const AFTER_POLL: f64 = 0.25;

/// A poll point is skipped if an evaluated point is closer than this part of the poll's size.
const COVERED: f64 = 0.4;

/// A step in the first sweep goes to the roomier side first if less than this part of it is within the bounds.
const ROOM: f64 = 0.5;

pub(super) struct Descent<'o> {
    options: &'o HybridOptions,
    pub(super) frame: Frame,
    pub(super) count: ConstraintCount,
    /// The number of residuals of a sum of squares, which come last among the values.
    residuals: usize,
    points: Points,
    fits: Fits,
    pub(super) weights: Weights,
    pub(super) here: Known,
    /// The values at the start.
    pub(super) start: Vec<f64>,
    pub(super) radius: f64,
    swept: bool,
    /// Failed steps in a row, and failed evaluations in a row.
    failures: u32,
    without_value: u32,
    /// Whether weights may fall: there was an evaluation since the incumbent changed for other weights.
    may_fall: bool,
    /// The multipliers of the last step: of the nonlinear constraints, then of the rows.
    pub(super) multipliers: Vec<f64>,
}

/// Returns the values of objective, inequalities, equalities and residuals at a point.
fn all_values(seen: &Seen) -> Vec<f64> {
    let residuals = seen.residuals.iter().copied();
    std::iter::once(seen.value).chain(seen.constraints.all()).chain(residuals).collect()
}

/// What the models propose.
enum Proposal {
    /// A step, and the decrease of the merit that the models predict.
    Step(Step, f64),
    /// The weights changed, and with them the incumbent.
    Elsewhere,
    /// Nothing.
    None,
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
        let frame = Frame::at(&x, scale, evaluations);
        let n = frame.dimension();
        let here = Known { y: frame.coordinates(&x), x, values: Vec::new() };
        let mut descent = Descent {
            options,
            frame,
            count,
            points: Points::default(),
            fits: Fits::none_yet(count.inequalities + count.equalities, residuals, n),
            residuals,
            weights: Weights::none_yet(count.inequalities, count.equalities),
            start: Vec::new(),
            here,
            radius,
            swept: !options.parts.first_sweep,
            failures: 0,
            without_value: 0,
            may_fall: true,
            multipliers: Vec::new(),
        };
        descent.here = descent.evaluate(descent.here.x.clone(), evaluations)?;
        descent.start.clone_from(&descent.here.values);
        descent.weights.see(&descent.here.values);
        descent.points.add(descent.here.clone(), &descent.here.y);
        Ok(descent)
    }

    /// Starts a new descent with this radius where the search is, in these units if they are others. It keeps the
    /// weights and, in the same units, the Hessians, and no points.
    pub(super) fn begin_anew(&mut self, radius: f64, scale: Option<&[f64]>, evaluations: &Evaluations<'_>) {
        if let Some(scale) = scale {
            self.frame = Frame::at(&self.here.x, scale, evaluations);
            self.here.y = self.frame.coordinates(&self.here.x);
            let constraints = self.count.inequalities + self.count.equalities;
            self.fits = Fits::none_yet(constraints, self.residuals, self.frame.dimension());
        }
        self.points = Points::default();
        self.points.add(self.here.clone(), &self.here.y);
        self.fits.forget_errors();
        self.radius = radius;
        (self.swept, self.failures, self.without_value) = (!self.options.parts.first_sweep, 0, 0);
    }

    /// Runs one iteration: the first sweep, or a step of the models with what follows its failure.
    pub(super) fn iterate(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        if !self.swept {
            self.swept = true;
            return self.sweep(evaluations);
        }
        let (shrink, several) = (self.shrink(), self.options.parts.several_fits);
        let fitted = self.fits.fit(&self.points, &self.here, self.radius, shrink.as_ref(), several);
        let Some(models) = fitted else { return self.poll(None, self.radius, evaluations) };
        if !self.options.parts.model_step {
            return self.poll(Some(&models), self.radius, evaluations);
        }
        let flat = flat_direction(&self.points, &self.here, self.radius, shrink.as_ref());
        let (step, promised) = match self.propose(&models, evaluations) {
            Proposal::Elsewhere => return Ok(Method::SuccessfulSearch),
            Proposal::None => return self.without_step(&models, 0.0, flat, evaluations),
            Proposal::Step(step, promised) => (step, promised),
        };
        let length = step.displacement.amax();
        let short = if self.radius < FINE { SHORT_IF_FINE } else { SHORT };
        let shortest = (short * self.radius).max(if self.is_feasible() {
            LEAST * self.options.mesh_tolerance
        } else {
            0.0
        });
        if promised <= self.least_decrease() || length < shortest {
            return self.without_step(&models, length, flat, evaluations);
        }
        let x = self.frame.point(&self.here.x, &step.displacement, evaluations);
        let y = self.frame.coordinates(&x);
        if x == self.here.x || self.points.covers(&y, 0.0) {
            self.radius *= 0.5;
            return self.after_failure(&models, flat, evaluations);
        }
        let trial = self.evaluate(x, evaluations)?;
        if !trial.has_values() {
            self.points.add(trial, &self.here.y);
            self.radius = (AFTER_NO_VALUE * length).max(MOST_REDUCTION * self.radius);
            self.without_value += 1;
            return if self.without_value <= MOST_WITHOUT_VALUE {
                Ok(Method::RefineMesh)
            } else {
                self.after_failure(&models, flat, evaluations)
            };
        }
        self.without_value = 0;
        let gained = self.weights.merit(&self.here.values) - self.weights.merit(&trial.values);
        self.fits.learn(&models, &(&trial.y - &self.here.y), &trial.values);
        let ratio = gained / promised;
        let better = self.take(trial);
        if ratio >= SUCCESSFUL && length > AT_THE_EDGE * self.radius {
            self.radius = (EXPANSION * self.radius).min(self.largest_radius());
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
        self.after_failure(&models, flat, evaluations)
    }

    /// Whether a point closer than `distance` has been evaluated.
    pub(super) fn covers(&self, x: &[f64], distance: f64) -> bool {
        self.points.covers(&self.frame.coordinates(x), distance)
    }

    /// Returns the models within this distance of the incumbent.
    pub(super) fn models_within(&mut self, radius: f64) -> Option<Models> {
        self.fits.fit(&self.points, &self.here, radius, self.shrink().as_ref(), false)
    }

    /// The largest recent error of the smooth models' predictions.
    pub(super) fn worst_error(&self) -> f64 {
        self.fits.worst_error()
    }

    /// Records a point that was evaluated elsewhere.
    pub(super) fn note(&mut self, seen: Seen) {
        let values = all_values(&seen);
        let trial = Known { y: self.frame.coordinates(&seen.x), x: seen.x, values };
        self.take(trial);
    }

    /// On a grid, the factors of the coordinates by which its steps are no longer than the radius.
    fn shrink(&self) -> Option<DVector<f64>> {
        let factor = |step: f64| if step > self.radius { self.radius / step } else { 1.0 };
        self.frame.has_grid().then(|| self.frame.grid().map(factor))
    }

    /// The decrease of the merit below which a step is not worth an evaluation: a step of the mesh tolerance in units in
    /// which the search has come a distance of 1 down a parabola, or rounding.
    fn least_decrease(&self) -> f64 {
        let (_, dropped) = self.merit_and_drop();
        (self.options.mesh_tolerance.powi(2) * dropped).max(f64::EPSILON * self.here.values[0].abs())
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

    fn largest_radius(&self) -> f64 {
        self.options.max_mesh_size.unwrap_or(1e50)
    }

    /// Returns value and gradient of each row at the incumbent.
    fn rows(&self) -> Vec<(f64, &DVector<f64>)> {
        self.frame.rows().iter().map(|row| (row.value(&self.here.x), &row.gradient)).collect()
    }

    /// Returns the models' step, with the weights adapted to its multipliers.
    fn propose(&mut self, models: &Models, evaluations: &Evaluations<'_>) -> Proposal {
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        let subproblem = |search: &Self, radius: f64| {
            let grid = search.frame.grid();
            Subproblem::of(models, search.count.inequalities, &search.rows(), (&lower, &upper), grid, radius)
        };
        let full = subproblem(self, self.radius);
        let warm = (!self.multipliers.is_empty()).then_some(self.multipliers.as_slice());
        let mut step = full.solve(warm);
        if self.frame.has_grid() {
            let rounded = self.rounded(&step.displacement, evaluations);
            step = full.with_grid_at(&rounded, self.frame.grid()).solve(Some(&step.multipliers));
        }
        let nonlinear = models.models.len() - 1;
        let gradients: Vec<_> = models.models.iter().map(|model| &model.gradient).collect();
        let adapted = self.weights.adapt(&step.multipliers[..nonlinear], &gradients, self.may_fall);
        let (rise, less) = self.forecast(models, &step.displacement);
        let grown = self.weights.steer(rise, less);
        self.multipliers.clone_from(&step.multipliers);
        if (adapted || grown) && self.returns_to_best() {
            // Without an evaluation in between, weights that rise and fall could go round in circles.
            self.may_fall = false;
            return Proposal::Elsewhere;
        }
        let promised = |search: &Self, step: &Step| {
            let (rise, less) = search.forecast(models, &step.displacement);
            less - rise
        };
        let promise = promised(self, &step);
        if promise > 0.0 {
            return Proposal::Step(step, promise);
        }
        let elastic = full.elastic(self.weights.of_constraints());
        let smaller = SMALLER.iter().map(|part| subproblem(self, part * self.radius).solve(None));
        let others = std::iter::once(elastic).chain(smaller);
        let mut worthwhile =
            others.map(|step| (promised(self, &step), step)).filter(|(promise, _)| *promise > 0.0);
        worthwhile.next().map_or(Proposal::None, |(promise, step)| Proposal::Step(step, promise))
    }

    /// Returns a step with the coordinates of the grid rounded onto it.
    fn rounded(&self, step: &DVector<f64>, evaluations: &Evaluations<'_>) -> DVector<f64> {
        let x = self.frame.point(&self.here.x, step, evaluations);
        let on_grid = self.frame.coordinates(&x) - &self.here.y;
        step.zip_zip_map(
            &on_grid,
            self.frame.grid(),
            |step, on_grid, grid| if grid > 0.0 { on_grid } else { step },
        )
    }

    /// Returns by how much a step raises the objective, and lessens the weighted violation, by the models.
    fn forecast(&self, models: &Models, displacement: &DVector<f64>) -> (f64, f64) {
        let predicted = models.predict(displacement);
        let rise = predicted[0] - models.values[0];
        let weighted = |values: &[f64]| {
            let weights = self.weights.of_constraints().iter();
            weights.zip(self.weights.violations(values)).map(|(weight, v)| weight * v).sum::<f64>()
        };
        (rise, weighted(&models.values) - weighted(&predicted))
    }

    /// Makes the point of least merit the incumbent. Returns `true` if it is another one.
    fn returns_to_best(&mut self) -> bool {
        let best = self.points.least(|values| self.weights.merit(values));
        let Some(best) = best.filter(|best| self.weights.is_better(&best.values, &self.here.values)) else {
            return false;
        };
        self.here = best.clone();
        true
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
        if self.worst_error() < BELIEVED {
            self.radius = (length / MOST_REDUCTION).min(MOST_REDUCTION * self.radius);
            return Ok(Method::RefineMesh);
        }
        match flat {
            Some(direction) => self.improve_geometry(models, &direction, evaluations),
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
        match flat {
            Some(direction) => self.improve_geometry(models, &direction, evaluations),
            None if self.failures >= FAILURES_BEFORE_POLL => {
                self.poll(Some(models), self.radius, evaluations)
            }
            None => Ok(Method::RefineMesh),
        }
    }

    /// Evaluates a point one radius away along a direction in which the points extend too little: the side of less
    /// merit by the models, moved onto the modelled constraints.
    fn improve_geometry(
        &mut self,
        models: &Models,
        direction: &DVector<f64>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        let sides = [direction * self.radius, direction * -self.radius];
        let sides = sides.map(|step| {
            let step = self.shrink().map_or(step.clone(), |shrink| step.component_div(&shrink));
            self.corrected(&step, models).unwrap_or(step)
        });
        let mut points: Vec<(f64, Vec<f64>)> = Vec::new();
        for step in &sides {
            let x = self.frame.point(&self.here.x, step, evaluations);
            let moved = self.frame.coordinates(&x) - &self.here.y;
            // Bounds and rows may leave too little of it.
            if moved.dot(direction).abs() >= 0.1 * self.radius
                && !self.points.covers(&(&moved + &self.here.y), 0.0)
            {
                points.push((self.weights.merit(&models.predict(&moved)), x));
            }
        }
        points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let Some((_, x)) = points.into_iter().next() else {
            self.radius *= REDUCTION;
            return Ok(Method::RefineMesh);
        };
        let trial = self.evaluate(x, evaluations)?;
        if trial.has_values() {
            self.fits.learn(models, &(&trial.y - &self.here.y), &trial.values);
        }
        Ok(if self.take(trial) { Method::SuccessfulSearch } else { Method::RefineMesh })
    }

    /// Returns a step moved onto the modelled constraints, if it has to be and can be.
    pub(super) fn corrected(&self, step: &DVector<f64>, models: &Models) -> Option<DVector<f64>> {
        corrected(step, models, self.count.inequalities, &self.rows(), self.frame.grid())
    }

    /// Polls at a distance of `size`. Its success enlarges the radius, its failure reduces it.
    fn poll(
        &mut self,
        models: Option<&Models>,
        size: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Method, Stop> {
        self.failures = 0;
        let found = self.polled(models, size, COVERED * size, evaluations)?;
        Ok(match found {
            Some(length) => {
                self.radius = self.radius.max(EXPANSION * length).min(self.largest_radius());
                Method::SuccessfulPoll
            }
            None => {
                self.radius *= AFTER_POLL;
                Method::RefineMesh
            }
        })
    }

    /// Polls at a distance of `size`, except within `covered` of an evaluated point: ± the axes of the Lagrangian's
    /// Hessian, each as it is and moved onto the modelled constraints. Returns the length of the step that improved.
    pub(super) fn polled(
        &mut self,
        models: Option<&Models>,
        size: f64,
        covered: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<f64>, Stop> {
        let n = self.frame.dimension();
        let axes = match models {
            Some(models) if !self.frame.has_grid() => {
                let multipliers = self.multipliers.get(..models.models.len() - 1).unwrap_or(&[]);
                models.hessian_of_lagrangian(multipliers).symmetric_eigen().eigenvectors
            }
            _ => nalgebra::DMatrix::from_diagonal(&self.frame.grid().map(|step| (step / size).max(1.0))),
        };
        debug_assert_eq!(axes.ncols(), n);
        let steps = axes.column_iter().flat_map(|axis| [axis * size, axis * -size]);
        let mut trials: Vec<(f64, Vec<f64>)> = Vec::new();
        for step in steps {
            let moved = models.and_then(|models| self.corrected(&step, models));
            for step in [Some(step), moved].into_iter().flatten() {
                let x = self.frame.point(&self.here.x, &step, evaluations);
                let y = self.frame.coordinates(&x);
                let known = x == self.here.x || self.points.covers(&y, covered);
                if !known && !trials.iter().any(|(_, other)| *other == x) {
                    let merit =
                        models.map_or(0.0, |models| self.weights.merit(&models.predict(&(y - &self.here.y))));
                    trials.push((merit, x));
                }
            }
        }
        trials.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let from = self.here.y.clone();
        let found = self.try_in_order(trials.into_iter().map(|(_, x)| x).collect(), evaluations)?;
        Ok(found.map(|_| (&self.here.y - from).amax()))
    }

    /// Sweeps along the coordinates and moves as soon as a step improves: first in the direction that improved last,
    /// or towards the roomier side.
    fn sweep(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Method, Stop> {
        let (mut first, mut improved) = (1.0, false);
        // A residual's slope needs one side; the step from all slopes is better than the other side.
        let most = if self.residuals > 0 { 1 } else { 2 };
        for k in 0..self.frame.dimension() {
            let length = self.radius.max(self.frame.grid()[k]);
            let side = |sign: f64| {
                let step =
                    DVector::from_fn(self.frame.dimension(), |i, _| if i == k { sign * length } else { 0.0 });
                self.frame.point(&self.here.x, &step, evaluations)
            };
            let mut sides = [(first, side(first)), (-first, side(-first))];
            let moved = |x: &[f64]| (self.frame.coordinates(x) - &self.here.y).norm();
            let [near, far] = [moved(&sides[0].1), moved(&sides[1].1)];
            if near < ROOM * length && far > near {
                sides.swap(0, 1);
            }
            let (signs, points): (Vec<_>, Vec<_>) =
                sides.into_iter().filter(|(_, x)| *x != self.here.x).take(most).unzip();
            if let Some(better) = self.try_in_order(points, evaluations)? {
                (first, improved) = (signs[better], true);
            }
        }
        Ok(if improved { Method::SuccessfulPoll } else { Method::RefineMesh })
    }

    /// Evaluates a point.
    fn evaluate(&mut self, x: Vec<f64>, evaluations: &mut Evaluations<'_>) -> Result<Known, Stop> {
        evaluations.judge_by(|value, _| value);
        let value = evaluations.value(&x)?;
        let values = self.values(value, evaluations.seen().pop());
        Ok(Known { y: self.frame.coordinates(&x), x, values })
    }

    /// Returns the values of all functions at a point, infinite if its evaluation failed.
    fn values(&self, value: f64, seen: Option<Seen>) -> Vec<f64> {
        match seen {
            Some(seen) => all_values(&seen),
            None if value.is_finite() => vec![value],
            None => vec![f64::INFINITY; 1 + self.count.inequalities + self.count.equalities + self.residuals],
        }
    }

    /// Evaluates points up to the first that is better than the incumbent, and moves there. Returns its place.
    pub(super) fn try_in_order(
        &mut self,
        points: Vec<Vec<f64>>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<usize>, Stop> {
        let (weights, here) = (self.weights.clone(), self.here.values.clone());
        evaluations.judge_by(move |value, constraints| {
            let values: Vec<f64> = std::iter::once(value).chain(constraints.all()).collect();
            if weights.is_better(&values, &here) { f64::NEG_INFINITY } else { value.min(f64::MAX) }
        });
        let constrained = evaluations.nonlinear_constraints().is_some();
        let best = if constrained { f64::NEG_INFINITY } else { self.here.values[0] };
        let mut values = Vec::new();
        let point = |turn: usize, x: &mut [f64]| {
            x.copy_from_slice(&points[turn]);
            true
        };
        evaluations.in_order(points.len(), Lookahead::UntilBreak, point, |_, value| {
            values.push(value);
            let better = if constrained { value == best } else { value < best };
            if better { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let mut seen = evaluations.seen().into_iter();
        let mut better = None;
        for (turn, (x, value)) in points.into_iter().zip(values).enumerate() {
            let failed = value == f64::INFINITY;
            let values = self.values(value, if failed { None } else { seen.next() });
            let trial = Known { y: self.frame.coordinates(&x), x, values };
            if self.take(trial) {
                better = Some(turn);
            }
        }
        Ok(better)
    }

    /// Records an evaluated point and moves there if it is better. Returns `true` if it moved.
    fn take(&mut self, trial: Known) -> bool {
        self.may_fall = true;
        self.weights.see(&trial.values);
        let better = trial.has_values() && self.weights.is_better(&trial.values, &self.here.values);
        if better {
            self.here = trial.clone();
        }
        self.points.add(trial, &self.here.y);
        better
    }
}
