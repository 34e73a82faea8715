//! Positive bases: the source of each poll's directions.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::directions::{Among, Directions, Element, Map, Pattern, Reflections, Rotation, Triangulars};
use super::mesh::Mesh;
use super::{Options, PollMethod};
use crate::Bounds;

/// A poll method and its state between polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Basis {
    /// GPS and GSS.
    Coordinates { pattern: Pattern },
    /// GPS N+1, which also polls the negatives on a small mesh.
    Rotating,
    /// MADS.
    Triangular { pattern: Pattern, triangulars: Triangulars },
    /// OrthoMADS.
    Orthogonal {
        pattern: Pattern,
        reflections: Reflections,
        /// The direction of the last success, for N+1.
        target: Vec<f64>,
    },
    /// The GPS part of `nups`.
    Alternating { next: Pattern },
    /// The MADS part of `nups`: each rotation serves two polls with opposite directions.
    AlternatingRotated { next: Pattern, rotation: u64, generator: Xoshiro256PlusPlus },
}

impl Basis {
    pub(super) fn new(options: &Options, n: usize) -> Self {
        let (maximal, minimal) = (Pattern::Maximal, Pattern::Minimal);
        let triangular = |pattern| Basis::Triangular { pattern, triangulars: Triangulars::new(options.seed) };
        let orthogonal = |pattern| Basis::Orthogonal {
            pattern,
            reflections: Reflections::new(options.seed, n),
            target: Vec::new(),
        };
        match options.poll_method {
            PollMethod::GpsPositiveBasisNp1 if options.mesh_rotate => Basis::Rotating,
            PollMethod::GpsPositiveBasis2N | PollMethod::GssPositiveBasis2N => {
                Basis::Coordinates { pattern: maximal }
            }
            PollMethod::GpsPositiveBasisNp1 | PollMethod::GssPositiveBasisNp1 => {
                Basis::Coordinates { pattern: minimal }
            }
            PollMethod::MadsPositiveBasis2N => triangular(maximal),
            PollMethod::MadsPositiveBasisNp1 => triangular(minimal),
            PollMethod::OrthoMadsPositiveBasis2N => orthogonal(maximal),
            PollMethod::OrthoMadsPositiveBasisNp1 => orthogonal(minimal),
        }
    }

    pub(super) fn alternating() -> Self {
        Basis::Alternating { next: Pattern::Upwards }
    }

    pub(super) fn alternating_rotated(seed: u64) -> Self {
        let generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        Basis::AlternatingRotated { next: Pattern::Upwards, rotation: 0, generator }
    }

    /// Returns the directions of the next poll.
    pub(super) fn directions(&mut self, x: &[f64], mesh: &Mesh, bounds: &Bounds) -> Directions {
        let coordinates = |pattern| Directions::new(pattern, Map::Identity, Among::All(x.len()));
        match self {
            Basis::Coordinates { pattern: Pattern::Minimal } | Basis::Rotating
                if mesh.is_finest_somewhere() || !is_inside(x, mesh, bounds) =>
            {
                coordinates(Pattern::Maximal)
            }
            Basis::Coordinates { pattern } => coordinates(*pattern),
            Basis::Rotating if mesh.is_small() => coordinates(Pattern::MinimalBothWays),
            Basis::Rotating => coordinates(Pattern::Minimal),
            Basis::Triangular { pattern, triangulars } => {
                among_free(mesh, bounds, *pattern, |n| Map::Triangular(triangulars.next(n, mesh.level())))
            }
            Basis::Orthogonal { pattern, reflections, target } => among_free(mesh, bounds, *pattern, |n| {
                if target.len() != n {
                    *target = vec![0.0; n];
                }
                Map::Reflection(reflections.next(n, mesh.level(), target))
            }),
            Basis::Alternating { next } => along_bounds(x, mesh, bounds, alternate(next), |_| Map::Identity),
            Basis::AlternatingRotated { next, rotation, generator } => {
                let pattern = alternate(next);
                if pattern == Pattern::Upwards {
                    *rotation = generator.random();
                }
                along_bounds(x, mesh, bounds, pattern, |n| Map::Rotation(Rotation::of_seed(*rotation, n)))
            }
        }
    }

    /// Whether the directions become dense in the unit sphere, so that they need not follow constraints. This does
    /// not hold on a grid, which has few points nearby.
    pub(super) fn becomes_dense(&self) -> bool {
        matches!(self, Basis::Triangular { .. } | Basis::Orthogonal { .. })
    }

    /// Records that the poll succeeded along direction `k`.
    pub(super) fn succeeded(&mut self, k: usize, directions: &Directions) {
        if let Basis::Orthogonal { pattern: Pattern::Minimal, target, .. } = self
            && directions.is_of_pattern(k)
        {
            directions.write_packed(k, target);
        }
    }
}

/// Whether no bound is within a step. Near a bound, the directions that follow it are needed one by one, so the poll
/// uses the 2 n coordinate directions. (Lewis & Torczon 1999, "Pattern search algorithms for bound constrained
/// minimization", SIAM J. Optim. 9(4), section 3.)
fn is_inside(x: &[f64], mesh: &Mesh, bounds: &Bounds) -> bool {
    (0..x.len()).all(|i| has_room(i, x, mesh, bounds))
}

/// Whether a step along coordinate `i` stays within the bounds in both directions.
fn has_room(i: usize, x: &[f64], mesh: &Mesh, bounds: &Bounds) -> bool {
    let step = mesh.step(i);
    bounds.admit(i, x[i] - step) && bounds.admit(i, x[i] + step)
}

/// Returns directions that follow the bounds within a step by leaving their coordinates unchanged, then both
/// directions of each of these coordinates. Coordinates whose step is a single grid step are treated like those near
/// a bound: no finer poll has other points along them. (Audet & Dennis 2001, "Pattern search algorithms for mixed
/// variable programming", SIAM J. Optim. 11(3): the continuous poll and the discrete neighbours.)
fn along_bounds(
    x: &[f64],
    mesh: &Mesh,
    bounds: &Bounds,
    pattern: Pattern,
    map: impl FnOnce(usize) -> Map,
) -> Directions {
    let is_inside = |&i: &usize| has_room(i, x, mesh, bounds) && !mesh.is_finest_along(i);
    let (inside, near): (Vec<usize>, Vec<usize>) = (0..x.len()).partition(is_inside);
    // The other half of the directions would come with the next poll, which may not happen.
    let pattern = if mesh.is_finest_somewhere() { Pattern::Maximal } else { pattern };
    Directions::new(pattern, map(inside.len()), Among::These(inside)).then(both_ways(near))
}

fn both_ways(coordinates: Vec<usize>) -> impl Iterator<Item = Element> {
    let both_ways = |index| [1.0, -1.0].map(|sign| Element::Coordinate { index, sign });
    coordinates.into_iter().flat_map(both_ways)
}

/// Returns directions in the coordinates that are not fixed by equal bounds: hardly any other direction would be
/// feasible. Coordinates whose step is a single grid step are polled separately, if there are others.
fn among_free(mesh: &Mesh, bounds: &Bounds, pattern: Pattern, map: impl FnOnce(usize) -> Map) -> Directions {
    let is_free = |&i: &usize| bounds.lower()[i] < bounds.upper()[i];
    let free = (0..bounds.dimension()).filter(is_free);
    let (finest, others): (Vec<usize>, Vec<usize>) = free.partition(|&i| mesh.is_finest_along(i));
    let coordinates = if others.is_empty() { finest.clone() } else { others };
    let map = if coordinates.is_empty() { Map::Identity } else { map(coordinates.len()) };
    Directions::new(pattern, map, Among::These(coordinates)).then(both_ways(finest))
}

fn alternate(next: &mut Pattern) -> Pattern {
    let after = if *next == Pattern::Upwards { Pattern::Downwards } else { Pattern::Upwards };
    std::mem::replace(next, after)
}
