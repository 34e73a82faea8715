//! The class that a network chooses, and the accuracy of its choices.

use ndarray::Array2;
use netcore::{Network, Table};

use crate::Error;

/// The class that a network chooses for each sample (inputs × samples): the class of its largest output, the
/// first of equal ones.
///
/// # Errors
/// [`Error::Network`] for another number of inputs, [`Error::NoAnswer`] for a sample with an output
/// that is NaN.
pub fn classify(network: &Network, inputs: &Array2<f64>) -> Result<Vec<usize>, Error> {
    let outputs = network.outputs(inputs)?;
    if let Some(((output, sample), _)) = outputs.indexed_iter().find(|(_, value)| value.is_nan()) {
        return Err(Error::NoAnswer { output, sample });
    }
    Ok(outputs.columns().into_iter().map(|sample| first_largest(sample.iter())).collect())
}

pub(crate) fn first_largest<'v>(values: impl Iterator<Item = &'v f64>) -> usize {
    let mut largest = (0, f64::NEG_INFINITY);
    for (index, &value) in values.enumerate() {
        if value > largest.1 {
            largest = (index, value);
        }
    }
    largest.0
}

/// The confusion matrix: how often a network assigned samples of each class to each class.
///
/// ```
/// use netcore::{Layer, Network, Table, Target, Topology, Transfer};
///
/// let csv = "size,kind\n1,small\n2,small\n8,large\n3,large\n";
/// let table = Table::from_reader("sizes.csv", csv.as_bytes(), &Target::last())?;
/// // Classes are sorted: `large` answers with the size itself, `small` always with 4.
/// let mut network = Network::new(Topology::new(1, vec![Layer { units: 2, transfer: Transfer::Purelin }])?);
/// network.set_parameters(&[0.0, 4.0, 1.0, 0.0])?;
/// let confusion = mse::Confusion::of(&network, &table)?;
/// assert_eq!(confusion.counts(), ndarray::array![[1, 1], [0, 2]]); // one large sample taken for small
/// assert_eq!(confusion.accuracy(), 0.75);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    counts: Array2<u64>,
}

impl Confusion {
    /// Counts over a table of classes.
    ///
    /// # Errors
    /// [`Error::NoClasses`] for a table with a real target; otherwise as for [`classify`].
    pub fn of(network: &Network, table: &Table) -> Result<Self, Error> {
        let classes = table.classes().len();
        if classes == 0 {
            return Err(Error::NoClasses { target: table.target().to_owned() });
        }
        let chosen = classify(network, table.inputs())?;
        let mut counts = Array2::zeros((classes, classes));
        for (sample, &chosen) in table.targets().columns().into_iter().zip(&chosen) {
            counts[[first_largest(sample.iter()), chosen]] += 1;
        }
        Ok(Confusion { counts })
    }

    /// The counts. Rows are true classes, columns chosen classes, both in the order of [`Table::classes`].
    pub fn counts(&self) -> &Array2<u64> {
        &self.counts
    }

    /// The share of all samples that was assigned to its own class, between 0 and 1.
    pub fn accuracy(&self) -> f64 {
        self.counts.diag().sum() as f64 / self.counts.sum() as f64
    }
}
