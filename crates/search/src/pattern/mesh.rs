//! The mesh: its size, its scale per coordinate, and the rules that change the size.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::problem::unit::nearest_power_of_two;
use crate::{Bounds, Grid};

/// Below this size a mesh is small: `accelerate_mesh` contracts faster with each successive failure, and
/// `mesh_rotate` tries the negatives. In MATLAB's logs the first faster contraction follows 6.104e-5, and none
/// follows 1.221e-4.
const SMALL_MESH: f64 = 1e-4;

/// A box narrower than this fraction of its coordinate's scale is explored once a poll step is below this fraction of
/// the box's width.
const NARROW_BOX: f64 = 1e-3;

/// MADS poll steps grow by at most this many doublings.
const FURTHEST_LEVEL: i32 = -500;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mesh {
    size: f64,
    scale: Vec<f64>,
    /// The granularity of each coordinate, 0 if continuous; empty if all are continuous.
    granularity: Vec<f64>,
    max_size: f64,
    rule: Rule,
    /// The last poll, if it failed.
    failed: Option<Failed>,
}

/// A failed poll.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Failed {
    poll_size: f64,
    /// Whether its steps along all granular coordinates were single grid steps.
    was_at_granularity: bool,
}

/// The effect of a success or failure on the mesh size.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Rule {
    /// The factors of the options.
    Factors {
        expansion: f64,
        contraction: f64,
        accelerate: bool,
        /// Successive failures on a small mesh.
        small_failures: i32,
    },
    /// MADS has two sizes, in units of the initial one: poll steps of about `2^-ℓ` on a mesh of size `min(1, 4^-ℓ)`.
    Levels {
        unit: f64,
        level: i32,
        /// Whether the search ends by the length of its poll steps; otherwise, as MATLAB's, by the size of its mesh.
        ends_by_polls: bool,
    },
    /// The rule of `nups`: a small decrease expands the mesh only above size `coarse`, or if it is the third in a
    /// row.
    ByDecrease { coarse: f64, small_decreases: u32 },
}

/// How large a decrease is.
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
            Rule::Levels { unit: options.initial_mesh_size, level: 0, ends_by_polls: false }
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

    /// Adopts the rules of other options; size and scale stay.
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

    /// Has a MADS search end by the length of its poll steps.
    pub(super) fn end_by_polls(&mut self) {
        if let Rule::Levels { ends_by_polls, .. } = &mut self.rule {
            *ends_by_polls = true;
        }
    }

    pub(super) fn size(&self) -> f64 {
        self.size
    }

    /// Whether any coordinate is granular.
    pub(super) fn has_grid(&self) -> bool {
        self.granularity.iter().any(|&granularity| granularity > 0.0)
    }

    /// Whether the mesh, or a MADS poll that ends the search, is finer than `tolerance`.
    pub(super) fn is_finer_than(&self, tolerance: f64) -> bool {
        match self.rule {
            Rule::Levels { ends_by_polls: true, .. } => self.poll_size() < tolerance,
            _ => self.size < tolerance,
        }
    }

    /// Whether a poll has failed after which the mesh is finer than `tolerance`, with single grid steps along granular
    /// coordinates; or, if all coordinates are granular, a poll that no finer one differs from.
    pub(super) fn has_failed_down_to(&self, tolerance: f64) -> bool {
        // With the other rules the next poll has different directions.
        let is_exhausted = self.are_all_granular() && matches!(self.rule, Rule::Factors { .. });
        let size = match self.rule {
            Rule::Levels { ends_by_polls: true, .. } => self.poll_size(),
            _ => self.size,
        };
        (size < tolerance || is_exhausted) && self.failed.as_ref().is_some_and(|poll| poll.was_at_granularity)
    }

    /// Returns the first coordinate that the last failed poll has hardly explored: its bounds differ, and either both
    /// are nearer to `x` than the step, or its box is so narrow that the scale does not fit it and the step is not
    /// fine.
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

    /// Returns the steps along each coordinate of the last failed poll, or of the next poll if none has failed.
    pub(super) fn failed_steps(&self) -> Vec<f64> {
        let poll_size = self.failed.as_ref().map_or_else(|| self.poll_size(), |failed| failed.poll_size);
        let step = |i: usize| match self.granularity.get(i) {
            Some(&granularity) if granularity > 0.0 => on_grid(poll_size * self.scale[i], granularity),
            _ => poll_size * self.scale[i],
        };
        (0..self.scale.len()).map(step).collect()
    }

    /// Returns the distance of two points in the maximum norm, in units of the scale.
    pub(super) fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let apart = |i: usize| ((a[i] - b[i]) / self.scale[i]).abs();
        (0..a.len()).map(apart).fold(0.0, f64::max)
    }

    /// Continues with polls of this size, or of the size of the last failed poll if that is larger, up to the largest
    /// size.
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

    /// Whether poll steps along coordinate `i` are single grid steps, the shortest possible.
    pub(super) fn is_finest_along(&self, i: usize) -> bool {
        let Some(&granularity) = self.granularity.get(i) else { return false };
        granularity > 0.0 && on_grid(self.poll_size() * self.scale[i], granularity) == granularity
    }

    /// Returns the length of poll steps, which for MADS exceeds the mesh size.
    fn poll_size(&self) -> f64 {
        match self.rule {
            Rule::Levels { unit, level, .. } => unit * f64::from(-level).exp2(),
            _ => self.size,
        }
    }

    /// Whether poll steps along some coordinate are single grid steps. Both directions must then be polled, since no
    /// combination of the others comes close to one of them.
    pub(super) fn is_finest_somewhere(&self) -> bool {
        (0..self.granularity.len()).any(|i| self.is_finest_along(i))
    }

    fn are_all_granular(&self) -> bool {
        !self.granularity.is_empty() && self.granularity.iter().all(|&granularity| granularity > 0.0)
    }

    /// Whether poll steps along all granular coordinates are single grid steps.
    fn is_at_granularity(&self) -> bool {
        (0..self.granularity.len()).all(|i| self.granularity[i] == 0.0 || self.is_finest_along(i))
    }

    /// Returns the level `ℓ` of a MADS mesh.
    pub(super) fn level(&self) -> i32 {
        if let Rule::Levels { level, .. } = self.rule { level } else { 0 }
    }

    /// Returns the length of a step of mesh size 1 along each coordinate.
    pub(super) fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Returns the length of a step of one mesh size along coordinate `i`, rounded to the grid if granular.
    pub(super) fn step(&self, i: usize) -> f64 {
        self.step_of_span(i, 1.0)
    }

    /// Returns the factor along coordinate `i` for a direction with largest component `span`, which becomes a step on
    /// the grid.
    #[inline]
    pub(super) fn step_of_span(&self, i: usize, span: f64) -> f64 {
        let step = self.size * self.scale[i];
        match self.granularity.get(i) {
            Some(&granularity) if granularity > 0.0 => on_grid(step * span, granularity) / span,
            _ => step,
        }
    }

    /// Returns how many times a displacement fits into one mesh size, at least 1.
    pub(super) fn times(&self, displacement: &[f64]) -> f64 {
        let longest =
            displacement.iter().zip(&self.scale).map(|(d, scale)| (d / scale).abs()).fold(0.0, f64::max);
        (self.size / longest).round().max(1.0)
    }

    /// Returns the step along each coordinate.
    pub(super) fn reach(&self) -> Vec<f64> {
        (0..self.scale.len()).map(|i| self.step(i)).collect()
    }

    /// Updates the size after a success.
    pub(super) fn expand(&mut self, gain: Gain) {
        self.failed = None;
        match &mut self.rule {
            Rule::Factors { expansion, small_failures, .. } => {
                *small_failures = 0;
                let expansion = *expansion;
                self.multiply(expansion);
            }
            Rule::Levels { unit, level, .. } => {
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

    /// Updates the size after a failure. With `accelerate_mesh` each successive failure on a small mesh halves the
    /// contraction factor once more: 1/2, 1/4, 1/8, ...
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
            Rule::Levels { unit, level, .. } => {
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

/// Rounds to the nearest multiple of the granularity, at least one.
#[inline(never)] // So that steps without a grid do not make room for it.
fn on_grid(step: f64, granularity: f64) -> f64 {
    (step / granularity).round().max(1.0) * granularity
}

/// Without a limit the size stays finite; otherwise it could never contract.
fn max_size(options: &Options) -> f64 {
    options.max_mesh_size.unwrap_or(f64::INFINITY).min(f64::MAX)
}

/// Returns the size of a MADS mesh at level `ℓ`.
fn level_size(unit: f64, level: i32) -> f64 {
    unit * f64::from(-2 * level.max(0)).exp2()
}

/// MATLAB's scale of each coordinate: the power of two nearest to its start, or 1 for 0, computed once.
///
/// Rounding to the nearest power and keeping the scale reproduces MATLAB's published counts (48 iterations and 174
/// evaluations on Rastrigin's function from (20, 30)).
fn scales(options: &Options, start: &[f64]) -> Vec<f64> {
    let scale = |&x: &f64| if options.scale_mesh && x != 0.0 { nearest_power_of_two(x.abs()) } else { 1.0 };
    start.iter().map(scale).collect()
}

#[cfg(test)]
mod tests;
