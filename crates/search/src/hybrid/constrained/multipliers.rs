//! The multipliers of the nonlinear constraints where the search has ended.

use nalgebra::{DMatrix, DVector};

use super::descent::Descent;
use crate::last_look::nonnegative_least_squares;
use crate::{Evaluations, Multipliers};

/// A constraint or bound is active within this many steps of the mesh tolerance.
const NEAR: f64 = 10.0;

impl Descent<'_> {
    /// Returns the multipliers of the nonlinear constraints at the incumbent: those of
    /// [least squares](Self::of_least_squares), or without models those of the last step.
    pub(super) fn multipliers_here(&mut self, evaluations: &Evaluations<'_>) -> Multipliers {
        let (inequalities, equalities) = (self.count.inequalities, self.count.equalities);
        let count = inequalities + equalities;
        let found = if count > 0 { self.of_least_squares(evaluations) } else { None };
        let all = found.unwrap_or_else(|| self.multipliers.iter().copied().take(count).collect());
        let (of_inequalities, of_equalities) = all.split_at(inequalities.min(all.len()));
        Multipliers { inequalities: of_inequalities.to_vec(), equalities: of_equalities.to_vec() }
    }

    /// Returns λ of least `‖∇f + Σ λᵢ ∇cᵢ + Σ μⱼ nⱼ‖`, with the active constraints c and the outward normals n of active rows
    /// and bounds; λ ≥ 0 for inequalities, μ ≥ 0. The gradients are those of models of the size of the last poll. `None`
    /// without models, or if numbers are not finite.
    fn of_least_squares(&mut self, evaluations: &Evaluations<'_>) -> Option<Vec<f64>> {
        let inequalities = self.count.inequalities;
        let reach = NEAR * self.options.mesh_tolerance;
        let models = self.models_within(self.options.mesh_tolerance)?;
        let gradient = |k: usize| &models.models[k].gradient;
        let is_active = |k: &usize| {
            let near = self.options.constraint_tolerance.max(reach * gradient(*k).norm());
            (*k > inequalities || models.values[*k] >= -near) && gradient(*k).norm() > 0.0
        };
        // An equality takes part with both signs.
        let signs = |k: usize| if k > inequalities { &[1.0, -1.0][..] } else { &[1.0] };
        let signed: Vec<(usize, f64)> = (1..models.models.len())
            .filter(is_active)
            .flat_map(|k| signs(k).iter().map(move |sign| (k, *sign)))
            .map(|(k, sign)| (k, sign / gradient(k).norm()))
            .collect();
        let normals = self.normals_within(reach, evaluations);
        let columns: Vec<DVector<f64>> =
            signed.iter().map(|&(k, factor)| gradient(k) * factor).chain(normals).collect();
        let mut all = vec![0.0; models.models.len() - 1];
        if !columns.is_empty() {
            let weights = nonnegative_least_squares(&DMatrix::from_columns(&columns), &-gradient(0));
            signed.iter().zip(weights.iter()).for_each(|(&(k, factor), w)| all[k - 1] += factor * w);
        }
        all.iter().all(|multiplier| multiplier.is_finite()).then_some(all)
    }

    /// Returns the outward unit normals of the rows and bounds within this distance of the incumbent.
    fn normals_within(&self, reach: f64, evaluations: &Evaluations<'_>) -> Vec<DVector<f64>> {
        let n = self.frame.dimension();
        let rows = self.rows();
        let of_rows = rows.iter().filter(|(value, gradient)| *value >= -reach * gradient.norm());
        let (lower, upper) = self.frame.room(&self.here.x, evaluations.bounds());
        let unit = |i: usize, sign: f64| DVector::from_fn(n, |k, _| if k == i { sign } else { 0.0 });
        let of_bounds = (0..n).flat_map(|i| {
            let below = (lower[i] >= -reach).then(|| unit(i, -1.0));
            below.into_iter().chain((upper[i] <= reach).then(|| unit(i, 1.0)))
        });
        of_rows.map(|(_, gradient)| gradient.normalize()).chain(of_bounds).collect()
    }
}
