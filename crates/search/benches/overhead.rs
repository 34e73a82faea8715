//! Time of the pattern search beyond the objective itself, per evaluation: the search on an objective
//! that costs next to nothing, beside as many bare calls of that objective.
//!
//! `cargo bench -p patternsearch-search` prints both; the difference divided by the number of evaluations (the
//! `thrpt` line counts them) is the overhead.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use search::pattern::Options;
use search::{Bounds, Budget, Minimizer, PatternSearch, Problem};

const EVALUATIONS: u64 = 20_000;

/// One multiplication, whatever the dimension; never improves on the start, so that each poll is
/// complete.
fn cheap(x: &[f64]) -> f64 {
    x[0] * x[0]
}

fn overhead(criterion: &mut Criterion) {
    for n in [10, 35, 100] {
        let mut group = criterion.benchmark_group(format!("overhead/n={n}"));
        group.throughput(Throughput::Elements(EVALUATIONS));
        let start = vec![0.0; n];
        let bounds = Bounds::uniform(n, -1e10, 1e10).expect("an interval");
        let problem = Problem::new(cheap, start.clone()).expect("a start").bounded(bounds).expect("n bounds");
        let options = Options {
            mesh_tolerance: f64::MIN_POSITIVE,
            mesh_contraction_factor: 0.999,
            max_iterations: Some(u64::MAX),
            max_function_evaluations: Some(EVALUATIONS),
            ..Options::default()
        };
        let search = PatternSearch::new(options).expect("valid options");
        group.bench_function("pattern search", |bencher| {
            bencher.iter(|| search.minimize(black_box(&problem), &Budget::unlimited(), &mut ()));
        });
        group.bench_function("bare calls", |bencher| {
            bencher.iter(|| {
                (0..EVALUATIONS)
                    .fold(0.0, |sum, _| sum + problem.objective().value(black_box(&start)).expect("finite"))
            });
        });
        group.finish();
    }
}

criterion_group!(benches, overhead);
criterion_main!(benches);
