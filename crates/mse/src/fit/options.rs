//! The options of a fit by default.

use netcore::Topology;
use search::CoordinateOptions;

/// Restarts in a row without success after which a fit ends by default.
const RESTARTS: u64 = 32;

/// The options of the [`CoordinateSearch`](search::CoordinateSearch) that a fit of such a network uses by default: first
/// steps of `2 / √R`, rounded to the nearest power of two, where R is the largest number of sources of a hidden unit, and
/// up to 32 restarts in a row without success.
///
/// With R inputs mapped to `[-1, 1]`, whose root mean square is about one half, this step of all weights of a
/// unit changes its net input by about 1. (LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", section
/// 4.6, choose weights this way.) Much longer steps saturate the hidden units in the first sweep. With powers
/// of two the same hyperbolic tangents serve many trials.
///
/// MATLAB's search, with one mesh for all parameters, is a poor way to fit a net (`docs/fitting-nets.md`).
pub fn fit_options(topology: &Topology) -> CoordinateOptions {
    let hidden = topology.layers().len().saturating_sub(1).max(1);
    let sources = topology.blocks().take(hidden).map(|block| block.fan_in).max().unwrap_or(1);
    let step = (2.0 / (sources as f64).sqrt()).log2().round().exp2();
    CoordinateOptions {
        scale_mesh: false,
        initial_mesh_size: step,
        restarts: RESTARTS,
        ..CoordinateOptions::default()
    }
}
