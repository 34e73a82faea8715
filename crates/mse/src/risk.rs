//! The objective of a fit: a loss over samples, with a ridge penalty.

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, ArrayView2, Axis, Slice, concatenate};
use netcore::{ForwardPass, Rows, Topology};
use search::{Failure, Gradient, Objective};

use crate::gradient::BackwardPass;
use crate::loss::{Link, Loss, UserLoss};

/// `1/Σω Σ_i ω_i ℓ(n_i, t_i) + λ Σ w²` over samples i with weights ω and over all weights w (not biases), as a
/// function of the flat vector of a network with a linear output layer.
///
/// It sweeps over the samples chunk by chunk. A search asks for the slopes where it asked for the value: once slopes
/// have been asked for, each sweep takes both, while the chunk is in the cache.
pub(crate) struct Risk {
    topology: Topology,
    chunks: Vec<Chunk>,
    loss: Loss,
    penalty: f64,
    /// The places of the weights in the flat vector.
    penalized: Vec<Range<usize>>,
    user: Option<InUnits>,
    /// Whether slopes have been asked for.
    with_slopes: AtomicBool,
    /// Sweeps that are not running now.
    idle: Mutex<Vec<Sweep>>,
}

/// A part of the samples, small enough for the cache.
struct Chunk {
    /// Mapped inputs, R × n.
    inputs: Rows,
    /// Mapped targets, O × n.
    targets: Rows,
    /// `ω / Σω`, padded with zeros as the rows are.
    weights: Vec<f64>,
}

/// Samples of a chunk.
const CHUNK: usize = 256;

/// The memory of a sweep, and the slopes of the last one with the point where they hold.
struct Sweep {
    /// Passes for whole chunks, and for the last chunk.
    passes: [(ForwardPass, BackwardPass); 2],
    at: Vec<f64>,
    slopes: Vec<f64>,
}

/// A user's loss takes outputs and targets in their own units.
pub(crate) struct InUnits {
    pub(crate) loss: UserLoss,
    pub(crate) link: Link,
    pub(crate) scaling: netcore::Scaling,
    pub(crate) targets: Array2<f64>,
}

impl Risk {
    pub(crate) fn new(
        topology: &Topology,
        (inputs, targets): (&Array2<f64>, Array2<f64>),
        weights: Vec<f64>,
        loss: Loss,
        penalty: f64,
        user: Option<InUnits>,
    ) -> Self {
        let total: f64 = weights.iter().sum();
        let chunk = |start: usize| {
            let samples = start..weights.len().min(start + CHUNK);
            let columns = Slice::from(samples.clone());
            let inputs = Rows::from(inputs.slice_axis(Axis(1), columns));
            let targets = Rows::from(targets.slice_axis(Axis(1), columns));
            let mut weights: Vec<f64> = weights[samples].iter().map(|weight| weight / total).collect();
            weights.resize(inputs.stride(), 0.0);
            Chunk { inputs, targets, weights }
        };
        Risk {
            topology: topology.clone(),
            chunks: (0..weights.len()).step_by(CHUNK).map(chunk).collect(),
            loss,
            penalty,
            penalized: topology.blocks().map(|block| block.weights).collect(),
            user,
            with_slopes: AtomicBool::new(false),
            idle: Mutex::default(),
        }
    }

    /// Adds all that the values depend on to a checksum.
    pub(crate) fn add_to(&self, sum: &mut crc32fast::Hasher) {
        sum.update(format!("{:#} {} {}", self.topology, self.loss, self.penalty).as_bytes());
        for Chunk { inputs, targets, weights } in &self.chunks {
            let numbers = inputs.all().iter().chain(targets.all()).chain(weights);
            numbers.for_each(|number| sum.update(&number.to_le_bytes()));
        }
    }

    /// Number of samples.
    pub(crate) fn samples(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.inputs.samples()).sum()
    }

    /// The loss without the penalty.
    pub(crate) fn loss_at(&self, x: &[f64]) -> f64 {
        self.with_sweep(|sweep| match &self.user {
            Some(user) => {
                user.loss.value(user.outputs(self.net_inputs(x, sweep)).view(), user.targets.view())
            }
            None => self.swept(x, sweep),
        })
    }

    /// The loss at x, with its slopes if they have been asked for.
    fn swept(&self, x: &[f64], sweep: &mut Sweep) -> f64 {
        let with_slopes = self.with_slopes.load(Ordering::Relaxed);
        let Sweep { passes, at, slopes } = sweep;
        at.clear();
        slopes.fill(0.0);
        let mut sum = 0.0;
        for Chunk { inputs, targets, weights } in &self.chunks {
            let (forward, backward) = passes_for(passes, inputs);
            let n = forward.run(x, inputs);
            sum += self.loss.sum(n, targets, weights, backward.outer());
            if with_slopes {
                backward.run(&self.topology, forward, x, inputs, slopes);
            }
        }
        if with_slopes {
            at.extend_from_slice(x);
        }
        sum
    }

    /// The net inputs of the output layer, O × N.
    fn net_inputs(&self, x: &[f64], sweep: &mut Sweep) -> Array2<f64> {
        let part = |chunk: &Chunk| {
            let (forward, _) = passes_for(&mut sweep.passes, &chunk.inputs);
            forward.run(x, &chunk.inputs).view().to_owned()
        };
        let parts: Vec<Array2<f64>> = self.chunks.iter().map(part).collect();
        let views: Vec<ArrayView2<'_, f64>> = parts.iter().map(|part| part.view()).collect();
        concatenate(Axis(1), &views).expect("each has a row for each output")
    }

    fn ridge(&self, x: &[f64]) -> f64 {
        let squares = self.penalized.iter().map(|block| x[block.clone()].iter().map(|w| w * w).sum::<f64>());
        self.penalty * squares.sum::<f64>()
    }

    /// Runs `work` with the memory of a sweep that no other evaluation uses at the moment.
    fn with_sweep<T>(&self, work: impl FnOnce(&mut Sweep) -> T) -> T {
        let lock = || self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let free = lock().pop();
        let mut sweep = free.unwrap_or_else(|| {
            let passes = |chunk: Option<&Chunk>| {
                let samples = chunk.map_or(0, |chunk| chunk.inputs.samples());
                let forward = ForwardPass::keeping_net_inputs(&self.topology, samples);
                (forward, BackwardPass::new(&self.topology, samples))
            };
            Sweep {
                passes: [passes(self.chunks.first()), passes(self.chunks.last())],
                at: Vec::new(),
                slopes: vec![0.0; self.topology.parameter_count()],
            }
        });
        let result = work(&mut sweep);
        lock().push(sweep);
        result
    }

    fn check_length(&self, x: &[f64]) -> Result<(), Failure> {
        let expected = self.topology.parameter_count();
        if x.len() == expected {
            return Ok(());
        }
        Err(Failure::Error(format!(
            "{} coordinates were given; the network has {expected} parameters",
            x.len()
        )))
    }
}

/// The passes for a chunk: its size is that of the first or of the last one.
fn passes_for<'p>(
    passes: &'p mut [(ForwardPass, BackwardPass); 2],
    inputs: &Rows,
) -> &'p mut (ForwardPass, BackwardPass) {
    let [whole, last] = passes;
    if whole.0.samples() == inputs.samples() { whole } else { last }
}

impl InUnits {
    /// Outputs in the units of the targets, or probabilities, from net inputs of the output layer.
    fn outputs(&self, n: Array2<f64>) -> Array2<f64> {
        let mut outputs = n;
        match self.link {
            Link::Numbers => self.scaling.reverse(&outputs).expect("as many rows as targets"),
            Link::Probabilities => {
                self.link.transfer(outputs.nrows()).apply(outputs.view_mut());
                outputs
            }
        }
    }
}

impl Objective for Risk {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.check_length(x)?;
        Ok(self.loss_at(x) + self.ridge(x))
    }

    fn gradient(&self) -> Option<&dyn Gradient> {
        self.loss.has_slopes().then_some(self)
    }
}

impl Gradient for Risk {
    fn gradient_at(&self, x: &[f64], gradient: &mut [f64]) -> Result<(), Failure> {
        self.check_length(x)?;
        self.check_length(gradient)?;
        self.with_slopes.store(true, Ordering::Relaxed);
        self.with_sweep(|sweep| {
            if sweep.at != x {
                self.swept(x, sweep);
            }
            gradient.copy_from_slice(&sweep.slopes);
        });
        // d/dw λ w² = 2 λ w
        for block in &self.penalized {
            for (slope, w) in gradient[block.clone()].iter_mut().zip(&x[block.clone()]) {
                *slope += 2.0 * self.penalty * w;
            }
        }
        match gradient.iter().find(|slope| !slope.is_finite()) {
            None => Ok(()),
            Some(&slope) => Err(Failure::NotFinite(slope)),
        }
    }
}
