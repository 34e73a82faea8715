//! scratch
use netcore::{Network, Table, Target};
use search::{Budget, PatternSearch, pattern::Options};
fn main() {
    let path = format!("{}/../../datasets/iris.csv", env!("CARGO_MANIFEST_DIR"));
    let table = Table::read(path, &Target::last()).unwrap();
    let mut network = Network::feedforward(&[4], table.inputs(), table.targets()).unwrap();
    network.set_parameters(&mse::recipe_start(network.topology(), 1)).unwrap();
    let s = PatternSearch::new(Options { max_iterations: Some(u64::MAX), max_function_evaluations: Some(u64::MAX), restarts: 1000, display: search::DisplayLevel::Iter, ..mse::fit_options() }).unwrap();
    mse::fit(&network, &table).nonnegative().minimizer(&s).outputs(mse::Outputs::Solved).budget(Budget::evaluations(7000)).run().unwrap().mse();
}
