//! All layers at the centre, and trials that run the layers downstream of one unit: in the same order of
//! operations as a whole evaluation, hence with the same bits.

use netcore::{ForwardPass, LayerBlock, Rows, Topology};

use crate::MeanSquaredError;

/// The layers of a network at the centre.
pub(super) struct Downstream {
    blocks: Vec<LayerBlock>,
    pub(super) centre: ForwardPass,
    /// Outputs minus targets at the centre, O × N, and the sum of squares of each row.
    pub(super) errors: Rows,
    sums: Vec<f64>,
    /// The flat vector from which the layers have been computed, NaN where they have not.
    known: Vec<f64>,
    trial: Trial,
}

/// Memory for what a trial changes.
struct Trial {
    pass: ForwardPass,
    unit: Rows,
    errors: Rows,
    sums: Vec<f64>,
}

impl Downstream {
    pub(super) fn new(topology: &Topology, samples: usize) -> Self {
        let outputs = topology.outputs();
        Downstream {
            blocks: topology.blocks().collect(),
            centre: ForwardPass::keeping_net_inputs(topology, samples),
            errors: Rows::zeros(outputs, samples),
            sums: vec![0.0; outputs],
            known: vec![f64::NAN; topology.parameter_count()],
            trial: Trial {
                pass: ForwardPass::new(topology, samples),
                unit: Rows::zeros(1, samples),
                errors: Rows::zeros(outputs, samples),
                sums: vec![0.0; outputs],
            },
        }
    }

    /// Runs what has to be: units whose parameters are not those that they have been computed from, and all
    /// layers after them. The same bits as a whole run, which computes each unit alike. Gives the sum of squared
    /// errors of each output.
    pub(super) fn run(&mut self, x: &[f64], problem: &MeanSquaredError) -> &[f64] {
        let layers = problem.topology().layers();
        let mut first = 0;
        while first + 1 < layers.len() {
            let changed: Vec<usize> =
                (0..layers[first].units).filter(|&unit| self.has_changed(first, unit, x)).collect();
            if !layers[first].transfer.acts_on_each_unit_alone() && !changed.is_empty() {
                break;
            }
            for &unit in &changed {
                self.run_unit(first, unit, x, problem);
            }
            first += 1;
            if !changed.is_empty() {
                break;
            }
        }
        let outputs = self.centre.run_from(first, x, problem.inputs());
        problem.targets().errors(outputs, &mut self.errors, &mut self.sums);
        self.known.copy_from_slice(x);
        &self.sums
    }

    /// Takes note that a unit's values at the centre have been moved and are no longer those of a run.
    pub(super) fn moved(&mut self, layer: usize, unit: usize) {
        self.known[self.blocks[layer].biases.start + unit] = f64::NAN;
    }

    fn has_changed(&self, layer: usize, unit: usize, x: &[f64]) -> bool {
        let block = &self.blocks[layer];
        let weights = block.weights.clone().skip(unit).step_by(block.units);
        std::iter::once(block.biases.start + unit)
            .chain(weights)
            .any(|i| x[i].to_bits() != self.known[i].to_bits())
    }

    fn run_unit(&mut self, layer: usize, unit: usize, x: &[f64], problem: &MeanSquaredError) {
        let source = if layer == 0 { problem.inputs() } else { self.centre.layer(layer - 1) };
        let row = &mut self.trial.unit;
        self.blocks[layer].net_inputs(x, unit..unit + 1, source, row);
        self.centre.net_rows_mut(layer).row_mut(unit).copy_from_slice(row.row(0));
        problem.topology().layers()[layer].transfer.apply_to_rows(row);
        self.centre.layer_mut(layer).row_mut(unit).copy_from_slice(row.row(0));
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
        let Downstream { blocks, centre, trial, sums, .. } = self;
        let source = if layer == 0 { problem.inputs() } else { centre.layer(layer - 1) };
        if !transfer.acts_on_each_unit_alone() {
            let outputs = trial.pass.run_layers(layer, x, source);
            targets.errors(outputs, &mut trial.errors, &mut trial.sums);
            return targets.mean(&trial.sums);
        }
        blocks[layer].net_inputs(x, unit..unit + 1, source, &mut trial.unit);
        transfer.apply_to_rows(&mut trial.unit);
        if layer == last {
            let at_centre = sums[unit];
            sums[unit] = targets.errors_of(unit, trial.unit.row(0), trial.errors.row_mut(unit));
            let value = targets.mean(sums);
            sums[unit] = at_centre;
            return value;
        }
        // The unit's outputs stand in for those at the centre while the trial runs.
        centre.layer_mut(layer).row_mut(unit).swap_with_slice(trial.unit.row_mut(0));
        let outputs = trial.pass.run_layers(layer + 1, x, centre.layer(layer));
        targets.errors(outputs, &mut trial.errors, &mut trial.sums);
        centre.layer_mut(layer).row_mut(unit).swap_with_slice(trial.unit.row_mut(0));
        targets.mean(&trial.sums)
    }
}
