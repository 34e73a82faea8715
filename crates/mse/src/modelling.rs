//! From a table to a model: sizes chosen, nets fitted, claims proved, scores on rows held out.

use ndarray::Array2;
use netcore::{
    Answer, Choice, Direction, Encoding, Features, Model, Monotone, Network, Prepared, Sheet, TableError,
};

use crate::loss::Link;
use crate::validation::{Candidate, best, cross_validate, folds};
use crate::{Constraint, Error, Proof, Samples, Scores, Size, Trained, Training, prove};

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
    /// How nets are fitted; their link, constraint and size come from the other fields, and their loss is the
    /// link's if it is `None` there. Default five nets.
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

/// A monotone feature, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The feature and its direction.
    pub monotone: Monotone,
    /// Whether the weights prove it.
    pub proof: Proof,
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

/// The sizes that are tried by default: no hidden layer, or one of 8 units, each with the penalties 0.001,
/// 0.003, 0.01, 0.03 and 0.1.
pub fn default_sizes() -> Vec<Size> {
    let penalties = [0.001, 0.003, 0.01, 0.03, 0.1];
    let hidden = [Vec::new(), vec![8]].into_iter();
    hidden.flat_map(|hidden| penalties.map(|penalty| Size { hidden: hidden.clone(), penalty })).collect()
}

impl Training {
    /// Fits nets of the size that cross-validation prefers among these, or of the only one; returns that size
    /// with the losses of all.
    ///
    /// # Errors
    /// As for [`cross_validate`] and [`Training::run`]; [`Error::Training`] without sizes.
    pub fn run_best(
        &self,
        sizes: &[Size],
        count: usize,
        samples: &Samples,
    ) -> Result<(Trained, Size, Vec<Candidate>), Error> {
        let candidates = match sizes {
            [] => {
                let (value, expected) = ("an empty list".to_owned(), "at least one");
                return Err(Error::Training { argument: "sizes", value, expected });
            }
            [_] => Vec::new(),
            sizes => cross_validate(self, sizes, samples, count)?,
        };
        let size = best(&candidates).map_or(&sizes[0], |candidate| &candidate.size).clone();
        let trained = Training { size: size.clone(), ..self.clone() }.run(samples)?;
        Ok((trained, size, candidates))
    }
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
        choice.ignore.extend(self.weight.clone());
        let Prepared { features, answer, inputs, targets, samples: rows } = choice.prepare(sheet)?;
        let samples = Samples::new(inputs, targets)?;
        let samples = match &self.weight {
            None => samples,
            Some(column) => samples.weighted(weights(sheet, column, &rows)?)?,
        };
        let training = self.training_for(&features, &answer)?;

        let mut sizes = self.sizes.clone();
        let (mut candidates, mut held_out, mut cancelled) = (Vec::new(), None, false);
        let (fitted, tested) = self.split(&samples, training.link)?;
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

    /// The rows to fit and those held out: one of the folds of about this share.
    fn split(&self, samples: &Samples, link: Link) -> Result<(Vec<usize>, Vec<usize>), Error> {
        let share = self.test_share;
        if share == 0.0 {
            return Ok(((0..samples.len()).collect(), Vec::new()));
        }
        let wanted = (share * samples.len() as f64).round();
        if !(share > 0.0 && share < 1.0 && wanted >= 1.0 && wanted < samples.len() as f64) {
            let expected = "0, or a share below 1 that leaves a row on both sides";
            let value = format!("{share} of {} rows", samples.len());
            return Err(Error::Training { argument: "the test share", value, expected });
        }
        // Dealt sample by sample, so that of classes each part has its share of each.
        let single = folds(samples, link, samples.len().max(2), self.training.seed)?.concat();
        let held_out = |place: usize| {
            let upto = |place: usize| (place as f64 * wanted / samples.len() as f64).floor();
            upto(place + 1) > upto(place)
        };
        let (tested, fitted): (Vec<_>, Vec<_>) =
            single.into_iter().enumerate().partition(|&(place, _)| held_out(place));
        let sorted = |part: Vec<(usize, usize)>| {
            let mut part: Vec<usize> = part.into_iter().map(|(_, sample)| sample).collect();
            part.sort_unstable();
            part
        };
        Ok((sorted(fitted), sorted(tested)))
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

/// The weights of these rows: a column of numbers, read as a target is.
fn weights(sheet: &Sheet, column: &str, rows: &[usize]) -> Result<Vec<f64>, TableError> {
    let answer = Answer::Numbers { targets: vec![column.to_owned()] };
    Ok(answer.encode(&sheet.select(rows))?.row(0).to_vec())
}

/// The direction of each row of the features: that of its feature, and `None` for the indicators of missing
/// cells.
///
/// # Errors
/// [`Error::Direction`] for a feature that is not there, is one-hot, or is named twice.
pub fn directions(features: &Features, monotone: &[Monotone]) -> Result<Vec<Option<Direction>>, Error> {
    let mut directions = Vec::new();
    for feature in features.all() {
        let mut asked = monotone.iter().filter(|monotone| monotone.feature == feature.name);
        let direction = asked.next().map(|monotone| monotone.direction);
        let wrong = |direction, expected: &str| {
            let (feature, expected) = (feature.name.clone(), expected.to_owned());
            Err(Error::Direction { feature, direction, expected })
        };
        if let Some(again) = asked.next() {
            return wrong(again.direction, "one direction for a feature; it is named twice");
        }
        match (&feature.encoding, direction) {
            (Encoding::OneHot(_), Some(direction)) => {
                return wrong(direction, "numbers, or texts whose order is given");
            }
            _ => directions.push(direction),
        }
        directions.extend(vec![None; feature.rows() - 1]);
    }
    let known = |name: &str| features.all().iter().any(|feature| feature.name == name);
    if let Some(Monotone { feature, direction }) = monotone.iter().find(|asked| !known(&asked.feature)) {
        let names: Vec<&str> = features.all().iter().map(|feature| feature.name.as_str()).collect();
        let expected = format!("one of the features {}", names.join(", "));
        return Err(Error::Direction { feature: feature.clone(), direction: *direction, expected });
    }
    Ok(directions)
}

/// What is known of each feature in which a model was asked to be monotone: proved from the weights, or
/// searched for a counterexample around these inputs (rows × samples).
///
/// # Errors
/// [`Error::Direction`] as for [`directions`], [`Error::Network`] for another number of inputs.
pub fn claims(model: &Model, inputs: &Array2<f64>) -> Result<Vec<Claim>, Error> {
    let networks: Vec<&Network> = model.networks().iter().collect();
    directions(model.features(), model.monotone())?;
    let claim = |monotone: &Monotone| {
        let before = model.features().all().iter().take_while(|feature| feature.name != monotone.feature);
        let row = before.map(netcore::Feature::rows).sum();
        Ok(Claim { monotone: monotone.clone(), proof: prove(&networks, inputs, row, monotone.direction)? })
    };
    model.monotone().iter().map(claim).collect()
}
