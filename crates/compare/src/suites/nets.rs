//! Fits of small nets, with weights that may not be negative and with free ones.

use std::sync::Arc;

use mse::MeanSquaredError;
use netcore::{Network, Table, Target};
use search::{Bounds, Problem};

use crate::Case;

/// A table that is part of the program, and the hidden units of its net: enough to fit it, few enough for hundreds of
/// evaluations per weight.
const NETS: [(&str, &[u8], usize); 5] = [
    ("iris", include_bytes!("../../../../datasets/iris.csv"), 4),
    ("wine", include_bytes!("../../../../datasets/wine.csv"), 4),
    ("diabetes", include_bytes!("../../../../datasets/diabetes.csv"), 4),
    ("breast-cancer", include_bytes!("../../../../datasets/breast_cancer.csv"), 3),
    ("digits", include_bytes!("../../../../datasets/digits.csv"), 4),
];

/// Mean squared errors of feed-forward nets with one hidden layer (tansig, purelin, `mapminmax` on both sides) over five tables:
/// iris 4-4-3 (35 weights), wine 13-4-3 (71), diabetes 10-4-1 (49), breast cancer 30-3-2 (101), digits 64-4-10 (310).
/// Each twice: with weights and biases free, and with none below zero (`-nonnegative`). A seed is a start:
/// [`mse::recipe_start`], where no weight is negative. No least value is known. Where the tables are from:
/// `datasets/PROVENANCE.md`.
///
/// ```
/// let cases = compare::suites::nets();
/// let names: Vec<_> = cases.iter().step_by(2).map(|case| case.name()).collect();
/// assert_eq!(
///     names,
///     ["iris-4-4-3", "wine-13-4-3", "diabetes-10-4-1", "breast-cancer-30-3-2", "digits-64-4-10"]
/// );
/// let (free, bounded) = (cases[0].problem(1)?, cases[1].problem(1)?);
/// assert_eq!((cases[1].name(), free.dimension()), ("iris-4-4-3-nonnegative", 35));
/// assert_eq!(free.start(), bounded.start());
/// assert_eq!(bounded.bounds().lower(), [0.0; 35]);
/// # Ok::<(), search::Error>(())
/// ```
pub fn nets() -> Vec<Case<'static>> {
    NETS.iter().flat_map(|&(name, csv, hidden)| pair(name, csv, hidden)).collect()
}

fn pair(name: &str, csv: &[u8], hidden: usize) -> [Case<'static>; 2] {
    let target = match name {
        // Ten digits, not a quantity.
        "digits" => Target::last().as_classes(),
        _ => Target::last(),
    };
    let table = Table::from_reader(name, csv, &target).expect("a table of the workspace");
    let network = Network::feedforward(&[hidden], table.inputs(), table.targets()).expect("a net");
    let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).expect("its shapes fit");
    let (error, topology) = (Arc::new(error), network.topology().clone());
    let sizes = format!("{}-{hidden}-{}", table.inputs().nrows(), table.targets().nrows());
    let case = |suffix: &str, nonnegative: bool| {
        let (error, topology) = (error.clone(), topology.clone());
        Case::seeded(format!("{name}-{sizes}{suffix}"), move |seed| {
            let start = mse::recipe_start(&topology, seed);
            let n = start.len();
            let bounds = if nonnegative { Bounds::nonnegative(n) } else { Bounds::free(n) };
            Problem::shared(error.clone(), start)?.bounded(bounds)
        })
    };
    [case("", false), case("-nonnegative", true)]
}
