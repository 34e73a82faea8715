//! What the models propose: a step, and the weights of the merit that it asks for.

use nalgebra::DVector;

use super::descent::Descent;
use super::models::Models;
use super::step::{Step, Subproblem};
use crate::Evaluations;

/// Parts of the radius at which a step is looked for where the full radius has none.
const SMALLER: [f64; 3] = [0.25, 0.0625, 0.015625];

/// What the models propose.
pub(super) enum Proposal {
    /// A step, and the decrease of the merit that the models predict.
    Step(Step, f64),
    /// The weights changed, and with them the incumbent.
    Elsewhere,
    /// Nothing.
    None,
}

impl Descent<'_> {
    /// Returns the models' step, with the weights adapted to its multipliers.
    pub(super) fn propose(&mut self, models: &Models, evaluations: &Evaluations<'_>) -> Proposal {
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        let subproblem = |search: &Self, radius: f64| {
            let grid = search.frame.grid();
            Subproblem::of(models, search.count.inequalities, &search.rows(), (&lower, &upper), grid, radius)
        };
        let full = subproblem(self, self.radius);
        let warm = (!self.multipliers.is_empty()).then_some(self.multipliers.as_slice());
        let step = self.solved(&full, warm, evaluations);
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

    /// Returns the models' step in a trust region.
    pub(super) fn step_within(
        &self,
        radius: f64,
        models: &Models,
        warm: Option<&[f64]>,
        evaluations: &Evaluations<'_>,
    ) -> Step {
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        let (rows, grid) = (self.rows(), self.frame.grid());
        let subproblem =
            Subproblem::of(models, self.count.inequalities, &rows, (&lower, &upper), grid, radius);
        self.solved(&subproblem, warm, evaluations)
    }

    /// Returns the step of a subproblem, on the grid if there is one.
    fn solved(&self, full: &Subproblem, warm: Option<&[f64]>, evaluations: &Evaluations<'_>) -> Step {
        let step = full.solve(warm);
        if !self.frame.has_grid() {
            return step;
        }
        let rounded = self.rounded(&step.displacement, evaluations);
        full.with_grid_at(&rounded, self.frame.grid()).solve(Some(&step.multipliers))
    }

    /// Returns a step with the coordinates of the grid rounded onto it.
    pub(super) fn rounded(&self, step: &DVector<f64>, evaluations: &Evaluations<'_>) -> DVector<f64> {
        let x = self.frame.point(&self.here.x, step, evaluations);
        let on_grid = self.frame.coordinates(&x) - &self.here.y;
        step.zip_zip_map(
            &on_grid,
            self.frame.grid(),
            |step, on_grid, grid| if grid > 0.0 { on_grid } else { step },
        )
    }

    /// Returns by how much a step raises the objective, and lessens the weighted violation, by the models.
    pub(super) fn forecast(&self, models: &Models, displacement: &DVector<f64>) -> (f64, f64) {
        let predicted = models.predict(displacement);
        let rise = predicted[0] - models.values[0];
        let weighted = |values: &[f64]| {
            let weights = self.weights.of_constraints().iter();
            weights.zip(self.weights.violations(values)).map(|(weight, v)| weight * v).sum::<f64>()
        };
        (rise, weighted(&models.values) - weighted(&predicted))
    }

    /// Makes the point of least merit the incumbent. Returns `true` if it is another one.
    pub(super) fn returns_to_best(&mut self) -> bool {
        let best = self.points.least(|values| self.weights.merit(values));
        let Some(best) = best.filter(|best| self.weights.is_better(&best.values, &self.here.values)) else {
            return false;
        };
        self.here = best.clone();
        true
    }
}
