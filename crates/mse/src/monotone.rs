//! Monotonicity: does a network never fall, or never rise, when an input rises?

use std::fmt;

use ndarray::{Array2, ArrayView2};
use netcore::{Direction, ForwardPass, Network, Rows, Transfer};

use crate::Error;

/// The behaviour of a network's outputs when one input rises and the others stay.
#[derive(Debug, Clone, PartialEq)]
pub enum Monotonicity {
    /// No output ever falls: the signs of the weights prove it, in exact arithmetic.
    NonDecreasing,
    /// An output falls, with an example.
    Decreasing(Counterexample),
    /// Neither proved nor refuted: the signs allow a fall, and no sample shows one.
    Unknown,
}

/// A case in which an output moves against a direction while an input rises.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    /// The sample whose other inputs were kept, from 0.
    pub sample: usize,
    /// The output that moves, from 0.
    pub output: usize,
    /// The input before and after.
    pub input: [f64; 2],
    /// The output before and after.
    pub answer: [f64; 2],
}

/// What is known of the claim that the outputs move in one direction only when an input rises.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// The signs of the weights prove it, in exact arithmetic.
    Holds,
    /// A case that refutes it.
    Refuted(Counterexample),
    /// Neither proved nor refuted: the signs allow a move the other way, and no sample shows one.
    Unknown,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Holds => f.write_str("proved by the signs of the weights"),
            Proof::Unknown => f.write_str("NOT proved, and no counterexample found"),
            Proof::Refuted(Counterexample { input: [from, to], answer: [before, after], .. }) => {
                write!(f, "REFUTED: from {from} to {to} the answer goes from {before} to {after}")
            }
        }
    }
}

/// Steps into which the range of an input is cut in the search for a fall.
const STEPS: usize = 8;

/// Finds, for each input of a network, if the outputs never fall when that input rises. An input that the
/// scaling removes because it was constant changes no output.
///
/// The proof follows the signs of the weights from the input to each output, through transfer functions that
/// never fall ([`Transfer::is_nondecreasing`]); it succeeds if all weights are non-negative, whatever the
/// biases. If it fails, each sample of the data (inputs × samples) is moved through the range of that input
/// in eight steps, and a fall that rounding cannot explain (more than 1e-9 of the terms that make up the
/// output) refutes it.
///
/// # Errors
/// [`Error::Network`] for data with another number of inputs.
///
/// ```
/// use mse::Monotonicity;
/// use ndarray::array;
/// use netcore::{Network, Topology};
///
/// let mut network = Network::new(Topology::feedforward(2, &[1], 1)?);
/// network.set_parameters(&[0.0, 1.0, -1.0, 0.0, 1.0])?; // tanh(x1 - x2)
/// let found = mse::monotonicity(&network, &array![[0.0, 1.0], [0.0, 1.0]])?;
/// assert_eq!(found[0], Monotonicity::NonDecreasing);
/// assert!(matches!(found[1], Monotonicity::Decreasing(_)));
/// # Ok::<(), mse::Error>(())
/// ```
pub fn monotonicity(network: &Network, data: &Array2<f64>) -> Result<Vec<Monotonicity>, Error> {
    network.outputs(data)?;
    let scaling = network.input_scaling();
    let mut found = vec![Monotonicity::NonDecreasing; scaling.rows()];
    for (input, row) in scaling.kept_rows().enumerate() {
        if !signs_prove(network, input, Direction::Increasing) {
            let fall = find_counterexample(&[network], data, row, Direction::Increasing)?;
            found[row] = fall.map_or(Monotonicity::Unknown, Monotonicity::Decreasing);
        }
    }
    Ok(found)
}

/// Proves or refutes that the mean of the networks' outputs moves in this direction only when an input, a row
/// of the data, rises. It is proved if the signs of the weights prove it for each network; the search for a
/// counterexample is that of [`monotonicity`].
///
/// # Errors
/// [`Error::Network`] for data with another number of inputs than a network has.
///
/// # Panics
/// If there is no network or no such row.
///
/// ```
/// use mse::Proof;
/// use ndarray::array;
/// use netcore::{Direction, Network, Topology};
///
/// let mut network = Network::new(Topology::feedforward(1, &[1], 1)?);
/// network.set_parameters(&[0.0, -1.0, 0.0, 2.0])?; // 2 tanh(-x)
/// let data = array![[0.0, 1.0]];
/// assert_eq!(mse::prove(&[&network], &data, 0, Direction::Decreasing)?, Proof::Holds);
/// assert!(matches!(mse::prove(&[&network], &data, 0, Direction::Increasing)?, Proof::Refuted(_)));
/// # Ok::<(), mse::Error>(())
/// ```
pub fn prove(
    networks: &[&Network],
    data: &Array2<f64>,
    row: usize,
    direction: Direction,
) -> Result<Proof, Error> {
    let proved = |network: &&Network| {
        assert!(row < network.input_scaling().rows(), "row {row} of the data");
        // An input that the scaling removes changes nothing.
        let input = network.input_scaling().kept_rows().position(|kept| kept == row);
        input.is_none_or(|input| signs_prove(network, input, direction))
    };
    if networks.iter().all(proved) {
        return Ok(Proof::Holds);
    }
    Ok(find_counterexample(networks, data, row, direction)?.map_or(Proof::Unknown, Proof::Refuted))
}

/// The directions in which a value can move when the input rises.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Moves {
    up: bool,
    down: bool,
}

impl Moves {
    fn or(self, other: Moves) -> Moves {
        Moves { up: self.up | other.up, down: self.down | other.down }
    }

    fn times(self, weight: f64) -> Moves {
        match weight {
            w if w > 0.0 => self,
            w if w < 0.0 => Moves { up: self.down, down: self.up },
            _ => Moves::default(),
        }
    }

    fn any_way(self) -> Moves {
        let moves = self.up | self.down;
        Moves { up: moves, down: moves }
    }
}

/// Returns `true` if the signs of the weights from an input of the first layer prove it.
fn signs_prove(network: &Network, input: usize, direction: Direction) -> bool {
    let topology = network.topology();
    let mut moves = vec![Moves::default(); topology.inputs()];
    moves[input].up = true;
    for (block, layer) in topology.blocks().zip(topology.layers()) {
        let weights = block.weights_of(network.parameters());
        let net_inputs = through_weights(weights, &moves);
        moves = through_transfer(layer.transfer, &net_inputs);
    }
    match direction {
        Direction::Increasing => moves.iter().all(|output| !output.down),
        Direction::Decreasing => moves.iter().all(|output| !output.up),
    }
}

fn through_weights(weights: ArrayView2<'_, f64>, sources: &[Moves]) -> Vec<Moves> {
    let unit = |row: ndarray::ArrayView1<'_, f64>| {
        row.iter().zip(sources).fold(Moves::default(), |sum, (&weight, source)| sum.or(source.times(weight)))
    };
    weights.rows().into_iter().map(unit).collect()
}

fn through_transfer(transfer: Transfer, net_inputs: &[Moves]) -> Vec<Moves> {
    match transfer {
        Transfer::Softmax | Transfer::Compet | Transfer::Radbasn => {
            // The units share a sum or a winner: if one moves, each may move either way.
            let any = net_inputs.iter().fold(Moves::default(), |sum, &unit| sum.or(unit)).any_way();
            vec![any; net_inputs.len()]
        }
        alone if alone.is_nondecreasing() => net_inputs.to_vec(),
        _ => net_inputs.iter().map(|unit| unit.any_way()).collect(),
    }
}

/// A move of the networks' mean output against the direction when an input, a row of the data, rises.
fn find_counterexample(
    networks: &[&Network],
    data: &Array2<f64>,
    input: usize,
    direction: Direction,
) -> Result<Option<Counterexample>, Error> {
    let values = data.row(input);
    let (mut low, mut high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    if low == high {
        // A single value has no range: try both sides of it.
        let width = low.abs().max(1.0);
        (low, high) = (low - width, high + width);
    }
    let mut rounding = vec![0.0_f64; networks[0].output_scaling().rows()];
    for network in networks {
        let of_network = rounding_of_outputs(network, data)?;
        rounding.iter_mut().zip(of_network).for_each(|(most, small)| *most = most.max(small));
    }
    let sign = if direction == Direction::Increasing { 1.0 } else { -1.0 };
    let mut moved = data.clone();
    let mut before: Option<(f64, Array2<f64>)> = None;
    for step in 0..=STEPS {
        let part = step as f64 / STEPS as f64;
        let at = low * (1.0 - part) + high * part;
        moved.row_mut(input).fill(at);
        let outputs = mean_outputs(networks, &moved)?;
        if let Some((from, earlier)) = &before {
            let against = |(place, &now): ((usize, usize), &f64)| {
                (sign * (earlier[place] - now) > rounding[place.0]).then_some((place, now))
            };
            if let Some(((output, sample), now)) = outputs.indexed_iter().find_map(against) {
                let answer = [earlier[[output, sample]], now];
                return Ok(Some(Counterexample { sample, output, input: [*from, at], answer }));
            }
        }
        before = Some((at, outputs));
    }
    Ok(None)
}

fn mean_outputs(networks: &[&Network], data: &Array2<f64>) -> Result<Array2<f64>, Error> {
    let mut sum = networks[0].outputs(data)?;
    for network in &networks[1..] {
        sum += &network.outputs(data)?;
    }
    Ok(sum / networks.len() as f64)
}

/// For each output, a change that rounding may explain: a small part of the largest sum of the absolute
/// values of all its terms.
fn rounding_of_outputs(network: &Network, data: &Array2<f64>) -> Result<Vec<f64>, Error> {
    let scaled = Rows::from(network.input_scaling().apply(data)?.view());
    let mut pass = ForwardPass::new(network.topology(), data.ncols());
    pass.run(network.parameters(), &scaled);
    let last = network.topology().layers().len() - 1;
    let sources = if last == 0 { scaled.view() } else { pass.activations(last - 1) };
    let largest = |row: ndarray::ArrayView1<'_, f64>| row.fold(0.0_f64, |most, v| most.max(v.abs()));
    let sources: Vec<f64> = sources.rows().into_iter().map(largest).collect();
    let layer = &network.layers()[last];
    let gains = network.output_scaling().min_max().reverse_gain();
    let of_output = |((weights, bias), gain): ((ndarray::ArrayView1<'_, f64>, &f64), f64)| {
        let terms: f64 = weights.iter().zip(&sources).map(|(w, a)| (w * a).abs()).sum();
        1e-9 * gain * (bias.abs() + terms)
    };
    // Removed outputs never move.
    let mut rounding = vec![0.0; network.output_scaling().rows()];
    let kept = layer.weights.rows().into_iter().zip(&layer.biases).zip(gains).map(of_output);
    network.output_scaling().kept_rows().zip(kept).for_each(|(row, small)| rounding[row] = small);
    Ok(rounding)
}
