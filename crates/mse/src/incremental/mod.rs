//! The mean squared error one weight at a time.
//!
//! The effect of a weight or bias decides how its trial is computed:
//!
//! | parameter of | trial | accept |
//! |---|---|---|
//! | a linear output layer | a parabola known beforehand: O(1) | one sweep |
//! | the layer before it | one sweep over the samples of one unit ([`head`]) | one sweep; the errors wait until another unit is touched |
//! | any other layer, and where a transfer function is not continuous | the layers downstream, as a whole evaluation does it ([`downstream`]) | the same |
//!
//! If a step changed no output of a unit, for example because all its outputs are saturated, shorter steps
//! change none either. Until the unit moves their trials take no sweep.
//!
//! If terms cancel so far that a sum would lose its digits, the value comes from a whole evaluation.

mod downstream;
mod head;
mod tables;

use netcore::{ForwardPass, Parameter, Rows, Topology, Transfer};
use search::{Failure, Incremental, Objective, Parabola};

use crate::MeanSquaredError;
use downstream::Downstream;
use head::{Head, Line};

/// A result below this fraction of its terms has lost two digits, and is computed by a whole evaluation.
const CANCELLED: f64 = 1e-2;

/// The incremental view of a [`MeanSquaredError`].
pub(crate) struct View<'o> {
    problem: &'o MeanSquaredError,
    /// How each coordinate's trials are computed.
    ways: Vec<Way>,
    /// The factor from a sum of squared errors to their mean.
    per_error: f64,
    /// A constant that is added to that mean.
    offset: f64,
    x: Vec<f64>,
    /// A coordinate and its new value: a pending move.
    accepted: Option<(usize, f64)>,
    layers: Downstream,
    /// Whether the layers hold the last whole evaluation instead of the centre.
    beside: bool,
    /// `None` unless the output layer is linear.
    head: Option<Head>,
}

/// How the trials of a parameter are computed.
#[derive(Clone, Copy)]
enum Way {
    /// A parameter of the linear output layer.
    Line { output: usize, source: Option<usize> },
    /// A parameter of the layer before it.
    Sweep { unit: usize, source: Option<usize> },
    /// Any other parameter.
    Downstream { layer: usize, unit: usize },
}

impl Way {
    fn of(parameter: Parameter, topology: &Topology) -> Self {
        let (layer, unit, source) = match parameter {
            Parameter::Bias { layer, unit } => (layer, unit, None),
            Parameter::Weight { layer, unit, source } => (layer, unit, Some(source)),
        };
        let (layers, last) = (topology.layers(), topology.layers().len() - 1);
        if layers[last].transfer != Transfer::Purelin {
            Way::Downstream { layer, unit }
        } else if layer == last {
            Way::Line { output: unit, source }
        } else if layer + 1 == last && sweeps(layers[layer].transfer) {
            Way::Sweep { unit, source }
        } else {
            Way::Downstream { layer, unit }
        }
    }
}

impl<'o> View<'o> {
    pub(crate) fn of(problem: &'o MeanSquaredError) -> Self {
        let topology = problem.topology();
        let samples = problem.inputs().samples();
        View {
            ways: topology.parameters().map(|parameter| Way::of(parameter, topology)).collect(),
            per_error: 1.0 / problem.targets().errors() as f64,
            offset: problem.targets().offset(),
            x: vec![0.0; topology.parameter_count()],
            accepted: None,
            layers: Downstream::new(topology, samples),
            beside: false,
            head: Head::of(topology, problem.inputs()),
            problem,
        }
    }

    /// Moves the layers to the centre, if they are not there.
    fn come_to_centre(&mut self) {
        if self.beside {
            self.run_layers();
        }
        if let Some((i, to)) = self.accepted.take() {
            self.make_move(i, to);
        }
    }

    /// Runs the layers that the canonical value at the centre needs.
    #[inline(never)] // Rare compared with trials, which must not reserve registers for it.
    fn run_layers(&mut self) -> f64 {
        self.beside = false;
        let sums = self.layers.run(&self.x, self.problem);
        if let Some(head) = &mut self.head {
            head.begin(sums);
        }
        self.problem.targets().mean(sums)
    }

    #[inline(never)] // Rare too.
    fn make_move(&mut self, i: usize, to: f64) {
        let View { problem, ways, x, layers, head, .. } = self;
        let step = step(x[i], to);
        let kept = match (ways[i], head.as_mut()) {
            (Way::Line { output, source }, Some(head)) => {
                head.accept_line(output, source, step, layers, x, problem)
            }
            (Way::Sweep { unit, source }, Some(head)) => {
                head.accept_unit(unit, source, step, layers, x, problem)
            }
            _ => false,
        };
        x[i] = to;
        if !kept {
            self.run_layers();
        }
    }

    /// A whole evaluation with coordinate `i` set to `to`.
    fn whole(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        let from = std::mem::replace(&mut self.x[i], to);
        let value = self.problem.value(&self.x);
        self.x[i] = from;
        value
    }
}

/// The values of a source of a layer's units for all samples; `None` is the source of the biases, which is 1.
pub(crate) fn source_values<'v>(
    layer: usize,
    source: Option<usize>,
    ones: &'v Rows,
    problem: &'v MeanSquaredError,
    pass: &'v ForwardPass,
) -> &'v [f64] {
    match source {
        None => ones.row(0),
        Some(source) if layer == 0 => problem.inputs().row(source),
        Some(source) => pass.layer(layer - 1).row(source),
    }
}

/// Returns `true` if a small change of a unit's net input makes a small change of its own output, and of no
/// other.
pub(crate) fn sweeps(transfer: Transfer) -> bool {
    transfer.acts_on_each_unit_alone() && transfer.is_continuous()
}

/// The distance from one value of a parameter to another. If rounding of their sum explains the difference to
/// a power of two, it is that power, so that the same step is the same number for each parameter.
pub(crate) fn step(from: f64, to: f64) -> f64 {
    let step = to - from;
    let rounding = f64::EPSILON * (from.abs() + to.abs());
    let power = f64::from_bits((step.abs().to_bits() + (1 << 51)) & !((1 << 52) - 1));
    if (power - step.abs()).abs() <= rounding { power.copysign(step) } else { step }
}

impl Incremental for View<'_> {
    fn begin(&mut self, x: &[f64]) -> Result<f64, Failure> {
        self.problem.check_length(x)?;
        self.x.copy_from_slice(x);
        self.accepted = None;
        Ok(self.run_layers())
    }

    fn try_value(&mut self, i: usize, to: f64) -> Result<f64, Failure> {
        self.come_to_centre();
        let View { problem, ways, x, layers, head, .. } = self;
        let step = step(x[i], to);
        let sum = match (ways[i], head) {
            (Way::Line { output, source }, Some(head)) => {
                head.line(output, source, layers, x, problem).at(step)
            }
            (Way::Sweep { unit, source }, Some(head)) => {
                head.try_unit(unit, source, step, layers, x, problem)
            }
            (Way::Downstream { layer, unit }, _) => {
                return Ok(layers.try_unit(layer, unit, x, i, to, problem));
            }
            (_, None) => None,
        };
        match sum {
            Some(sum) => Ok(sum * self.per_error + self.offset),
            None => self.whole(i, to),
        }
    }

    /// The search usually moves there, so the layers stay until a trial needs them at the centre.
    fn canonical_value(&mut self, i: usize, to: f64) -> Option<Result<f64, Failure>> {
        self.come_to_centre();
        let from = std::mem::replace(&mut self.x[i], to);
        let value = self.problem.targets().mean(self.layers.run(&self.x, self.problem));
        self.x[i] = from;
        self.beside = true;
        Some(Ok(value))
    }

    /// The move is made when a trial needs it; a search that asks for the canonical value here does not need
    /// it.
    fn accept(&mut self, i: usize, to: f64) {
        if self.accepted.is_some() {
            self.come_to_centre();
        }
        self.accepted = Some((i, to));
    }

    fn line(&mut self, i: usize) -> Option<Parabola> {
        self.come_to_centre();
        let View { problem, ways, x, layers, head: Some(head), per_error, offset, .. } = self else {
            return None;
        };
        let Way::Line { output, source } = ways[i] else { return None };
        let Line { value, slope, curvature, silent } = head.line(output, source, layers, x, problem);
        (!silent).then_some(Parabola {
            value: value * *per_error + *offset,
            slope: slope * *per_error,
            curvature: curvature * *per_error,
        })
    }

    /// Unit by unit, layer after layer: data that a unit's trials share stay in the cache, and errors wait
    /// for the next unit.
    fn blocks(&self) -> Vec<Vec<usize>> {
        unit_blocks(self.problem.topology())
    }
}

/// The parameters of each unit, bias first, layer after layer.
pub(crate) fn unit_blocks(topology: &Topology) -> Vec<Vec<usize>> {
    let units = |block: netcore::LayerBlock| {
        (0..block.units).map(move |unit| {
            let weights = block.weights.clone().skip(unit).step_by(block.units);
            std::iter::once(block.biases.start + unit).chain(weights).collect()
        })
    };
    topology.blocks().flat_map(units).collect()
}
