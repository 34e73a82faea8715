//! The mesh: its size, its scale per coordinate, and how both change.

use serde::{Deserialize, Serialize};

use super::Options;

/// Below this size `accelerate_mesh` contracts faster with every failure in a row. MATLAB's logs show
/// the first faster contraction after 6.104e-5, and none after 1.221e-4.
const ACCELERATION_STARTS: f64 = 1e-4;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Mesh {
    size: f64,
    scale: Vec<f64>,
    max_size: f64,
    expansion: f64,
    contraction: f64,
    accelerate: bool,
    /// Failures in a row at a small mesh.
    small_failures: i32,
}

impl Mesh {
    pub(super) fn new(options: &Options, start: &[f64]) -> Self {
        Mesh {
            size: options.initial_mesh_size,
            scale: scales(options, start),
            // Without a limit the mesh still stays a number, or it could never contract.
            max_size: options.max_mesh_size.unwrap_or(f64::INFINITY).min(f64::MAX),
            expansion: options.mesh_expansion_factor,
            contraction: options.mesh_contraction_factor,
            accelerate: options.accelerate_mesh,
            small_failures: 0,
        }
    }

    /// Goes on by the rules of other options; size and scale stay.
    pub(super) fn adopt(&mut self, options: &Options) {
        let scale = std::mem::take(&mut self.scale);
        let Mesh { size, small_failures, .. } = *self;
        *self = Mesh { size, scale, small_failures, ..Mesh::new(options, &[]) };
    }

    pub(super) fn size(&self) -> f64 {
        self.size
    }

    /// Length of a poll step along coordinate `i`.
    pub(super) fn step(&self, i: usize) -> f64 {
        self.size * self.scale[i]
    }

    pub(super) fn expand(&mut self) {
        self.small_failures = 0;
        self.size = (self.size * self.expansion).min(self.max_size);
    }

    /// `accelerate_mesh` halves the contraction factor once more for each failure in a row at a small
    /// mesh: 1/2, 1/4, 1/8, ...
    pub(super) fn contract(&mut self) {
        if self.accelerate && self.size < ACCELERATION_STARTS {
            self.small_failures += 1;
        }
        self.size *= self.contraction * 0.5_f64.powi(self.small_failures);
    }
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
