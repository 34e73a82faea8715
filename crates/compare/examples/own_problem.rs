//! A study of your own problems: a closure, and an executable.
//!
//! ```sh
//! cargo run --release -p patternsearch-compare --example own_problem
//! ```

use std::sync::Mutex;

use compare::Case;
use compare::report::{markdown, summarize};
use compare::study::{Shard, Store, Study, solvers};
use compare::suites::published;
use search::{Bounds, Problem, Program};

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Any function of a point, within bounds, with its least value if that is known.
    let valley = |x: &[f64]| 100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2);
    let valley = Problem::new(valley, vec![-1.2, 1.0])?.bounded(Bounds::uniform(2, -2.0, 0.5)?)?;

    // Any executable that prints a number for the point in its last arguments.
    let corner = "BEGIN { a = ARGV[1] - 3; b = ARGV[2] + 1; print a * a + (b < 0 ? -b : b) }";
    let corner = Problem::of(Program::new("awk").argument(corner), vec![8.0, 9.0])?;

    let cases = vec![Case::new("valley", valley).with_optimum(0.25), Case::new("corner", corner)];
    let chosen = ["patternsearch", "coordinate", "nelder-mead"];
    let study = Study {
        suites: vec![("mine".to_owned(), cases)],
        solvers: solvers().into_iter().filter(|entry| chosen.contains(&entry.name.as_str())).collect(),
        seeds: vec![1],
        simplex_gradients: 100,
        threads: 2,
        shard: Shard { number: 1, of: 1 },
    };
    // In memory. With a path, an interrupted study can continue.
    let store = Mutex::new(Store::open(":memory:")?);
    study.run(&store, |_, _| true)?;

    let store = store.into_inner().expect("no run panics");
    let manifest = store.manifest()?.expect("the study has written it");
    let known = published(study.suites.iter().map(|(name, cases)| (name.as_str(), cases.as_slice())));
    let suites = summarize(&store.rows()?, manifest.simplex_gradients, &known);
    println!("{}", markdown(&manifest, &suites, &store.gaps()?));
    Ok(())
}
