//! What the nets of a training have in common: shape, bounds and scalings.

use netcore::{Layer, Network, Scaling, Topology};
use search::Bounds;

use super::Training;
use crate::loss::{Link, Loss};
use crate::risk::{InUnits, Risk};
use crate::{Error, Samples};

/// The largest input or target: the squares of all samples have a finite sum.
const LARGEST: f64 = 1e150;

/// What all nets of a training have in common.
pub(super) struct Frame {
    link: Link,
    /// The topology of the search, with a linear output layer.
    pub(super) topology: Topology,
    pub(super) bounds: Bounds,
    input_scaling: Scaling,
    output_scaling: Scaling,
}

impl Frame {
    pub(super) fn new(training: &Training, samples: &Samples) -> Result<Self, Error> {
        for (argument, data) in [("an input", samples.inputs()), ("a target", samples.targets())] {
            if let Some(value) = data.iter().find(|value| value.abs() > LARGEST) {
                let (value, expected) = (format!("{value:e}"), "at most 1e150 in size: take a larger unit");
                return Err(Error::Training { argument, value, expected });
            }
        }
        let varies = |what: &'static str, scaling: Scaling| {
            let constant = scaling.min_max().is_empty();
            if constant {
                Err(netcore::Error::Constant { what, samples: samples.len() })
            } else {
                Ok(scaling)
            }
        };
        let input_scaling = varies("inputs", Scaling::standardize(samples.inputs(), samples.weights())?)?;
        let output_scaling = match training.link {
            Link::Numbers => varies("targets", Scaling::standardize(samples.targets(), samples.weights())?)?,
            Link::Probabilities => Scaling::identity(samples.targets().nrows()),
        };
        let rows: Vec<usize> = input_scaling.kept_rows().collect();
        let topology =
            Topology::feedforward(rows.len(), &training.size.hidden, output_scaling.min_max().len())?;
        let bounds = training.constraint.bounds(&topology, &rows);
        Ok(Frame { link: training.link, topology, bounds, input_scaling, output_scaling })
    }

    pub(super) fn risk(&self, training: &Training, samples: &Samples) -> Result<Risk, Error> {
        let inputs = self.input_scaling.apply(samples.inputs())?;
        let targets = self.output_scaling.apply(samples.targets())?;
        let user = match &training.loss {
            Loss::User(loss) => Some(InUnits {
                loss: loss.clone(),
                link: self.link,
                scaling: self.output_scaling.clone(),
                targets: samples.targets().clone(),
            }),
            _ => None,
        };
        let (loss, penalty) = (training.loss.clone(), training.size.penalty);
        Ok(Risk::new(&self.topology, (&inputs, targets), samples.weights().to_vec(), loss, penalty, user))
    }

    /// The network that answers in the units of the targets, or with probabilities.
    pub(super) fn network(&self, x: &[f64]) -> Result<Network, Error> {
        let mut layers: Vec<Layer> = self.topology.layers().to_vec();
        if let Some(last) = layers.last_mut() {
            last.transfer = self.link.transfer(last.units);
        }
        let topology = Topology::new(self.topology.inputs(), layers)?;
        let (input, output) = (self.input_scaling.clone(), self.output_scaling.clone());
        let mut network = Network::with_scaling(topology, input, output)?;
        network.set_parameters(x)?;
        Ok(network)
    }
}
