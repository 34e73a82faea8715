//! Points that the next model lacks.

use nalgebra::DVector;

use super::super::place::Place;

/// The most distant pairs of coordinates whose joint steps are candidates.
const CANDIDATES: usize = 500;

/// A candidate is left out if a point closer than this part of the reach is known or asked for.
const NEAR: f64 = 0.1;

/// Variances of what is unknown of a function in units of the reach: its value, each slope, and each element of its
/// Hessian, and the misfit beyond a quadratic as for [models](super::super::quadratic::Conditions).
const VALUE: f64 = 100.0;
const SLOPE: f64 = 10.0;
const RIDGE: f64 = 1e-4;
const REMAINDER: f64 = 1e-2;

/// What a random quadratic's values at some points are known to be after values at some of them: Gaussian regression with
/// the covariance `VALUE + SLOPE aᵀb + ½ (aᵀb)²`.
struct Uncertainty {
    at: Vec<DVector<f64>>,
    variance: Vec<f64>,
    /// Rows of the pivoted Cholesky factor of the covariance.
    rows: Vec<Vec<f64>>,
}

impl Uncertainty {
    fn of(at: Vec<DVector<f64>>) -> Self {
        let variance = at.iter().map(|a| covariance(a, a)).collect();
        Uncertainty { at, variance, rows: Vec::new() }
    }

    /// Takes into account that the value at a point is known.
    fn condition(&mut self, known: usize) {
        let a = &self.at[known];
        let pivot = (self.variance[known] + RIDGE + REMAINDER * a.norm_squared().powi(3)).sqrt();
        // Row by row, which vector instructions can do.
        let mut explained = vec![0.0; self.at.len()];
        for row in &self.rows {
            explained.iter_mut().zip(row).for_each(|(sum, element)| *sum += row[known] * element);
        }
        let row: Vec<f64> = self
            .at
            .iter()
            .zip(explained)
            .map(|(b, explained)| (covariance(a, b) - explained) / pivot)
            .collect();
        self.variance.iter_mut().zip(&row).for_each(|(variance, element)| *variance -= element * element);
        self.rows.push(row);
    }
}

fn covariance(a: &DVector<f64>, b: &DVector<f64>) -> f64 {
    let product = a.dot(b);
    VALUE + SLOPE * product + 0.5 * product * product
}

impl Place {
    /// Adds up to `count` steps to a set, around the step `centre` at the distance `reach`: each time the candidate whose
    /// value is least certain, given the evaluated points and the set. (De Marchi, Schaback & Wendland 2005,
    /// "Near-optimal data-independent point locations for radial basis function interpolation", section 4.) Candidates
    /// are steps along one and two coordinates, in both directions.
    pub(in super::super) fn explore(
        &self,
        centre: &DVector<f64>,
        reach: f64,
        count: usize,
        (lower, upper): (&DVector<f64>, &DVector<f64>),
        steps: &mut Vec<DVector<f64>>,
    ) {
        if count > 0 && reach > 0.0 && reach.is_finite() {
            let neighbours = self.cloud.around(&self.space.units(&self.x), self.value);
            let mut known: Vec<_> = neighbours.into_iter().map(|neighbour| neighbour.displacement).collect();
            known.push(DVector::zeros(centre.len()));
            known.extend(steps.iter().cloned());
            steps.extend(least_certain(known, (centre, reach), count, (lower, upper)));
        }
    }
}

/// Returns up to `count` steps around the step `centre` at the distance `reach`: each time the candidate whose value is
/// least certain, given values at the ends of the known steps and of those before it.
pub(in super::super) fn least_certain(
    mut known: Vec<DVector<f64>>,
    (centre, reach): (&DVector<f64>, f64),
    count: usize,
    (lower, upper): (&DVector<f64>, &DVector<f64>),
) -> Vec<DVector<f64>> {
    let within = |step: DVector<f64>| (centre + step * reach).zip_zip_map(lower, upper, f64::clamp);
    let candidates = compass(centre.len()).into_iter().map(within);
    let near = NEAR * reach;
    // Most are far along some coordinate, which is cheaper to see than the distance.
    let is_far = |(a, b): (&f64, &f64)| (a - b).abs() > 2.0 * near;
    let is_apart = |a: &DVector<f64>, b: &DVector<f64>| a.iter().zip(b).any(is_far) || (a - b).norm() > near;
    let is_new = |to: &DVector<f64>| known.iter().all(|known| is_apart(to, known));
    let candidates = candidates.filter(|to| (to - centre).norm() > 0.5 * reach && is_new(to));
    let candidates: Vec<_> = candidates.collect();
    known.sort_by(|a, b| (a - centre).norm().total_cmp(&(b - centre).norm()));
    known.truncate(super::super::quadratic::most_points(centre.len()));
    let is_known = known.len();
    let all = known.iter().chain(&candidates).map(|step| (step - centre) / reach);
    let mut uncertainty = Uncertainty::of(all.collect());
    (0..is_known).for_each(|k| uncertainty.condition(k));
    let mut steps = Vec::new();
    for _ in 0..count.min(candidates.len()) {
        let left = is_known..is_known + candidates.len();
        let most = left.max_by(|a, b| {
            // The first of those that are equal.
            uncertainty.variance[*a].total_cmp(&uncertainty.variance[*b]).then(b.cmp(a))
        });
        let Some(most) = most else { break };
        uncertainty.condition(most);
        uncertainty.variance[most] = f64::NEG_INFINITY;
        steps.push(candidates[most - is_known].clone());
    }
    steps
}

/// Directions along one and along two coordinates, of length 1.
fn compass(n: usize) -> Vec<DVector<f64>> {
    let unit = |i: usize, sign: f64| {
        let mut unit = DVector::zeros(n);
        unit[i] = sign;
        unit
    };
    let mut directions: Vec<_> = (0..n).flat_map(|i| [unit(i, 1.0), unit(i, -1.0)]).collect();
    let apart = (CANDIDATES / (2 * n).max(1)).max(1);
    for i in 0..n {
        for j in i + 1..n.min(i + 1 + apart) {
            for (a, b) in [(1.0, 1.0), (-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0)] {
                directions.push((unit(i, a) + unit(j, b)) * std::f64::consts::FRAC_1_SQRT_2);
            }
        }
    }
    directions
}

#[cfg(test)]
mod tests;
