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
    at: Vec<Spot>,
    variance: Vec<f64>,
    /// Rows of the pivoted Cholesky factor of the covariance.
    rows: Vec<Row>,
    /// The points before this one are known, each after those before it. No further row needs them.
    first: usize,
}

/// A row of the factor from a column on.
struct Row {
    from: usize,
    elements: Vec<f64>,
}

impl Row {
    /// The elements from a later column on.
    fn after(&self, column: usize) -> &[f64] {
        &self.elements[column - self.from..]
    }
}

/// A point, and its coordinates other than 0 if there are at most two.
struct Spot {
    at: DVector<f64>,
    sparse: Option<[(usize, f64); 2]>,
}

impl Spot {
    fn of(at: DVector<f64>) -> Self {
        let mut others = at.iter().copied().enumerate().filter(|(_, element)| *element != 0.0);
        let two = [others.next(), others.next()].map(|other| other.unwrap_or((0, 0.0)));
        let sparse = others.next().is_none().then_some(two);
        Spot { at, sparse }
    }

    #[inline]
    fn covariance(&self, a: &DVector<f64>) -> f64 {
        let product = match self.sparse {
            Some([(i, b), (k, c)]) => a[i] * b + a[k] * c,
            None => a.dot(&self.at),
        };
        VALUE + SLOPE * product + 0.5 * product * product
    }
}

impl Uncertainty {
    fn of(at: Vec<DVector<f64>>) -> Self {
        let at: Vec<_> = at.into_iter().map(Spot::of).collect();
        let variance = at.iter().map(|spot| spot.covariance(&spot.at)).collect();
        Uncertainty { at, variance, rows: Vec::new(), first: 0 }
    }

    /// Takes into account that the value at a point is known.
    fn condition(&mut self, known: usize) {
        let a = &self.at[known].at;
        let pivot = (self.variance[known] + RIDGE + REMAINDER * a.norm_squared().powi(3)).sqrt();
        let from = self.first;
        let mut elements = self.explained(known, from);
        for (element, spot) in elements.iter_mut().zip(&self.at[from..]) {
            *element = (spot.covariance(a) - *element) / pivot;
        }
        let variances = self.variance[from..].iter_mut();
        variances.zip(&elements).for_each(|(variance, element)| *variance -= element * element);
        self.rows.push(Row { from, elements });
        self.first += usize::from(known == self.first);
    }

    /// The part of a point's covariance with those from `from` on that the rows explain. The sums are those row by row;
    /// four at a time are faster.
    fn explained(&self, point: usize, from: usize) -> Vec<f64> {
        let mut explained = vec![0.0; self.at.len() - from];
        let parts = self.rows.iter().map(|row| (row.after(point)[0], row.after(from)));
        let parts: Vec<_> = parts.collect();
        let (fours, rest) = parts.as_chunks::<4>();
        for [(a, p), (b, q), (c, r), (d, s)] in fours {
            let elements = p.iter().zip(*q).zip(r.iter().zip(*s));
            for (sum, ((p, q), (r, s))) in explained.iter_mut().zip(elements) {
                *sum = *sum + a * p + b * q + c * r + d * s;
            }
        }
        for (a, row) in rest {
            explained.iter_mut().zip(*row).for_each(|(sum, element)| *sum += a * element);
        }
        explained
    }
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
    known: Vec<DVector<f64>>,
    (centre, reach): (&DVector<f64>, f64),
    count: usize,
    (lower, upper): (&DVector<f64>, &DVector<f64>),
) -> Vec<DVector<f64>> {
    let mut known: Vec<_> = known.into_iter().map(|step| ((&step - centre).norm(), step)).collect();
    known.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let within = |step: DVector<f64>| (centre + step * reach).zip_zip_map(lower, upper, f64::clamp);
    let candidates = compass(centre.len()).into_iter().map(within);
    let near = NEAR * reach;
    // No candidate is further than the reach from the centre.
    let close: Vec<_> = known
        .iter()
        .take_while(|(distance, _)| *distance <= reach + 2.0 * near)
        .map(|(_, step)| step)
        .collect();
    // Most are far along some coordinate, which is cheaper to see than the distance.
    let is_far = |(a, b): (&f64, &f64)| (a - b).abs() > 2.0 * near;
    let is_apart = |a: &DVector<f64>, b: &DVector<f64>| a.iter().zip(b).any(is_far) || (a - b).norm() > near;
    let is_new = |to: &DVector<f64>| close.iter().all(|step| is_apart(to, step));
    let candidates = candidates.filter(|to| (to - centre).norm() > 0.5 * reach && is_new(to));
    let candidates: Vec<_> = candidates.collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let known = known.iter().map(|(_, step)| step).take(super::super::quadratic::most_points(centre.len()));
    let is_known = known.len();
    let all = known.chain(&candidates).map(|step| (step - centre) / reach);
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
