//! Start vectors for a fit.

use netcore::{Parameter, Topology};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The start of the MATLAB recipe for non-negative weights. All weights of a layer are equal to 1 over their
/// number; the biases are uniform random numbers in `[0, 1)`.
///
/// For a 4-4-3 network that is 1/16 for the input weights and 1/12 for the output weights. The vector is
/// built by name, element by element. (The recipe in circulation joins weights first and biases after them, but
/// `setwb` reads biases first, so it does not start where it says.)
///
/// The biases are drawn in the order of the vector from xoshiro256++ with this seed.
///
/// ```
/// let topology = netcore::Topology::feedforward(4, &[4], 3)?;
/// let start = mse::recipe_start(&topology, 1);
/// assert!(start[0] >= 0.0 && start[0] < 1.0); // b1[1]
/// assert_eq!(start[4], 1.0 / 16.0); // IW[1,1]
/// assert_eq!(start[34], 1.0 / 12.0); // LW2[3,4]
/// # Ok::<(), netcore::Error>(())
/// ```
pub fn recipe_start(topology: &Topology, seed: u64) -> Vec<f64> {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let weights: Vec<f64> =
        topology.blocks().map(|block| 1.0 / (block.units * block.fan_in) as f64).collect();
    let element = |parameter| match parameter {
        Parameter::Bias { .. } => generator.random::<f64>(),
        Parameter::Weight { layer, .. } => weights[layer],
    };
    topology.parameters().map(element).collect()
}
