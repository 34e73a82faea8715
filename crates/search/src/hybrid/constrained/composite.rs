//! Values with kinks, from models of all residuals: the sum of their magnitudes, or the largest of them.
//!
//! Each residual is modelled by itself, `mᵢ(d) = rᵢ + gᵢᵀd + ½ dᵀHᵢ d`, as a constraint is, and the value by the same
//! combination of the models (Fletcher 1982, "A model algorithm for composite nondifferentiable optimization problems";
//! without derivatives: Larson, Menickelly & Wild 2019, "Derivative-free optimization methods", section 5.2). With
//! multipliers λ,
//!
//! ```text
//! Σ |rᵢ| = max { λᵀr : -1 ≤ λᵢ ≤ 1 },    max rᵢ = max { λᵀr : λᵢ ≥ 0, Σ λᵢ = 1 },
//! ```
//!
//! and the largest magnitude is the largest of the residuals and their negatives.

use nalgebra::{DMatrix, DVector};

use super::lagrangian::Function;
use crate::Loss;
use crate::hybrid::quadratic::Quadratic;

/// The model of a value with kinks.
pub(super) struct Composite {
    pub(super) loss: Loss,
    /// The residuals at the incumbent.
    pub(super) values: Vec<f64>,
    pub(super) models: Vec<Quadratic>,
}

/// A value with kinks in a trust region: a smooth function, and what has kinks there.
pub(super) struct Kinked {
    pub(super) objective: Function,
    pub(super) kinks: Vec<Kink>,
    /// How many of the kinks stand for their largest: all or none. Otherwise the magnitude of each counts.
    pub(super) largest_of: usize,
    /// The multipliers of the residuals that are in the smooth function.
    pub(super) multipliers: Vec<f64>,
}

/// A residual, or its negative if the sign is -1.
pub(super) struct Kink {
    pub(super) residual: usize,
    pub(super) sign: f64,
    pub(super) function: Function,
}

impl Composite {
    /// The model of the value with this loss of residuals that have these values and models.
    pub(super) fn of(loss: Loss, values: &[f64], models: Vec<Quadratic>) -> Self {
        Composite { loss, values: values.to_vec(), models }
    }

    /// Returns the change of the value that the models predict for a displacement.
    pub(super) fn change(&self, displacement: &DVector<f64>) -> f64 {
        let there = self.values.iter().zip(&self.models).map(|(r, model)| r + model.change(displacement));
        self.loss.value(there) - self.loss.value(self.values.iter().copied())
    }

    /// The slopes of the residuals, one in each column.
    pub(super) fn slopes(&self) -> DMatrix<f64> {
        let slopes: Vec<_> = self.models.iter().map(|model| model.gradient.clone()).collect();
        DMatrix::from_columns(&slopes)
    }

    /// Returns the model of a smooth function that is the value on one side of the kinks at the incumbent.
    pub(super) fn piece(&self) -> Quadratic {
        self.combined(&self.multipliers_here())
    }

    /// Returns the Hessian of the Lagrangian, `Σ λᵢ Hᵢ`, if these are multipliers of all residuals.
    pub(super) fn hessian(&self, multipliers: &[f64]) -> Option<DMatrix<f64>> {
        Some(self.combined(multipliers.get(..self.models.len())?).hessian)
    }

    /// Returns `Σ λᵢ mᵢ`.
    fn combined(&self, multipliers: &[f64]) -> Quadratic {
        let n = self.models[0].gradient.len();
        let mut sum = Quadratic { gradient: DVector::zeros(n), hessian: DMatrix::zeros(n, n) };
        for (model, &multiplier) in self.models.iter().zip(multipliers) {
            if multiplier != 0.0 {
                sum.gradient.axpy(multiplier, &model.gradient, 1.0);
                sum.hessian.zip_apply(&model.hessian, |sum, h| *sum += multiplier * h);
            }
        }
        sum
    }

    /// Returns multipliers at which `λᵀr` is the value at the incumbent.
    fn multipliers_here(&self) -> Vec<f64> {
        let mut multipliers = vec![0.0; self.values.len()];
        if self.loss == Loss::L1 {
            multipliers.iter_mut().zip(&self.values).for_each(|(m, r)| *m = sign_of(*r));
        } else {
            let (residual, sign, _) = self.largest(|_, value| value);
            multipliers[residual] = sign;
        }
        multipliers
    }

    /// The signs with which a residual is among the functions whose largest is the value.
    pub(super) fn signs(&self) -> &'static [f64] {
        if self.loss == Loss::Chebyshev { &[1.0, -1.0] } else { &[1.0] }
    }

    /// Returns the residual and the sign of largest `score`, a function of the residual and its value with that sign; and
    /// that score.
    pub(super) fn largest(&self, score: impl Fn(usize, f64) -> f64) -> (usize, f64, f64) {
        let all = (0..self.values.len()).flat_map(|i| self.signs().iter().map(move |&sign| (i, sign)));
        let scored = all.map(|(i, sign)| (i, sign, score(i, sign * self.values[i])));
        scored.fold((0, 1.0, f64::NEG_INFINITY), |best, next| if next.2 > best.2 { next } else { best })
    }

    /// Returns the value in a trust region of this radius, in units of which it is `wide`. Residuals that cannot be the
    /// largest there are left out, and those that cannot change sign are in the smooth function.
    pub(super) fn within(&self, radius: f64, wide: &DVector<f64>) -> Kinked {
        let n = wide.len();
        let function = |i: usize, sign: f64| Function {
            value: sign * self.values[i],
            gradient: &self.models[i].gradient * (sign * radius),
            hessian: Some(&self.models[i].hessian * (sign * radius * radius)),
        };
        let changes: Vec<f64> = (0..self.values.len()).map(|i| function(i, 1.0).most_change(wide)).collect();
        let mut multipliers = vec![0.0; self.values.len()];
        if self.loss == Loss::L1 {
            let mut kinks = Vec::new();
            for (i, value) in self.values.iter().enumerate() {
                if value.abs() > changes[i] {
                    multipliers[i] = sign_of(*value);
                } else {
                    kinks.push(Kink { residual: i, sign: 1.0, function: function(i, 1.0) });
                }
            }
            let Quadratic { gradient, hessian } = self.combined(&multipliers);
            let objective = Function {
                value: 0.0,
                gradient: gradient * radius,
                hessian: Some(hessian * (radius * radius)),
            };
            return Kinked { objective, kinks, largest_of: 0, multipliers };
        }
        // Every point of the region has a value of at least this.
        let (.., least) = self.largest(|i, value| value - changes[i]);
        let (residual, sign, largest) = self.largest(|_, value| value);
        let mut kinks = Vec::new();
        for (i, &change) in changes.iter().enumerate() {
            for &sign in self.signs() {
                let mut function = function(i, sign);
                if function.value + change >= least {
                    // Differences from the largest have fewer rounding errors.
                    function.value -= largest;
                    kinks.push(Kink { residual: i, sign, function });
                }
            }
        }
        if kinks.len() == 1 {
            multipliers[residual] = sign;
            return Kinked {
                objective: function(residual, sign),
                kinks: Vec::new(),
                largest_of: 0,
                multipliers,
            };
        }
        let nothing = Function { value: 0.0, gradient: DVector::zeros(n), hessian: None };
        Kinked { objective: nothing, largest_of: kinks.len(), kinks, multipliers }
    }
}

impl Kinked {
    /// A smooth function alone.
    pub(super) fn smooth(objective: Function) -> Self {
        Kinked { objective, kinks: Vec::new(), largest_of: 0, multipliers: Vec::new() }
    }
}

/// The sign of a number, 0 for 0.
fn sign_of(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

#[cfg(test)]
mod tests;
