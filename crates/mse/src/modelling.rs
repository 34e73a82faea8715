//! From a table to a model: sizes chosen, nets fitted, claims proved, scores on rows held out.

mod claims;
mod columns;
mod modelled;
mod sizes;
mod split;

use netcore::{Answer, Choice, Features, Model, Monotone, Prepared, Sheet};

use crate::loss::Link;
use crate::{Constraint, Error, Samples, Scores, Size, Training};
pub use claims::{Claim, claims, directions};
use columns::{check_targets, check_weight, weights};
pub(crate) use modelled::has_nonnegative_weights;
pub use modelled::{HeldOut, Modelled};
pub use sizes::default_sizes;
use split::split;

/// Which parameters may not be below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonnegative {
    /// All weights.
    Weights,
    /// All weights and biases.
    WeightsAndBiases,
}

/// All that makes a model of a table.
///
/// ```
/// use mse::{Modelling, Proof};
/// use netcore::{Choice, Direction, Format, Monotone, Sheet};
///
/// let rows: String = (0..30).map(|i| format!("{i},{},{}\n", i % 7, 2 * i - i % 7)).collect();
/// let sheet = Sheet::from_reader("t.csv", format!("a,b,y\n{rows}").as_bytes(), &Format::default())?;
/// let rising = Monotone { feature: "a".to_owned(), direction: Direction::Increasing };
/// let modelling = Modelling { monotone: vec![rising], ..Modelling::of(Choice::targets(["y"])) };
/// let modelled = modelling.run(&sheet)?;
/// assert_eq!(modelled.claims[0].proof, Proof::Holds);
/// assert!(modelled.held_out.unwrap().scores.loss() < 2.0); // on 6 rows
/// # Ok::<(), mse::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Modelling {
    /// What the columns are for.
    pub choice: Choice,
    /// The column of sample weights, which is then no feature; default none.
    pub weight: Option<String>,
    /// Features in which the answers are to be monotone; default none.
    pub monotone: Vec<Monotone>,
    /// Parameters that may not be below zero; default none. Not together with `monotone`.
    pub nonnegative: Option<Nonnegative>,
    /// How nets are fitted; their link, loss, constraint and size come from the other fields. Default five nets.
    pub training: Training,
    /// The loss; by default squares for numbers, cross-entropy for classes.
    pub loss: Option<crate::Loss>,
    /// Sizes to choose among by cross-validation; a single one is taken as it is. Default
    /// [`default_sizes`].
    pub sizes: Vec<Size>,
    /// Folds of the cross-validation; default 5.
    pub folds: usize,
    /// The share of the rows held out for the scores, from 0 (no scores) to below 1; default 0.2. Sizes are
    /// chosen without them. The nets of the model are then fitted to all rows.
    pub test_share: f64,
}

impl Modelling {
    /// Models these columns, with all defaults.
    pub fn of(choice: Choice) -> Self {
        Modelling {
            choice,
            weight: None,
            monotone: Vec::new(),
            nonnegative: None,
            training: Training { nets: 5, ..Training::numbers() },
            loss: None,
            sizes: default_sizes(),
            folds: 5,
            test_share: 0.2,
        }
    }

    /// Prepares the table, chooses a size, fits, tests and proves.
    ///
    /// # Errors
    /// [`Error::Table`] for the table, [`Error::Direction`] for a feature that cannot be monotone, and the errors
    /// of [`Training::run_best`].
    pub fn run(&self, sheet: &Sheet) -> Result<Modelled, Error> {
        let mut choice = self.choice.clone();
        if let Some(column) = &self.weight {
            check_weight(sheet, &choice, column)?;
            choice.ignore.push(column.clone());
        }
        let Prepared { features, answer, inputs, targets, samples: rows } = choice.prepare(sheet)?;
        check_targets(sheet, &answer, &targets)?;
        let samples = Samples::new(inputs, targets)?;
        let samples = match &self.weight {
            None => samples,
            Some(column) => samples.weighted(weights(sheet, column, &rows)?)?,
        };
        let training = self.training_for(&features, &answer)?;

        let mut sizes = self.sizes.clone();
        let (mut candidates, mut held_out, mut cancelled) = (Vec::new(), None, false);
        let (fitted, tested) = split(&samples, training.link, self.test_share, training.seed)?;
        if !tested.is_empty() {
            let (trained, size, tried) = training.run_best(&sizes, self.folds, &samples.select(&fitted))?;
            let test = samples.select(&tested);
            let outputs = trained.outputs(test.inputs())?;
            let scores = Scores::of(training.link, &outputs, &test);
            held_out = Some(HeldOut { samples: test, outputs, scores });
            (sizes, candidates, cancelled) = (vec![size], tried, trained.cancelled);
        }
        let (trained, size, tried) = training.run_best(&sizes, self.folds, &samples)?;
        if candidates.is_empty() {
            candidates = tried;
        }
        cancelled |= trained.cancelled;
        let model = Model::new(features, answer, self.monotone.clone(), trained.networks)?;
        let claims = claims(&model, samples.inputs())?;
        Ok(Modelled { model, size, candidates, claims, samples: rows, held_out, cancelled })
    }

    fn training_for(&self, features: &Features, answer: &Answer) -> Result<Training, Error> {
        let link = match answer {
            Answer::Numbers { .. } => Link::Numbers,
            Answer::Classes { .. } => Link::Probabilities,
        };
        let constraint = match (self.nonnegative, self.monotone.is_empty()) {
            (None, true) => Constraint::Free,
            (None, false) => Constraint::Monotone(directions(features, &self.monotone)?),
            (Some(Nonnegative::Weights), true) => Constraint::NonnegativeWeights,
            (Some(Nonnegative::WeightsAndBiases), true) => Constraint::NonnegativeWeightsAndBiases,
            (Some(_), false) => {
                return Err(Error::Training {
                    argument: "nonnegative",
                    value: "given together with monotone features".to_owned(),
                    expected: "one of them: nonnegative weights make every input increasing",
                });
            }
        };
        let loss = self.loss.clone().unwrap_or(crate::Loss::of(link));
        Ok(Training { link, loss, constraint, ..self.training.clone() })
    }
}
