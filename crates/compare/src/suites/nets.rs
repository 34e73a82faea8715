//! Fits of small nets, with non-negative and with free weights.

use std::sync::Arc;

use mse::{MeanSquaredError, VariableProjection};
use netcore::{Network, Table, Target, Topology};
use search::{Bounds, Error, Problem};

use crate::Case;

/// A table of the folder that the build script found.
macro_rules! table {
    ($name:literal) => {
        include_bytes!(concat!(env!("COMPARE_TABLES"), "/", $name, ".csv"))
    };
}

/// A table that is part of the program, and the number of hidden units of its net: enough to fit it, and few
/// enough for hundreds of evaluations per weight.
const NETS: [(&str, &[u8], usize); 5] = [
    ("iris", table!("iris"), 4),
    ("wine", table!("wine"), 4),
    ("diabetes", table!("diabetes"), 4),
    ("breast-cancer", table!("breast_cancer"), 3),
    ("digits", table!("digits"), 4),
];

/// Mean squared errors of feed-forward nets with one hidden layer (tansig, purelin, `mapminmax` on both
/// sides) over five tables: iris 4-4-3 (35 parameters), wine 13-4-3 (71), diabetes 10-4-1 (49), breast cancer
/// 30-3-2 (101), digits 61-4-10 (298: three of the 64 pixels are constant). Each comes twice: with free
/// weights and biases, and with none below zero (`-nonnegative`). The seed determines the start,
/// [`mse::recipe_start`], which has no negative weights. No least value is known. `datasets/PROVENANCE.md`
/// has the origin of the tables.
///
/// ```
/// let cases = compare::suites::nets();
/// let names: Vec<_> = cases.iter().step_by(2).map(|case| case.name()).collect();
/// assert_eq!(
///     names,
///     ["iris-4-4-3", "wine-13-4-3", "diabetes-10-4-1", "breast-cancer-30-3-2", "digits-61-4-10"]
/// );
/// let (free, bounded) = (cases[0].problem(1)?, cases[1].problem(1)?);
/// assert_eq!((cases[1].name(), free.dimension()), ("iris-4-4-3-nonnegative", 35));
/// assert_eq!(free.start(), bounded.start());
/// assert_eq!(bounded.bounds().lower(), [0.0; 35]);
/// # Ok::<(), search::Error>(())
/// ```
pub fn nets() -> Vec<Case<'static>> {
    NETS.iter().flat_map(|&(name, csv, hidden)| Net::of(name, csv, hidden).cases(Net::problem)).collect()
}

/// The same with the output layer solved for ([`mse::VariableProjection`]): the coordinates are the weights
/// of the hidden layer alone (iris 20, wine 56, diabetes 44, breast cancer 93, digits 248), and a value is
/// the least error with any output layer within the bounds. Names and starts are those of [`nets`], so that
/// results can be compared.
///
/// ```
/// let case = &compare::suites::nets_projected()[1];
/// let problem = case.problem(1)?;
/// assert_eq!((case.name(), problem.dimension()), ("iris-4-4-3-nonnegative", 20));
/// let whole = compare::suites::nets()[1].problem(1)?;
/// assert_eq!(problem.start(), &whole.start()[..20]);
/// # Ok::<(), search::Error>(())
/// ```
pub fn nets_projected() -> Vec<Case<'static>> {
    NETS.iter().flat_map(|&(name, csv, hidden)| Net::of(name, csv, hidden).cases(Net::projected)).collect()
}

/// A net with a table to fit.
#[derive(Clone)]
struct Net {
    name: String,
    topology: Topology,
    error: Arc<MeanSquaredError>,
}

impl Net {
    fn of(name: &str, csv: &[u8], hidden: usize) -> Self {
        let target = match name {
            // Ten digits, not a quantity.
            "digits" => Target::last().as_classes(),
            _ => Target::last(),
        };
        let table = Table::from_reader(name, csv, &target).expect("a table of the workspace");
        let network = Network::feedforward(&[hidden], table.inputs(), table.targets()).expect("a net");
        let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).expect("its shapes fit");
        let name = format!("{name}-{}", network.topology());
        Net { name, topology: network.topology().clone(), error: Arc::new(error) }
    }

    /// With free weights, and with none below zero.
    fn cases(
        &self,
        problem: fn(&Net, Vec<f64>, Bounds) -> Result<Problem<'static>, Error>,
    ) -> [Case<'static>; 2] {
        [("", Bounds::free as fn(usize) -> Bounds), ("-nonnegative", Bounds::nonnegative)].map(
            |(suffix, bounds)| {
                let net = self.clone();
                Case::seeded(format!("{}{suffix}", self.name), move |seed| {
                    let start = mse::recipe_start(&net.topology, seed);
                    let bounds = bounds(start.len());
                    problem(&net, start, bounds)
                })
            },
        )
    }

    fn problem(&self, start: Vec<f64>, bounds: Bounds) -> Result<Problem<'static>, Error> {
        Problem::shared(self.error.clone(), start)?.bounded(bounds)
    }

    fn projected(&self, start: Vec<f64>, bounds: Bounds) -> Result<Problem<'static>, Error> {
        let projection = VariableProjection::new(self.error.clone(), &bounds).expect("a linear output layer");
        let hidden = projection.dimension();
        let bounds = Bounds::new(bounds.lower()[..hidden].to_vec(), bounds.upper()[..hidden].to_vec())?;
        Problem::of(projection, start[..hidden].to_vec())?.bounded(bounds)
    }
}
