//! What modelling a table returns.

use ndarray::Array2;
use netcore::{Model, Network};

use super::Claim;
use crate::{Candidate, Samples, Scores, Size};

/// A model, and what is known of it.
#[derive(Debug, Clone)]
pub struct Modelled {
    /// The model, fitted to all rows.
    pub model: Model,
    /// Its size.
    pub size: Size,
    /// The sizes it was chosen among, with their losses; empty if there was no choice.
    pub candidates: Vec<Candidate>,
    /// What is known of each monotone feature.
    pub claims: Vec<Claim>,
    /// The rows that were used, from 0.
    pub samples: Vec<usize>,
    /// The rows held out, and what nets that were fitted to the others answered; `None` if there were none.
    pub held_out: Option<HeldOut>,
    /// Whether the fit was cancelled; what was there by then is in the model.
    pub cancelled: bool,
}

/// Samples that no fit and no choice has seen, and the answers to them.
#[derive(Debug, Clone)]
pub struct HeldOut {
    /// The samples.
    pub samples: Samples,
    /// The answers (rows × samples): numbers, or probabilities.
    pub outputs: Array2<f64>,
    /// The scores of the answers.
    pub scores: Scores,
}

impl Modelled {
    /// Returns `true` if no weight is negative, so that the answers are increasing in every input.
    pub fn has_nonnegative_weights(&self) -> bool {
        has_nonnegative_weights(&self.model)
    }
}

pub(crate) fn has_nonnegative_weights(model: &Model) -> bool {
    let of_network = |network: &Network| {
        let mut weights = network.topology().blocks().flat_map(|block| block.weights);
        weights.all(|place| network.parameters()[place] >= 0.0)
    };
    model.networks().iter().all(of_network)
}
