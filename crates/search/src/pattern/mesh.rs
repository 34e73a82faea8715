//! The mesh: its size, its scale per coordinate, and how both change.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::problem::unit::nearest_power_of_two;
use crate::{Bounds, Grid};

/// Below this size a mesh is small: `accelerate_mesh` contracts faster with every failure in a row, `mesh_rotate`
/// tries the negatives. MATLAB's logs show the first faster contraction after 6.104e-5, and none after 1.221e-4.
const SMALL_MESH: f64 = 1e-4;

/// A box narrower than this part of its coordinate's scale has been looked through by steps of this part of the box.
const NARROW_BOX: f64 = 1e-3;

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
    /// The last poll, if it failed.
    failed: Option<Failed>,
}

/// A poll that has failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Failed {
    poll_size: f64,
    /// Whether its steps along granular coordinates were of one multiple.
    was_at_granularity: bool,
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
            failed: None,
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

    /// Whether some coordinate is granular.
    pub(super) fn has_grid(&self) -> bool {
        self.granularity.iter().any(|&granularity| granularity > 0.0)
    }

    /// Whether a poll has failed after which the next is finer than this, along granular coordinates with steps of one multiple
    /// already; or one from which no finer poll differs, since all coordinates are granular.
    pub(super) fn has_failed_down_to(&self, tolerance: f64) -> bool {
        // Rules other than that of factors go with directions that are not the same in the next poll.
        let is_exhausted = self.are_all_granular() && matches!(self.rule, Rule::Factors { .. });
        (self.size < tolerance || is_exhausted)
            && self.failed.as_ref().is_some_and(|poll| poll.was_at_granularity)
    }

    /// The first coordinate of which the poll that failed last has seen next to nothing: its bounds differ, and are nearer to `x` than
    /// the step on both sides, or are so near to each other that its scale is no measure of them, nor its step fine.
    pub(super) fn first_not_polled(&self, x: &[f64], bounds: &Bounds) -> Option<usize> {
        let steps = self.failed_steps();
        let has_room = |i: usize| bounds.admit(i, x[i] - steps[i]) || bounds.admit(i, x[i] + steps[i]);
        let is_coarse = |i: usize| {
            let granular = self.granularity.get(i).is_some_and(|&granularity| granularity > 0.0);
            let fine = NARROW_BOX * bounds.width(i);
            !granular && NARROW_BOX * self.scale[i] > bounds.width(i) && steps[i] > fine
        };
        (0..x.len()).find(|&i| bounds.width(i) > 0.0 && (!has_room(i) || is_coarse(i)))
    }

    /// The step along each coordinate of the poll that failed last; of the next one, if none has.
    pub(super) fn failed_steps(&self) -> Vec<f64> {
        let poll_size = self.failed.as_ref().map_or_else(|| self.poll_size(), |failed| failed.poll_size);
        let step = |i: usize| match self.granularity.get(i) {
            Some(&granularity) if granularity > 0.0 => on_grid(poll_size * self.scale[i], granularity),
            _ => poll_size * self.scale[i],
        };
        (0..self.scale.len()).map(step).collect()
    }

    /// How far apart two points are along the coordinate where that is most, in units of the scale.
    pub(super) fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let apart = |i: usize| ((a[i] - b[i]) / self.scale[i]).abs();
        (0..a.len()).map(apart).fold(0.0, f64::max)
    }

    /// Goes on with polls of this size, but no finer than the one that failed last, as far as it lets them get longer.
    pub(super) fn begin_at(&mut self, size: f64) {
        let size = self.failed.take().map_or(size, |failed| failed.poll_size.max(size));
        while self.poll_size() < size {
            let before = self.poll_size();
            self.expand(Gain::Sufficient);
            if self.poll_size() <= before {
                break;
            }
        }
    }

    pub(super) fn is_small(&self) -> bool {
        self.size < SMALL_MESH
    }

    /// Whether polls go one step of the grid along coordinate `i`, which they cannot undercut.
    pub(super) fn is_finest_along(&self, i: usize) -> bool {
        let Some(&granularity) = self.granularity.get(i) else { return false };
        granularity > 0.0 && on_grid(self.poll_size() * self.scale[i], granularity) == granularity
    }

    /// How long polls are; those of MADS are longer than the size of their mesh.
    fn poll_size(&self) -> f64 {
        match self.rule {
            Rule::Levels { unit, level } => unit * f64::from(-level).exp2(),
            _ => self.size,
        }
    }

    /// The same along some coordinate: there both directions have to be looked at, since no combination of others is nearly
    /// one of them.
    pub(super) fn is_finest_somewhere(&self) -> bool {
        (0..self.granularity.len()).any(|i| self.is_finest_along(i))
    }

    fn are_all_granular(&self) -> bool {
        !self.granularity.is_empty() && self.granularity.iter().all(|&granularity| granularity > 0.0)
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

    /// How often a displacement fits into one mesh size, at least once.
    pub(super) fn times(&self, displacement: &[f64]) -> f64 {
        let longest =
            displacement.iter().zip(&self.scale).map(|(d, scale)| (d / scale).abs()).fold(0.0, f64::max);
        (self.size / longest).round().max(1.0)
    }

    /// The same along each coordinate.
    pub(super) fn reach(&self) -> Vec<f64> {
        (0..self.scale.len()).map(|i| self.step(i)).collect()
    }

    /// After a success.
    pub(super) fn expand(&mut self, gain: Gain) {
        self.failed = None;
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
        let is_small = self.is_small();
        self.failed =
            Some(Failed { poll_size: self.poll_size(), was_at_granularity: self.is_at_granularity() });
        match &mut self.rule {
            Rule::Factors { contraction, accelerate, small_failures, .. } => {
                if *accelerate && is_small {
                    *small_failures += 1;
                }
                self.size *= *contraction * 0.5_f64.powi(*small_failures);
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

/// MATLAB's scale of each coordinate: the power of two nearest to its start, 1 for 0; computed once.
///
/// Rounding to the nearest, and keeping the scale, are what reproduces MATLAB's published counts (48
/// iterations and 174 evaluations on Rastrigin's function from (20, 30)).
fn scales(options: &Options, start: &[f64]) -> Vec<f64> {
    let scale = |&x: &f64| if options.scale_mesh && x != 0.0 { nearest_power_of_two(x.abs()) } else { 1.0 };
    start.iter().map(scale).collect()
}

#[cfg(test)]
mod tests;
