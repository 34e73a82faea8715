//! Random starts of nets under bounds.

use netcore::{Parameter, Topology};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::Bounds;

/// The seed of a start of a net.
pub(super) fn seed(seed: u64, net: usize, start: usize) -> u64 {
    seed.wrapping_add((net as u64) << 32).wrapping_add(start as u64)
}

/// Weights uniform in `±√(3/R)` for R sources of a unit, so that inputs of variance 1 give net inputs of
/// variance 1 (LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", section 4.6), with the sign that their
/// bounds allow; biases of hidden units uniform in `±1`, of outputs 0.
pub(super) fn random(topology: &Topology, bounds: &Bounds, seed: u64) -> Vec<f64> {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
    let last = topology.layers().len() - 1;
    let sources: Vec<f64> = topology.fan_ins().map(|fan_in| fan_in as f64).collect();
    let element = |(place, parameter): (usize, Parameter)| {
        let at = 2.0 * generator.random::<f64>() - 1.0;
        match parameter {
            Parameter::Bias { layer, .. } if layer == last => 0.0,
            Parameter::Bias { .. } => at,
            Parameter::Weight { layer, .. } => {
                let weight = at * (3.0 / sources[layer]).sqrt();
                match (bounds.lower()[place], bounds.upper()[place]) {
                    (0.0, 0.0) => 0.0,
                    (0.0, _) => weight.abs(),
                    (_, 0.0) => -weight.abs(),
                    _ => weight,
                }
            }
        }
    };
    let mut start: Vec<f64> = topology.parameters().enumerate().map(element).collect();
    bounds.project(&mut start);
    start
}
