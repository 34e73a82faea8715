//! A filter: the best feasible point, and the nondominated infeasible points in value and violation.

use crate::Seen;

/// An evaluated point with its two measures.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// The sum of squared violations beyond the tolerance; 0 for a feasible point.
    pub(super) h: f64,
    /// The largest violation.
    pub(super) violation: f64,
}

/// Whether pair `a` of value and violation dominates `b`: it is worse in neither and not equal.
pub(super) fn dominates(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 <= b.0 && a.1 <= b.1 && a != b
}

pub(super) struct Filter {
    tolerance: f64,
    feasible: Option<Point>,
    /// Mutually nondominated points.
    infeasible: Vec<Point>,
}

impl Filter {
    pub(super) fn within(tolerance: f64) -> Self {
        Filter { tolerance, feasible: None, infeasible: Vec::new() }
    }

    pub(super) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    pub(super) fn take(&mut self, seen: Vec<Seen>) {
        for Seen { x, value, constraints, .. } in seen {
            let (h, violation) = (constraints.squared_violation(self.tolerance), constraints.violation());
            let point = Point { x, value, h, violation };
            if h > 0.0 {
                self.take_infeasible(point);
            } else if self.feasible.as_ref().is_none_or(|feasible| value < feasible.value) {
                self.feasible = Some(point);
            }
        }
    }

    fn take_infeasible(&mut self, point: Point) {
        let new = (point.value, point.h);
        let is_new = |other: &Point| !dominates((other.value, other.h), new) && (other.value, other.h) != new;
        if self.infeasible.iter().all(is_new) {
            self.infeasible.retain(|other| !dominates(new, (other.value, other.h)));
            self.infeasible.push(point);
        }
    }

    /// Returns the feasible point with the least value.
    pub(super) fn feasible(&self) -> Option<&Point> {
        self.feasible.as_ref()
    }

    /// Returns the infeasible point with the least value among those with violation up to a threshold.
    pub(super) fn least_value_within(&self, threshold: f64) -> Option<&Point> {
        let within = self.infeasible.iter().filter(|point| point.h <= threshold);
        within.min_by(|a, b| a.value.total_cmp(&b.value))
    }

    /// Returns the infeasible point with the least violation.
    pub(super) fn least_violation(&self) -> Option<&Point> {
        self.infeasible.iter().min_by(|a, b| a.h.total_cmp(&b.h))
    }

    /// Returns the largest violation below `h`.
    pub(super) fn largest_violation_below(&self, h: f64) -> Option<f64> {
        self.infeasible.iter().map(|point| point.h).filter(|&other| other < h).max_by(f64::total_cmp)
    }

    pub(super) fn is_dominated(&self, pair: (f64, f64)) -> bool {
        self.infeasible.iter().any(|point| dominates((point.value, point.h), pair))
    }
}

#[cfg(test)]
mod tests;
