//! All layers at the centre, and trials that run the layers downstream of one unit: in the same order of
//! operations as a whole evaluation, hence with the same bits.

use netcore::{ForwardPass, LayerBlock, Parameter, Rows, Topology};

use crate::MeanSquaredError;

/// The layers of a network at the centre.
pub(super) struct Downstream {
    blocks: Vec<LayerBlock>,
    pub(super) centre: ForwardPass,
    /// Outputs minus targets at the centre, O × N, and the sum of squares of each row.
    pub(super) errors: Rows,
    sums: Vec<f64>,
    /// The flat vector from which the layers have been computed, except for stale units.
    known: Vec<f64>,
    /// The layer and unit of each parameter.
    owners: Vec<(usize, usize)>,
    /// The units of each layer.
    units: Vec<Vec<Unit>>,
    /// Counts the changes of the errors of any output.
    pub(super) errors_changes: u64,
    /// A buffer in which a unit is run.
    unit: Rows,
    /// The layers that a trial changes, apart from its unit. `None` before the first trial; parameters of the
    /// head need none.
    trial: Option<ForwardPass>,
}

/// The state of a unit at the centre.
#[derive(Clone, Copy)]
struct Unit {
    /// Counts the changes of its outputs, or of its errors if it is in the output layer.
    changes: u64,
    /// Whether its values differ from those of a run with its parameters.
    stale: bool,
}

impl Downstream {
    pub(super) fn new(topology: &Topology, samples: usize) -> Self {
        let outputs = topology.outputs();
        let never_run = Unit { changes: 0, stale: true };
        Downstream {
            blocks: topology.blocks().collect(),
            centre: ForwardPass::keeping_net_inputs(topology, samples),
            errors: Rows::zeros(outputs, samples),
            sums: vec![0.0; outputs],
            known: vec![0.0; topology.parameter_count()],
            owners: topology.parameters().map(owner).collect(),
            units: topology.layers().iter().map(|layer| vec![never_run; layer.units]).collect(),
            errors_changes: 0,
            unit: Rows::zeros(1, samples),
            trial: None,
        }
    }

    /// Runs the units whose parameters have changed since they were computed, and all layers after them. The
    /// bits are those of a whole run, which computes each unit in the same way. Returns the sum of squared
    /// errors of each output.
    pub(super) fn run(&mut self, x: &[f64], problem: &MeanSquaredError) -> &[f64] {
        self.take_over(x);
        let stale = |units: &Vec<Unit>| units.iter().any(|unit| unit.stale);
        if let Some(first) = self.units.iter().position(stale) {
            if problem.topology().layers()[first].transfer.acts_on_each_unit_alone() {
                self.run_stale_units(first, x, problem);
                self.run_layers(first + 1, x, problem);
            } else {
                self.run_layers(first, x, problem);
            }
        }
        &self.sums
    }

    /// Adopts parameters; the units of those that differ become stale.
    fn take_over(&mut self, x: &[f64]) {
        for ((known, &new), &(layer, unit)) in self.known.iter_mut().zip(x).zip(&self.owners) {
            if known.to_bits() != new.to_bits() {
                *known = new;
                self.units[layer][unit].stale = true;
            }
        }
    }

    /// Records that a unit's outputs, or its errors if it is in the output layer, have been moved and are no
    /// longer those of a run.
    pub(super) fn moved(&mut self, layer: usize, unit: usize) {
        self.has_new_values(layer, unit, true);
    }

    /// Counts the changes of a unit's outputs, or of its errors if it is in the output layer.
    pub(super) fn changes(&self, layer: usize, unit: usize) -> u64 {
        self.units[layer][unit].changes
    }

    fn has_new_values(&mut self, layer: usize, unit: usize, stale: bool) {
        let Unit { changes, .. } = self.units[layer][unit];
        self.units[layer][unit] = Unit { changes: changes + 1, stale };
        self.errors_changes += 1;
    }

    fn run_stale_units(&mut self, layer: usize, x: &[f64], problem: &MeanSquaredError) {
        for unit in 0..self.units[layer].len() {
            if self.units[layer][unit].stale {
                self.run_unit(layer, unit, x, problem);
            }
        }
    }

    fn run_unit(&mut self, layer: usize, unit: usize, x: &[f64], problem: &MeanSquaredError) {
        let source = if layer == 0 { problem.inputs() } else { self.centre.layer(layer - 1) };
        let row = &mut self.unit;
        self.blocks[layer].net_inputs(x, unit..unit + 1, source, row);
        self.centre.net_rows_mut(layer).row_mut(unit).copy_from_slice(row.row(0));
        problem.topology().layers()[layer].transfer.apply_to_rows(row);
        self.centre.layer_mut(layer).row_mut(unit).copy_from_slice(row.row(0));
        self.has_run(layer, unit, problem);
    }

    fn run_layers(&mut self, first: usize, x: &[f64], problem: &MeanSquaredError) {
        if first < self.units.len() {
            self.centre.run_from(first, x, problem.inputs());
        }
        for layer in first..self.units.len() {
            (0..self.units[layer].len()).for_each(|unit| self.has_run(layer, unit, problem));
        }
    }

    fn has_run(&mut self, layer: usize, unit: usize, problem: &MeanSquaredError) {
        self.has_new_values(layer, unit, false);
        if layer + 1 == self.units.len() {
            let outputs = self.centre.layer(layer).row(unit);
            self.sums[unit] = problem.targets().errors_of(unit, outputs, self.errors.row_mut(unit));
        }
    }

    /// The value with parameter `i`, of this unit in this layer, set to `to`.
    pub(super) fn try_unit(
        &mut self,
        layer: usize,
        unit: usize,
        x: &mut [f64],
        i: usize,
        to: f64,
        problem: &MeanSquaredError,
    ) -> f64 {
        let from = std::mem::replace(&mut x[i], to);
        let value = self.with_unit(layer, unit, x, problem);
        x[i] = from;
        value
    }

    fn with_unit(&mut self, layer: usize, unit: usize, x: &[f64], problem: &MeanSquaredError) -> f64 {
        let (topology, targets) = (problem.topology(), problem.targets());
        let transfer = topology.layers()[layer].transfer;
        let last = topology.layers().len() - 1;
        let Downstream { blocks, centre, unit: row, trial, sums, .. } = self;
        let trial = trial.get_or_insert_with(|| ForwardPass::new(topology, targets.samples()));
        let source = if layer == 0 { problem.inputs() } else { centre.layer(layer - 1) };
        if !transfer.acts_on_each_unit_alone() {
            return targets.mean_square(trial.run_layers(layer, x, source));
        }
        blocks[layer].net_inputs(x, unit..unit + 1, source, row);
        transfer.apply_to_rows(row);
        if layer == last {
            let at_centre = sums[unit];
            sums[unit] = targets.squares_of(unit, row.row(0));
            let value = targets.mean(sums);
            sums[unit] = at_centre;
            return value;
        }
        // The unit's outputs replace those at the centre while the trial runs.
        centre.layer_mut(layer).row_mut(unit).swap_with_slice(row.row_mut(0));
        let value = targets.mean_square(trial.run_layers(layer + 1, x, centre.layer(layer)));
        centre.layer_mut(layer).row_mut(unit).swap_with_slice(row.row_mut(0));
        value
    }
}

/// The layer and unit of a parameter.
fn owner(parameter: Parameter) -> (usize, usize) {
    match parameter {
        Parameter::Bias { layer, unit } | Parameter::Weight { layer, unit, .. } => (layer, unit),
    }
}
