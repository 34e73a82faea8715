//! Finds points that satisfy rows and bounds by linear programming, or by integer programming on a grid.

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, SolveOptions, Variable};

use super::{LinearConstraints, Row};
use crate::{Bounds, Grid};

/// How the program treats the rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rows {
    /// All of them hold.
    Hold,
    /// They may be violated, as little as possible.
    Give,
}

/// The weight of the distance relative to that of the violations.
const LITTLE: f64 = 1e-6;

/// A coordinate of the solution within this fraction of its step from a bound is put on the bound.
const ON_BOUND: f64 = 1e-9;

/// The most linear programs that an integer program may solve.
const MOST_NODES: u64 = 100_000;

/// Returns the point within the bounds and on the grid nearest to `x` in the 1-norm that satisfies the rows,
/// or that violates them least ([`Rows::Give`]), up to the program's tolerance. `None` if there is none or
/// the program does not find it.
pub(super) fn nearest(
    linear: &LinearConstraints,
    x: &[f64],
    bounds: &Bounds,
    grid: Option<&Grid>,
    give: Rows,
) -> Option<Vec<f64>> {
    let rows: Vec<&Row> = linear.rows().iter().filter(|row| !row.is_empty()).collect();
    let largest = |row: &Row| row.coefficients().iter().fold(0.0_f64, |most, a| most.max(a.abs()));
    // Steps are in units of the distance to the furthest row, so that the program's numbers are about 1.
    let unit = rows.iter().map(|row| row.excess(x) / largest(row)).fold(f64::MIN_POSITIVE, f64::max);
    let mut program = Problem::new(OptimizationDirection::Minimize);
    let cost = if give == Rows::Give { LITTLE } else { 1.0 };
    // A granular coordinate moves by integer multiples of its granularity, any other by a multiple of the
    // unit.
    let granularity = |i: usize| grid.map(|grid| grid.granularity()[i]).filter(|&g| g > 0.0);
    let step = |i: usize| granularity(i).map_or(1.0, |granularity| granularity / unit);
    let steps: Vec<[Variable; 2]> = (0..x.len())
        .map(|i| {
            let room = [bounds.upper()[i] - x[i], x[i] - bounds.lower()[i]];
            room.map(|room| match granularity(i) {
                // The cast saturates at the largest number of steps that the program can represent.
                Some(granularity) => {
                    program.add_integer_var(cost * step(i), (0, (room / granularity).round() as i32))
                }
                None => program.add_var(cost, (0.0, room / unit)),
            })
        })
        .collect();
    for row in rows {
        let size = largest(row);
        let mut sum = LinearExpr::empty();
        let moving = steps.iter().zip(row.coefficients()).enumerate().filter(|(_, (_, a))| **a != 0.0);
        for (i, ([up, down], a)) in moving {
            sum.add(*up, a / size * step(i));
            sum.add(*down, -a / size * step(i));
        }
        if give == Rows::Give {
            sum.add(program.add_var(1.0, (0.0, f64::INFINITY)), -1.0);
            if row.is_equality() {
                sum.add(program.add_var(1.0, (0.0, f64::INFINITY)), 1.0);
            }
        }
        let comparison = if row.is_equality() { ComparisonOp::Eq } else { ComparisonOp::Le };
        program.add_constraint(sum, comparison, -row.residual(x) / size / unit);
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(MOST_NODES);
    let solution = program.solve_with(options).ok()?.into_solution().ok()?;
    let coordinate = |(i, [up, down]): (usize, &[Variable; 2])| {
        let step = unit * step(i) * (solution.var_value(*up) - solution.var_value(*down));
        let to = x[i] + step;
        let bound = if step > 0.0 { bounds.upper()[i] } else { bounds.lower()[i] };
        if (bound - to).abs() <= ON_BOUND * step.abs() { bound } else { to }
    };
    let mut point: Vec<f64> = steps.iter().enumerate().map(coordinate).collect();
    bounds.project(&mut point);
    point.iter().all(|x| x.is_finite()).then_some(point)
}
