//! Networks as nodes of a graph: scaling, layers, transfer functions, and scaling back.

use super::graph::{Graph, Tensor};
use crate::{Layer, LayerParameters, MinMax, Network, Scaling, Transfer};

/// The mean of the networks' outputs (samples × outputs) for inputs (samples × inputs).
pub(super) fn mean_outputs(graph: &mut Graph, networks: &[Network], inputs: &str) -> String {
    let mut sum = outputs(graph, &networks[0], inputs);
    for network in &networks[1..] {
        let next = outputs(graph, network, inputs);
        sum = graph.apply("Add", &[&sum, &next]);
    }
    if networks.len() == 1 {
        return sum;
    }
    let count = graph.constant(Tensor::row(&[networks.len() as f64]));
    graph.apply("Div", &[&sum, &count])
}

fn outputs(graph: &mut Graph, network: &Network, inputs: &str) -> String {
    let mut source = scaled(graph, network.input_scaling(), inputs);
    for (layer, LayerParameters { biases, weights }) in
        network.topology().layers().iter().zip(network.layers())
    {
        let shape = [weights.nrows(), weights.ncols()];
        let weights = graph.constant(Tensor::doubles(&shape, weights.iter().copied()));
        let biases = graph.constant(Tensor::row(&biases.to_vec()));
        // n = a Wᵀ + b, with a sample in each row.
        let n = graph.apply_with("Gemm", &[&source, &weights, &biases], &[("transB", 1)]);
        source = transferred(graph, *layer, n);
    }
    scaled_back(graph, network.output_scaling(), source)
}

/// Removes the constant columns, and maps the others: `y = (x - minimum) / width (high - low) + low`.
fn scaled(graph: &mut Graph, scaling: &Scaling, inputs: &str) -> String {
    let mut kept = inputs.to_owned();
    if !scaling.removed().is_empty() {
        let rows: Vec<i64> = scaling.kept_rows().map(|row| row as i64).collect();
        let rows = graph.constant(Tensor::integers(&rows));
        kept = graph.apply_with("Gather", &[&kept, &rows], &[("axis", 1)]);
    }
    let min_max = scaling.min_max();
    if *min_max == MinMax::identity(min_max.len()) {
        return kept;
    }
    let [minimum, width, span, low] = min_max.terms().map(|terms| graph.constant(Tensor::row(&terms)));
    steps(graph, kept, [("Sub", &minimum), ("Div", &width), ("Mul", &span), ("Add", &low)])
}

/// Maps back, `x = (y - low) / (high - low) width + minimum`, and restores the constant columns.
fn scaled_back(graph: &mut Graph, scaling: &Scaling, outputs: String) -> String {
    let min_max = scaling.min_max();
    let mut all = outputs;
    if *min_max != MinMax::identity(min_max.len()) {
        let [minimum, width, span, low] = min_max.terms().map(|terms| graph.constant(Tensor::row(&terms)));
        all = steps(graph, all, [("Sub", &low), ("Div", &span), ("Mul", &width), ("Add", &minimum)]);
    }
    if scaling.removed().is_empty() {
        return all;
    }
    // A column of zeros behind the others takes the place of each constant column; then the constants are added.
    let one_more = graph.constant(Tensor::integers(&[0, 0, 0, 1]));
    let padded = graph.apply("Pad", &[&all, &one_more]);
    let mut places = vec![min_max.len() as i64; scaling.rows()];
    let mut constants = vec![0.0; scaling.rows()];
    scaling.kept_rows().enumerate().for_each(|(place, row)| places[row] = place as i64);
    scaling.removed().iter().for_each(|removed| constants[removed.row] = removed.value);
    let places = graph.constant(Tensor::integers(&places));
    let constants = graph.constant(Tensor::row(&constants));
    let placed = graph.apply_with("Gather", &[&padded, &places], &[("axis", 1)]);
    graph.apply("Add", &[&placed, &constants])
}

/// Operators one after another, each with a constant on its right.
fn steps<const N: usize>(graph: &mut Graph, value: String, steps: [(&str, &String); N]) -> String {
    steps.into_iter().fold(value, |value, (operator, by)| graph.apply(operator, &[&value, by]))
}

/// The transfer function of net inputs n (samples × units), by the formulas of [`Transfer`].
fn transferred(graph: &mut Graph, Layer { units, transfer }: Layer, n: String) -> String {
    let number = |graph: &mut Graph, value: f64| graph.constant(Tensor::row(&[value]));
    let last_axis = [("axis", -1)];
    match transfer {
        Transfer::Purelin => n,
        Transfer::Tansig => graph.apply("Tanh", &[&n]),
        Transfer::Logsig => graph.apply("Sigmoid", &[&n]),
        Transfer::Poslin => graph.apply("Relu", &[&n]),
        Transfer::Satlin => clipped(graph, &n, 0.0),
        Transfer::Satlins => clipped(graph, &n, -1.0),
        Transfer::Hardlim => step(graph, &n),
        Transfer::Hardlims => {
            let (step, two, one) = (step(graph, &n), number(graph, 2.0), number(graph, 1.0));
            steps(graph, step, [("Mul", &two), ("Sub", &one)])
        }
        Transfer::Radbas => {
            let exponent = minus_square(graph, &n);
            graph.apply("Exp", &[&exponent])
        }
        Transfer::Radbasn => {
            let exponent = minus_square(graph, &n);
            graph.apply_with("Softmax", &[&exponent], &last_axis)
        }
        Transfer::Tribas => {
            let (size, one) = (graph.apply("Abs", &[&n]), number(graph, 1.0));
            let height = graph.apply("Sub", &[&one, &size]);
            graph.apply("Relu", &[&height])
        }
        Transfer::Softmax => graph.apply_with("Softmax", &[&n], &last_axis),
        Transfer::Compet => winner(graph, &n, units),
        Transfer::Elliotsig => {
            let (size, one) = (graph.apply("Abs", &[&n]), number(graph, 1.0));
            let below = graph.apply("Add", &[&size, &one]);
            graph.apply("Div", &[&n, &below])
        }
        Transfer::Elliot2sig => elliot2sig(graph, &n),
        Transfer::Netinv => graph.apply("Reciprocal", &[&n]),
    }
}

/// n clamped to `[low, 1]`. The limits of `Clip` have no dimension.
fn clipped(graph: &mut Graph, n: &str, low: f64) -> String {
    let [low, high] = [low, 1.0].map(|limit| graph.constant(Tensor::doubles(&[], [limit])));
    graph.apply("Clip", &[n, &low, &high])
}

/// 1 where `n >= 0`, else 0.
fn step(graph: &mut Graph, n: &str) -> String {
    let zero = graph.constant(Tensor::row(&[0.0]));
    let above = graph.apply("GreaterOrEqual", &[n, &zero]);
    graph.double(&above)
}

/// `-n²`.
fn minus_square(graph: &mut Graph, n: &str) -> String {
    let square = graph.apply("Mul", &[n, n]);
    graph.apply("Neg", &[&square])
}

/// 1 for the first unit with the largest net input, 0 for the others.
fn winner(graph: &mut Graph, n: &str, units: usize) -> String {
    let winner = graph.apply_with("ArgMax", &[n], &[("axis", 1)]);
    let units: Vec<i64> = (0..units as i64).collect();
    let units = graph.constant(Tensor::integers(&units));
    let wins = graph.apply("Equal", &[&winner, &units]);
    graph.double(&wins)
}

/// `n |n| / (1 + n²)`, for large n `sign n / (1 + 1/n²)`, where `n²` would overflow.
fn elliot2sig(graph: &mut Graph, n: &str) -> String {
    let one = graph.constant(Tensor::row(&[1.0]));
    let (size, sign, inverse) =
        (graph.apply("Abs", &[n]), graph.apply("Sign", &[n]), graph.apply("Reciprocal", &[n]));
    let far = quotient(graph, &sign, &inverse);
    let above = graph.apply("Mul", &[n, &size]);
    let near = quotient(graph, &above, n);
    let is_far = graph.apply("Greater", &[&size, &one]);
    graph.apply("Where", &[&is_far, &far, &near])
}

/// `above / (1 + part²)`.
fn quotient(graph: &mut Graph, above: &str, part: &str) -> String {
    let one = graph.constant(Tensor::row(&[1.0]));
    let square = graph.apply("Mul", &[part, part]);
    let below = graph.apply("Add", &[&square, &one]);
    graph.apply("Div", &[above, &below])
}
