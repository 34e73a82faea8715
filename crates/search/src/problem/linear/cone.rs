//! The cone of feasible directions of some rows, by its generators.

use nalgebra::DMatrix;

use super::subspace::{DEPENDENT, Subspace, dot, normalize};

/// A unit row is tight along a unit direction if their product is at most this in magnitude.
const TIGHT: f64 = 1e-10;

/// The most rays of a cone; more would be too many to poll.
const MOST_RAYS: usize = 2_000;

/// Equalities, and the subspace that they leave free, in which cones are formed.
#[derive(Debug, Clone)]
pub(crate) struct Cone {
    equalities: Vec<Vec<f64>>,
    free: Subspace,
    n: usize,
}

/// Generators of a cone: each of its directions is a linear combination of the lines plus a non-negative
/// combination of the rays. The set of rays is minimal. All have length 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Generators {
    pub(crate) lines: Vec<Vec<f64>>,
    pub(crate) rays: Vec<Vec<f64>>,
}

impl Cone {
    /// Creates the subspace of directions `d` with `e·d = 0` for each equality; the equalities are unit
    /// vectors in `n` coordinates.
    pub(crate) fn of_equalities(equalities: Vec<Vec<f64>>, n: usize) -> Self {
        let free = Subspace::orthogonal_to(&equalities, n);
        Cone { equalities, free, n }
    }

    /// The subspace that the equalities leave free.
    pub(crate) fn free(&self) -> &Subspace {
        &self.free
    }

    /// Returns generators of `{d : e·d = 0, a·d <= 0}`, for each equality `e` and each unit row `a`, or
    /// `None` if there are more than [`MOST_RAYS`] rays.
    ///
    /// The lines span the orthogonal complement of all rows, and the double description method finds the rays
    /// in the rest. If the rows are independent, the rays are the negatives of the columns of their
    /// pseudoinverse, as in Lewis, Shepherd & Torczon (2007, "Implementing generating set search methods for
    /// linearly constrained minimization", SIAM J. Sci. Comput. 29(6), section 5), who also use the double
    /// description method for dependent rows.
    pub(crate) fn generators(&self, rows: &[Vec<f64>]) -> Option<Generators> {
        let mut within = Vec::with_capacity(rows.len());
        for row in rows {
            let mut row = self.free.coordinates(row);
            // Shorter rows are implied by the equalities.
            if dot(&row, &row).sqrt() > DEPENDENT {
                normalize(&mut row);
                within.push(row);
            }
        }
        let all = [self.equalities.as_slice(), rows].concat();
        Some(Generators {
            lines: Subspace::orthogonal_to(&all, self.n).into_basis(),
            rays: rays(&within)?.iter().map(|ray| self.free.direction(ray, self.n)).collect(),
        })
    }
}

/// A ray, and the rows taken so far that are tight along it.
struct Ray {
    direction: Vec<f64>,
    tight: Tight,
}

/// Returns the extreme rays of `{d : a·d <= 0}` within the span of the rows, by the double description
/// method. It begins with a maximal independent set of rows. Each further row cuts off the rays that violate
/// it, and adds one between each of these and each of its neighbours strictly inside. (Fukuda & Prodon 1996,
/// "Double description method revisited", section 3.)
fn rays(rows: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let (independent, others) = split(rows);
    let rank = independent.len();
    let mut taken = independent;
    let described = |direction: Vec<f64>, taken: &[usize]| Ray {
        tight: Tight::along(&direction, rows, taken),
        direction,
    };
    let simplicial = simplicial(rows, &taken).into_iter();
    let mut rays: Vec<Ray> = simplicial.map(|direction| described(direction, &taken)).collect();
    for next in others {
        let products: Vec<f64> = rays.iter().map(|ray| dot(&ray.direction, &rows[next])).collect();
        let mut between = Vec::new();
        for (outside, &beyond) in rays.iter().zip(&products).filter(|(_, product)| **product > TIGHT) {
            for (inside, &within) in rays.iter().zip(&products).filter(|(_, product)| **product < -TIGHT) {
                if are_neighbours(outside, inside, &rays, rank) {
                    between.push(weighted(&outside.direction, -within, &inside.direction, beyond));
                }
            }
        }
        taken.push(next);
        let kept = rays.into_iter().zip(products).filter(|(_, product)| *product <= TIGHT);
        let directions = kept.map(|(ray, _)| ray.direction).chain(between);
        rays = directions.map(|direction| described(direction, &taken)).collect();
        if rays.len() > MOST_RAYS {
            return None;
        }
    }
    Some(rays.into_iter().map(|ray| ray.direction).collect())
}

/// Returns the indices of a maximal independent set of rows, and of the others.
fn split(rows: &[Vec<f64>]) -> (Vec<usize>, Vec<usize>) {
    let (mut independent, mut others) = (Vec::new(), Vec::new());
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let mut rest = row.clone();
        // Orthogonalize twice: once is not accurate where the remainder is short.
        for element in basis.iter().chain(&basis) {
            let along = dot(&rest, element);
            rest.iter_mut().zip(element).for_each(|(r, e)| *r -= along * e);
        }
        if dot(&rest, &rest).sqrt() > DEPENDENT {
            normalize(&mut rest);
            basis.push(rest);
            independent.push(i);
        } else {
            others.push(i);
        }
    }
    (independent, others)
}

/// Returns the rays of the cone of independent rows: each is tight on all rows but one.
fn simplicial(rows: &[Vec<f64>], independent: &[usize]) -> Vec<Vec<f64>> {
    let rank = independent.len();
    if rank == 0 {
        return Vec::new();
    }
    let matrix = DMatrix::from_fn(rows[0].len(), rank, |i, j| rows[independent[j]][i]);
    let decomposed = matrix.qr();
    let lower = decomposed.r().transpose();
    let Some(inverse) = lower.solve_lower_triangular(&DMatrix::identity(rank, rank)) else {
        return Vec::new();
    };
    let directions = -(decomposed.q() * inverse);
    let mut rays: Vec<Vec<f64>> = directions.column_iter().map(|ray| ray.iter().copied().collect()).collect();
    rays.iter_mut().for_each(|ray| normalize(ray));
    rays
}

/// Whether two rays span a two-dimensional face: no third ray is tight on all rows on which both are tight.
fn are_neighbours(a: &Ray, b: &Ray, rays: &[Ray], rank: usize) -> bool {
    let common = a.tight.and(&b.tight);
    if common.count() + 2 < rank {
        return false;
    }
    let others = rays.iter().filter(|ray| !std::ptr::eq(*ray, a) && !std::ptr::eq(*ray, b));
    others.into_iter().all(|ray| !ray.tight.contains(&common))
}

fn weighted(a: &[f64], weight_a: f64, b: &[f64], weight_b: f64) -> Vec<f64> {
    let mut sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| weight_a * a + weight_b * b).collect();
    normalize(&mut sum);
    sum
}

/// The set of rows that are tight, one bit each.
#[derive(Debug, Clone, Default, PartialEq)]
struct Tight(Vec<u64>);

impl Tight {
    fn along(direction: &[f64], rows: &[Vec<f64>], taken: &[usize]) -> Self {
        let mut words = vec![0; rows.len().div_ceil(64)];
        for &i in taken.iter().filter(|&&i| dot(direction, &rows[i]).abs() <= TIGHT) {
            words[i / 64] |= 1 << (i % 64);
        }
        Tight(words)
    }

    fn and(&self, other: &Tight) -> Tight {
        Tight(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn contains(&self, other: &Tight) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| b & !a == 0)
    }

    fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests;
