//! Partial dependence: how the answers of a model move with one feature.

use ndarray::{Array1, Array2, ArrayViewMut1, Axis};
use netcore::{Encoding, Feature, Model};

use crate::Error;

/// The mean answer of a model over rows of a table in which one feature has been set to a value, for several values:
/// `F(z) = 1/N Σ_i F(z, x_i)` (Friedman 2001, "Greedy function approximation: a gradient boosting machine", section
/// 8.2).
#[derive(Debug, Clone, PartialEq)]
pub struct PartialDependence {
    /// Name of the feature.
    pub feature: String,
    /// The values: numbers in ascending order, or texts.
    pub values: DependenceValues,
    /// The mean answers, outputs × values.
    pub mean: Array2<f64>,
    /// The first output of each row, rows × values: individual conditional expectation (Goldstein, Kapelner, Bleich &
    /// Pitkin 2015, "Peeking inside the black box").
    pub individual: Array2<f64>,
}

/// The values at which a dependence is known.
#[derive(Debug, Clone, PartialEq)]
pub enum DependenceValues {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Texts, in their order.
    Texts(Vec<String>),
}

/// Values along a feature of numbers.
const STEPS: usize = 25;
/// The most rows over which the mean is taken.
const ROWS: usize = 500;

/// The dependence on each feature, over at most 500 rows of these inputs (rows of the features × samples), evenly
/// spaced. A feature of numbers takes 25 values over its range, or all that it has if they are fewer.
///
/// ```
/// use mse::{DependenceValues, partial_dependence};
/// use netcore::{Choice, Format, Layer, Model, Network, Sheet, Topology, Transfer};
///
/// let sheet = Sheet::from_reader("t", "a,b,y\n0,1,2\n1,1,3\n2,7,9\n".as_bytes(), &Format::default())?;
/// let prepared = Choice::targets(["y"]).prepare(&sheet)?;
/// let line = Topology::new(2, vec![Layer { units: 1, transfer: Transfer::Purelin }])?;
/// let mut network = Network::new(line);
/// network.set_parameters(&[0.0, 2.0, 1.0])?; // y = 2 a + b
/// let model = Model::new(prepared.features, prepared.answer, Vec::new(), vec![network])?;
/// let dependence = &partial_dependence(&model, &prepared.inputs)?[0];
/// assert_eq!(dependence.values, DependenceValues::Numbers(vec![0.0, 1.0, 2.0]));
/// assert_eq!(dependence.mean, ndarray::array![[3.0, 5.0, 7.0]]); // the mean of b is 3
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Model`] for another number of inputs.
pub fn partial_dependence(model: &Model, inputs: &Array2<f64>) -> Result<Vec<PartialDependence>, Error> {
    let count = inputs.ncols().min(ROWS);
    let chosen: Vec<usize> = (0..count).map(|place| place * inputs.ncols() / count).collect();
    let mut rows = inputs.select(Axis(1), &chosen);
    let mut first = 0;
    let mut all = Vec::new();
    for feature in model.features().all() {
        all.push(of_feature(model, feature, first, inputs, &mut rows)?);
        first += feature.rows();
    }
    Ok(all)
}

/// `first` is the first row of the feature. The rows are as before in the end.
fn of_feature(
    model: &Model,
    feature: &Feature,
    first: usize,
    inputs: &Array2<f64>,
    rows: &mut Array2<f64>,
) -> Result<PartialDependence, Error> {
    let values = match &feature.encoding {
        Encoding::OneHot(texts) | Encoding::Ordinal(texts) => DependenceValues::Texts(texts.clone()),
        _ => DependenceValues::Numbers(grid(inputs.row(first).iter().copied())),
    };
    let count = match &values {
        DependenceValues::Numbers(numbers) => numbers.len(),
        DependenceValues::Texts(texts) => texts.len(),
    };
    let before = rows.clone();
    let mut mean = Array2::zeros((model.answer().rows(), count));
    let mut individual = Array2::zeros((rows.ncols(), count));
    for place in 0..count {
        for (row, value) in encoded(feature, &values, place).into_iter().enumerate() {
            rows.row_mut(first + row).fill(value);
        }
        let outputs = model.outputs_of(rows)?;
        let averages: Array1<f64> = outputs.mean_axis(Axis(1)).expect("there is a row");
        mean.column_mut(place).assign(&averages);
        let mut column: ArrayViewMut1<'_, f64> = individual.column_mut(place);
        column.assign(&outputs.row(0));
    }
    rows.assign(&before);
    Ok(PartialDependence { feature: feature.name.clone(), values, mean, individual })
}

/// The rows of a feature where it has one of the values; it is not missing.
fn encoded(feature: &Feature, values: &DependenceValues, place: usize) -> Vec<f64> {
    let mut rows = match (&feature.encoding, values) {
        (Encoding::OneHot(texts), _) => {
            (0..texts.len()).map(|text| f64::from(u8::from(text == place))).collect()
        }
        (_, DependenceValues::Numbers(numbers)) => vec![numbers[place]],
        (_, DependenceValues::Texts(_)) => vec![place as f64],
    };
    rows.resize(feature.rows(), 0.0);
    rows
}

/// All values if they are few, and evenly spaced ones otherwise.
fn grid(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let (low, high) = (values[0], values[values.len() - 1]);
    if values.len() <= STEPS {
        return values;
    }
    let part = |step: usize| step as f64 / (STEPS - 1) as f64;
    (0..STEPS).map(|step| low + part(step) * (high - low)).collect()
}
