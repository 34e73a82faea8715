//! The objective of a subproblem: Lagrangian barrier for inequalities, augmented Lagrangian for equalities.

use crate::{ConstraintCount, ConstraintValues};

/// The initial multiplier of an inequality; MathWorks does not document its value.
const FIRST_MULTIPLIER: f64 = 1.0;

/// The least multiplier of an inequality: a zero multiplier could never grow again.
const LEAST_MULTIPLIER: f64 = 1e-10;

/// ```text
/// Θ(x, λ, s, ρ) = f(x) - Σ λ_i s_i log(s_i - c_i(x)) + Σ λ_j ceq_j(x) + ρ/2 Σ ceq_j(x)²
/// ```
///
/// with shifts `s_i = λ_i / ρ` (Conn, Gould & Toint 1997, "A globally convergent Lagrangian barrier algorithm",
/// equation 1.5 and 3.2 with the exponent 1), for which the barrier has the same curvature at an active constraint as
/// the penalty of the equalities.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lagrangian {
    /// λ of the inequalities, positive.
    inequalities: Vec<f64>,
    /// λ of the equalities.
    equalities: Vec<f64>,
    /// ρ.
    penalty: f64,
}

impl Lagrangian {
    pub(super) fn new(count: ConstraintCount, penalty: f64) -> Self {
        let inequalities = vec![FIRST_MULTIPLIER; count.inequalities];
        Lagrangian { inequalities, equalities: vec![0.0; count.equalities], penalty }
    }

    pub(super) fn penalty(&self) -> f64 {
        self.penalty
    }

    /// Returns the current Θ as a merit function for the evaluations.
    pub(super) fn merit(&self) -> impl Fn(f64, &ConstraintValues) -> f64 + Send + 'static {
        let now = self.clone();
        move |f, constraints| now.value(f, constraints)
    }

    /// Returns Θ with `log(1 - c/s)` in place of `log(s - c)`: equal up to a constant, and Θ = f if all constraint
    /// values are 0. If a constraint is at or beyond its shift, the logarithm is undefined: such points rank behind
    /// all others, nearer ones first. A subproblem may thus start anywhere and first moves to where Θ is defined.
    pub(super) fn value(&self, f: f64, constraints: &ConstraintValues) -> f64 {
        let excess = |(lambda, c): (&f64, &f64)| (c - lambda / self.penalty).max(0.0).powi(2);
        let outside = |(lambda, c): (&f64, &f64)| *c >= lambda / self.penalty;
        let inequalities = || self.inequalities.iter().zip(&constraints.inequalities);
        if inequalities().any(outside) {
            let distance = inequalities().map(excess).sum::<f64>().sqrt();
            return 0.5 * f64::MAX * (1.0 + distance / (1.0 + distance));
        }
        let barrier = |(lambda, c): (&f64, &f64)| {
            let shift = lambda / self.penalty;
            -lambda * shift * (-c / shift).ln_1p()
        };
        let augmented = |(lambda, ceq): (&f64, &f64)| ceq * (lambda + 0.5 * self.penalty * ceq);
        let equalities = self.equalities.iter().zip(&constraints.equalities);
        let theta = f + inequalities().map(barrier).sum::<f64>() + equalities.map(augmented).sum::<f64>();
        // On overflow no comparison is possible.
        if theta.is_finite() { theta } else { f64::INFINITY }
    }

    /// Returns the infeasibility and lack of complementarity, `max(|max(c_i, -s_i)|, |ceq_j|)`: an inactive
    /// constraint contributes at most its shift, which vanishes with its multiplier. (Andreani, Birgin, Martínez &
    /// Schuverdt 2008, "On augmented Lagrangian methods with general lower-level constraints", algorithm 3.1.)
    pub(super) fn infeasibility(&self, constraints: &ConstraintValues) -> f64 {
        let inequalities = self.inequalities.iter().zip(&constraints.inequalities);
        let inequalities = inequalities.map(|(lambda, c)| c.max(-lambda / self.penalty).abs());
        inequalities.chain(constraints.equalities.iter().map(|ceq| ceq.abs())).fold(0.0, f64::max)
    }

    /// Returns the norm of the products `λ_i c_i`, MATLAB's complementarity measure.
    pub(super) fn complementarity(&self, constraints: &ConstraintValues) -> f64 {
        let inequalities = self.inequalities.iter().zip(&constraints.inequalities);
        inequalities.map(|(lambda, c)| (lambda * c).powi(2)).sum::<f64>().sqrt()
    }

    /// Updates the inequalities by the first-order estimates `λ_i s_i / (s_i - c_i)` (Conn, Gould & Toint 1997,
    /// equation 1.6). Growth is limited to a factor of `most`: at the edge of a barrier, with poll points on both
    /// sides of it, the estimate may be arbitrarily large.
    pub(super) fn update_inequalities(&mut self, constraints: &ConstraintValues, most: f64) {
        for (lambda, &c) in self.inequalities.iter_mut().zip(&constraints.inequalities) {
            let shift = *lambda / self.penalty;
            let factor = if c < shift { shift / (shift - c) } else { most };
            *lambda = (*lambda * factor.min(most)).max(LEAST_MULTIPLIER);
        }
    }

    /// Updates the equalities by the first-order estimates `λ_j + ρ ceq_j`.
    pub(super) fn update_equalities(&mut self, constraints: &ConstraintValues) {
        for (lambda, &ceq) in self.equalities.iter_mut().zip(&constraints.equalities) {
            *lambda += self.penalty * ceq;
        }
    }

    pub(super) fn increase_penalty(&mut self, factor: f64) {
        self.penalty *= factor;
    }
}

#[cfg(test)]
mod tests;
