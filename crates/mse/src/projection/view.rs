//! Variable projection one hidden weight at a time: the trial changes one feature, hence one row and column
//! of the normal equations.

use netcore::{ForwardPass, Parameter, Rows};
use search::{Failure, Incremental, Objective};

use super::{Normal, VariableProjection};
use crate::incremental::{source_values, step, sweeps, unit_blocks};
use crate::rows::{dot, scaled_sum};

/// A sum of squared errors below this fraction of its terms has lost digits in the normal equations.
const CANCELLED: f64 = 1e-3;

pub(super) struct View<'p> {
    problem: &'p VariableProjection,
    /// The parameter of each coordinate.
    parameters: Vec<Parameter>,
    x: Vec<f64>,
    centre: ForwardPass,
    normal: Normal,
    /// The best parameters of each output at the centre, from which a trial starts.
    solutions: Vec<Vec<f64>>,
    trial: Vec<f64>,
    unit: Rows,
}

impl<'p> View<'p> {
    pub(super) fn of(problem: &'p VariableProjection) -> Self {
        let (topology, samples) = (problem.error.topology(), problem.error.inputs().samples());
        let n = problem.block.fan_in + 1;
        View {
            parameters: topology.parameters().take(problem.dimension()).collect(),
            x: vec![0.0; topology.parameter_count()],
            centre: ForwardPass::keeping_net_inputs(topology, samples),
            normal: Normal {
                gram: nalgebra::DMatrix::zeros(n, n),
                rhs: vec![vec![0.0; n]; problem.block.units],
            },
            solutions: vec![vec![0.0; n]; problem.block.units],
            trial: vec![0.0; n],
            unit: Rows::zeros(1, samples),
            problem,
        }
    }

    /// The unit of the last hidden layer to which coordinate `i` belongs, and its source, if a sweep over one
    /// unit suffices.
    fn swept(&self, i: usize) -> Option<(usize, Option<usize>)> {
        let (layer, unit, source) = match self.parameters[i] {
            Parameter::Bias { layer, unit } => (layer, unit, None),
            Parameter::Weight { layer, unit, source } => (layer, unit, Some(source)),
        };
        let transfer = self.problem.error.topology().layers()[layer].transfer;
        (layer == self.problem.last_hidden() && sweeps(transfer)).then_some((unit, source))
    }

    /// Writes a unit's net inputs after a step to `self.unit`.
    fn step_unit(&mut self, unit: usize, source: Option<usize>, step: f64) {
        let last = self.problem.last_hidden();
        let (ones, error) = (&self.problem.ones, &self.problem.error);
        let values = source_values(last, source, ones, error, &self.centre);
        scaled_sum(self.unit.row_mut(0), self.centre.net_rows(last).row(unit), step, values);
    }

    /// Swaps the unit's entries of the normal equations with those for the outputs in `self.unit`.
    fn exchange(&mut self, unit: usize, entries: &mut Entries) {
        let k = unit + 1;
        for (j, entry) in entries.gram.iter_mut().enumerate() {
            std::mem::swap(&mut self.normal.gram[(k, j)], entry);
            self.normal.gram[(j, k)] = self.normal.gram[(k, j)];
        }
        for (rhs, entry) in self.normal.rhs.iter_mut().zip(&mut entries.rhs) {
            std::mem::swap(&mut rhs[k], entry);
        }
    }

    /// The entries of the normal equations for the outputs in `self.unit`.
    fn entries(&self, unit: usize) -> Entries {
        let (problem, k, after) = (self.problem, unit + 1, self.unit.row(0));
        let product = |j: usize| {
            if j == k { dot(after, after) } else { dot(after, problem.feature(&self.centre, j)) }
        };
        Entries {
            gram: (0..=problem.block.fan_in).map(product).collect(),
            rhs: (0..problem.block.units).map(|output| problem.right_hand(output, after)).collect(),
        }
    }

    /// A whole evaluation with coordinate `i` set to `to`.
    fn whole(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let from = std::mem::replace(&mut self.x[i], to);
        let value = self.problem.value(&self.x[..self.problem.dimension()]);
        self.x[i] = from;
        value
    }

    /// Runs all layers, and solves for all outputs.
    fn run(&mut self) -> Result<(), Failure> {
        self.centre.run(&self.x, self.problem.error.inputs());
        self.normal = self.problem.normal_equations(&self.centre);
        self.problem.check(&self.normal)?;
        for (output, w) in self.solutions.iter_mut().enumerate() {
            w.fill(0.0);
            self.problem.solve(&self.normal, output, w);
        }
        Ok(())
    }
}

/// One feature's part of the normal equations.
struct Entries {
    gram: Vec<f64>,
    rhs: Vec<f64>,
}

impl Incremental for View<'_> {
    fn begin(&mut self, hidden: &[f64]) -> Result<f64, Failure> {
        let value = self.problem.value(hidden)?;
        self.x[..hidden.len()].copy_from_slice(hidden);
        self.run()?;
        Ok(value)
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let Some((unit, source)) = self.swept(i) else { return self.whole(i, to) };
        let step = step(self.x[i], to);
        self.step_unit(unit, source, step);
        let transfer = self.problem.error.topology().layers()[self.problem.last_hidden()].transfer;
        transfer.apply_to_rows(&mut self.unit);
        let mut entries = self.entries(unit);
        if !entries.gram.iter().chain(&entries.rhs).all(|entry| entry.is_finite()) {
            return self.whole(i, to);
        }
        self.exchange(unit, &mut entries);
        let (mut sum, mut terms, mut singular) = (0.0, 0.0, false);
        for (output, at_centre) in self.solutions.iter().enumerate() {
            self.trial.copy_from_slice(at_centre);
            let least = self.problem.solve(&self.normal, output, &mut self.trial);
            sum += least.value;
            terms += least.terms;
            singular |= least.singular;
        }
        self.exchange(unit, &mut entries);
        if !singular && sum >= CANCELLED * terms {
            Ok(self.problem.error.targets().mean(&[sum]))
        } else {
            self.whole(i, to)
        }
    }

    fn accept(&mut self, i: usize, to: f64) {
        let Some((unit, source)) = self.swept(i) else {
            self.x[i] = to;
            // The trial had a value: its layers have finite outputs.
            let _ = self.run();
            return;
        };
        let step = step(self.x[i], to);
        self.x[i] = to;
        self.step_unit(unit, source, step);
        let last = self.problem.last_hidden();
        self.centre.net_rows_mut(last).row_mut(unit).copy_from_slice(self.unit.row(0));
        self.problem.error.topology().layers()[last].transfer.apply_to_rows(&mut self.unit);
        let mut entries = self.entries(unit);
        self.exchange(unit, &mut entries);
        self.centre.layer_mut(last).row_mut(unit).copy_from_slice(self.unit.row(0));
        for (output, w) in self.solutions.iter_mut().enumerate() {
            self.problem.solve(&self.normal, output, w);
        }
    }

    fn blocks(&self) -> Vec<Vec<usize>> {
        let hidden = self.problem.dimension();
        unit_blocks(self.problem.error.topology()).into_iter().filter(|unit| unit[0] < hidden).collect()
    }
}
