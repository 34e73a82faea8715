//! A filter: the best feasible point, and the infeasible ones of which none is better in both value and violation.

use crate::Seen;

/// An evaluated point with its two measures.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    /// The squared violations beyond the tolerance, summed; 0 where the point is feasible.
    pub(super) h: f64,
    /// The largest violation.
    pub(super) violation: f64,
}

/// Whether one pair of value and violation is better than another: in neither worse, and not the same.
pub(super) fn dominates(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 <= b.0 && a.1 <= b.1 && a != b
}

pub(super) struct Filter {
    tolerance: f64,
    feasible: Option<Point>,
    /// None dominates another.
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
        for Seen { x, value, constraints } in seen {
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

    /// The feasible point of the least value.
    pub(super) fn feasible(&self) -> Option<&Point> {
        self.feasible.as_ref()
    }

    /// The infeasible point of the least value that violates the constraints by no more than a threshold.
    pub(super) fn least_value_within(&self, threshold: f64) -> Option<&Point> {
        let within = self.infeasible.iter().filter(|point| point.h <= threshold);
        within.min_by(|a, b| a.value.total_cmp(&b.value))
    }

    /// The infeasible point that violates the constraints least.
    pub(super) fn least_violation(&self) -> Option<&Point> {
        self.infeasible.iter().min_by(|a, b| a.h.total_cmp(&b.h))
    }

    /// The largest violation below another one.
    pub(super) fn largest_violation_below(&self, h: f64) -> Option<f64> {
        self.infeasible.iter().map(|point| point.h).filter(|&other| other < h).max_by(f64::total_cmp)
    }

    pub(super) fn is_dominated(&self, pair: (f64, f64)) -> bool {
        self.infeasible.iter().any(|point| dominates((point.value, point.h), pair))
    }
}

#[cfg(test)]
mod tests;
