//! The features in which a model is monotone, and what is known of them.

use ndarray::Array2;
use netcore::{Direction, Encoding, Features, Model, Monotone, Network};

use crate::{Error, Proof, prove};

/// A monotone feature, and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The feature and its direction.
    pub monotone: Monotone,
    /// Whether the weights prove it.
    pub proof: Proof,
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
