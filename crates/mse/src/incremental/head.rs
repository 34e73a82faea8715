//! The linear output layer and the layer before it, whose trials take one sweep or none.

use netcore::{Rows, Topology, Transfer, UnitRows};

use super::downstream::Downstream;
use super::tables::Tables;
use super::{CANCELLED, source_values, sweeps};
use crate::MeanSquaredError;
use crate::rows::{Change, add_scaled, advance, both_ways, change, dot, ones, scaled_sum, weighted_sum};

/// The largest `|d u|` for which the addition theorem is used: its rounding grows like `exp(2 |d u|)`.
const ADDITION_THEOREM: f64 = 1.0;

/// A source with a mean square below this is rounding, compared with outputs of size 1.
const SILENT: f64 = f64::EPSILON;

/// Sums and products kept beside the layers themselves. Sums are over all samples and outputs, in squared
/// units of the target.
pub(super) struct Head {
    /// The sum of squared errors at the centre, and its largest value since the last whole evaluation.
    sum: f64,
    largest: f64,
    /// For each parameter of the output layer: `Σ e a`, with the changes of the errors and of the source.
    products: Vec<Known<[u64; 2]>>,
    /// For each source of the output layer, the source of the biases first: `Σ a²`, with its changes.
    squares: Vec<Known<u64>>,
    /// For each unit before the outputs: the sum of its squared output weights; `errors_of_units` holds the
    /// weighted sums of the errors. Both with the changes of all errors.
    seen: Vec<Known<u64>>,
    errors_of_units: Rows,
    /// The weights from a unit to the outputs.
    weights: Vec<f64>,
    /// The unit whose moves are not in the errors yet, and these moves.
    behind: Option<usize>,
    moved: Rows,
    scratch: Rows,
    ones: Rows,
    /// For `tanh` units fed by the inputs.
    tables: Option<Tables>,
    /// For each parameter of the units before the outputs.
    trials: Vec<Trial>,
    fan_in: usize,
    /// The index of the output layer.
    last: usize,
}

/// A number, and the counts of changes for which it is valid.
#[derive(Clone, Copy)]
struct Known<C> {
    value: f64,
    counts: Option<C>,
}

impl<C: Copy + PartialEq> Known<C> {
    const NEVER: Self = Known { value: 0.0, counts: None };

    fn get(&self, counts: C) -> Option<f64> {
        (self.counts == Some(counts)).then_some(self.value)
    }

    fn set(&mut self, value: f64, counts: C) {
        *self = Known { value, counts: Some(counts) };
    }

    fn get_or(&mut self, counts: C, compute: impl FnOnce() -> f64) -> f64 {
        if self.counts != Some(counts) {
            self.set(compute(), counts);
        }
        self.value
    }
}

/// Results of earlier trials of a parameter.
#[derive(Clone, Copy)]
struct Trial {
    opposite: Opposite,
    /// The longest steps, downwards and upwards, known to change no output of the unit.
    idle: [Known<u64>; 2],
}

impl Trial {
    /// Learns from the effect of a step, for a transfer function that never falls: if it changes nothing,
    /// shorter steps change nothing either.
    fn learn(&mut self, step: f64, change: Change, changes: u64) {
        let longest = &mut self.idle[way(step)];
        if change.is_none() && longest.get(changes).is_none_or(|longest| longest < step.abs()) {
            longest.set(step.abs(), changes);
        }
    }
}

/// The index of a step's direction in `idle`.
fn way(step: f64) -> usize {
    usize::from(step > 0.0)
}

/// A sum that was computed together with that of a trial, and the count of changes of the errors for which it
/// is valid.
#[derive(Clone, Copy)]
struct Opposite {
    step: f64,
    sum: Option<f64>,
    count: u64,
}

/// The sum of squared errors along a parameter of the output layer.
pub(super) struct Line {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) curvature: f64,
    /// Whether the source's values are rounding: the minimizer would be a huge weight.
    pub(super) silent: bool,
}

impl Line {
    /// The sum at this distance, unless it has lost its digits.
    pub(super) fn at(&self, step: f64) -> Option<f64> {
        changed(self.value, step * self.slope, step * step * self.curvature)
    }
}

/// `sum + linear + square`; `None` if the terms cancel or are NaN.
fn changed(sum: f64, linear: f64, square: f64) -> Option<f64> {
    let changed = sum + linear + square;
    (changed >= CANCELLED * (sum + linear.abs() + square)).then_some(changed)
}

impl Head {
    /// `None` unless the output layer is linear.
    pub(super) fn of(topology: &Topology, inputs: &Rows) -> Option<Self> {
        let layers = topology.layers();
        let last = layers.len() - 1;
        if layers[last].transfer != Transfer::Purelin {
            return None;
        }
        let samples = inputs.samples();
        let fan_in = |layer: usize| if layer == 0 { topology.inputs() } else { layers[layer - 1].units };
        let swept = if last > 0 && sweeps(layers[last - 1].transfer) { fan_in(last) } else { 0 };
        let sources = if last > 0 { fan_in(last - 1) } else { 0 };
        let with_tables = last == 1 && layers[0].transfer == Transfer::Tansig;
        let untried =
            Trial { opposite: Opposite { step: f64::NAN, sum: None, count: 0 }, idle: [Known::NEVER; 2] };
        Some(Head {
            sum: 0.0,
            largest: 0.0,
            products: vec![Known::NEVER; layers[last].units * (fan_in(last) + 1)],
            squares: vec![Known::NEVER; fan_in(last) + 1],
            seen: vec![Known::NEVER; swept],
            errors_of_units: Rows::zeros(swept, samples),
            weights: Vec::with_capacity(topology.outputs()),
            behind: None,
            moved: Rows::zeros(1, samples),
            scratch: Rows::zeros(1, samples),
            ones: ones(samples),
            tables: with_tables.then(|| Tables::for_sources(topology.inputs() + 1, samples)),
            trials: vec![untried; swept * (sources + 1)],
            fan_in: sources,
            last,
        })
    }

    /// Records that all layers have been run.
    pub(super) fn begin(&mut self, sums: &[f64]) {
        self.sum = sums.iter().sum();
        self.largest = self.sum;
        if self.behind.take().is_some() {
            self.moved.row_mut(0).fill(0.0);
        }
    }

    /// Updates the errors by the pending moves of a unit other than `unit`.
    fn catch_up(
        &mut self,
        unit: Option<usize>,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) {
        if let Some(behind) = self.behind
            && unit != Some(behind)
        {
            self.follow(behind, layers, x, problem);
        }
    }

    /// Updates the errors by the pending moves of this unit.
    #[inline(never)] // Rare compared with trials, which must not reserve registers for it.
    fn follow(&mut self, behind: usize, layers: &mut Downstream, x: &[f64], problem: &MeanSquaredError) {
        for (output, weight) in weights_from(behind, x, problem).enumerate() {
            add_scaled(layers.errors.row_mut(output), weight, self.moved.row(0));
        }
        self.moved.row_mut(0).fill(0.0);
        self.behind = None;
    }

    /// The sum of squared errors along the weight from `source` to an output, or along its bias.
    #[inline(always)] // So that its numbers stay in registers.
    pub(super) fn line(
        &mut self,
        output: usize,
        source: Option<usize>,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> Line {
        self.catch_up(None, layers, x, problem);
        let last = self.last;
        let values = || source_values(last, source, &self.ones, problem, &layers.centre);
        let gain = problem.targets().gains()[output];
        let index = source.map_or(0, |source| source + 1);
        let source_changes = source.filter(|_| last > 0).map_or(0, |source| layers.changes(last - 1, source));
        let square = self.squares[index].get_or(source_changes, || dot(values(), values()));
        let product = &mut self.products[index * problem.targets().outputs() + output];
        let changes = [layers.changes(last, output), source_changes];
        let error = product.get_or(changes, || dot(layers.errors.row(output), values()));
        let silent = square <= SILENT * problem.inputs().samples() as f64;
        Line { value: self.sum, slope: 2.0 * gain * error, curvature: gain * gain * square, silent }
    }

    /// Moves a parameter of the output layer. Returns `true` if no digits were lost.
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
        let last = self.last;
        let Downstream { centre, errors, .. } = layers;
        let values = source_values(last, source, &self.ones, problem, centre);
        add_scaled(errors.row_mut(output), step * problem.targets().gains()[output], values);
        layers.moved(last, output);
        self.keep(line.at(step))
    }

    /// The sum of squared errors with a step along the weight from `source` to a unit, or along its bias;
    /// `None` if it has lost its digits.
    pub(super) fn try_unit(
        &mut self,
        unit: usize,
        source: Option<usize>,
        step: f64,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> Option<f64> {
        let place = unit * (self.fan_in + 1) + source.map_or(0, |source| source + 1);
        let last = self.last;
        let Trial { opposite, idle } = &self.trials[place];
        if (opposite.step, opposite.count) == (step, layers.errors_changes) {
            return opposite.sum;
        }
        if idle[way(step)].get(layers.changes(last - 1, unit)).is_some_and(|longest| step.abs() <= longest) {
            return changed(self.sum, 0.0, 0.0);
        }
        self.sweep_unit(unit, source, step, layers, x, problem)
    }

    /// The same if earlier trials do not determine it.
    fn sweep_unit(
        &mut self,
        unit: usize,
        source: Option<usize>,
        step: f64,
        layers: &mut Downstream,
        x: &[f64],
        problem: &MeanSquaredError,
    ) -> Option<f64> {
        let squares = self.see(unit, layers, x, problem);
        let last = self.last;
        let transfer = problem.topology().layers()[last - 1].transfer;
        let index = source.map_or(0, |source| source + 1);
        let trial = &mut self.trials[unit * (self.fan_in + 1) + index];
        let changes = layers.changes(last - 1, unit);
        let size = source.map_or(1.0, |source| problem.input_sizes().get(source).copied().unwrap_or(1.0));
        let outputs = layers.centre.layer(last - 1).row(unit);
        let errors = self.errors_of_units.row(unit);
        let source = source_values(last - 1, source, &self.ones, problem, &layers.centre);
        let samples = problem.inputs().samples();
        let sum = |change: Change| changed(self.sum, 2.0 * change.linear, squares * change.square);
        if let Some(tables) = &mut self.tables
            && step.abs() * size <= ADDITION_THEOREM
        {
            let tau = tables.tangents(index, step.abs(), source, samples);
            let [up, down] = both_ways(outputs, errors, tau);
            let (this, opposite) = if step > 0.0 { (up, down) } else { (down, up) };
            trial.opposite = Opposite { step: -step, sum: sum(opposite), count: layers.errors_changes };
            trial.learn(step, this, changes);
            trial.learn(-step, opposite, changes);
            return sum(this);
        }
        let net_inputs = layers.centre.net_rows(last - 1).row(unit);
        let rows = UnitRows { net_inputs, outputs, source, weights: errors, samples };
        let [linear, square] = transfer.change_by_step(step, rows);
        let change = Change { linear, square };
        if transfer.is_nondecreasing() {
            trial.learn(step, change, changes);
        }
        sum(change)
    }

    /// Moves a parameter of a unit before the outputs. Returns `true` if no digits were lost.
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
        let last = self.last;
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
        (0..problem.targets().outputs()).for_each(|output| layers.moved(last, output));
        self.seen[unit].set(squares, layers.errors_changes);
        self.keep(changed(self.sum, 2.0 * linear, squares * square))
    }

    /// Updates the weighted errors of a unit, and returns the sum of its squared weights.
    fn see(&mut self, unit: usize, layers: &mut Downstream, x: &[f64], problem: &MeanSquaredError) -> f64 {
        self.catch_up(Some(unit), layers, x, problem);
        match self.seen[unit].get(layers.errors_changes) {
            Some(squares) => squares,
            None => self.look(unit, layers, x, problem),
        }
    }

    /// The same if the errors have changed.
    #[inline(never)] // Rare too.
    fn look(&mut self, unit: usize, layers: &Downstream, x: &[f64], problem: &MeanSquaredError) -> f64 {
        self.weights.clear();
        self.weights.extend(weights_from(unit, x, problem));
        weighted_sum(self.errors_of_units.row_mut(unit), &self.weights, &layers.errors);
        let squares = self.weights.iter().map(|weight| weight * weight).sum();
        self.seen[unit].set(squares, layers.errors_changes);
        squares
    }

    /// Adopts a sum. Returns `false` if it has lost its digits, alone or together with those since the last
    /// whole evaluation.
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
    // The output layer is last in the flat vector, its weight matrix column by column.
    let sources = problem.topology().layers().iter().rev().nth(1).map_or(0, |layer| layer.units);
    let weights = &x[x.len() - sources * gains.len()..][unit * gains.len()..];
    weights.iter().zip(gains).map(|(weight, gain)| weight * gain)
}
