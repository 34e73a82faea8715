//! Constraints in the user's words, as bounds on the flat vector.
//!
//! A net of units whose transfer functions never fall is monotone in an input if every path from that input to
//! an output has a product of weights of one sign: the composition of functions that never fall never falls,
//! and so is their sum (Archer & Wang 1993, "Application of the back propagation neural network algorithm with
//! monotonicity constraints for two-group classification problems"). The bounds give each layer a monotone
//! part and, where some inputs are free, a free part beside it:
//!
//! | weights | bounds |
//! |---|---|
//! | of a monotone unit of the first layer, from an increasing (decreasing) input | `>= 0` (`<= 0`) |
//! | of a monotone unit of a later layer, from a monotone unit | `>= 0` |
//! | of a monotone unit, from a free input or unit | free |
//! | of a free unit, from a monotone input or unit | `= 0` |
//! | of a free unit, from a free input or unit; biases | free |
//!
//! The units of the last layer are monotone. (Partially monotone nets: Daniels & Velikova 2010, "Monotone and
//! partially monotone neural networks".)

use netcore::{Direction, Topology};
use search::Bounds;

/// What the weights of a net must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Constraint {
    /// Nothing.
    #[default]
    Free,
    /// No weight is below zero.
    NonnegativeWeights,
    /// No weight and no bias is below zero.
    NonnegativeWeightsAndBiases,
    /// The outputs move in one direction only when an input rises: one entry for each input of the network,
    /// `None` where any move is allowed.
    Monotone(Vec<Option<Direction>>),
}

impl Constraint {
    /// The bounds on the flat vector of such a network, whose inputs are the given rows of the data.
    ///
    /// # Panics
    /// If one of the rows has no entry in [`Constraint::Monotone`], or the topology has another number of
    /// inputs.
    pub fn bounds(&self, topology: &Topology, rows: &[usize]) -> Bounds {
        assert_eq!(rows.len(), topology.inputs(), "inputs of the topology");
        let n = topology.parameter_count();
        let (mut lower, mut upper) = (vec![f64::NEG_INFINITY; n], vec![f64::INFINITY; n]);
        match self {
            Constraint::Free => {}
            Constraint::NonnegativeWeights => {
                topology.blocks().for_each(|block| lower[block.weights].fill(0.0));
            }
            Constraint::NonnegativeWeightsAndBiases => lower.fill(0.0),
            Constraint::Monotone(directions) => {
                let directions: Vec<_> = rows.iter().map(|&row| directions[row]).collect();
                for (place, sign) in signs(topology, &directions) {
                    (lower[place], upper[place]) = sign.interval();
                }
            }
        }
        Bounds::new(lower, upper).expect("each interval holds a number")
    }
}

/// Zero as lower bound of every weight of such a network, no bound on its biases: the bounds of
/// [`Fit::nonnegative_weights`](crate::Fit::nonnegative_weights), for use in your own problems.
///
/// ```
/// let bounds = mse::nonnegative_weights(&netcore::Topology::feedforward(1, &[1], 1)?);
/// assert_eq!(bounds.lower(), [f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY, 0.0]); // b1, IW, b2, LW
/// # Ok::<(), netcore::Error>(())
/// ```
pub fn nonnegative_weights(topology: &Topology) -> Bounds {
    let inputs: Vec<usize> = (0..topology.inputs()).collect();
    Constraint::NonnegativeWeights.bounds(topology, &inputs)
}

/// What a weight may be.
#[derive(Clone, Copy)]
enum Sign {
    Free,
    NotNegative,
    NotPositive,
    Zero,
}

impl Sign {
    fn interval(self) -> (f64, f64) {
        match self {
            Sign::Free => (f64::NEG_INFINITY, f64::INFINITY),
            Sign::NotNegative => (0.0, f64::INFINITY),
            Sign::NotPositive => (f64::NEG_INFINITY, 0.0),
            Sign::Zero => (0.0, 0.0),
        }
    }
}

/// The units of a layer of this size that are monotone come first: half of them, rounded up, if some inputs
/// are free, and all if none is. Without monotone inputs all are free.
fn monotone_units(units: usize, directions: &[Option<Direction>]) -> usize {
    let monotone = directions.iter().flatten().count();
    match monotone {
        0 => 0,
        all if all == directions.len() => units,
        _ => units.div_ceil(2),
    }
}

/// The places of the weights in the flat vector, and what each may be.
fn signs(topology: &Topology, directions: &[Option<Direction>]) -> Vec<(usize, Sign)> {
    let last = topology.layers().len() - 1;
    let mut signs = Vec::new();
    // Of each source of the layer: the direction in which it moves, if it may move in one only.
    let mut sources: Vec<Option<Direction>> = directions.to_vec();
    for (k, block) in topology.blocks().enumerate() {
        let monotone = if k == last { block.units } else { monotone_units(block.units, directions) };
        for (place, weight) in block.weights.clone().enumerate() {
            let (unit, source) = (place % block.units, place / block.units);
            let sign = match (unit < monotone, sources[source]) {
                (true, Some(Direction::Increasing)) => Sign::NotNegative,
                (true, Some(Direction::Decreasing)) => Sign::NotPositive,
                (false, Some(_)) => Sign::Zero,
                (_, None) => Sign::Free,
            };
            signs.push((weight, sign));
        }
        sources = (0..block.units).map(|unit| (unit < monotone).then_some(Direction::Increasing)).collect();
    }
    signs
}
