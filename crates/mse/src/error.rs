//! What can be wrong with a fit.

use thiserror::Error as ThisError;

/// An error of the crate.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The network, its scaling or its parameters.
    #[error(transparent)]
    Network(#[from] netcore::Error),
    /// The table.
    #[error(transparent)]
    Table(#[from] netcore::TableError),
    /// The model.
    #[error(transparent)]
    Model(#[from] netcore::ModelError),
    /// The bounds, the budget, or a run in which no evaluation gave a value.
    #[error(transparent)]
    Search(#[from] search::Error),
    /// The journal of the fit.
    #[error(transparent)]
    Journal(#[from] crate::FitJournalError),
    /// Inputs and targets with different numbers of samples.
    #[error("there are {inputs} samples of inputs and {targets} of targets; expected as many")]
    Samples {
        /// Columns of the inputs.
        inputs: usize,
        /// Columns of the targets.
        targets: usize,
    },
    /// Data with a NaN or an infinity.
    #[error("{what}[{row},{sample}] is {value}; expected a finite number")]
    NotFinite {
        /// `input` or `target`.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Sample, from 0.
        sample: usize,
        /// The value.
        value: f64,
    },
    /// A feature that cannot be monotone: none of that name, or one without an order.
    #[error("`{feature}` is to be {direction}; expected {expected}")]
    Direction {
        /// The name.
        feature: String,
        /// The direction asked for.
        direction: netcore::Direction,
        /// What would be right.
        expected: String,
    },
    /// An option of a training that is out of range or does not fit the data.
    #[error("{argument} is {value}; expected {expected}")]
    Training {
        /// The option.
        argument: &'static str,
        /// Its value.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Sample weights that are too many, too few, negative, not finite, or all 0.
    #[error(
        "{given} sample weights for {samples} samples{}; expected as many, finite and at least 0, one above 0",
        at.map_or(String::new(), |at| format!(", of which number {at} is {value}"))
    )]
    Weights {
        /// Number of weights.
        given: usize,
        /// Number of samples.
        samples: usize,
        /// The first weight that is wrong, from 0.
        at: Option<usize>,
        /// Its value.
        value: f64,
    },
    /// An output layer that cannot be solved for.
    #[error(
        "the network {topology} has no output layer to solve for; expected a hidden layer and a `purelin` output layer"
    )]
    NotLinear {
        /// The network's shape.
        topology: String,
    },
    /// An output layer that could not be solved for at the best point found. This is a defect of the library.
    #[error("the output layer could not be solved for at the best point: {failure}")]
    Unsolved {
        /// Why.
        failure: search::Failure,
    },
    /// Classes requested for a table with a real target.
    #[error("the target `{target}` is a number; classes and accuracy need a target of class labels")]
    NoClasses {
        /// Header of the target column.
        target: String,
    },
    /// A network whose output for a sample is NaN.
    #[error("output {output} of sample {sample} is NaN, so that the sample belongs to no class")]
    NoAnswer {
        /// The output, from 0.
        output: usize,
        /// The sample, from 0.
        sample: usize,
    },
}
