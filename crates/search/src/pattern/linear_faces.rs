//! Linear constraints in a poll: the nearby faces, the directions that follow them and the feasibility of trial
//! points.

use std::sync::Arc;

use super::directions::{Directions, Element};
use super::mesh::Mesh;
use crate::problem::grid::shortest_step;
use crate::problem::linear::{Cone, Generators, Row};
use crate::{Bounds, Evaluations, LinearConstraints, Stop};

/// A relative violation of a row below this is due to rounding, and the trial point is moved onto the row.
const ROUNDED_VIOLATION: f64 = 1e-9;

/// Directions are the same if their cosine differs from 1 by less than this.
const SAME: f64 = 1e-12;

/// A step is parallel to a row if their product is below this fraction of its terms.
const ALONG: f64 = 1e-10;

/// A step is dropped if less than this fraction of it reaches a row. Such short steps could each decrease the value
/// and alternate between two rows forever; without them the poll fails, the mesh is refined and the poll follows the
/// rows.
const LEAST_PART: f64 = 1e-3;

/// Linear constraints in scaled mesh steps, the units of unit directions and distances.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    linear: LinearConstraints,
    /// The violation of each row at the start: no point may exceed it.
    allowances: Vec<f64>,
    scale: Vec<f64>,
    /// The granularity of each coordinate, 0 if continuous; empty if all are continuous.
    granularity: Vec<f64>,
    /// The subspace of the equalities and of the coordinates with equal bounds.
    cone: Cone,
    basis: Arc<[Vec<f64>]>,
    faces: Vec<Face>,
    /// The nearby faces of the last computed generators, and these generators.
    last: Option<(Vec<usize>, Following)>,
}

/// A linear inequality or a bound.
#[derive(Debug, Clone)]
struct Face {
    of: Of,
    /// The unit normal in scaled steps.
    normal: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    /// A row, with the length of its normal.
    Row(usize, f64),
    Lower(usize),
    Upper(usize),
}

/// Generators of the cone of directions that stay within the faces near a point.
#[derive(Debug, Clone)]
struct Following {
    all: Vec<Vec<f64>>,
    /// Generators that are not ± elements of the basis.
    beside: Vec<Vec<f64>>,
}

impl Rows {
    pub(super) fn new(linear: &LinearConstraints, mesh: &Mesh, evaluations: &Evaluations<'_>) -> Self {
        let (scale, bounds, n) = (mesh.scale().to_vec(), evaluations.bounds(), evaluations.dimension());
        let unit = |i: usize, sign: f64| {
            let mut normal = vec![0.0; n];
            normal[i] = sign;
            normal
        };
        let (mut equalities, mut faces) = (Vec::new(), Vec::new());
        for (row, of) in linear.rows().iter().zip(0..) {
            let Some((normal, length)) = scaled(row, &scale) else { continue };
            if row.is_equality() {
                equalities.push(normal);
            } else {
                faces.push(Face { of: Of::Row(of, length), normal });
            }
        }
        for i in 0..n {
            if bounds.lower()[i] == bounds.upper()[i] {
                equalities.push(unit(i, 1.0));
            } else {
                faces.push(Face { of: Of::Lower(i), normal: unit(i, -1.0) });
                faces.push(Face { of: Of::Upper(i), normal: unit(i, 1.0) });
            }
        }
        let cone = Cone::of_equalities(equalities, n);
        Rows {
            allowances: linear.rows().iter().map(|row| row.excess(evaluations.start())).collect(),
            basis: cone.free().basis().into(),
            linear: linear.clone(),
            scale,
            granularity: evaluations.grid().map(|grid| grid.granularity().to_vec()).unwrap_or_default(),
            cone,
            faces,
            last: None,
        }
    }

    /// Returns the directions of a poll with those that follow the rows and bounds within this distance of `x`.
    /// Without equalities and nearby rows, the directions are unchanged.
    pub(super) fn followed_by(
        &mut self,
        directions: Directions,
        x: &[f64],
        within: f64,
        bounds: &Bounds,
    ) -> Result<Directions, Stop> {
        let near = self.near(x, within, bounds);
        let has_equalities = self.linear.have_equalities();
        let directions = if has_equalities { directions.within(self.basis.clone()) } else { directions };
        let row_is_near = near.iter().any(|&face| matches!(self.faces[face].of, Of::Row(..)));
        if near.is_empty() || !(row_is_near || has_equalities) {
            return Ok(directions);
        }
        let directions = directions.one_by_one();
        let following = self.following(near)?;
        let added = if directions.are_maximal() { &following.beside } else { &following.all };
        let added = added.clone();
        Ok(directions.then(added.into_iter().map(|direction| self.on_grid(direction))))
    }

    /// Converts a direction along rows to the shortest step along it that stays on the grid, if there is one:
    /// rounding each component separately would leave the rows.
    fn on_grid(&self, direction: Vec<f64>) -> Element {
        if self.granularity.is_empty() {
            return Element::Given(direction);
        }
        let step: Vec<f64> = direction.iter().zip(&self.scale).map(|(part, scale)| part * scale).collect();
        shortest_step(&step, &self.granularity).map_or(Element::Given(direction), Element::Whole)
    }

    /// Returns the faces within this distance of `x` and the rows that one grid step crosses.
    fn near(&self, x: &[f64], within: f64, bounds: &Bounds) -> Vec<usize> {
        let distance = |face: &Face| match face.of {
            Of::Row(row, length) => -self.linear.rows()[row].residual(x) / length,
            Of::Lower(i) => (x[i] - bounds.lower()[i]) / self.scale[i],
            Of::Upper(i) => (bounds.upper()[i] - x[i]) / self.scale[i],
        };
        let is_crossed = |face: &Face| match face.of {
            Of::Row(row, _) => {
                let row = &self.linear.rows()[row];
                let along =
                    row.coefficients().iter().zip(&self.granularity).map(|(a, step)| (a * step).abs());
                along.fold(0.0, f64::max) > -row.residual(x)
            }
            Of::Lower(_) | Of::Upper(_) => false,
        };
        let is_near = |face: &Face| distance(face) <= within || is_crossed(face);
        (0..self.faces.len()).filter(|&face| is_near(&self.faces[face])).collect()
    }

    fn following(&mut self, near: Vec<usize>) -> Result<&Following, Stop> {
        if self.last.as_ref().is_none_or(|(faces, _)| *faces != near) {
            let normals: Vec<Vec<f64>> = near.iter().map(|&face| self.faces[face].normal.clone()).collect();
            let Some(generators) = self.cone.generators(&normals) else {
                return Err(Stop::gave_up("too many linear constraints meet at one point"));
            };
            let following = Following::new(generators, &self.basis);
            return Ok(&self.last.insert((near, following)).1);
        }
        let (_, following) = self.last.as_ref().expect("compared above");
        Ok(following)
    }

    /// Removes rounding errors from a trial point inside the bounds. Returns `true` if it is feasible.
    pub(super) fn settle(&self, x: &mut [f64], bounds: &Bounds) -> bool {
        self.linear.settle(x, bounds, ROUNDED_VIOLATION);
        self.admit(x)
    }

    /// Whether no row is violated by more than rounding or more than at the start.
    pub(super) fn admit(&self, x: &[f64]) -> bool {
        let rows = self.linear.rows().iter().zip(&self.allowances);
        rows.into_iter().all(|(row, &allowance)| row.excess(x) <= row.rounding(x).max(allowance))
    }

    /// Whether the trial point that sets coordinate `i` to `to` is feasible.
    #[inline(never)] // So that trials without rows do not make room for it.
    pub(super) fn admit_beside(&self, x: &[f64], (i, to): (usize, f64)) -> bool {
        let mut beside = x.to_vec();
        beside[i] = to;
        self.admit(&beside)
    }

    /// Returns the fraction of these steps from `x` that reaches the first row, 0 if below `LEAST_PART`.
    pub(super) fn reach(&self, x: &[f64], steps: &[f64]) -> f64 {
        let to_row = |row: &Row| {
            let terms = row.coefficients().iter().zip(steps).map(|(a, step)| (a * step).abs()).sum::<f64>();
            let (along, room) = (row.along(steps), -row.residual(x));
            match () {
                () if along <= ALONG * terms => f64::INFINITY,
                () if room <= row.rounding(x) => 0.0,
                () => room / along,
            }
        };
        let inequalities = self.linear.rows().iter().filter(|row| !row.is_equality());
        let part = inequalities.map(to_row).fold(f64::INFINITY, f64::min);
        if part < LEAST_PART { 0.0 } else { part }
    }
}

impl Following {
    fn new(generators: Generators, basis: &[Vec<f64>]) -> Self {
        let Generators { lines, rays } = generators;
        let negatives = lines.iter().map(|line| line.iter().map(|v| -v).collect()).collect();
        let all = [lines, negatives, rays].concat();
        let cosine = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let is_beside = |d: &&Vec<f64>| basis.iter().all(|b| cosine(d, b).abs() < 1.0 - SAME);
        let beside = all.iter().filter(is_beside).cloned().collect();
        Following { all, beside }
    }
}

/// Returns a row's unit normal in scaled steps and its original length, or `None` if the row is zero or not finite.
/// Two divisions keep the squares from overflow and underflow.
fn scaled(row: &Row, scale: &[f64]) -> Option<(Vec<f64>, f64)> {
    let mut normal: Vec<f64> = row.coefficients().iter().zip(scale).map(|(a, s)| a * s).collect();
    let largest = normal.iter().fold(0.0_f64, |most, a| most.max(a.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return None;
    }
    normal.iter_mut().for_each(|a| *a /= largest);
    let length = normal.iter().map(|a| a * a).sum::<f64>().sqrt();
    normal.iter_mut().for_each(|a| *a /= length);
    Some((normal, length * largest))
}

#[cfg(test)]
mod tests;
