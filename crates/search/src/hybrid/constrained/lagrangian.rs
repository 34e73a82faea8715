//! The augmented Lagrangian of a step's subproblem, and its minimizer in a box.

use nalgebra::{Cholesky, DMatrix, DVector, Dim, Matrix, Storage};

use super::simplex::onto_simplex;

/// A quadratic function `c + gᵀu + ½ uᵀH u` of a step u in units of the trust radius; a linear one has no H.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) value: f64,
    pub(super) gradient: DVector<f64>,
    pub(super) hessian: Option<DMatrix<f64>>,
}

impl Function {
    /// Returns the value at `u`.
    pub(super) fn at(&self, u: &DVector<f64>) -> f64 {
        let bent = self.hessian.as_ref().map_or(0.0, |hessian| 0.5 * form(hessian, u));
        self.value + self.gradient.dot(u) + bent
    }

    /// Returns the gradient at `u`.
    pub(super) fn slope(&self, u: &DVector<f64>) -> DVector<f64> {
        let mut slope = self.gradient.clone();
        if let Some(hessian) = &self.hessian {
            slope.gemv(1.0, hessian, u, 1.0);
        }
        slope
    }

    /// The most by which the function can change in the unit ball: ‖g‖ + ½ ‖H‖_F.
    pub(super) fn reach(&self) -> f64 {
        length(&self.gradient) + 0.5 * self.hessian.as_ref().map_or(0.0, length)
    }

    /// A bound on the change of the function in the box of these half widths: `Σ |gᵢ| wᵢ + ½ Σ |Hᵢⱼ| wᵢ wⱼ`.
    pub(super) fn most_change(&self, widths: &DVector<f64>) -> f64 {
        let slopes: f64 = self.gradient.iter().zip(widths.iter()).map(|(g, w)| g.abs() * w).sum();
        let column = |(k, column): (usize, nalgebra::DVectorView<'_, f64>)| {
            widths[k] * column.iter().zip(widths.iter()).map(|(h, w)| h.abs() * w).sum::<f64>()
        };
        slopes
            + 0.5
                * self
                    .hessian
                    .as_ref()
                    .map_or(0.0, |hessian| hessian.column_iter().enumerate().map(column).sum())
    }

    /// Divides the function by `size`.
    pub(super) fn divided_by(mut self, size: f64) -> Self {
        self.value /= size;
        self.gradient /= size;
        if let Some(hessian) = &mut self.hessian {
            *hessian /= size;
        }
        self
    }
}

/// Returns the Euclidean norm of the elements, also where their squares overflow or vanish.
pub(super) fn length<R: Dim, C: Dim, S: Storage<f64, R, C>>(elements: &Matrix<f64, R, C, S>) -> f64 {
    let (length, largest) = (elements.norm(), elements.amax());
    if length.is_normal() || largest == 0.0 || !largest.is_finite() {
        return length;
    }
    largest * elements.iter().map(|element| (element / largest).powi(2)).sum::<f64>().sqrt()
}

/// Returns uᵀH u.
fn form(hessian: &DMatrix<f64>, u: &DVector<f64>) -> f64 {
    let column = |(k, column): (usize, nalgebra::DVectorView<'_, f64>)| u[k] * column.dot(u);
    hessian.column_iter().enumerate().map(column).sum()
}

/// The augmented Lagrangian `f(u) + Σ ψᵢ(cᵢ(u) - sᵢ)` (Hestenes, Powell, Rockafellar; Conn, Gould & Toint 2000,
/// "Trust-region methods", section 14.4). With multiplier λ, penalty r and the range [a, b] of multipliers, ψ has the
/// derivative `ψ'(t) = min(max(λ + r t, a), b)`, so
///
/// ```text
/// ψ(t) = (m² - λ²) / (2r)         where m = λ + r t is in [a, b], and beyond, with m the end of the range,
/// ψ(t) = m t - (m - λ)² / (2r).
/// ```
///
/// The range is [0, ∞) for an inequality and (-∞, ∞) for an equality. A finite end is the weight of the exact penalty:
/// [-1, 1] is that of a magnitude.
///
/// The largest of some functions has multipliers that share a sum of 1. Its term `Σ mᵢ tᵢ - (mᵢ - λᵢ)² / (2r)` has as m the
/// point of that simplex which is nearest to λ + r t.
pub(super) struct Lagrangian<'s> {
    /// The objective; `None` for the sum of squared violations alone.
    pub(super) objective: Option<&'s Function>,
    pub(super) constraints: &'s [Function],
    /// How many of them, which are the last, stand for the largest of these functions.
    pub(super) largest_of: usize,
    pub(super) ranges: &'s [(f64, f64)],
    /// What each constraint may be at most, or must be for an equality.
    pub(super) sides: &'s [f64],
    pub(super) multipliers: &'s [f64],
    pub(super) penalty: f64,
}

/// Value, gradient and Hessian at a point.
struct Derivatives {
    value: f64,
    gradient: DVector<f64>,
    hessian: DMatrix<f64>,
    /// The norm of the Hessian without the penalties, `‖∇²f + Σ ψᵢ' ∇²cᵢ‖`.
    size: f64,
}

/// Constants of the minimizer: sufficient decrease, and the most halvings of a step.
const DECREASE: f64 = 1e-4;
const HALVINGS: usize = 12;

/// A slope below this is 0, in units in which all functions change by at most about 1.
const NO_SLOPE: f64 = 1e-11;

/// The first shift of a Hessian that is not positive definite, relative to its norm without the penalties, which are no
/// curvature of the functions; the factor of the next, and the limit.
const FIRST_SHIFT: f64 = 1e-3;
const NEXT_SHIFT: f64 = 8.0;
const MOST_SHIFT: f64 = 1e6;

impl Lagrangian<'_> {
    /// Returns the derivative `ψ'` for the excess t of constraint `i`, which is its next multiplier.
    pub(super) fn multiplier(&self, i: usize, t: f64) -> f64 {
        let (least, most) = self.ranges[i];
        (self.multipliers[i] + self.penalty * t).max(least).min(most)
    }

    /// Returns the next multipliers for the excesses of all constraints.
    pub(super) fn multipliers_at(&self, excesses: &[f64]) -> Vec<f64> {
        let (alone, sharing) = excesses.split_at(excesses.len() - self.largest_of);
        let mut next: Vec<f64> = alone.iter().enumerate().map(|(i, &t)| self.multiplier(i, t)).collect();
        let of_sharing = self.multipliers[alone.len()..].iter().zip(sharing);
        let raised: Vec<f64> = of_sharing.map(|(multiplier, t)| multiplier + self.penalty * t).collect();
        next.extend(onto_simplex(&raised));
        next
    }

    /// Returns the excesses of all constraints at `u`.
    pub(super) fn excesses(&self, u: &DVector<f64>) -> Vec<f64> {
        self.constraints.iter().zip(self.sides).map(|(constraint, side)| constraint.at(u) - side).collect()
    }

    fn value(&self, u: &DVector<f64>) -> f64 {
        let mut sum = self.objective.map_or(0.0, |objective| objective.at(u));
        let excesses = self.excesses(u);
        for (i, m) in self.multipliers_at(&excesses).into_iter().enumerate() {
            sum += self.psi(i, excesses[i], m);
        }
        sum
    }

    fn psi(&self, i: usize, t: f64, m: f64) -> f64 {
        m * t - (m - self.multipliers[i]).powi(2) / (2.0 * self.penalty)
    }

    /// Returns value, gradient and Hessian at `u`.
    fn derivatives(&self, u: &DVector<f64>) -> Derivatives {
        let n = u.len();
        let (mut value, mut gradient, mut hessian) = match self.objective {
            Some(objective) => (
                objective.at(u),
                objective.slope(u),
                objective.hessian.clone().unwrap_or_else(|| DMatrix::zeros(n, n)),
            ),
            None => (0.0, DVector::zeros(n), DMatrix::zeros(n, n)),
        };
        let slopes: Vec<_> = self.constraints.iter().map(|constraint| constraint.slope(u)).collect();
        // c + gᵀu + ½ uᵀH u = c + ½ uᵀ (g + (g + H u)).
        let excess = |((constraint, slope), side): ((&Function, &DVector<f64>), &f64)| {
            constraint.value + 0.5 * (constraint.gradient.dot(u) + slope.dot(u)) - side
        };
        let excesses: Vec<f64> = self.constraints.iter().zip(&slopes).zip(self.sides).map(excess).collect();
        let next = self.multipliers_at(&excesses);
        for (i, constraint) in self.constraints.iter().enumerate() {
            let m = next[i];
            value += self.psi(i, excesses[i], m);
            if m != 0.0 {
                gradient.axpy(m, &slopes[i], 1.0);
                if let Some(of_constraint) = &constraint.hessian {
                    hessian.zip_apply(of_constraint, |sum, h| *sum += m * h);
                }
            }
        }
        let size = hessian.norm();
        let alone = self.constraints.len() - self.largest_of;
        for i in 0..alone {
            let (least, most) = self.ranges[i];
            if next[i] > least && next[i] < most {
                hessian.ger(self.penalty, &slopes[i], &slopes[i], 1.0);
            }
        }
        // The multipliers that share a sum change with the slopes' differences from their mean.
        let sharing: Vec<usize> = (alone..next.len()).filter(|&i| next[i] > 0.0).collect();
        let mut mean = DVector::zeros(n);
        sharing.iter().for_each(|&i| mean.axpy(1.0 / sharing.len() as f64, &slopes[i], 1.0));
        for i in sharing {
            let apart = &slopes[i] - &mean;
            hessian.ger(self.penalty, &apart, &apart, 1.0);
        }
        Derivatives { value, gradient, hessian, size }
    }

    /// Minimizes within `lower` ≤ u ≤ `upper` from `u`, by Newton's method on the coordinates that are free to move
    /// (Bertsekas 1982, "Projected Newton methods for optimization problems with simple constraints").
    pub(super) fn least(
        &self,
        mut u: DVector<f64>,
        lower: &DVector<f64>,
        upper: &DVector<f64>,
        iterations: usize,
    ) -> DVector<f64> {
        for _ in 0..iterations {
            let Derivatives { value, gradient, hessian, size } = self.derivatives(&u);
            let free: Vec<usize> = (0..u.len())
                .filter(|&i| {
                    !((u[i] <= lower[i] && gradient[i] > 0.0) || (u[i] >= upper[i] && gradient[i] < 0.0))
                })
                .collect();
            let slope = free.iter().map(|&i| gradient[i].abs()).fold(0.0, f64::max);
            if slope <= NO_SLOPE {
                break;
            }
            let newton = newton_step(&hessian, &gradient, &free, size);
            let down = |step: &DVector<f64>| self.down(&u, step, value, &gradient, lower, upper);
            let steepest = || {
                let mut step = DVector::zeros(u.len());
                let along: f64 = free.iter().map(|&i| gradient[i] * gradient[i]).sum::<f64>().sqrt();
                free.iter().for_each(|&i| step[i] = -gradient[i] / along);
                step
            };
            match newton.and_then(|step| down(&step)).or_else(|| down(&steepest())) {
                Some(next) => u = next,
                None => break,
            }
        }
        u
    }

    /// Returns the first point with a sufficient decrease along a step that is halved, projected onto the box.
    fn down(
        &self,
        u: &DVector<f64>,
        step: &DVector<f64>,
        value: f64,
        gradient: &DVector<f64>,
        lower: &DVector<f64>,
        upper: &DVector<f64>,
    ) -> Option<DVector<f64>> {
        let mut part = 1.0;
        for _ in 0..HALVINGS {
            let to = DVector::from_fn(u.len(), |i, _| (u[i] + part * step[i]).clamp(lower[i], upper[i]));
            let along: f64 = (0..u.len()).map(|i| gradient[i] * (to[i] - u[i])).sum();
            if along < 0.0 && self.value(&to) <= value + DECREASE * along {
                return Some(to);
            }
            part *= 0.5;
        }
        None
    }
}

/// Returns the step `-(H + shift I)⁻¹ g` of the free coordinates, with the least shift of a sequence, relative to `size`,
/// that makes the matrix positive definite.
fn newton_step(
    hessian: &DMatrix<f64>,
    gradient: &DVector<f64>,
    free: &[usize],
    size: f64,
) -> Option<DVector<f64>> {
    let m = free.len();
    let right = DVector::from_fn(m, |k, _| -gradient[free[k]]);
    let among = DMatrix::from_fn(m, m, |j, k| hessian[(free[j], free[k])]);
    // A matrix that is not finite has no shift that would do.
    if !among.norm().is_finite() {
        return None;
    }
    let size = if size > 0.0 { size } else { among.norm().max(f64::MIN_POSITIVE) };
    let powers = std::iter::successors(Some(FIRST_SHIFT), |shift| Some(NEXT_SHIFT * shift));
    let shifts = std::iter::once(0.0).chain(powers.take_while(|shift| *shift <= MOST_SHIFT));
    for shift in shifts {
        let mut shifted = among.clone();
        (0..m).for_each(|k| shifted[(k, k)] += shift * size);
        if let Some(factor) = Cholesky::new(shifted) {
            let along = factor.solve(&right);
            if along.iter().all(|part| part.is_finite()) {
                let mut step = DVector::zeros(gradient.len());
                free.iter().zip(along.iter()).for_each(|(&i, part)| step[i] = *part);
                return Some(step);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
