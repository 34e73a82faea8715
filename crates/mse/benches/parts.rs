//! The parts of a fit on their own: a whole pass, trials and moves of each kind of weight, a gradient, and the
//! output layer solved for.
//!
//! `cargo bench -p patternsearch-mse`; the example `speed` sets them beside a straightforward pass.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{
    BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};
use mse::{MeanSquaredError, VariableProjection};
use netcore::{Network, Table, Target};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use search::{Bounds, Incremental, Objective};

fn parts(criterion: &mut Criterion) {
    for (name, hidden) in [("iris", 4), ("breast_cancer", 8), ("digits", 32)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets").join(format!("{name}.csv"));
        let target = if name == "digits" { Target::last().as_classes() } else { Target::last() };
        let table = Table::read(path, &target).expect("a data set of the repository");
        let network = Network::feedforward(&[hidden], table.inputs(), table.targets()).expect("a small net");
        let error = MeanSquaredError::new(&network, table.inputs(), table.targets()).expect("its own data");
        let error = Arc::new(error);
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        let x: Vec<f64> = (0..error.dimension()).map(|_| generator.random_range(-0.5..0.5)).collect();

        let mut group = criterion.benchmark_group(format!("{name} {}", network.topology()));
        group.bench_function("whole pass", |b| b.iter(|| error.value(black_box(&x))));
        let gradient = error.gradient().expect("tanh has a gradient");
        let mut slope = vec![0.0; x.len()];
        group.bench_function("gradient", |b| b.iter(|| gradient.gradient_at(black_box(&x), &mut slope)));
        let (input, output) = (hidden + 1, x.len() - 1);
        for (kind, i) in [("hidden weight", input), ("output weight", output)] {
            one_weight(&mut group, kind, i, &error, &x);
        }
        let bounds = Bounds::nonnegative(x.len());
        let projection = VariableProjection::new(error.clone(), &bounds).expect("a linear output layer");
        let h = projection.dimension();
        group.bench_function("pass, output layer solved for", |b| {
            b.iter(|| projection.value(black_box(&x[..h])));
        });
        let mut view = projection.incremental().expect("it has one");
        view.begin(&x[..h]).expect("a number");
        let to = x[input] + 0.25;
        group.bench_function("trial, output layer solved for", |b| {
            b.iter(|| view.try_value(black_box(input), to));
        });
        group.finish();
    }
}

/// A trial and its opposite, and a move there and back, along one weight.
fn one_weight(
    group: &mut BenchmarkGroup<'_, WallTime>,
    kind: &str,
    i: usize,
    error: &MeanSquaredError,
    x: &[f64],
) {
    let begun = || -> Box<dyn Incremental + '_> {
        let mut view = error.incremental().expect("it has one");
        view.begin(x).expect("a number");
        view
    };
    let mut view = begun();
    // Alternating steps: none is the opposite of the one before, which would be known.
    let mut step = 0.125;
    group.bench_function(format!("{kind}: both trials"), |b| {
        b.iter(|| {
            step = 0.375 - step;
            (view.try_value(black_box(i), x[i] + step), view.try_value(black_box(i), x[i] - step))
        });
    });
    group.bench_function(format!("{kind}: move there and back"), |b| {
        b.iter_batched_ref(
            begun,
            |view| {
                view.accept(i, x[i] + 0.25);
                view.accept(i, x[i]);
            },
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, parts);
criterion_main!(benches);
