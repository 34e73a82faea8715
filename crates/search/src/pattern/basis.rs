//! Positive bases: where each poll takes its directions from.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::directions::{Directions, Map, Pattern, Reflections, Rotation, Triangulars};
use super::mesh::Mesh;
use super::{Options, PollMethod};

/// A poll method, and what it keeps from one poll to the next.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Basis {
    /// GPS and GSS.
    Coordinates { pattern: Pattern },
    /// GPS N+1 that goes on with the negatives at a small mesh.
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
    /// The MADS part of `nups`: each rotation serves two polls, whose directions are opposite.
    AlternatingRotated { next: Pattern, rotation: u64, generator: Xoshiro256PlusPlus },
}

impl Basis {
    pub(super) fn new(options: &Options, n: usize) -> Self {
        let (maximal, minimal) = (Pattern::Maximal, Pattern::Minimal);
        let triangular = |pattern| Basis::Triangular { pattern, triangulars: Triangulars::new(options.seed) };
        let orthogonal = |pattern| Basis::Orthogonal {
            pattern,
            reflections: Reflections::new(options.seed, n),
            target: vec![0.0; n],
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

    /// The directions of the next poll in `n` coordinates.
    pub(super) fn directions(&mut self, n: usize, mesh: &Mesh) -> Directions {
        let (pattern, map) = match self {
            Basis::Coordinates { pattern } => (*pattern, Map::Identity),
            Basis::Rotating if mesh.is_small() => (Pattern::MinimalBothWays, Map::Identity),
            Basis::Rotating => (Pattern::Minimal, Map::Identity),
            Basis::Triangular { pattern, triangulars } => {
                (*pattern, Map::Triangular(triangulars.next(n, mesh.level())))
            }
            Basis::Orthogonal { pattern, reflections, target } => {
                (*pattern, Map::Reflection(reflections.next(n, mesh.level(), target)))
            }
            Basis::Alternating { next } => (alternate(next), Map::Identity),
            Basis::AlternatingRotated { next, rotation, generator } => {
                let pattern = alternate(next);
                if pattern == Pattern::Upwards {
                    *rotation = generator.random();
                }
                (pattern, Map::Rotation(Rotation::of_seed(*rotation, n)))
            }
        };
        Directions::new(n, pattern, map)
    }

    /// The poll has succeeded along direction `k`.
    pub(super) fn succeeded(&mut self, k: usize, directions: &Directions) {
        if let Basis::Orthogonal { pattern: Pattern::Minimal, target, .. } = self {
            directions.write(k, target);
        }
    }
}

fn alternate(next: &mut Pattern) -> Pattern {
    let after = if *next == Pattern::Upwards { Pattern::Downwards } else { Pattern::Upwards };
    std::mem::replace(next, after)
}
