//! The coordinates of the search under constraints: a basis of what the linear equalities leave free, in units.

use nalgebra::{DMatrix, DVector};

use crate::hybrid::space::within_the_usual;
use crate::hybrid::sweep::step_of_change;
use crate::problem::linear::{Row, Subspace};
use crate::problem::unit::common_units;
use crate::{Bounds, Evaluations, Grid, LinearConstraints};

/// A unit that is too short by less than this factor stays.
const FAR: f64 = 4.0;

/// The most by which a unit is lengthened beyond the usual one. The even half of Hock and Schittkowski's problems chose it.
const MOST: f64 = 8.0;

/// The most halvings of a step that still violates a row after it was projected.
const MOST_HALVINGS: usize = 30;

/// The coordinates y of `x = x₀ + S Z y`: S holds the units of x, and Z is an orthonormal basis of the directions that
/// keep the linear equalities and the coordinates fixed by equal bounds.
pub(super) struct Frame {
    origin: Vec<f64>,
    scale: Vec<f64>,
    /// The columns of Z.
    basis: Vec<Vec<f64>>,
    /// The coordinate of x that a column moves alone, if it moves only one.
    alone: Vec<Option<usize>>,
    /// The grid's step along each coordinate, 0 along a continuous one.
    grid: DVector<f64>,
    /// The linear inequalities, and the bounds of coordinates that no column moves alone.
    rows: Vec<FlatRow>,
}

/// A linear inequality in the coordinates y: its gradient, and its value from x.
pub(super) struct FlatRow {
    pub(super) gradient: DVector<f64>,
    of: Of,
}

enum Of {
    Row(Row),
    Lower(usize, f64),
    Upper(usize, f64),
}

impl FlatRow {
    /// Returns `a·x - b`, which must not be above 0.
    pub(super) fn value(&self, x: &[f64]) -> f64 {
        match &self.of {
            Of::Row(row) => row.residual(x),
            Of::Lower(i, bound) => bound - x[*i],
            Of::Upper(i, bound) => x[*i] - bound,
        }
    }

    fn is_finite(&self) -> bool {
        match self.of {
            Of::Row(_) => true,
            Of::Lower(_, bound) | Of::Upper(_, bound) => bound.is_finite(),
        }
    }
}

impl Frame {
    /// Creates the coordinates with origin `x`, in these units of x.
    pub(super) fn at(x: &[f64], scale: &[f64], evaluations: &Evaluations<'_>) -> Self {
        let (n, bounds, linear) = (x.len(), evaluations.bounds(), evaluations.linear());
        let unit = |i: usize| (0..n).map(|k| f64::from(u8::from(k == i))).collect::<Vec<f64>>();
        let fixed = (0..n).filter(|&i| bounds.lower()[i] == bounds.upper()[i]).map(unit);
        let rows = linear.map_or(&[][..], LinearConstraints::rows);
        let equalities = rows.iter().filter(|row| row.is_equality()).filter_map(|row| {
            let scaled: Vec<f64> = row.coefficients().iter().zip(scale).map(|(a, s)| a * s).collect();
            let length = scaled.iter().map(|a| a * a).sum::<f64>().sqrt();
            (length > 0.0).then(|| scaled.iter().map(|a| a / length).collect())
        });
        let held: Vec<Vec<f64>> = fixed.chain(equalities).collect();
        let basis = Subspace::orthogonal_to(&held, n).basis().to_vec();
        let moved = |column: &Vec<f64>| {
            let mut moved = (0..n).filter(|&i| column[i] != 0.0);
            moved.next().filter(|_| moved.next().is_none())
        };
        let alone: Vec<Option<usize>> = basis.iter().map(moved).collect();
        let granularity = evaluations.grid().map_or(&[][..], Grid::granularity);
        let step =
            |alone: &Option<usize>| alone.map_or(0.0, |i| granularity.get(i).map_or(0.0, |g| g / scale[i]));
        let grid = DVector::from_iterator(basis.len(), alone.iter().map(step));
        let mut frame =
            Frame { origin: x.to_vec(), scale: scale.to_vec(), basis, alone, grid, rows: Vec::new() };
        frame.rows = frame.flat_rows(rows, bounds);
        frame
    }

    fn flat_rows(&self, rows: &[Row], bounds: &Bounds) -> Vec<FlatRow> {
        let n = self.scale.len();
        let gradient = |a: &dyn Fn(usize) -> f64| {
            let along = |column: &Vec<f64>| (0..n).map(|i| a(i) * self.scale[i] * column[i]).sum();
            DVector::from_iterator(self.dimension(), self.basis.iter().map(along))
        };
        let inequalities = rows
            .iter()
            .filter(|row| !row.is_equality())
            .map(|row| FlatRow { gradient: gradient(&|i| row.coefficients()[i]), of: Of::Row(row.clone()) });
        let together = (0..n).filter(|i| !self.alone.contains(&Some(*i)));
        let of_bounds = together.flat_map(|i| {
            let one = |sign: f64| gradient(&|k| if k == i { sign } else { 0.0 });
            let lower = FlatRow { gradient: one(-1.0), of: Of::Lower(i, bounds.lower()[i]) };
            let upper = FlatRow { gradient: one(1.0), of: Of::Upper(i, bounds.upper()[i]) };
            [lower, upper]
        });
        inequalities.chain(of_bounds).filter(|row| row.gradient.norm() > 0.0 && row.is_finite()).collect()
    }

    /// The number of coordinates y.
    pub(super) fn dimension(&self) -> usize {
        self.basis.len()
    }

    /// The units of x.
    pub(super) fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Returns the factor of the unit of each x at which a step along it changes a function by `change`
    /// ([`step_of_change`]), from slope and curvature along the coordinates y where they are known. A step along `xᵢ`,
    /// projected onto what the linear equalities leave free, has the slope `Σ Zᵢₖ dₖ` and, if the coordinates y do not
    /// interact, the curvature `Σ Zᵢₖ² cₖ`. Where rows were in the way of the sweep nothing is known, and the factor is infinite.
    pub(super) fn factors(&self, shapes: &[Option<(f64, f64)>], change: f64) -> Vec<f64> {
        let of = |i: usize| {
            let moving = self.basis.iter().zip(shapes).filter(|(column, _)| column[i] != 0.0);
            let add = |(d, c): (f64, f64), (column, shape): (&Vec<f64>, &Option<(f64, f64)>)| {
                shape.map(|(slope, curvature)| (d + column[i] * slope, c + column[i].powi(2) * curvature))
            };
            moving.map(Some).try_fold((0.0, 0.0), |sum, next| add(sum, next?))
        };
        let factor =
            |shape: Option<_>| shape.map_or(f64::INFINITY, |shape| step_of_change(Some(shape), change));
        (0..self.scale.len()).map(|i| factor(of(i))).collect()
    }

    /// Returns by how much a step of one unit along each x changes the residuals: `‖J S Z Zᵀeᵢ‖`, from their slopes along
    /// the coordinates y, the columns of J S Z, which are the rows given. The step is projected onto what the linear
    /// equalities leave free.
    pub(super) fn changes_of_residuals(&self, slopes: &DMatrix<f64>) -> Vec<f64> {
        let of = |i: usize| {
            let along = DVector::from_iterator(self.dimension(), self.basis.iter().map(|column| column[i]));
            slopes.tr_mul(&along).norm()
        };
        (0..self.scale.len()).map(of).collect()
    }

    /// Returns the units of x lengthened by these factors, rounded to powers of two and limited by the usual unit. The
    /// units of coordinates that are on a grid or that nothing moves stay, and so do those that are nearly long enough.
    pub(super) fn lengthened(&self, factors: &[f64]) -> Vec<f64> {
        let is_continuous = |k: &usize| self.grid[*k] == 0.0;
        let moves = |i: usize| (0..self.basis.len()).filter(is_continuous).any(|k| self.basis[k][i] != 0.0);
        let free: Vec<usize> = (0..self.scale.len()).filter(|&i| moves(i)).collect();
        let of = |all: &[f64]| free.iter().map(|&i| all[i]).collect::<Vec<f64>>();
        let mut scale = self.scale.clone();
        for (&i, factor) in free.iter().zip(within_the_usual(&of(factors), &of(&self.scale), MOST)) {
            scale[i] *= if factor >= FAR { factor } else { 1.0 };
        }
        scale
    }

    /// Returns the matrix `Zᵀ S W⁻² S Z` of the squared length of a step, in units W of x that coordinates of one kind have in
    /// common: those of the search may differ by the chance of a start.
    pub(super) fn metric(&self, bounds: &Bounds) -> DMatrix<f64> {
        let common = common_units(&self.scale, bounds);
        let column = |k: usize, i: usize| self.basis[k][i] * self.scale[i] / common[i];
        let of = |j: usize, k: usize| (0..self.scale.len()).map(|i| column(j, i) * column(k, i)).sum();
        DMatrix::from_fn(self.dimension(), self.dimension(), of)
    }

    /// The linear inequalities, and the bounds of coordinates that no column moves alone.
    pub(super) fn rows(&self) -> &[FlatRow] {
        &self.rows
    }

    /// The grid's step along each coordinate, 0 along a continuous one.
    pub(super) fn grid(&self) -> &DVector<f64> {
        &self.grid
    }

    /// Whether there are granular coordinates.
    pub(super) fn has_grid(&self) -> bool {
        self.grid.amax() > 0.0
    }

    /// Returns the coordinates `y = Zᵀ S⁻¹ (x - x₀)` of a point.
    pub(super) fn coordinates(&self, x: &[f64]) -> DVector<f64> {
        let from = |i: usize| (x[i] - self.origin[i]) / self.scale[i];
        let along =
            |column: &Vec<f64>| (0..x.len()).filter(|&i| column[i] != 0.0).map(|i| column[i] * from(i)).sum();
        DVector::from_iterator(self.dimension(), self.basis.iter().map(along))
    }

    /// Returns the room of each coordinate y within the bounds, from `x`.
    pub(super) fn room(&self, x: &[f64], bounds: &Bounds) -> (DVector<f64>, DVector<f64>) {
        let room = |bound: &[f64], none: f64| {
            let of = |alone: &Option<usize>, column: &Vec<f64>| {
                alone.map_or(none, |i| (bound[i] - x[i]) / (self.scale[i] * column[i]))
            };
            DVector::from_iterator(
                self.dimension(),
                self.alone.iter().zip(&self.basis).map(|(a, c)| of(a, c)),
            )
        };
        (room(bounds.lower(), f64::NEG_INFINITY), room(bounds.upper(), f64::INFINITY))
    }

    /// Returns the point a step away from `x`, projected onto the bounds and rows and rounded on a grid. The step is
    /// halved where rows do not hold after that.
    pub(super) fn point(&self, x: &[f64], step: &DVector<f64>, evaluations: &Evaluations<'_>) -> Vec<f64> {
        let mut to = x.to_vec();
        for (i, to) in to.iter_mut().enumerate() {
            let along: f64 = self.basis.iter().zip(step.iter()).map(|(column, part)| column[i] * part).sum();
            let moved = *to + self.scale[i] * along;
            *to = if along != 0.0 && moved.is_finite() { moved } else { *to };
        }
        self.nearest(x, to, evaluations)
    }

    /// Returns the point nearest to `to` where bounds, rows and grid hold, or one between it and `from`, where they do.
    pub(super) fn nearest(&self, from: &[f64], mut to: Vec<f64>, evaluations: &Evaluations<'_>) -> Vec<f64> {
        evaluations.bounds().project(&mut to);
        if let Some(grid) = evaluations.grid() {
            grid.round(&mut to);
        }
        match evaluations.linear() {
            None => to,
            Some(linear) => within_rows(from, to, &self.scale, linear, evaluations),
        }
    }
}

/// Moves a point to the nearest one at which the rows hold, or back towards `from`, where they hold.
fn within_rows(
    from: &[f64],
    mut to: Vec<f64>,
    scale: &[f64],
    linear: &LinearConstraints,
    evaluations: &Evaluations<'_>,
) -> Vec<f64> {
    let (bounds, grid) = (evaluations.bounds(), evaluations.grid());
    if linear.hold(&to) {
        return to;
    }
    linear.project(&mut to, scale, bounds);
    for _ in 0..MOST_HALVINGS {
        if let Some(grid) = grid {
            grid.round(&mut to);
        }
        if linear.hold(&to) {
            return to;
        }
        to.iter_mut().zip(from).for_each(|(to, from)| *to = from + 0.5 * (*to - from));
        bounds.project(&mut to);
    }
    from.to_vec()
}
