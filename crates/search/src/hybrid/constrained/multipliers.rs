//! The multipliers of the nonlinear constraints where the search has ended.

use nalgebra::{DMatrix, DVector};

use super::descent::Descent;
use crate::last_look::nonnegative_least_squares;
use crate::{Evaluations, Multipliers};

/// A constraint or bound is active within this many steps of the mesh tolerance.
const NEAR: f64 = 10.0;

impl Descent<'_> {
    /// Returns the multipliers of the nonlinear constraints at the incumbent: λ and μ of least
    /// `‖∇f + Σ λᵢ ∇cᵢ + Σ μⱼ nⱼ‖`, with the active constraints c and the outward normals n of active rows and bounds; λ ≥ 0
    /// for inequalities, μ ≥ 0. The gradients are those of models of the size of the last poll. Without models they are the
    /// multipliers of the last step.
    pub(super) fn multipliers_here(&mut self, evaluations: &Evaluations<'_>) -> Multipliers {
        let (inequalities, equalities) = (self.count.inequalities, self.count.equalities);
        let reach = NEAR * self.options.mesh_tolerance;
        let of_constraints = match self.models_within(self.options.mesh_tolerance) {
            Some(models) if inequalities + equalities > 0 => {
                let gradient = |k: usize| &models.models[k].gradient;
                let is_active = |k: usize| {
                    let near = self.options.constraint_tolerance.max(reach * gradient(k).norm());
                    k > inequalities || models.values[k] >= -near
                };
                let normals = self.normals_within(reach, evaluations);
                let active: Vec<usize> =
                    (1..models.models.len()).filter(|&k| is_active(k) && gradient(k).norm() > 0.0).collect();
                // An equality takes part with both signs.
                let signed = active.iter().flat_map(|&k| {
                    let signs: &[f64] = if k > inequalities { &[1.0, -1.0] } else { &[1.0] };
                    signs.iter().map(move |sign| (k, *sign / gradient(k).norm()))
                });
                let signed: Vec<(usize, f64)> = signed.collect();
                let columns: Vec<DVector<f64>> =
                    signed.iter().map(|&(k, factor)| gradient(k) * factor).chain(normals).collect();
                let mut all = vec![0.0; inequalities + equalities];
                if !columns.is_empty() {
                    let weights = nonnegative_least_squares(&DMatrix::from_columns(&columns), &-gradient(0));
                    signed.iter().zip(weights.iter()).for_each(|(&(k, factor), w)| all[k - 1] += factor * w);
                }
                all
            }
            _ => self.multipliers.iter().copied().take(inequalities + equalities).collect(),
        };
        let (of_inequalities, of_equalities) =
            of_constraints.split_at(inequalities.min(of_constraints.len()));
        Multipliers { inequalities: of_inequalities.to_vec(), equalities: of_equalities.to_vec() }
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
