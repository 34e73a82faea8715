//! The linear output layer and the layer before it: trials by one sweep or none.

use netcore::{Rows, Topology, Transfer};

use super::downstream::Downstream;
use super::tables::Tables;
use super::{CANCELLED, source_values, sweeps};
use crate::MeanSquaredError;
use crate::rows::{Change, add_scaled, advance, both_ways, change, dot, ones, scaled_sum};

/// The largest `|d u|` for which the addition theorem is used: its rounding grows like `exp(2 |d u|)`.
const ADDITION_THEOREM: f64 = 1.0;

/// A source with a mean square below this is rounding beside outputs of the size of 1.
const SILENT: f64 = f64::EPSILON;

/// What is known beside the layers themselves. Sums are over all samples and outputs, in squared units of the
/// target.
pub(super) struct Head {
    /// The sum of squared errors at the centre, and the largest since it was computed as a whole.
    sum: f64,
    largest: f64,
    /// Counts the moves of each output's errors.
    moves: Vec<u64>,
    /// For each parameter of the output layer: `Σ e a` and `Σ a²`, and the move of the errors they hold for.
    products: Vec<Option<Products>>,
    /// For each unit before the outputs: its errors seen through its weights, and their squares.
    seen: Vec<Option<Seen>>,
    errors_of_units: Rows,
    /// The unit whose moves the errors have not followed yet, and these moves.
    behind: Option<usize>,
    moved: Rows,
    scratch: Rows,
    ones: Rows,
    /// For `tanh` units fed by the inputs.
    tables: Option<Tables>,
    /// The largest size of each input.
    sizes: Vec<f64>,
    /// For each parameter of such a unit: the sum for the step opposite to the last one tried.
    opposites: Vec<Opposite>,
    fan_in: usize,
    /// Counts the moves of the centre.
    centre: u64,
}

/// A sum that was computed together with another one, and the move of the centre it holds for.
#[derive(Clone, Copy)]
struct Opposite {
    step: f64,
    sum: Option<f64>,
    centre: u64,
}

#[derive(Clone, Copy)]
struct Products {
    error: f64,
    square: f64,
    moves: u64,
}

#[derive(Clone, Copy)]
struct Seen {
    squares: f64,
    moves: u64,
}

/// The sum of squared errors along a parameter of the output layer.
pub(super) struct Line {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) curvature: f64,
    /// Whether the source's values are rounding: the least point would be a weight beyond all measure.
    pub(super) silent: bool,
}

impl Line {
    /// The sum at this distance, unless it has lost its digits.
    pub(super) fn at(&self, step: f64) -> Option<f64> {
        changed(self.value, step * self.slope, step * step * self.curvature)
    }
}

/// `sum + linear + square`, unless the terms cancel or are no numbers.
fn changed(sum: f64, linear: f64, square: f64) -> Option<f64> {
    let changed = sum + linear + square;
    (changed >= CANCELLED * (sum + linear.abs() + square)).then_some(changed)
}

impl Head {
    /// None unless the output layer is linear.
    pub(super) fn of(topology: &Topology, inputs: &Rows) -> Option<Self> {
        let layers = topology.layers();
        let last = layers.len() - 1;
        if layers[last].transfer != Transfer::Purelin {
            return None;
        }
        let samples = inputs.samples();
        let fan_in = if last == 0 { topology.inputs() } else { layers[last - 1].units };
        let swept = if last > 0 && sweeps(layers[last - 1].transfer) { fan_in } else { 0 };
        let with_tables = last == 1 && layers[0].transfer == Transfer::Tansig;
        let sources = if last == 1 { topology.inputs() } else { 0 };
        let never = Opposite { step: f64::NAN, sum: None, centre: 0 };
        let size = |row: usize| inputs.row(row).iter().fold(0.0_f64, |most, u| most.max(u.abs()));
        Some(Head {
            sum: 0.0,
            largest: 0.0,
            moves: vec![0; layers[last].units],
            products: vec![None; layers[last].units * (fan_in + 1)],
            seen: vec![None; swept],
            errors_of_units: Rows::zeros(swept, samples),
            behind: None,
            moved: Rows::zeros(1, samples),
            scratch: Rows::zeros(1, samples),
            ones: ones(samples),
            tables: with_tables.then(|| Tables::for_sources(topology.inputs() + 1, samples)),
            sizes: (0..inputs.rows()).map(size).collect(),
            opposites: vec![never; if with_tables { swept * (sources + 1) } else { 0 }],
            fan_in: sources,
            centre: 0,
        })
    }

    /// Takes note that all layers have been run.
    pub(super) fn begin(&mut self, sums: &[f64]) {
        self.sum = sums.iter().sum();
        self.largest = self.sum;
        self.products.fill(None);
        self.seen.fill(None);
        if self.behind.take().is_some() {
            self.moved.row_mut(0).fill(0.0);
        }
        self.centre += 1;
    }

    /// Lets the errors follow the moves of a unit, other than `unit`.
    fn catch_up(
        &mut self,
        unit: Option<usize>,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) {
        let Some(behind) = self.behind.filter(|&behind| Some(behind) != unit) else { return };
        for (output, weight) in weights_from(behind, x, problem).enumerate() {
            add_scaled(layers.errors.row_mut(output), weight, self.moved.row(0));
        }
        self.moved.row_mut(0).fill(0.0);
        self.behind = None;
    }

    /// The sum of squared errors along the weight from `source` to an output, or along its bias.
    pub(super) fn line(
        &mut self,
        output: usize,
        source: Option<usize>,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> Line {
        self.catch_up(None, layers, x, problem);
        let last = problem.topology().layers().len() - 1;
        let values = source_values(last, source, &self.ones, problem, &layers.centre);
        let gain = problem.targets().gains()[output];
        let place = source.map_or(0, |source| source + 1) * self.moves.len() + output;
        let moves = self.moves[output];
        let known = self.products[place].filter(|products| products.moves == moves);
        let products = known.unwrap_or_else(|| Products {
            error: dot(layers.errors.row(output), values),
            square: dot(values, values),
            moves,
        });
        self.products[place] = Some(products);
        let Products { error, square, .. } = products;
        let silent = square <= SILENT * problem.inputs().samples() as f64;
        Line { value: self.sum, slope: 2.0 * gain * error, curvature: gain * gain * square, silent }
    }

    /// Moves a parameter of the output layer; whether no digits were lost.
    pub(super) fn accept_line(
        &mut self,
        output: usize,
        source: Option<usize>,
        step: f64,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> bool {
        let line = self.line(output, source, layers, x, problem);
        let last = problem.topology().layers().len() - 1;
        let Downstream { centre, errors, .. } = layers;
        let values = source_values(last, source, &self.ones, problem, centre);
        add_scaled(errors.row_mut(output), step * problem.targets().gains()[output], values);
        self.moves[output] += 1;
        self.seen.fill(None);
        self.centre += 1;
        self.keep(line.at(step))
    }

    /// The sum of squared errors with a step along the weight from `source` to a unit, or along its bias; none
    /// if it has lost its digits.
    pub(super) fn try_unit(
        &mut self,
        unit: usize,
        source: Option<usize>,
        step: f64,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> Option<f64> {
        let index = source.map_or(0, |source| source + 1);
        let place = unit * (self.fan_in + 1) + index;
        if let Some(known) = self.opposites.get(place)
            && (known.step, known.centre) == (step, self.centre)
        {
            return known.sum;
        }
        let squares = self.see(unit, layers, x, problem);
        let last = problem.topology().layers().len() - 1;
        let size = source.map_or(1.0, |source| self.sizes.get(source).copied().unwrap_or(1.0));
        let g = self.errors_of_units.row(unit);
        let a = layers.centre.layer(last - 1).row(unit);
        let sum = |change: Change| changed(self.sum, 2.0 * change.linear, squares * change.square);
        if let Some(tables) = &mut self.tables
            && step.abs() * size <= ADDITION_THEOREM
        {
            let values = source_values(0, source, &self.ones, problem, &layers.centre);
            let tau = tables.tangents(index, step.abs(), values, problem.inputs().samples());
            let [up, down] = both_ways(a, g, tau);
            let (this, opposite) = if step > 0.0 { (up, down) } else { (down, up) };
            let (this, opposite) = (sum(this), sum(opposite));
            self.opposites[place] = Opposite { step: -step, sum: opposite, centre: self.centre };
            return this;
        }
        let values = source_values(last - 1, source, &self.ones, problem, &layers.centre);
        let net_inputs = layers.centre.net_rows(last - 1).row(unit);
        let (transfer, samples) =
            (problem.topology().layers()[last - 1].transfer, problem.inputs().samples());
        transfer.after_step(net_inputs, step, values, samples, self.scratch.row_mut(0));
        sum(change(a, self.scratch.row(0), g))
    }

    /// Moves a parameter of a unit before the outputs; whether no digits were lost.
    pub(super) fn accept_unit(
        &mut self,
        unit: usize,
        source: Option<usize>,
        step: f64,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> bool {
        let squares = self.see(unit, layers, x, problem);
        let last = problem.topology().layers().len() - 1;
        let scratch = self.scratch.row_mut(0);
        let values = source_values(last - 1, source, &self.ones, problem, &layers.centre);
        scaled_sum(scratch, layers.centre.net_rows(last - 1).row(unit), step, values);
        layers.centre.net_rows_mut(last - 1).row_mut(unit).copy_from_slice(scratch);
        problem.topology().layers()[last - 1].transfer.apply_to_rows(&mut self.scratch);

        let a = layers.centre.layer_mut(last - 1).row_mut(unit);
        let g = self.errors_of_units.row_mut(unit);
        let Change { linear, square } = change(a, self.scratch.row(0), g);
        advance(a, self.scratch.row(0), self.moved.row_mut(0), g, squares);
        self.behind = Some(unit);
        layers.moved(last - 1, unit);
        self.moves.iter_mut().for_each(|moves| *moves += 1);
        self.seen[unit] = Some(Seen { squares, moves: self.moves[0] });
        self.centre += 1;
        self.keep(changed(self.sum, 2.0 * linear, squares * square))
    }

    /// Makes the errors as a unit sees them current; gives the squares of its weights.
    fn see(&mut self, unit: usize, layers: &mut Downstream, x: &[f64], problem: &MeanSquaredError) -> f64 {
        self.catch_up(Some(unit), layers, x, problem);
        if let Some(seen) = self.seen[unit].filter(|seen| seen.moves == self.moves[0]) {
            return seen.squares;
        }
        let g = self.errors_of_units.row_mut(unit);
        g.fill(0.0);
        let mut squares = 0.0;
        for (output, weight) in weights_from(unit, x, problem).enumerate() {
            add_scaled(g, weight, layers.errors.row(output));
            squares += weight * weight;
        }
        self.seen[unit] = Some(Seen { squares, moves: self.moves[0] });
        squares
    }

    /// Takes a sum over; false if it, or too many since the last whole evaluation, have lost their digits.
    fn keep(&mut self, sum: Option<f64>) -> bool {
        self.sum = sum.unwrap_or(0.0);
        self.largest = self.largest.max(self.sum);
        sum.is_some() && self.sum >= CANCELLED * self.largest
    }
}

/// The weights from a unit to each output, in units of the target.
fn weights_from<'v>(
    unit: usize,
    x: &'v [f64],
    problem: &'v MeanSquaredError,
) -> impl Iterator<Item = f64> + use<'v> {
    let gains = problem.targets().gains();
    // The output layer stands last, its weight matrix column by column.
    let sources = problem.topology().layers().iter().rev().nth(1).map_or(0, |layer| layer.units);
    let weights = &x[x.len() - sources * gains.len()..][unit * gains.len()..];
    weights.iter().zip(gains).map(|(weight, gain)| weight * gain)
}
