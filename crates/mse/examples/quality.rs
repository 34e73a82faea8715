//! scratch
use netcore::{Network, Table, Target};
use search::{Budget, PatternSearch, pattern::Options};
use mse::Outputs;
fn main() {
    let med = |mut v: Vec<f64>| { v.sort_by(f64::total_cmp); (v[0], (v[(v.len()-1)/2]+v[v.len()/2])/2.0, v[v.len()-1]) };
    let runs: &[(&str, usize, &[u64], u64)] = &[("iris", 4, &[1000, 7000, 35000], 10), ("wine", 6, &[7000, 35000], 5), ("breast_cancer", 8, &[7000, 35000], 3)];
    for &(name, hidden, budgets, seeds) in runs {
        let path = format!("{}/../../datasets/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let table = Table::read(path, &Target::last()).unwrap();
        let mut network = Network::feedforward(&[hidden], table.inputs(), table.targets()).unwrap();
        for outputs in [Outputs::Solved, Outputs::Searched] {
            for restarts in [1000, 0] {
            for &budget in budgets {
                let t = std::time::Instant::now();
                let v: Vec<f64> = (1..=seeds).map(|seed| {
                    network.set_parameters(&mse::recipe_start(network.topology(), seed)).unwrap();
                    let s = PatternSearch::new(Options { max_iterations: Some(u64::MAX), max_function_evaluations: Some(u64::MAX), restarts, ..mse::fit_options() }).unwrap();
                    mse::fit(&network, &table).nonnegative().minimizer(&s).outputs(outputs).budget(Budget::evaluations(budget)).run().unwrap().mse()
                }).collect();
                let (a, b, c) = med(v);
                println!("{name} {outputs:?} restarts {restarts} {budget}: min {a:.4} med {b:.4} max {c:.4}  {:.2} us/eval", t.elapsed().as_secs_f64() * 1e6 / (seeds * budget) as f64);
            }}
        }
    }
}
