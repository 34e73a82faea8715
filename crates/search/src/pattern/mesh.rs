//! The mesh: its size, its scale per coordinate, and how both change.

use serde::{Deserialize, Serialize};

use super::Options;

/// Below this size a mesh is small: `accelerate_mesh` contracts faster with every failure in a row, `mesh_rotate`
/// tries the negatives. MATLAB's logs show the first faster contraction after 6.104e-5, and none after 1.221e-4.
const SMALL: f64 = 1e-4;

/// MADS steps grow to this many doublings of the first one at most.
const FURTHEST_LEVEL: i32 = -500;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mesh {
    size: f64,
    scale: Vec<f64>,
    max_size: f64,
    rule: Rule,
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
    pub(super) fn new(options: &Options, start: &[f64]) -> Self {
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
            max_size: max_size(options),
            rule,
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

    pub(super) fn is_small(&self) -> bool {
        self.size < SMALL
    }

    /// The level `ℓ` of a MADS mesh.
    pub(super) fn level(&self) -> i32 {
        if let Rule::Levels { level, .. } = self.rule { level } else { 0 }
    }

    /// Length of a step of mesh size 1 along each coordinate.
    pub(super) fn scale(&self) -> &[f64] {
        &self.scale
    }

    /// Length of a step of one mesh size along coordinate `i`.
    pub(super) fn step(&self, i: usize) -> f64 {
        self.size * self.scale[i]
    }

    /// The same along each coordinate.
    pub(super) fn reach(&self) -> Vec<f64> {
        (0..self.scale.len()).map(|i| self.step(i)).collect()
    }

    /// After a success.
    pub(super) fn expand(&mut self, gain: Gain) {
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
