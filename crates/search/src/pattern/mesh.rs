//! The mesh: its size, its scale per coordinate, and how both change.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::Grid;

/// Below this size a mesh is small: `accelerate_mesh` contracts faster with every failure in a row, `mesh_rotate`
/// tries the negatives. MATLAB's logs show the first faster contraction after 6.104e-5, and none after 1.221e-4.
const SMALL: f64 = 1e-4;

/// MADS steps grow to this many doublings of the first one at most.
const FURTHEST_LEVEL: i32 = -500;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mesh {
    size: f64,
    scale: Vec<f64>,
    /// The granularity of each coordinate, 0 for a continuous one; empty where all are.
    granularity: Vec<f64>,
    max_size: f64,
    rule: Rule,
    /// Whether a poll has failed that no finer one differs from: all coordinates are granular.
    exhausted: bool,
}

/// What a success and a failure do to the size.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Rule {
    /// The factors of the options.
    Factors {
        expansion: f64,
        contraction: f64,
        accelerate: bool,
        /// Failures in a row at a small mesh.
        small_failures: i32,
    },
    /// MADS has two sizes, in units of the initial one: polls are about `2^-ℓ` long, on a mesh of size
    /// `min(1, 4^-ℓ)`.
    Levels { unit: f64, level: i32 },
    /// That of `nups`: a small decrease expands a mesh above `coarse` alone, or as the third in a row.
    ByDecrease { coarse: f64, small_decreases: u32 },
}

/// How much a success has gained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Gain {
    Sufficient,
    Small,
}

impl Mesh {
    pub(super) fn new(options: &Options, start: &[f64], grid: Option<&Grid>) -> Self {
        let rule = if options.algorithm.is_nups() {
            Rule::ByDecrease { coarse: options.mesh_tolerance.sqrt(), small_decreases: 0 }
        } else if options.poll_method.is_mads() {
            Rule::Levels { unit: options.initial_mesh_size, level: 0 }
        } else {
            Rule::Factors {
                expansion: options.mesh_expansion_factor,
                contraction: options.mesh_contraction_factor,
                accelerate: options.accelerate_mesh,
                small_failures: 0,
            }
        };
        Mesh {
            size: options.initial_mesh_size,
            scale: scales(options, start),
            granularity: grid.map(|grid| grid.granularity().to_vec()).unwrap_or_default(),
            max_size: max_size(options),
            rule,
            exhausted: false,
        }
    }

    /// Goes on by the rules of other options; size and scale stay.
    pub(super) fn adopt(&mut self, options: &Options) {
        self.max_size = max_size(options);
        match &mut self.rule {
            Rule::Factors { expansion, contraction, accelerate, .. } => {
                *expansion = options.mesh_expansion_factor;
                *contraction = options.mesh_contraction_factor;
                *accelerate = options.accelerate_mesh;
            }
            Rule::Levels { .. } => {}
            Rule::ByDecrease { coarse, .. } => *coarse = options.mesh_tolerance.sqrt(),
        }
    }

    pub(super) fn size(&self) -> f64 {
        self.size
    }

    /// Whether polls have got as fine as this, and as the granularity of each coordinate that has one; or cannot get finer.
    pub(super) fn is_finer_than(&self, tolerance: f64) -> bool {
        (self.size < tolerance && self.is_at_granularity()) || self.exhausted
    }

    pub(super) fn is_small(&self) -> bool {
        self.size < SMALL
    }

    /// Whether polls go one step of the grid along coordinate `i`, which they cannot undercut.
    pub(super) fn is_finest_along(&self, i: usize) -> bool {
        let Some(&granularity) = self.granularity.get(i) else { return false };
        let poll_size = match self.rule {
            Rule::Levels { unit, level } => unit * f64::from(-level).exp2(),
            _ => self.size,
        };
        granularity > 0.0 && on_grid(poll_size * self.scale[i], granularity) == granularity
    }

    /// The same along some coordinate: there both directions have to be looked at, since no combination of others is nearly
    /// one of them.
    pub(super) fn is_finest_somewhere(&self) -> bool {
        (0..self.granularity.len()).any(|i| self.is_finest_along(i))
    }

    fn is_finest_everywhere(&self) -> bool {
        !self.granularity.is_empty() && (0..self.granularity.len()).all(|i| self.is_finest_along(i))
    }

    /// Whether polls go no further along granular coordinates than one step of the grid.
    fn is_at_granularity(&self) -> bool {
        (0..self.granularity.len()).all(|i| self.granularity[i] == 0.0 || self.is_finest_along(i))
    }

    /// The level `ℓ` of a MADS mesh.
    pub(super) fn level(&self) -> i32 {
        if let Rule::Levels { level, .. } = self.rule { level } else { 0 }
    }

    /// Length of a step of mesh size 1 along each coordinate.
    pub(super) fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Length of a step of one mesh size along coordinate `i`; where that is granular, the nearest one on the grid.
    pub(super) fn step(&self, i: usize) -> f64 {
        self.step_of_span(i, 1.0)
    }

    /// What a direction whose longest part is `span` is multiplied by along coordinate `i`: that part is a step on the grid.
    #[inline]
    pub(super) fn step_of_span(&self, i: usize, span: f64) -> f64 {
        let step = self.size * self.scale[i];
        match self.granularity.get(i) {
            Some(&granularity) if granularity > 0.0 => on_grid(step * span, granularity) / span,
            _ => step,
        }
    }

    /// The same along each coordinate.
    pub(super) fn reach(&self) -> Vec<f64> {
        (0..self.scale.len()).map(|i| self.step(i)).collect()
    }

    /// After a success.
    pub(super) fn expand(&mut self, gain: Gain) {
        self.exhausted = false;
        match &mut self.rule {
            Rule::Factors { expansion, small_failures, .. } => {
                *small_failures = 0;
                let expansion = *expansion;
                self.multiply(expansion);
            }
            Rule::Levels { unit, level } => {
                let poll_size = *unit * f64::from(1 - *level).exp2();
                if *level > FURTHEST_LEVEL && poll_size <= self.max_size {
                    *level -= 1;
                }
                self.size = level_size(*unit, *level);
            }
            Rule::ByDecrease { coarse, small_decreases } => {
                *small_decreases = if gain == Gain::Small { *small_decreases + 1 } else { 0 };
                let factor = match (gain, *small_decreases) {
                    (Gain::Sufficient, _) => 2.0,
                    (Gain::Small, 3) => {
                        *small_decreases = 0;
                        1.5
                    }
                    (Gain::Small, _) if self.size > *coarse => 2.0,
                    (Gain::Small, _) => 1.0,
                };
                self.multiply(factor);
            }
        }
    }

    /// After a failure. `accelerate_mesh` halves the contraction factor once more for each failure in a row at a small
    /// mesh: 1/2, 1/4, 1/8, ...
    pub(super) fn contract(&mut self) {
        let (is_small, is_finest) = (self.is_small(), self.is_finest_everywhere());
        match &mut self.rule {
            Rule::Factors { contraction, accelerate, small_failures, .. } => {
                if *accelerate && is_small {
                    *small_failures += 1;
                }
                self.size *= *contraction * 0.5_f64.powi(*small_failures);
                // The other rules go with directions that are not the same in the next poll.
                self.exhausted = is_finest;
            }
            Rule::Levels { unit, level } => {
                *level += 1;
                self.size = level_size(*unit, *level);
            }
            Rule::ByDecrease { small_decreases, .. } => {
                *small_decreases = 0;
                self.size *= 0.5;
            }
        }
    }

    fn multiply(&mut self, factor: f64) {
        self.size = (self.size * factor).min(self.max_size);
    }
}

/// The nearest whole number of granularities, at least one.
#[inline(never)] // So that steps without a grid do not make room for it.
fn on_grid(step: f64, granularity: f64) -> f64 {
    (step / granularity).round().max(1.0) * granularity
}

/// Without a limit the mesh still stays a number, or it could never contract.
fn max_size(options: &Options) -> f64 {
    options.max_mesh_size.unwrap_or(f64::INFINITY).min(f64::MAX)
}

/// The size of a MADS mesh at level `ℓ`.
fn level_size(unit: f64, level: i32) -> f64 {
    unit * f64::from(-2 * level.max(0)).exp2()
}

/// The scale of each coordinate, or 1.
pub(super) fn scales(options: &Options, start: &[f64]) -> Vec<f64> {
    start.iter().map(|&x| if options.scale_mesh { scale(x) } else { 1.0 }).collect()
}

/// A coordinate of the start so many times smaller than the largest is in other units, not just near 0.
const OTHER_UNITS: f64 = 1e4;

/// The scale of the start's largest coordinate, for all; a coordinate in other units has one of its own. For steps in all
/// directions at once: scaled by a start that happens to be near 0, a round valley would be a narrow one.
pub(super) fn common_scale(options: &Options, start: &[f64]) -> Vec<f64> {
    let largest = start.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    let of = |&x: &f64| scale(if x == 0.0 { largest } else { (OTHER_UNITS * x.abs()).min(largest) });
    start.iter().map(|x| if options.scale_mesh { of(x) } else { 1.0 }).collect()
}

/// The power of two nearest to `|x|` on a logarithmic scale, 1 for 0: computed once, from the start.
///
/// Rounding to the nearest, and keeping the scale, are what reproduces MATLAB's published counts (48
/// iterations and 174 evaluations on Rastrigin's function from (20, 30)).
fn scale(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let exponent = x.abs().log2().round();
    // The largest numbers round to 2^1024, which is none.
    exponent.min(f64::from(f64::MAX_EXP - 1)).exp2()
}
