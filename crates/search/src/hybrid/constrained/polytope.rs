//! The least of a quadratic function with linear kinks, under linear inequalities in a box, by an active-set method.

use std::cmp::Ordering;

use nalgebra::{Cholesky, DMatrix, DVector, QR};

use super::lagrangian::Function;

/// A slope or multiplier below this is 0, in units in which all functions change by at most about 1.
const NO_SLOPE: f64 = 1e-11;

/// An eigenvalue below this is 0.
const FLAT: f64 = 1e-14;

/// A row does not block a step along which it rises by less than this.
const LEVEL: f64 = 1e-13;

/// The most steps for each coordinate and row.
const STEPS: usize = 6;

/// Minimizes `gᵀu + ½ uᵀH u + Σ max { λ (cᵢ + aᵢᵀu) : λ in a range }` where `lower ≤ u ≤ upper`. The range [0, ∞) is that
/// of an inequality `cᵢ + aᵢᵀu ≤ 0`, and [-w, w] that of a weighted magnitude. u = 0 holds inequalities and bounds, up to
/// rounding.
///
/// H need not be positive definite: the result is a local minimum. (Nocedal & Wright 2006, "Numerical optimization",
/// sections 16.5 and 16.8; Gill & Murray 1978, "Numerically stable methods for quadratic programming"; kinks on the way:
/// Bartels, Conn & Sinclair 1978, "Minimization techniques for piecewise differentiable functions: the l1 solution to an
/// overdetermined linear system".)
pub(super) struct Polytope<'s> {
    pub(super) objective: &'s Function,
    pub(super) rows: &'s [Function],
    /// The range of each row's multiplier.
    pub(super) ranges: &'s [(f64, f64)],
    pub(super) lower: &'s DVector<f64>,
    pub(super) upper: &'s DVector<f64>,
}

/// The point so far, and what holds as an equality there.
struct Place {
    u: DVector<f64>,
    /// For each coordinate -1 at its lower bound, 1 at its upper bound, and 0 if it is free.
    sides: Vec<f64>,
    /// The active rows, whose gradients are linearly independent along the free coordinates.
    active: Vec<usize>,
    /// Whether each other row is above 0.
    above: Vec<bool>,
}

/// The free coordinates, and orthonormal bases among them.
struct Spaces {
    free: Vec<usize>,
    /// Q and R of the active rows' gradients, one in each column: their range is that of the first columns of Q, and the
    /// directions that keep them are the others.
    q: DMatrix<f64>,
    r: DMatrix<f64>,
}

/// What stops a step, or is released: a bound on one side, or a row.
enum Blocking {
    Bound(usize, f64),
    Row(usize),
}

/// What a step meets on its way, and where.
struct Event {
    at: f64,
    what: Blocking,
    /// By how much the slope along the step rises there: infinite where it ends.
    rise: f64,
}

impl Polytope<'_> {
    /// Returns the minimizer, and the multipliers of the rows. Where the function is not finite it is u = 0.
    pub(super) fn least(&self) -> (DVector<f64>, Vec<f64>) {
        let n = self.lower.len();
        if !self.objective.reach().is_finite() {
            return (DVector::zeros(n), vec![0.0; self.rows.len()]);
        }
        let is_above = |(row, (_, most)): (&Function, &(f64, f64))| row.value > 0.0 && most.is_finite();
        let above = self.rows.iter().zip(self.ranges).map(is_above).collect();
        let mut at = Place { u: DVector::zeros(n), sides: vec![0.0; n], active: Vec::new(), above };
        let mut multipliers = vec![0.0; self.rows.len()];
        for _ in 0..STEPS * (n + self.rows.len()) {
            let slope = self.slope(&at);
            let spaces = Spaces::of(&at, self.rows);
            match self.direction(&slope, &spaces) {
                Some(direction) => self.go(&mut at, &slope, &direction),
                None => {
                    let of_rows = spaces.multipliers(&slope);
                    (0..multipliers.len()).for_each(|k| multipliers[k] = self.multiplier_beside(k, &at));
                    at.active.iter().zip(&of_rows).for_each(|(&row, &m)| multipliers[row] = m);
                    if !self.release(&mut at, slope, &of_rows) {
                        break;
                    }
                }
            }
        }
        (at.u, multipliers)
    }

    /// The multiplier of a row that is not active: the end of its range on that side.
    fn multiplier_beside(&self, row: usize, at: &Place) -> f64 {
        let (least, most) = self.ranges[row];
        if at.above[row] { most } else { least }
    }

    /// Returns the slope of the objective with all rows that are not active.
    fn slope(&self, at: &Place) -> DVector<f64> {
        let mut slope = self.objective.slope(&at.u);
        for (k, row) in self.rows.iter().enumerate() {
            let multiplier = self.multiplier_beside(k, at);
            if multiplier != 0.0 && !at.active.contains(&k) {
                slope.axpy(multiplier, &row.gradient, 1.0);
            }
        }
        slope
    }

    /// Returns a direction down that keeps what is active, or `None` at a local minimum among such points: Newton's where
    /// the reduced Hessian `ZᵀH Z` is positive definite, and otherwise one of [`conjugate_gradients`].
    fn direction(&self, slope: &DVector<f64>, spaces: &Spaces) -> Option<DVector<f64>> {
        let z = spaces.kept();
        if z.ncols() == 0 {
            return None;
        }
        let along = |d: &DVector<f64>| spaces.among_all(&(&z * d), slope.len());
        let slope = z.tr_mul(&slope.select_rows(&spaces.free));
        let is_flat = slope.amax() <= NO_SLOPE;
        let Some(hessian) = &self.objective.hessian else {
            return (!is_flat).then(|| along(&-slope));
        };
        let reduced = z.tr_mul(&(hessian.select_rows(&spaces.free).select_columns(&spaces.free) * &z));
        if let Some(factor) = Cholesky::new(reduced.clone()) {
            return (!is_flat).then(|| along(&-factor.solve(&slope)));
        }
        if is_flat {
            // At a saddle both ways along the eigenvector of the least eigenvalue lead down.
            let eigen = reduced.symmetric_eigen();
            let least = eigen.eigenvalues.imin();
            let bends_down = eigen.eigenvalues[least] < -FLAT;
            return bends_down.then(|| along(&eigen.eigenvectors.column(least).into_owned()));
        }
        Some(along(&conjugate_gradients(&reduced, &slope)))
    }

    /// Moves along a direction to the least point, or to the first bound or row in the way, which becomes active: a row with a
    /// kink if the slope is no longer downwards behind it.
    fn go(&self, at: &mut Place, slope: &DVector<f64>, direction: &DVector<f64>) {
        let bend = match &self.objective.hessian {
            Some(hessian) => direction.dot(&(hessian * direction)),
            None => 0.0,
        };
        let mut along = slope.dot(direction);
        let least = |along: f64| if bend > 0.0 { -along / bend } else { f64::INFINITY };
        let mut length = least(along);
        let mut blocking = None;
        for Event { at: until, what, rise } in self.events(at, direction) {
            if until >= length {
                break;
            }
            along += rise;
            if along + bend * until >= 0.0 {
                (length, blocking) = (until, Some(what));
                break;
            }
            if let Blocking::Row(k) = what {
                at.above[k] = !at.above[k];
            }
            length = least(along);
        }
        // Only rounding leaves a direction without an end: the box has one.
        if length.is_finite() {
            at.u.axpy(length, direction, 1.0);
        }
        for i in 0..at.u.len() {
            at.u[i] = at.u[i].clamp(self.lower[i], self.upper[i]);
        }
        match blocking {
            Some(Blocking::Bound(i, side)) => {
                at.u[i] = if side < 0.0 { self.lower[i] } else { self.upper[i] };
                at.sides[i] = side;
            }
            Some(Blocking::Row(k)) => at.active.push(k),
            None => {}
        }
    }

    /// Returns the bounds and rows that a step along a direction meets, in order.
    fn events(&self, at: &Place, direction: &DVector<f64>) -> Vec<Event> {
        let mut events = Vec::new();
        for (i, &part) in direction.iter().enumerate() {
            if at.sides[i] == 0.0 && part != 0.0 {
                let bound = if part < 0.0 { self.lower[i] } else { self.upper[i] };
                let until = ((bound - at.u[i]) / part).max(0.0);
                let what = Blocking::Bound(i, part.signum());
                events.push(Event { at: until, what, rise: f64::INFINITY });
            }
        }
        let size = direction.norm();
        for (k, row) in self.rows.iter().enumerate() {
            let rise = row.gradient.dot(direction);
            let towards = if at.above[k] { -rise } else { rise };
            if towards > LEVEL * size * row.gradient.norm() && !at.active.contains(&k) {
                let until = (-row.at(&at.u) / rise).max(0.0);
                let (least, most) = self.ranges[k];
                events.push(Event { at: until, what: Blocking::Row(k), rise: (most - least) * towards });
            }
        }
        events.sort_by(|a, b| a.at.partial_cmp(&b.at).unwrap_or(Ordering::Equal));
        events
    }

    /// Releases the bound or row whose multiplier is furthest out of its range. Returns `false` if there is none: the point
    /// is a minimum.
    fn release(&self, at: &mut Place, slope: DVector<f64>, of_rows: &[f64]) -> bool {
        let mut left = slope;
        at.active.iter().zip(of_rows).for_each(|(&row, &m)| left.axpy(m, &self.rows[row].gradient, 1.0));
        let (mut most, mut released) = (NO_SLOPE, None);
        for (place, &multiplier) in of_rows.iter().enumerate() {
            let (lowest, highest) = self.ranges[at.active[place]];
            let beyond = (lowest - multiplier).max(multiplier - highest);
            if beyond > most {
                (most, released) = (beyond, Some(Blocking::Row(place)));
            }
        }
        for (i, &side) in at.sides.iter().enumerate() {
            // At the lower bound the slope left is the multiplier, at the upper one its negative.
            if self.lower[i] < self.upper[i] && side * left[i] > most {
                (most, released) = (side * left[i], Some(Blocking::Bound(i, side)));
            }
        }
        match released {
            Some(Blocking::Bound(i, _)) => at.sides[i] = 0.0,
            Some(Blocking::Row(place)) => {
                let row = at.active.remove(place);
                at.above[row] = of_rows[place] > self.ranges[row].1;
            }
            None => return false,
        }
        true
    }
}

/// Returns a direction down for an indefinite Hessian: one of negative curvature, if the method of conjugate gradients
/// meets one, and else where that ends (Steihaug 1983, "The conjugate gradient method and trust regions in large scale
/// optimization"). It begins along the slope.
fn conjugate_gradients(hessian: &DMatrix<f64>, slope: &DVector<f64>) -> DVector<f64> {
    let mut to = DVector::zeros(slope.len());
    let (mut residual, mut direction) = (slope.clone(), -slope);
    for _ in 0..slope.len() {
        let bent = hessian * &direction;
        let (bend, left) = (direction.dot(&bent), residual.norm_squared());
        if bend <= FLAT * direction.norm_squared() {
            return direction;
        }
        let length = left / bend;
        to.axpy(length, &direction, 1.0);
        residual.axpy(length, &bent, 1.0);
        if residual.amax() <= NO_SLOPE {
            break;
        }
        // d ← -r + (rᵀr / r₋ᵀr₋) d
        direction *= residual.norm_squared() / left;
        direction -= &residual;
    }
    to
}

impl Spaces {
    fn of(at: &Place, rows: &[Function]) -> Self {
        let free: Vec<usize> = (0..at.u.len()).filter(|&i| at.sides[i] == 0.0).collect();
        let (f, k) = (free.len(), at.active.len());
        let mut q = DMatrix::identity(f, f);
        if k == 0 {
            return Spaces { free, q, r: DMatrix::zeros(0, 0) };
        }
        let factors = QR::new(DMatrix::from_fn(f, k, |i, j| rows[at.active[j]].gradient[free[i]]));
        factors.q_tr_mul(&mut q);
        q.transpose_mut();
        Spaces { free, q, r: factors.r() }
    }

    /// A basis of the directions that keep the active rows.
    fn kept(&self) -> DMatrix<f64> {
        let k = self.r.ncols();
        self.q.columns(k, self.q.ncols() - k).into_owned()
    }

    /// Returns the least-squares solution λ of `g + Σ λᵢ aᵢ = 0` along the free coordinates: `R λ = -Qᵀg`.
    fn multipliers(&self, slope: &DVector<f64>) -> Vec<f64> {
        let k = self.r.ncols();
        let right = -self.q.columns(0, k).tr_mul(&slope.select_rows(&self.free));
        let solved = self.r.solve_upper_triangular(&right);
        solved.map_or_else(|| vec![0.0; k], |solved| solved.iter().copied().collect())
    }

    /// Returns a direction of the free coordinates as one of all n.
    fn among_all(&self, direction: &DVector<f64>, n: usize) -> DVector<f64> {
        let mut all = DVector::zeros(n);
        self.free.iter().zip(direction.iter()).for_each(|(&i, part)| all[i] = *part);
        all
    }
}

#[cfg(test)]
mod tests;
